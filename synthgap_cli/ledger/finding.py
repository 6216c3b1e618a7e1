"""One number of one judge about one pair, and what says how certain it is."""

# B replicates

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from synthgap_cli.ledger.pairs import LedgerPair
from synthgap_cli.statistics.class_interval import CONFIDENCE

SMALL_CNN = "small-cnn"
AUC, C2ST = "auc", "c2st"
TESTED = (AUC, C2ST)  # the numbers that have p-values of their own
CHANCE = {AUC: 0.5, C2ST: 0.5}  # what these are of equal sets; what others are, halves of one set tell
BOUNDS = {AUC: (0, 1), C2ST: (0, 1), "fid": (0, math.inf), "rejected": (0, 100), "median_d": (0, math.inf)}


@dataclass(frozen=True)
class Finding:
    """A number, low where nothing differs.

    Attributes
    ----------
    pair : LedgerPair
    judge, statistic : str
    value, low, high : float
        With a 95 % interval.
    floor : float
        What it stays within where nothing differs; its chance level where it has one and no halves.
    p_value : float
        One-sided; NaN of numbers that are not tested.
    n : int
        Rows a side behind ``value``.
    replicates : (B,) float64
        Values that spread about their middle as ``value`` does about what it estimates. Entry b of all
        findings of a judge is of the same images.
    degrees : float
        Of freedom of that spread.
    """

    pair: LedgerPair
    judge: str
    statistic: str
    value: float
    low: float
    high: float
    floor: float
    p_value: float
    n: int
    replicates: NDArray[np.float64]
    degrees: float


def interval_of(
    statistic: str, value: float, replicates: NDArray[np.float64], degrees: float
) -> tuple[float, float]:
    """Return Student's 95 % interval, cut off where the number cannot lie; NaN where a value is unknown."""
    width = reach(replicates, degrees)
    least, most = BOUNDS.get(statistic, (-math.inf, math.inf))
    low, high = np.clip([value - width, value + width], least, most)
    return float(low), float(high)


def reach(replicates: NDArray[np.float64], degrees: float) -> float:
    """Return half the width of Student's 95 % interval whose standard error is the replicates' spread."""
    return float(t.ppf((1 + CONFIDENCE) / 2, degrees) * np.std(replicates, ddof=1))
