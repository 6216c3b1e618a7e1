import pytest

from synthgap_cli.errors import UsageProblem
from synthgap_cli.study.overriding import override
from synthgap_cli.study.presets import preset

NO_VAE = {"architecture": None, "blocks": None, "epochs": None}


def test_the_thesis_preset_is_the_thesis():
    thesis = preset("thesis")
    assert thesis.size == 224
    assert thesis.classifier_sizes == (224, 128, 64, 32)
    assert thesis.classifier_epochs == 10
    assert [(plan.architecture, dict(plan.options)) for plan in thesis.vaes] == [
        ("vgg11_bn", {}),
        ("resnet152", {}),
        ("resvae", {"blocks": 16}),
        ("resvae", {"blocks": 32}),
        ("resvae", {"blocks": 64}),
    ]
    assert thesis.vae_size == 128
    assert thesis.vae_recipe == "thesis"
    assert thesis.networks == ("thesis",)


def test_values_given_replace_the_presets_and_others_stay():
    settings = override("standard", vae=NO_VAE, seed=3, networks=["none"], strength=0.5)
    assert (settings.seed, settings.networks, settings.strength) == (3, (), 0.5)
    assert settings.size == preset("standard").size


def test_several_shifts_can_be_asked_for_and_none_is_one_of_them():
    settings = override("quick", vae=NO_VAE, shift_methods=["none", "mean", "none"])
    assert settings.shift_methods == ("none", "mean")


def test_another_image_size_is_also_judged_at():
    assert override("standard", vae=NO_VAE, size=96).classifier_sizes == (96, 64)


def test_an_architecture_takes_the_place_of_the_presets_vaes():
    one = override("thesis", vae={**NO_VAE, "architecture": "resvae", "blocks": 8})
    assert [dict(plan.options) for plan in one.vaes] == [{"blocks": 8}]
    classic = override("quick", vae={**NO_VAE, "architecture": "classic", "epochs": 2})
    assert [(plan.architecture, plan.epochs) for plan in classic.vaes] == [("classic", 2)]


def test_a_width_for_several_vaes_is_refused():
    with pytest.raises(UsageProblem, match="one VAE"):
        override("thesis", vae={**NO_VAE, "blocks": 8})
