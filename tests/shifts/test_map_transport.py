import numpy as np
import pytest

from synthgap_cli.shifts.common_shrinkage import common_basis, shrunk_in
from synthgap_cli.shifts.map_transport import correlate
from synthgap_cli.shifts.methods import channel_ot
from synthgap_cli.shifts.methods.ot import monge_matrix
from synthgap_cli.shifts.shift import Setting
from synthgap_cli.statistics.rows import ArrayRows


@pytest.mark.parametrize("shape", [(3, 4, 5), (9, 2, 1)], ids=["more positions", "more channels"])
def test_covariances_are_shrunk_by_the_scatters_of_single_images(shape):
    rng = np.random.default_rng(0)
    positions = shape[1] * shape[2]
    sides = [
        rng.normal(mean, 1, (30, shape[0], positions)).astype(np.float32) * rng.uniform(0.5, 2, (30, 1, 1))
        for mean in (0, 2)
    ]
    scatters = []
    for maps in sides:
        centred = maps - maps.mean(axis=(0, 2), keepdims=True)
        scatters.append([one @ one.T / positions for one in centred])
    before, after = (np.mean(side, axis=0) for side in scatters)
    basis = common_basis(before, after)
    root = basis.whitening
    shrunk = [
        shrunk_in(
            basis, covariance, fourth=np.mean([np.sum((root.T @ one @ root) ** 2) for one in side]), n=30
        )
        for covariance, side in zip((before, after), scatters, strict=True)
    ]
    expected = basis.directions @ monge_matrix(*shrunk) @ basis.directions.T
    rows = (ArrayRows(maps.reshape(30, -1), 7) for maps in sides)
    found = channel_ot.fit(*rows, setting=Setting(shape))["matrix"]
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-10)


def test_a_kernel_with_a_single_entry_moves_the_picture_by_its_place():
    maps = np.random.default_rng(0).normal(size=(2, 1, 6, 7)).astype(np.float32)
    kernel = np.zeros((5, 5, 1, 1))
    kernel[4, 1] = 1  # two below and one to the left of where it is written
    nothing = {"source-mean": np.zeros(1), "target-mean": np.zeros(1)}
    moved = correlate(maps, kernel, nothing, 1.0)
    np.testing.assert_allclose(moved[:, :, :-2, 1:], maps[:, :, 2:, :-1], rtol=1e-6)
    np.testing.assert_allclose(moved[:, :, -2, 1:], maps[:, :, -1, :-1], rtol=1e-6)  # as mirrored
