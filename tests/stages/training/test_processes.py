"""Processes that train together: one that is lost on the way, and a signal while they gather."""

import os
import signal
import time

import pytest

from synthgap_cli.errors import ExitCode, Stopped, SynthgapError
from synthgap_cli.stages.training.processes import assembled
from synthgap_cli.vaes.training.team import ALONE


class _Unpickled:
    """Calls a function in the process that is given it."""

    def __init__(self, function, *arguments):
        self.called = function, arguments

    def __reduce__(self):
        return self.called


def test_a_process_that_ends_before_it_has_joined_is_told_at_once():
    task = _Unpickled(os._exit, 9)
    with (
        pytest.raises(SynthgapError, match="exit code 9"),
        assembled(ALONE, 2, device="cpu", work=print, task=task),
    ):
        pytest.fail("the team is not complete")


def test_a_signal_while_the_processes_gather_ends_them():
    def stop(number, frame):
        raise Stopped(ExitCode.TERMINATED)

    before = signal.signal(signal.SIGALRM, stop)
    started = time.monotonic()
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        task = _Unpickled(time.sleep, 60)
        with pytest.raises(Stopped), assembled(ALONE, 2, device="cpu", work=print, task=task):
            pytest.fail("the team is not complete")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert time.monotonic() - started < 30
