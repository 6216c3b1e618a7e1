"""Parameters of shifts inside a shift: stored flat, under names with dots."""

from __future__ import annotations

from synthgap_cli.shifts.shift import Parameters


def put_under(name: str, parameters: Parameters) -> Parameters:
    """Return the parameters with ``name.`` before each of their names."""
    return {f"{name}.{inner}": values for inner, values in parameters.items()}


def taken_from(name: str, parameters: Parameters) -> Parameters:
    """Return what `put_under` put under ``name``; nothing where there is nothing."""
    start = f"{name}."
    return {key.removeprefix(start): values for key, values in parameters.items() if key.startswith(start)}
