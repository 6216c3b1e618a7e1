"""The application: the list of commands, and the one place where errors are rendered."""

from __future__ import annotations

import os
import signal
import sys
import warnings
from types import FrameType
from typing import Annotated, NoReturn

import typer

from synthgap_cli import __version__
from synthgap_cli.commands.classify import classify
from synthgap_cli.commands.decode import decode
from synthgap_cli.commands.demo import demo
from synthgap_cli.commands.encode import encode
from synthgap_cli.commands.extract import extract
from synthgap_cli.commands.gap import gap
from synthgap_cli.commands.inspect import inspect
from synthgap_cli.commands.ledger import ledger
from synthgap_cli.commands.prepare import prepare
from synthgap_cli.commands.report import report
from synthgap_cli.commands.shift import shift
from synthgap_cli.commands.study import study
from synthgap_cli.commands.train_vae import train_vae
from synthgap_cli.commands.translate import translate
from synthgap_cli.commands.ttest import ttest
from synthgap_cli.console import Console
from synthgap_cli.errors import ExitCode, Stopped, SynthgapError
from synthgap_cli.interruption import heeded_signals, stopped_by

app = typer.Typer(
    name="synthgap",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

PIPELINE = (prepare, classify, extract, ttest, gap, train_vae, encode, shift, decode, ledger)
AROUND = (study, demo, translate, report, inspect)
for command in (*AROUND[:3], *PIPELINE, *AROUND[3:]):
    app.command()(command)


def _show_version(asked: bool) -> None:  # noqa: FBT001  Typer's callback
    if asked:
        Console().text(f"synthgap {__version__}")
        raise typer.Exit


@app.callback()
def synthgap(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Measure and close the gap between real and synthetic images.

    The verbs prepare, classify, extract, ttest, gap, train-vae, encode, shift, decode and ledger read and
    write HDF5 stores and print the paths of what they wrote; study runs them all and ends with a report, and
    translate makes a training set of what it found.
    """


def main() -> NoReturn:
    """Run the application and leave with its exit code."""
    # idle OpenMP threads sleep: spinning ones starve the thread that reads ahead, and other programs
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    warnings.filterwarnings("ignore", module=r"PIL\.")  # about files that prepare reports itself
    for number in heeded_signals():
        signal.signal(number, _stop)
    sys.exit(run())


def run() -> int:
    """Run the application and return its exit code, with every error told in a sentence."""
    console = Console(as_json="--json" in sys.argv)  # for errors: a command has its own
    try:
        app(standalone_mode=True)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else ExitCode.FAILED
    except SynthgapError as error:
        console.error(error)
        return error.exit_code
    except Stopped as stopped:
        return _leave(stopped.exit_code, console)
    except (OSError, MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "memory" not in str(error):
            raise  # ours to mend, and the traceback says where
        console.error(SynthgapError(f"{type(error).__name__}: {str(error).splitlines()[0]}"))
        return ExitCode.FAILED
    return ExitCode.DONE


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    signal.signal(number, signal.SIG_IGN)  # a second signal does not disturb the cleaning up
    raise stopped_by(number)


def _leave(code: ExitCode, console: Console) -> ExitCode:
    if code is ExitCode.BROKEN_PIPE:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    else:
        told = SynthgapError(f"{code.name.capitalize()}; no half-written file was left.")
        told.exit_code = code
        console.error(told)
    return code
