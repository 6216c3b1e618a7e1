import numpy as np
import pytest

from synthgap_cli.shifts.clusters import default_clusters, matched_clusters


@pytest.mark.parametrize(("rows", "count"), [(3, 1), (99, 1), (100, 2), (499, 9), (10_000, 10)])
def test_there_is_a_cluster_for_fifty_rows_up_to_ten(rows, count):
    assert default_clusters(rows) == count


def test_clusters_of_both_sides_bear_the_number_of_what_they_are():
    rng = np.random.default_rng(0)
    centres = 6 * rng.normal(size=(4, 8))
    kinds = rng.integers(0, 4, (2, 200))
    source, target = (centres[kind] + rng.normal(size=(200, 8)) for kind in kinds)
    ours, theirs, found = matched_clusters(source, target, 4, seed=0)
    names = [np.unique(kinds[0][ours == number]) for number in range(4)]
    assert all(len(name) == 1 for name in names)
    np.testing.assert_array_equal(np.concatenate(names)[theirs], kinds[1])
    for number in range(4):
        np.testing.assert_allclose(found[number], source[ours == number].mean(axis=0), atol=1e-6)
