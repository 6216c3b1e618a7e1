"""What lies in a study directory, asked for by what it is about."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.errors import InputMissing
from synthgap_cli.store.files import list_headers
from synthgap_cli.store.header import Header
from synthgap_cli.store.reader import open_store
from synthgap_cli.store.samples import Samples
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.views import StoredImages, StoredMatrix

RECORD = "study.json"
Row = dict[str, Any]


@dataclass(frozen=True)
class StudyDirectory:
    """The stores of a study; everything is read when asked for.

    Stores that descend from other originals than the two that are there now are passed over: they were left
    by a study of other images.
    """

    path: Path
    headers: Sequence[Header]

    @classmethod
    def open(cls, path: Path) -> StudyDirectory:
        """Return the directory.

        Raises
        ------
        InputMissing
            It is not there, or holds no originals of a reference and a candidate.
        """
        if not path.is_dir():
            raise InputMissing(f"There is no directory {path}.")
        found = cls(path, list_headers(path))
        if len(found.originals) < 2:
            raise InputMissing(
                f"{path} holds no image stores of a reference and a candidate.",
                hint="synthgap prepare makes them, synthgap study everything.",
            )
        current = {header.sha256 for header in found.originals}
        return cls(path, [header for header in found.headers if _prepared(header) <= current])

    @cached_property
    def record(self) -> dict[str, Any]:
        """What a study was asked; empty where the stages were run by hand."""
        path = self.path / RECORD
        return json.loads(path.read_text()) if path.exists() else {}

    @cached_property
    def originals(self) -> list[Header]:
        """The original reference and candidate, where there are both."""
        first = {h.role: h for h in reversed(self.of_kind(Kind.IMAGES)) if not h.steps}
        return [first[role] for role in ("reference", "candidate") if role in first]

    @property
    def domains(self) -> tuple[str, str]:
        """What the two are called."""
        return self.originals[0].domain, self.originals[1].domain

    @property
    def vaes(self) -> list[Header]:
        """The trained VAEs."""
        return self.of_kind(Kind.VAE)

    def of_kind(self, kind: Kind, command: str | None = None) -> list[Header]:
        """Return the files of a kind, made by a command if one is named."""
        return [h for h in self.headers if h.kind is kind and command in (None, h.provenance.recipe.command)]

    def one(self, kind: Kind, steps: tuple[str, ...], role: str) -> Header | None:
        """Return the store with these steps of this side, if it is there."""
        fitting = (h for h in self.of_kind(kind) if h.steps == steps and h.role == role)
        return next(fitting, None)

    def judges(self, base: tuple[str, ...]) -> list[Header]:
        """Return the classifiers trained on images with these steps, the largest size first."""
        trained = [h for h in self.of_kind(Kind.CLASSIFICATION) if "judge-sha256" not in h.attributes]
        found = [h for h in trained if h.steps[:-1] == base]
        return sorted(found, key=lambda h: -int(h.attributes["image-size"]))

    def rejudged(self) -> list[Header]:
        """Return what judges said of images that they were not trained for."""
        return [h for h in self.of_kind(Kind.CLASSIFICATION) if "judge-sha256" in h.attributes]

    def tests(self, base: tuple[str, ...], parent_kind: Kind) -> list[Row]:
        """Return the rows of the t-tests on features of these images, or on latents with these steps."""
        rows: list[Row] = []
        for header in self.of_kind(Kind.RESULTS, "ttest"):
            kinds = {parent.kind for parent in header.provenance.recipe.parents}
            steps = header.steps if parent_kind is Kind.LATENTS else header.steps[:-1]
            if kinds == {parent_kind} and steps == base:
                rows += [{**row, "file": header} for row in summary(header)]
        return rows

    def shifts_of(self, vae: Header) -> list[Header]:
        """Return the shifted latents of a VAE, one store a shift."""
        shifted = self.of_kind(Kind.LATENTS, "shift")
        return [h for h in shifted if h.attributes["vae-sha256"] == vae.sha256]


def _prepared(header: Header) -> set[str]:
    """Return the digests of the original image stores that a file descends from, its own if it is one."""
    history = header.provenance.history
    ancestors = {sha256 for sha256, recipe in history.items() if recipe["command"] == "prepare"}
    return ancestors | ({header.sha256} if header.provenance.recipe.command == "prepare" else set())


def summary(header: Header) -> list[Row]:
    """Return the rows of ``/summary``."""
    columns = table(header, "summary")
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def table(header: Header, name: str) -> dict[str, NDArray[Any]]:
    """Return the columns of a group of a store."""
    with open_store(header.path) as store:
        return store.table(name)


def samples(header: Header) -> Samples:
    """Return which image each row of a store is."""
    with open_store(header.path) as store:
        return store.samples()


def images(header: Header, rows: NDArray[np.intp]) -> NDArray[np.uint8]:
    """Return these images of a store, uint8 (n, H, W, 3)."""
    with open_store(header.path, Kind.IMAGES) as store:
        return StoredImages(store.dataset("images"))[rows]


def values(
    header: Header, rows: NDArray[np.intp], columns: NDArray[np.intp] | slice = np.s_[:]
) -> NDArray[np.float32]:
    """Return these ascending rows of a feature or latent store, float32 (n, D), or some columns of them."""
    with open_store(header.path) as store:
        matrix = StoredMatrix(store.dataset("features" if header.kind is Kind.FEATURES else "mean"))
        return np.concatenate([block[:, columns] for block in matrix.blocks(rows)])
