"""The same numbers from published implementations, on the same features (extra ``oracles``)."""

import contextlib
import io

import numpy as np
import pytest

from synthgap_cli.distances.measures.sliced_wasserstein import random_directions


@pytest.fixture(scope="module")
def features():
    rng = np.random.default_rng(0)
    mixing = rng.normal(size=(12, 12)) / 3
    return rng.normal(size=(240, 12)) @ mixing, rng.normal(0.3, 1.2, size=(200, 12)) @ mixing


def test_fid_is_torch_fidelitys(features, between):
    fid = pytest.importorskip("torch_fidelity.metric_fid")
    first, second = ({"mu": side.mean(axis=0), "sigma": np.cov(side, rowvar=False)} for side in features)
    expected = fid.fid_statistics_to_metric(first, second, verbose=False)
    assert between("fid", *features) == pytest.approx(expected["frechet_inception_distance"], rel=1e-8)


def test_fid_is_torchmetrics(features, between):
    torch = pytest.importorskip("torch")
    fid = pytest.importorskip("torchmetrics.image.fid")
    moments = [
        part
        for side in features
        for part in (torch.from_numpy(side.mean(axis=0)), torch.from_numpy(np.cov(side, rowvar=False)))
    ]
    assert between("fid", *features) == pytest.approx(float(fid._compute_fid(*moments)), rel=1e-8)


def test_fid_is_clean_fids(features, between):
    fid = pytest.importorskip("cleanfid.fid")
    expected = fid.fid_from_feats(*features)
    assert between("fid", *features) == pytest.approx(expected, rel=1e-8)


def test_kid_is_torch_fidelitys_on_all_rows(features, between):
    kid = pytest.importorskip("torch_fidelity.metric_kid")
    equal = [side[:200] for side in features]  # theirs takes equal numbers
    settings = {"kid_kernel": "poly", "kid_kernel_poly_degree": 3, "kid_kernel_poly_coef0": 1}
    expected = kid.kernel_mmd(*equal, kid_kernel_poly_gamma=None, **settings)
    assert between("kid", *equal) == pytest.approx(float(expected), rel=1e-8)


def test_kid_is_torchmetrics_on_all_rows(features, between):
    torch = pytest.importorskip("torch")
    kid = pytest.importorskip("torchmetrics.image.kid")
    equal = [torch.from_numpy(side[:200]) for side in features]
    expected = float(kid.poly_mmd(*equal))
    assert between("kid", *(side[:200] for side in features)) == pytest.approx(expected, rel=1e-8)


def test_kid_is_clean_fids_when_its_one_subset_is_everything(features, between):
    fid = pytest.importorskip("cleanfid.fid")
    equal = [side[:200] for side in features]
    expected = fid.kernel_distance(*equal, num_subsets=1, max_subset_size=200)
    assert between("kid", *equal) == pytest.approx(expected, rel=1e-8)


def test_precision_recall_density_and_coverage_are_prdcs(features, between):
    prdc = pytest.importorskip("prdc")
    with contextlib.redirect_stdout(io.StringIO()):
        expected = prdc.compute_prdc(*features, nearest_k=5)
    names = ("precision", "recall", "density", "coverage")
    np.testing.assert_allclose(between("prdc", *features), [expected[name] for name in names], rtol=1e-8)


def test_precision_and_recall_are_torch_fidelitys(features, between):
    prc = pytest.importorskip("torch_fidelity.metric_prc")
    torch = pytest.importorskip("torch")
    sides = [torch.from_numpy(side) for side in features]
    expected = prc.prc_features_to_metric(*sides, prc_neighborhood=5, prc_batch_size=1000, verbose=False)
    # theirs is told the set to be judged first, and counts in float32
    precision, recall, *_ = between("prdc", features[1], features[0])
    assert precision == pytest.approx(expected["precision"], rel=1e-7)
    assert recall == pytest.approx(expected["recall"], rel=1e-7)


def test_sliced_wasserstein_is_pots_with_the_same_directions(features, between):
    ot = pytest.importorskip("ot")
    directions = random_directions(12, np.random.default_rng(4))
    expected = ot.sliced_wasserstein_distance(*features, projections=directions, p=1)
    assert between("sliced_wasserstein", *features, seed=4) == pytest.approx(expected, rel=1e-8)
