"""Columns that tell the sides apart, columns that do not, and columns that only seem to."""

import numpy as np
import pytest

from synthgap_cli.audit.columns import Column
from synthgap_cli.audit.judging import judge_columns


def number(name, values):
    return Column(name, name, np.asarray(values, dtype=np.float64))


def text(name, values):
    return Column(name, name, np.asarray(values, dtype=object))


def sides(n):
    return np.repeat([False, True], n)


def judge(columns, n, units=None, *, clustered=False, seed=0):
    units = np.arange(2 * n) if units is None else units
    return judge_columns(columns, sides(n), units, clustered=clustered, seed=seed)


def test_fifty_images_suffice_to_find_the_column_that_separates():
    rng = np.random.default_rng(0)
    noise = [number(f"noise {index}", rng.normal(size=50)) for index in range(4)]
    found = judge([*noise, number("size", rng.normal(size=50) + 2.5 * sides(25))], 25)
    assert found.auc.low > 0.6
    assert found.leading.column.name == "size"
    assert found.leading.importance > 0.2
    assert all(abs(one.importance) < 0.2 for one in found.columns[:4])


def test_categories_missing_values_and_what_lies_in_the_middle_are_found_too():
    rng = np.random.default_rng(1)
    n = 60
    of = {
        "category": text("category", np.where(sides(n), "PNG", "JPEG")),
        "missing": number("missing", np.where(sides(n), np.nan, rng.normal(size=2 * n))),
        "middle": number("middle", rng.uniform(-1, 1, 2 * n) * np.where(sides(n), 0.2, 1)),
    }
    for column in of.values():
        assert judge([column], n).auc.auc > 0.75, column.name


def test_of_columns_that_say_the_same_the_first_leads():
    n = 40
    columns = [
        text("format", np.where(sides(n), "PNG", "JPEG")),
        number("quality", np.where(sides(n), -1, 60)),
    ]
    found = judge(columns, n)
    assert found.leading.column.name == "format"
    assert [one.alone.auc for one in found.columns] == [1, 1]


def test_a_constant_column_and_one_without_values_are_exactly_chance():
    columns = [
        number("constant", np.ones(70)),
        text("mode", ["RGB"] * 70),
        number("none", np.full(70, np.nan)),
    ]
    found = judge(columns, 35)
    assert [one.alone.auc for one in found.columns] == [0.5, 0.5, 0.5]
    assert found.auc.auc == 0.5


def test_chance_is_not_taken_for_a_difference():
    areas = []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        found = judge([number(f"{index}", rng.normal(size=120)) for index in range(3)], 60, seed=seed)
        areas.append(found.auc)
    assert abs(np.mean([one.auc for one in areas]) - 0.5) < 0.05
    assert sum(one.low > 0.5 for one in areas) <= 2


def test_scenes_that_can_be_recognised_are_no_difference():
    """Each scene has a value of its own; learned from other scenes, it says nothing about the side."""
    scene = np.arange(240) // 10
    values = np.random.default_rng(2).permutation(24)[scene] * 1.0
    by_scene = judge([number("scene", values)], 120, scene, clustered=True)
    by_image = judge([number("scene", values)], 120)
    assert by_scene.auc.low < 0.5
    assert by_image.auc.auc > 0.9


def test_the_same_seed_gives_the_same_findings():
    rng = np.random.default_rng(3)
    columns = [number("a", rng.normal(size=80)), number("b", rng.normal(size=80))]
    first, second = judge(columns, 40, seed=4), judge(columns, 40, seed=4)
    assert first.auc == second.auc
    assert [one.importance for one in first.columns] == [one.importance for one in second.columns]


@pytest.mark.parametrize("clustered", [False, True])
def test_a_side_of_one_unit_cannot_be_judged(clustered):
    assert judge([number("a", range(6))], 3, np.array([0, 0, 0, 1, 2, 3]), clustered=clustered) is None


def test_only_the_order_of_values_counts_however_many_there_are():
    values = np.random.default_rng(0).normal(size=600) + 0.5 * sides(300)
    found = [judge([number("values", of)], 300) for of in (values, values**3)]
    assert found[0].auc == found[1].auc
    assert 0.55 < found[0].auc.auc < 0.7  # 0.64 is the area of the values themselves
