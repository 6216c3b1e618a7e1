"""Image stores to feature stores, one pass over the images for all networks."""

# n images of one batch, D features

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from synthgap_cli.devices import Precision, resolve_device, resolve_precision, share_of
from synthgap_cli.extractors.extraction import extract
from synthgap_cli.extractors.extractor import Extractor, is_enlarged
from synthgap_cli.extractors.loading import load_extractor
from synthgap_cli.extractors.names import family_of
from synthgap_cli.imaging.batches import iterate_batches, split_batches
from synthgap_cli.stages.outputs import place
from synthgap_cli.stages.run import Run
from synthgap_cli.stages.views import ExtractSettings, View
from synthgap_cli.stages.weights import parse_weights
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import Recipe
from synthgap_cli.store.reader import Store, open_store
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.views import StoredImages
from synthgap_cli.store.writer import create_store
from synthgap_cli.study_dir import file_name

LARGE = 1 << 30  # bytes of a feature store that a user should know of before it is written


@dataclass(frozen=True)
class Job:
    """A feature store to write."""

    images: Header
    view: View
    path: Path
    recipe: Recipe


def extract_features(
    images: Sequence[Header],
    settings: ExtractSettings,
    *,
    output: str | None,
    batch_size: int,
    run: Run,
) -> list[Path]:
    """Write the features of each image store under each view; return the paths of all that is there.

    Raises
    ------
    UsageProblem
        A network or layer is unknown, or the layer cannot be pooled so.
    InputMissing
        Weights are not cached and cannot be downloaded, or a file of weights is not there.
    """
    device = resolve_device(run.device)
    precision = resolve_precision(settings.precision, device)
    jobs = _plan(images, settings, precision, output)
    if run.dry_run:  # which else would load nothing, and so promise what cannot be
        for job in jobs:
            family_of(job.view.network)
    due = [job for job in jobs if run.must_make(job.path, job.recipe)]
    if run.dry_run:
        return []
    extractors = {
        view: load_extractor(
            view.network,
            weights=parse_weights(view.weights),
            seed=settings.seed,
            layer=view.layer,
            pool=view.pool,
            device=device,
        )
        for view in dict.fromkeys(job.view for job in due)
    }
    for header in images:
        if mine := [job for job in due if job.images is header]:
            with open_store(header.path, Kind.IMAGES) as store:
                _extract(store, mine, [extractors[job.view] for job in mine], precision, batch_size, run)
    return [job.path for job in jobs]


def _plan(
    images: Sequence[Header], settings: ExtractSettings, precision: Precision, output: str | None
) -> list[Job]:
    parameters = {view: settings.parameters(view, precision) for view in settings.views()}
    wanted = [(header, view) for header in images for view in parameters]
    names = [file_name(header.domain, (*header.steps, view.tag), Kind.FEATURES) for header, view in wanted]
    return [
        Job(
            header,
            view,
            path,
            Recipe("extract", parameters[view], (header.as_parent("images", child=path),)),
        )
        for (header, view), path in zip(wanted, place(output, names, beside=images[0]), strict=True)
    ]


def _extract(
    store: Store,
    jobs: Sequence[Job],
    extractors: Sequence[Extractor],
    precision: Precision,
    batch_size: int,
    run: Run,
) -> None:
    device = resolve_device(run.device)
    source = StoredImages(store.dataset("images"))
    _warn(extractors, len(source), source.shape[1], run)
    batches = split_batches(np.arange(len(source)), share_of(batch_size, device))
    features = extract(extractors, iterate_batches(source, batches), device=device, precision=precision)
    with ExitStack() as writing:
        writers = [
            writing.enter_context(create_store(job.path, _header(job, extractor, source.shape[1], run)))
            for job, extractor in zip(jobs, extractors, strict=True)
        ]
        columns = [
            writer.rows("features", (extractor.num_features,), "float32")
            for writer, extractor in zip(writers, extractors, strict=True)
        ]
        described = f"extracting {store.header.domain}"
        for blocks in run.reporter.track(features, described, len(batches)):
            for column, block in zip(columns, blocks, strict=True):
                column.append(block)  # (n, D)
        for writer in writers:
            writer.samples(store.samples())


def _header(job: Job, extractor: Extractor, image_size: int, run: Run) -> Header:
    images = job.images
    resized = image_size != extractor.input_size
    return Header(
        kind=Kind.FEATURES,
        provenance=run.provenance(job.recipe, [images]),
        domain=images.domain,
        role=images.role,
        steps=(*images.steps, extractor.tag),
        reference_steps=(*images.reference_steps, extractor.tag),
        attributes={
            "network": extractor.name,
            "layer": extractor.layer,
            "pool": extractor.pool,
            "weights": extractor.weights,
            "weights-sha256": extractor.weights_sha256,
            "preprocessing": {
                "image-size": image_size,
                "input-size": extractor.input_size,
                "resize": "antialiased bicubic, no crop" if resized else "none",
                "mean": list(extractor.mean),
                "std": list(extractor.std),
            },
        },
    )


def _warn(extractors: Sequence[Extractor], num_images: int, image_size: int, run: Run) -> None:
    """Tell of images that the networks cannot see more in than they hold, and of stores that fill a disk."""
    if enlarged := [extractor for extractor in extractors if is_enlarged(extractor, image_size)]:
        wanted = ", ".join(f"{extractor.name} ({extractor.input_size})" for extractor in enlarged)
        run.reporter.warn(
            f"Images of {image_size} pixels are enlarged for {wanted}, which see no more detail by it."
        )
    for extractor in extractors:
        size = num_images * extractor.num_features * 4  # float32
        if size > LARGE:
            run.reporter.warn(
                f"{extractor.tag} makes {extractor.num_features:,} numbers of each image: "
                f"{size / 2**30:.1f} GiB for {num_images:,} images."
            )
