"""The processes that train one VAE together: started here, or by torchrun."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import torch

from synthgap_cli.devices import resolve_device
from synthgap_cli.errors import Stopped, SynthgapError, UsageProblem
from synthgap_cli.vaes.training.team import ALONE, Team, joined

T = TypeVar("T")


def launched_team(devices: int) -> Team:
    """Return this process's place in the team that torchrun has started; alone if none has.

    Raises
    ------
    UsageProblem
        A team of another size is asked for as well.
    """
    size = int(os.environ.get("WORLD_SIZE", 1))
    if size == 1 or "RANK" not in os.environ:
        return ALONE
    if devices not in (1, size):
        raise UsageProblem(
            f"torchrun has started {size} processes, which --devices {devices} contradicts.",
            hint="Leave out --devices under torchrun.",
        )
    return Team(int(os.environ["RANK"]), size)


def device_of(name: str, team: Team) -> torch.device:
    """Return the device of one of the processes: of several GPUs each has its own.

    Raises
    ------
    UsageProblem
        There are not as many GPUs.
    """
    device = resolve_device(name)
    if team.size == 1 or device.type != "cuda":
        return device
    local = int(os.environ.get("LOCAL_RANK", team.rank))
    if local >= torch.cuda.device_count():
        raise UsageProblem(
            f"This machine has {torch.cuda.device_count()} GPUs, fewer than processes.",
            hint=f"Say --devices {torch.cuda.device_count()}.",
        )
    device = torch.device("cuda", local)
    torch.cuda.set_device(device)
    return device


@contextmanager
def assembled(
    team: Team, devices: int, *, device: str, work: Callable[[T, Team], object], task: T
) -> Iterator[Team]:
    """Yield this process's place in a team whose other processes do ``work(task, team)``.

    Raises
    ------
    SynthgapError
        One of the others has ended early.
    """
    if team.size > 1 or devices == 1:
        with joined(team, rendezvous="env://", device=device_of(device, team)):
            yield team
        return
    team = Team(0, devices)
    place = device_of(device, Team(devices - 1, devices))  # the last of the GPUs must be there too
    place = device_of(device, team)
    with TemporaryDirectory() as folder:
        rendezvous = (Path(folder) / "rendezvous").as_uri()
        others = [
            get_context("spawn").Process(
                target=_follow, args=(work, task, Team(rank, devices), rendezvous, device), daemon=True
            )
            for rank in range(1, devices)
        ]
        with _ended_together(others), joined(team, rendezvous=rendezvous, device=place):
            yield team


@contextmanager
def _ended_together(others: Sequence[BaseProcess]) -> Iterator[None]:
    for other in others:
        other.start()
    try:
        yield
    except RuntimeError as error:  # what gloo and nccl raise where a partner is gone
        for other in others:
            other.join(timeout=1)
        codes = [other.exitcode for other in others if other.exitcode]
        if not codes:
            raise
        raise SynthgapError(
            f"A process of the training has ended with exit code {codes[0]}.",
            hint="The same command goes on from what was saved; fewer --devices need less memory.",
        ) from error
    finally:
        for other in others:
            other.join(timeout=10)
            other.kill()


def _follow(work: Callable[[T, Team], object], task: T, team: Team, rendezvous: str, device: str) -> None:
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # the one that leads decides
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    place = device_of(device, team)
    # what goes wrong here goes wrong there too, and is told there
    with suppress(SynthgapError, Stopped), joined(team, rendezvous=rendezvous, device=place):
        work(task, team)
