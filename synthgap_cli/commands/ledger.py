"""Real, synthetic, decoded and shifted images to what was closed of the gap, with controls."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from synthgap_cli.options import (
    AsJson,
    Device,
    DryRun,
    FailIf,
    Force,
    On,
    Output,
    Quiet,
    Seed,
    Stores,
    begin,
    end,
)

Epochs = Annotated[
    int | None,
    typer.Option(
        "--epochs",
        min=1,
        help="Of each training of the small network. Default: the thesis' 10; more, up to 40, where they are "
        "less than 1,000 steps.",
    ),
]
Repeats = Annotated[
    int | None,
    typer.Option("--repeats", min=6, help="Random halvings behind distances and floors. Default: 20."),
]
NoUtility = Annotated[
    bool, typer.Option("--no-utility", help="Do not train classifiers of the labels, where there are any.")
]
Show = Annotated[
    bool, typer.Option("--show", help="Measure nothing: print the tables of ledgers that are there.")
]


def ledger(
    stores: Stores = None,
    *,
    epochs: Epochs = None,
    repeats: Repeats = None,
    no_utility: NoUtility = False,
    show: Show = False,
    fail_if: FailIf = None,
    on: On = None,
    output: Output = None,
    seed: Seed = 0,
    device: Device = "auto",
    force: Force = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Say how much of the gap a shift closed, with controls.

    Judges real images R, synthetic S, both decoded (R', S'), shifted decoded T and translated U, pair by pair
    on the test rows: what the decoder does is told from what the shift does. The headline is the share of
    the gap between R and S that is closed between R and U; without U, of that between R' and S' and R' and
    T. One ledger a shifted or translated store; its partners are found beside it, and so are features. All
    of a directory are shown beside each other. Test rows are held in memory. --fail-if asks about the
    headline: closed, closed_low, before, after, auc_before, auc_after, content_kept, utility, utility_gain.
    """
    from synthgap_cli.conditions import parse_conditions
    from synthgap_cli.stages.ledger import LedgerSettings, ledgers_among, write_ledgers
    from synthgap_cli.store.schema import Kind
    from synthgap_cli.study_dir import find_inputs
    from synthgap_cli.tables.ledger import ASKABLE, numbers_of, read_ledger, tables_of
    from synthgap_cli.tables.ledgers import SUFFIX, rivals_of

    conditions = parse_conditions(fail_if or [], ASKABLE)
    console, run = begin(force=force, dry_run=dry_run, as_json=as_json, quiet=quiet, device=device)
    if show:
        paths = ledgers_among(find_inputs(stores or [], [Kind.RESULTS], on=on, every=True))
    else:
        given: dict[str, Any] = {"epochs": epochs, "repeats": repeats}
        asked = {name: value for name, value in given.items() if value}
        settings = LedgerSettings(**asked, seed=seed, utility=not no_utility)
        images = find_inputs(stores or [], [Kind.IMAGES], on=on, every=True)
        paths = write_ledgers(images, settings, output=output, run=run)
    several = len({path.name for path in paths}) < len(paths)  # in different directories
    names = [str(path) if several else path.name.removesuffix(SUFFIX) for path in paths]
    found = {name: read_ledger(path) for name, path in zip(names, paths, strict=True)}
    measured = [(name, numbers_of(tables)) for name, tables in found.items()]
    shown = [table for name, tables in found.items() for table in tables_of(name, tables)]
    shown += rivals_of(paths)
    if show and not as_json:
        console.text("\n\n".join(table.as_text() for table in shown))
        end(console, [], conditions=conditions, measured=measured)
        return
    for table in shown:
        console.table(table.title, table.columns, table.rows, notes=table.notes)
    end(console, paths, conditions=conditions, measured=measured, ledgers=found)
