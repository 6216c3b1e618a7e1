import numpy as np
import pytest

from synthgap_cli.imaging.contact_sheet import SheetRow, contact_sheet


def _images(count, size, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, size, size, 3), dtype=np.uint8)


def _is_in(tile, sheet):
    windows = np.lib.stride_tricks.sliding_window_view(sheet, tile.shape)[..., 0, :, :, :]
    return bool((windows == tile).all(axis=(-3, -2, -1)).any())


def test_every_image_is_on_the_sheet_pixel_for_pixel():
    rows = [SheetRow("first", _images(2, 64)), SheetRow("second\nof two lines", _images(1, 64, seed=1))]
    sheet = np.asarray(contact_sheet(rows))
    assert all(_is_in(image, sheet) for row in rows for image in row.images)


@pytest.mark.parametrize(("size", "factor"), [(32, 2), (40, 2), (16, 4)])
def test_small_images_are_enlarged_by_a_whole_factor(size, factor):
    images = _images(1, size)
    sheet = np.asarray(contact_sheet([SheetRow("", images)]))
    assert _is_in(images[0].repeat(factor, axis=0).repeat(factor, axis=1), sheet)


def test_a_label_from_a_stranger_does_not_make_an_endless_sheet():
    assert contact_sheet([SheetRow("x" * 100_000, _images(1, 64))]).width < 1100


def test_a_label_is_written_above_its_row():
    blank, labelled = (np.asarray(contact_sheet([SheetRow(label, _images(3, 64))])) for label in ("", "real"))
    assert blank.shape == labelled.shape
    different = np.flatnonzero((blank != labelled).any(axis=(1, 2)))
    assert 0 < different.max() < blank.shape[0] - 64
