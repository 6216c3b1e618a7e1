import numpy as np
import pytest

from synthgap_cli.ledger.content import finds_origin, structure_kept
from synthgap_cli.ledger.edges import edges


@pytest.fixture(scope="module")
def pictures():
    """Sixty images of 32 pixels, each a smooth scene of its own."""
    rng = np.random.default_rng(0)
    coarse = rng.uniform(0, 255, (60, 8, 8, 3))
    rows = np.repeat(np.repeat(coarse, 4, axis=1), 4, axis=2)
    smooth = (rows + np.roll(rows, 1, axis=1) + np.roll(rows, 1, axis=2) + np.roll(rows, 2, axis=2)) / 4
    return smooth.astype(np.uint8)


def tinted(images):
    return (0.6 * images + np.array([60, 20, 0])).astype(np.uint8)


def kept(changed, images):
    return finds_origin(edges(changed), edges(images)).mean()


def test_untouched_pictures_keep_all(pictures):
    assert kept(pictures, pictures) == 1
    assert structure_kept(pictures, pictures).mean() == pytest.approx(1, abs=1e-5)


def test_a_tint_keeps_the_edges(pictures):
    assert kept(tinted(pictures), pictures) > 0.95


def test_shuffled_pictures_keep_no_more_than_chance(pictures):
    elsewhere = np.roll(pictures, 7, axis=0)
    assert kept(elsewhere, pictures) == 0
    assert structure_kept(elsewhere, pictures).mean() < 0.4


def test_noise_keeps_no_more_than_chance(pictures):
    noise = np.random.default_rng(1).integers(0, 256, pictures.shape).astype(np.uint8)
    assert kept(noise, pictures) < 0.1
    assert structure_kept(noise, pictures).mean() < 0.1


def test_one_picture_for_all_keeps_chance(pictures):
    collapsed = np.repeat(pictures[:1], len(pictures), axis=0)
    assert kept(collapsed, pictures) == pytest.approx(1 / len(pictures))
    assert kept(pictures, collapsed) == pytest.approx(1 / len(pictures))


def test_more_noise_keeps_less_structure(pictures):
    rng = np.random.default_rng(2)
    noise = rng.normal(size=pictures.shape)
    noisy = [np.clip(pictures + sd * noise, 0, 255).astype(np.uint8) for sd in (5, 20, 80)]
    structure = [structure_kept(one, pictures).mean() for one in noisy]
    assert structure == sorted(structure, reverse=True)


def test_nearest_rows_are_those_of_a_direct_search():
    rng = np.random.default_rng(3)
    originals = rng.normal(size=(40, 5)) * np.array([1, 10, 100, 0.1, 1])
    changed = originals + rng.normal(size=(40, 5)) * originals.std(axis=0)
    apart = [np.abs((originals - row) / originals.std(axis=0)) ** 2 for row in changed]
    expected = [np.argmin(one.sum(axis=1)) == number for number, one in enumerate(apart)]
    np.testing.assert_array_equal(finds_origin(changed, originals), expected)


def test_features_that_never_vary_do_not_count():
    rng = np.random.default_rng(4)
    originals = rng.normal(size=(30, 4)).astype(np.float32)
    originals[:, 3] = 7
    changed = originals.copy()
    changed[:, 3] = 1e6 * rng.normal(size=30)
    assert finds_origin(changed, originals).mean() == 1


def test_two_equal_originals_share_what_is_found():
    originals = np.array([[0.0], [0.0], [5.0]])
    np.testing.assert_array_equal(finds_origin(originals, originals), [0.5, 0.5, 1])
