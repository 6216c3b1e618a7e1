"""Coefficients of small images applied to large ones."""

import pytest
import torch
import torch.nn.functional as F

from synthgap_cli.translation import fullsize
from synthgap_cli.translation.detail import detail_names, load_detail
from synthgap_cli.translation.fullsize import apply_to_levels


def drawn(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def levels(height, width):
    return (drawn(3, height, width) * 255).to(torch.uint8)


def fitted(name, size=16):
    return load_detail(name).fit(drawn(1, 3, size, size), drawn(1, 3, size, size, seed=1))[0]


@pytest.mark.parametrize("name", detail_names())
@pytest.mark.parametrize(("height", "width"), [(48, 31), (16, 16), (7, 200), (5, 3)])
def test_coefficients_are_enlarged_bilinearly_and_the_result_is_rounded_once(name, height, width):
    detail, coefficients, image = load_detail(name), fitted(name), levels(height, width)
    whole = F.interpolate(coefficients[None], size=(height, width), mode="bilinear")[0]
    expected = detail.apply(image.float() / 255, whole).clamp(0, 1) * 255
    found = apply_to_levels(image, coefficients, detail)
    assert found.dtype == torch.uint8
    assert (found - expected).abs().max() <= 0.501


@pytest.mark.parametrize("name", detail_names())
def test_results_are_affine_in_the_coefficients(name):
    detail, image = load_detail(name), drawn(3, 16, 16)
    one, other = (load_detail(name).fit(drawn(1, 3, 16, 16, seed=n), drawn(1, 3, 16, 16))[0] for n in (1, 2))
    between = detail.apply(image, 0.3 * one + 0.7 * other)
    torch.testing.assert_close(0.3 * detail.apply(image, one) + 0.7 * detail.apply(image, other), between)


@pytest.mark.parametrize("name", detail_names())
def test_bands_change_nothing(name, monkeypatch):
    image, coefficients, detail = levels(40, 30), fitted(name), load_detail(name)
    whole = apply_to_levels(image, coefficients, detail)
    monkeypatch.setattr(fullsize, "BAND_PIXELS", 1)
    torch.testing.assert_close(apply_to_levels(image, coefficients, detail), whole, atol=0, rtol=0)


@pytest.mark.parametrize("name", detail_names())
def test_what_is_not_moved_stays_to_the_last_level(name):
    small, image = drawn(1, 3, 16, 16), levels(50, 60)
    detail = load_detail(name)
    torch.testing.assert_close(
        apply_to_levels(image, detail.fit(small, small)[0], detail), image, atol=0, rtol=0
    )


def test_floats_stay_floats():
    image, detail = drawn(3, 20, 20), load_detail("residual")
    changed = apply_to_levels(image, torch.full((3, 4, 4), 0.25), detail)
    torch.testing.assert_close(changed, (image + 0.25).clamp(max=1))


@pytest.mark.parametrize("name", detail_names())
def test_greys_that_share_one_channel_are_left_as_they_were(name):
    grey = drawn(9, 7).expand(3, -1, -1)
    before = grey.clone()
    torch.testing.assert_close(
        apply_to_levels(grey, fitted(name), load_detail(name)),
        apply_to_levels(before, fitted(name), load_detail(name)),
    )
    torch.testing.assert_close(grey, before, rtol=0, atol=0)
