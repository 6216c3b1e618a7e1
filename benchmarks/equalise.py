"""How much of JPEG's traces is left after each treatment: the same pictures as PNG and as JPEG of quality 60.

    python benchmarks/equalise.py FOLDER [SIDE] [GROUP_REGEX]

Pictures larger than SIDE pixels (128) are reduced to it first, so that no grid of an earlier encoder is left.
Three judges of the pixels: the block-edge column alone, all simple image statistics, and logistic regression
on the spectrum of 8x8 blocks (mean size of each DCT coefficient, share near 0), which knows what JPEG does.
"""

# N pictures, twice in each table: as PNG, as JPEG; S side

import sys
import time
from pathlib import Path

import numpy as np
import torch
from scipy.fft import dctn
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from synthgap_cli.audit.folds import deal_folds
from synthgap_cli.audit.image_statistics import image_statistics
from synthgap_cli.audit.judging import judge_columns
from synthgap_cli.imaging.decode import decode_image
from synthgap_cli.imaging.equalise import Treatment, equalise
from synthgap_cli.imaging.grouping import groups_of
from synthgap_cli.imaging.resize import fit_image
from synthgap_cli.imaging.scan import scan
from synthgap_cli.statistics.auc import AucEstimate, estimate_auc

QUALITY = 60


def main(folder: str, side: int = 128, group_regex: str | None = None) -> None:
    pictures, groups = read(Path(folder), side, group_regex)
    jpegs = [equalise(picture, Treatment(None, QUALITY)) for picture in pictures]
    is_jpeg = np.repeat([False, True], len(pictures))
    units = np.tile(groups, 2)
    print(f"{len(pictures)} pictures of {len(set(groups))} groups, {side} px, PNG against JPEG {QUALITY}")
    print(f"{'treatment':18} {'block edges':>12} {'statistics':>22} {'block spectrum':>22}")
    three_quarters, half = side * 3 // 4, side // 2
    for treatment in (
        Treatment(None, None),
        *(Treatment(None, quality) for quality in (90, 75, QUALITY, 50)),
        *(Treatment(size, None) for size in (three_quarters, half)),
        *(Treatment(size, QUALITY) for size in (side * 7 // 8, three_quarters, half)),
    ):
        start = time.perf_counter()
        images = np.stack([as_rows(equalise(image, treatment)) for image in (*pictures, *jpegs)])
        columns = image_statistics([images])
        judged = judge_columns(columns, is_jpeg, units, clustered=True, seed=0)
        assert judged is not None
        edges = next(column.values for column in columns if column.name == "block_edges")
        told = (
            f"{estimate_auc(is_jpeg, edges).auc:.3f}",
            describe(judged.auc),
            describe(estimate_auc(is_jpeg, judge_spectrum(images, is_jpeg, units), units)),
        )
        seconds = time.perf_counter() - start
        print(f"{str(treatment) or 'none':18} {told[0]:>12} {told[1]:>22} {told[2]:>22}   {seconds:.0f} s")


def read(folder: Path, side: int, group_regex: str | None) -> tuple[list[torch.Tensor], np.ndarray]:
    pictures, ids = [], []
    for found in scan(folder):
        image = decode_image(found.path)
        if min(image.shape[1:]) > side:
            pictures.append(torch.from_numpy(fit_image(image, size=side)).permute(2, 0, 1))
            ids.append(found.id)
    return pictures, np.asarray(groups_of(ids, regex=group_regex))


def as_rows(image: torch.Tensor) -> np.ndarray:
    return image.permute(1, 2, 0).numpy()


def describe(auc: AucEstimate) -> str:
    return f"{auc.auc:.3f} ({auc.low:.2f} to {auc.high:.2f})"


def judge_spectrum(images: np.ndarray, is_jpeg: np.ndarray, units: np.ndarray) -> np.ndarray:
    luma = images.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)  # (2N, S, S)
    whole = luma.shape[1] // 8
    blocks = luma[:, : 8 * whole, : 8 * whole].reshape(-1, whole, 8, whole, 8).swapaxes(2, 3)
    size = np.abs(dctn(blocks, axes=(3, 4), norm="ortho")).reshape(len(luma), -1, 64)
    table = np.concatenate([np.log(size.mean(axis=1) + 0.05), (size < 1).mean(axis=1)], axis=1)
    folds = deal_folds(units, is_jpeg, rng=np.random.default_rng(0))
    scores = np.empty(len(table))
    for fold in set(folds):
        inside = folds == fold
        judge = make_pipeline(StandardScaler(), LogisticRegression(C=0.05, max_iter=500))
        scores[inside] = judge.fit(table[~inside], is_jpeg[~inside]).decision_function(table[inside])
    return scores


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:3]), *sys.argv[3:])
