"""What an audit found, in a sentence that names the confound."""

# N images

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.audit.columns import Column
from synthgap_cli.audit.judging import ColumnFinding, Judgement
from synthgap_cli.statistics.auc import AucEstimate

CHANCE = 0.5
TELLING = 0.6  # an area from which a column is called out
NAMED = 3  # columns named beside the leading one


@dataclass(frozen=True)
class Verdict:
    """A sentence or two, and whether they are an alarm: what follows may be about the files."""

    text: str
    alarm: bool = False


def tells(auc: AucEstimate) -> bool:
    """Return whether an area is clearly above chance, and large enough to matter."""
    return auc.low > CHANCE and auc.auc >= TELLING


def describe_side(column: Column, rows: NDArray[np.bool_]) -> str:
    """Return what a column says of these rows: the median; of texts, the one or two most common."""
    values = column.values[rows]
    if column.is_category:
        return _most_common(values)
    known = values[~np.isnan(values)]
    return f"{np.median(known):.3g}" if len(known) and np.median(known) < 1000 else _whole(known)


def name_difference(column: Column, is_candidate: NDArray[np.bool_]) -> str:
    """Return the confound in words: ``compression: PNG against JPEG``, ``JPEG quality: 60 against 90``."""
    sides = [describe_side(column, rows) for rows in (~is_candidate, is_candidate)]
    return f"{column.title}: {sides[0]} against {sides[1]}"


def judge_metadata(
    found: Judgement | None, is_candidate: NDArray[np.bool_], *, equalised: str = ""
) -> Verdict:
    """Return what may be said of the judge that saw headers only.

    Parameters
    ----------
    equalised : str
        The treatment that the pixels of both sides went through: then it is no alarm.
    """
    if found is None:
        return _TOO_FEW
    if equalised:
        return Verdict(
            f"Metadata no longer reaches the pixels (both sides went through {equalised}); of the source "
            f"files, for information: {_area(found.auc)}{_by(found, is_candidate)}."
        )
    if tells(found.auc):
        by = _by(found, is_candidate)
        return Verdict(
            f"The files' metadata alone tells the sides apart: {_area(found.auc)}{by}.", alarm=True
        )
    return Verdict(f"By the files' metadata alone {_hardly(found.auc)}: {_area(found.auc)}.")


def judge_statistics(
    found: Judgement | None, is_candidate: NDArray[np.bool_], *, as_stored_by_source: bool
) -> Verdict:
    """Return what may be said of the judge that saw simple image statistics only.

    Differences of colour or noise can be the gap that is looked for. A grid of 8x8 blocks that shows more on
    one side is an alarm where the pixels are ``as_stored_by_source``: a decoder can leave such a grid, and
    after equalisation both sides have the same one, which shows more in smooth images.
    """
    if found is None:
        return _TOO_FEW
    blocks = next((one for one in found.columns if one.column.name == "block_edges"), None)
    alarm = as_stored_by_source and blocks is not None and tells(blocks.alone)
    if tells(found.auc):
        text = f"Simple image statistics tell the sides apart: {_area(found.auc)}{_by(found, is_candidate)}."
    else:
        text = f"By simple image statistics {_hardly(found.auc)}: {_area(found.auc)}."
    grid = " A grid of 8x8 blocks shows more on one side: compression reaches the pixels." if alarm else ""
    return Verdict(text + grid, alarm)


_TOO_FEW = Verdict("Too few images to judge any by the others.")


def call_out_treatments(verdict: Verdict, treatments: tuple[str, str]) -> Verdict:
    """Return the verdict on the pixels, an alarm where the sides were not equalised alike.

    Parameters
    ----------
    treatments : (str, str)
        What the images of each side went through; nothing where they were left as they were.
    """
    if treatments[0] == treatments[1]:
        return verdict
    one, other = (treatment or "none" for treatment in treatments)
    told = f"The sides went through different treatments, {one} against {other}, and that alone may tell them"
    return Verdict(f"{told} apart. {verdict.text}", alarm=True)


def _hardly(auc: AucEstimate) -> str:
    if auc.high < CHANCE:
        return (
            "the sides are told apart worse than by chance, as where the same pictures or scenes lie on both "
            "under different names"
        )
    if auc.high > TELLING:
        return "the sides may or may not be told apart, too few images being independent"
    return "the sides can hardly be told apart"


def _area(auc: AucEstimate) -> str:
    return f"ROC-AUC {auc.auc:.3f} ({auc.low:.3f} to {auc.high:.3f})"


def _by(found: Judgement, is_candidate: NDArray[np.bool_]) -> str:
    """Return ``, by compression: PNG against JPEG (also JPEG quality)``; nothing where no column does it."""
    leading = found.leading
    if not tells(leading.alone):
        return ", by no column alone" if tells(found.auc) else ""
    others = [one for one in found.columns if one is not leading and tells(one.alone)]
    also = _titles(sorted(others, key=lambda one: -one.alone.auc)[:NAMED])
    return f", by {name_difference(leading.column, is_candidate)}" + (f" (also {also})" if also else "")


def _titles(columns: Sequence[ColumnFinding]) -> str:
    return ", ".join(one.column.title.partition(",")[0] for one in columns)


def _most_common(values: NDArray[Any]) -> str:
    counts = Counter(map(str, values)).most_common(2)
    if len(counts) == 1:
        return counts[0][0]
    return " and ".join(f"{value} {count / len(values):.0%}" for value, count in counts)


def _whole(values: NDArray[np.float64]) -> str:
    return f"{np.median(values):.0f}" if len(values) else "none"
