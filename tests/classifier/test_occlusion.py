import numpy as np
import pytest
import torch

from synthgap_cli.classifier.network import SmallCnn
from synthgap_cli.classifier.occlusion import occlusion_maps


def seeded(size=16):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return SmallCnn(size).eval(), torch.rand(3, 3, size, size), torch.rand(4, 3, size, size)


def test_a_part_counts_what_the_logit_loses_when_it_is_borrowed():
    model, unit, others = seeded()
    maps = occlusion_maps(model, unit, others, parts=4)
    assert (maps.shape, maps.dtype) == ((3, 4, 4), np.float32)
    changed = torch.stack([unit[1]] * 4)
    changed[:, :, 8:12, 4:8] = others[:, :, 8:12, 4:8]
    with torch.no_grad():
        expected = model(unit[1:2]) - model(changed).mean()
    assert maps[1, 2, 1] == pytest.approx(expected.item(), abs=1e-6)


def test_borrowing_from_oneself_changes_nothing():
    model, unit, _ = seeded()
    np.testing.assert_allclose(occlusion_maps(model, unit[:1], unit[:1]), 0, atol=1e-6)


def test_the_map_points_at_the_only_place_that_the_network_looks_at():
    model, unit, others = seeded(32)
    with torch.no_grad():
        weights = model.to_style.weight.view(64, 8, 8, 8)
        kept = weights[:, :, 5, 2].clone()  # pixels 20 to 23 down, 8 to 11 across
        weights.zero_()
        weights[:, :, 5, 2] = kept
    maps = np.abs(occlusion_maps(model, unit, others[:1], parts=8))
    near = np.zeros((8, 8), bool)
    near[4:7, 1:4] = True  # two 3x3 convolutions and poolings see three pixels beyond
    assert np.all(maps[:, ~near] < 1e-6)
    assert np.unravel_index(maps.mean(axis=0).argmax(), (8, 8)) == (5, 2)


def test_a_size_that_the_parts_do_not_divide_is_covered_whole():
    model, unit, others = seeded(18)
    assert np.all(occlusion_maps(model, unit, others, parts=4) != 0)
