"""Feature and latent stores to the share of components whose means differ."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from synthgap_cli.options import AsJson, DryRun, Force, On, Output, Quiet, Seed, Stores, begin

Test = Annotated[Literal["student", "welch"], typer.Option("--test", help="Which t-test.")]
Alpha = Annotated[float, typer.Option("--alpha", help="Level of each component's test.")]
Repeats = Annotated[int, typer.Option("--repeats", min=1, help="Random halvings behind the noise floor.")]
Split = Annotated[
    str | None,
    typer.Option(
        "--split", help="Rows to test: all, or train, val, test joined by +. Default: those unseen."
    ),
]


def ttest(
    stores: Stores = None,
    test: Test = "student",
    alpha: Alpha = 0.05,
    *,
    repeats: Repeats = 20,
    split: Split = None,
    on: On = None,
    output: Output = None,
    seed: Seed = 0,
    force: Force = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Test component by component whether means are equal.

    Reads features and latents. Beside the share of rejected components stand the share within halves of
    one domain, the share expected under the null, and the effect sizes. By default the rows tested are
    those that no model or map upstream was fitted on or chosen by.
    """
    from synthgap_cli.stages.ttest import TestSettings, test_pairs
    from synthgap_cli.store.schema import Kind
    from synthgap_cli.study_dir import find_inputs, pair_up
    from synthgap_cli.tables.ttest import show_ttest

    console, run = begin(force=force, dry_run=dry_run, as_json=as_json, quiet=quiet, device="cpu")
    pairs = pair_up(find_inputs(stores or [], [Kind.FEATURES, Kind.LATENTS], on=on))
    settings = TestSettings(test, alpha, repeats, split, seed)
    paths = test_pairs(pairs, settings, output=output, run=run)
    console.finish(paths, summary=show_ttest(console, paths))
