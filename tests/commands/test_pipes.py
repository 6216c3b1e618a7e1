"""Paths flow from one command to the next."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from synthgap_cli.store.files import read_header


def shell(line, cwd, **kwargs):
    """Run a line of shell in which ``synthgap`` is this checkout's."""
    script = f'synthgap() {{ "{sys.executable}" -m synthgap_cli "$@"; }}; set -o pipefail; {line}'
    return subprocess.run(
        ["bash", "-c", script], cwd=cwd, capture_output=True, text=True, check=False, **kwargs
    )


def test_the_first_half_of_the_study_is_a_pipe(folders, tmp_path):
    real, synthetic = folders
    ended = shell(
        f"synthgap prepare --real {real} --synthetic {synthetic} --size 32 "
        "| synthgap extract -n mnasnet0_5 --weights random - | synthgap ttest --repeats 2 -",
        tmp_path,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines() == ["ttest.results.h5"]
    assert "between" in ended.stderr
    assert not list(tmp_path.glob("*.partial"))


def test_the_second_half_is_a_pipe_that_finds_the_partners_itself(synthgap, study, tmp_path):
    out = tmp_path / "piped"
    prepared = f"{study}/real.images.h5\n{study}/synthetic.images.h5\n"
    settings = ("--blocks", "4", "--epochs", "1", "--batch-size", "16", "--precision", "fp32")
    trained = synthgap("train-vae", *settings, "-", "-o", f"{out}/", stdin=prepared)
    encoded = synthgap("encode", "-", "-o", f"{out}/", stdin=trained.out)  # given the VAE alone
    shifted = synthgap("shift", "-", stdin=encoded.out)
    decoded = synthgap("decode", "-", "--png", tmp_path / "png", stdin=shifted.out)
    assert [ended.code for ended in (trained, encoded, shifted, decoded)] == [0, 0, 0, 0], decoded.err
    assert decoded.paths == [f"{out}/synthetic.resvae-4.mean.images.h5"]
    pictures = tmp_path / "png" / "synthetic.resvae-4.mean"
    assert len(list(pictures.rglob("*.png"))) == 60
    assert (pictures / "manifest.csv").read_text().count("\n") == 61


def test_ttest_finds_the_reference_of_a_shifted_store_that_comes_alone(synthgap, study, tmp_path):
    ended = synthgap("ttest", "-", "-o", tmp_path, "--repeats", "2",
                     stdin=f"{study}/synthetic.resvae-4.mean.latents.h5\n")  # fmt: skip
    assert ended.code == 0, ended.err
    parents = read_header(tmp_path / "resvae-4.mean.latents.ttest.results.h5").provenance.recipe.parents
    assert [parent.path.rpartition("/")[2] for parent in parents] == [
        "real.resvae-4.latents.h5",
        "synthetic.resvae-4.mean.latents.h5",
    ]


def test_json_of_one_command_is_read_by_the_next(synthgap, study, tmp_path):
    document = {"output": [f"{study}/{name}.resvae-4.latents.h5" for name in ("real", "synthetic")]}
    ended = synthgap("shift", "-", "-o", tmp_path, stdin=json.dumps(document))
    assert ended.code == 0


@pytest.mark.parametrize("stdin", ["", "\n"])
def test_nothing_on_stdin_means_that_the_command_before_has_failed(synthgap, stdin):
    ended = synthgap("extract", "-n", "alexnet", "-", stdin=stdin)
    assert ended.code == 66
    assert "previous command" in ended.err


def test_a_failure_upstream_fails_the_pipe_and_leaves_nothing(tmp_path):
    ended = shell("synthgap prepare --real nowhere --synthetic nowhere | synthgap shift -", tmp_path)
    assert ended.returncode == 66
    assert "Traceback" not in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_has_gone_is_exit_141(study):
    ended = shell("{ synthgap inspect *.h5; echo $? >&2; } | true", study)
    assert ended.stderr.strip() == "141"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_a_command_cleanly(folders, tmp_path, number, code):
    process = start_long_training(folders, tmp_path)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert "no half-written file" in err and "Traceback" not in err
    assert not list(tmp_path.glob("*.partial"))


def start_long_training(folders, directory):
    """Start a training that has written its first state."""
    real, synthetic = folders
    assert (
        shell(f"synthgap prepare --real {real} --synthetic {synthetic} --size 32", directory).returncode == 0
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "synthgap_cli", "train-vae", "--blocks", "4", "--epochs", "500", "-q"],
        cwd=directory,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not list(directory.glob("resvae-4.*.last.pt")):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    return process


def test_a_killed_command_leaves_nothing_that_others_accept_and_the_same_line_completes_it(folders, tmp_path):
    line = [sys.executable, "-m", "synthgap_cli", "prepare", "--real", str(folders[0]),
            "--synthetic", str(folders[1]), "--size", "512"]  # fmt: skip
    for _ in range(3):
        process = subprocess.Popen(line, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while not list(tmp_path.glob("*.partial")) and process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.002)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        for path in tmp_path.glob("*.h5"):
            read_header(path)  # what has its final name is whole
    assert subprocess.run(line, cwd=tmp_path, check=False, capture_output=True).returncode == 0
    assert {path.name for path in tmp_path.iterdir()} == {"real.images.h5", "synthetic.images.h5"}
