"""A directory with images, an autoencoder of random weights, latents, and what is decoded of them."""

import shutil
from pathlib import Path

import pytest


def write_random_vae(path, images, **config):
    """Write an untrained autoencoder as if it had been trained on these image stores."""
    import torch

    from synthgap_cli.stages.run import Run
    from synthgap_cli.store.files import read_header
    from synthgap_cli.store.header import Header
    from synthgap_cli.store.provenance import FittedOn, Recipe
    from synthgap_cli.store.schema import Kind
    from synthgap_cli.store.vae_file import write_vae
    from synthgap_cli.vaes.building import build_vae
    from synthgap_cli.vaes.model import weights_of

    torch.manual_seed(0)
    vae = build_vae(config)
    headers = [read_header(image) for image in images]
    recipe = Recipe("train-vae", {}, tuple(header.as_parent("images", child=path) for header in headers))
    seen = [FittedOn("train-vae", header.domain, ("train", "val")) for header in headers]
    header = Header(
        Kind.VAE, Run().provenance(recipe, headers, seen), steps=(vae.tag,), attributes={"config": vae.config}
    )
    write_vae(path, header, weights_of(vae))


@pytest.fixture(scope="session")
def random_vae():
    return write_random_vae


@pytest.fixture(scope="session")
def coded(folders, run_quietly, tmp_path_factory):
    """To be left as it is, unlike `copy_of_coded`."""
    directory = tmp_path_factory.mktemp("coded")
    real, synthetic = folders
    run_quietly(directory, *f"prepare --real {real} --synthetic {synthetic} --size 32".split())
    images = [directory / f"{domain}.images.h5" for domain in ("real", "synthetic")]
    options = {"blocks": 4, "reparam": "gaussian"}
    write_random_vae(
        directory / "resvae-4.vae.safetensors", images, architecture="resvae", image_size=32, options=options
    )
    for line in ("encode", "shift", "decode"):
        run_quietly(directory, line)
    return directory


@pytest.fixture
def copy_of_coded(coded, tmp_path):
    return Path(shutil.copytree(coded, tmp_path / "coded"))


def write_translated(directory, steps, parents, images):
    """Write translated images as if a command had made them of stores in the directory, by their roles."""
    from synthgap_cli.stages.run import Run
    from synthgap_cli.store.files import read_header
    from synthgap_cli.store.header import Header
    from synthgap_cli.store.provenance import Recipe
    from synthgap_cli.store.reader import open_store
    from synthgap_cli.store.schema import Kind
    from synthgap_cli.store.writer import create_store

    path = directory / f"synthetic.{'.'.join(steps)}.images.h5"
    headers = {role: read_header(directory / name) for role, name in parents.items()}
    recipe = Recipe("made", {}, tuple(one.as_parent(role, child=path) for role, one in headers.items()))
    provenance = Run().provenance(recipe, list(headers.values()))
    with open_store(directory / "synthetic.images.h5") as store:
        samples = store.samples()
    with create_store(
        path, Header(Kind.IMAGES, provenance, "synthetic", "candidate", tuple(steps))
    ) as writer:
        writer.rows("images", images.shape[1:], "uint8").append(images)
        writer.samples(samples)
    return path


@pytest.fixture(scope="session")
def translate():
    """Write the synthetic images of a directory with another tint, at their own size.

    As if translated by the shifted latents of these steps, or, without a VAE's tag, by their pixels.
    """

    def run(directory, *steps, tint=(30, 0, -40)):
        import numpy as np

        from synthgap_cli.store.reader import open_store

        with open_store(directory / "synthetic.images.h5") as store:
            images = store.dataset("images")[...].astype(int)
        parents = {"source": "synthetic.images.h5", "target": "real.images.h5"}
        if steps[0] != "pixels":
            latents = f"synthetic.{'.'.join(steps[:-1])}.latents.h5"
            parents = {"latents": latents, "images": "synthetic.images.h5"}
        moved = np.clip(images + tint, 0, 255).astype(np.uint8)
        return write_translated(directory, steps, parents, moved)

    return run
