import pytest
import torch

from synthgap_cli.errors import UsageProblem
from synthgap_cli.vaes.building import build_vae, recipe_for


def _on_meta(image_size, **options):
    with torch.device("meta"):
        return build_vae({"architecture": "compact", "image_size": image_size, "options": options})


@pytest.mark.parametrize(
    ("image_size", "side"),
    [(16, 2), (32, 4), (40, 5), (64, 8), (80, 5), (96, 6), (128, 8), (160, 5), (224, 7), (256, 8), (512, 8)],
)
def test_there_are_at_most_1024_latents_at_any_size(image_size, side):
    vae = _on_meta(image_size)
    assert vae.latent_shape == (16, side, side)
    assert torch.Size(vae.latent_shape).numel() <= 1024


@pytest.mark.parametrize(
    ("image_size", "hint"),
    [(8, "16"), (60, "56 or 64"), (72, "64 or 80"), (130, "128 or 160"), (250, "224 or 256")],
)
def test_an_image_size_that_does_not_suit_is_refused_with_the_nearest(image_size, hint):
    with pytest.raises(UsageProblem) as refused:
        _on_meta(image_size)
    assert refused.value.hint == f"Nearest: {hint}."
    for nearest in hint.split(" or "):
        assert _on_meta(int(nearest)).image_size == int(nearest)


def test_more_maps_than_1024_numbers_have_room_for_are_refused():
    with pytest.raises(UsageProblem, match="17 latent maps"):
        _on_meta(64, latent_channels=17)


def test_each_level_more_has_the_same_number_of_weights_but_for_the_linear_path():
    def conv(kernel):
        return 128 * (128 * kernel**2 + 1)

    block = 2 * 2 * 128 + 2 * conv(3)

    def linear_path(side):
        return 16 * (3 * side**2 + 1) + 3 * side**2 * (16 * 9 + 1)

    counts = [sum(weight.numel() for weight in _on_meta(size).parameters()) for size in (64, 128, 256)]
    level = conv(4) + conv(5) + 2 * block
    convolutions = [count - linear_path(side) for count, side in zip(counts, (8, 16, 32), strict=True)]
    assert convolutions == [2_485_555, 2_485_555 + level, 2_485_555 + 2 * level]


def test_the_latents_of_one_corner_see_the_opposite_one():
    torch.manual_seed(0)
    vae = build_vae({"architecture": "compact", "image_size": 128, "options": {"width": 8}}).double()
    for module in vae.modules():
        if isinstance(module, torch.nn.Conv2d) and not module.weight.any():
            module.reset_parameters()
    unit = torch.rand(1, 3, 128, 128, dtype=torch.float64)
    unit.requires_grad_()
    vae.encode(unit).mean[0, :, 0, 0].sum().backward()
    assert unit.grad[0, :, -8:, -8:].any()


def test_latents_are_held_closer_together_than_those_of_attention():
    with torch.device("meta"):
        attention = build_vae({"architecture": "attention", "image_size": 64})
    assert recipe_for(_on_meta(64), "default").beta > recipe_for(attention, "default").beta
