"""What stages that compare pairs share: whose values, from one origin, filed under which name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from synthgap_cli.errors import InvalidInput, UsageProblem
from synthgap_cli.pairing import Pair, name_pairs
from synthgap_cli.stages.outputs import place
from synthgap_cli.stages.run import Reporter, Run
from synthgap_cli.store.provenance import Recipe
from synthgap_cli.store.schema import Kind
from synthgap_cli.study_dir import file_name, image_steps

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

VALUES = {Kind.FEATURES: "features", Kind.LATENTS: "mean"}


def make_results(
    pairs: Sequence[Pair],
    verb: str,
    settings: DataclassInstance,
    write: Callable[[Path, Sequence[Pair], Recipe], None],
    *,
    output: str | None,
    run: Run,
) -> list[Path]:
    """Have a results store written for each kind and steps; return the paths of all that are there.

    Parameters
    ----------
    verb : str
        Under which stores are filed and recipes recorded.
    settings : dataclass
        What enters the recipe.
    write : callable
        Called with a path, its pairs and its recipe, where the store is still to be made.
    """
    filed = by_results_file(pairs, verb)
    paths = place(output, list(filed), beside=pairs[0].candidate)
    for group, path in zip(filed.values(), paths, strict=True):
        parents = tuple(parent for pair in group for parent in pair.as_parents(child=path))
        recipe = Recipe(verb, asdict(settings), parents)
        if run.must_make(path, recipe):
            write(path, group, recipe)
    return [] if run.dry_run else paths


def by_results_file(pairs: Sequence[Pair], tag: str) -> dict[str, list[Pair]]:
    """Return the pairs by the name of the results store that they share, sorted.

    Features are filed under the images they are of, so that all networks are in one store; latents under
    their own steps.

    Raises
    ------
    UsageProblem
        Two pairs of one store have one name, so that nothing would tell their results apart.
    """
    filed: dict[str, list[Pair]] = {}
    for pair, prefix in zip(pairs, name_pairs(pairs), strict=True):
        together = filed.setdefault(_file_name(pair, prefix, tag), [])
        if other := next((one for one in together if one.name == pair.name), None):
            raise UsageProblem(
                f"{other.candidate.path} and {pair.candidate.path} are both the candidate of {pair.name}.",
                hint="Compare them one at a time, each with a directory of its own: -o DIRECTORY.",
            )
        together.append(pair)
    return dict(sorted(filed.items()))


def short_name(pair: Pair) -> str:
    """Return what tells a pair from others in one store: the network, or the VAE and shift."""
    return pair.candidate.steps[-1] if pair.candidate.kind is Kind.FEATURES else ".".join(pair.steps)


def require_one_origin(pair: Pair) -> None:
    """Refuse features of different weights, layers or pools, and latents of different VAEs.

    Raises
    ------
    InvalidInput
        The two sides of the pair differ in one of them.
    """
    for name in ("weights-sha256", "layer", "pool", "vae-sha256"):
        values = [side.attributes.get(name) for side in (pair.reference, pair.candidate)]
        if values[0] != values[1]:
            raise InvalidInput(
                f"{pair.reference.path} and {pair.candidate.path} differ in their {name}: "
                f"{values[0]} and {values[1]}.",
                hint="Compare what the same network or VAE has made.",
            )


def warn_of_image_sizes(pair: Pair, reporter: Reporter) -> None:
    """Say so where a network has seen images of two sizes, which leave different traces in it."""
    reference, candidate = (
        side.attributes.get("preprocessing", {}).get("image-size")
        for side in (pair.reference, pair.candidate)
    )
    if reference != candidate:
        reporter.warn(
            f"{pair.reference.path} describes images of {reference} pixels and {pair.candidate.path} of "
            f"{candidate}: that alone may tell them apart."
        )


def _file_name(pair: Pair, prefix: str, tag: str) -> str:
    if pair.candidate.kind is Kind.LATENTS:
        return file_name(prefix, (*pair.steps, "latents", tag), Kind.RESULTS)
    against = pair.steps[len(pair.candidate.steps) :]
    return file_name(prefix, (*image_steps(pair.candidate), *against, tag), Kind.RESULTS)
