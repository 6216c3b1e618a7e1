"""One thing of each of the five sets of images that a ledger is about."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Five(NamedTuple, Generic[T]):
    """R and S, the originals; R' and S', both encoded and decoded; T, encoded, shifted and decoded.

    R and R' are the same images row by row; so are S, S' and T.
    """

    real: T
    synthetic: T
    decoded_real: T
    decoded_synthetic: T
    shifted: T


SYMBOLS = Five("R", "S", "R'", "S'", "T")
