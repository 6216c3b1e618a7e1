from dataclasses import replace

import pytest
import torch

from synthgap_cli.vaes.building import build_vae, recipe_for
from synthgap_cli.vaes.training.footprint import footprint
from synthgap_cli.vaes.training.objective import objective

IMAGES = 4


def _vae(architecture="resvae", size=32, **options):
    return build_vae({"architecture": architecture, "image_size": size, "options": options})


def _step(vae, recipe, optimizer):
    unit = torch.rand(IMAGES, 3, vae.image_size, vae.image_size)
    decoded, posterior = vae(unit, torch.randn(IMAGES, *vae.latent_shape))
    optimizer.zero_grad()
    objective(unit, decoded, posterior, recipe=recipe, beta=1.0).total.backward()
    optimizer.step()


def _peak_of_a_step(vae, recipe, optimizer):
    """Return the most bytes that torch held at once in a step, beyond what it held before."""
    activities = [torch.profiler.ProfilerActivity.CPU]
    with torch.profiler.profile(activities=activities, profile_memory=True) as profile:
        _step(vae, recipe, optimizer)
    events = [one for one in profile.profiler.kineto_results.events() if one.name() == "[memory]"]
    changes = torch.tensor([one.nbytes() for one in sorted(events, key=lambda one: one.start_ns())])
    return int(changes.cumsum(0).max())


@pytest.mark.parametrize(("architecture", "options"), [("resvae", {"blocks": 16}), ("attention", {})])
def test_the_total_is_what_a_training_step_really_takes_to_within_a_third(architecture, options):
    vae = _vae(architecture, **options)
    recipe = replace(recipe_for(vae, "default"), ema=None)
    expected = footprint(vae, recipe, images_at_once=IMAGES)
    optimizer = torch.optim.Adam(vae.parameters())
    _step(vae.train(), recipe, optimizer)  # which makes the optimizer's moments
    real = expected.weights + expected.optimizer + _peak_of_a_step(vae, recipe, optimizer)
    assert real / expected.total == pytest.approx(1, abs=0.34)


def test_bytes_are_four_a_number():
    vae = _vae(blocks=4)
    count = sum(weight.numel() for weight in vae.parameters())
    one = footprint(vae, replace(recipe_for(vae, "default"), ema=0.99), images_at_once=1)
    assert one.parameters == one.trained == count
    assert (one.weights, one.gradients, one.optimizer, one.ema) == (
        4 * count,
        4 * count,
        8 * count,
        4 * count,
    )
    assert one.total == 20 * count + one.activations


def test_activations_grow_evenly_with_the_images_and_nothing_else_does():
    vae = _vae(blocks=4)
    recipe = recipe_for(vae, "default")
    one, two, ten = (footprint(vae, recipe, images_at_once=count) for count in (1, 2, 10))
    assert ten.activations - two.activations == 8 * (two.activations - one.activations) > 0
    assert ten.total - one.total == ten.activations - one.activations


def test_an_image_twice_the_size_keeps_four_times_the_activations():
    small, large = (_bytes_an_image(_vae(blocks=4, size=size)) for size in (32, 64))
    assert large == pytest.approx(4 * small, rel=0.1)  # borders count less in larger images


def _bytes_an_image(vae):
    one, two = (footprint(vae, recipe_for(vae, "default"), images_at_once=count) for count in (1, 2))
    return two.activations - one.activations


def test_a_frozen_front_has_weights_but_no_gradients_and_no_moving_average():
    with torch.device("meta"):
        vae = _vae("resnet152")
    one = footprint(vae, replace(recipe_for(vae, "default"), ema=0.99), images_at_once=2)
    frozen = sum(weight.numel() for weight in vae.parameters() if not weight.requires_grad)
    assert one.parameters - one.trained == frozen > 50e6
    assert one.gradients == one.ema == 4 * one.trained


def test_nothing_of_the_network_is_touched():
    vae = _vae("attention").eval()
    before = {name: value.clone() for name, value in vae.state_dict().items()}
    torch.manual_seed(0)
    footprint(vae, recipe_for(vae, "default"), images_at_once=2)
    drawn = torch.rand(1)
    torch.manual_seed(0)
    assert torch.equal(drawn, torch.rand(1))
    assert not vae.training
    assert all(torch.equal(value, before[name]) for name, value in vae.state_dict().items())


def test_a_network_that_no_memory_holds_is_described_too():
    with torch.device("meta"):
        vae = _vae(blocks=4096)
    assert footprint(vae, recipe_for(vae, "default"), images_at_once=1).total > 2**30
