"""The sets of images that a ledger is about."""

from __future__ import annotations

from enum import StrEnum


class ImageSet(StrEnum):
    """A set of images by its symbol.

    Sets of one side hold the same images row by row: R and R', and S, S', T and U.
    """

    REAL = "R"
    SYNTHETIC = "S"
    DECODED_REAL = "R'"  # encoded and decoded
    DECODED_SYNTHETIC = "S'"
    SHIFTED = "T"  # encoded, shifted and decoded
    TRANSLATED = "U"  # of the size of the originals, with no decoder in it

    @property
    def side(self) -> int:
        """0 for real images, 1 for synthetic ones."""
        return int(self not in (ImageSet.REAL, ImageSet.DECODED_REAL))
