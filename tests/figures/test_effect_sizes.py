import numpy as np
import pytest

from synthgap_cli.figures import effect_sizes


def texts(figure):
    return " | ".join(text.get_text() for text in figure.axes[0].texts)


def test_bars_are_the_shares_of_components(legible):
    effects = np.random.default_rng(0).normal(0, 0.4, 500)
    axes = legible(effect_sizes.draw, effects, null_deviation=0.05).axes[0]
    data = axes.patches[0].get_data()
    np.testing.assert_allclose(data.values, np.histogram(np.abs(effects), bins=data.edges)[0] / 500)
    assert data.values.sum() == pytest.approx(1)


def test_the_share_above_a_small_effect_and_the_median_are_named(legible):
    figure = legible(effect_sizes.draw, np.array([0.1, -0.1, 0.3, -0.5]), null_deviation=0.01)
    assert "small effect 0.2: 50.0% are larger" in texts(figure)
    assert "median 0.20" in texts(figure)


def test_the_null_range_holds_95_percent_of_a_true_null(legible):
    null = np.random.default_rng(1).normal(0, 0.05, 200_000)
    axes = legible(effect_sizes.draw, null, null_deviation=0.05).axes[0]
    limits = [line.get_xdata()[0] for line in axes.lines]
    inside = [np.mean(np.abs(null) < limit) for limit in limits]
    assert min(abs(share - 0.95) for share in inside) < 0.003
    assert "no difference: 95% of components below 0.10" in texts(axes.figure)


def test_dead_components_are_counted_apart(legible):
    effects = np.array([0.1, 0.4, np.nan, np.nan, 0.2])
    figure = legible(effect_sizes.draw, effects, null_deviation=0.05)
    assert figure.axes[0].get_title(loc="left") == "3 components, 2 dead left out"


def test_only_dead_components_say_so(legible):
    assert "every component is dead" in texts(
        legible(effect_sizes.draw, np.full(4, np.nan), null_deviation=0.1)
    )


@pytest.mark.parametrize("effects", [[0.0], [0.19], [0.2, 0.2], [12.0], [0.001, 900.0]])
@pytest.mark.parametrize("null_deviation", [0.001, 0.1, 5.0, np.nan])
def test_names_of_the_lines_never_cover_each_other(legible, effects, null_deviation):
    legible(effect_sizes.draw, np.array(effects), null_deviation=null_deviation)
