import dataclasses

import pytest
import torch
from safetensors.torch import save_file

from synthgap_cli.errors import InputMissing, InvalidInput
from synthgap_cli.store.files import read_header
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.vae_file import read_vae, write_vae


@pytest.fixture
def vae(tmp_path, header):
    header = dataclasses.replace(header, kind=Kind.VAE, steps=("resvae-16",))
    weights = {"a.weight": torch.randn(3, 4), "b": torch.arange(5)}
    path = tmp_path / "resvae-16.vae.safetensors"
    write_vae(path, header, weights)
    return path, header, weights


def test_a_vae_gives_back_its_weights_and_its_header(vae):
    path, header, weights = vae
    read, tensors = read_vae(path)
    assert all(torch.equal(tensors[name], weights[name]) for name in weights)
    assert read.attributes == header.attributes
    assert read.provenance == header.provenance
    assert read.kind is Kind.VAE
    assert read_header(path).sha256 == read.sha256


def test_a_changed_weight_is_found(vae):
    path = vae[0]
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match="digest"):
        read_vae(path)


def test_foreign_truncated_and_missing_files_are_refused(tmp_path, vae):
    foreign = tmp_path / "foreign.vae.safetensors"
    save_file({"a": torch.zeros(1)}, foreign)
    with pytest.raises(InvalidInput, match="synthgap"):
        read_vae(foreign)
    path = vae[0]
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(InvalidInput):
        read_vae(path)
    with pytest.raises(InputMissing):
        read_vae(tmp_path / "no.vae.safetensors")
