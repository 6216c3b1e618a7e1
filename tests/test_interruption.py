import os
import signal
import subprocess

import pytest

from synthgap_cli.errors import ExitCode, Stopped
from synthgap_cli.interruption import deferred_signals, withheld_signals


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


def test_a_hang_up_that_nohup_ignores_does_not_end_a_training():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with deferred_signals() as signals:
            os.kill(os.getpid(), signal.SIGHUP)
            assert not signals.arrived
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_withheld_signal_comes_after_the_block_and_not_to_processes_started_in_it():
    with pytest.raises(Stopped), deferred_signals() as signals:
        with withheld_signals():
            process = subprocess.Popen(["sleep", "60"])
            signal.raise_signal(signal.SIGTERM)  # to this thread: others withhold nothing
            assert not signals.arrived
        assert signals.arrived
    process.send_signal(signal.SIGTERM)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=0.5)
    process.kill()
    process.wait()
