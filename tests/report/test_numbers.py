import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthgap_cli.report.numbers import UNKNOWN, format_estimate, format_interval, format_number


@pytest.mark.parametrize(
    ("value", "style", "text"),
    [
        (0.9735, "number", "0.974"),
        (0.5, "number", "0.500"),
        (1.2345, "number", "1.23"),
        (12.345, "number", "12.3"),
        (220.04, "number", "220"),
        (4842.4, "number", "4,842"),
        (0, "number", "0"),
        (-0.25, "number", "−0.250"),
        (0.0000123, "number", "1.2 × 10⁻⁵"),
        (-0.0000123, "number", "−1.2 × 10⁻⁵"),
        (math.inf, "number", "∞"),
        (-math.inf, "number", "−∞"),
        (0.9635, "percent", "96.4%"),
        (0, "percent", "0%"),
        (1, "percent", "100%"),
        (0.0002, "percent", "<0.1%"),
        (0.99996, "percent", ">99.9%"),
        (-0.05, "percent", "−5.0%"),
        (14313, "count", "14,313"),
        (0.0431, "p-value", "0.0431"),
        (1e-30, "p-value", "<0.0001"),
        (0, "p-value", "<0.0001"),
        (1, "p-value", "1"),
        (np.float32(0.5), "number", "0.500"),
        (np.int64(7), "count", "7"),
    ],
)
def test_numbers_are_written_as_people_read_them(value, style, text):
    assert format_number(value, style) == text


@pytest.mark.parametrize("style", ["number", "percent", "count", "p-value"])
@pytest.mark.parametrize("value", [None, math.nan, np.float64("nan")])
def test_what_is_unknown_is_a_dash(value, style):
    assert format_number(value, style) == UNKNOWN


@given(st.floats(min_value=0, max_value=1, exclude_min=True, exclude_max=True))
def test_a_share_between_none_and_all_never_reads_as_one_of_them(share):
    assert format_number(share, "percent") not in {"0%", "0.0%", "100%", "100.0%"}


@given(st.floats(min_value=1e-3, max_value=1e9))
def test_a_written_number_is_within_a_half_of_its_last_digit(value):
    read = float(format_number(value).replace(",", ""))
    assert read == pytest.approx(value, rel=0.006, abs=0.0005)


def test_an_interval_is_unknown_where_an_end_is():
    assert format_interval(0.1, 0.25, "percent") == "10.0% to 25.0%"
    assert format_interval(-0.5, math.nan) == UNKNOWN


def test_an_estimate_stands_with_its_interval_where_there_is_one():
    assert format_estimate(0.5, 0.4, 0.6) == "0.500 (0.400 to 0.600)"
    assert format_estimate(0.5, math.nan, math.nan, "percent") == "50.0%"
    assert format_estimate(math.nan, math.nan, math.nan) == UNKNOWN
