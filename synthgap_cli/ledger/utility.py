"""What images are worth to who learns from them: trained on one set, tested on another."""

# N images of a set, S image size, L labels, K seeds, n tested images

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from synthgap_cli.arrays import Track, untracked
from synthgap_cli.classifier.recogniser import Recogniser
from synthgap_cli.classifier.recogniser_training import RecogniserSettings, fit_recogniser, recognise
from synthgap_cli.devices import map_batches, seeded
from synthgap_cli.ledger.sets import ImageSet
from synthgap_cli.statistics.clustered_mean import MeanEstimate, estimate_mean, estimate_share
from synthgap_cli.statistics.spreading import spread_over_groups

SEEDS = 3
LEARNING = RecogniserSettings()
FEW = 5  # real images of a label
FEW_REAL = " + few R"
OUTCOMES = (ImageSet.SHIFTED, ImageSet.TRANSLATED)
EXAMS = (ImageSet.REAL, ImageSet.DECODED_REAL)


@dataclass(frozen=True)
class Labelled:
    """Images and what they show.

    Attributes
    ----------
    images : uint8 (N, S, S, 3)
    labels : intp (N,)
        0 to L - 1.
    groups : (N,)
        The scene of each image, or its own number where images are independent.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.intp]
    groups: NDArray[np.generic]

    def take(self, rows: NDArray[np.intp]) -> Labelled:
        """Return these rows alone."""
        return Labelled(self.images[rows], self.labels[rows], self.groups[rows])

    def digest(self) -> str:
        """Return the SHA-256 of images and labels, in hex."""
        return hashlib.sha256(self.images.tobytes() + self.labels.tobytes()).hexdigest()


@dataclass(frozen=True)
class Utility:
    """How well classifiers that learned from one set read another.

    Attributes
    ----------
    accuracy : MeanEstimate
        Share read rightly, over images and seeds, with an interval over scenes and seeds.
    gain : MeanEstimate
        How much more than after learning from S, of the same images, image by image.
    of_seeds : (K,) float64
        The accuracy of each seed.
    base_rate : float
        Share of the commonest label among the tested images: what reading nothing would give.
    """

    trained_on: str
    tested_on: str
    accuracy: MeanEstimate
    gain: MeanEstimate
    of_seeds: NDArray[np.float64]
    base_rate: float
    n_train: int
    n_test: int


Right = NDArray[np.float64]  # (K, n): whether each training read each image rightly
Taught = dict[tuple[str, int, int], Recogniser]  # by lesson's digest, number of labels, and seed


def measure_utility(
    learned: Mapping[ImageSet, Labelled],
    tested: Mapping[ImageSet, Labelled],
    *,
    num_labels: int,
    seed: int,
    device: torch.device,
    taught: Taught | None = None,
    track: Track = untracked,
) -> list[Utility]:
    """Return how well recognisers trained on each set read the real images, and those of R the others.

    Each set teaches three recognisers, from three seeds, and so do S, T and U in which few real images (five
    of a label) took the place of as many others. All learn from as many images, those of the smallest set,
    for as many steps. All are tested on R, and on R', which is as blurred as S' and T are; those of R on all
    other sets as well: whether a reader of real images reads the labels of those.

    Parameters
    ----------
    learned, tested : mapping of ImageSet to Labelled
        R, S, and what else there is, at one size. No image, and no scene where scenes are known, in both.
        Sets of the same images in the same order, as R and R', are thinned to the same images.
    num_labels : int
        L.
    seed : int
        Of the choice of images; the recognisers' are this one and the next ones.
    taught : dict, optional
        Recognisers that other calls have taught: what learned from the same images is not taught again, and
        those of this call that owe nothing to T or U are put in.

    References
    ----------
    Esteban, Hyland and Rätsch (2017), arXiv:1706.02633, section 4.3: train on synthetic, test on real.
    """
    lessons = _lessons(learned, seed)
    budget = len(lessons["R"].labels)
    keys = {name: (lesson.digest(), num_labels) for name, lesson in lessons.items()}
    known = {} if taught is None else taught
    jobs = [(name, seed + number) for name in lessons for number in range(SEEDS)]
    models = {job: known[key] for job in jobs if (key := (*keys[job[0]], job[1])) in known}
    wanted = [job for job in jobs if job not in models]

    def teach(job: tuple[str, int], model: Recogniser) -> Recogniser:
        lesson = lessons[job[0]]
        return fit_recogniser(
            model, lesson.images, lesson.labels, settings=LEARNING, seed=job[1], device=device
        )

    trained = map_batches(lambda one: teach(*one), _with_models(wanted, num_labels), device=device)
    for job, model in zip(wanted, track(trained, "utility", len(wanted)), strict=True):
        models[job] = model
        if not job[0].startswith(OUTCOMES):
            known[*keys[job[0]], job[1]] = model
    right = {
        (name, exam): _read([models[job] for job in jobs if job[0] == name], tested[exam], device)
        for name in lessons
        for exam in tested
        if name in (ImageSet.REAL, ImageSet.SYNTHETIC) or exam in EXAMS
    }
    return [
        _conclude((name, exam), (of, right[ImageSet.SYNTHETIC, exam]), tested[exam], budget)
        for (name, exam), of in right.items()
        if name == ImageSet.REAL or exam in EXAMS
    ]


def _lessons(learned: Mapping[ImageSet, Labelled], seed: int) -> dict[str, Labelled]:
    """Return what is learned from, by name, as many images each."""
    budget = min(len(one.labels) for one in learned.values())
    kept: dict[str, Labelled] = {
        of: one.take(_chosen(len(one.labels), budget, seed)) for of, one in learned.items()
    }
    few = _few_of_each_label(kept[ImageSet.REAL], at_most=budget // 2)
    rest = np.arange(len(few.labels), budget)
    mixed = [of for of in learned if of in (ImageSet.SYNTHETIC, *OUTCOMES)]
    return kept | {of + FEW_REAL: _join(kept[of].take(rest), few) for of in mixed}


def _chosen(count: int, budget: int, seed: int) -> NDArray[np.intp]:
    """Return ``budget`` rows in random order, the same for all sets of one length."""
    return np.random.default_rng(seed).permutation(count)[:budget]


def _few_of_each_label(real: Labelled, *, at_most: int) -> Labelled:
    wanted = FEW * len(np.unique(real.labels))
    return real.take(spread_over_groups(real.labels.astype(object), min(wanted, at_most)))


def _join(first: Labelled, second: Labelled) -> Labelled:
    return Labelled(
        np.concatenate([first.images, second.images]),
        np.concatenate([first.labels, second.labels]),
        np.concatenate([first.groups, second.groups]),
    )


def _with_models(
    jobs: Sequence[tuple[str, int]], num_labels: int
) -> Iterator[tuple[tuple[str, int], Recogniser]]:
    """Yield each job with a new model: made here, because all threads share torch's one generator."""
    for job in jobs:
        with seeded(job[1]):
            model = Recogniser(num_labels)
        yield job, model


def _read(models: Sequence[Recogniser], exam: Labelled, device: torch.device) -> Right:
    read = np.stack([recognise(model, exam.images, device=device) for model in models])
    return np.asarray(read == exam.labels, dtype=np.float64)


def _conclude(names: tuple[str, str], right: tuple[Right, Right], exam: Labelled, n_train: int) -> Utility:
    """Return what was read rightly after learning from a set, and how much more than after S."""
    of, of_synthetic = right
    return Utility(
        *names,
        accuracy=estimate_share(of, exam.groups),
        gain=estimate_mean(of - of_synthetic, exam.groups),
        of_seeds=of.mean(axis=1),
        base_rate=float(np.bincount(exam.labels).max() / len(exam.labels)),
        n_train=n_train,
        n_test=len(exam.labels),
    )
