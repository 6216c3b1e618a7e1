"""Latent stores to image stores."""

# n images of one block

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from synthgap_cli.devices import Precision, resolve_device, resolve_precision, share_of
from synthgap_cli.memory import memory_limits_told
from synthgap_cli.stages.outputs import place
from synthgap_cli.stages.run import Run
from synthgap_cli.stages.vae import load_vae, vae_to_decode
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import Recipe
from synthgap_cli.store.reader import open_store
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.space import require_space
from synthgap_cli.store.views import StoredMatrix
from synthgap_cli.store.writer import create_store
from synthgap_cli.study_dir import file_name
from synthgap_cli.vaes.inference import decode


def decode_latents(
    latents: Sequence[Header],
    *,
    vae: str | None,
    output: str | None,
    batch_size: int,
    precision: str,
    run: Run,
) -> list[Path]:
    """Write the images of each latent store; return the paths of the image stores that are there.

    Raises
    ------
    InputMissing
        The VAE that encoded a store is not to be found.
    InvalidInput
        The VAE named is another one than that which encoded.
    SynthgapError
        The disk has no room for the images.
    OutOfMemory
        Memory has no room for a batch.
    """
    resolved = resolve_precision(precision, resolve_device(run.device))
    names = [file_name(header.domain, header.steps, Kind.IMAGES) for header in latents]
    paths = place(output, names, beside=latents[0])
    for header, path in zip(latents, paths, strict=True):
        model = vae_to_decode(header, vae)
        parents = (header.as_parent("latents", child=path), model.as_parent("vae", child=path))
        recipe = Recipe("decode", {"precision": resolved}, parents)
        if run.must_make(path, recipe):
            _decode(header, model, path, recipe, resolved, batch_size, run)
    return [] if run.dry_run else paths


def _decode(
    latents: Header,
    vae: Header,
    path: Path,
    recipe: Recipe,
    precision: Precision,
    batch_size: int,
    run: Run,
) -> None:
    network = load_vae(vae)
    header = Header(
        kind=Kind.IMAGES,
        provenance=run.provenance(recipe, [latents, vae]),
        domain=latents.domain,
        role=latents.role,
        steps=latents.steps,
        reference_steps=latents.reference_steps,
        attributes={"vae-sha256": vae.sha256},
    )
    device = resolve_device(run.device)
    at_once = share_of(batch_size, device)
    image_shape = (network.image_size, network.image_size, 3)
    doing = f"decoding {latents.domain}"
    with open_store(latents.path, Kind.LATENTS) as store, memory_limits_told(doing):
        matrix = StoredMatrix(store.dataset("mean"))
        require_space(path, matrix.shape[0] * network.image_size**2 * 3)
        decoded = decode(network, matrix.blocks(rows_per_block=at_once), device=device, precision=precision)
        with create_store(path, header) as writer:
            images = writer.rows("images", image_shape, "uint8")
            for block in run.reporter.track(decoded, doing, -(-matrix.shape[0] // at_once)):
                images.append(block)  # (n, H, W, 3)
            writer.samples(store.samples())
