"""What pretrained networks see: t-tests of their features (thesis, section 1c)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synthgap_cli.figures import feature_histograms
from synthgap_cli.report.content import Block, Notice, Paragraph, Picture, Section
from synthgap_cli.report.directory import Row, StudyDirectory, samples, table, values
from synthgap_cli.report.pictures import encode_figure
from synthgap_cli.report.sections.rejected import effects_picture, rejected_picture, rejected_tables
from synthgap_cli.store.header import Header
from synthgap_cli.store.schema import Kind

PANELS = 8


def section(study: StudyDirectory) -> Section:
    """Return the section, or why there is none."""
    rows = [row for row in study.tests((), Kind.FEATURES) if not row["of"].startswith("small-cnn")]
    title, anchor = "What pretrained networks see", "content"
    if not rows:
        reasons = study.record.get("left_out") or ["No network's features are among the stores."]
        hint = "synthgap extract -n mobilenet_v2, then ttest and report, adds it."
        return Section(title, anchor, [Notice(f"{reasons[0]} {hint}", "warning")])
    blocks: list[Block] = [
        Paragraph(
            "Each image is described by the input of a network's last linear layer. Component by component a "
            "t-test asks whether real and synthetic means are equal; the measure is the share rejected. It "
            "grows with the number of images, so the effect sizes beside it say how large the differences "
            "are."
        ),
        *_random_weights(study, rows),
        *rejected_tables("Components whose equal means are rejected", rows),
        rejected_picture(study, rows),
        _histograms(study, rows[0]),
        effects_picture(rows[0]),
    ]
    return Section(title, anchor, blocks)


def _histograms(study: StudyDirectory, row: Row) -> Picture:
    components = table(row["file"], f"components/{row['pair']}")
    effects = components["cohens_d"]
    ordered = np.argsort(-np.nan_to_num(np.abs(effects), nan=-1.0), kind="stable")
    chosen = ordered[np.linspace(0, np.isfinite(effects).sum() - 1, PANELS).astype(int)]  # from most to least
    splits = row["rows"].split("+")
    sides = []
    for role in ("reference", "candidate"):
        header = study.one(Kind.FEATURES, (row["of"],), role)
        assert header is not None  # it was tested
        sides.append(values(header, samples(header).rows_in(splits), chosen))
    figure = feature_histograms.draw(
        sides[0],
        sides[1],
        components=[int(index) for index in chosen],
        cohen_d=[float(effects[index]) for index in chosen],
        domains=study.domains,
    )
    return Picture(
        encode_figure(figure),
        f"Histograms of features of {row['of']}",
        f"Features of {row['of']}, from the component that differs most to the one that differs least.",
    )


def _random_weights(study: StudyDirectory, rows: Sequence[Row]) -> list[Notice]:
    """Say so where a network was never trained: its features are no content."""
    untrained = [name for row in rows if (name := row["of"]) and _is_random(study, name)]
    if not untrained:
        return []
    named = ", ".join(dict.fromkeys(untrained))
    return [
        Notice(
            f"{named}: random weights. Such features still show whether distributions differ, but they are "
            "not what a network trained on ImageNet sees, and not comparable with the thesis.",
            "warning",
        )
    ]


def _is_random(study: StudyDirectory, network: str) -> bool:
    header: Header | None = study.one(Kind.FEATURES, (network,), "reference")
    return header is not None and str(header.attributes.get("weights", "")).startswith("random")
