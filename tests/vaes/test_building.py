import pytest
import torch

from synthgap_cli.errors import InvalidInput, UsageProblem
from synthgap_cli.vaes.building import build_vae, restore_vae
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
