"""Every shift at the terminal: what is stored is the map, and all of it."""

import h5py
import numpy as np
import pytest

from synthgap_cli.shifts.shift import load_shift, shift_names

SOURCE = "synthetic.resvae-4.latents.h5"


@pytest.mark.parametrize("method", [name for name in shift_names() if name != "pyramid"])
def test_what_is_stored_makes_the_shifted_latents_of_the_unshifted_ones(method, synthgap, copy_of_study):
    if method == "sinkhorn":
        pytest.importorskip("ot")
    output = f"{method}-again.latents.h5"
    ended = synthgap("shift", "--method", method, "--seed", "5", "-o", output, cwd=copy_of_study)
    assert ended.code == 0, ended.err
    with h5py.File(copy_of_study / SOURCE) as before, h5py.File(copy_of_study / output) as after:
        parameters = {name: values[...] for name, values in after.get("shift", {}).items()}
        expected = load_shift(method).apply(before["mean"][...], parameters)
        np.testing.assert_allclose(after["mean"][...], expected, rtol=1e-6, atol=1e-6)
        assert '"seed": 5' in after.attrs["attributes"].replace('"seed":5', '"seed": 5')
    verified = synthgap("inspect", "--verify", output, cwd=copy_of_study)
    assert verified.code == 0, verified.err


@pytest.mark.parametrize("method", [name for name in shift_names() if name != "auto"])
def test_what_is_stored_makes_the_shifted_pixels_of_the_unshifted_ones(method, synthgap, copy_of_coded):
    if method == "sinkhorn":
        pytest.importorskip("ot")
    ended = synthgap("shift", "--pixels", "--method", method, "-o", "moved.images.h5", cwd=copy_of_coded)
    assert ended.code == 0, ended.err
    with (
        h5py.File(copy_of_coded / "synthetic.images.h5") as before,
        h5py.File(copy_of_coded / "moved.images.h5") as after,
    ):
        parameters = {name: values[...] for name, values in after.get("shift", {}).items()}
        pixels = before["images"][...].transpose(0, 3, 1, 2).reshape(-1, 3 * 32 * 32) / np.float32(255)
        expected = load_shift(method).apply(pixels, parameters).clip(0, 1)
        moved = after["images"][...].transpose(0, 3, 1, 2).reshape(pixels.shape)
        np.testing.assert_allclose(moved, 255 * expected, atol=0.51)
