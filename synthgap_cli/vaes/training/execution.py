"""How the steps of a training are computed: where, how precisely, and divided among whom."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from synthgap_cli.devices import Precision
from synthgap_cli.errors import UsageProblem
from synthgap_cli.vaes.training.team import ALONE, Team


@dataclass(frozen=True)
class Execution:
    """What changes no more than the last bits of a training, its precision apart.

    Attributes
    ----------
    device, precision
        See `synthgap_cli.devices`.
    team : Team
        The processes that share each batch.
    parts : int
        Parts of a process's share that are computed one after the other, their gradients added up: less
        memory for the same step. Batch norm, alone, norms over the images of a part.
    lanes : int
        Processors that may compute pieces of a part at the same time; see `synthgap_cli.vaes.training.lanes`.
    compiled : bool
        Whether the network goes through ``torch.compile``: slow to start, then faster on most devices.
    """

    device: torch.device
    precision: Precision = "fp32"
    team: Team = ALONE
    parts: int = 1
    lanes: int = 1
    compiled: bool = False

    def images_at_once(self, batch_size: int) -> int:
        """Return how many of a batch's images a process computes at once.

        Raises
        ------
        UsageProblem
            The batch cannot be divided evenly.
        """
        pieces = self.team.size * self.parts
        if batch_size % pieces:
            nearest = max(pieces, round(batch_size / pieces) * pieces)
            raise UsageProblem(
                f"A batch of {batch_size} images cannot be divided into {pieces} equal parts "
                f"({self.team.size} processes, {self.parts} parts each).",
                hint=f"Say --batch-size {nearest}.",
            )
        return batch_size // pieces
