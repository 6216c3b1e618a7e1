"""Distances on the screen: whole at 80 columns, and no longer than what they say."""

import math

import pytest

from synthgap_cli.console import Console
from synthgap_cli.tables import gap

NAMES = ("fid_infinity", "kid", "mmd", "precision", "sliced_wasserstein")


def row(name, value, *, low=math.nan, high=math.nan, floor=0.0985):
    return {
        "pair": "real-synthetic.net", "statistic": name, "equal_is": "low", "rows": "test",
        "n_reference": 100, "n_candidate": 100, "n_half": 50, "components": 6, "circular": 0,
        "value": value, "low": low, "high": high, "p_value": 0.005, "value_at_half": value,
        "floor": floor, "floor_by": "image", "beyond_floor": 0.0,
    }  # fmt: skip


def show(monkeypatch, capsys, rows):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(gap, "read_summaries", lambda paths: rows)
    gap.show_gap(Console(), [])
    return capsys.readouterr().err


def test_intervals_about_zero_fit_80_columns(monkeypatch, capsys):
    rows = [row(name, -0.00723, low=-0.0000928, high=-0.000734) for name in NAMES]
    shown = show(monkeypatch, capsys, rows)
    assert "-0.00723" in shown and "-9.3e-05…-0.00073" in shown
    for line in shown.splitlines():
        assert not line.rstrip().endswith("…")
    assert shown.count("within floor") == len(NAMES)
    assert all(name.split("_")[-1] in shown for name in NAMES)


@pytest.mark.parametrize(("value", "shown"), [
    (-0.0, "0"), (243.4, "243"), (1234.4, "1234"), (999_999.0, "999999"), (-2.5e59, "-2.5e+59"),
])  # fmt: skip
def test_a_number_is_short(monkeypatch, capsys, value, shown):
    cells = show(monkeypatch, capsys, [row("fid", value, floor=value)]).splitlines()
    (line,) = [cell.split() for cell in cells if cell.startswith("fid")]
    assert line[1] == shown
