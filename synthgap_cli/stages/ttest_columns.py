"""What a t-test found, as the columns of a results store."""

# D components

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from synthgap_cli.pairing import Pair
from synthgap_cli.stages.compared import short_name
from synthgap_cli.statistics.conclusion import Comparison
from synthgap_cli.statistics.floors import RepeatedPercent
from synthgap_cli.statistics.t_test import TTest

UNKNOWN = float("nan")


@dataclass(frozen=True)
class Tested:
    """A pair, the rows it was tested on, and what came out."""

    pair: Pair
    splits: tuple[str, ...]
    circular: bool  # a model or map upstream has seen some of these rows
    comparison: Comparison
    top: dict[str, Any]  # columns of the components that differ most; empty unless asked for


def summary_row(tested: Tested) -> dict[str, Any]:
    """Return the pair's row of ``/summary``; docs/statistics.md says what each column means."""
    pair, found = tested.pair, tested.comparison
    return {
        "pair": pair.name,
        "of": short_name(pair),
        "statistic": f"{found.test} t" if isinstance(found.outcome, TTest) else found.test,
        "alpha": found.alpha,
        "rows": "+".join(tested.splits),
        "circular": int(tested.circular),
        "n_reference": found.reference.n,
        "n_candidate": found.candidate.n,
        "groups_reference": found.reference_groups or 0,
        "groups_candidate": found.candidate_groups or 0,
        "components": len(found.effect_size),
        "dead_equal": found.dead_equal,
        "dead_different": found.dead_different,
        "effective_components": found.effective_components,
        **_clustered(found),
        "rejected_percent": found.percent,
        "expected_percent": found.percent_expected,
        **_floors(
            within_reference=found.reference_by_image,
            within_candidate=found.candidate_by_image,
            within_reference_groups=found.reference_by_group,
            within_candidate_groups=found.candidate_by_group,
            between_halves=found.percent_at_half,
        ),
        "welch_percent": found.percent_by_test.get("welch", UNKNOWN),
        **{f"{_column(name)}_percent": percent for name, percent in found.percent_by_correction.items()},
        "equivalent_percent": found.percent_equivalent,
        "median_abs_d": found.effects.median,
        "abs_d_95th": found.effects.percentile_95,
        "abs_d_over_0_2_percent": found.effects.percent_above_small,
        "smallest_detectable_d": found.smallest_detectable,
    }


def _clustered(found: Comparison) -> dict[str, float]:
    """Return the columns of the clustered test; NaN where there is none."""
    of = found.clustered
    unknown = RepeatedPercent()
    sizes = of.effective_sizes if of else (UNKNOWN, UNKNOWN)
    effects = of.design_effect[~np.isnan(of.design_effect)] if of else np.empty(0)
    return {
        "clustered_percent": of.percent if of else UNKNOWN,
        "clustered_expected_percent": of.percent_expected if of else UNKNOWN,
        **_floors(
            clustered_within_reference=of.reference_by_group if of else unknown,
            clustered_within_candidate=of.candidate_by_group if of else unknown,
            clustered_between_halves=of.percent_at_half if of else unknown,
        ),
        "design_effect": float(np.median(effects)) if len(effects) else UNKNOWN,
        "effective_n_reference": sizes[0],
        "effective_n_candidate": sizes[1],
    }


def _floors(**floors: RepeatedPercent) -> dict[str, float]:
    return {
        **{f"{name}_percent": floor.mean for name, floor in floors.items()},
        **{f"{name}_min": floor.minimum for name, floor in floors.items()},
        **{f"{name}_max": floor.maximum for name, floor in floors.items()},
    }


def component_columns(found: Comparison) -> dict[str, Any]:
    """Return the columns of ``/components``, D rows each."""
    low, high = found.t_test.interval(found.alpha)
    columns = {"statistic": found.outcome.statistic, "p_value": found.outcome.p_value}
    if found.clustered:
        columns |= {
            "clustered_statistic": found.clustered.outcome.statistic,
            "clustered_p_value": found.clustered.outcome.p_value,
            "design_effect": found.clustered.design_effect,
        }
    return {
        **columns,
        **{f"p_{_column(name)}": p_value for name, p_value in found.adjusted.items()},
        "p_equivalence": found.equivalence,
        "cohens_d": found.effect_size,
        "difference_low": low,
        "difference_high": high,
        "mean_reference": found.reference.mean,
        "mean_candidate": found.candidate.mean,
        "variance_reference": found.reference.variance,
        "variance_candidate": found.candidate.variance,
    }


def _column(name: str) -> str:
    return name.replace("-", "_")
