from dataclasses import replace

import pytest
import torch

from synthgap_cli.errors import UsageProblem
from synthgap_cli.vaes.building import build_vae, recipe_for
from synthgap_cli.vaes.training.recipes import plan


def _recipe(architecture, name="thesis", **options):
    with torch.device("meta"):
        vae = build_vae({"architecture": architecture, "image_size": 64, "options": options})
    return recipe_for(vae, name)


@pytest.mark.parametrize("architecture", ["classic", "vgg11_bn", "vgg16_bn", "resnet152"])
def test_the_thesis_recipe_of_networks_with_a_fully_connected_core(architecture):
    recipe = _recipe(architecture)
    assert recipe.epochs == 200
    assert (recipe.schedule, recipe.lr_low, recipe.lr_high, recipe.cycle_steps) == (
        "cyclic",
        1e-5,
        1e-2,
        1000,
    )
    assert (recipe.betas, recipe.eps, recipe.loss) == ((0.9, 0.99), 1e-10, "mse")


def test_the_thesis_recipe_of_the_residual_network():
    recipe = _recipe("resvae", blocks=32)
    assert recipe.epochs == 100
    assert (recipe.schedule, recipe.lr_low, recipe.lr_high, recipe.cycle_steps) == (
        "cyclic",
        1e-7,
        1e-4,
        2000,
    )


def test_the_thesis_varies_colours_more_for_the_widest_residual_network():
    assert [_recipe("resvae", blocks=blocks).augment for blocks in (16, 32, 64)] == [
        *("light", "light", "strong-colour")
    ]


def test_an_unknown_recipe_is_refused_with_the_known_ones():
    with pytest.raises(UsageProblem) as refused:
        _recipe("classic", "defualt")
    assert refused.value.hint == "Did you mean 'default'? Known: default, thesis."


@pytest.mark.parametrize(
    ("num_images", "total_steps"),
    [
        (1600, 10_000),  # 100 steps an epoch, 100 epochs: five whole cycles
        (1800, 12_000),  # 11,200 steps are nearer to six cycles than to five
        (1600 * 10, 100_000),
    ],
)
def test_a_cyclic_training_ends_where_a_cycle_does(num_images, total_steps):
    steps = plan(_recipe("resvae"), num_images)
    assert (steps.total_steps, steps.cycle_steps) == (total_steps, 2000)


def test_a_training_shorter_than_a_cycle_is_one_shorter_cycle():
    steps = plan(replace(_recipe("resvae"), epochs=3), 160)
    assert (steps.steps_per_epoch, steps.total_steps, steps.cycle_steps) == (10, 30, 30)


def test_cycles_have_the_length_of_the_residual_network_s_in_the_thesis_unless_one_is_said():
    steps = plan(replace(_recipe("resvae", "default"), schedule="cyclic", epochs=100), 1600)
    assert (steps.total_steps, steps.cycle_steps) == (10_000, 2000)


def test_other_schedules_take_just_the_epochs_asked_for():
    recipe = replace(_recipe("resvae", "default"), epochs=7, batch_size=16)
    assert plan(recipe, 170).total_steps == 70


def test_fewer_images_than_a_batch_still_make_a_step():
    assert plan(replace(_recipe("resvae", "default"), epochs=7, batch_size=16), 3).total_steps == 7
