import numpy as np

from synthgap_cli.figures import floors

RNG = np.random.default_rng(0)
WITHIN = np.stack([RNG.normal(10, 1, 20), RNG.normal(0.9, 0.02, 20)])


def test_zero_is_the_middle_of_a_domain_and_one_the_floor_whichever_way_a_number_runs(legible):
    figure = legible(
        floors.draw,
        ["distance", "precision"],
        within_real=WITHIN,
        within_synthetic=WITHIN,
        between=np.stack([np.full(20, 30.0), np.full(20, 0.5)]),
        floors=np.array([12.0, 0.86]),
    )
    (axes,) = figure.axes
    dots = {line.get_label(): line.get_xdata() for line in axes.lines if str(line.get_label())[0] != "_"}
    middles = np.median(WITHIN, axis=1)
    expected = [(30 - middles[0]) / (12 - middles[0]), (0.5 - middles[1]) / (0.86 - middles[1])]
    np.testing.assert_allclose(dots["between the two"].reshape(2, 20)[:, 0], expected)
    np.testing.assert_allclose(np.median(dots["within real"].reshape(2, 20), axis=1), 0, atol=1e-12)


def test_an_unknown_number_leaves_its_row_empty(legible):
    unknown = np.vstack([WITHIN[:1], np.full((1, 20), np.nan)])
    figure = legible(
        floors.draw,
        ["known", "unknown"],
        within_real=unknown,
        within_synthetic=unknown,
        between=unknown,
        floors=np.array([12.0, np.nan]),
    )
    assert len(figure.axes[0].get_yticks()) == 2
