import pytest
import torch

from synthgap_cli.errors import InvalidInput, UsageProblem
from synthgap_cli.vaes.building import architectures, build_vae, options_from, restore_vae
from synthgap_cli.vaes.model import weights_of

CONFIG = {"architecture": "resvae", "image_size": 16, "options": {"blocks": 4, "norm": "none"}}


@pytest.fixture
def vae():
    torch.manual_seed(0)
    return build_vae(CONFIG).eval()


def test_a_restored_network_computes_what_the_stored_one_did(vae):
    restored = restore_vae(vae.config, weights_of(vae))
    unit = torch.rand(2, 3, 16, 16)
    with torch.inference_mode():
        torch.testing.assert_close(restored.encode(unit).mean, vae.encode(unit).mean, rtol=0, atol=0)
    assert not restored.training


def test_the_config_has_the_options_that_were_left_at_their_default(vae):
    assert vae.config == {
        "architecture": "resvae",
        "image_size": 16,
        "options": {"blocks": 4, "norm": "none", "pad": "zero", "reparam": "unit"},
    }


def test_an_unknown_architecture_is_refused_with_the_nearest():
    with pytest.raises(UsageProblem) as refused:
        build_vae({"architecture": "resvea", "image_size": 16})
    assert refused.value.hint.startswith("Did you mean 'resvae'?")
    assert all(name in refused.value.hint for name in architectures())


def test_an_option_of_another_architecture_is_refused():
    with pytest.raises(UsageProblem, match="classic has no option 'blocks'"):
        build_vae({"architecture": "classic", "image_size": 16, "options": {"blocks": 32}})


def test_weights_of_another_network_are_refused(vae):
    wider = build_vae({**CONFIG, "options": {"blocks": 8, "norm": "none"}})
    with pytest.raises(InvalidInput, match="do not fit"):
        restore_vae(vae.config, weights_of(wider))


def test_missing_weights_are_refused(vae):
    weights = weights_of(vae)
    del weights["encoder.0.bias"]
    with pytest.raises(InvalidInput, match=r"encoder\.0\.bias"):
        restore_vae(vae.config, weights)


def test_a_config_that_promises_more_than_the_weights_hold_takes_no_memory(vae):
    config = {**CONFIG, "options": {"blocks": 1_000_000, "norm": "none"}}  # 36 TB a convolution
    with pytest.raises(InvalidInput, match="do not fit"):
        restore_vae(config, weights_of(vae))


def test_options_are_read_as_the_architecture_s_own_types():
    assert options_from("resvae", ["blocks=16", "norm=none"]) == {"blocks": 16, "norm": "none"}
    assert options_from("classic", ["hidden=64x32", "latents=8"]) == {"hidden": (64, 32), "latents": 8}
    with pytest.raises(UsageProblem, match="resvae has no option 'hidden'"):
        options_from("resvae", ["hidden=64x32"])


SMALL = {"hidden": (128, 64), "latents": 8}


def test_a_network_of_torchvision_s_is_the_name_of_a_backbone():
    options = options_from("resnet18", ["hidden=128x64", "latents=8", "frozen=no"])
    with torch.device("meta"):
        vae = build_vae({"architecture": "resnet18", "image_size": 32, "options": options})
    assert vae.config == {
        "architecture": "backbone",
        "image_size": 32,
        "options": {**SMALL, "network": "resnet18", "frozen": False},
    }
    assert vae.tag == vae.front_network == "resnet18"


def test_a_mistyped_network_is_refused_with_the_nearest():
    with pytest.raises(UsageProblem) as refused:
        build_vae({"architecture": "resnet51", "image_size": 32})
    assert refused.value.hint.startswith("Did you mean 'resnet50'?")


def test_two_networks_at_once_are_refused():
    with pytest.raises(UsageProblem, match="already says that the network is resnet18, not vgg11_bn"):
        build_vae({"architecture": "resnet18", "image_size": 32, "options": {"network": "vgg11_bn"}})


def test_a_file_that_was_written_when_each_network_was_an_architecture_is_restored():
    torch.manual_seed(0)
    vae = build_vae(
        {"architecture": "backbone", "image_size": 32, "options": {**SMALL, "network": "vgg11_bn"}}
    )
    old = {"architecture": "vgg11_bn", "image_size": 32, "options": {**SMALL, "frozen": True}}
    assert restore_vae(old, weights_of(vae)).config == vae.config


def test_a_backbone_s_options_are_told_under_its_own_name():
    with pytest.raises(UsageProblem, match="backbone has no option 'blocks'") as refused:
        build_vae({"architecture": "resnet18", "image_size": 32, "options": {"blocks": 4}})
    assert "network=resnet152" in refused.value.hint
