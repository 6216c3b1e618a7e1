"""Families of modules found by file name: a new member is one new file."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Iterable
from types import ModuleType

from synthgap_cli.errors import UsageProblem


def names(package: str) -> list[str]:
    """Return the public module names of a package, sorted, without importing them."""
    root = importlib.import_module(package)
    return sorted(module.name for module in pkgutil.iter_modules(root.__path__) if module.name[0] != "_")


def load(package: str, name: str, *, what: str | None = None) -> ModuleType:
    """Return the module called ``name``; ``what`` it is, for the error, if not what the package is called.

    Raises
    ------
    UsageProblem
        The package has no such module; the hint names the nearest and all others.
    """
    known = names(package)
    if name not in known:
        raise unknown(what or package.rpartition(".")[2].removesuffix("s"), name, known)
    return importlib.import_module(f"{package}.{name}")


def unknown(what: str, name: str, known: Iterable[str]) -> UsageProblem:
    """Return the error for a name that is none of ``known``, with the nearest as its hint."""
    known = sorted(known)
    nearest = difflib.get_close_matches(name, known, n=1)
    guess = f"Did you mean {nearest[0]!r}? " if nearest else ""
    return UsageProblem(f"There is no {what} named {name!r}.", hint=f"{guess}Known: {', '.join(known)}.")
