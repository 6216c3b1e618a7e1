import pytest

from synthgap_cli.conditions import conditions_that_hold, parse_conditions
from synthgap_cli.errors import ExitCode, SynthgapError, UsageProblem

KNOWN = ["fid", "kid", "kid.p_value", "fid_infinity"]
NAN = float("nan")


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("fid>20", False), ("fid>=20", True), ("fid<20", False), ("fid <= 2e1", True), ("kid>-0.5", True),
        (" kid.p_value < .05 ", True),
    ],
)  # fmt: skip
def test_a_condition_is_what_it_says(text, holds):
    measured = [("pair", {"fid": 20.0, "kid": -0.1, "kid.p_value": 0.01})]
    assert bool(conditions_that_hold(parse_conditions([text], KNOWN), measured)) is holds


@pytest.mark.parametrize(
    "text", ["fid", "fid=3", "fid>", ">3", "fid>three", "fid>nan", "3<fid", "fid>1>2", ""]
)
def test_what_is_no_condition_is_a_usage_error(text):
    with pytest.raises(UsageProblem) as caught:
        parse_conditions([text], KNOWN)
    assert "--fail-if" in caught.value.hint


def test_a_name_that_is_not_measured_is_a_usage_error_with_the_nearest():
    with pytest.raises(UsageProblem) as caught:
        parse_conditions(["fdi>3"], KNOWN)
    assert "'fid'" in caught.value.hint


def test_a_name_may_be_spelled_with_hyphens_as_on_the_command_line():
    (condition,) = parse_conditions(["fid-infinity>-3"], KNOWN)
    assert (condition.name, condition.threshold) == ("fid_infinity", -3)


def test_every_condition_is_asked_of_everything_measured():
    conditions = parse_conditions(["fid>20", "kid>1"], KNOWN)
    measured = [("one", {"fid": 30.0, "kid": 0.0}), ("two", {"fid": 10.0, "kid": 2.0})]
    assert conditions_that_hold(conditions, measured) == [
        "fid>20 holds of one: 30.",
        "kid>1 holds of two: 2.",
    ]


def test_an_unknown_number_does_not_pass():
    conditions = parse_conditions(["fid>20"], KNOWN)
    with pytest.raises(SynthgapError, match="fid of two is unknown") as caught:
        conditions_that_hold(conditions, [("one", {"fid": 1.0}), ("two", {"fid": NAN})])
    assert caught.value.exit_code is ExitCode.FAILED


def test_what_holds_is_told_even_where_another_number_is_unknown():
    conditions = parse_conditions(["fid>20"], KNOWN)
    assert conditions_that_hold(conditions, [("one", {"fid": NAN}), ("two", {"fid": 21.0})])
