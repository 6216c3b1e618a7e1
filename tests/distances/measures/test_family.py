"""What every distance must do; a new one is covered unedited."""

import numpy as np
import pytest

from synthgap_cli.distances.draws import plan_draws
from synthgap_cli.distances.measure import distance_names, load_distance
from synthgap_cli.distances.pool import PooledRows
from synthgap_cli.statistics.rows import ArrayRows


@pytest.fixture(params=distance_names())
def name(request):
    return request.param


@pytest.fixture(scope="module")
def plan():
    return plan_draws((48, 44), None, repeats=2, permutations=3, jackknife=True, seed=0)


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    return rng.normal(size=(48, 5)), rng.normal(0.5, 1.3, size=(44, 5))


def measured(name, rows, draws, *, block_size=1024):
    pool = PooledRows(*(ArrayRows(side, block_size) for side in rows))
    return load_distance(name).measure(pool, draws, rng=np.random.default_rng(0)).values


def test_there_is_a_value_for_every_number_and_draw(name, rows, plan):
    values = measured(name, rows, plan.draws)
    assert values.shape == (len(load_distance(name).NUMBERS), len(plan.draws.pairs))
    assert values.dtype == np.float64
    assert np.isfinite(values).all()


def test_the_size_of_blocks_does_not_matter(name, rows, plan):
    once, often = (measured(name, rows, plan.draws, block_size=size) for size in (1024, 7))
    np.testing.assert_allclose(once, often, rtol=1e-9, atol=1e-10)


def test_a_draw_does_not_depend_on_the_others(name, rows, plan, between):
    if name in ("fid_infinity", "c2st", "mmd"):
        pytest.skip("its random choices or its width are those of the whole pool")
    chosen = plan.parts["between"][0]
    first, second = (plan.draws.rows(subset) for subset in plan.draws.pairs[chosen])
    pooled = np.concatenate(rows)
    alone = between(name, pooled[first], pooled[second])
    np.testing.assert_allclose(measured(name, rows, plan.draws)[:, chosen], alone, rtol=1e-9)


def test_a_gap_is_seen(name, rows, between):
    near, far = (np.atleast_1d(between(name, rows[0], rows[1] + delta)) for delta in (0, 4))
    for number, one, other in zip(load_distance(name).NUMBERS, near, far, strict=True):
        assert (other > one) if number.equal_is == "low" else (other < one), number.name
