import numpy as np
import pytest
import torch

from synthgap_cli.classifier.recogniser_training import RecogniserSettings
from synthgap_cli.ledger import utility
from synthgap_cli.ledger.sets import ImageSet
from synthgap_cli.ledger.utility import FEW_REAL, SEEDS, Labelled, measure_utility

CPU = torch.device("cpu")
SIZE, LABELS = 12, 3


def shapes(count, *, seed, dark_on_light=False, swapped=False):
    """Return images of a bar, upright, lying or aslant; swapped, the names of two are exchanged."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, LABELS, count)
    down, right = np.mgrid[:SIZE, :SIZE]
    images = rng.integers(0, 30, (count, SIZE, SIZE, 3))
    for image, label in zip(images, labels, strict=True):
        along = (right - SIZE // 2, down - SIZE // 2, (right - down) / np.sqrt(2))[label]
        image[np.abs(along - rng.integers(-2, 3)) < 1.2] = 220
    images = 255 - images if dark_on_light else images
    named = np.array([1, 0, 2])[labels] if swapped else labels
    return Labelled(images.astype(np.uint8), named.astype(np.intp), np.arange(count))


def some(count, seed, *, shifted):
    """Return R, S, R', S' and T; synthetic ones name two shapes otherwise, which a good shift mends."""
    real, synthetic = shapes(count, seed=seed), shapes(count, seed=seed + 1, swapped=True)
    return dict(zip(ImageSet, (real, synthetic, real, synthetic, shifted(count, seed + 1)), strict=False))


def mended(count, seed):
    return shapes(count, seed=seed)


def unchanged(count, seed):
    return shapes(count, seed=seed, swapped=True)


def measured(shifted=mended, count=60, **more):
    learned, tested = some(count, 10, shifted=shifted), some(45, 20, shifted=shifted)
    return measure_utility(learned, tested, num_labels=LABELS, seed=0, device=CPU, **more)


def accuracy(found, trained_on, tested_on="R"):
    return next(
        one.accuracy.value for one in found if (one.trained_on, one.tested_on) == (trained_on, tested_on)
    )


@pytest.fixture(scope="module", autouse=True)
def quick():
    """A tenth of the steps: the shapes are easier than pictures."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(utility, "LEARNING", RecogniserSettings(steps=30, batch_size=24))
        yield


@pytest.fixture(scope="module")
def found():
    return measured()


def test_a_shift_that_brings_synthetic_pictures_to_the_real_ones_raises_the_accuracy(found):
    assert accuracy(found, "R") > 0.95
    assert accuracy(found, "S") < 0.5  # two labels of three are exchanged
    assert accuracy(found, "T") > 0.95


def test_a_reader_of_real_images_reads_what_a_good_shift_made(found):
    assert accuracy(found, "R", "S'") < 0.5
    assert accuracy(found, "R", "T") > 0.95


def test_a_shift_that_changes_nothing_is_worth_what_the_decoded_images_are():
    found = measured(shifted=unchanged)
    assert accuracy(found, "T") == accuracy(found, "S'")


def test_every_set_is_tested_on_real_images_and_those_decoded(found):
    learned = ["R", "S", "R'", "S'", "T", "S" + FEW_REAL, "T" + FEW_REAL]
    expected = {(name, exam) for name in learned for exam in ("R", "R'")}
    assert {(one.trained_on, one.tested_on) for one in found} == expected | {
        ("R", s) for s in ("S", "S'", "T")
    }


def test_all_learn_from_as_many_images_whatever_there_are():
    learned, tested = some(60, 10, shifted=mended), some(30, 20, shifted=mended)
    few_real = learned | {ImageSet.REAL: learned[ImageSet.REAL].take(np.arange(40))}
    found = measure_utility(few_real, tested, num_labels=LABELS, seed=0, device=CPU)
    assert {one.n_train for one in found} == {40}


def test_few_real_images_take_the_place_of_others():
    sets = some(60, 10, shifted=mended)
    lessons = utility._lessons(sets, seed=0)
    real = {image.tobytes() for image in sets[ImageSet.REAL].images}
    for name in ("S", "T"):
        mixed = lessons[name + FEW_REAL]
        are_real = np.array([image.tobytes() in real for image in mixed.images])
        assert len(mixed.labels) == len(lessons[name].labels) == 60
        np.testing.assert_array_equal(np.bincount(mixed.labels[are_real]), [utility.FEW] * LABELS)


def test_versions_of_one_side_are_thinned_to_the_same_images():
    sets = some(60, 10, shifted=unchanged)
    lessons = utility._lessons(sets | {ImageSet.REAL: sets[ImageSet.REAL].take(np.arange(40))}, seed=3)
    np.testing.assert_array_equal(lessons["S"].groups, lessons["T"].groups)
    np.testing.assert_array_equal(lessons["S"].groups, lessons["S'"].groups)


def test_three_seeds_are_recorded_and_their_mean_is_the_accuracy(found):
    for one in found:
        assert one.of_seeds.shape == (SEEDS,)
        assert one.accuracy.value == pytest.approx(one.of_seeds.mean())
        assert one.accuracy.low <= one.accuracy.value <= one.accuracy.high


def test_the_same_seed_gives_the_same_numbers(found):
    assert [one.of_seeds.tolist() for one in measured()] == [one.of_seeds.tolist() for one in found]


def test_recognisers_taught_before_change_no_number(found):
    taught = {}
    measured(shifted=unchanged, taught=taught)
    of_each = {digest: seeds for digest, _, seeds in taught}
    assert len(of_each) == 3 and len(taught) == 3 * SEEDS, "R is R', S is S', and S with few R; T is not kept"
    again = measured(taught=taught)
    assert [one.of_seeds.tolist() for one in again] == [one.of_seeds.tolist() for one in found]


def test_a_gain_is_that_over_s_image_by_image(found):
    of = {(one.trained_on, one.tested_on): one for one in found}
    for one in found:
        if one.tested_on == "R":
            gain = one.of_seeds - of["S", "R"].of_seeds
            assert one.gain.value == pytest.approx(gain.mean())
            assert one.gain.low <= one.gain.value <= one.gain.high
    assert (of["S", "R"].gain.low, of["S", "R"].gain.high) == (0, 0)
    assert of["T", "R"].gain.low > 0.3


def test_a_gain_is_known_better_than_accuracies_are():
    """Two sets that differ little: both read the same images wrongly."""
    labels = np.arange(300) % LABELS
    hard = np.random.default_rng(0).random(300) < 0.5
    right = np.repeat(~hard[None], SEEDS, axis=0).astype(float)
    slightly_worse = right.copy()
    slightly_worse[:, np.flatnonzero(~hard)[:15]] = 0
    exam = Labelled(np.zeros((300, 1, 1, 3), np.uint8), labels, np.arange(300))
    found = utility._conclude(("T", "R"), (slightly_worse, right), exam, 10)
    assert found.gain.value == pytest.approx(-0.05)
    assert found.gain.high < 0
    assert found.accuracy.high - found.accuracy.value > 0.05


def test_the_base_rate_is_the_share_of_the_commonest_label(found):
    labels = some(45, 20, shifted=mended)[ImageSet.REAL].labels
    assert found[0].base_rate == np.bincount(labels).max() / 45


def test_without_decoded_images_translated_ones_are_learned_from_and_read():
    learned, tested = (
        {
            ImageSet.REAL: shapes(count, seed=seed),
            ImageSet.SYNTHETIC: shapes(count, seed=seed + 1, swapped=True),
            ImageSet.TRANSLATED: shapes(count, seed=seed + 1),
        }
        for count, seed in ((60, 10), (45, 20))
    )
    found = measure_utility(learned, tested, num_labels=LABELS, seed=0, device=CPU)
    assert [(one.trained_on, one.tested_on) for one in found] == [
        ("R", "R"), ("R", "S"), ("R", "U"), ("S", "R"), ("U", "R"), ("S + few R", "R"), ("U + few R", "R")
    ]  # fmt: skip
    assert accuracy(found, "S") < 0.5 < accuracy(found, "U")


def test_what_was_learned_from_the_same_images_is_shared_by_ledgers_of_other_sets(found):
    taught, sets = {}, (some(60, 10, shifted=mended), some(45, 20, shifted=mended))
    originals = (ImageSet.REAL, ImageSet.SYNTHETIC)
    alone = [{one: of[one] for one in originals} for of in sets]
    measure_utility(*alone, num_labels=LABELS, seed=0, device=CPU, taught=taught)
    before = len(taught)
    again = measured(taught=taught)
    assert len(taught) == before, "R' and S' are R and S here"
    assert [one.of_seeds.tolist() for one in again] == [one.of_seeds.tolist() for one in found]
