import numpy as np
import pytest
from scipy.spatial.distance import cdist
from scipy.stats import norm

from synthgap_cli.ledger.density import describe_density, principal_points


@pytest.fixture
def latents():
    rng = np.random.default_rng(0)
    return {
        "R": rng.normal(size=(300, 6)).astype(np.float32),
        "S": (4 + 0.2 * rng.normal(size=(280, 6))).astype(np.float32),
    }


def test_a_standard_normal_has_its_share_within_the_cube():
    rows = np.random.default_rng(1).standard_normal((20_000, 3))[:4000]
    found = describe_density({"R": rows}, real="R")["R"]
    within = norm.cdf(1.5) - norm.cdf(-1.5)
    assert found.share_per_axis == pytest.approx(within, abs=0.01)
    assert found.share_joint == pytest.approx(within**3, abs=0.02)


def test_distances_are_those_of_a_direct_search(latents):
    found = describe_density(latents, real="R")
    own = {name: cdist(rows, rows) + np.diag([np.inf] * len(rows)) for name, rows in latents.items()}
    to_real = cdist(latents["S"], latents["R"]).min(axis=1)
    assert found["S"].nearest_own == pytest.approx(np.median(own["S"].min(axis=1)), rel=1e-6)
    assert found["S"].nearest_real == pytest.approx(np.median(to_real), rel=1e-6)
    assert found["S"].nearest_real_low == pytest.approx(np.quantile(to_real, 0.25), rel=1e-6)
    assert found["S"].nearest_real_high == pytest.approx(np.quantile(to_real, 0.75), rel=1e-6)
    assert found["R"].nearest_real == found["R"].nearest_own
    assert (found["R"].n, found["S"].n) == (300, 280)


def test_a_tight_set_away_from_the_origin_is_dense_and_outside(latents):
    found = describe_density(latents, real="R")
    assert found["S"].nearest_own < 0.5 * found["R"].nearest_own
    assert found["S"].share_per_axis == 0
    assert found["S"].nearest_real > 3 * found["R"].nearest_real


def test_a_far_origin_costs_no_digits(latents):
    moved = {name: rows.astype(np.float64) + 1e6 for name, rows in latents.items()}
    near, far = (describe_density(of, real="R")["S"].nearest_own for of in (latents, moved))
    assert far == pytest.approx(near, rel=1e-6)


def test_twins_have_no_distance():
    rows = np.repeat(np.random.default_rng(2).normal(size=(20, 4)), 2, axis=0)
    assert describe_density({"R": rows}, real="R")["R"].nearest_own == pytest.approx(0, abs=1e-6)


def test_points_are_the_projections_on_the_axes_of_the_real_rows(latents):
    wide = {name: rows * np.array([1, 9, 1, 5, 1, 1]) for name, rows in latents.items()}
    points = principal_points(wide, real="R")
    centred = wide["R"] - wide["R"].mean(axis=0)
    values, vectors = np.linalg.eigh(centred.T @ centred)
    for axis, column in enumerate(np.argsort(values)[::-1][:2]):
        expected = wide["S"] @ vectors[:, column]
        np.testing.assert_allclose(np.abs(points["S"][:, axis]), np.abs(expected), rtol=1e-4, atol=1e-4)
    assert points["S"].shape == (280, 2)
    assert (points["S"].mean(axis=0) > 0).all()  # the origin is that of the latents, not the real mean


def test_more_latents_than_rows_have_their_axes_too():
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(30, 200)) + 20 * rng.normal(size=(30, 1)) * (np.arange(200) == 7)
    points = principal_points({"R": rows}, real="R")["R"]
    assert np.corrcoef(points[:, 0], rows[:, 7])[0, 1] > 0.99
