"""Signals that end the program: which, how, and not before what is under way can be saved."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from synthgap_cli.errors import ExitCode, Stopped

NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


class Signals:
    """Which signal has asked the program to end, if any has."""

    def __init__(self) -> None:
        self.number: int | None = None

    @property
    def arrived(self) -> bool:
        """Whether one has."""
        return self.number is not None


def heeded_signals() -> list[int]:
    """Return the signals that are to end the program: a hang-up is none where nohup has said so."""
    return [number for number in _numbers() if _is_heeded(number)]


def stopped_by(number: int) -> Stopped:
    """Return what unwinds the program after a signal."""
    return Stopped(ExitCode.INTERRUPTED if number == signal.SIGINT else ExitCode.TERMINATED)


@contextmanager
def deferred_signals() -> Iterator[Signals]:
    """Yield what the block is to look at between two steps; what arrived ends the program after the block.

    A second signal acts at once. Outside the main thread, which alone gets signals, nothing is deferred.

    Raises
    ------
    Stopped
        At the end of the block, where a signal has arrived.
    """
    signals = Signals()
    if threading.current_thread() is not threading.main_thread():
        yield signals
        return
    before = {number: signal.getsignal(number) for number in heeded_signals()}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def remember(number: int, frame: FrameType | None) -> None:
        signals.number = number
        restore()

    for number in before:
        signal.signal(number, remember)
    try:
        yield signals
    finally:
        restore()
    if signals.number is not None:
        raise stopped_by(signals.number)


@contextmanager
def withheld_signals() -> Iterator[None]:
    """Withhold in the block what ends the program: for good from processes started in it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # which lets signals through again when it starts
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _numbers())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _numbers() -> list[int]:
    return [getattr(signal, name) for name in NAMES if hasattr(signal, name)]


def _is_heeded(number: int) -> bool:
    return number != getattr(signal, "SIGHUP", None) or signal.getsignal(number) is not signal.SIG_IGN
