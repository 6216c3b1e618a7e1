"""Image folders to image stores."""

# N images, S size

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.errors import UsageProblem
from synthgap_cli.imaging.confounds import Confounds
from synthgap_cli.imaging.decode import parse_colour
from synthgap_cli.imaging.equalise import AUTO, Treatment, parse_treatment
from synthgap_cli.imaging.load import Rejected, load_images
from synthgap_cli.imaging.resize import Fit
from synthgap_cli.stages.equalising import as_attribute, resolve_treatment
from synthgap_cli.stages.folders import Folders, Scanned, assign, digest_of_labels, scan_domain, split_by
from synthgap_cli.stages.rejects import parse_share, report_rejects
from synthgap_cli.stages.run import Run
from synthgap_cli.statistics.splits import SplitBy, parse_fractions
from synthgap_cli.store.header import TAG, Header
from synthgap_cli.store.provenance import Recipe
from synthgap_cli.store.samples import SPLITS, Samples
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.writer import create_store
from synthgap_cli.study_dir import file_name


@dataclass(frozen=True)
class PrepareSettings:
    """How folders become stores."""

    size: int = 224
    fit: Fit = "crop"
    background: str = "white"
    split: str = "60/20/20"
    seed: int = 0
    group_regex: str | None = None
    label_from: str | None = None
    max_bad: str = "5%"
    equalise: str | None = None  # auto, or a treatment such as size:256,jpeg:75


@dataclass(frozen=True)
class Job:
    """One domain to read: its files, the split of each, and what was decided for all domains together."""

    scanned: Scanned
    split: NDArray[np.str_]
    split_by: SplitBy
    split_with: dict[str, dict[str, str]]  # fingerprints of the domains that share scenes with this one
    treatment: Treatment | None

    def recipe(self, settings: PrepareSettings) -> Recipe:
        """Return what makes the image store of this domain."""
        parameters = asdict(settings)
        del parameters["max_bad"]  # decides whether, not what
        del parameters["equalise"]  # what it comes to is recorded, below
        parameters |= {
            "domain": self.scanned.folders.domain,
            "role": self.scanned.folders.role,
            "split_by": self.split_by,
            "sources": self.scanned.fingerprints,
            "labels_sha256": digest_of_labels(settings.label_from),
        }
        if self.split_with:
            parameters["split_with"] = self.split_with
        return Recipe("prepare", parameters | self.attributes)

    @property
    def attributes(self) -> dict[str, Any]:
        """What the store says of the treatment, if there was one."""
        return {} if self.treatment is None else {"equalised": as_attribute(self.treatment)}


def prepare_domains(
    domains: Sequence[Folders], settings: PrepareSettings, *, directory: str, workers: int, run: Run
) -> list[Path]:
    """Write an image store for each domain; return their paths.

    Raises
    ------
    UsageProblem
        A setting makes no sense, or a domain's name cannot be part of a file name.
    InputMissing
        A folder is not there or holds no image.
    SynthgapError
        Too many files cannot be read.
    """
    _check(domains, settings)
    scanned = [
        scan_domain(folders, group_regex=settings.group_regex, label_from=settings.label_from)
        for folders in domains
    ]
    paths = [Path(directory) / file_name(one.folders.domain, (), Kind.IMAGES) for one in scanned]
    for job, path in zip(_jobs(scanned, settings, run), paths, strict=True):
        if run.must_make(path, job.recipe(settings)):
            _prepare(job, path, settings, workers or os.cpu_count() or 1, run)
    return [] if run.dry_run else paths


def _check(domains: Sequence[Folders], settings: PrepareSettings) -> None:
    parse_fractions(settings.split)
    parse_share(settings.max_bad)
    parse_colour(settings.background)
    if settings.equalise not in (None, AUTO):
        parse_treatment(settings.equalise)
    for folders in domains:
        if not TAG.fullmatch(folders.domain):
            raise UsageProblem(
                f"{folders.domain!r} cannot name a domain.", hint="Use letters, digits, - and _."
            )


def _jobs(scanned: Sequence[Scanned], settings: PrepareSettings, run: Run) -> list[Job]:
    by = split_by(scanned, run.reporter)
    fractions = parse_fractions(settings.split)
    splits, together = assign(scanned, fractions=fractions, seed=settings.seed, by=by, reporter=run.reporter)
    treatment = resolve_treatment(settings.equalise, scanned, size=settings.size, reporter=run.reporter)
    jobs = []
    for one, split in zip(scanned, splits, strict=True):
        others = {other.folders.domain: other.fingerprints for other in scanned if other is not one}
        jobs.append(Job(one, split, by, others if together else {}, treatment))
    return jobs


def _prepare(job: Job, path: Path, settings: PrepareSettings, workers: int, run: Run) -> None:
    scanned = job.scanned
    header = Header(
        kind=Kind.IMAGES,
        provenance=run.provenance(job.recipe(settings), []),
        domain=scanned.folders.domain,
        role=scanned.folders.role,
        attributes=job.attributes,
    )
    loaded = load_images(
        scanned.found,
        size=settings.size,
        fit=settings.fit,
        background=parse_colour(settings.background),
        treatment=job.treatment,
        workers=workers,
        track=run.reporter.track,
    )
    kept: list[int] = []
    confounds: list[Confounds] = []
    rejects: list[tuple[str, str, str]] = []
    with create_store(path, header) as writer:
        images = writer.rows("images", (settings.size, settings.size, 3), "uint8")
        for index, image in enumerate(loaded):
            if isinstance(image, Rejected):
                rejects.append((scanned.source[index], image.id, image.reason))
                continue
            images.append(image.pixels[None])  # (1, S, S, 3)
            kept.append(index)
            confounds.append(image.confounds)
        report_rejects(
            path, rejects, total=len(scanned.found), max_bad=settings.max_bad, reporter=run.reporter
        )
        samples = _samples(job, kept, confounds)
        if empty := [split for split in SPLITS if not len(samples.rows_in((split,)))]:
            run.reporter.warn(f"{path} has no rows in {' and '.join(empty)}: models cannot be tested on it.")
        writer.samples(samples)
    run.reporter.note(
        f"{path}: {len(kept)} images of {len(set(scanned.group))} groups, split by {job.split_by}."
    )


def _samples(job: Job, kept: list[int], confounds: list[Confounds]) -> Samples:
    """Return the columns of the images that were kept; splits are of all, so a bad file moves no other."""
    scanned = job.scanned
    text: dict[str, Sequence[str] | NDArray[np.str_]] = {
        "id": [image.id for image in scanned.found],
        "split": job.split,
        "group": scanned.group,
        "source": scanned.source,
    }
    if scanned.label is not None:
        text["label"] = scanned.label
    columns = {name: np.asarray(values, dtype=object)[kept] for name, values in text.items()}
    return Samples({**columns, **_confound_columns(confounds)})


def _confound_columns(confounds: Sequence[Confounds]) -> dict[str, NDArray[Any]]:
    return {
        "source_format": np.asarray([one.format for one in confounds], dtype=object),
        "mode": np.asarray([one.mode for one in confounds], dtype=object),
        "jpeg_quality": np.asarray([one.jpeg_quality for one in confounds], dtype=np.int16),
        "width": np.asarray([one.width for one in confounds], dtype=np.int32),
        "height": np.asarray([one.height for one in confounds], dtype=np.int32),
        "bit_depth": np.asarray([one.bit_depth for one in confounds], dtype=np.int16),
        "exif": np.asarray([one.has_exif for one in confounds], dtype=np.uint8),
    }
