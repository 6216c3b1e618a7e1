"""What people see: tables on any width, warnings once."""

import json

import pytest

from synthgap_cli import cli
from synthgap_cli.console import Console
from synthgap_cli.errors import ExitCode, Stopped

COLUMNS = ["", "n", "within\nreal", "between"]
ROWS = [["mobilenet_v2", "1234+5678", "4.9", "88.6"], ["a[b]c", "1+2", "?", "5.0"]]


@pytest.mark.parametrize("width", ["32", "40", "80"])
def test_no_cell_is_cut_on_any_width(monkeypatch, capsys, width):
    monkeypatch.setenv("COLUMNS", width)
    Console().table("Title", COLUMNS, ROWS)
    shown = capsys.readouterr().err
    for cell in (*ROWS[0], *ROWS[1]):
        assert cell in shown
    assert "…" not in shown


@pytest.mark.parametrize("width", ["20", "60"])
def test_a_table_that_fits_neither_way_is_wide_rather_than_cut(monkeypatch, capsys, width):
    monkeypatch.setenv("COLUMNS", width)
    rows = [[f"a-name-to-read-{index}", *["0.123…0.456"] * 9] for index in range(9)]
    Console().table("Title", ["", *(f"heading {index}" for index in range(9))], rows)
    shown = capsys.readouterr().err
    assert all(row[0] in shown for row in rows)
    assert shown.count("0.123…0.456") == 81


def test_a_title_is_not_folded_to_its_table(capsys):
    title = "A title that is longer than the table below it"
    Console().table(title, ["a", "b"], [["1", "2"]])
    assert capsys.readouterr().err.splitlines()[0] == title


def test_a_warning_is_told_once_and_kept_for_json(capsys):
    console = Console()
    for _ in range(3):
        console.warn("careful [bold]")
    assert capsys.readouterr().err.count("careful [bold]") == 1
    assert console.warnings == ["careful [bold]"]


def test_quiet_keeps_all_but_errors_back(capsys):
    console = Console(quiet=True)
    console.note("a")
    console.warn("b")
    console.table("c", COLUMNS, ROWS)
    assert list(console.track([1, 2], "d")) == [1, 2]
    assert capsys.readouterr().err == ""


def test_an_interrupted_command_tells_its_own_exit_code_as_json(synthgap, monkeypatch):
    def interrupted(**_):
        raise Stopped(ExitCode.INTERRUPTED)

    monkeypatch.setattr(cli, "app", interrupted)
    ended = synthgap("encode", "--json")
    assert ended.code == json.loads(ended.out)["exit-code"] == 130
