"""What was run: settings, files and digests, so that every number can be followed."""

from __future__ import annotations

import json

from synthgap_cli.report.content import Block, Cell, Column, Paragraph, Section, Table
from synthgap_cli.report.directory import StudyDirectory
from synthgap_cli.store.header import Header


def section(study: StudyDirectory) -> Section:
    """Return the section about settings and files."""
    rows: list[list[Cell]] = [
        [
            header.path.name,
            str(header.kind),
            header.provenance.recipe.command,
            header.sha256[:16],
            _seen(header) or "none",
        ]
        for header in study.headers
    ]
    columns = [Column(name) for name in ("file", "kind", "made by", "content SHA-256", "rows seen upstream")]
    blocks: list[Block] = [
        Paragraph(
            "Every number of this page stands in one of these files, which any HDF5 library reads. synthgap "
            "inspect tells each one's command, every parameter and the versions, and verifies its digest."
        ),
        Table("Files", columns, rows),
    ]
    settings = study.record.get("settings")
    if settings:
        cells: list[list[Cell]] = [[name, json.dumps(value)] for name, value in settings.items()]
        blocks.append(Table("Settings of the study", [Column("setting"), Column("value")], cells))
    versions = study.originals[0].provenance.versions
    blocks.append(
        Table("Versions", [Column("package"), Column("version")], [[n, v] for n, v in versions.items()])
    )
    return Section("How it was made", "provenance", blocks)


def _seen(header: Header) -> str:
    """Return which splits models and maps upstream have seen; they see the same of both domains."""
    seen = dict.fromkeys(f"{'+'.join(one.splits)} by {one.by}" for one in header.provenance.fitted_on)
    return "; ".join(seen)
