"""A judge that was trained before: its network, and which images it has learned from."""

# N images of all sides

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.classifier.network import SmallCnn
from synthgap_cli.errors import InvalidInput
from synthgap_cli.stages.sides import Sides
from synthgap_cli.store.header import Header
from synthgap_cli.store.reader import open_store
from synthgap_cli.store.schema import Kind

_SHOWN = ("is_synthetic", "source", "id", "group", "seen")


@dataclass(frozen=True)
class StoredJudge:
    """A classifier read from its store, and the images that it was shown there."""

    header: Header
    model: SmallCnn
    shown: dict[str, NDArray[Any]]

    @property
    def name(self) -> str:
        """Its steps as one tag."""
        return "-".join(self.header.steps)


def load_judge(header: Header) -> StoredJudge:
    """Return the classifier of a classification store.

    Raises
    ------
    InvalidInput
        The store holds no weights, or such as do not fit the network; or it does not say what was learned
        from.
    """
    with open_store(header.path, Kind.CLASSIFICATION) as store:
        if "model" not in store:
            raise InvalidInput(
                f"{header.path} holds scores and no network: its judge was trained elsewhere.",
                hint="Name the classification store that the judge was trained for.",
            )
        weights, scores = store.table("model"), store.table("scores")
    size = header.attributes.get("image-size")
    if not isinstance(size, int) or not set(_SHOWN) <= set(scores):
        raise InvalidInput(
            f"{header.path} does not say at which size, or from which images, its judge learned.",
            hint="Train it again.",
        )
    shown = {name: scores[name] for name in _SHOWN}
    return StoredJudge(header, SmallCnn.from_arrays(size, weights), shown)


def seen_before(judge: StoredJudge, sides: Sides) -> NDArray[np.bool_]:
    """Return which rows ``(N,)`` the judge learned from: the image, or its scene if splits kept them whole.

    Images are known by side, source and id. What is made of an image inherits them, and preparing the same
    folder anew, at another size say, gives them again, so the digest of a store would not do.
    """
    shown, learned = judge.shown, judge.shown["seen"] == 1
    shown_sides = shown["is_synthetic"].astype(bool)
    images = _name_rows(shown_sides, shown["source"], shown["id"])
    scenes = _name_rows(shown_sides, shown["source"], shown["group"])
    found = np.isin(
        _name_rows(sides.is_candidate, sides.column("source"), sides.column("id")), images[learned]
    )
    if set(scenes[learned]).isdisjoint(scenes[~learned]):
        mine = _name_rows(sides.is_candidate, sides.column("source"), sides.column("group"))
        found |= np.isin(mine, scenes[learned])
    return found


def _name_rows(
    is_synthetic: NDArray[np.bool_], source: NDArray[Any], name: NDArray[Any]
) -> NDArray[np.object_]:
    """Return one text a row that tells images, or scenes, of all sides and sources apart."""
    rows = zip(is_synthetic.tolist(), source, name, strict=True)
    named = [json.dumps([side, folder, one.removeprefix(f"{folder}/")]) for side, folder, one in rows]
    return np.asarray(named, dtype=object)  # of several folders, a group's name begins with its folder's
