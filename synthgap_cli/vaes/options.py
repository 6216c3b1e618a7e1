"""What may differ between two networks of one architecture: checked values, and how a terminal says them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args, get_origin, get_type_hints

from synthgap_cli.errors import UsageProblem


@dataclass(frozen=True)
class ArchitectureOptions:
    """Base of every architecture's ``Options``; annotations of the fields say which values they take.

    ``int`` (1 or more), ``bool``, ``float``, ``str``, a ``Literal`` of words, or ``tuple[int, ...]``, which
    may be given as a list, as JSON has it.

    Raises
    ------
    UsageProblem
        A value is none of those; the hint says which are.
    """

    def __post_init__(self) -> None:
        for name, kind in kinds_of(type(self)).items():
            value = getattr(self, name)
            if isinstance(value, list):
                value = tuple(value)
                object.__setattr__(self, name, value)
            if not kind.holds(value):
                raise _impossible(name, value, kind)


@dataclass(frozen=True)
class Kind:
    """A type of value: how it is read from text, which values it has, and how to tell a user."""

    read: Callable[[str], Any]
    """Raises ValueError."""
    holds: Callable[[Any], bool]
    wording: str


def read_options(options: type[ArchitectureOptions], given: Sequence[str], *, of: str) -> dict[str, Any]:
    """Return the values that texts ``NAME=VALUE`` give to fields of ``options``, the architecture ``of``'s.

    Raises
    ------
    UsageProblem
        A text has no ``=``, an option is unknown or given twice, or its value is impossible.
    """
    kinds = kinds_of(options)
    read: dict[str, Any] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageProblem(f"{text!r} is no option.", hint=f"Say NAME=VALUE. {describe(options, of=of)}")
        require_known(options, name, of=of)
        if name in read:
            raise UsageProblem(f"Option {name} is given twice.")
        try:
            read[name] = kinds[name].read(value)
        except ValueError:
            raise _impossible(name, value, kinds[name]) from None
        if not kinds[name].holds(read[name]):
            raise _impossible(name, value, kinds[name])
    return read


def require_known(options: type[ArchitectureOptions], name: str, *, of: str) -> None:
    """Raise `UsageProblem`, telling what there is, unless the architecture ``of`` has an option ``name``."""
    if name not in kinds_of(options):
        raise UsageProblem(f"{of} has no option {name!r}.", hint=describe(options, of=of))


def describe(options: type[ArchitectureOptions], *, of: str) -> str:
    """Return one sentence with all options and their defaults, as they would be typed."""
    told = ", ".join(f"{field.name}={_text(field.default)}" for field in fields(options))
    return f"{of} has {told} by default."


def kinds_of(options: type[ArchitectureOptions]) -> dict[str, Kind]:
    """Return the type of each option, in the order of the fields."""
    hints = get_type_hints(options)
    return {field.name: _kind(hints[field.name]) for field in fields(options)}


def _kind(annotation: object) -> Kind:
    if get_origin(annotation) is Literal:
        words = get_args(annotation)
        return Kind(str, lambda value: value in words, f"{', '.join(words[:-1])} or {words[-1]}")
    return _KINDS[annotation]


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _read_bool(text: str) -> bool:
    words = {"yes": True, "true": True, "no": False, "false": False}
    if text.lower() not in words:
        raise ValueError
    return words[text.lower()]


def _read_counts(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.split("[x,]", text))


_KINDS: dict[object, Kind] = {
    bool: Kind(_read_bool, lambda value: isinstance(value, bool), "yes or no"),
    int: Kind(int, _is_count, "a whole number, 1 or more"),
    float: Kind(float, lambda value: isinstance(value, int | float) and math.isfinite(value), "a number"),
    str: Kind(str, lambda value: isinstance(value, str) and value != "", "a name"),
    tuple[int, ...]: Kind(
        _read_counts,
        lambda value: isinstance(value, tuple) and len(value) > 0 and all(map(_is_count, value)),
        "whole numbers of 1 or more, as 4096x2048",
    ),
}


def _impossible(name: str, value: object, kind: Kind) -> UsageProblem:
    return UsageProblem(f"Option {name} cannot be {_text(value)!r}.", hint=f"Say {kind.wording}.")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "x".join(map(str, value)) if isinstance(value, tuple) else str(value)
