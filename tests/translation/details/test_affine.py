"""The local affine colour model against planted maps and least squares solved window by window."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from synthgap_cli.translation.details import affine

MATRIX = torch.tensor([[0.9, 0.1, 0.0], [-0.1, 0.8, 0.1], [0.05, 0.0, 0.7]])
OFFSET = torch.tensor([0.05, 0.02, 0.1])


def noise(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def applied(image, coefficients):
    whole = F.interpolate(coefficients[None], image.shape[-2:], mode="bilinear")[0]
    return affine.apply(image, whole)


def mapped(images):
    return torch.einsum("ij,njhw->nihw", MATRIX, images) + OFFSET.view(1, 3, 1, 1)


def test_a_planted_colour_map_is_found_and_holds_for_another_image():
    before, other = noise(2, 3, 24, 24), noise(1, 3, 24, 24, seed=1)
    coefficients = affine.fit(before, mapped(before), ridge=1e-9)
    torch.testing.assert_close(applied(other[0], coefficients[0]), mapped(other)[0], atol=1e-4, rtol=0)


def test_coefficients_are_means_of_ridged_least_squares_in_windows():
    before, after = noise(1, 3, 9, 9).double(), noise(1, 3, 9, 9, seed=2).double()
    found = affine.fit(before.float(), after.float(), reach=1, ridge=0.01)[0].double().numpy()
    solved = np.empty((9, 9, 3, 4))
    for row, column in np.ndindex(9, 9):
        window = np.s_[:, max(0, row - 1) : row + 2, max(0, column - 1) : column + 2]
        x, y = (side[0].numpy()[window].reshape(3, -1) for side in (before, after))
        centred, target = x - x.mean(1, keepdims=True), y - y.mean(1, keepdims=True)
        count = x.shape[1]
        matrix = (target @ centred.T / count + 0.01 * np.eye(3)) @ np.linalg.inv(
            centred @ centred.T / count + 0.01 * np.eye(3)
        )
        solved[row, column] = np.c_[matrix, y.mean(1) - matrix @ x.mean(1)]
    covering = solved[3:6, 4:7].mean(axis=(0, 1))  # of the windows that cover (4, 5)
    np.testing.assert_allclose(found[:9, 4, 5].reshape(3, 3), covering[:, :3], atol=1e-5)
    np.testing.assert_allclose(found[9:, 4, 5], covering[:, 3], atol=1e-5)


def test_equal_images_give_the_identity():
    before = noise(2, 3, 32, 32)
    before[1] = before[1, :1]  # greys, of which no colour matrix can be told
    large = noise(3, 32, 32, seed=3)
    for coefficients in affine.fit(before, before):
        torch.testing.assert_close(applied(large, coefficients), large, atol=1e-4, rtol=0)


def test_windows_without_contrast_keep_the_detail_of_the_large_image():
    flat = torch.full((1, 3, 16, 16), 0.5)
    large = noise(3, 16, 16)
    changed = applied(large, affine.fit(flat, flat - 0.2)[0])
    torch.testing.assert_close(changed, large - 0.2, atol=1e-5, rtol=0)


@pytest.mark.parametrize(("size", "cells"), [(4, 4), (16, 16), (33, 16), (64, 16)])
def test_any_size_is_taken(size, cells):
    found = affine.fit(noise(1, 3, size, size), noise(1, 3, size, size, seed=1))
    assert found.shape == (1, 12, cells, cells)
    assert found.isfinite().all()
