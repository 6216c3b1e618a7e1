"""Image stores to latent stores."""

# n images of one batch, Z latents

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from synthgap_cli.devices import resolve_device, resolve_precision, share_of
from synthgap_cli.imaging.batches import iterate_batches, split_batches
from synthgap_cli.stages.outputs import place
from synthgap_cli.stages.run import Run
from synthgap_cli.stages.vae import load_vae
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import FittedOn, Recipe
from synthgap_cli.store.reader import Store, open_store
from synthgap_cli.store.samples import SPLITS
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.views import StoredImages
from synthgap_cli.store.writer import create_store
from synthgap_cli.study_dir import file_name
from synthgap_cli.vaes.inference import encode
from synthgap_cli.vaes.model import Vae


def encode_images(
    images: Sequence[Header],
    vae: Header,
    *,
    output: str | None,
    batch_size: int,
    precision: str,
    run: Run,
) -> list[Path]:
    """Write the posteriors of each image store under a VAE; return the paths of all that is there."""
    names = [file_name(store.domain, (*store.steps, *vae.steps), Kind.LATENTS) for store in images]
    paths = place(output, names, beside=images[0])
    network: Vae | None = None
    for header, path in zip(images, paths, strict=True):
        parents = (header.as_parent("images", child=path), vae.as_parent("vae", child=path))
        recipe = Recipe("encode", {"precision": precision}, parents)
        if run.must_make(path, recipe):
            network = network or load_vae(vae)
            with open_store(header.path, Kind.IMAGES) as store:
                child = _header(header, vae, recipe, network, run)
                _encode(store, path, child, network, batch_size=batch_size, precision=precision, run=run)
    return [] if run.dry_run else paths


def _header(images: Header, vae: Header, recipe: Recipe, network: Vae, run: Run) -> Header:
    return Header(
        kind=Kind.LATENTS,
        provenance=run.provenance(recipe, [images, vae], _unknown_rows(images, vae, run)),
        domain=images.domain,
        role=images.role,
        steps=(*images.steps, *vae.steps),
        reference_steps=(*images.reference_steps, *vae.steps),
        attributes={"vae-sha256": vae.sha256, "latent-shape": list(network.latent_shape)},
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
    store: Store, path: Path, header: Header, network: Vae, *, batch_size: int, precision: str, run: Run
) -> None:
    device = resolve_device(run.device)
    source = StoredImages(store.dataset("images"))
    batches = split_batches(np.arange(len(source)), share_of(batch_size, device))
    posteriors = encode(
        network,
        iterate_batches(source, batches),
        device=device,
        precision=resolve_precision(precision, device),
    )
    latent_dim = int(np.prod(network.latent_shape))
    with create_store(path, header) as writer:
        means = writer.rows("mean", (latent_dim,), "float32")
        spread = None
        for mean, log_variance in run.reporter.track(posteriors, f"encoding {header.domain}", len(batches)):
            means.append(mean)  # (n, Z)
            if log_variance is not None:
                spread = spread or writer.rows("log-variance", (latent_dim,), "float32")
                spread.append(log_variance)
        writer.samples(store.samples())
