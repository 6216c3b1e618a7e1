"""Feature and latent stores to the share of components that differ."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from synthgap_cli.options import (
    AsJson,
    DryRun,
    FailIf,
    Force,
    On,
    Output,
    Quiet,
    Seed,
    Split,
    Stores,
    begin,
    end,
)

Test = Annotated[
    Literal["student", "welch", "mannwhitney", "ks", "levene"],
    typer.Option("--test", help="Of equal means; of equal distributions by ranks; of equal spreads."),
]
Alpha = Annotated[float, typer.Option("--alpha", help="Level of each component's test.")]
Cluster = Annotated[
    Literal["group", "none"],
    typer.Option("--cluster", help="What to take as independent: scenes where there are ten, or images."),
]
Repeats = Annotated[int, typer.Option("--repeats", min=1, help="Random halvings behind the noise floor.")]
Top = Annotated[
    int, typer.Option("--top", min=0, help="Name so many components that differ most, and their images.")
]
Components = Annotated[
    Path | None,
    typer.Option("--components", help="Write a row for each component, too: FILE.csv or FILE.json."),
]


def ttest(
    stores: Stores = None,
    test: Test = "student",
    alpha: Alpha = 0.05,
    *,
    cluster: Cluster = "group",
    repeats: Repeats = 20,
    split: Split = None,
    top: Top = 0,
    components: Components = None,
    fail_if: FailIf = None,
    on: On = None,
    output: Output = None,
    seed: Seed = 0,
    force: Force = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Test component by component whether the domains differ.

    Reads features and latents. Beside the share of rejected components stand the share within halves of
    one domain, the share expected under the null, and the effect sizes. By default the rows tested are
    those that no model or map upstream was fitted on or chosen by, and images of one scene are not taken
    as independent. Two stores of the same images are tested in pairs.
    """
    from synthgap_cli.conditions import parse_conditions
    from synthgap_cli.pairing import pair_up
    from synthgap_cli.stages.component_files import require_csv_or_json, write_components
    from synthgap_cli.stages.ttest import TestSettings, test_pairs
    from synthgap_cli.store.schema import Kind
    from synthgap_cli.study_dir import find_inputs
    from synthgap_cli.tables.top_components import show_top
    from synthgap_cli.tables.ttest import ASKABLE, show_ttest

    conditions = parse_conditions(fail_if or [], ASKABLE)
    if components:
        require_csv_or_json(components)
    console, run = begin(force=force, dry_run=dry_run, as_json=as_json, quiet=quiet, device="cpu")
    pairs = pair_up(find_inputs(stores or [], [Kind.FEATURES, Kind.LATENTS], on=on))
    settings = TestSettings(test, alpha, repeats, split, seed, cluster, top)
    paths = test_pairs(pairs, settings, output=output, run=run)
    if components and paths:
        write_components(paths, components, run)
    summary = show_ttest(console, paths)
    show_top(console, paths)
    measured = [(row["pair"], row) for row in summary]
    end(console, paths, conditions=conditions, measured=measured, summary=summary)
