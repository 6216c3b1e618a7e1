"""Test images with the judge's scores: across the range, the most telltale, the most misleading."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.figures import predictions
from synthgap_cli.report.content import Picture
from synthgap_cli.report.directory import StudyDirectory, images, table
from synthgap_cli.report.pictures import encode_figure
from synthgap_cli.statistics.spreading import spread
from synthgap_cli.store.header import Header

EXAMPLES = 12


def pictures(study: StudyDirectory, judge: Header) -> list[Picture]:
    """Return the three sheets."""
    return [
        _across(study, judge),
        _sheet(
            study,
            judge,
            "telltale",
            "The most telltale test images of each domain: the surest and right. One a scene.",
        ),
        _sheet(
            study,
            judge,
            "misleading",
            "The most misleading test images of each domain: those most like the other. One a scene.",
        ),
    ]


def pixels_of(study: StudyDirectory, judge: Header, rows: NDArray[np.intp]) -> NDArray[np.uint8]:
    """Return the images (n, H, W, 3) of rows of a judge's scores, from the originals of both domains."""
    reference, candidate = study.originals
    cut = int((table(judge, "scores")["is_synthetic"] == 0).sum())
    of_reference, of_candidate = (
        images(reference, rows[rows < cut]),
        images(candidate, rows[rows >= cut] - cut),
    )
    pixels = np.empty((len(rows), *of_reference.shape[1:]), np.uint8)
    pixels[rows < cut], pixels[rows >= cut] = of_reference, of_candidate
    return pixels


def examples(judge: Header, kind: str, count: int) -> NDArray[np.intp]:
    """Return the rows of the first examples of a kind, half of each domain."""
    found = table(judge, "examples")
    chosen = found["row"][found["kind"] == kind]
    is_synthetic = table(judge, "scores")["is_synthetic"][chosen]
    return np.concatenate([chosen[is_synthetic == side][: count // 2] for side in (0, 1)])


def _across(study: StudyDirectory, judge: Header) -> Picture:
    """Twelve test images of both domains, evenly spread over the scores: the surest and the doubtful."""
    scores = table(judge, "scores")
    tested = np.flatnonzero(scores["tested"])
    rows = spread(tested[np.argsort(scores["probability"][tested], kind="stable")], EXAMPLES)
    return Picture(
        _draw(study, judge, rows),
        "Test images with the classifier's scores",
        "Test images from the surest real to the surest synthetic, with the probability of synthetic.",
    )


def _sheet(study: StudyDirectory, judge: Header, kind: str, caption: str) -> Picture:
    drawn = _draw(study, judge, examples(judge, kind, EXAMPLES))
    return Picture(drawn, f"The most {kind} test images with the classifier's scores", caption)


def _draw(study: StudyDirectory, judge: Header, rows: NDArray[np.intp]) -> bytes:
    scores = table(judge, "scores")
    figure = predictions.draw(
        pixels_of(study, judge, rows),
        scores=scores["probability"][rows],
        is_synthetic=scores["is_synthetic"][rows].astype(bool),
        domains=study.domains,
    )
    return encode_figure(figure)
