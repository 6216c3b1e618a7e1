"""What users can cause, each with a message, a hint and an exit code."""

from enum import IntEnum


class ExitCode(IntEnum):
    """Every exit code of the program."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    FOUND = 10  # what --fail-if asked about holds
    INVALID = 65
    MISSING = 66
    EXISTS = 73
    INTERRUPTED = 130
    BROKEN_PIPE = 141
    TERMINATED = 143


class Stopped(BaseException):
    """A signal or a closed pipe ends the program: unwind, so that no half-written file stays."""

    def __init__(self, exit_code: ExitCode) -> None:
        super().__init__(exit_code.name)
        self.exit_code = exit_code


class SynthgapError(Exception):
    """Something failed at run time.

    Parameters
    ----------
    message : str
        What happened and to which value, in one sentence.
    hint : str, optional
        What the user can do about it.
    """

    exit_code = ExitCode.FAILED

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageProblem(SynthgapError):
    """The command line asks for something that cannot be."""

    exit_code = ExitCode.USAGE


class InvalidInput(SynthgapError):
    """A file is not what it claims to be, or two files do not fit each other."""

    exit_code = ExitCode.INVALID


class InputMissing(SynthgapError):
    """A file, a set of weights or a package that is needed is not there."""

    exit_code = ExitCode.MISSING


class OutputExists(SynthgapError):
    """The output is there already and was made from something else."""

    exit_code = ExitCode.EXISTS
