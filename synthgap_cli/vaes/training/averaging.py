"""The moving average of the weights of a training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn

WARM_UP = 10  # updates; without it the random weights of the start would weigh for 1 / (1 - decay) steps


class MovingAverage:
    """The exponential moving average of what an optimizer moves; running statistics stay out of it.

    Polyak and Juditsky (1992), doi:10.1137/0330046, with exponential weights. The decay grows as
    ``(1 + t) / (10 + t)`` after t updates until it has its full value.

    Parameters
    ----------
    network : nn.Module
    decay : float
        In [0, 1).
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.decay = decay
        self.updates = 0
        self.current = {name: value for name, value in network.named_parameters() if value.requires_grad}
        self.averages = {name: value.detach().clone() for name, value in self.current.items()}

    @torch.no_grad()
    def update(self) -> None:
        """Move the averages towards the weights as they are now."""
        self.updates += 1
        decay = min(self.decay, (1 + self.updates) / (WARM_UP + self.updates))
        torch._foreach_lerp_(list(self.averages.values()), list(self.current.values()), 1 - decay)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Let the network have the averages while the block runs."""
        before = {name: value.detach().clone() for name, value in self.current.items()}
        self._give(self.averages)
        try:
            yield
        finally:
            self._give(before)

    def state_dict(self) -> dict[str, object]:
        """Return a copy of the averages, on the CPU, and the number of updates."""
        averages = {name: value.to("cpu", copy=True) for name, value in self.averages.items()}
        return {"updates": self.updates, "averages": averages}

    def load_state_dict(self, state: Mapping[str, object]) -> None:
        """Go on where ``state`` was taken."""
        self.updates = state["updates"]  # type: ignore[assignment]
        for name, value in state["averages"].items():  # type: ignore[attr-defined]
            self.averages[name].copy_(value)

    @torch.no_grad()
    def _give(self, values: Mapping[str, Tensor]) -> None:
        for name, value in self.current.items():
            value.copy_(values[name])
