"""Which pairs a ledger judges of which sets."""

import pytest

from synthgap_cli.ledger.pairs import DECODED, FAMILIES, FULL_SIZE, families_of, pairs_told
from synthgap_cli.ledger.sets import ImageSet

FIVE = [one for one in ImageSet if one is not ImageSet.TRANSLATED]


@pytest.mark.parametrize(
    ("sets", "families"),
    [(ImageSet, (FULL_SIZE, DECODED)), (FIVE, (DECODED,)), ("RSU", (FULL_SIZE,)), ("RS", ())],
    ids=["all", "five", "three", "originals"],
)
def test_families_are_there_whose_sets_all_are_and_full_size_leads(sets, families):
    assert families_of(map(ImageSet, sets)) == families


def test_no_pair_is_told_twice_and_the_originals_at_their_own_size():
    (_, full), (_, decoded) = pairs_told(FAMILIES)
    assert [pair.name for pair in full] == ["R1/R2", "R/S", "R/U", "S/U"]
    assert [pair.name for pair in decoded] == ["R'1/R'2", "R/R'", "R'/S'", "R'/T", "R/T", "S'/T"]
    ((_, alone),) = pairs_told([DECODED])
    assert alone == DECODED.pairs


@pytest.mark.parametrize("family", FAMILIES, ids=["full size", "decoded"])
def test_floors_are_halves_of_the_same_family(family):
    halves = {pair.name for pair in family.pairs if pair.judged == "halves"}
    assert {pair.floor for pair in family.pairs} == halves
    for pair in family.pairs:
        assert (pair.first.side == pair.second.side) == (pair.judged != "apart")
