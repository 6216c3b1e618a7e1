"""Which shift it was, and, where it was chosen, among which and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synthgap_cli.report.content import Block, Cell, Column, Paragraph, Table
from synthgap_cli.store.header import Header


def describe_shift(shift: Header) -> Paragraph:
    """Return what the shift is and what it was fitted on, in a sentence."""
    told = shift.attributes["shift"]
    method = f"{told['method']}, which chose {_taken(told)}" if "chosen" in told else told["method"]
    real, synthetic = told["fit-sizes"]
    return Paragraph(
        f"The shift: {method}; strength {told['strength']:g}; fitted on {real:,} real and {synthetic:,} "
        f"synthetic rows of {'+'.join(told['splits'])}."
    )


def chosen_from(shift: Header) -> list[Block]:
    """Return the candidates of a shift that was chosen, and why it was; nothing of one that was named."""
    told = shift.attributes["shift"]
    if "candidates" not in told:
        return []
    rows: list[list[Cell]] = [
        [
            one["method"],
            one.get("strength", 1),
            one.get("c2st"),
            one.get("frechet"),
            one.get("content"),
            "chosen" if _named(one["method"], one) == _taken(told) else one.get("left_out", ""),
        ]
        for one in told["candidates"]
    ]
    columns = [
        Column("method"),
        Column("strength", "number"),
        Column("classifier AUC", "number"),
        Column("Fréchet distance", "number"),
        Column("content kept", "number"),
        Column(""),
    ]
    note = (
        f"Between shifted synthetic and real {told.get('judged-by', 'latents')}, on rows that no candidate "
        "was fitted on. Content: mean structural similarity to the images as they were."
    )
    return [Paragraph(str(told["reason"])), Table("What the shift was chosen from", columns, rows, [note])]


def _taken(told: Mapping[str, Any]) -> str:
    return _named(told["chosen"], {"strength": told.get("chosen-strength", 1)})


def _named(method: str, told: Mapping[str, Any]) -> str:
    strength = told.get("strength", 1)
    return method if strength == 1 else f"{method} at {strength:g}"
