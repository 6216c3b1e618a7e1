"""Which parts of an image the classifier's verdict rests on."""

# N images, K images to borrow from, S image size, P parts a side

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from synthgap_cli.classifier.network import SmallCnn

PARTS = 8


def occlusion_maps(
    model: SmallCnn, unit: Tensor, others: Tensor, *, parts: int = PARTS
) -> NDArray[np.float32]:
    """Return how much each part of each image adds to the logit of "synthetic", float32 ``(N, P, P)``.

    Each part is replaced by the same part of other images, one after another; the map is the image's logit
    less the mean of theirs. A grey patch would be an image such as the classifier has never seen, whereas
    these are parts of images, but for the seams. Positive: the part speaks for synthetic; negative: for
    real.

    Parameters
    ----------
    model : SmallCnn
        In evaluation mode.
    unit : Tensor (N, 3, S, S)
        Images in [0, 1] at the classifier's size, on its device.
    others : Tensor (K, 3, S, S)
        As many real as synthetic ones, so that what is put in speaks for neither.
    parts : int
        Parts a side, at most S; S need not be a multiple.

    References
    ----------
    Zeiler and Fergus (2014), arXiv:1311.2901, section 4.2; replacing by other images' values as in Zintgraf
    et al. (2017), arXiv:1702.04595, equation 3.
    """
    size = model.image_size
    edges = np.linspace(0, size, parts + 1).round().astype(int)
    maps = np.empty((len(unit), parts, parts), np.float32)
    with torch.inference_mode():
        logits = model(unit)  # (N,)
        for index, image in enumerate(unit):
            for row in range(parts):
                for column in range(parts):
                    place = (..., slice(*edges[row : row + 2]), slice(*edges[column : column + 2]))
                    changed = image.expand_as(others).clone()  # (K, 3, S, S)
                    changed[place] = others[place]
                    maps[index, row, column] = float(logits[index] - model(changed).mean())
    return maps
