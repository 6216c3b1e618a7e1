import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from torchvision.transforms import InterpolationMode, v2

from synthgap_cli.imaging.resize import fit_image
from synthgap_cli.imaging.tensors import resize

SHAPES = [(90, 120), (120, 90), (91, 120), (64, 64), (33, 500), (20, 17)]


def smooth(height, width):
    """A random picture without overshoot at black and white, uint8 (3, H, W)."""
    rng = np.random.default_rng(height * width)
    coarse = rng.integers(40, 216, (6, 6, 3), dtype=np.uint8)
    grown = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
    return torch.from_numpy(np.array(grown)).permute(2, 0, 1)


def noise(height, width):
    return torch.from_numpy(np.random.default_rng(1).integers(0, 256, (3, height, width), dtype=np.uint8))


def pillow_in_float(image, height, width, box=None):
    """Pillow's bicubic, channel by channel in float32 and so without its rounding between the two passes."""
    channels = [
        np.asarray(
            Image.fromarray(channel.numpy().astype(np.float32)).resize(
                (width, height), Image.Resampling.BICUBIC, box=box
            )
        )
        for channel in image
    ]
    return np.stack(channels, axis=-1).clip(0, 255)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [1, 16, 64, 100])
@pytest.mark.parametrize("picture", [smooth, noise])
def test_squashing_agrees_with_pillow_in_float(shape, size, picture):
    image = picture(*shape)
    ours = fit_image(image, size=size, fit="squash")
    assert ours.shape == (size, size, 3)
    assert ours.dtype == np.uint8
    assert abs(ours - pillow_in_float(image, size, size)).max() <= 0.5 + 1e-3


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [16, 64, 100])
def test_squashing_agrees_with_pillow_and_torchvision_to_one_grey_level(shape, size):
    image = smooth(*shape)
    ours = fit_image(image, size=size, fit="squash").astype(int)
    pillow = Image.fromarray(image.permute(1, 2, 0).numpy()).resize((size, size), Image.Resampling.BICUBIC)
    torchvision = v2.Resize((size, size), InterpolationMode.BICUBIC, antialias=True)(image)
    assert abs(ours - np.asarray(pillow)).max() <= 1
    assert abs(ours - torchvision.permute(1, 2, 0).numpy()).max() <= 1


@pytest.mark.parametrize(
    ("shape", "size"), [((90, 120), 30), ((128, 64), 32), ((60, 180), 60), ((20, 40), 60)]
)
def test_inside_the_cut_cropping_agrees_with_resizing_first(shape, size):
    image = noise(*shape)
    resized = v2.Resize(size, InterpolationMode.BICUBIC, antialias=True)(image.float())
    expected = v2.CenterCrop(size)(resized).clamp(0, 255).permute(1, 2, 0).numpy()
    edge = 2 * max(1, size // min(shape))  # the filter reaches two pixels of the coarser grid
    inside = slice(edge, -edge)
    ours = fit_image(image, size=size, fit="crop")
    assert abs(ours - expected)[inside, inside].max() <= 0.5 + 1e-3


def test_of_an_odd_remainder_the_smaller_half_is_cut_first():
    image = torch.zeros(3, 2, 5, dtype=torch.uint8)
    image[:, :, 1:3] = 200
    assert (fit_image(image, size=2, fit="crop") == 200).all()


def test_padding_centres_the_whole_picture_on_the_background():
    image = torch.full((3, 10, 40), 90, dtype=torch.uint8)
    square = fit_image(image, size=20, fit="pad", background=(1, 2, 3))
    assert (square[7:12] == 90).all()  # 5 of 20 rows, the smaller half of 15 above
    assert (square[:7] == (1, 2, 3)).all()
    assert (square[12:] == (1, 2, 3)).all()


@pytest.mark.parametrize("fit", ["crop", "squash", "pad"])
@pytest.mark.parametrize("shape", [(1, 3000), (3000, 1), (7, 2001)])
def test_panoramas_become_squares(fit, shape):
    image = torch.full((3, *shape), 77, dtype=torch.uint8)
    square = fit_image(image, size=32, fit=fit, background=(77, 77, 77))
    assert square.shape == (32, 32, 3)
    assert (square == 77).all()


@given(
    height=st.integers(1, 40),
    width=st.integers(1, 40),
    size=st.integers(1, 40),
    level=st.integers(0, 255),
    fit=st.sampled_from(["crop", "squash", "pad"]),
)
@settings(max_examples=60, deadline=None)
def test_a_constant_picture_stays_constant(height, width, size, level, fit):
    image = torch.full((3, height, width), level, dtype=torch.uint8)
    square = fit_image(image, size=size, fit=fit, background=(level, level, level))
    assert square.shape == (size, size, 3)
    assert (square == level).all()


@pytest.mark.parametrize("fit", ["crop", "squash", "pad"])
def test_a_picture_of_that_size_is_not_touched(fit):
    image = noise(24, 24)
    assert (fit_image(image, size=24, fit=fit) == image.permute(1, 2, 0).numpy()).all()


def test_overshoot_is_clamped_not_wrapped():
    edge = torch.zeros(3, 8, 8, dtype=torch.uint8)
    edge[:, :, 4:] = 255
    row = fit_image(edge, size=32, fit="squash")[16, :, 0].astype(int)
    assert (np.diff(row) >= 0).all()
    assert (row[0], row[-1]) == (0, 255)


def test_files_and_stores_are_resized_by_the_same_filter():
    image = noise(50, 50)
    from_store = resize(image[None].float() / 255, 20)[0].permute(1, 2, 0).numpy() * 255
    assert abs(fit_image(image, size=20, fit="squash") - from_store).max() <= 0.5 + 1e-3
