"""Several processes that train one network, each on its share of every batch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

PATIENCE = timedelta(days=1)  # the others wait for the one that validates
T = TypeVar("T", bound="Any")


@dataclass(frozen=True)
class Team:
    """This process's place among those that train together; alone by default.

    Attributes
    ----------
    rank : int
        From 0, which leads: it validates, writes and reports.
    size : int
    """

    rank: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        """Whether this is the process that validates, writes and reports."""
        return self.rank == 0

    def share(self, batch: T) -> T:
        """Return this process's part of a batch, contiguous; ``size`` divides the batch's length."""
        length = len(batch) // self.size
        return batch[self.rank * length : (self.rank + 1) * length]  # type: ignore[no-any-return]

    def mean(self, values: Tensor) -> Tensor:
        """Return the mean over all processes, in place."""
        if self.size > 1:
            dist.all_reduce(values)
            values /= self.size
        return values

    def any(self, flag: bool, device: torch.device) -> bool:  # noqa: FBT001  as the built-in
        """Return whether the flag holds in any process."""
        return bool(self.mean(torch.tensor(float(flag), device=device))) if self.size > 1 else flag

    def wait(self) -> None:
        """Return when all processes have come here."""
        if self.size > 1:
            dist.barrier()

    def wrap(self, network: nn.Module, device: torch.device) -> nn.Module:
        """Return the network with gradients that are means over all processes."""
        if self.size == 1:
            return network
        return DistributedDataParallel(network, device_ids=None if device.type == "cpu" else [device])


ALONE = Team()


@contextmanager
def joined(team: Team, *, rendezvous: str, device: torch.device) -> Iterator[Team]:
    """Connect the processes of a team while the block runs; ``rendezvous`` is a URL that torch takes."""
    if team.size == 1:
        yield team
        return
    dist.init_process_group(
        "nccl" if device.type == "cuda" else "gloo",
        init_method=rendezvous,
        rank=team.rank,
        world_size=team.size,
        timeout=PATIENCE,
    )
    try:
        yield team
    finally:
        dist.destroy_process_group()


def unsynchronised(network: nn.Module) -> AbstractContextManager[object]:
    """Return the context in which gradients add up without being shared: more of the batch is to come."""
    return network.no_sync() if isinstance(network, DistributedDataParallel) else nullcontext()
