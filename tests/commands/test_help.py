"""Help is fast, complete, and the same as in the docs."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from synthgap_cli.cli import app

ROOT = Path(__file__).parents[2]
HEAVY = ("torch", "torchvision", "numpy", "scipy", "sklearn", "h5py", "matplotlib", "PIL", "jinja2")
COMMANDS = get_command(app).commands


def test_help_imports_none_of_the_heavy_packages():
    program = f"import sys, synthgap_cli.cli; print([name for name in {HEAVY} if name in sys.modules])"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_says_what_it_does(name):
    command = COMMANDS[name]
    assert command.help and len(command.help.split("\n")[0]) <= 62, "the list of commands would cut it"
    for parameter in command.params:
        assert parameter.help, parameter.name


def test_the_reference_in_the_docs_is_what_the_terminal_shows():
    script = ROOT / "docs" / "make_cli_reference.py"
    shown = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True).stdout
    assert (ROOT / "docs" / "cli.md").read_text() == shown, "run docs/make_cli_reference.py > docs/cli.md"
