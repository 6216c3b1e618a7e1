"""Is there a difference, and where does the small classifier see it (thesis, sections 1a and 1b)?"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from synthgap_cli.figures import pca
from synthgap_cli.report.content import Block, Paragraph, Picture, Section, Table
from synthgap_cli.report.directory import StudyDirectory, samples, summary, values
from synthgap_cli.report.pictures import encode_figure
from synthgap_cli.report.sections.judge_curves import curves
from synthgap_cli.report.sections.judge_maps import maps
from synthgap_cli.report.sections.judge_pictures import pictures
from synthgap_cli.report.sections.judge_tables import calibration_table, performance_table, sources_table
from synthgap_cli.report.sections.rejected import rejected_tables
from synthgap_cli.statistics.spreading import spread
from synthgap_cli.store.header import Header
from synthgap_cli.store.schema import Kind


def sections(study: StudyDirectory) -> list[Section]:
    """Return the section about the classifiers of the originals, if there are any."""
    judges = study.judges(())
    if not judges:
        return []
    largest = judges[0]
    blocks: list[Block] = [
        Paragraph(
            "A small network learns from the train and val rows to tell the domains apart and is asked about "
            "the test rows. If it cannot, the area under its ROC curve is 0.5."
        ),
        performance_table(judges),
        *rejudged_tables(study),
        *filter(None, map(sources_table, judges[:1])),
        calibration_table(judges),
        *curves(judges),
        *pictures(study, largest),
        *maps(study, largest),
    ]
    if picture := _style(study, largest):
        blocks.append(picture)
    if tested := [row for row in study.tests((), Kind.FEATURES) if row["of"].startswith("small-cnn")]:
        blocks += rejected_tables("Style space: components whose equal means are rejected", tested)
    return [Section("Can a small network tell them apart?", "classifier", blocks)]


def rejudged_tables(study: StudyDirectory) -> list[Table]:
    """Return a table of judges that were given other images than their own, if there are any."""
    again = [judge for judge in study.rejudged() if not math.isnan(summary(judge)[0]["auc"])]
    caption = "Judges of other images, on rows that they have not seen"
    return [performance_table(again, caption)] if again else []


def _style(study: StudyDirectory, judge: Header) -> Picture | None:
    sides = [study.one(Kind.FEATURES, judge.steps, role) for role in ("reference", "candidate")]
    if any(side is None for side in sides):
        return None
    figure = pca.draw(project_test_rows([side for side in sides if side]), domains=study.domains)
    return Picture(
        encode_figure(figure),
        "Style space in two dimensions",
        "The 64-dimensional layer before the output (the style space), test rows, by its principal "
        "components.",
    )


def project_test_rows(sides: Sequence[Header]) -> pca.Projection:
    """Return the test rows of two feature or latent stores in their first principal components."""
    rows = [values(side, spread(samples(side).rows_in(("test",)), pca.MAX_POINTS)) for side in sides]
    return pca.project(rows[0], rows[1], rng=np.random.default_rng(0))
