"""Whether changed images still show what their originals showed."""

# n images, D features, b rows of a block, H height, W width

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from synthgap_cli.distances.measures._pairwise import squared_distances
from synthgap_cli.imaging.ssim import ssim
from synthgap_cli.imaging.tensors import to_unit_tensor

_BLOCK = 1024  # rows
_TIED = 1e-9  # of the mean squared distance: nearer together than rounding can tell


def finds_origin(changed: NDArray[np.floating], originals: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return for each row of ``changed`` whether its nearest original is its own, ``(n,)``.

    1 where it is, 0 where it is not, and a part of 1 where several are equally near: where a map, or what
    came before it, made all images alike, the mean is no more than chance, 1 / n.

    Parameters
    ----------
    changed, originals : floating (n, D)
        Features; row i of both is of one image. Distances are Euclidean, after each feature was divided by
        its standard deviation over the originals; features that are constant there are left out.
    """
    scale = originals.std(axis=0, dtype=np.float64)  # (D,)
    varies = scale > 1e-6 * np.abs(originals).max(axis=0, initial=1e-12)
    centre = originals[:, varies].mean(axis=0, dtype=np.float64)
    moved, fixed = ((rows[:, varies] - centre) / scale[varies] for rows in (changed, originals))
    tolerance = _TIED * 2 * varies.sum()  # two standardised rows are 2 D apart on average
    found = []
    for start in range(0, len(moved), _BLOCK):
        apart = squared_distances(moved[start : start + _BLOCK], fixed)  # (b, n)
        nearest = apart <= apart.min(axis=1, keepdims=True) + tolerance
        own = nearest[np.arange(len(apart)), start + np.arange(len(apart))]
        found.append(own / nearest.sum(axis=1))
    return np.concatenate(found)


def structure_kept(changed: NDArray[np.uint8], originals: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the structural similarity of each image to its original, ``(n,)``, at most 1.

    Parameters
    ----------
    changed, originals : uint8 (n, H, W, 3)
        Row i of both is one image; H and W at least 11.

    References
    ----------
    Wang, Bovik, Sheikh and Simoncelli (2004), doi:10.1109/TIP.2003.819861; see `imaging.ssim`.
    """
    found = []
    for start in range(0, len(changed), _BLOCK // 16):
        part = slice(start, start + _BLOCK // 16)
        pair = (to_unit_tensor(side[part], device=torch.device("cpu")) for side in (changed, originals))
        found.append(ssim(*pair).double().numpy())
    return np.concatenate(found)
