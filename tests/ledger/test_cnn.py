"""What the small CNN says of every pair."""

import numpy as np
import pytest
import torch

from synthgap_cli.classifier.training import ClassifierSettings
from synthgap_cli.ledger.cnn import JoinedSets, PairScores, conclude_from, epochs_for, score_pair
from synthgap_cli.ledger.pairs import FAMILIES
from synthgap_cli.ledger.sets import ImageSet
from synthgap_cli.ledger.verdicts import decide

CPU = torch.device("cpu")
SETTINGS = ClassifierSettings(epochs=4, learning_rate=3e-3)
BY_NAME = {pair.name: pair for family in FAMILIES for pair in family.pairs}


@pytest.fixture(scope="module")
def sets():
    """Images of 8 pixels: synthetic ones are brighter, decoding dims all, the shift undoes the difference."""
    rng = np.random.default_rng(0)
    real, synthetic = (rng.integers(60, 140, (72, 8, 8, 3)) for _ in range(2))
    images = [real, synthetic + 60, real - 40, synthetic + 20, synthetic - 40]
    return JoinedSets(
        np.concatenate(images).astype(np.uint8), dict(zip(ImageSet, range(0, 360, 72), strict=False))
    )


def look(name, sets, rows):
    return score_pair(BY_NAME[name], sets, rows, SETTINGS, device=CPU)


def test_what_the_shift_undoes_is_told_from_what_the_decoder_does(sets, rows):
    scores = [look(name, sets, rows) for name in ("R/S", "R/R'", "R'/S'", "R'/T")]
    found = {one.finding.pair.name: one for one in decide(conclude_from(scores, rows, seed=0))}
    for name in ("R/S", "R/R'", "R'/S'"):
        assert found[name].finding.value > 0.95
        assert found[name].verdict == "gap"
    assert found["R'/T"].finding.low < 0.5 < found["R'/T"].finding.high


def test_two_versions_of_an_image_are_tested_together_and_halves_share_no_scene(sets, rows):
    paired, halves = look("R/R'", sets, rows), look("R1/R2", sets, rows)
    np.testing.assert_array_equal(paired.tested[0].rows, paired.tested[1].rows)
    scenes = [
        set(rows.tested[0].units[np.searchsorted(rows.tested[0].rows, side.rows)]) for side in halves.tested
    ]
    assert not scenes[0] & scenes[1]
    assert len(halves.first) == len(halves.second) == 18


def test_the_same_seed_gives_the_same_scores_whatever_was_scored_before(sets, rows):
    first = look("R'/S'", sets, rows)
    look("R1/R2", sets, rows)
    np.testing.assert_array_equal(first.second, look("R'/S'", sets, rows).second)


def test_replicates_of_all_pairs_are_of_the_same_images(rows):
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=36), rng.normal(1, size=36)
    scores = [PairScores(BY_NAME[name], first, second, rows.tested) for name in ("R'/S'", "R'/T")]
    before, after = conclude_from(scores, rows, seed=0)
    np.testing.assert_array_equal(before.replicates, after.replicates)
    assert before.replicates.shape == (999,)
    assert np.std(before.replicates) > 0


def test_where_nothing_differs_but_scenes_it_seldom_claims_a_gap(rows):
    units = [side.units for side in rows.tested]
    claims = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        first, second = (rng.normal(size=12)[of] + rng.normal(size=36) for of in units)
        scores = PairScores(BY_NAME["R/S"], first, second, rows.tested)
        (entry,) = decide(conclude_from([scores], rows, seed=seed))
        claims.append(entry.verdict == "gap")
    assert np.mean(claims) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 200)


def test_a_change_of_every_image_is_claimed_though_its_area_is_small(rows):
    rng = np.random.default_rng(0)
    first = rng.normal(size=36)
    paired = PairScores(BY_NAME["S'/T"], first, first + 0.1, (rows.tested[1], rows.tested[1]))
    (found,) = conclude_from([paired], rows, seed=0)
    assert found.value < 0.6
    assert found.p_value == pytest.approx(1 / 1000)


@pytest.mark.parametrize(("num_images", "epochs"), [(10, 40), (606, 27), (1_600, 10), (10_000, 10)])
def test_few_images_are_learned_from_for_more_epochs(num_images, epochs):
    assert epochs_for(num_images) == epochs
