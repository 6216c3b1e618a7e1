"""Stores to write, read and damage."""

import numpy as np
import pytest

from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import FittedOn, Parent, Provenance, Recipe
from synthgap_cli.store.samples import Samples
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.writer import create_store


@pytest.fixture
def provenance():
    parent = Parent("vae", "resvae-16.vae.safetensors", "vae", "ab" * 32)
    return Provenance(
        recipe=Recipe("encode", {"precision": "fp32", "seed": 3}, (parent,)),
        argv=("synthgap", "encode"),
        fitted_on=(FittedOn("train-vae", "real", ("train", "val")),),
        history={"ab" * 32: {"command": "train-vae"}},
        versions={"synthgap": "1"},
    )


@pytest.fixture
def header(provenance):
    return Header(
        kind=Kind.LATENTS,
        provenance=provenance,
        domain="real",
        role="reference",
        steps=("resvae-16", "mean"),
        reference_steps=("resvae-16",),
        attributes={"latent-shape": [2, 4, 4], "strength": 0.5},
    )


@pytest.fixture
def samples():
    rows = [f"scène/{i}.png" for i in range(40)]
    split = ["train", "val", "test", "test"] * 10
    columns = {"id": rows, "split": split, "group": ["scène"] * 40, "source": ["a"] * 40}
    columns = {name: np.asarray(values, dtype=object) for name, values in columns.items()}
    return Samples({**columns, "width": np.arange(40, dtype=np.int32)})


@pytest.fixture
def latents():
    return np.random.default_rng(0).normal(size=(40, 32)).astype(np.float32)


@pytest.fixture
def write(tmp_path, header, samples, latents):
    def write_store(name="real.resvae-16.latents.h5", header=header, latents=latents, pieces=4):
        with create_store(tmp_path / name, header) as writer:
            mean = writer.rows("mean", latents.shape[1:], "float32")
            for piece in np.array_split(latents, pieces):
                mean.append(piece)
            writer.samples(samples)
        return tmp_path / name

    return write_store
