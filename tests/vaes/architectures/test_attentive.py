"""What `attention` and `compact` share."""

import pytest
import torch

from synthgap_cli.errors import UsageProblem
from synthgap_cli.vaes.building import build_vae

pytestmark = pytest.mark.parametrize("name", ["attention", "compact"])
SMALL = {"width": 8, "latent_channels": 4}


def _build(name, image_size=32, **options):
    torch.manual_seed(0)
    return build_vae({"architecture": name, "image_size": image_size, "options": {**SMALL, **options}}).eval()


def _opened(vae):
    """Give convolutions that start at zero random weights, as training does."""
    for module in vae.modules():
        if isinstance(module, torch.nn.Conv2d) and not module.weight.any():
            module.reset_parameters()
    return vae


def _unit(count=4, size=64):
    return 0.3 + 0.4 * torch.rand(count, 3, size, size, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(
    "options",
    [{"width": 0}, {"blocks_per_level": 0}, {"latent_channels": 1.5}, {"width": "8"}, {"reparam": "beta"}],
)
def test_a_value_that_no_option_takes_is_refused(name, options):
    with pytest.raises(UsageProblem, match=str(next(iter(options.values())))):
        _build(name, **options)


def test_the_variance_is_learned_only_by_the_gaussian_reparametrisation(name):
    unit = _unit(2, size=32)
    assert _build(name, reparam="unit").encode(unit).log_variance is None
    gaussian = _build(name, reparam="gaussian")
    assert gaussian.encode(unit).log_variance.shape == (2, *gaussian.latent_shape)


@pytest.mark.parametrize("width", [1, 6, 8, 50])
@pytest.mark.parametrize("latent_channels", [1, 7])
def test_any_width_and_number_of_latent_maps_works(name, width, latent_channels):
    vae = _build(name, 16, width=width, latent_channels=latent_channels)
    with torch.inference_mode():
        assert vae.decode(vae.encode(torch.rand(1, 3, 16, 16)).mean).shape == (1, 3, 16, 16)


def test_more_blocks_make_it_deeper(name):
    one, two = (_build(name, blocks_per_level=number) for number in (1, 2))

    def convolutions(vae):
        return sum(isinstance(module, torch.nn.Conv2d) for module in vae.modules())

    levels = 2  # the first has none
    assert convolutions(two) == convolutions(one) + 2 * 2 * levels


LIFT = torch.tensor([0.2, 0.0, -0.1]).view(1, 3, 1, 1)


@pytest.mark.parametrize(("gain", "offset"), [(0.5, 0 * LIFT), (1, LIFT)])
def test_latents_see_gain_and_offset(name, gain, offset):
    vae, unit = _opened(_build(name, 64)), _unit()
    with torch.inference_mode():
        before, after = vae.encode(unit).mean, vae.encode(gain * unit + offset).mean
    assert float((after - before).norm() / before.norm()) > 0.05


def test_every_weight_is_reached_by_a_gradient_once_the_branches_are_open(name):
    vae, unit = _opened(_build(name, reparam="gaussian")), _unit(2, size=32)
    decoded, posterior = vae(unit, torch.randn(2, *vae.latent_shape))
    ((decoded - unit).square().mean() + posterior.kl().mean()).backward()
    assert [weight for weight, value in vae.named_parameters() if not value.grad.any()] == []


def test_an_image_is_encoded_alike_alone_and_in_a_batch_while_training(name):
    vae, unit = _opened(_build(name)).double().train(), _unit(4, size=32).double()
    together = vae.encode(unit)
    alone = torch.cat([vae.encode(one[None]).mean for one in unit])
    torch.testing.assert_close(together.mean, alone, rtol=1e-5, atol=1e-6)


def test_the_same_seed_gives_the_same_gradients_bit_for_bit(name):
    def gradients():
        vae = _opened(_build(name))
        noise = torch.randn(2, *vae.latent_shape, generator=torch.Generator().manual_seed(1))
        vae(_unit(2, size=32), noise)[0].square().mean().backward()
        return [weight.grad for weight in vae.parameters()]

    assert all(torch.equal(one, other) for one, other in zip(gradients(), gradients(), strict=True))


def test_bf16_and_channels_last_change_images_by_little(name):
    vae, unit = _opened(_build(name, 64)), _unit(2)
    with torch.inference_mode():
        exact = vae.decode(vae.encode(unit).mean)
        vae.to(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            mean = vae.encode(unit.contiguous(memory_format=torch.channels_last)).mean
            rounded = vae.decode(mean)
    assert mean.dtype == rounded.dtype == torch.float32
    assert float((exact - rounded).abs().max()) < 0.01
