"""Judgements of decoded images before and after a shift, where no ledger sums them up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synthgap_cli.figures import before_after
from synthgap_cli.report.content import Block, Notice, Paragraph, Picture
from synthgap_cli.report.directory import Row, StudyDirectory, summary
from synthgap_cli.report.pictures import encode_figure
from synthgap_cli.report.sections.judge_tables import performance_table
from synthgap_cli.report.sections.rejected import rejected_tables
from synthgap_cli.report.shares import leading_shares
from synthgap_cli.store.header import Header
from synthgap_cli.store.schema import Kind

PLAIN = "against-original"


def judged(study: StudyDirectory, vae: Header, shift: Header) -> list[Block]:
    """Return what the judges said before and after the shift; nothing unless there are both."""
    before, after = study.judges(vae.steps), study.judges(shift.steps)
    plain = study.judges((*shift.steps, PLAIN))
    if not (before and after):
        return []
    blocks: list[Block] = [
        Paragraph(
            "Decoding blurs, and blur gives any image away. So the fair comparison is between decoded "
            "images: decoded real against decoded synthetic (before), and decoded real against decoded "
            "shifted synthetic (after). Each judge is trained anew for its pair."
        ),
        _picture(study, vae, shift),
        performance_table([*before, *after, *plain]),
    ]
    if plain:
        blocks.append(
            Notice(
                f"Pairs named {PLAIN} hold original real images against decoded ones: the decoder's blur "
                "alone separates them, whatever the shift did."
            )
        )
    return [*blocks, *_features(study, vae, shift)]


def _features(study: StudyDirectory, vae: Header, shift: Header) -> list[Block]:
    rows = [
        {**row, "of": f"{row['of']}, {when}"}
        for when, steps in (("before", vae.steps), ("after", shift.steps))
        for row in study.tests(steps, Kind.FEATURES)
    ]
    if not rows:
        return []
    rows.sort(key=lambda row: row["of"].rpartition(",")[0])  # stable: before stays above after
    return [
        *rejected_tables("Components of features whose equal means are rejected", rows),
        Notice(
            "small-cnn is the style space of the judge of that very pair, on rows it has not seen: it was "
            "made to find a difference. What a true null gives after decoding shifted latents is unknown "
            "(–)."
        ),
    ]


def _picture(study: StudyDirectory, vae: Header, shift: Header) -> Picture:
    measures = [
        _auc_measure(study.judges(vae.steps), study.judges(shift.steps)),
        _latent_measure(study.tests(vae.steps, Kind.LATENTS), study.tests(shift.steps, Kind.LATENTS)),
    ]
    figure = before_after.draw([".".join(shift.steps)], [measure for measure in measures if measure])
    return Picture(
        encode_figure(figure),
        "The gap before and after the shift",
        "Left: can a classifier tell decoded real from decoded synthetic images? Right: share of latent "
        "components whose means differ. Test rows.",
    )


def _auc_measure(before: Sequence[Header], after: Sequence[Header]) -> before_after.Measure:
    (first,), (second,) = summary(before[0]), summary(after[0])
    return before_after.Measure(
        name="ROC-AUC of decoded images",
        before=np.array([first["auc"]]),
        after=np.array([second["auc"]]),
        before_interval=np.array([[first["auc_low"], first["auc_high"]]]),
        after_interval=np.array([[second["auc_low"], second["auc_high"]]]),
        expected_before=0.5,
        expected_after=0.5,
    )


def _latent_measure(before: Sequence[Row], after: Sequence[Row]) -> before_after.Measure | None:
    if not (before and after):
        return None
    unknown = np.full((1, 2), np.nan)
    first, second = leading_shares(before[0]), leading_shares(after[0])
    return before_after.Measure(
        name="latent components rejected",
        before=np.array([first.rejected]),
        after=np.array([second.rejected]),
        before_interval=unknown,
        after_interval=unknown,
        expected_before=first.expected,
        expected_after=second.expected,
        percent=True,
    )
