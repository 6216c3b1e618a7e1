import numpy as np
import torch

from synthgap_cli.imaging.reduced import ReducedImages
from synthgap_cli.imaging.tensors import to_uint8, to_unit_tensor

IMAGES = np.random.default_rng(0).integers(0, 256, (5, 24, 24, 3)).astype(np.uint8)


def test_rows_are_reduced_in_the_order_asked_for():
    reduced = ReducedImages(IMAGES, 8)
    found = reduced[np.array([3, 0])]
    expected = to_uint8(to_unit_tensor(IMAGES[[3, 0]], device=torch.device("cpu"), size=8))
    np.testing.assert_array_equal(found, expected)
    assert (len(reduced), reduced.shape, found.dtype) == (5, (5, 8, 8, 3), np.uint8)
