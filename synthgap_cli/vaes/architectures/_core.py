"""The fully connected core of `classic` and of the networks with a backbone (thesis, section 2a)."""

# N images, F features in

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn

from synthgap_cli.vaes.model import Posterior

DOWN = (4096, 2048)
LATENTS = 512
UP = (2048, 4096)


class Core(nn.Module):
    """``[fc-4096]-[fc-2048]-[2 x fc-512]-[fc-2048]-[fc-4096]``, ReLU behind all but the middle pair.

    The pair gives the mean and the log-variance.
    """

    def __init__(self, num_features: int) -> None:
        super().__init__()
        self.down = _dense(num_features, *DOWN)
        self.mean = nn.Linear(DOWN[-1], LATENTS)
        self.log_variance = nn.Linear(DOWN[-1], LATENTS)
        self.up = _dense(LATENTS, *UP)

    def encode(self, features: Tensor) -> Posterior:
        """Return the posterior ``(N, 512)`` of features ``(N, F)``."""
        hidden = self.down(features)  # (N, 2048)
        return Posterior.from_heads(self.mean(hidden), self.log_variance(hidden))

    def decode(self, latents: Tensor) -> Tensor:
        """Return ``(N, 4096)`` of latents ``(N, 512)``."""
        return self.up(latents)  # type: ignore[no-any-return]


def _dense(*widths: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for before, after in pairwise(widths):
        layers += [nn.Linear(before, after), nn.ReLU()]
    return nn.Sequential(*layers)
