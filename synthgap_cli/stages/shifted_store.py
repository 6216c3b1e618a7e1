"""A store of shifted latents: the rows of another, moved."""

# n rows of one block, Z latents

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from synthgap_cli.errors import InvalidInput
from synthgap_cli.shifts.shift import Parameters, load_shift
from synthgap_cli.stages.kinds import number_kinds
from synthgap_cli.stages.run import Run
from synthgap_cli.stages.shift_settings import ShiftSettings
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import FittedOn, Recipe
from synthgap_cli.store.reader import Store
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.views import StoredMatrix
from synthgap_cli.store.writer import create_store


def write_shifted(source: Store, path: Path, header: Header, parameters: Parameters, *, run: Run) -> None:
    """Write the latents of ``source``, moved as the header's ``shift`` says, and the map's parameters.

    Raises
    ------
    InvalidInput
        Moved latents are not finite.
    """
    shift = header.attributes["shift"]
    method = load_shift(shift["method"])
    samples = source.samples()
    kinds = number_kinds(samples, shift.get("kinds", ()))
    latents = StoredMatrix(source.dataset("mean"))
    with create_store(path, header) as writer:
        means = writer.rows("mean", (latents.shape[1],), "float32")
        start = 0
        for block in run.reporter.track(latents.blocks(), f"shifting {header.domain}"):
            of_block = None if kinds is None else kinds[start : start + len(block)]
            shifted = method.apply(block, parameters, shift["strength"], kinds=of_block)  # (n, Z)
            if not np.isfinite(shifted).all():
                raise InvalidInput(
                    f"Shifted by strength {shift['strength']:g}, latents are no longer finite."
                )
            means.append(shifted)
            start += len(block)
        for name, values in parameters.items():
            writer.array(f"shift/{name}", values)
        writer.samples(samples)


def shifted_header(
    source: Header,
    other: Header,
    settings: ShiftSettings,
    told: Mapping[str, Any],
    *,
    recipe: Recipe,
    fitted_on: Sequence[FittedOn],
    run: Run,
) -> Header:
    """Return the header of the latents of ``source``, shifted.

    ``other`` is the second parent: the target's latents, or those whose shift is applied again.
    """
    return Header(
        kind=Kind.LATENTS,
        provenance=run.provenance(recipe, [source, other], fitted_on),
        domain=source.domain,
        role=source.role,
        steps=(*source.steps, settings.tag),
        reference_steps=source.reference_steps,  # the reference is not shifted
        attributes={**source.attributes, "shift": {**told, **settings.recorded()}},
    )
