"""Two samples, and a distance measured between them alone."""

import numpy as np
import pytest

from synthgap_cli.distances.draws import Draws
from synthgap_cli.distances.measure import load_distance
from synthgap_cli.distances.pool import PooledRows
from synthgap_cli.statistics.rows import ArrayRows


@pytest.fixture(scope="session")
def samples():
    """Correlated, shifted, of different sizes; more rows than components."""
    rng = np.random.default_rng(3)
    mixing = rng.normal(size=(6, 6))
    return rng.normal(size=(70, 6)) @ mixing, 0.7 * rng.normal(size=(55, 6)) @ mixing + 0.4


@pytest.fixture(scope="session")
def between():
    """Measure one distance between two arrays; rows come in blocks that fit neither."""

    def measure(name, first, second, *, block_size=13, seed=0):
        pool = PooledRows(ArrayRows(first, block_size), ArrayRows(second, block_size))
        total = len(first) + len(second)
        members = np.zeros((total, 2), dtype=bool)
        members[: len(first), 0] = True
        members[len(first) :, 1] = True
        draws = Draws(members, np.array([[0, 1]]), np.arange(total))
        found = load_distance(name).measure(pool, draws, rng=np.random.default_rng(seed))
        return found.values[:, 0] if len(found.values) > 1 else float(found.values[0, 0])

    return measure
