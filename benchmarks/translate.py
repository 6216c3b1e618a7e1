"""Translating a folder: images a second beside the codec alone, memory, and what kills do to it.

python benchmarks/translate.py STUDY --using resvae-32.ot-0p5 [--images 2000] [--size 1280x720] [--kills 10]

STUDY is a directory with a fitted shift. The folder is made up: JPEG frames with a label file each. It is
translated once without disturbance, timed, and once killed at random moments, each time going on.
"""

import argparse
import io
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from synthgap_cli.imaging.originals import read_original


def make_folder(root: Path, count: int, width: int, height: int) -> None:
    """Write smooth frames with grain, and a box for each in YOLO's format."""
    rng = np.random.default_rng(0)
    coarse = rng.integers(0, 256, (8, height // 40, width // 40, 3), dtype=np.uint8)
    frames = [
        np.asarray(Image.fromarray(one).resize((width, height), Image.Resampling.BICUBIC)).astype(np.int16)
        + rng.integers(-6, 7, (height, width, 1), dtype=np.int16)
        for one in coarse
    ]
    for folder in ("images", "labels"):
        (root / folder).mkdir(parents=True)
    for number in range(count):
        pixels = np.clip(np.roll(frames[number % 8], 11 * number, axis=1), 0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(root / "images" / f"{number:06d}.jpg", quality=90)
        (root / "labels" / f"{number:06d}.txt").write_text("0 0.5 0.5 0.2 0.2\n")


def codec_rate(root: Path, count: int) -> float:
    """Return how many images a second are read and written unchanged, on as many threads as processors."""

    def copy(path: Path) -> None:
        original = read_original(path)
        original.save(original.colours, io.BytesIO())

    paths = sorted((root / "images").iterdir())[:count]
    threads = len(os.sched_getaffinity(0))
    with ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        start = time.perf_counter()
        list(pool.map(copy, paths))
        return len(paths) / (time.perf_counter() - start)


def run(study: Path, *arguments: object, kill_after: float | None = None) -> tuple[int, float]:
    """Return the exit status of one call, and its peak of memory in MiB."""
    command = [sys.executable, "-m", "synthgap_cli", "translate", *map(str, arguments)]
    started = subprocess.Popen(command, cwd=study, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if kill_after is not None:
        time.sleep(kill_after)
        started.send_signal(signal.SIGKILL)
    _, status, usage = os.wait4(started.pid, 0)
    started.returncode = os.waitstatus_to_exitcode(status)
    return started.returncode, usage.ru_maxrss / 1024


def digest_of(output: Path) -> str:
    return str(json.loads((output / "translation.json").read_text())["content-sha256"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", type=Path)
    parser.add_argument("--using", required=True)
    parser.add_argument("--images", type=int, default=2000)
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    width, height = map(int, asked.size.split("x"))
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "renders"
        make_folder(root, asked.images, width, height)
        whole, killed = Path(scratch) / "whole", Path(scratch) / "killed"
        start = time.perf_counter()
        code, peak = run(asked.study, root, "-o", whole, "--using", asked.using)
        seconds = time.perf_counter() - start
        assert code == 0, code
        rate, alone = asked.images / seconds, codec_rate(root, 400)
        print(
            f"{asked.images} images of {asked.size}: {seconds:.1f} s, {rate:.0f} images/s, start-up with it"
        )
        print(f"codec alone: {alone:.0f} images/s; ratio {rate / alone:.2f}; peak {peak:.0f} MiB")
        rng = random.Random(asked.seed)
        for number in range(asked.kills):
            after = rng.uniform(0.2, 1) * seconds / 4
            code, _ = run(asked.study, root, "-o", killed, "--using", asked.using, kill_after=after)
            done = len(list((killed / "images").glob("*.jpg"))) if killed.exists() else 0
            print(f"kill {number + 1}: after {after:.1f} s, exit {code}, {done} images there")
        code, _ = run(asked.study, root, "-o", killed, "--using", asked.using)
        print(f"then exit {code}; same digest: {digest_of(whole) == digest_of(killed)}")
        labels = sorted((root / "labels").iterdir())
        same = all(path.read_bytes() == (killed / "labels" / path.name).read_bytes() for path in labels)
        print(f"{len(labels)} label files byte-identical: {same}")


if __name__ == "__main__":
    main()
