import numpy as np
import pytest

from synthgap_cli.figures import _style, feature_histograms


def rows(count, columns, shift=0.0, seed=0):
    return np.random.default_rng(seed).normal(shift, size=(count, columns))


@pytest.mark.parametrize("columns", [1, 3, 7, 16])
def test_each_panel_is_named_by_component_and_effect(legible, columns):
    figure = legible(
        feature_histograms.draw, rows(50, columns), rows(40, columns, 1), components=range(90, 90 + columns),
        cohen_d=np.linspace(-2, 2, columns),
    )  # fmt: skip
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles[0] == "#90   d = −2.00"
    assert len([title for title in titles if title]) == columns


def test_both_densities_share_their_bins_and_hold_all_rows(legible):
    real, synthetic = rows(500, 1), rows(300, 1, 2, seed=1)
    figure = legible(feature_histograms.draw, real, synthetic, components=[3], cohen_d=[1.9])
    (filled_real, _, filled_synthetic, _) = figure.axes[0].patches[:4]
    densities = [patch.get_data() for patch in (filled_real, filled_synthetic)]
    np.testing.assert_array_equal(densities[0].edges, densities[1].edges)
    for side, data in zip((real, synthetic), densities, strict=True):
        expected = np.histogram(side, bins=data.edges, density=True)[0]
        np.testing.assert_array_equal(data.values, expected)
        assert (data.values * np.diff(data.edges)).sum() == pytest.approx(1)
    assert densities[0].edges[0] == min(real.min(), synthetic.min())
    assert densities[0].edges[-1] == max(real.max(), synthetic.max())


def test_the_legend_names_both_domains_in_their_colours(legible):
    figure = legible(
        feature_histograms.draw, rows(20, 2), rows(20, 2), components=[0, 1], cohen_d=[0, 0],
        domains=("day", "night"),
    )  # fmt: skip
    legend = figure.legends[0]
    assert [text.get_text() for text in legend.get_texts()] == ["day", "night"]
    colours = [_style.REAL, _style.CANDIDATE]
    for patch, colour in zip(legend.get_patches(), colours, strict=True):
        assert tuple(patch.get_facecolor()[:3]) == pytest.approx(_rgb(colour))


def _rgb(colour):
    return tuple(int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))


def test_what_is_not_finite_is_left_out(legible):
    real, synthetic = rows(30, 2), rows(30, 2)
    real[:5, 0] = np.nan
    real[5, 0] = np.inf
    synthetic[:, 1] = np.nan
    figure = legible(feature_histograms.draw, real, synthetic, components=[0, 1], cohen_d=[0.1, np.nan])
    data = figure.axes[0].patches[0].get_data()
    expected = np.histogram(real[6:, 0], bins=data.edges, density=True)[0]
    np.testing.assert_array_equal(data.values, expected)
    assert figure.axes[1].texts[0].get_text() == "no finite values"
    assert figure.axes[1].get_title(loc="left") == "#1   d unknown"


@pytest.mark.parametrize("value", [0.0, 3.5])
def test_a_dead_component_and_a_single_row_are_drawn(legible, value):
    constant = np.full((1, 1), value, dtype=np.float32)
    figure = legible(feature_histograms.draw, constant, constant, components=[0], cohen_d=[np.nan])
    assert len(figure.axes[0].patches[0].get_data().values) == feature_histograms.BINS


def test_no_components_leave_an_empty_panel(legible):
    legible(feature_histograms.draw, rows(5, 0), rows(5, 0), components=[], cohen_d=[])
