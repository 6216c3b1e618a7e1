"""One report as one HTML file that needs nothing else."""

from __future__ import annotations

import math

from jinja2 import Environment, PackageLoader, StrictUndefined

from synthgap_cli.report.content import Block, Report
from synthgap_cli.report.numbers import NumberStyle, format_number
from synthgap_cli.report.pictures import embed


def render_page(report: Report) -> str:
    """Return the report as one HTML document: images and style inside, no script, no link to outside.

    All text is escaped. The same report gives the same page.
    """
    anchors = [section.anchor for section in report.sections]
    assert len(set(anchors)) == len(anchors), f"anchors must be unique: {anchors}"
    return _environment().get_template("page.html").render(report=report)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("synthgap_cli.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "as_number": format_number,
        "as_cell": _format_cell,
        "embedded": embed,
        "template": _template_name,
        "as_end": _format_end,
        "along": _place_along,
    }
    environment.tests["known"] = _is_known
    return environment


def _template_name(block: Block) -> str:
    """Return the template of a block, which is named after its class."""
    return f"{type(block).__name__.lower()}.html"


def _is_known(value: float | tuple[float, float] | None) -> bool:
    if value is None:
        return False
    return not any(math.isnan(number) for number in (value if isinstance(value, tuple) else (value,)))


def _format_cell(cell: str | float | None, style: NumberStyle | None) -> str:
    return cell if isinstance(cell, str) else format_number(cell, style or "number")


def _format_end(value: float, style: NumberStyle) -> str:
    """Return the end of an axis, without the digits that only a measurement needs."""
    return f"{value:.0%}" if style == "percent" else f"{value:g}"


def _place_along(value: float, scale: tuple[float, float]) -> str:
    """Return where a value lies on a scale as a CSS length; what is beyond the ends lies at the end."""
    low, high = scale
    return f"{100 * min(1, max(0, (value - low) / (high - low))):.2f}%"
