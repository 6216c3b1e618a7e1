"""How well real images are told from synthetic ones and from translations of them, in new scenes.

    python benchmarks/translated_pair.py real.images.h5 synthetic.images.h5 translated.images.h5 ...
    python benchmarks/translated_pair.py --test-on val ...     # for a choice: test rows stay unseen

A line a store, the untranslated one first: the area under the ROC curve of the thesis' small network, trained
anew for each store; that of a linear classifier on early layers of efficientnet_lite0, pooled by their means
and standard deviations (style); and the structural similarity to the untranslated images. Classifiers learn
from as many images a side, of train and val (of train alone where val is tested), and are tested on scenes
that neither they nor a translation have seen. Style is also tested by folds over scenes: of all rows, most of
which a translation was fitted on, and of those alone that none was fitted on.
"""

# N images of a store, n rows chosen, D features

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from synthgap_cli.classifier.scoring import score
from synthgap_cli.classifier.training import ClassifierSettings, train
from synthgap_cli.devices import CPU
from synthgap_cli.extractors.extraction import extract
from synthgap_cli.extractors.loading import load_extractor
from synthgap_cli.imaging.batches import split_batches
from synthgap_cli.imaging.ssim import ssim
from synthgap_cli.imaging.tensors import to_unit_tensor
from synthgap_cli.ledger.cnn import epochs_for
from synthgap_cli.store.reader import open_store

NETWORK, LAYERS = "efficientnet_lite0", ("stem", "blocks.0", "blocks.2")
PENALTY = 0.01  # the inverse weight of half the squared weights, beside the summed loss
FOLDS = 5
LEARNED = {"test": ("train", "val"), "val": ("train",)}
ALL = ("train", "val", "test")
UNSEEN = {"test": ("val", "test"), "val": ("val",)}


@dataclass(frozen=True)
class Side:
    """A store's images (N, H, W, 3) uint8, and the split and the scene of each."""

    images: np.ndarray
    splits: np.ndarray
    scenes: np.ndarray

    def rows(self, splits: tuple[str, ...]) -> np.ndarray:
        return np.flatnonzero(np.isin(self.splits, splits))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("real", type=Path)
    parser.add_argument("synthetic", type=Path)
    parser.add_argument("translated", type=Path, nargs="*")
    parser.add_argument("--test-on", choices=LEARNED, default="test")
    parser.add_argument("--seeds", type=int, default=3)
    asked = parser.parse_args()
    real, original = read(asked.real), read(asked.synthetic)
    print("| translated | small network (seeds) | style | folds of all scenes | of unseen ones | SSIM |")
    print("|---|---:|---:|---:|---:|---:|", flush=True)
    for path in [asked.synthetic, *asked.translated]:
        print(
            f"| {path.name.removesuffix('.images.h5')} | {line(real, original, read(path), asked)} |",
            flush=True,
        )


def read(path: Path) -> Side:
    with open_store(path, "images") as store:
        samples = store.samples()
        return Side(store.dataset("images")[:], samples["split"].astype(str), samples["group"].astype(str))


def line(real: Side, original: Side, moved: Side, asked: argparse.Namespace) -> str:
    """Return the cells of a store."""
    areas = [small_network(real, moved, asked.test_on, seed) for seed in range(asked.seeds)]
    features = describe(real.images), describe(moved.images)
    apart = style(features, real, moved, asked.test_on)
    folds = (style_in_folds(features, real, moved, of) for of in (ALL, UNSEEN[asked.test_on]))
    folded = " | ".join(f"{one:.3f}" for one in folds)
    rows = moved.rows((asked.test_on,))
    kept = similarity(original.images[rows], moved.images[rows])
    each = ", ".join(f"{area:.3f}" for area in areas)
    return f"{np.mean(areas):.3f} ({each}) | {apart:.3f} | {folded} | {kept:.3f}"


def small_network(real: Side, moved: Side, tested: str, seed: int) -> float:
    """Return the area of the thesis' network on the tested scenes, trained as a ledger trains it."""
    rng = np.random.default_rng(seed)
    learned = equally_many(real, moved, LEARNED[tested], rng)
    images = np.concatenate([real.images, moved.images])
    is_synthetic = np.repeat([False, True], [len(real.images), len(moved.images)])
    rows = np.concatenate([learned[0], len(real.images) + learned[1]])
    settings = ClassifierSettings(epochs=epochs_for(len(rows)), seed=seed)
    size = images.shape[1]
    model, _ = train(images, is_synthetic, rows, image_size=size, settings=settings, device=CPU)
    judged = np.concatenate([real.rows((tested,)), len(real.images) + moved.rows((tested,))])
    probability = score(model, images, judged, device=CPU).probability
    return float(roc_auc_score(is_synthetic[judged], probability))


def style(features: tuple[np.ndarray, np.ndarray], real: Side, moved: Side, tested: str) -> float:
    """Return the area of a linear classifier on the tested scenes."""
    learned = equally_many(real, moved, LEARNED[tested], np.random.default_rng(0))
    judged = real.rows((tested,)), moved.rows((tested,))
    model = fit_linear(*(of[rows] for of, rows in zip(features, learned, strict=True)))
    first, second = (model.decision_function(of[rows]) for of, rows in zip(features, judged, strict=True))
    return area(first, second)


def style_in_folds(
    features: tuple[np.ndarray, np.ndarray], real: Side, moved: Side, splits: tuple[str, ...]
) -> float:
    """Return the mean area over folds by scene of the rows of some splits; NaN of too few scenes."""
    chosen = real.rows(splits), moved.rows(splits)
    rows = np.concatenate([of[which] for of, which in zip(features, chosen, strict=True)])
    is_synthetic = np.repeat([0, 1], [len(which) for which in chosen])
    scenes = np.concatenate([real.scenes[chosen[0]], moved.scenes[chosen[1]]])
    folds = min(FOLDS, len(np.unique(moved.scenes[chosen[1]])))
    areas = []
    for learned, judged in StratifiedGroupKFold(folds).split(rows, is_synthetic, scenes):
        mine = is_synthetic[judged]
        if len(np.unique(mine)) == 1 or len(np.unique(is_synthetic[learned])) == 1:
            continue
        model = fit_linear(*(rows[learned][is_synthetic[learned] == side] for side in (0, 1)))
        decided = model.decision_function(rows[judged])
        areas.append(area(decided[mine == 0], decided[mine == 1]))
    return float(np.mean(areas)) if areas else float("nan")


def describe(images: np.ndarray) -> np.ndarray:
    """Return (N, D): means and standard deviations of each early layer's channels, at the images' size."""
    found = []
    for layer in LAYERS:
        extractor = load_extractor(NETWORK, layer=layer, pool="mean-std", device=CPU)
        batches = (images[rows] for rows in split_batches(np.arange(len(images)), 32))
        found.append(np.concatenate([features for [features] in extract([extractor], batches, device=CPU)]))
    return np.concatenate(found, axis=1).astype(np.float64)


def fit_linear(real: np.ndarray, synthetic: np.ndarray) -> Pipeline:
    labels = np.repeat([0, 1], [len(real), len(synthetic)])
    model = make_pipeline(
        StandardScaler(), LogisticRegression(C=PENALTY, class_weight="balanced", max_iter=2000)
    )
    return model.fit(np.concatenate([real, synthetic]), labels)


def similarity(first: np.ndarray, second: np.ndarray) -> float:
    sides = (to_unit_tensor(images, device=CPU) for images in (first, second))
    return float(ssim(*sides).mean())


def equally_many(
    real: Side, moved: Side, splits: tuple[str, ...], rng: np.random.Generator
) -> list[np.ndarray]:
    sides = [of.rows(splits) for of in (real, moved)]
    size = min(map(len, sides))
    return [np.sort(rng.permutation(rows)[:size]) for rows in sides]


def area(first: np.ndarray, second: np.ndarray) -> float:
    labels = np.repeat([0, 1], [len(first), len(second)])
    return float(roc_auc_score(labels, np.concatenate([first, second])))


if __name__ == "__main__":
    main()
