"""What a view says of every pair."""

import math

import numpy as np
import pytest

from synthgap_cli.errors import InvalidInput
from synthgap_cli.ledger.draws import plan_ledger
from synthgap_cli.ledger.pairs import DECODED, FULL_SIZE
from synthgap_cli.ledger.sets import ImageSet
from synthgap_cli.ledger.verdicts import decide
from synthgap_cli.ledger.views import STATISTICS, judge_view

SIZE, COMPONENTS = 36, 6


def look(features, rows, *, family=DECODED, permutations=19, repeats=6, seed=0, known=None):
    plan = plan_ledger(family, rows, repeats=repeats, permutations=permutations, seed=seed)
    found = judge_view("view", features, plan, family.pairs, by_scene=rows.by_scene, seed=seed, known=known)
    return {(one.pair.name, one.statistic): one for one in found}


def in_scenes(scenes, rng):
    return rng.normal(size=(12, COMPONENTS))[scenes] + rng.normal(size=(SIZE, COMPONENTS))


def sets(*features):
    """R, S, R', S' and T."""
    return dict(zip(DECODED.sets, features, strict=True))


@pytest.fixture
def gap(scenes):
    """S lies off; the decoder halves everything; the shift brings S' to R'."""
    rng = np.random.default_rng(0)
    real, synthetic = in_scenes(scenes, rng), in_scenes(scenes, rng)
    return sets(real, synthetic + 4, real / 2, synthetic / 2 + 2, synthetic / 2)


def test_every_number_of_every_pair_with_its_floor(gap, rows):
    found = look(gap, rows)
    assert list(found) == [(pair.name, statistic) for pair in DECODED.pairs for statistic in STATISTICS]
    for (pair, _), one in found.items():
        assert one.low <= one.value <= one.high
        assert one.n == 18
        assert one.replicates.shape == (6,) and one.replicates.dtype == np.float64
        assert math.isnan(one.p_value) == (one.statistic != "c2st" or one.pair.judged == "halves"), pair


def test_what_the_decoder_does_is_told_from_what_the_shift_does(gap, rows):
    found = look(gap, rows)
    verdicts = {(one.finding.pair.name, one.finding.statistic): one.verdict for one in decide(found.values())}
    for pair in ("R/S", "R'/S'"):
        assert {verdicts[pair, statistic] for statistic in STATISTICS} == {"gap"}
    assert verdicts["R'/T", "c2st"] == "none seen"
    assert found["S'/T", "fid"].value > found["S'/T", "fid"].floor
    assert found["R/S", "fid"].value > 3 * found["R'/S'", "fid"].value


def test_the_value_is_the_median_over_halves(gap, rows):
    plan = plan_ledger(DECODED, rows, repeats=6, permutations=1, seed=0)
    found = look(gap, rows)["R'/S'", "median_d"]
    pooled = np.concatenate(list(gap.values()))
    sizes = []
    halves = plan.originals.halves
    for subsets in halves.pairs[plan.originals.of_pair["R'/S'"]]:
        first, second = (pooled[halves.rows(of)] for of in subsets)
        spread = np.sqrt((first.var(axis=0, ddof=1) + second.var(axis=0, ddof=1)) / 2)
        sizes.append(np.median(np.abs(first.mean(axis=0) - second.mean(axis=0)) / spread))
    assert found.value == pytest.approx(np.median(sizes), rel=1e-10)


def test_what_is_said_of_pairs_without_the_shifted_images_owes_nothing_to_them(gap, rows):
    known = {}
    before = look(gap, rows, known=known)
    assert {name for name, _ in before if "T" not in name} == set(known)
    other = gap | {ImageSet.SHIFTED: gap[ImageSet.SHIFTED] * 3 + 1}
    alone, after = look(other, rows), look(other, rows, known=known)
    for (pair, statistic), found in after.items():
        np.testing.assert_array_equal(found.replicates, alone[pair, statistic].replicates)
        np.testing.assert_equal(found.p_value, alone[pair, statistic].p_value)
        if "T" not in pair:
            np.testing.assert_array_equal(found.replicates, before[pair, statistic].replicates)
    assert after["R'/T", "fid"].value != before["R'/T", "fid"].value


def test_an_untouched_decoder_leaves_every_number_as_it_is(gap, rows):
    real, synthetic = gap[ImageSet.REAL], gap[ImageSet.SYNTHETIC]
    untouched = sets(real, synthetic, real, synthetic, synthetic)
    found = look(untouched, rows)
    for statistic in STATISTICS:
        values = [found[pair, statistic].value for pair in ("R/S", "R'/S'", "R'/T", "R/T")]
        np.testing.assert_allclose(values, values[0], rtol=1e-6)
        assert found["R/R'", statistic].value == pytest.approx(found["R1/R2", statistic].value)
    assert found["R/R'", "c2st"].p_value == 1


def test_values_that_are_not_finite_are_refused(gap, rows):
    broken = gap[ImageSet.SHIFTED].copy()
    broken[3, 2] = np.nan
    with pytest.raises(InvalidInput):
        look(gap | {ImageSet.SHIFTED: broken}, rows)


def test_translated_images_are_seen_in_a_family_of_their_own(gap, rows):
    """R/U reads as R/S where nothing was changed; what is said of R and S owes nothing to U."""
    originals = {one: gap[one] for one in FULL_SIZE.sets[:2]}
    synthetic = gap[ImageSet.SYNTHETIC]
    known = {}
    same, other = (
        look(originals | {ImageSet.TRANSLATED: moved}, rows, family=FULL_SIZE, known=known)
        for moved in (synthetic, synthetic - 4)
    )
    assert set(known) == {"R1/R2", "R/S"}
    for statistic in STATISTICS:
        assert same["R/U", statistic].value == pytest.approx(same["R/S", statistic].value)
        np.testing.assert_array_equal(same["R/S", statistic].replicates, other["R/S", statistic].replicates)
    assert other["R/U", "fid"].value < same["R/U", "fid"].value / 3
    assert same["S/U", "c2st"].p_value == 1 and other["S/U", "c2st"].p_value < 0.1
