import pytest
import torch
from torchvision.transforms import v2

from synthgap_cli.vaes.training.augmentation import augment, draw_changes

CPU = torch.device("cpu")
UNCHANGED = [0.9, *[0.5] * 6]  # not mirrored, every factor 1


def _draw(count, seed=0):
    return draw_changes(count, generator=torch.Generator().manual_seed(seed), device=CPU)


@pytest.fixture
def unit():
    return torch.rand(6, 3, 8, 8, generator=torch.Generator().manual_seed(1))


def _changed(unit, augmentation, **columns):
    changes = torch.tensor([UNCHANGED] * len(unit))
    names = ("mirrored", "red", "green", "blue", "brightness", "contrast", "saturation")
    for name, value in columns.items():
        changes[:, names.index(name)] = value
    return augment(unit, augmentation, changes)


def test_the_middle_of_every_range_changes_nothing(unit):
    torch.testing.assert_close(_changed(unit, "strong-colour"), unit)


@pytest.mark.parametrize(("augmentation", "factor"), [("light", 1.1), ("strong-colour", 1.4)])
@pytest.mark.parametrize("name", ["brightness", "contrast", "saturation"])
def test_the_end_of_a_range_is_torchvision_s_change_by_one_and_the_strength(unit, augmentation, factor, name):
    jitter = v2.ColorJitter(**{name: (factor, factor)})
    torch.testing.assert_close(_changed(unit, augmentation, **{name: 1.0}), jitter(unit))


def test_a_channel_s_gain_leaves_the_others_alone(unit):
    expected = unit.clone()
    expected[:, 1] *= 0.6
    torch.testing.assert_close(_changed(unit, "strong-colour", green=0.0), expected)


def test_mirrored_images_are_flipped_left_to_right(unit):
    torch.testing.assert_close(_changed(unit, "light", mirrored=0.1), unit.flip(3))


def test_none_leaves_images_as_they_are(unit):
    assert torch.equal(augment(unit, "none", _draw(6)), unit)


@pytest.mark.parametrize("augmentation", ["light", "strong-colour"])
def test_changed_images_stay_between_black_and_white(augmentation):
    extremes = torch.randint(0, 2, (50, 3, 4, 4), generator=torch.Generator().manual_seed(0)).float()
    changed = augment(extremes, augmentation, _draw(50))
    assert changed.shape == extremes.shape and changed.dtype == torch.float32
    assert changed.min() >= 0 and changed.max() <= 1


def test_about_half_of_the_images_are_mirrored():
    left_lit = torch.zeros(400, 3, 4, 4)
    left_lit[..., :2] = 0.5
    changed = augment(left_lit, "light", _draw(400))
    mirrored = (changed[..., 3] > changed[..., 0]).float().mean()
    assert float(mirrored) == pytest.approx(0.5, abs=0.1)


def test_an_image_s_change_does_not_depend_on_the_others_of_its_batch(unit):
    changes = _draw(6)
    whole = augment(unit, "strong-colour", changes)
    assert torch.equal(augment(unit[2:3], "strong-colour", changes[2:3]), whole[2:3])
    assert torch.equal(augment(unit.flip(0), "strong-colour", changes.flip(0)), whole.flip(0))


def test_every_image_is_changed_its_own_way():
    same = torch.full((20, 3, 4, 4), 0.5)
    assert len(augment(same, "light", _draw(20)).mean(dim=(1, 2, 3)).unique()) == 20


def test_strong_colour_changes_colours_more_than_light():
    same = torch.full((200, 3, 4, 4), 0.5)
    light, strong = (
        augment(same, augmentation, _draw(200)).mean(dim=(2, 3)).std(dim=0).mean()
        for augmentation in ("light", "strong-colour")
    )
    assert strong > 3 * light


def test_the_changes_are_a_function_of_the_generator():
    once, again, other = (_draw(6, seed) for seed in (0, 0, 1))
    assert torch.equal(once, again)
    assert not torch.equal(once, other)


def test_changed_images_keep_the_layout_that_networks_are_fast_on(unit):
    changed = augment(unit.contiguous(memory_format=torch.channels_last), "light", _draw(6))
    assert changed.is_contiguous(memory_format=torch.channels_last)
