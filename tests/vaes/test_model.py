import pytest
import torch
from torch.distributions import Independent, Normal, kl_divergence

from synthgap_cli.errors import UsageProblem
from synthgap_cli.vaes.building import build_vae
from synthgap_cli.vaes.model import LOG_VARIANCE_RANGE, Posterior, require_batch, require_image_size


def _reference(mean, log_variance):
    posterior = Normal(mean.double(), (0.5 * log_variance.double()).exp())
    prior = Normal(torch.zeros_like(mean, dtype=torch.float64), 1.0)
    axes = mean.dim() - 1
    return kl_divergence(Independent(posterior, axes), Independent(prior, axes))


def test_kl_is_that_of_torch_distributions_in_nats_per_image():
    mean, log_variance = torch.randn(2, 5, 4, 3, 3, generator=torch.Generator().manual_seed(0))
    posterior = Posterior.from_heads(mean, log_variance)
    torch.testing.assert_close(posterior.kl().double(), _reference(mean, log_variance), rtol=1e-5, atol=0)


def test_kl_of_a_unit_posterior_is_half_the_square_of_its_mean():
    mean = torch.randn(5, 4, 3, 3, generator=torch.Generator().manual_seed(0))
    posterior = Posterior.from_heads(mean)
    reference = _reference(mean, torch.zeros_like(mean))
    torch.testing.assert_close(posterior.kl().double(), reference, rtol=1e-5, atol=0)


def test_a_posterior_is_float32_whatever_the_network_computes_in():
    heads = torch.ones(2, 3, dtype=torch.bfloat16)
    posterior = Posterior.from_heads(heads, heads)
    assert posterior.mean.dtype == posterior.log_variance.dtype == posterior.kl().dtype == torch.float32


def test_the_log_variance_is_clamped_so_that_the_divergence_stays_finite():
    posterior = Posterior.from_heads(torch.zeros(1, 2), torch.tensor([[-1e9, 1e9]]))
    assert posterior.log_variance.tolist() == [list(LOG_VARIANCE_RANGE)]
    assert posterior.kl().isfinite().all()


def test_samples_have_the_posterior_s_mean_and_standard_deviation():
    noise = torch.randn(100_000, 2, generator=torch.Generator().manual_seed(0))
    mean, log_variance = torch.tensor([[1.0, -2.0]]), torch.tensor([[0.0, 4.0]])
    drawn = Posterior.from_heads(mean, log_variance).sample(noise)
    torch.testing.assert_close(drawn.mean(dim=0), mean[0], rtol=0, atol=0.06)
    torch.testing.assert_close(drawn.std(dim=0), torch.tensor([1.0, 7.389]), rtol=0.01, atol=0)


def test_samples_of_a_unit_posterior_differ_from_its_mean_by_the_noise():
    mean, noise = torch.randn(2, 3, 4, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(Posterior.from_heads(mean).sample(noise), mean + noise)


@pytest.mark.parametrize(
    ("image_size", "nearest"), [(100, "96 or 104"), (8, "16"), (7, "16"), (20, "16 or 24")]
)
def test_an_image_size_that_does_not_suit_is_refused_with_the_nearest_that_do(image_size, nearest):
    with pytest.raises(UsageProblem, match=str(image_size)) as refused:
        require_image_size(image_size, multiple_of=8, at_least=16)
    assert refused.value.hint == f"Nearest: {nearest}."


def test_a_batch_of_one_is_refused_where_batch_norm_is_trained():
    with torch.device("meta"):
        vae = build_vae({"architecture": "resnet18", "image_size": 32})
    for mode in (True, False):
        with pytest.raises(UsageProblem, match="resnet18 has batch norm") as refused:
            require_batch(vae.train(mode), 1)
    assert "2 images" in refused.value.hint
    require_batch(vae, 2)


def test_a_batch_of_one_will_do_without_batch_norm_or_with_one_that_stays_as_it_is():
    with torch.device("meta"):
        resvae = build_vae({"architecture": "resvae", "image_size": 32})
        backbone = build_vae({"architecture": "resnet18", "image_size": 32})
    require_batch(resvae, 1)
    backbone.painter = torch.nn.Identity()  # what is left is the frozen front's
    require_batch(backbone, 1)
