"""The ledger of a shift: what it closed, and whether that was worth it (thesis, sections 2e and 2f)."""

from __future__ import annotations

from synthgap_cli.ledger.told import Ledger
from synthgap_cli.report.content import Block, Notice, Paragraph
from synthgap_cli.report.sections.ledger_pairs import closing_picture, number_tables, pair_tables
from synthgap_cli.report.sections.ledger_together import together
from synthgap_cli.report.sections.ledger_words import closing, other_numbers
from synthgap_cli.report.sections.ledger_worth import content_blocks, density_blocks, utility_blocks

MEASURED = {
    "T": "Decoding blurs, and blur gives any image away. So the gap is measured between decoded images, "
    "before the shift and after it; what the decoder alone does stands in a row of its own.",
    "U": "Translated images have their originals' size and detail, so the gap is measured between images as "
    "they are, before and after.",
}


def blocks(ledger: Ledger) -> list[Block]:
    """Return what the ledger says, the conclusions first."""
    return [
        Paragraph(" ".join(filter(None, (closing(ledger), other_numbers(ledger))))),
        Notice(together(ledger)),
        *([closing_picture(ledger)] if ledger.closed else []),
        Paragraph(MEASURED[ledger.outcome]),
        *pair_tables(ledger),
        *number_tables(ledger),
        *content_blocks(ledger),
        *utility_blocks(ledger),
        *density_blocks(ledger),
    ]
