"""What a shift found out while it was fitted, on the screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from synthgap_cli.console import Console

_NUMBERS = (
    ("c2st", ".3f"),
    ("c2st_error", ".3f"),
    ("frechet", ".4g"),
    ("frechet_error", ".2g"),
    ("content", ".3f"),
)


def show_choice(console: Console, paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Show what ``auto`` chose among, and what ``modes`` took the real rows for.

    Returns
    -------
    list of dict
        What each store records of its shift.
    """
    from synthgap_cli.store.files import read_header

    shifts = [dict(read_header(path).attributes["shift"]) for path in paths]
    fits = {repr({**shift, "strength": 1}): shift for shift in shifts}  # a sweep has one
    for shift in fits.values():
        if "again" in shift:
            continue  # what was found out when it was fitted is no news
        if "chosen" in shift:
            _show_candidates(console, shift)
        if "target-counts" in shift:
            _show_kinds(console, shift)
    return shifts


def _show_candidates(console: Console, shift: Mapping[str, Any]) -> None:
    judged_by = shift.get("judged-by", "latents")
    if shift["candidates"]:
        console.table(
            f"Shifts fitted on {'+'.join(shift['splits'])}, judged on {shift['choose_on']} by {judged_by}",
            ["shift", "strength", "classifier", "± to none", "Fréchet", "± to none", "content", ""],
            [_cells(one, shift) for one in shift["candidates"]],
            notes=f"Between shifted synthetic and real {judged_by}, rows that no shift has seen. Classifier: "
            "ROC-AUC, 0.5: cannot be told apart. ±: standard error of the difference to no shift. Content: "
            "structural similarity to the images as they were.",
        )
    strength = shift.get("chosen-strength", 1)
    taken = shift["chosen"] if strength == 1 else f"{shift['chosen']} at {strength:g}"
    console.note(f"auto takes {taken}. {shift['reason']}")


def _cells(candidate: Mapping[str, Any], shift: Mapping[str, Any]) -> list[str]:
    strength = candidate.get("strength", 1)
    is_taken = (candidate["method"], strength) == (shift["chosen"], shift.get("chosen-strength", 1))
    left_out = candidate["left_out"].rstrip(".")
    return [
        candidate["method"],
        f"{strength:g}",
        *(_number(candidate.get(name), form) for name, form in _NUMBERS),
        f"left out: {left_out}" if left_out else "taken" if is_taken else "",
    ]


def _number(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


def _show_kinds(console: Console, shift: Mapping[str, Any]) -> None:
    counts = list(zip(shift["source-counts"], shift["target-counts"], strict=True))
    names = shift.get("kinds") or [f"cluster {number}" for number in range(len(counts))]
    alone = set(shift["moved-with-all"])
    why = "moves with all" if len(alone) == len(counts) else "too few: moves with all"
    console.table(
        "Rows of each kind that a map was fitted on",
        ["kind", "synthetic", "real", ""],
        [
            [name, str(ours), str(theirs), why if number in alone else ""]
            for number, (name, (ours, theirs)) in enumerate(zip(names, counts, strict=True))
        ],
        notes=_how_found(shift),
    )


def _how_found(shift: Mapping[str, Any]) -> str:
    if "rounds" not in shift:
        return ""
    held = {1: "the shares that they have among the synthetic rows", 0: "no shares: those differ"}
    firmly = held.get(shift["held-to-shares"], "shares near those among the synthetic rows")
    agreement = f" Agreement: {shift['agreement']:.2f}, 0 being chance." if "agreement" in shift else ""
    return (
        f"Kinds of real rows are found, not known, and held to {firmly}; after {shift['rounds']} rounds "
        f"{shift['changed-in-last-round']} rows still changed kind.{agreement}"
    )
