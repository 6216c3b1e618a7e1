"""Latent stores to image stores, and to PNG files."""

# n images of one block

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from synthgap_cli.devices import resolve_device, share_of
from synthgap_cli.errors import InvalidInput
from synthgap_cli.stages.outputs import place
from synthgap_cli.stages.png import write_png_folder
from synthgap_cli.stages.run import Run
from synthgap_cli.stages.vae import load_vae, vae_of
from synthgap_cli.store.files import read_header
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import Recipe
from synthgap_cli.store.reader import open_store
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.views import StoredMatrix
from synthgap_cli.store.writer import create_store
from synthgap_cli.study_dir import file_name
from synthgap_cli.vaes.inference import decode


def decode_latents(
    latents: Sequence[Header],
    *,
    vae: str | None,
    png: str | None,
    output: str | None,
    batch_size: int,
    run: Run,
) -> list[Path]:
    """Write the images of each latent store; return the paths of the image stores that are there.

    Raises
    ------
    InputMissing
        The VAE that encoded a store is not to be found.
    InvalidInput
        The VAE named is another one than that which encoded.
    """
    names = [file_name(header.domain, header.steps, Kind.IMAGES) for header in latents]
    paths = place(output, names, beside=latents[0])
    for header, path in zip(latents, paths, strict=True):
        model = _vae(header, vae)
        parents = (header.as_parent("latents", child=path), model.as_parent("vae", child=path))
        recipe = Recipe("decode", {}, parents)
        if run.must_make(path, recipe):
            _decode(header, model, path, recipe, batch_size, run)
    if png is not None and not run.dry_run:
        for path in paths:
            write_png_folder(path, Path(png) / path.name.removesuffix(Kind.IMAGES.suffix), run)
    return [] if run.dry_run else paths


def _vae(latents: Header, named: str | None) -> Header:
    if named is None:
        return vae_of(latents)
    vae = read_header(Path(named))
    if vae.sha256 != latents.attributes["vae-sha256"]:
        raise InvalidInput(f"{named} is not the VAE that encoded {latents.path}.")
    return vae


def _decode(latents: Header, vae: Header, path: Path, recipe: Recipe, batch_size: int, run: Run) -> None:
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
    size = network.image_size
    with open_store(latents.path, Kind.LATENTS) as store, create_store(path, header) as writer:
        images = writer.rows("images", (size, size, 3), "uint8")
        matrix = StoredMatrix(store.dataset("mean"))
        device = resolve_device(run.device)
        at_once = share_of(batch_size, device)
        blocks = matrix.blocks(rows_per_block=at_once)
        decoded = decode(network, blocks, device=device, precision="fp32")
        total = -(-matrix.shape[0] // at_once)
        for block in run.reporter.track(decoded, f"decoding {latents.domain}", total):
            images.append(block)  # (n, H, W, 3)
        writer.samples(store.samples())
