from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from torch.distributions import Normal, kl_divergence

from synthgap_cli.errors import UsageProblem
from synthgap_cli.imaging.ssim import ssim
from synthgap_cli.vaes.model import Posterior
from synthgap_cli.vaes.training.objective import Terms, charbonnier, charged_kl, kl_weight, objective
from synthgap_cli.vaes.training.recipes import THESIS

PLAIN = replace(THESIS, loss="mse", ssim_weight=0, perceptual_weight=0, free_bits=0)
ALL = replace(
    THESIS, loss="charbonnier", ssim_weight=0.5, perceptual="vgg16_bn", perceptual_weight=2, free_bits=0.3
)


def _perceptual(decoded, unit):
    return (decoded.mean(dim=1) - unit.mean(dim=1)).abs().mean()


@pytest.fixture
def batch():
    generator = torch.Generator().manual_seed(0)
    unit, rendered = torch.rand(2, 4, 3, 12, 12, generator=generator)
    mean, log_variance = torch.randn(2, 4, 5, generator=generator)
    return unit, rendered, Posterior.from_heads(mean, log_variance)


def test_beta_is_the_variance_of_the_decoder_in_the_evidence_lower_bound(batch):
    unit, rendered, posterior = batch
    sigma, intensities = 0.1, 3 * 12 * 12

    def negative_elbo(image):
        return -Normal(image, sigma).log_prob(unit).flatten(1).sum(dim=1).mean() + posterior.kl().mean()

    def total(image):
        return objective(unit, image, posterior, recipe=PLAIN, beta=sigma**2).total

    constant = negative_elbo(unit) - total(unit) * intensities / (2 * sigma**2)
    scaled = total(rendered) * intensities / (2 * sigma**2) + constant
    torch.testing.assert_close(scaled, negative_elbo(rendered), rtol=1e-5, atol=0)


def test_the_total_is_the_weighted_sum_of_its_terms(batch):
    unit, rendered, posterior = batch
    terms = objective(unit, rendered, posterior, recipe=ALL, beta=0.7, perceptual=_perceptual)
    charged = charged_kl(posterior, 0.3)
    expected = terms.reconstruction + 0.5 * terms.structure + 2 * terms.perceptual
    torch.testing.assert_close(terms.total, expected + 0.7 * 2 * charged / (3 * 12 * 12))
    torch.testing.assert_close(terms.structure, 1 - ssim(unit, rendered).mean())
    torch.testing.assert_close(terms.perceptual, _perceptual(rendered, unit))
    torch.testing.assert_close(terms.kl, posterior.kl().mean())  # all of it, whatever is free


@pytest.mark.parametrize("loss", ["mse", "l1", "charbonnier"])
def test_each_loss_is_a_mean_over_images_and_intensities(batch, loss):
    unit, rendered, posterior = batch
    error = (unit - rendered).double()
    expected = {
        "mse": error.square().mean(),
        "l1": error.abs().mean(),
        "charbonnier": torch.hypot(error, torch.full_like(error, 1e-3)).mean(),
    }
    terms = objective(unit, rendered, posterior, recipe=replace(PLAIN, loss=loss), beta=0)
    torch.testing.assert_close(terms.reconstruction.double(), expected[loss])
    assert terms.total == terms.reconstruction


def test_charbonnier_has_a_gradient_at_an_exact_reconstruction():
    image = torch.rand(2, 3, 4, 4, requires_grad=True)
    charbonnier(image, image.detach()).backward()
    assert torch.equal(image.grad, torch.zeros_like(image))


def test_a_term_without_weight_is_zero_and_costs_nothing(batch):
    unit, rendered, posterior = batch

    def never(decoded, unit):
        raise AssertionError("was computed")

    terms = objective(unit, rendered, posterior, recipe=PLAIN, beta=1, perceptual=never)
    assert terms.structure == terms.perceptual == 0


def test_the_mean_of_a_batch_s_parts_is_the_batch_s(batch):
    unit, rendered, posterior = batch

    def terms_of(rows):
        part = Posterior(posterior.mean[rows], posterior.log_variance[rows])
        return objective(unit[rows], rendered[rows], part, recipe=ALL, beta=0.7, perceptual=_perceptual)

    whole, *parts = (terms_of(slice(*ends)) for ends in ((0, 4), (0, 2), (2, 4)))
    for of_all, *of_parts in zip(whole, *parts, strict=True):
        torch.testing.assert_close(of_all, torch.stack(of_parts).mean())


@pytest.mark.parametrize("precision", [torch.bfloat16, torch.float16])
def test_terms_are_float32_whatever_the_network_computes_in(batch, precision):
    unit, rendered, posterior = batch
    exact = objective(unit, rendered.to(precision), posterior, recipe=PLAIN, beta=1)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        terms = objective(unit, rendered.to(precision), posterior, recipe=ALL, beta=1, perceptual=_perceptual)
    assert {term.dtype for term in terms} == {torch.float32}
    assert terms.kl == exact.kl
    assert terms._fields == Terms._fields == ("total", "reconstruction", "structure", "perceptual", "kl")


def test_the_divergence_is_torch_s(batch):
    posterior = batch[2]
    deviation = (0.5 * posterior.log_variance).exp()
    expected = kl_divergence(Normal(posterior.mean, deviation), Normal(0.0, 1.0))
    torch.testing.assert_close(posterior.kl_of_latents(), expected)
    torch.testing.assert_close(posterior.kl(), expected.sum(dim=1))
    torch.testing.assert_close(charged_kl(posterior, 0), expected.sum(dim=1).mean())


def test_a_latent_within_its_free_bits_costs_them_and_has_no_gradient():
    mean = torch.tensor([[0.1, 2.0], [1.0, 0.0]], requires_grad=True)  # 0.005, 2; 0.5, 0 nats
    charged = charged_kl(Posterior.from_heads(mean), 0.1)
    charged.backward()
    torch.testing.assert_close(charged, torch.tensor((0.1 + 2 + 0.5 + 0.1) / 2))
    torch.testing.assert_close(mean.grad, torch.tensor([[0, 1.0], [0.5, 0]]))


def test_ssim_of_images_smaller_than_its_window_is_refused(batch):
    unit, rendered, posterior = batch
    small, also = (F.interpolate(side, size=(8, 8)) for side in (unit, rendered))
    with pytest.raises(UsageProblem, match="the images have 8"):
        objective(small, also, posterior, recipe=replace(PLAIN, ssim_weight=1), beta=0)


def test_beta_grows_evenly_while_warming_up():
    recipe = replace(THESIS, beta=0.5, kl_warm_up=0.1)
    assert [kl_weight(recipe, step, total_steps=100) for step in (0, 5, 10, 99)] == [0, 0.25, 0.5, 0.5]


def test_beta_is_full_from_the_first_step_without_warm_up():
    assert kl_weight(replace(THESIS, beta=0.5, kl_warm_up=0), 0, total_steps=100) == 0.5
