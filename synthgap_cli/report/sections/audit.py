"""What gives the sides away before anything is learned from what the images show."""

from __future__ import annotations

import math

from synthgap_cli.report.content import Block, Cell, Column, Notice, Paragraph, Section, Table
from synthgap_cli.report.directory import Row, StudyDirectory, summary, table
from synthgap_cli.store.header import Header
from synthgap_cli.store.schema import Kind


def sections(study: StudyDirectory) -> list[Section]:
    """Return the section about the audit of the originals, if there was one."""
    audits = audits_of_originals(study)
    if not audits:
        return []
    rows = [row for audit in audits for row in summary(audit)]
    blocks: list[Block] = [
        Paragraph(
            "Two judges that cannot know what an image shows: one sees the traits of the source file, the "
            "other a few statistics of the stored pixels. Where one of them tells the domains apart, a "
            "better judge may have learned no more than that."
        ),
        _judges(rows),
        *(Notice(row["verdict"], "warning" if row["alarm"] else "note") for row in rows),
        *(_columns(study, audit, judge) for audit in audits for judge in _judges_of(audit)),
    ]
    return [Section("Do the files give it away?", "audit", blocks)]


def alarms(study: StudyDirectory) -> list[str]:
    """Return the verdicts that limit all other conclusions."""
    rows = [row for audit in audits_of_originals(study) for row in summary(audit)]
    return [row["verdict"] for row in rows if row["alarm"]]


def audits_of_originals(study: StudyDirectory) -> list[Header]:
    """Return the audits of images as they were prepared."""
    return [audit for audit in study.of_kind(Kind.RESULTS, "audit") if not audit.steps]


def _judges(rows: list[Row]) -> Table:
    cells: list[list[Cell]] = [
        [
            row["judge"],
            f"{row['n_reference']} + {row['n_candidate']}",
            f"{row['groups_reference']} + {row['groups_candidate']}" if row["groups_reference"] else "–",
            row["auc"],
            f"{row['auc_low']:.3f} to {row['auc_high']:.3f}",
            row["leading"],
            row["leading_auc"],
        ]
        for row in rows
    ]
    columns = [
        *map(Column, ("judge", "images", "scenes")),
        Column("ROC-AUC", "number"),
        Column("95 % interval"),
        Column("most telling"),
        Column("alone", "number"),
    ]
    notes = [
        "Images of all splits; each is judged by trees that learned from other scenes. 0.5 is chance. Alone: "
        "ROC-AUC of the most telling column.",
        *(f"Both sides went through {row['equalised']}." for row in rows[:1] if row["equalised"]),
    ]
    return Table("Judges that see no more than this", columns, cells, notes)


def _judges_of(audit: Header) -> list[str]:
    """Return the judges that had something to judge by."""
    return [row["judge"] for row in summary(audit) if not math.isnan(row["auc"])]


def _columns(study: StudyDirectory, audit: Header, judge: str) -> Table:
    (pair,) = {row["pair"] for row in summary(audit)}
    found = table(audit, f"components/{pair}")
    mine = found["judge"] == judge
    named = ("title", "reference", "candidate", "auc", "auc_low", "auc_high", "importance")
    cells: list[list[Cell]] = []
    for title, one, other, auc, low, high, importance in zip(*(found[n][mine] for n in named), strict=True):
        cells.append([title, one, other, float(auc), f"{low:.3f} to {high:.3f}", round(float(importance), 3)])
    columns = [
        *map(Column, ("column", *study.domains)),
        Column("alone", "number"),
        Column("95 % interval"),
        Column("importance", "number"),
    ]
    return Table(
        f"What each column does: {judge}, {pair}",
        columns,
        cells,
        [
            "Medians, or the most common values. Alone: ROC-AUC of a judge that sees this column only. "
            "Importance: by how much the area falls when the column is shuffled; near 0 where another says "
            "the same."
        ],
    )
