"""Shifted latents to a store of the originals translated: what `translate` does to files."""

# n images of a batch, H and W of the originals

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from synthgap_cli.devices import CPU, Precision, map_batches, resolve_device, resolve_precision, share_of
from synthgap_cli.errors import InputMissing, InvalidInput
from synthgap_cli.imaging.batches import split_batches
from synthgap_cli.memory import memory_limits_told
from synthgap_cli.stages.outputs import place
from synthgap_cli.stages.run import Run
from synthgap_cli.stages.translation.translator import Codec, Rows, codec_of
from synthgap_cli.stages.vae import vae_to_decode
from synthgap_cli.store.files import find_parent
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import Recipe
from synthgap_cli.store.reader import open_store
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.space import require_space
from synthgap_cli.store.views import StoredImages, StoredMatrix
from synthgap_cli.store.writer import create_store
from synthgap_cli.study_dir import file_name
from synthgap_cli.translation.detail import Detail, load_detail
from synthgap_cli.translation.fullsize import apply_to_levels


def translate_stores(
    latents: Sequence[Header],
    detail: str,
    *,
    vae: str | None,
    output: str | None,
    batch_size: int,
    precision: str,
    run: Run,
) -> list[Path]:
    """Write the originals, translated at their stored size, of each store of shifted latents.

    Others among ``latents`` are passed over: nothing has moved them. What is written has no decoder behind
    it, so it is compared with the real originals: it has no reference steps.

    Raises
    ------
    InputMissing
        None of the latents is shifted, or the unshifted latents or the originals are not where they were.
    InvalidInput
        The stores do not hold the same images row by row.
    """
    shifted = [header for header in latents if "shift" in header.attributes]
    if not shifted:
        raise InputMissing(
            "None of the latents is shifted: there is nothing to carry over to the originals.",
            hint="synthgap shift moves latents.",
        )
    resolved = resolve_precision(precision, resolve_device(run.device))
    names = [file_name(one.domain, (*one.steps, detail), Kind.IMAGES) for one in shifted]
    paths = place(output, names, beside=shifted[0])
    carrier = load_detail(detail)
    for header, path in zip(shifted, paths, strict=True):
        stores = _stores(header, vae)
        parents = tuple(store.as_parent(role, child=path) for role, store in stores.items())
        recipe = Recipe("decode", {"precision": resolved, "detail": detail}, parents)
        if run.must_make(path, recipe):
            _write(path, _header(stores, recipe, run), stores, carrier, resolved, batch_size, run)
    return [] if run.dry_run else paths


def _stores(shifted: Header, vae: str | None) -> dict[str, Header]:
    """Return by role the shifted latents, those they were moved from, the originals and the autoencoder."""
    unshifted = _only_parent(shifted, "source", "latents that were shifted")
    originals = _only_parent(unshifted, "images", "images that were encoded")
    return {
        "latents": shifted,
        "unshifted": unshifted,
        "images": originals,
        "vae": vae_to_decode(shifted, vae),
    }


def _only_parent(header: Header, role: str, what: str) -> Header:
    found = find_parent(header, role)
    if not found:
        raise InputMissing(
            f"The {what}, of {header.path}, are not where they were, or have changed.",
            hint="Keep all stores of a study in one directory.",
        )
    return found[0]


def _header(stores: dict[str, Header], recipe: Recipe, run: Run) -> Header:
    shifted = stores["latents"]
    return Header(
        kind=Kind.IMAGES,
        provenance=run.provenance(recipe, list(stores.values())),
        domain=shifted.domain,
        role=shifted.role,
        steps=(*shifted.steps, recipe.parameters["detail"]),
        attributes={"vae-sha256": stores["vae"].sha256, "detail": recipe.parameters["detail"]},
    )


def _write(
    path: Path,
    header: Header,
    stores: dict[str, Header],
    detail: Detail,
    precision: Precision,
    batch_size: int,
    run: Run,
) -> None:
    device = resolve_device(run.device)
    codec = codec_of(stores["latents"], vae=stores["vae"], device=device, precision=precision)
    doing = f"translating {header.domain}"
    with (
        open_store(stores["latents"].path, Kind.LATENTS) as moved,
        open_store(stores["unshifted"].path, Kind.LATENTS) as unmoved,
        open_store(stores["images"].path, Kind.IMAGES) as originals,
        memory_limits_told(doing),
    ):
        images = StoredImages(originals.dataset("images"))
        sides = [StoredMatrix(store.dataset("mean")) for store in (unmoved, moved)]
        if any(side.shape[0] != len(images) for side in sides):
            raise InvalidInput(f"{header.path} and its originals do not hold the same images.")
        require_space(path, int(np.prod(images.shape)))
        at_once = share_of(batch_size, CPU)
        rows = split_batches(np.arange(len(images)), at_once)
        unmoved_rows, moved_rows = (side.blocks(rows_per_block=at_once) for side in sides)
        blocks = zip(rows, unmoved_rows, moved_rows, strict=True)

        def translate(block: tuple[NDArray[np.intp], Rows, Rows]) -> NDArray[np.uint8]:
            return translate_batch(images[block[0]], block[1], block[2], codec, detail)

        with create_store(path, header) as writer:
            written = writer.rows("images", images.shape[1:], "uint8")
            for part in run.reporter.track(map_batches(translate, blocks, device=CPU), doing, len(rows)):
                written.append(part)  # (n, H, W, 3)
            writer.samples(originals.samples())


def translate_batch(
    images: NDArray[np.uint8],
    latents: Rows,
    moved: Rows,
    codec: Codec,
    detail: Detail,
) -> NDArray[np.uint8]:
    """Return images (n, H, W, 3) changed as those decoded from ``latents`` and ``moved`` (n, Z) differ."""
    before, after = (codec.decode(rows).float().cpu() for rows in (latents, moved))
    coefficients = detail.fit(before, after)
    planes = torch.from_numpy(images).permute(0, 3, 1, 2)
    translated = [
        apply_to_levels(image, one, detail) for image, one in zip(planes, coefficients, strict=True)
    ]
    return torch.stack(translated).permute(0, 2, 3, 1).contiguous().numpy()
