"""What a training tells, epoch by epoch: a CSV file, a picture, TensorBoard's events, a results store."""

# n images shown of a domain, H height, W width

from __future__ import annotations

import csv
import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.errors import SynthgapError
from synthgap_cli.imaging.contact_sheet import SheetRow, contact_sheet
from synthgap_cli.statistics.spreading import spread_over_groups
from synthgap_cli.store.atomic import replacing
from synthgap_cli.store.header import Header
from synthgap_cli.store.reader import Store
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.views import StoredImages
from synthgap_cli.store.writer import create_store
from synthgap_cli.vaes.training.records import EpochRecord
from synthgap_cli.vaes.training.validation import Validation

SHOWN = 8  # validation images of each domain
Restored = tuple[NDArray[np.uint8], NDArray[np.uint8]]
"""Originals and what is restored of them, both ``(n, H, W, 3)``."""

_OF_VALIDATION = {field.name for field in fields(Validation)}


def log_paths(vae: Path) -> tuple[Path, Path]:
    """Return where the log of a VAE's training lies: the results store and the CSV."""
    return _beside(vae, f"training{Kind.RESULTS.suffix}"), _beside(vae, "training.csv")


def picture_path(vae: Path) -> Path:
    """Return where the picture of restored validation images lies."""
    return _beside(vae, "training.png")


def board_path(vae: Path) -> Path:
    """Return the directory of TensorBoard's events."""
    return _beside(vae, "training.tensorboard")


class TrainingLog:
    """Files beside the VAE to be, brought up to date after each epoch; to be closed, as a context is.

    TensorBoard gets its events where the package ``tensorboard`` is installed. Points of an earlier run from
    the step on that this one starts at are taken back: neither a resumed training nor one begun anew draws
    two curves.

    Parameters
    ----------
    vae : Path
        The VAE to be.
    resumed : sequence of EpochRecord
        What was recorded before the training was interrupted.
    """

    def __init__(self, vae: Path, *, resumed: Sequence[EpochRecord] = ()) -> None:
        self._vae = vae
        if resumed:
            _write_csv(log_paths(vae)[1], resumed)  # a kill may have come before the last line
        self._board = _open_board(board_path(vae), first_step=resumed[-1].step + 1 if resumed else 0)

    def __enter__(self) -> TrainingLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._board is not None:
            self._board.close()

    def epoch(self, records: Sequence[EpochRecord]) -> None:
        """Tell of the epochs so far, of which the last is new."""
        _write_csv(log_paths(self._vae)[1], records)
        if self._board is not None:
            for name, value in asdict(records[-1]).items():
                side = "validation" if name in _OF_VALIDATION else "training"
                self._board.add_scalar(f"{side}/{name.removeprefix('val_')}", value, records[-1].step)
            self._board.flush()

    def pictures(self, restored: Mapping[str, Restored], *, step: int) -> None:
        """Show images of each domain above what the VAE restores of them after ``step`` steps."""
        rows = [
            SheetRow(label, images)
            for domain, (originals, decoded) in restored.items()
            for label, images in ((domain, originals), (f"{domain}, restored", decoded))
        ]
        sheet = contact_sheet(rows)
        with replacing(picture_path(self._vae)) as partial:
            sheet.save(partial, format="PNG", compress_level=1)  # twice as fast, a few percent larger
        if self._board is not None:
            self._board.add_image("restored", np.asarray(sheet), step, dataformats="HWC")
            self._board.flush()


def images_to_show(stores: Sequence[Store]) -> dict[str, NDArray[np.uint8]]:
    """Return a few validation images (n, H, W, 3) of each domain, from as many groups as there are."""
    shown: dict[str, NDArray[np.uint8]] = {}
    for store in stores:
        samples = store.samples()
        held_out = samples.rows_in(("val",))
        rows = held_out[spread_over_groups(samples["group"][held_out], SHOWN)]
        if len(rows) and store.header.domain not in shown:
            shown[store.header.domain] = StoredImages(store.dataset("images"))[rows]
    return shown


def write_log(path: Path, header: Header, records: Sequence[EpochRecord]) -> None:
    """Write the rows of the CSV file as ``/summary`` of a results store."""
    with create_store(path, header) as writer:
        writer.table("summary", {name: [asdict(r)[name] for r in records] for name in asdict(records[0])})


def _write_csv(path: Path, records: Sequence[EpochRecord]) -> None:
    """Write one line an epoch, under a heading."""
    with replacing(path) as partial, partial.open("w", newline="") as file:
        rows = csv.DictWriter(file, list(asdict(records[0])))
        rows.writeheader()
        rows.writerows(asdict(record) for record in records)


def _open_board(directory: Path, *, first_step: int) -> Any:  # noqa: ANN401  tensorboard is not always there
    if importlib.util.find_spec("tensorboard") is None:
        return None
    from torch.utils.tensorboard import SummaryWriter

    try:
        return SummaryWriter(str(directory), purge_step=first_step)
    except OSError as error:
        raise SynthgapError(
            f"Cannot write {directory}: {error.strerror or error}.", hint="Write elsewhere with -o."
        ) from error


def _beside(vae: Path, name: str) -> Path:
    return vae.with_name(f"{vae.name.removesuffix(Kind.VAE.suffix)}.{name}")
