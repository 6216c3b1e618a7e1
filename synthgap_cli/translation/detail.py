"""What every way to carry a change over to a larger image is: a module of ``details/``."""

# N images, h and w of the small ones, H and W of the large ones, K coefficients of each of c by c positions

from __future__ import annotations

from typing import Protocol, cast

from torch import Tensor

from synthgap_cli import plugins

FAMILY = "synthgap_cli.translation.details"
DEFAULT = "affine"


class Detail(Protocol):
    """A module of the family: it sees what a shift did to a small image, and does it to the large one.

    Coefficients are smooth maps, so they can be enlarged where an image cannot. What `apply` returns is an
    affine function of them, so that it does not matter whether coefficients or results are interpolated.
    """

    def fit(self, before: Tensor, after: Tensor) -> Tensor:
        """Return coefficients, float32 ``(N, K, c, c)``, of what turns ``before`` into ``after``.

        Parameters
        ----------
        before, after : float32 (N, 3, h, w)
            In [0, 1]: small images decoded from their latents as they were, and from the moved ones. Where
            both are equal, `apply` with the coefficients changes nothing.
        """
        ...

    def apply(self, pixels: Tensor, coefficients: Tensor) -> Tensor:
        """Return the changed pixels, float32 ``(3, H, W)``, not clipped.

        Parameters
        ----------
        pixels : float32 (3, H, W)
        coefficients : float32 (K, H, W) or (K, 1, W)
        """
        ...


def detail_names() -> list[str]:
    """Return the names of all details."""
    return plugins.names(FAMILY)


def load_detail(name: str) -> Detail:
    """Return the detail called ``name``.

    Raises
    ------
    UsageProblem
        There is none of that name.
    """
    return cast(Detail, plugins.load(FAMILY, name, what="detail"))
