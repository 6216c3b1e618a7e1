import numpy as np
import pytest
import torch

from synthgap_cli.errors import UsageProblem
from synthgap_cli.extractors.pooling import MOST_FEATURES, POOLS, num_features, pool_maps

MAPS = torch.rand(3, 5, 6, 6, dtype=torch.float64) * 2 - 1  # 3 images, 5 channels
POSITIONS = MAPS.flatten(2).numpy()  # (3, 5, 36)


def expected(pool: str) -> np.ndarray:
    """The pool of the maps above, image by image and product by product."""
    if pool == "gram":
        pairs = [(one, other) for one in range(5) for other in range(one, 5)]
        return np.array([[np.mean(image[i] * image[j]) for i, j in pairs] for image in POSITIONS])
    return {
        "avg": POSITIONS.mean(2),
        "max": POSITIONS.max(2),
        "flatten": POSITIONS.reshape(3, -1),
        "mean-std": np.hstack([POSITIONS.mean(2), POSITIONS.std(2)]),
    }[pool]


@pytest.mark.parametrize("pool", POOLS)
def test_maps_become_the_vectors_that_numpy_makes_of_them(pool):
    np.testing.assert_allclose(pool_maps(MAPS, pool).numpy(), expected(pool), rtol=1e-10)


@pytest.mark.parametrize("pool", ["avg", "max", "mean-std", "gram"])
@pytest.mark.parametrize(
    "maps",
    [MAPS.permute(0, 2, 3, 1), MAPS.flatten(2).mT, MAPS.reshape(3, 5, 4, 9)],
    ids=["channels last", "tokens", "not square"],
)
def test_channels_are_found_wherever_a_network_keeps_them(maps, pool):
    np.testing.assert_allclose(pool_maps(maps, pool).numpy(), expected(pool), rtol=1e-10)


def test_of_three_equal_sides_the_first_has_the_channels():
    maps = torch.rand(2, 6, 6, 6)
    torch.testing.assert_close(pool_maps(maps, "avg"), maps.mean((2, 3)))


@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize("shape", [(5, 6, 6), (6, 6, 5), (36, 5), (5, 1, 1)])
def test_the_width_is_known_before_anything_is_computed(shape, pool):
    assert pool_maps(torch.rand(2, *shape), pool).shape == (2, num_features(shape, pool))


@pytest.mark.parametrize("pool", ["avg", "max", "flatten"])
def test_a_vector_is_its_own_pool(pool):
    vectors = torch.rand(4, 7)
    assert torch.equal(pool_maps(vectors, pool), vectors)
    assert num_features((7,), pool) == 7


@pytest.mark.parametrize("pool", ["mean-std", "gram"])
def test_a_vector_has_no_style(pool):
    for refused in (lambda: pool_maps(torch.rand(4, 7), pool), lambda: num_features((7,), pool)):
        with pytest.raises(UsageProblem, match=pool):
            refused()


@pytest.mark.parametrize(("shape", "pool"), [((2048, 7, 7), "gram"), ((64, 224, 224), "flatten")])
def test_more_than_anybody_can_use_is_refused_with_its_size(shape, pool):
    with pytest.raises(UsageProblem, match="MiB"):
        num_features(shape, pool)
    assert num_features(shape, "avg") < MOST_FEATURES
