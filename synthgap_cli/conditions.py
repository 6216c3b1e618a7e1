"""What ``--fail-if`` asks: conditions on measured numbers, and which of them hold."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from synthgap_cli import plugins
from synthgap_cli.errors import SynthgapError, UsageProblem

_RELATIONS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_PATTERN = re.compile(r"\s*([A-Za-z][\w.-]*)\s*(>=|<=|>|<)\s*(\S+)\s*")


@dataclass(frozen=True)
class Condition:
    """A number's name, a relation and a threshold: ``fid>20``."""

    name: str
    relation: str
    threshold: float

    def __str__(self) -> str:
        return f"{self.name}{self.relation}{self.threshold:g}"

    def holds_of(self, value: float) -> bool:
        """Return whether a value, known, is in that relation to the threshold."""
        return _RELATIONS[self.relation](value, self.threshold)


def parse_conditions(texts: Iterable[str], known: Collection[str]) -> list[Condition]:
    """Return the conditions that these texts state.

    Parameters
    ----------
    texts : iterable of str
        ``NAME>NUMBER``; also ``<``, ``>=``, ``<=``.
    known : collection of str
        The names that will have been measured.

    Raises
    ------
    UsageProblem
        A text is no condition, or names what is not measured.
    """
    return [_parse(text, known) for text in texts]


def conditions_that_hold(
    conditions: Sequence[Condition], measured: Iterable[tuple[str, Mapping[str, float]]]
) -> list[str]:
    """Return a sentence for each condition that holds of something measured.

    Parameters
    ----------
    conditions : sequence of Condition
    measured : iterable of (label, numbers by name)
        One for each thing measured: a pair, a classifier.

    Raises
    ------
    SynthgapError
        None holds, but a number is unknown: that is no leave to pass.
    """
    holding, unknown = [], []
    for label, numbers in measured:
        for condition in conditions:
            value = float(numbers[condition.name])
            if math.isnan(value):
                unknown.append(f"{condition.name} of {label} is unknown")
            elif condition.holds_of(value):
                holding.append(f"{condition} holds of {label}: {value:.4g}.")
    if unknown and not holding:
        raise SynthgapError(
            f"{'; '.join(unknown)}: --fail-if cannot be answered.",
            hint="The outputs are written. Compare more images, or ask about another number.",
        )
    return holding


def _parse(text: str, known: Collection[str]) -> Condition:
    hint = "Write a name, a relation and a number, in quotes: --fail-if 'auc>0.8'."
    match = _PATTERN.fullmatch(text)
    if match is None:
        raise UsageProblem(f"{text!r} is no condition.", hint=hint)
    name, relation, number = match.groups()
    name = name.replace("-", "_")  # as other options take them
    try:
        threshold = float(number)
    except ValueError as error:
        raise UsageProblem(f"{number!r} in {text!r} is no number.", hint=hint) from error
    if math.isnan(threshold):
        raise UsageProblem(f"Nothing is greater or less than the {number} in {text!r}.", hint=hint)
    if name not in known:
        raise plugins.unknown("measured number", name, known)
    return Condition(name, relation, threshold)
