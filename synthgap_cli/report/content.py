"""What a report says, apart from how it looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from synthgap_cli.report.numbers import NumberStyle

Cell: TypeAlias = str | float | None
Tone: TypeAlias = Literal["gap", "none", "unknown"]


@dataclass(frozen=True)
class Paragraph:
    """Plain text; line breaks do not show."""

    text: str


@dataclass(frozen=True)
class Notice:
    """A remark set apart: a ``warning`` that limits a conclusion, or a ``note`` on how to read one."""

    text: str
    level: Literal["note", "warning"] = "note"


@dataclass(frozen=True)
class Column:
    """A column's heading and how its numbers are written; text where ``style`` is None."""

    title: str
    style: NumberStyle | None = None


@dataclass(frozen=True)
class Table:
    """Rows under named columns.

    Parameters
    ----------
    caption : str
        Stands above the table.
    columns : sequence of Column
        The first one names the rows.
    rows : sequence of rows of cells
        Numbers as numbers: the column's style writes them; None and NaN are shown as unknown.
    notes : sequence of str
        Stand below: n, the level, what is left out.
    """

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Picture:
    """An image file's bytes (`encode_figure`, or any PNG), what it shows in words, and its caption."""

    image: bytes
    alt: str
    caption: str


Block: TypeAlias = Paragraph | Notice | Table | Picture


@dataclass(frozen=True)
class Section:
    """Blocks under a heading; ``anchor`` names it in links and is unique in the report."""

    title: str
    anchor: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Finding:
    """One headline: a measure of the gap, beside what no difference would give.

    Parameters
    ----------
    label : str
        What is measured.
    value : float
        NaN where unknown.
    style : NumberStyle
        How it and its companions are written.
    before : float, optional
        The same before the shift.
    interval : (float, float), optional
        Of the value.
    floor : float, optional
        What a true null gives.
    scale : (float, float), optional
        Ends of the axis on which all of them are drawn; no axis by default.
    verdict : str
        The conclusion in a few words.
    tone : str
        Whether the verdict is a gap, none, or no conclusion; it colours the verdict.
    explanation : str
        One or two sentences: n, the interval's level, how the floor was made.
    """

    label: str
    value: float
    style: NumberStyle = "number"
    before: float | None = None
    interval: tuple[float, float] | None = None
    floor: float | None = None
    scale: tuple[float, float] | None = None
    verdict: str = ""
    tone: Tone = "unknown"
    explanation: str = ""


@dataclass(frozen=True)
class Report:
    """A whole page.

    Parameters
    ----------
    title, subtitle : str
    facts : sequence of (name, value)
        What was compared and with which settings.
    findings : sequence of Finding
        The headline, the most important one first.
    warnings : sequence of str
        What limits the conclusions.
    sections : sequence of Section
    """

    title: str
    subtitle: str
    facts: Sequence[tuple[str, str]]
    findings: Sequence[Finding]
    warnings: Sequence[str]
    sections: Sequence[Section]
