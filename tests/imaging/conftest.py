"""Small pictures to save in any format."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def noise():
    """RGB noise, 30 wide and 20 high: every pixel another colour."""
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8))


@pytest.fixture
def photo():
    """A smooth RGB picture, 120 wide and 90 high, with one hard edge and saturated corners."""
    y, x = np.mgrid[0:90, 0:120] / 90
    channels = [0.5 + 0.6 * np.sin(7 * x + 3 * y), x / 1.4, np.where(x > y, 0.9, 0.1)]
    return Image.fromarray((np.dstack(channels).clip(0, 1) * 255).astype(np.uint8))


@pytest.fixture
def write_png():
    """Write PNG files that Pillow does not: 16 bits a channel, or a size that the pixels do not fill."""

    def chunk(name, content):
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    def write(path, levels, *, size=None, transparent=None):
        height, width, channels = levels.shape
        width, height = size or (width, height)
        header = struct.pack(">IIBBBBB", width, height, 16, {1: 0, 3: 2}[channels], 0, 0, 0)
        content = b"".join(b"\0" + row.astype(">u2").tobytes() for row in levels)
        key = b"" if transparent is None else chunk(b"tRNS", transparent)
        data = chunk(b"IHDR", header) + key + chunk(b"IDAT", zlib.compress(content)) + chunk(b"IEND", b"")
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + data)

    return write
