import numpy as np
import pytest

from synthgap_cli.classifier.sources import auc_by_source
from synthgap_cli.statistics.auc import estimate_auc

RNG = np.random.default_rng(0)
IS_SYNTHETIC = np.repeat([False, True], [20, 40])
SOURCES = np.array(["photos"] * 20 + ["game"] * 25 + ["simulator"] * 15, dtype=object)
PROBABILITY = RNG.random(60) + 0.4 * (SOURCES == "game")


def test_each_source_is_held_against_the_whole_other_side():
    photos, game, simulator = auc_by_source(IS_SYNTHETIC, PROBABILITY, SOURCES)
    assert [(one.is_synthetic, one.source) for one in (photos, game, simulator)] == [
        (False, "photos"), (True, "game"), (True, "simulator")
    ]  # fmt: skip
    assert [(one.n, one.n_others) for one in (photos, game, simulator)] == [(20, 40), (25, 20), (15, 20)]
    above = PROBABILITY[SOURCES == "game"][:, None] > PROBABILITY[SOURCES == "photos"]
    assert game.auc == pytest.approx(above.mean(), rel=1e-10)
    assert game.auc > simulator.auc


def test_a_side_of_one_source_has_the_area_and_interval_of_all():
    found = auc_by_source(IS_SYNTHETIC, PROBABILITY, SOURCES, np.arange(60) // 3)[0]
    whole = estimate_auc(IS_SYNTHETIC, PROBABILITY, np.arange(60) // 3)
    assert (found.auc, found.auc_low, found.auc_high) == (whole.auc, whole.low, whole.high)


def test_a_name_in_both_domains_is_two_sources():
    sources = np.where(SOURCES == "photos", "game", SOURCES)
    assert [(one.source, one.n) for one in auc_by_source(IS_SYNTHETIC, PROBABILITY, sources)] == [
        ("game", 20), ("game", 25), ("simulator", 15)
    ]  # fmt: skip
