"""A store of shifted latents or pixels: the rows of another, moved."""

# n rows of one block, Z latents, C channels, H height, W width

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.errors import InvalidInput
from synthgap_cli.shifts.shift import KindNumbers, Parameters, is_map_shift, load_shift
from synthgap_cli.stages.kinds import number_kinds
from synthgap_cli.stages.run import Run
from synthgap_cli.stages.shift_settings import ShiftSettings
from synthgap_cli.stages.shift_spaces import space_of
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import FittedOn, Recipe
from synthgap_cli.store.reader import Store
from synthgap_cli.store.writer import create_store


def write_shifted(source: Store, path: Path, header: Header, parameters: Parameters, *, run: Run) -> None:
    """Write the rows of ``source``, moved as the header's ``shift`` says, and the map's parameters.

    Raises
    ------
    InvalidInput
        Moved rows are not finite.
    """
    shift = header.attributes["shift"]
    space = space_of(source.header)
    shape, samples, rows = space.shape(source), source.samples(), space.rows(source)
    kinds = number_kinds(samples, shift.get("kinds", ()))
    with create_store(path, header) as writer:
        append = space.appender(writer, source, path)
        start = 0
        for block in run.reporter.track(rows.blocks(None), f"shifting {header.domain}"):
            of_block = None if kinds is None else kinds[start : start + len(block)]
            moved = _moved(np.asarray(block, np.float32), shape, shift, parameters, of_block)  # (n, Z)
            if not np.isfinite(moved).all():
                raise InvalidInput(
                    f"Shifted by strength {shift['strength']:g}, {header.kind} are no longer finite."
                )
            append(moved)
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
    """Return the header of the rows of ``source``, shifted.

    ``other`` is the second parent: the target, or the store whose shift is applied again.
    """
    return Header(
        kind=source.kind,
        provenance=run.provenance(recipe, [source, other], fitted_on),
        domain=source.domain,
        role=source.role,
        steps=space_of(source).steps(source, settings.tag),
        reference_steps=source.reference_steps,  # the reference is not shifted
        attributes={**source.attributes, "shift": {**told, **settings.recorded()}},
    )


def _moved(
    rows: NDArray[np.float32],
    shape: tuple[int, ...],
    shift: Mapping[str, Any],
    parameters: Parameters,
    kinds: KindNumbers | None,
) -> NDArray[np.float32]:
    """Return rows (n, Z) moved, which may be maps of another size than those that the map was fitted to."""
    method, strength = load_shift(shift["method"]), shift["strength"]
    if is_map_shift(method) and len(shape) == 3:
        maps = rows.reshape(-1, *shape)  # (n, Z) to (n, C, H, W)
        return method.apply_to_maps(maps, parameters, strength).reshape(rows.shape)
    return method.apply(rows, parameters, strength, kinds=kinds)
