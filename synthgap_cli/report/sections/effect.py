"""Did the shift help? Images judged before and after it (thesis, section 2f and note 7)."""

from __future__ import annotations

from synthgap_cli.ledger.standings import Standing
from synthgap_cli.report.content import Block, Section
from synthgap_cli.report.directory import StudyDirectory
from synthgap_cli.report.ledgers import ledgers_of, rivals
from synthgap_cli.report.sections import ledger
from synthgap_cli.report.sections.judged import judged
from synthgap_cli.report.sections.ledgers import compared
from synthgap_cli.report.sections.shift import chosen_from, describe_shift
from synthgap_cli.store.header import Header


def sections(study: StudyDirectory) -> list[Section]:
    """Return a section for each ledger, and for each shift without one whose decoded images were judged."""
    kept: list[Standing] = []
    found: list[Section | None] = []
    for vae in study.vaes:
        for shift in study.shifts_of(vae):
            ledgers = ledgers_of(study, shift)
            kept += ledgers
            found += [_section(told.name, shift, ledger.blocks(told.ledger)) for told in ledgers]
            if not ledgers:
                found.append(_section(".".join(shift.steps), shift, judged(study, vae, shift)))
    for told, images in rivals(study):
        kept.append(told)
        found.append(_section(told.name, images, ledger.blocks(told.ledger)))
    return compared(kept) + [section for section in found if section is not None]


def _section(tag: str, shift: Header | None, evidence: list[Block]) -> Section | None:
    """Return the section of a shift, told by what the store that it made says of it."""
    if not evidence:
        return None
    known = shift is not None and "shift" in shift.attributes
    blocks: list[Block] = evidence
    if shift is not None and known:
        blocks = [describe_shift(shift), *evidence, *chosen_from(shift)]
    return Section(f"Did the shift help? {tag}", f"effect-{tag}", blocks)
