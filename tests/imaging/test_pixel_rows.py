import numpy as np

from synthgap_cli.imaging import pixel_rows
from synthgap_cli.imaging.pixel_rows import PixelRows, to_images

IMAGES = np.random.default_rng(0).integers(0, 256, (11, 5, 4, 3), dtype=np.uint8)


def test_rows_are_channels_first_between_zero_and_one():
    (rows,) = PixelRows(IMAGES).blocks()
    assert rows.dtype == np.float32 and rows.shape == PixelRows(IMAGES).shape == (11, 60)
    np.testing.assert_array_equal(rows.reshape(11, 3, 5, 4)[2, 1], np.float32(IMAGES[2, :, :, 1]) / 255)


def test_all_levels_come_back():
    levels = np.arange(256, dtype=np.uint8).repeat(3).reshape(1, 16, 16, 3)
    (rows,) = PixelRows(levels).blocks()
    images = to_images(rows, (3, 16, 16))
    assert images.dtype == np.uint8
    np.testing.assert_array_equal(images, levels)


def test_what_lies_beyond_black_and_white_is_clipped_and_the_rest_rounded():
    row = np.float32([[-3, -0.001, 0.0019, 0.0021, 1.1, 7]])
    np.testing.assert_array_equal(to_images(row, (3, 1, 2)).ravel(), [0, 0, 255, 0, 1, 255])


def test_blocks_are_small_and_hold_the_rows_asked_for(monkeypatch):
    monkeypatch.setattr(pixel_rows, "BLOCK_BYTES", 4 * 60 * 3)
    rows = np.array([0, 1, 4, 5, 10])
    blocks = list(PixelRows(IMAGES).blocks(rows))
    assert [len(block) for block in blocks] == [3, 2]
    np.testing.assert_array_equal(to_images(np.concatenate(blocks), (3, 5, 4)), IMAGES[rows])
    assert sum(map(len, PixelRows(IMAGES).blocks())) == 11
