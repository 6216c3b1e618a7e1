import importlib
import inspect
import subprocess
import sys

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from synthgap_cli import plugins
from synthgap_cli.figures import _style, roc

NAMES = plugins.names("synthgap_cli.figures")


@pytest.mark.parametrize("name", NAMES)
def test_every_public_module_draws_one_figure(name):
    draw = importlib.import_module(f"synthgap_cli.figures.{name}").draw
    assert inspect.get_annotations(inspect.unwrap(draw), eval_str=True)["return"] is Figure
    assert draw.__doc__.startswith("Return ")


def test_drawing_needs_no_display_and_no_pyplot():
    code = (
        "import sys, importlib\n"
        f"for name in {NAMES}: importlib.import_module('synthgap_cli.figures.' + name)\n"
        "from synthgap_cli.figures import roc; roc.draw([])\n"
        "sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_users_matplotlib_settings_neither_show_nor_change():
    curve = roc.Curve("a", np.array([0, 1.0]), np.array([0, 1.0]), 0.5)
    expected = _pixels(roc.draw([curve]))
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red", "xtick.labelsize": 30}):
        before = dict(matplotlib.rcParams)
        figure = roc.draw([curve])
        assert dict(matplotlib.rcParams) == before
        assert np.array_equal(_pixels(figure), expected)


def _pixels(figure):
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba()).copy()


# Machado, Oliveira and Fernandes (2009), doi:10.1109/TVCG.2009.113, severity 1, linear RGB
BLINDNESS = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]
    ],
}  # fmt: skip


@pytest.mark.parametrize("kind", BLINDNESS)
@pytest.mark.parametrize("pair", [(_style.REAL, _style.CANDIDATE), (_style.RIGHT, _style.WRONG)], ids=str)
def test_the_two_roles_are_told_apart_by_colour_blind_readers(kind, pair):
    seen = [np.clip(BLINDNESS[kind] @ _linear(colour), 0, 1) for colour in pair]
    assert np.linalg.norm(_lab(seen[0]) - _lab(seen[1])) > 25  # ten times the smallest difference one sees


def test_small_text_has_enough_contrast_on_white():
    for colour in (_style.INK, _style.QUIET):
        luminance = _linear(colour) @ [0.2126, 0.7152, 0.0722]
        assert 1.05 / (luminance + 0.05) > 4.5  # WCAG 2, level AA


def _linear(colour):
    values = np.array(matplotlib.colors.to_rgb(colour))
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def _lab(linear):
    white = np.array([0.95047, 1, 1.08883])
    xyz = (
        np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
        @ linear
        / white
    )
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_sixteen_series_are_sixteen_looks():
    looks = {tuple(_style.series_style(index).values()) for index in range(16)}
    assert len(looks) == 16
    assert not {look[0] for look in looks} & {_style.REAL, _style.CANDIDATE}


def test_a_name_is_cut_in_the_middle_and_stays_on_one_line():
    assert _style.fit("short") == "short"
    assert _style.fit("first\nsecond\t third") == "first second third"
    cut = _style.fit("a" * 30 + "tail-of-it", 16)
    assert len(cut) == 16
    assert cut.startswith("aaaa")
    assert "…" in cut
    assert cut.endswith("of-it")


def test_a_name_the_font_cannot_write_does_not_warn(legible):
    curve = roc.Curve("犬 $\\frac{1}$ _x", np.array([0, 1.0]), np.array([0, 1.0]), 0.5)
    figure = legible(roc.draw, [curve])
    assert "□ $\\frac{1}$ _x" in {text.get_text() for text in figure.axes[1].texts}


def test_a_leading_underscore_does_not_hide_a_name():
    assert _style.fit("_net").strip() == "_net"
    assert not _style.fit("_net").startswith("_")
