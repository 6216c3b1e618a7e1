"""Feature and latent stores to distances between real and synthetic, each beside its noise floor."""

from __future__ import annotations

from typing import Annotated

import typer

from synthgap_cli.options import AsJson, DryRun, Force, On, Output, Quiet, Seed, Split, Stores, begin, end

Distances = Annotated[
    list[str] | None,
    typer.Option(
        "--distance",
        "-d",
        help="fid, fid_infinity, kid, mmd, cmmd, energy, prdc, sliced_wasserstein, c2st, or all; repeatable. "
        "Default: fid, kid, mmd, energy, prdc, c2st.",
    ),
]
Repeats = Annotated[
    int, typer.Option("--repeats", min=5, help="Random halvings of each side behind the floors.")
]
Permutations = Annotated[
    int, typer.Option("--permutations", min=0, help="Random relabellings behind each p-value.")
]
FailIf = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-if", help="Exit with 10 if this holds, say 'fid>20' or 'mmd.p_value<0.01'; repeatable."
    ),
]


def gap(
    stores: Stores = None,
    distance: Distances = None,
    *,
    repeats: Repeats = 20,
    permutations: Permutations = 199,
    split: Split = None,
    fail_if: FailIf = None,
    on: On = None,
    output: Output = None,
    seed: Seed = 0,
    force: Force = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Measure distances between real and synthetic, with floors.

    Reads features and latents. Beside each distance stands its floor: the same distance between halves of
    one domain, which is what no difference looks like at that number of images. Floors and the number that
    is held against them are of half the images; by scene where both sides have ten scenes.
    """
    from synthgap_cli.conditions import parse_conditions
    from synthgap_cli.pairing import pair_up
    from synthgap_cli.stages.gap import DISTANCES, GapRequest, choose_distances, measure_gaps
    from synthgap_cli.store.schema import Kind
    from synthgap_cli.study_dir import find_inputs
    from synthgap_cli.tables.gap import askable, by_pair, show_gap

    console, run = begin(force=force, dry_run=dry_run, as_json=as_json, quiet=quiet, device="cpu")
    distances = choose_distances(distance or DISTANCES)
    conditions = parse_conditions(fail_if or [], askable(distances))
    pairs = pair_up(find_inputs(stores or [], [Kind.FEATURES, Kind.LATENTS], on=on))
    request = GapRequest(distances, repeats, permutations, split, seed)
    paths = measure_gaps(pairs, request, output=output, run=run)
    rows = show_gap(console, paths)
    end(console, paths, conditions=conditions, measured=by_pair(rows), summary=rows)
