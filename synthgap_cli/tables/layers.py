"""The layers of a network as lines of text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from synthgap_cli.extractors.layers import Layer


def layer_lines(layers: Sequence[Layer]) -> str:
    """Return a line a layer: its name, the shape of its output for one image, and what it is."""
    rows = [(layer.name, "x".join(map(str, layer.shape)), layer.kind) for layer in layers]
    names, shapes = (max(len(row[column]) for row in rows) for column in (0, 1))
    return "\n".join(f"{name:<{names}}  {shape:>{shapes}}  {kind}" for name, shape, kind in rows)
