import numpy as np
import pytest

from synthgap_cli.errors import InvalidInput
from synthgap_cli.shifts.methods import adain, standardise
from synthgap_cli.shifts.shift import Setting
from synthgap_cli.statistics.rows import ArrayRows


def sides():
    rng = np.random.default_rng(0)
    positions = rng.normal(size=(3, 8))
    source = rng.normal(1, 2, (50, 3, 8)) + positions
    return source.reshape(50, 24).astype(np.float32), rng.normal(-3, 0.5, (70, 24)).astype(np.float32)


def test_each_channel_has_the_targets_mean_and_deviation_over_images_and_positions():
    source, target = sides()
    parameters = adain.fit(ArrayRows(source, 9), ArrayRows(target, 9), setting=Setting((3, 4, 2)))
    moved = adain.apply(source, parameters).reshape(50, 3, 8).astype(float)
    aim = target.reshape(70, 3, 8).astype(float)
    np.testing.assert_allclose(moved.mean(axis=(0, 2)), aim.mean(axis=(0, 2)), rtol=1e-6)
    np.testing.assert_allclose(moved.std(axis=(0, 2)), aim.std(axis=(0, 2)), rtol=1e-6)


def test_positions_keep_their_pattern():
    source, target = sides()
    moved = adain.apply(source, adain.fit(ArrayRows(source), ArrayRows(target), setting=Setting((3, 8))))
    for channel in range(3):
        part = slice(8 * channel, 8 * channel + 8)
        before, after = source[:, part].ravel(), moved[:, part].ravel()
        assert np.corrcoef(before, after)[0, 1] == pytest.approx(1, abs=1e-6)


def test_latents_that_are_no_map_are_standardised():
    source, target = sides()[0][:, :6], sides()[1][:50, :6]  # as many rows: n and n - 1 then cancel
    setting = Setting((6,))
    moved = [
        shift.apply(source, shift.fit(ArrayRows(source), ArrayRows(target), setting=setting))
        for shift in (adain, standardise)
    ]
    np.testing.assert_allclose(*moved, rtol=1e-5, atol=1e-6)


def test_a_shape_of_another_size_is_refused():
    with pytest.raises(InvalidInput, match=r"shape \(5, 5\) are not 24 numbers"):
        adain.fit(*map(ArrayRows, sides()), setting=Setting((5, 5)))
