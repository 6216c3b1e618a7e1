from dataclasses import replace

import pytest
import torch
from torch.distributions import Normal

from synthgap_cli.vaes.model import Posterior
from synthgap_cli.vaes.training.objective import kl_weight, objective
from synthgap_cli.vaes.training.recipes import THESIS


@pytest.fixture
def batch():
    generator = torch.Generator().manual_seed(0)
    unit, rendered = torch.rand(2, 4, 3, 8, 8, generator=generator)
    posterior = Posterior.from_heads(torch.randn(4, 5, generator=generator))
    return unit, rendered, posterior


def test_beta_is_the_variance_of_the_decoder_in_the_evidence_lower_bound(batch):
    unit, rendered, posterior = batch
    sigma, intensities = 0.1, 3 * 8 * 8

    def negative_elbo(image):
        return -Normal(image, sigma).log_prob(unit).flatten(1).sum(dim=1).mean() + posterior.kl().mean()

    def total(image):
        return objective(unit, image, posterior, loss="mse", beta=sigma**2).total

    constant = negative_elbo(unit) - total(unit) * intensities / (2 * sigma**2)
    scaled = total(rendered) * intensities / (2 * sigma**2) + constant
    torch.testing.assert_close(scaled, negative_elbo(rendered), rtol=1e-5, atol=0)


def test_l1_is_the_mean_absolute_difference(batch):
    unit, rendered, posterior = batch
    terms = objective(unit, rendered, posterior, loss="l1", beta=0)
    torch.testing.assert_close(terms.reconstruction, (unit - rendered).abs().mean())
    assert terms.total == terms.reconstruction


def test_terms_are_float32_whatever_the_network_renders_in(batch):
    unit, rendered, posterior = batch
    terms = objective(unit, rendered.bfloat16(), posterior, loss="mse", beta=1)
    assert {term.dtype for term in terms} == {torch.float32}


def test_beta_grows_evenly_while_warming_up():
    recipe = replace(THESIS, beta=0.5, kl_warm_up=0.1)
    assert [kl_weight(recipe, step, total_steps=100) for step in (0, 5, 10, 99)] == [0, 0.25, 0.5, 0.5]


def test_beta_is_full_from_the_first_step_without_warm_up():
    assert kl_weight(replace(THESIS, beta=0.5, kl_warm_up=0), 0, total_steps=100) == 0.5
