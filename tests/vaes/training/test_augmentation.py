import pytest
import torch
from torchvision.transforms.v2 import functional as transforms

from synthgap_cli.vaes.training.augmentation import augment, blend, grey


def _generator(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def unit():
    return torch.rand(6, 3, 8, 8, generator=_generator(1))


def test_blending_with_the_mean_grey_is_torchvision_s_contrast(unit):
    for factor in (0.6, 1.4):
        ours = blend(unit, grey(unit).mean(dim=(2, 3), keepdim=True), torch.full((6, 1, 1, 1), factor))
        torch.testing.assert_close(ours, transforms.adjust_contrast(unit, factor))


def test_blending_with_grey_is_torchvision_s_saturation(unit):
    for factor in (0.6, 1.4):
        ours = blend(unit, grey(unit), torch.full((6, 1, 1, 1), factor))
        torch.testing.assert_close(ours, transforms.adjust_saturation(unit, factor))


def test_none_leaves_images_as_they_are(unit):
    assert torch.equal(augment(unit, "none", generator=_generator()), unit)


@pytest.mark.parametrize("augmentation", ["light", "strong-colour"])
def test_changed_images_stay_between_black_and_white(augmentation):
    extremes = torch.randint(0, 2, (50, 3, 4, 4), generator=_generator()).float()
    changed = augment(extremes, augmentation, generator=_generator())
    assert changed.shape == extremes.shape
    assert changed.min() >= 0 and changed.max() <= 1


def test_about_half_of_the_images_are_mirrored():
    left_lit = torch.zeros(400, 3, 4, 4)
    left_lit[..., :2] = 0.5
    changed = augment(left_lit, "light", generator=_generator())
    mirrored = (changed[..., 3] > changed[..., 0]).float().mean()
    assert float(mirrored) == pytest.approx(0.5, abs=0.1)


def test_every_image_is_changed_its_own_way():
    same = torch.full((20, 3, 4, 4), 0.5)
    assert len(augment(same, "light", generator=_generator()).mean(dim=(1, 2, 3)).unique()) == 20


def test_strong_colour_changes_colours_more_than_light():
    same = torch.full((200, 3, 4, 4), 0.5)
    light, strong = (
        augment(same, augmentation, generator=_generator()).mean(dim=(2, 3)).std(dim=0).mean()
        for augmentation in ("light", "strong-colour")
    )
    assert strong > 3 * light


def test_the_changes_are_a_function_of_the_generator(unit):
    once, again, other = (augment(unit, "light", generator=_generator(seed)) for seed in (0, 0, 1))
    assert torch.equal(once, again)
    assert not torch.equal(once, other)
