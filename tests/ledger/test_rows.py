"""Which rows a ledger learns from and judges."""

import numpy as np
import pytest

from synthgap_cli.errors import InvalidInput
from synthgap_cli.ledger import rows as module
from synthgap_cli.ledger.rows import choose_rows


def flags(count, chosen):
    of = np.zeros(count, dtype=bool)
    of[chosen] = True
    return of


def test_both_sides_have_as_many_rows_and_the_smaller_keeps_all():
    tested = flags(100, np.s_[:40]), flags(80, np.s_[:15])
    learned = flags(100, np.s_[40:]), flags(80, np.s_[15:])
    found = choose_rows(learned, tested, (np.arange(100), np.arange(80)), seed=0)
    assert [len(side.rows) for side in (*found.tested, *found.learned)] == [15, 15, 60, 60]
    np.testing.assert_array_equal(found.tested[1].rows, np.arange(15))
    assert (np.diff(found.tested[0].rows) > 0).all()
    assert set(found.tested[0].rows) <= set(range(40))
    assert found.tested[0].units.dtype == np.intp


@pytest.mark.parametrize(("num_scenes", "by_scene"), [(10, True), (9, False)])
def test_scenes_are_units_where_both_sides_have_ten(num_scenes, by_scene):
    few, many = np.arange(60) % num_scenes, np.arange(60) % 30
    every, none = np.ones(60, dtype=bool), np.arange(60) < 0
    learned = flags(120, np.s_[60:])
    scenes = np.concatenate([few, few]), np.concatenate([many, many])
    tested = np.concatenate([every, none])
    found = choose_rows((learned, learned), (tested, tested), scenes, seed=0)
    assert found.by_scene == by_scene
    assert found.tested[0].num_units == (num_scenes if by_scene else 60)
    assert found.groups(1) == (30 if by_scene else 0)


def test_more_than_enough_rows_are_thinned(monkeypatch):
    monkeypatch.setattr(module, "MOST_TESTED", 20)
    tested, learned = flags(100, np.s_[:50]), flags(100, np.s_[50:])
    found = choose_rows((learned, learned), (tested, tested), (np.arange(100), np.arange(100)), seed=1)
    assert len(found.tested[0].rows) == len(found.tested[1].rows) == 20


def test_too_few_test_images_are_refused():
    tested, learned = flags(20, np.s_[:7]), flags(20, np.s_[7:])
    with pytest.raises(InvalidInput, match="7 to test on"):
        choose_rows((learned, learned), (tested, tested), (np.arange(20), np.arange(20)), seed=0)


def test_one_scene_to_learn_from_is_refused_where_scenes_are_the_unit():
    scenes = np.concatenate([np.arange(20), np.full(20, 99)])
    tested, learned = flags(40, np.s_[:20]), flags(40, np.s_[20:])
    with pytest.raises(InvalidInput, match="of one scene"):
        choose_rows((learned, learned), (tested, tested), (scenes, scenes), seed=0)
