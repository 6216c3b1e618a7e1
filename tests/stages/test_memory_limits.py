"""Encoding and decoding with less memory than the latents take."""

import subprocess
import sys

import h5py
import pytest

pytest.importorskip("resource")  # POSIX alone

LATENTS = 1 << 19
ROOM = 220 << 20  # bytes beyond the imports; 60 images' latents and log-variances alone are 240 MiB

UNDER_A_LIMIT = f"""
import resource, sys
import h5py, numpy, torch, torchvision
import synthgap_cli.stages.decode, synthgap_cli.stages.encode
from synthgap_cli.cli import run

torch.set_num_threads(1)
torch.ones(64, 64) @ torch.ones(64, 64)
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
held = int(status["VmData"].split()[0]) << 10
resource.setrlimit(resource.RLIMIT_DATA, (held + {ROOM}, resource.RLIM_INFINITY))
if sys.argv[1] == "hold":
    numpy.ones({60 * 2 * LATENTS}, numpy.float32)
sys.exit(run())
"""


@pytest.fixture(scope="module")
def directory(coded, random_vae, tmp_path_factory):
    made = tmp_path_factory.mktemp("large")
    options = {"hidden": [4, 4], "latents": LATENTS}
    images = [coded / "real.images.h5"]
    random_vae(made / "large.vae.safetensors", images, architecture="classic", image_size=16, options=options)
    return made


def limited(*arguments, cwd):
    line = [sys.executable, "-c", UNDER_A_LIMIT, *map(str, arguments)]
    return subprocess.run(line, cwd=cwd, capture_output=True, text=True)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_latents_larger_than_memory_are_encoded_and_decoded(directory):
    assert "MemoryError" in limited("hold", cwd=directory).stderr
    encoded = limited("encode", "large.vae.safetensors", "-o", "./", "--batch-size", 4, cwd=directory)
    assert encoded.returncode == 0, encoded.stderr
    with h5py.File(directory / encoded.stdout.strip()) as store:
        assert store["mean"].nbytes + store["log-variance"].nbytes > ROOM
    decoded = limited("decode", encoded.stdout.strip(), "--batch-size", 4, cwd=directory)
    assert decoded.returncode == 0, decoded.stderr
    with h5py.File(directory / decoded.stdout.strip()) as store:
        assert store["images"].shape == (60, 16, 16, 3)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_batch_that_memory_has_no_room_for_is_told_with_what_to_do(directory):
    line = ("encode", "large.vae.safetensors", "-o", "elsewhere/", "--batch-size", 1000)
    ended = limited(*line, cwd=directory)
    assert ended.returncode == 1
    assert "Memory ran out while encoding real" in ended.stderr and "--batch-size" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not list(directory.glob("elsewhere/*"))
