"""Which of several maps to take, by how near they came on rows that none was fitted on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from synthgap_cli.shifts.evidence import Evidence

BETTER = 3.0
"""Standard errors from which on a map counts as better or worse than no shift. So many are compared with it
that one of them lies two below in many studies in which nothing differs."""

ALIKE = 2.0
"""Standard errors up to which two maps count as equally near."""


def choose(evidence: Mapping[str, Evidence], simplest_first: Sequence[str]) -> str:
    """Return the name of the map to take.

    A map has to be better than ``none`` by the classifier or by the Fréchet distance, and worse by neither.
    Of those that are, the nearest by the Fréchet distance sets the mark, among those that the classifier does
    not tell apart better than the least; and the simplest that is as near as the mark by both is taken.
    """
    nothing = evidence["none"]
    better = [name for name in simplest_first if _is_better(evidence[name], nothing)]
    if not better:
        return "none"
    least = min((evidence[name] for name in better), key=lambda one: one.c2st.value)
    hidden = [name for name in better if evidence[name].errors_above(least)[0] <= ALIKE]
    mark = min((evidence[name] for name in hidden), key=lambda one: one.frechet.value)
    return next(name for name in hidden if max(evidence[name].errors_above(mark)) <= ALIKE)


def _is_better(one: Evidence, other: Evidence) -> bool:
    above = one.errors_above(other)
    return min(above) < -BETTER and max(above) <= BETTER


def explain(chosen: str, evidence: Mapping[str, Evidence], sizes: tuple[int, int]) -> str:
    """Return in a sentence why a map was taken, judged by so many target and source rows held out."""
    rows = f"{sizes[0]} target and {sizes[1]} source rows held out"
    nothing, one = evidence["none"], evidence[chosen]
    if chosen == "none":
        return (
            f"On {rows}, no map beat no shift by more than {BETTER:g} standard errors without being worse "
            f"otherwise (classifier {nothing.c2st.value:.3f}, Fréchet distance {nothing.frechet.value:.4g})."
        )
    return (
        f"On {rows}, {chosen} brings the Fréchet distance from {nothing.frechet.value:.4g} to "
        f"{one.frechet.value:.4g} and the classifier from {nothing.c2st.value:.3f} to {one.c2st.value:.3f}; "
        f"no simpler map comes as near."
    )
