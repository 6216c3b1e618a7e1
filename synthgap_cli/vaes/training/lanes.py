"""Pieces of a batch that are computed side by side, each on one processor."""

# n images of a piece, L lanes

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import torch
from torch import Tensor
from torch.nn.modules.batchnorm import _BatchNorm

from synthgap_cli.vaes.model import Vae
from synthgap_cli.vaes.training.execution import Execution
from synthgap_cli.vaes.training.objective import Terms

FEWEST_IMAGES = 4  # of a piece: of fewer, most of the time goes by between layers
Piece = TypeVar("Piece")


def lanes_of(vae: Vae, execution: Execution, batch_size: int) -> int:
    """Return how many pieces a batch can be computed in at once: one, if images are not independent.

    Batch norm makes them depend on each other, and what a front drops out is drawn from one generator.
    """
    is_plain = execution.device.type == "cpu" and execution.precision != "fp16" and not execution.compiled
    depends = vae.front_network or any(isinstance(module, _BatchNorm) for module in vae.modules())
    if not is_plain or depends or execution.team.size > 1:
        return 1
    return max(1, min(execution.lanes, execution.images_at_once(batch_size) // FEWEST_IMAGES))


class Lanes:
    """Adds up the gradients of pieces in their order, whichever is done first.

    Layers of small images are too short to be shared: with other programs running, processors wait for each
    other in every one of them. Here they wait once a step.
    """

    def __init__(self, count: int) -> None:
        self._pool = ThreadPoolExecutor(count, "lane", initializer=torch.set_num_threads, initargs=(1,))

    def add_gradients(
        self,
        compute: Callable[[Piece], Terms],
        pieces: Sequence[Piece],
        shares: Sequence[float],
        weights: Sequence[Tensor],
    ) -> Tensor:
        """Return the terms ``(5,)`` of the pieces' sum; the gradients of its total have been added.

        Parameters
        ----------
        compute : callable
            From a piece to its terms.
        pieces : sequence
        shares : sequence of float
            What each piece counts for.
        weights : sequence of Tensor
        """

        def differentiate(piece: Piece, share: float) -> tuple[Tensor, tuple[Tensor | None, ...]]:
            terms = compute(piece)
            gradients = torch.autograd.grad(share * terms.total, weights, allow_unused=True)
            return share * torch.stack([term.detach() for term in terms]), gradients

        done = list(self._pool.map(differentiate, pieces, shares))
        for _, gradients in done:
            for weight, gradient in zip(weights, gradients, strict=True):
                if gradient is None:
                    continue
                if (
                    weight.grad is None
                ):  # laid out as the weight is, which a fused optimizer takes for granted
                    weight.grad = torch.zeros_like(weight)
                weight.grad += gradient
        return torch.stack([values for values, _ in done]).sum(dim=0)
