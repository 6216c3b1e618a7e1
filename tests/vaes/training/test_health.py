from dataclasses import fields

import numpy as np
import pytest
import torch

from synthgap_cli.imaging.tensors import to_unit_tensor
from synthgap_cli.vaes.building import build_vae
from synthgap_cli.vaes.training.health import collapse, domain_mix
from synthgap_cli.vaes.training.objective import objective
from synthgap_cli.vaes.training.recipes import Recipe
from synthgap_cli.vaes.training.records import EpochRecord
from synthgap_cli.vaes.training.validation import validate

CPU = torch.device("cpu")
RECIPE = Recipe(
    epochs=1, batch_size=8, schedule="constant", lr_low=0, lr_high=5e-3, beta=1e-6, augment="none"
)
NUM_LATENTS = 16


def _trained(beta, reparam):
    """Return what is recorded of a hundred steps on smooth pictures, each of its own colours and slope."""
    rng = np.random.default_rng(0)
    ramps = np.linspace(0, 1, 16)[:, None, None] * rng.random((48, 1, 1, 3))
    images = ramps + rng.random((48, 1, 1, 3)) * np.linspace(0, 1, 16)[:, None]
    images = (255 * images / 2).astype(np.uint8)
    torch.manual_seed(0)
    config = {"architecture": "resvae", "image_size": 16, "options": {"blocks": 4, "reparam": reparam}}
    vae = build_vae(config)
    optimizer = torch.optim.Adam(vae.parameters(), lr=RECIPE.lr_high)
    for _ in range(100):
        unit = to_unit_tensor(images[rng.integers(0, 40, 8)], device=CPU)
        terms = objective(unit, *vae(unit, torch.randn(8, *vae.latent_shape)), recipe=RECIPE, beta=beta)
        optimizer.zero_grad()
        terms.total.backward()
        optimizer.step()
    validation = validate(vae, [images[40:]], device=CPU, precision="fp32", seed=0)
    return _record(active_units=validation.active_units, kl=float(terms.kl.detach()))


def _record(**values):
    return EpochRecord(**{field.name: values.get(field.name, 0) for field in fields(EpochRecord)})


@pytest.mark.parametrize("reparam", ["unit", "gaussian"])
def test_a_posterior_that_the_kl_term_has_drawn_to_the_prior_is_told_with_what_to_try(reparam):
    told = collapse(_trained(1e4, reparam), NUM_LATENTS)
    assert told.startswith("The posterior has collapsed")
    assert all(option in told for option in ("--beta", "--kl-warm-up", "--free-bits"))


@pytest.mark.parametrize("reparam", ["unit", "gaussian"])
def test_a_posterior_that_tells_images_apart_is_left_in_peace(reparam):
    assert collapse(_trained(RECIPE.beta, reparam), NUM_LATENTS) is None


def test_either_sign_is_enough():
    assert collapse(_record(active_units=16, kl=50.0), NUM_LATENTS) is None
    assert "0 of 16 latents" in collapse(_record(active_units=0, kl=50.0), NUM_LATENTS)
    assert "0.5 nats" in collapse(_record(active_units=16, kl=0.5), NUM_LATENTS)


def test_an_encoder_that_says_the_same_of_every_image_far_from_the_prior_learns_too_fast():
    told = collapse(_record(active_units=0, kl=289.0), NUM_LATENTS)
    assert "--lr" in told and "--beta" not in told


def test_many_latents_that_each_cost_next_to_nothing_are_the_kl_term_s_doing():
    assert "--beta" in collapse(_record(active_units=0, kl=50.0), 16_384)


def _mix(balanced=True, **counts):
    return domain_mix({domain: np.arange(count) for domain, count in counts.items()}, balanced=balanced)


def test_images_of_one_domain_alone_are_told():
    assert "All training images are real" in _mix(real=100)


@pytest.mark.parametrize("balanced", [True, False])
def test_two_domains_of_like_size_are_left_in_peace(balanced):
    assert _mix(balanced, real=100, synthetic=60) is None


def test_a_domain_whose_images_an_epoch_repeats_too_often_is_told():
    assert _mix(real=1900, synthetic=100) is None  # ten times
    told = _mix(real=2900, synthetic=100)
    assert "100 of 3,000 training images are synthetic" in told
    assert "each of them 15 times" in told


def test_a_domain_that_hardly_occurs_is_told_where_each_image_counts_alike():
    assert "3.33%" in _mix(balanced=False, real=2900, synthetic=100)


def test_of_several_domains_the_smallest_is_told():
    assert "10 of 1,010 training images are c" in _mix(a=500, b=500, c=10)
