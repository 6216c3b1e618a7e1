"""Image stores to feature stores, one pass over the images for all networks."""

# n images of one batch, D features

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from synthgap_cli.devices import resolve_device, resolve_precision, share_of
from synthgap_cli.extractors.extraction import extract
from synthgap_cli.extractors.extractor import Extractor, is_enlarged
from synthgap_cli.extractors.loading import load_extractor
from synthgap_cli.extractors.names import expand, tag_of
from synthgap_cli.imaging.batches import iterate_batches, split_batches
from synthgap_cli.stages.outputs import place
from synthgap_cli.stages.run import Run
from synthgap_cli.stages.weights import identify, parse_weights
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import Recipe
from synthgap_cli.store.reader import Store, open_store
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.views import StoredImages
from synthgap_cli.store.writer import create_store
from synthgap_cli.study_dir import file_name


@dataclass(frozen=True)
class ExtractSettings:
    """What enters the recipe of a feature store."""

    networks: tuple[str, ...]
    weights: str = "imagenet"  # imagenet, random, or a file
    seed: int = 0  # of random weights
    precision: str = "fp32"

    def parameters(self, network: str) -> dict[str, object]:
        """Return the recipe's parameters for one network; a file of weights counts by its content."""
        return {
            "network": network,
            "weights": identify(self.weights),
            "seed": self.seed if self.weights == "random" else None,
            "precision": self.precision,
        }


@dataclass(frozen=True)
class Job:
    """A feature store to write."""

    network: str
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
    """Write the features of each image store under each network; return the paths of all that is there.

    Raises
    ------
    UsageProblem
        A network is unknown.
    InputMissing
        Its weights are not cached and cannot be downloaded, or the file of weights is not there.
    """
    networks = expand(settings.networks)
    tags = [(store, network) for store in images for network in networks]
    names = [
        file_name(store.domain, (*store.steps, tag_of(network)), Kind.FEATURES) for store, network in tags
    ]
    paths = place(output, names, beside=images[0])
    extractors: dict[str, Extractor] = {}
    parameters = {network: settings.parameters(network) for network in networks}
    for store in images:
        jobs = []
        for (of, network), path in zip(tags, paths, strict=True):
            recipe = Recipe("extract", parameters[network], (store.as_parent("images", child=path),))
            if of is store and run.must_make(path, recipe):
                jobs.append(Job(network, path, recipe))
        for job in jobs:
            if job.network not in extractors:
                extractors[job.network] = _load(job.network, settings, run)
        if jobs:
            with open_store(store.path, Kind.IMAGES) as opened:
                _extract(opened, jobs, extractors, settings.precision, batch_size, run)
    return [] if run.dry_run else paths


def _load(network: str, settings: ExtractSettings, run: Run) -> Extractor:
    device = resolve_device(run.device)
    return load_extractor(network, weights=parse_weights(settings.weights), seed=settings.seed, device=device)


def _extract(
    store: Store,
    jobs: Sequence[Job],
    extractors: dict[str, Extractor],
    precision: str,
    batch_size: int,
    run: Run,
) -> None:
    device = resolve_device(run.device)
    source = StoredImages(store.dataset("images"))
    chosen = [extractors[job.network] for job in jobs]
    _warn_of_enlarging(chosen, source.shape[1], run)
    batches = split_batches(np.arange(len(source)), share_of(batch_size, device))
    features = extract(
        chosen,
        iterate_batches(source, batches),
        device=device,
        precision=resolve_precision(precision, device),
    )
    with ExitStack() as writing:
        writers = [
            writing.enter_context(create_store(job.path, _header(store.header, job, extractor, run)))
            for job, extractor in zip(jobs, chosen, strict=True)
        ]
        columns = [
            writer.rows("features", (extractor.num_features,), "float32")
            for writer, extractor in zip(writers, chosen, strict=True)
        ]
        described = f"extracting {store.header.domain}"
        for blocks in run.reporter.track(features, described, len(batches)):
            for column, block in zip(columns, blocks, strict=True):
                column.append(block)  # (n, D)
        for writer in writers:
            writer.samples(store.samples())


def _header(images: Header, job: Job, extractor: Extractor, run: Run) -> Header:
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
            "weights": extractor.weights,
            "weights-sha256": extractor.weights_sha256,
            "preprocessing": {
                "input-size": extractor.input_size,
                "resize": "antialiased bicubic to the input size, no crop",
                "mean": list(extractor.mean),
                "std": list(extractor.std),
            },
        },
    )


def _warn_of_enlarging(extractors: Sequence[Extractor], size: int, run: Run) -> None:
    enlarged = [extractor for extractor in extractors if is_enlarged(extractor, size)]
    if enlarged:
        wanted = ", ".join(f"{extractor.name} ({extractor.input_size})" for extractor in enlarged)
        run.reporter.warn(
            f"Images of {size} pixels are enlarged for {wanted}, which see no more detail by it."
        )
