import numpy as np
import pytest
import torch

from synthgap_cli.classifier.local_contrast import FAINT, WINDOW, local_contrast


def textured(*, seed=0, size=12):
    rng = np.random.default_rng(seed)
    return torch.from_numpy(rng.uniform(0.2, 0.8, (3, 3, size, size)))  # float64


def test_each_pixel_is_less_the_mean_about_it_over_the_standard_deviation_there():
    images = textured()
    found = local_contrast(images)
    margin = WINDOW // 2
    padded = np.pad(images[1].numpy(), ((0, 0), (margin, margin), (margin, margin)), "edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (WINDOW, WINDOW), axis=(1, 2))
    apart = images[1].numpy() - windows.mean(axis=(3, 4))
    squares = np.pad(apart**2, ((0, 0), (margin, margin), (margin, margin)), "edge")
    spread = np.lib.stride_tricks.sliding_window_view(squares, (WINDOW, WINDOW), axis=(1, 2)).mean(
        axis=(0, 3, 4)
    )
    np.testing.assert_allclose(found[1], apart / (np.sqrt(spread) + FAINT), rtol=1e-10)
    assert found.shape == images.shape and found.dtype == images.dtype


def test_less_light_and_a_veil_hardly_change_what_is_seen():
    images = textured()
    dim = local_contrast(0.3 * images + 0.5)
    whole = local_contrast(images)
    assert torch.corrcoef(torch.stack([dim.flatten(), whole.flatten()]))[0, 1] > 0.99
    assert 0.6 < dim.std() / whole.std() < 1


@pytest.mark.parametrize("level", [0.0, 0.5, 1.0])
def test_a_plain_image_shows_nothing(level):
    assert local_contrast(torch.full((1, 3, 9, 9), level)).abs().max() < 1e-4


def test_grey_stays_grey():
    grey = textured()[:, :1].expand(-1, 3, -1, -1)
    found = local_contrast(grey)
    torch.testing.assert_close(found[:, 0], found[:, 2])
