import os
import signal

import pytest

from synthgap_cli.errors import ExitCode, Stopped
from synthgap_cli.stages.training.interruption import deferred_signals


def test_a_signal_waits_for_the_end_of_the_block():
    done = []
    with pytest.raises(Stopped) as stopped, deferred_signals() as signals:
        os.kill(os.getpid(), signal.SIGTERM)
        assert signals.arrived
        done.append("saved")
    assert done and stopped.value.exit_code is ExitCode.TERMINATED


def test_a_second_signal_acts_at_once():
    with pytest.raises(KeyboardInterrupt), deferred_signals():
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        pytest.fail("the second signal was deferred too")


def test_handlers_are_given_back():
    before = signal.getsignal(signal.SIGTERM)
    with deferred_signals() as signals:
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before
    assert not signals.arrived


def test_an_error_in_the_block_is_told_rather_than_the_signal():
    with pytest.raises(ValueError, match="inside"), deferred_signals():
        os.kill(os.getpid(), signal.SIGTERM)
        raise ValueError("inside")
