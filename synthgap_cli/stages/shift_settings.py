"""What shifted latents depend on beside the latents, and what their step is called."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from synthgap_cli.errors import UsageProblem
from synthgap_cli.shifts.shift import load_shift, shift_name
from synthgap_cli.stages.rows import parse_splits

_BY_METHOD = {"choose_on": "auto", "base": "modes", "clusters": "modes", "real_labels": "modes"}


@dataclass(frozen=True)
class ShiftSettings:
    """What enters the recipe of a shifted store.

    Attributes
    ----------
    method : str
        Of the family.
    strength : float
    fit_on : str
        Splits that maps are fitted on.
    seed : int
    choose_on : str
        Splits that ``auto`` chooses by.
    base : str
        What ``modes`` moves each kind by.
    clusters : int, optional
        How many kinds ``modes`` looks for; none: those of the labels, without labels as many as there are
        rows for.
    real_labels : bool
        Whether ``modes`` takes the real side's labels for its kinds, instead of finding them.
    """

    method: str = "mean"
    strength: float = 1.0
    fit_on: str = "train"
    seed: int = 0
    choose_on: str = "val"
    base: str = "mean"
    clusters: int | None = None
    real_labels: bool = False

    def __post_init__(self) -> None:
        """Take ``channel-ot`` for ``channel_ot``, so that recipes and tags know one name."""
        object.__setattr__(self, "method", shift_name(self.method))
        object.__setattr__(self, "base", shift_name(self.base))

    @property
    def tag(self) -> str:
        """The step's name: the method, what it is made of, and the strength where it is not 1."""
        method = self.method if self.base == "mean" else f"{self.method}-{self.base}"
        if self.strength == 1:
            return method
        return f"{method}-{self.strength:g}".replace(".", "p").replace("+", "")

    def recorded(self) -> dict[str, Any]:
        """Return the settings that the method reads, for recipe and store."""
        return {
            name: value
            for name, value in asdict(self).items()
            if _BY_METHOD.get(name, self.method) == self.method
        }

    @classmethod
    def stored(cls, shift: Mapping[str, Any], strength: float) -> ShiftSettings:
        """Return the settings that a store's shift records, but for the strength."""
        known = {field.name for field in fields(cls)}
        return cls(**{**{name: shift[name] for name in shift if name in known}, "strength": strength})

    def check(self) -> None:
        """Raise unless the settings can be meant.

        Raises
        ------
        UsageProblem
            The method or a split is unknown, the strength no number, or an option is of another method.
        """
        load_shift(self.method)
        fitted, chosen = parse_splits(self.fit_on), parse_splits(self.choose_on)
        if not math.isfinite(self.strength):
            raise UsageProblem(f"Strength {self.strength} is no number to multiply by.", hint="Say 1.")
        if self.method == "auto" and (both := set(fitted) & set(chosen)):
            raise UsageProblem(
                f"auto cannot choose by the rows of {'+'.join(sorted(both))}: maps are fitted on them.",
                hint="Fit on train, choose on val.",
            )
        if self.real_labels and self.clusters is not None:
            raise UsageProblem("--clusters finds kinds whatever the labels; --real-labels takes these.")
        defaults = ShiftSettings()
        for name, method in _BY_METHOD.items():
            if method != self.method and getattr(self, name) != getattr(defaults, name):
                option = f"--{name.replace('_', '-')}"
                raise UsageProblem(f"{option} is of --method {method}; this is {self.method}.")

    def leave_to(self, fitted: str) -> None:
        """Raise unless all settings are the defaults, as they must be where a stored shift has its own.

        Raises
        ------
        UsageProblem
            One is not.
        """
        defaults = asdict(ShiftSettings())
        for name, value in asdict(self).items():
            if value != defaults[name]:
                option = f"--{name.replace('_', '-')}"
                raise UsageProblem(f"{option} cannot be given with --fitted: {fitted} has its own.")


def require_different(asked: Sequence[ShiftSettings]) -> None:
    """Raise unless all have tags of their own: of two stores of one name one would replace the other.

    Raises
    ------
    UsageProblem
        A strength is asked for twice.
    """
    tags = [settings.tag for settings in asked]
    for settings in asked:
        if tags.count(settings.tag) > 1:
            raise UsageProblem(f"Strength {settings.strength:g} is asked for twice.", hint="Say it once.")
