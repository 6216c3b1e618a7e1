"""How well the utility's reader of labels reads real images, and how long it learns.

    python benchmarks/label_reader.py real.images.h5 synthetic.images.h5       # as prepare writes them
    python benchmarks/label_reader.py real.images.h5 synthetic.images.h5 --folds 3

Readers learn from the train and val rows of each store, as many of both, and read the real test rows, from
three seeds. With ``--folds`` no test row is touched: the real train and val rows are cut into folds by scene,
the readers learn from all folds but one and read that one, and those of synthetic images read all of them. By
these numbers settings can be chosen. Seconds are of one thread's processor.
"""

# N images

import argparse
import time
from pathlib import Path

import numpy as np
import torch

from synthgap_cli.classifier.recogniser import Recogniser
from synthgap_cli.classifier.recogniser_training import (
    LARGEST_SIZE,
    RecogniserSettings,
    fit_recogniser,
    recognise,
)
from synthgap_cli.devices import seeded
from synthgap_cli.imaging.reduced import ReducedImages
from synthgap_cli.store.reader import open_store
from synthgap_cli.store.schema import Kind

CPU = torch.device("cpu")
Side = dict[str, np.ndarray]  # images and columns of samples, by name


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("stores", nargs=2, type=Path, help="images stores: real, synthetic")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--folds", type=int, default=0)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    real, synthetic = map(read, asked.stores)
    labels = sorted(set(real["label"][real["split"] != "test"]) & set(synthetic["label"]))
    print(f"{len(labels)} labels, {RecogniserSettings().steps_for(len(labels))} steps")
    print("| learned from | images | reads real | by seed | seconds |\n|---|---:|---:|---|---:|")
    for name, lessons in lessons_of(real, synthetic, labels, asked.folds).items():
        by_seed = [study(lessons, labels, seed) for seed in range(asked.seeds)]
        rights, seconds = zip(*by_seed, strict=True)
        shown = ", ".join(f"{right:.3f}" for right in rights)
        print(f"| {name} | {len(lessons[0][0]['label'])} | {np.mean(rights):.3f} | {shown} | ", end="")
        print(f"{np.mean(seconds):.1f} |", flush=True)


def read(path: Path) -> Side:
    """Return images and columns of samples by name."""
    with open_store(path, Kind.IMAGES) as store:
        images, samples = store.dataset("images"), store.samples()
        if images.shape[1] > LARGEST_SIZE:
            images = ReducedImages(images, LARGEST_SIZE)
        rows = np.arange(len(samples["label"]))
        columns = {name: np.asarray(samples[name]).astype(str) for name in ("label", "split", "group")}
        return columns | {"images": np.concatenate([images[part] for part in np.array_split(rows, 16)])}


def take(side: Side, rows: np.ndarray) -> Side:
    return {name: values[rows] for name, values in side.items()}


def lessons_of(
    real: Side, synthetic: Side, labels: list[str], folds: int
) -> dict[str, list[tuple[Side, Side]]]:
    """Return by name pairs of what is learned and what is read."""
    real, synthetic = (take(side, np.isin(side["label"], labels)) for side in (real, synthetic))
    seen = [take(side, side["split"] != "test") for side in (real, synthetic)]
    if folds:
        scenes, of = np.unique(seen[0]["group"], return_inverse=True)
        of = of if len(scenes) >= 10 else np.arange(len(of))
        fold = np.random.default_rng(0).integers(0, folds, of.max() + 1)[of]
        apart = [(take(seen[0], fold != one), take(seen[0], fold == one)) for one in range(folds)]
        return {"real": apart, "synthetic": [(seen[1], seen[0])]}
    budget = min(len(side["label"]) for side in seen)
    chosen = [np.random.default_rng(0).permutation(len(side["label"]))[:budget] for side in seen]
    exam = take(real, real["split"] == "test")
    names = ("real", "synthetic")
    return {name: [(take(side, rows), exam)] for name, side, rows in zip(names, seen, chosen, strict=True)}


def study(lessons: list[tuple[Side, Side]], labels: list[str], seed: int) -> tuple[float, float]:
    """Return the share read right over all that is read, and the mean of the seconds of a training."""
    right, seconds = [], []
    for learned, exam in lessons:
        numbers = np.searchsorted(labels, learned["label"])
        with seeded(seed):
            model = Recogniser(len(labels))
        start = time.thread_time()
        fit_recogniser(
            model, learned["images"], numbers, settings=RecogniserSettings(), seed=seed, device=CPU
        )
        seconds.append(time.thread_time() - start)
        found = recognise(model, exam["images"], device=CPU)
        right.append(found == np.searchsorted(labels, exam["label"]))
    return np.concatenate(right).mean(), np.mean(seconds)


if __name__ == "__main__":
    main()
