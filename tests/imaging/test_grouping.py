import pytest

from synthgap_cli.errors import UsageProblem
from synthgap_cli.imaging.grouping import groups_of

IDS = ["town/a_1.png", "town/a_2.png", "town/north/b_1.png", "c_1.png"]


def test_the_folder_is_the_group_by_default():
    assert groups_of(IDS) == ["town", "town", "town/north", ""]


def test_the_first_capturing_group_is_the_group():
    assert groups_of(IDS, regex=r"(\w)_(\d)") == ["a", "a", "b", "c"]


def test_the_whole_match_is_the_group_of_a_pattern_without_one():
    assert groups_of(IDS, regex=r"\w_") == ["a_", "a_", "b_", "c_"]


def test_an_image_without_a_match_is_a_group_of_its_own():
    assert groups_of(IDS, regex=r"(a)_") == ["a", "a", "town/north/b_1.png", "c_1.png"]


def test_an_optional_group_that_takes_no_part_is_no_match():
    assert groups_of(["x1.png", "1.png"], regex=r"(x)?1") == ["x", "1.png"]


def test_a_pattern_that_matches_nothing_is_a_usage_problem():
    with pytest.raises(UsageProblem, match="none of the 4 images") as caught:
        groups_of(IDS, regex="sequence")
    assert IDS[0] in caught.value.hint


def test_a_broken_pattern_is_a_usage_problem():
    with pytest.raises(UsageProblem, match="no regular expression"):
        groups_of(IDS, regex="(")
