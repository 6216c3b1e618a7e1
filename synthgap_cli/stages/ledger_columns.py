"""What a ledger's judges say as columns of its store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

from synthgap_cli.ledger.closing import Closed, headline
from synthgap_cli.ledger.rows import LedgerRows
from synthgap_cli.ledger.verdicts import Entry
from synthgap_cli.stages.judge import TESTED

Columns = dict[str, list[Any]]


def summary_columns(entries: Sequence[Entry], rows: LedgerRows) -> Columns:
    """Return a row for each pair, judge and number; pairs together, in their order among the entries."""
    order = list(dict.fromkeys(one.finding.pair.name for one in entries))
    by_pair = sorted(entries, key=lambda one: order.index(one.finding.pair.name))
    of: dict[str, Callable[[Entry], Any]] = {
        "pair": lambda one: one.finding.pair.name,
        "asks": lambda one: one.finding.pair.asks,
        "judge": lambda one: one.finding.judge,
        "statistic": lambda one: one.finding.statistic,
        "equal_is": lambda one: "low",
        "value": lambda one: one.finding.value,
        "low": lambda one: one.finding.low,
        "high": lambda one: one.finding.high,
        "floor": lambda one: one.finding.floor,
        "p_value": lambda one: one.finding.p_value,
        "adjusted_p": lambda one: one.adjusted_p,
        "verdict": lambda one: one.verdict,
        "judged": lambda one: one.finding.pair.judged,
        "n": lambda one: one.finding.n,
        "groups_first": lambda one: rows.groups(one.finding.pair.first.side),
        "groups_second": lambda one: rows.groups(one.finding.pair.second.side),
        "rows": lambda one: "+".join(TESTED),
    }
    return {name: [value(one) for one in by_pair] for name, value in of.items()}


def closed_columns(found: Sequence[Closed]) -> Columns:
    """Return a row for each judge and number; ``headline`` marks the one that leads, if any can."""
    leading = headline(found)
    columns: Columns = {field.name: [getattr(one, field.name) for one in found] for field in fields(Closed)}
    return {**columns, "headline": [int(one is leading) for one in found]}
