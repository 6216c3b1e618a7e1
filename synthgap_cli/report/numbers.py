"""Numbers as people read them."""

from __future__ import annotations

import math
from typing import Literal, TypeAlias

NumberStyle: TypeAlias = Literal["number", "percent", "count", "p-value"]

UNKNOWN = "–"
_SMALLEST_P = 0.0001
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def format_number(value: float | None, style: NumberStyle = "number") -> str:
    """Return a number as text; "–" where it is None or NaN.

    Parameters
    ----------
    value : float, optional
        A share in [0, 1] where the style is ``percent``.
    style : NumberStyle
        ``number``: three significant digits, whole from 1,000 on. ``percent``: one decimal; a share that
        is neither 0 nor 1 is never rounded to one of them. ``count``: whole, with separators.
        ``p-value``: three digits, not below 0.0001.
    """
    if value is None or math.isnan(value):
        return UNKNOWN
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    text = _WRITERS[style](float(value))
    return text.replace("-", "−")


def format_interval(low: float, high: float, style: NumberStyle = "number") -> str:
    """Return ``low to high`` as text; "–" where either is unknown."""
    if math.isnan(low) or math.isnan(high):
        return UNKNOWN
    return f"{format_number(low, style)} to {format_number(high, style)}"


def format_estimate(value: float, low: float, high: float, style: NumberStyle = "number") -> str:
    """Return a number with its interval in brackets, where it is known."""
    interval = format_interval(low, high, style)
    return format_number(value, style) + ("" if interval == UNKNOWN else f" ({interval})")


def _write_number(value: float) -> str:
    size = abs(value)
    if size == 0:
        return "0"
    if size < 0.001:
        mantissa, exponent = f"{value:.1e}".split("e")
        return f"{mantissa} × 10{str(int(exponent)).translate(_SUPERSCRIPTS)}"
    if size < 999.5:
        return f"{value:.{max(0, 2 - max(-1, math.floor(math.log10(size))))}f}"
    return f"{value:,.0f}"


def _write_percent(value: float) -> str:
    if value in (0, 1):
        return f"{value:.0%}"
    if 0 < value < 0.0005:
        return "<0.1%"
    if 0.9995 <= value < 1:
        return ">99.9%"
    return f"{value:.1%}"


def _write_count(value: float) -> str:
    return f"{value:,.0f}"


def _write_p_value(value: float) -> str:
    return f"<{_SMALLEST_P}" if value < _SMALLEST_P else f"{value:.3g}"


_WRITERS = {
    "number": _write_number,
    "percent": _write_percent,
    "count": _write_count,
    "p-value": _write_p_value,
}
