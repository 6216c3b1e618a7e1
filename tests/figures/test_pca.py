import numpy as np
import pytest
from sklearn.decomposition import PCA

from synthgap_cli.figures import pca
from synthgap_cli.figures._components import principal_components


@pytest.mark.parametrize("shape", [(40, 7), (7, 40), (30, 30), (700, 520), (520, 700)])
def test_components_equal_those_of_a_singular_value_decomposition(shape):
    rows = np.random.default_rng(0).normal(size=shape) * np.linspace(3, 1, shape[1]) + 5
    count = min(5, *shape)
    ours = principal_components(rows, count=count)
    oracle = PCA(count, svd_solver="full").fit(rows)
    np.testing.assert_allclose(ours.explained_share, oracle.explained_variance_ratio_, rtol=1e-10)
    cosines = np.abs((ours.directions * oracle.components_).sum(axis=1))
    np.testing.assert_allclose(cosines, 1, rtol=1e-10)
    np.testing.assert_allclose(ours.mean, rows.mean(axis=0), rtol=1e-12)
    assert ours.directions.shape == (count, shape[1])


def test_all_components_together_explain_all_variance():
    rows = np.random.default_rng(1).normal(size=(50, 6))
    assert principal_components(rows).explained_share.sum() == pytest.approx(1, rel=1e-12)


def test_the_sign_of_a_component_does_not_depend_on_the_order_of_rows():
    rng = np.random.default_rng(2)
    rows = rng.normal(size=(600, 550)) * np.linspace(5, 1, 550)
    ours, shuffled = (principal_components(r, count=3) for r in (rows, rng.permutation(rows)))
    np.testing.assert_allclose(ours.directions, shuffled.directions, atol=1e-8)


def test_float32_rows_are_summed_in_float64():
    rows = (np.random.default_rng(3).normal(size=(100, 4)) + 1e4).astype(np.float32)
    ours = principal_components(rows)
    assert ours.explained_share.dtype == ours.directions.dtype == np.float64
    oracle = PCA(svd_solver="full").fit(rows.astype(np.float64)).explained_variance_ratio_
    np.testing.assert_allclose(ours.explained_share, oracle, rtol=1e-8)


def test_equal_rows_have_no_variance_to_explain(legible):
    same = np.ones((5, 3))
    projection = pca.project(same, same, rng=np.random.default_rng(0))
    assert np.isnan(projection.explained_share).all()
    figure = legible(pca.draw, projection)
    assert figure.axes[1].texts[0].get_text() == "no variance to explain"


def test_points_are_the_rows_in_the_plane_of_the_first_two_components(legible):
    rng = np.random.default_rng(4)
    real, synthetic = rng.normal(size=(30, 5)), rng.normal(size=(20, 5)) + 3
    figure = legible(pca.draw, pca.project(real, synthetic, rng=rng))
    oracle = PCA(2, svd_solver="full").fit(np.concatenate([real, synthetic]))
    for drawn, rows in zip(figure.axes[0].collections, (real, synthetic), strict=True):
        assert drawn.get_offsets().shape == (len(rows), 2)
        np.testing.assert_allclose(np.abs(drawn.get_offsets()), np.abs(oracle.transform(rows)), rtol=1e-8)
    share = oracle.explained_variance_ratio_
    assert figure.axes[0].get_xlabel() == f"component 1 ({share[0]:.1%} of variance)"
    assert figure.axes[0].get_ylabel() == f"component 2 ({share[1]:.1%} of variance)"
    assert f"first 2: {share.sum():.1%}" in [text.get_text() for text in figure.axes[1].texts]


def test_more_than_two_thousand_points_are_drawn_as_a_stated_sample(legible):
    rng = np.random.default_rng(5)
    rows = rng.normal(size=(2100, 3))
    projection = pca.project(rows, rows[:1500], rng=rng)
    assert (len(projection.real), len(projection.synthetic)) == (2000, 1500)
    figure = legible(pca.draw, projection, domains=("dogs", "gan"))
    labels = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert labels == ["dogs (2,000 of 2,100)", "gan (1,500)"]


def test_the_sample_depends_on_the_generator_only():
    rows = np.random.default_rng(6).normal(size=(2100, 3))
    one, same, other = (pca.project(rows, rows, rng=np.random.default_rng(seed)).real for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_rows_with_a_nan_are_left_out_and_counted(legible):
    rng = np.random.default_rng(7)
    real = rng.normal(size=(20, 4))
    real[3, 2] = np.nan
    figure = legible(pca.draw, pca.project(real, real[5:], rng=rng))
    assert figure.axes[0].get_legend().get_texts()[0].get_text() == "real (19 of 20)"


@pytest.mark.parametrize(("real", "synthetic"), [(1, 1), (1, 0), (0, 0)])
def test_hardly_any_rows_are_drawn_all_the_same(legible, real, synthetic):
    rows = np.random.default_rng(8).normal(size=(2, 6))
    projection = pca.project(rows[:real], rows[2 - synthetic :], rng=np.random.default_rng(0))
    drawn = legible(pca.draw, projection).axes[0].collections
    assert [len(points.get_offsets()) for points in drawn] == [real, synthetic]


def test_one_feature_lies_on_a_line(legible):
    rows = np.random.default_rng(9).normal(size=(30, 1))
    projection = pca.project(rows, rows + 1, rng=np.random.default_rng(0))
    legible(pca.draw, projection)
    assert (projection.real[:, 1] == 0).all()
