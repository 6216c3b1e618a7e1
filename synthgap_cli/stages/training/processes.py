"""The processes that train one VAE together: started here, or by torchrun."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep
from typing import TypeVar

import torch

from synthgap_cli.devices import resolve_device
from synthgap_cli.errors import Stopped, SynthgapError, UsageProblem
from synthgap_cli.interruption import withheld_signals
from synthgap_cli.vaes.training.team import ALONE, Team, joined

T = TypeVar("T")
_HERE = "{}.here"  # touched by the process of this rank when it is about to join


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
        others = [
            get_context("spawn").Process(
                target=_follow, args=(work, task, Team(rank, devices), folder, device), daemon=True
            )
            for rank in range(1, devices)
        ]
        with _ended_together(others):
            _meet(others, Path(folder))
            with joined(team, rendezvous=_rendezvous(folder), device=place):
                yield team


def _meet(others: Sequence[BaseProcess], folder: Path) -> None:
    """Return when all have come; unlike torch's own waiting, it ends with a signal or one of the others."""
    while len(list(folder.glob(_HERE.format("*")))) < len(others):
        if codes := _codes(others):
            raise _ended(codes)
        sleep(0.02)


def _rendezvous(folder: str) -> str:
    return (Path(folder) / "rendezvous").as_uri()


@contextmanager
def _ended_together(others: Sequence[BaseProcess]) -> Iterator[None]:
    try:
        with withheld_signals():  # the one that leads decides
            for other in others:
                other.start()
        yield
    except RuntimeError as error:  # what gloo and nccl raise where a partner is gone
        for other in others:
            other.join(timeout=1)
        if codes := _codes(others):
            raise _ended(codes) from error
        raise
    except Stopped:  # the others may still be starting, and have nothing to save
        for other in others:
            other.kill()
        raise
    finally:
        for other in others:
            other.join(timeout=10)
            other.kill()


def _codes(others: Sequence[BaseProcess]) -> list[int]:
    """Return the exit codes of those that have failed."""
    return [other.exitcode for other in others if other.exitcode]


def _ended(codes: Sequence[int]) -> SynthgapError:
    return SynthgapError(
        f"A process of the training has ended with exit code {codes[0]}.",
        hint="The same command goes on from what was saved; fewer --devices need less memory.",
    )


def _follow(work: Callable[[T, Team], object], task: T, team: Team, folder: str, device: str) -> None:
    place = device_of(device, team)
    (Path(folder) / _HERE.format(team.rank)).touch()
    # what goes wrong here goes wrong there too, and is told there
    with suppress(SynthgapError, Stopped), joined(team, rendezvous=_rendezvous(folder), device=place):
        work(task, team)
