"""Image stores to latent stores."""

# n images of one batch, Z latents

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.devices import Precision, resolve_device, resolve_precision, share_of
from synthgap_cli.imaging.batches import iterate_batches, split_batches
from synthgap_cli.memory import memory_limits_told
from synthgap_cli.stages.outputs import place
from synthgap_cli.stages.run import Run
from synthgap_cli.stages.vae import load_vae
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import FittedOn, Recipe
from synthgap_cli.store.reader import Store, open_store
from synthgap_cli.store.samples import SPLITS
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.space import require_space
from synthgap_cli.store.views import StoredImages
from synthgap_cli.store.writer import RowWriter, create_store
from synthgap_cli.study_dir import file_name
from synthgap_cli.vaes.draws import draw_latents
from synthgap_cli.vaes.inference import Latents, encode
from synthgap_cli.vaes.model import Vae


@dataclass(frozen=True)
class EncodeSettings:
    """What enters the recipe of a latent store.

    Attributes
    ----------
    precision : {"fp32", "bf16"}
    sample_seed : int, optional
        Draw from each posterior with this seed; its mean is taken by default.
    """

    precision: Precision = "fp32"
    sample_seed: int | None = None

    @property
    def steps(self) -> tuple[str, ...]:
        """What a draw adds to the VAE's own step, on both sides alike: draws are paired with draws."""
        if self.sample_seed is None:
            return ()
        return (f"sample-{self.sample_seed}" if self.sample_seed else "sample",)


def encode_images(
    images: Sequence[Header],
    vae: Header,
    *,
    output: str | None,
    batch_size: int,
    precision: str,
    sample_seed: int | None = None,
    run: Run,
) -> list[Path]:
    """Write the latents of each image store under a VAE; return the paths of all that is there.

    Raises
    ------
    SynthgapError
        The disk has no room for the latents.
    OutOfMemory
        Memory has no room for a batch.
    """
    device = resolve_device(run.device)
    settings = EncodeSettings(resolve_precision(precision, device), sample_seed)
    steps = (*vae.steps, *settings.steps)
    names = [file_name(store.domain, (*store.steps, *steps), Kind.LATENTS) for store in images]
    paths = place(output, names, beside=images[0])
    network: Vae | None = None
    for header, path in zip(images, paths, strict=True):
        parents = (header.as_parent("images", child=path), vae.as_parent("vae", child=path))
        recipe = Recipe("encode", asdict(settings), parents)
        if run.must_make(path, recipe):
            network = network or load_vae(vae)
            child = _header(header, vae, recipe, settings, network, run)
            with open_store(header.path, Kind.IMAGES) as store:
                _encode(store, path, child, network, settings, batch_size=batch_size, run=run)
    return [] if run.dry_run else paths


def _header(
    images: Header, vae: Header, recipe: Recipe, settings: EncodeSettings, network: Vae, run: Run
) -> Header:
    steps = (*vae.steps, *settings.steps)
    attributes: dict[str, Any] = {"vae-sha256": vae.sha256, "latent-shape": list(network.latent_shape)}
    if settings.sample_seed is not None:
        attributes["sample"] = {"seed": settings.sample_seed}
    return Header(
        kind=Kind.LATENTS,
        provenance=run.provenance(recipe, [images, vae], _unknown_rows(images, vae, run)),
        domain=images.domain,
        role=images.role,
        steps=(*images.steps, *steps),
        reference_steps=(*images.reference_steps, *steps),
        attributes=attributes,
    )


def _unknown_rows(images: Header, vae: Header, run: Run) -> list[FittedOn]:
    """Return, for images that the VAE was not trained on, that it may have seen any of them.

    Splits made anew, or another selection of the same files, can hold what the VAE has learned.
    """
    if images.sha256 in {parent.sha256 for parent in vae.provenance.recipe.parents}:
        return []
    run.reporter.warn(
        f"{vae.path} was trained on another store than {images.path} and may have seen its rows."
    )
    return [FittedOn("train-vae", images.domain, SPLITS)]


def _encode(
    store: Store,
    path: Path,
    header: Header,
    network: Vae,
    settings: EncodeSettings,
    *,
    batch_size: int,
    run: Run,
) -> None:
    device = resolve_device(run.device)
    source = StoredImages(store.dataset("images"))
    batches = split_batches(np.arange(len(source)), share_of(batch_size, device))
    posteriors = encode(
        network, iterate_batches(source, batches), device=device, precision=settings.precision
    )
    # keyed by what the images are: were noise equal on both sides, their difference would have none of it
    seed = (settings.sample_seed, int(store.header.sha256, 16)) if settings.sample_seed is not None else None
    doing = f"encoding {header.domain}"
    told = run.reporter.track(zip(batches, posteriors, strict=True), doing, len(batches))
    columns: dict[str, RowWriter] = {}
    with memory_limits_told(doing), create_store(path, header) as writer:
        for rows, posterior in told:
            parts = _parts(posterior, rows, seed)
            if not columns:
                require_space(path, len(source) * sum(part[0].nbytes for part in parts.values()))
                columns = {name: writer.rows(name, part.shape[1:], "float32") for name, part in parts.items()}
            for name, part in parts.items():
                columns[name].append(part)  # (n, Z)
        writer.samples(store.samples())


def _parts(
    posterior: Latents, rows: NDArray[np.intp], seed: Sequence[int] | None
) -> dict[str, NDArray[np.float32]]:
    """Return the datasets that a batch adds to, ``(n, Z)`` each."""
    if seed is not None:
        return {"mean": draw_latents(posterior, rows, seed=seed)}
    parts = {"mean": posterior.mean, "log-variance": posterior.log_variance}
    return {name: part for name, part in parts.items() if part is not None}
