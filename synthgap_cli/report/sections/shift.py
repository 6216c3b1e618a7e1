"""Which shift it was, and, where it was chosen, among which and why."""

from __future__ import annotations

from synthgap_cli.report.content import Block, Cell, Column, Paragraph, Table
from synthgap_cli.store.header import Header


def describe_shift(shift: Header) -> Paragraph:
    """Return what the shift is and what it was fitted on, in a sentence."""
    told = shift.attributes["shift"]
    method = f"{told['method']}, which chose {told['chosen']}" if "chosen" in told else told["method"]
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
            one.get("c2st"),
            one.get("frechet"),
            "chosen" if one["method"] == told["chosen"] else one.get("left_out", ""),
        ]
        for one in told["candidates"]
    ]
    columns = [
        Column("method"),
        Column("classifier AUC", "number"),
        Column("Fréchet distance", "number"),
        Column(""),
    ]
    note = "Between shifted synthetic and real latents, on rows that no candidate was fitted on."
    return [Paragraph(str(told["reason"])), Table("What the shift was chosen from", columns, rows, [note])]
