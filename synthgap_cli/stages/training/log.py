"""The losses of a training, a row an epoch: a results store, and a CSV that grows while it runs."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from synthgap_cli.store.atomic import replacing
from synthgap_cli.store.header import Header
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.writer import create_store
from synthgap_cli.vaes.training.records import EpochRecord


def log_paths(vae: Path) -> tuple[Path, Path]:
    """Return where the log of a VAE's training lies: the results store and the CSV."""
    stem = vae.name.removesuffix(Kind.VAE.suffix)
    return vae.with_name(f"{stem}.training{Kind.RESULTS.suffix}"), vae.with_name(f"{stem}.training.csv")


def write_csv(path: Path, records: Sequence[EpochRecord]) -> None:
    """Write one line an epoch, under a heading."""
    with replacing(path) as partial, partial.open("w", newline="") as file:
        rows = csv.DictWriter(file, list(asdict(records[0])))
        rows.writeheader()
        rows.writerows(asdict(record) for record in records)


def write_log(path: Path, header: Header, records: Sequence[EpochRecord]) -> None:
    """Write the same rows as ``/summary`` of a results store."""
    with create_store(path, header) as writer:
        writer.table("summary", {name: [asdict(r)[name] for r in records] for name in asdict(records[0])})
