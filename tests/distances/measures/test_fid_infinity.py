import numpy as np
import pytest


def test_it_is_not_biased_where_fid_is(between):
    rng = np.random.default_rng(0)
    samples = [rng.normal(np.array([0, 0.5])[:, None, None], size=(2, 300, 6)) for _ in range(40)]
    truth = 6 * 0.25
    plain, extrapolated = (
        np.array([between(name, *pair, block_size=300) for pair in samples])
        for name in ("fid", "fid_infinity")
    )
    error = extrapolated.std(ddof=1) / np.sqrt(len(samples))
    assert extrapolated.mean() == pytest.approx(truth, abs=3 * error)
    assert plain.mean() - truth > 3 * plain.std(ddof=1) / np.sqrt(len(samples))


def test_it_depends_on_the_seed_alone(samples, between):
    assert between("fid_infinity", *samples, seed=1) == between("fid_infinity", *samples, seed=1)
    assert between("fid_infinity", *samples, seed=1) != between("fid_infinity", *samples, seed=2)


def test_a_third_of_too_few_rows_is_unknown(between):
    assert np.isnan(between("fid_infinity", np.eye(5), np.eye(5)))
