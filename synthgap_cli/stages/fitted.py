"""Where a shift was fitted, as a test on shifted rows needs to know it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from synthgap_cli.statistics.clusters import crowding
from synthgap_cli.statistics.expected_null import Fitted, FittedOn
from synthgap_cli.store.header import Header
from synthgap_cli.store.samples import Samples


def where_fitted(candidate: Header, samples: Sequence[Samples], splits: tuple[str, ...]) -> Fitted:
    """Return on which rows the candidate's shift was fitted, seen from the splits that are tested.

    Parameters
    ----------
    candidate : Header
        Of the store that may have been shifted.
    samples : (Samples, Samples)
        Of reference and candidate: all their rows, those of the fit among them.
    splits : tuple of str
        Which rows are tested.
    """
    shift = candidate.attributes.get("shift")
    if shift is None:
        shifted = any(fitted.by == "shift" for fitted in candidate.provenance.fitted_on)
        return Fitted(
            "unknown" if shifted else "nothing"
        )  # what a network makes of a shift has no closed form
    reference, synthetic = shift["fit-sizes"]
    crowds = [_crowding(side, shift["splits"]) for side in samples]
    return Fitted(_where(shift, splits), (reference, synthetic), (crowds[0], crowds[1]), shift["strength"])


def _where(shift: Mapping[str, Any], splits: tuple[str, ...]) -> FittedOn:
    """Return where a shift was fitted that is stored with the rows.

    The null of ``mean`` alone is known. Where ``auto`` took it, it did so for the offset that it has, which
    is then not distributed as any offset is; but where it took none, by other rows, nothing was done to
    the tested ones. Rows that a stored shift was applied to later say nothing of those it was fitted on.
    """
    seen = {*shift["splits"], *(shift["choose_on"].split("+") if "choose_on" in shift else ())}
    elsewhere = not seen & set(splits)
    if shift["method"] == "none" or (shift.get("chosen") == "none" and elsewhere):
        return "nothing"
    if shift["method"] != "mean" or "again" in shift:
        return "unknown"
    if elsewhere:
        return "other rows"
    return "these rows" if seen == set(splits) else "unknown"


def _crowding(samples: Samples, splits: Sequence[str]) -> float:
    _, sizes = np.unique(samples["group"][samples.rows_in(splits)], return_counts=True)
    return crowding(sizes) if len(sizes) else 1.0
