"""Did the shift help? Decoded images judged before and after it (thesis, section 2f and note 7)."""

from __future__ import annotations

from synthgap_cli.report.content import Block, Section
from synthgap_cli.report.directory import StudyDirectory
from synthgap_cli.report.ledger import ledger_of
from synthgap_cli.report.sections import ledger
from synthgap_cli.report.sections.judged import judged
from synthgap_cli.report.sections.ledgers import compared
from synthgap_cli.report.sections.shift import chosen_from, describe_shift
from synthgap_cli.store.header import Header


def sections(study: StudyDirectory) -> list[Section]:
    """Return a section for each shift that has a ledger or whose decoded images were judged."""
    shifts = [(vae, shift, ledger_of(study, shift)) for vae in study.vaes for shift in study.shifts_of(vae)]
    found = [
        _section(shift, ledger.blocks(told) if told else judged(study, vae, shift))
        for vae, shift, told in shifts
    ]
    several = compared([(shift, told) for _, shift, told in shifts if told])
    return several + [section for section in found if section is not None]


def _section(shift: Header, evidence: list[Block]) -> Section | None:
    if not evidence:
        return None
    tag = ".".join(shift.steps)
    blocks: list[Block] = [describe_shift(shift), *evidence, *chosen_from(shift)]
    return Section(f"Did the shift help? {tag}", f"effect-{tag}", blocks)
