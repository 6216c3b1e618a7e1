import pytest
import torch
import torch.nn.functional as F
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from synthgap_cli.errors import UsageProblem
from synthgap_cli.vaes.building import build_vae


def _build(image_size=32, **options):
    torch.manual_seed(0)
    return build_vae({"architecture": "resvae", "image_size": image_size, "options": options}).eval()


def _on_meta(image_size, **options):
    with torch.device("meta"):
        return build_vae({"architecture": "resvae", "image_size": image_size, "options": options})


@pytest.mark.parametrize(("blocks", "latents"), [(16, 4096), (32, 8192), (64, 16384)])
def test_the_widths_of_the_thesis_have_its_latent_sizes_at_128_pixels(blocks, latents):
    vae = _on_meta(128, blocks=blocks)
    assert vae.latent_shape == (blocks, 16, 16)
    assert torch.Size(vae.latent_shape).numel() == latents
    assert vae.tag == f"resvae-{blocks}"


def _count_by_hand(width):
    def conv(before, after, kernel):
        return after * (before * kernel**2 + 1)

    def block(before):
        norms = 2 * 2 * width
        return norms + conv(before, width, 3) + conv(width, width, 3)

    stem = conv(3, 32, 7) + conv(32, 64, 4) + conv(64, 128, 4)
    encoder = stem + block(128) + conv(128, width, 1) + 3 * block(width)
    return encoder + 4 * block(width) + conv(width, 128, 5) + conv(128, 64, 5) + conv(64, 3, 7)


@pytest.mark.parametrize("width", [16, 32, 64])
def test_the_number_of_weights_is_that_of_the_layers_in_the_thesis(width):
    vae = _on_meta(128, blocks=width)
    assert sum(weight.numel() for weight in vae.parameters()) == _count_by_hand(width)


@pytest.mark.parametrize("width", [16, 32, 64])
def test_the_options_change_the_number_of_weights_by_what_they_add(width):
    def weights(**options):
        return sum(weight.numel() for weight in _on_meta(128, blocks=width, **options).parameters())

    default = weights()
    norms_of_blocks = 8 * 2 * 2 * width
    assert weights(norm="none") == weights(norm="instance") == default - norms_of_blocks
    assert weights(pad="reflect") == default
    assert weights(reparam="gaussian") == default + width * (width + 1)


@pytest.mark.parametrize("image_size", [16, 24, 64, 104, 224])
def test_latents_are_maps_of_an_eighth_of_the_image_s_size(image_size):
    vae = _on_meta(image_size, blocks=16)
    assert vae.latent_shape == (16, image_size // 8, image_size // 8)
    unit = torch.empty(1, 3, image_size, image_size, device="meta")
    assert vae.encode(unit).mean.shape == (1, *vae.latent_shape)
    assert vae.decode(vae.encode(unit).mean).shape == unit.shape


@pytest.mark.parametrize("width", [1, 7])
@pytest.mark.parametrize("norm", ["group", "instance", "none"])
def test_any_width_and_norm_works(width, norm):
    vae = _build(blocks=width, norm=norm)
    with torch.inference_mode():
        assert vae.decode(vae.encode(torch.rand(1, 3, 32, 32)).mean).shape == (1, 3, 32, 32)


@pytest.mark.parametrize("pad", ["zero", "reflect"])
def test_the_smallest_image_size_works_with_any_padding(pad):
    vae = _build(16, pad=pad)
    with torch.inference_mode():
        assert vae.decode(vae.encode(torch.rand(1, 3, 16, 16)).mean).shape == (1, 3, 16, 16)


def test_an_image_size_that_eight_does_not_divide_is_refused_with_the_nearest():
    with pytest.raises(UsageProblem) as refused:
        _on_meta(100)
    assert refused.value.hint == "Nearest: 96 or 104."


@pytest.mark.parametrize(
    "options", [{"blocks": 0}, {"blocks": "32"}, {"norm": "batch"}, {"pad": "wrap"}, {"reparam": "beta"}]
)
def test_a_value_that_no_option_takes_is_refused(options):
    with pytest.raises(UsageProblem, match=str(next(iter(options.values())))):
        _on_meta(32, **options)


def test_the_variance_is_learned_only_by_the_gaussian_reparametrisation():
    unit = torch.rand(2, 3, 32, 32)
    assert _build(reparam="unit").encode(unit).log_variance is None
    assert _build(reparam="gaussian").encode(unit).log_variance.shape == (2, 32, 4, 4)


def _relative_change(vae, unit, changed):
    with torch.inference_mode():
        before, after = vae.encode(unit).mean, vae.encode(changed).mean
    return float((after - before).norm() / before.norm())


DARKER = 0.5
LIFTED = torch.tensor([0.2, 0.0, -0.1]).view(1, 3, 1, 1)


@pytest.fixture
def unit():
    return 0.3 + 0.4 * torch.rand(4, 3, 64, 64, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("norm", ["group", "none"])
@pytest.mark.parametrize("pad", ["zero", "reflect"])
def test_latents_see_gain_and_offset(unit, norm, pad):
    vae = _build(64, norm=norm, pad=pad)
    for module in vae.modules():
        if isinstance(module, torch.nn.GroupNorm):
            torch.nn.init.ones_(module.weight)  # training lets the residual branches in
    assert _relative_change(vae, unit, DARKER * unit) > 0.05
    assert _relative_change(vae, unit, unit + LIFTED) > 0.05


@pytest.fixture(scope="module")
def exposed():
    """240 scenes of smooth noise, each with a gain and an offset a channel of its own: images, and both."""
    generator = torch.Generator().manual_seed(0)
    scenes = F.interpolate(torch.rand(240, 3, 6, 6, generator=generator), size=32, mode="bicubic")
    gain = 0.3 + 0.4 * torch.rand(240, 1, generator=generator)
    offset = 0.4 + 0.2 * torch.rand(240, 3, generator=generator)
    centred = scenes - scenes.mean(dim=(2, 3), keepdim=True)
    unit = gain[:, :, None, None] * centred + offset[:, :, None, None]
    return unit, torch.cat([gain, offset], dim=1).numpy()


def _told_by_latents(vae, exposed):
    """Return the share of variance of gain and offsets that a linear map of latents tells of new scenes."""
    unit, wanted = exposed
    with torch.inference_mode():
        means = vae.encode(unit).mean.mean(dim=(2, 3)).numpy()  # a number a latent map
    probe = make_pipeline(StandardScaler(), Ridge(0.01)).fit(means[:120], wanted[:120])
    return r2_score(wanted[120:], probe.predict(means[120:]), multioutput="raw_values")


@pytest.mark.parametrize("norm", ["group", "none"])
def test_gain_and_offset_can_be_read_off_the_latents(exposed, norm):
    assert _told_by_latents(_build(norm=norm), exposed).min() > 0.5


def test_gain_and_offset_cannot_be_read_off_the_latents_behind_instance_norm(exposed):
    assert _told_by_latents(_build(norm="instance", pad="reflect"), exposed).max() < 0.1


def test_instance_norm_behind_reflected_borders_is_blind_to_gain_and_offset(unit):
    vae = _build(64, norm="instance", pad="reflect").double()
    unit = unit.double()
    for module in vae.modules():
        if isinstance(module, torch.nn.InstanceNorm2d):
            module.eps = 1e-12  # what is left of the sensitivity is eps alone
    assert _relative_change(vae, unit, DARKER * unit) < 1e-6
    assert _relative_change(vae, unit, unit + LIFTED.double()) < 1e-6
