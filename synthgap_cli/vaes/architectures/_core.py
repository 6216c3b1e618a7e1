"""The fully connected core of `classic` and of the networks with a backbone (thesis, section 2a)."""

# N images, F features in, Z latents, A first hidden size (4096 by default)

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from torch import Tensor, nn

from synthgap_cli.vaes.model import Posterior
from synthgap_cli.vaes.options import ArchitectureOptions


@dataclass(frozen=True)
class CoreOptions(ArchitectureOptions):
    """Sizes of the fully connected layers; the defaults are the thesis'.

    Attributes
    ----------
    hidden : tuple of int
        Of the layers down to the latents; those up are the same, the other way round.
    latents : int
    """

    hidden: tuple[int, ...] = (4096, 2048)
    latents: int = 512


class Core(nn.Module):
    """``[fc-4096]-[fc-2048]-[2 x fc-512]-[fc-2048]-[fc-4096]``, ReLU behind all but the middle pair.

    The pair gives the mean and the log-variance.
    """

    def __init__(self, num_features: int, options: CoreOptions) -> None:
        super().__init__()
        hidden, latents = options.hidden, options.latents
        self.down = _dense(num_features, *hidden)
        self.mean = nn.Linear(hidden[-1], latents)
        self.log_variance = nn.Linear(hidden[-1], latents)
        self.up = _dense(latents, *hidden[::-1])

    def encode(self, features: Tensor) -> Posterior:
        """Return the posterior ``(N, Z)`` of features ``(N, F)``."""
        hidden = self.down(features)
        return Posterior.from_heads(self.mean(hidden), self.log_variance(hidden))

    def decode(self, latents: Tensor) -> Tensor:
        """Return ``(N, A)`` of latents ``(N, Z)``."""
        return self.up(latents)  # type: ignore[no-any-return]


def _dense(*widths: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for before, after in pairwise(widths):
        layers += [nn.Linear(before, after), nn.ReLU()]
    return nn.Sequential(*layers)
