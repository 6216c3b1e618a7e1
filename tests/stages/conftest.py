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
