import hashlib
import os
import pickle
from collections import OrderedDict

import pytest
import safetensors.torch
import torch
from torch import nn
from torchvision import models

from synthgap_cli.errors import InputMissing, InvalidInput
from synthgap_cli.extractors.weights import file_sha256, load_state, read_state, state_sha256


def network() -> nn.Module:
    return nn.Sequential(nn.Conv2d(3, 2, 3), nn.BatchNorm2d(2), nn.Linear(4, 5))


def save(state, path):
    if path.suffix == ".safetensors":
        safetensors.torch.save_file(dict(state), path)
    else:
        torch.save(state, path)
    return path


@pytest.mark.parametrize("file_name", ["w.pth", "w.pt", "w.safetensors"])
@pytest.mark.parametrize("prefix", ["", "module.", "_orig_mod.", "module._orig_mod."])
def test_weights_return_from_a_file_whatever_wrapped_the_network(tmp_path, file_name, prefix):
    state = network().state_dict()
    wrapped = OrderedDict((prefix + name, weight) for name, weight in state.items())
    loaded = network()
    load_state(loaded, read_state(save(wrapped, tmp_path / file_name)))
    for name, weight in loaded.state_dict().items():
        assert torch.equal(weight, state[name])


@pytest.mark.parametrize("file_name", ["w.pth", "w.safetensors"])
def test_networks_that_ask_for_their_version_load_from_either_format(tmp_path, file_name):
    saved = models.mnasnet0_5()
    loaded = models.mnasnet0_5()
    load_state(loaded, read_state(save(saved.state_dict(), tmp_path / file_name)))
    assert state_sha256(loaded.state_dict()) == state_sha256(saved.state_dict())


def test_the_version_in_a_file_survives_the_prefixes_of_a_wrapper(tmp_path):
    wrapped = nn.DataParallel(models.mnasnet0_5()).state_dict()
    assert wrapped._metadata["module"]["version"] == 2
    assert read_state(save(wrapped, tmp_path / "w.pth"))._metadata[""]["version"] == 2


def test_files_older_than_batch_norms_counter_still_load():
    state = network().state_dict()
    del state["1.num_batches_tracked"]
    load_state(network(), OrderedDict(state))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda state: state.pop("2.bias"), "2.bias is missing"),
        (lambda state: state.update(extra=torch.zeros(1)), "extra is unexpected"),
        (lambda state: state.update({"2.bias": torch.zeros(9)}), "2.bias"),
    ],
    ids=["missing", "unexpected", "misshapen"],
)
def test_weights_of_another_network_are_refused_by_name(change, reason):
    state = network().state_dict()
    change(state)
    with pytest.raises(InvalidInput, match=reason):
        load_state(network(), state)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputMissing, match=r"nowhere\.pth"):
        read_state(tmp_path / "nowhere.pth")


class Malicious:
    def __reduce__(self):
        return os.mkdir, ("was-run",)


@pytest.mark.parametrize(
    "content",
    [b"", b"not weights at all", pickle.dumps({"weight": 1}, protocol=2), b"PK\x03\x04 a zip, cut short"],
    ids=["empty", "text", "plain pickle", "truncated"],
)
@pytest.mark.parametrize("file_name", ["w.pth", "w.safetensors"])
def test_a_file_that_holds_no_weights_is_refused(tmp_path, content, file_name):
    (tmp_path / file_name).write_bytes(content)
    with pytest.raises(InvalidInput, match=file_name):
        read_state(tmp_path / file_name)


@pytest.mark.parametrize(
    "content",
    [network(), {"state_dict": {"weight": torch.zeros(1)}}, {}, [torch.zeros(1)]],
    ids=["network", "checkpoint", "nothing", "list"],
)
def test_anything_but_a_state_dict_is_refused(tmp_path, content):
    torch.save(content, tmp_path / "w.pth")
    with pytest.raises(InvalidInput, match=r"w\.pth"):
        read_state(tmp_path / "w.pth")


def test_a_pickle_is_not_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    torch.save({"weight": Malicious()}, tmp_path / "w.pth")
    with pytest.raises(InvalidInput):
        read_state(tmp_path / "w.pth")
    assert not (tmp_path / "was-run").exists()


def test_the_digest_of_a_file_is_its_sha256(tmp_path):
    (tmp_path / "w.pth").write_bytes(b"weights" * 1000)
    assert file_sha256(tmp_path / "w.pth") == hashlib.sha256(b"weights" * 1000).hexdigest()


def test_the_digest_of_a_state_tells_values_names_shapes_and_dtypes_apart_but_not_order():
    state = {"a": torch.arange(6.0), "b": torch.zeros(2)}
    others = [
        {"a": torch.arange(6.0) + 1e-6, "b": torch.zeros(2)},
        {"a": torch.arange(6.0), "c": torch.zeros(2)},
        {"a": torch.arange(6.0).view(2, 3), "b": torch.zeros(2)},
        {"a": torch.arange(6.0), "b": torch.zeros(2, dtype=torch.int32)},
    ]
    assert len({state_sha256(one) for one in [state, *others]}) == 5
    assert state_sha256(dict(reversed(state.items()))) == state_sha256(state)
    strided = torch.arange(12.0).view(6, 2).contiguous()[:, 0]
    assert state_sha256({"a": strided}) == state_sha256({"a": strided.clone()})
