import numpy as np
import pytest
import torch

from synthgap_cli.imaging.small_changes import SMALL_CHANGES, add_noise, brighten, darken, shift_by_a_pixel


@pytest.fixture
def unit():
    return torch.rand(3, 3, 16, 20, generator=torch.Generator().manual_seed(0))


def _rng():
    return torch.Generator().manual_seed(1)


@pytest.mark.parametrize("name", SMALL_CHANGES)
def test_a_changed_image_is_one_of_the_same_shape_and_nearly_the_same(unit, name):
    smooth = unit.mean(dim=(2, 3), keepdim=True).expand_as(unit)
    changed = SMALL_CHANGES[name](smooth, _rng())
    assert changed.shape == unit.shape and changed.dtype == torch.float32
    assert changed.min() >= 0 and changed.max() <= 1
    assert (changed - smooth).abs().mean() < 0.05


def test_a_shift_moves_columns_to_the_right(unit):
    moved = shift_by_a_pixel(unit, _rng())
    assert torch.equal(moved[..., 1:], unit[..., :-1])
    assert torch.equal(moved[..., 0], unit[..., 0])


def test_brightness_changes_by_a_twentieth(unit):
    torch.testing.assert_close(darken(unit, _rng()), 0.95 * unit)
    torch.testing.assert_close(brighten(unit / 2, _rng()), 1.05 * unit / 2)


def test_noise_has_its_standard_deviation_and_is_reproducible():
    grey = torch.full((8, 3, 32, 32), 0.5)
    noisy = add_noise(grey, _rng())
    assert float((noisy - grey).std()) == pytest.approx(0.02, rel=0.03)
    assert torch.equal(noisy, add_noise(grey, _rng()))


def test_compression_is_a_jpeg_file_s(unit):
    import io

    from PIL import Image

    levels = (unit[0] * 255).round().byte().permute(1, 2, 0).numpy()
    file = io.BytesIO()
    Image.fromarray(levels).save(file, "JPEG", quality=75)
    changed = SMALL_CHANGES["JPEG, quality 75"](unit[:1], _rng())[0].permute(1, 2, 0).numpy() * 255
    assert np.abs(changed - np.asarray(Image.open(file), float)).max() <= 2
