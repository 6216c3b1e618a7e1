"""Rows of a small ledger: twelve scenes a side, of three images each; and findings made up."""

import numpy as np
import pytest

from synthgap_cli.ledger.finding import Finding
from synthgap_cli.ledger.pairs import FAMILIES
from synthgap_cli.ledger.rows import choose_rows

SCENES, FRAMES = 12, 3


@pytest.fixture
def scenes():
    return np.repeat(np.arange(SCENES), FRAMES)


@pytest.fixture
def rows(scenes):
    """Half of the rows are learned from, as many tested."""
    learned = np.arange(2 * len(scenes)) < len(scenes)
    both = np.concatenate([scenes, SCENES + scenes])
    return choose_rows((learned, learned), (~learned, ~learned), (both, both), seed=0)


@pytest.fixture
def finding():
    """Make a finding about a pair from what matters to a test."""

    def make(pair, *, judge="small-cnn", statistic="auc", value=0.5, floor=0.5, p_value=np.nan, **others):
        values = {
            "low": np.nan,
            "high": np.nan,
            "n": 50,
            "replicates": np.array([value, value]),
            "degrees": 30.0,
        }
        of = next(one for family in FAMILIES for one in family.pairs if one.name == pair)
        return Finding(of, judge, statistic, value, floor=floor, p_value=p_value, **{**values, **others})

    return make
