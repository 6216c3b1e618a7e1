"""An image store as a folder of PNG files with a manifest."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from synthgap_cli.errors import OutputExists
from synthgap_cli.stages.png_names import DIGEST_FILE, MANIFEST, safe_name
from synthgap_cli.stages.run import Run
from synthgap_cli.store.atomic import replacing
from synthgap_cli.store.reader import Store, open_store
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.views import StoredImages


def write_png_folders(images: Sequence[Path], parent: Path, run: Run) -> list[Path]:
    """Write each image store into a folder of its own below ``parent``, named like it; return the folders.

    Raises
    ------
    OutputExists
        A folder holds something else and may not be replaced.
    """
    if run.dry_run:
        run.reporter.plan(parent, [])
    folders = [parent / path.name.removesuffix(Kind.IMAGES.suffix) for path in images]
    for path, folder in zip(images, folders, strict=True):
        write_png_folder(path, folder, run)
    return folders


def write_png_folder(images: Path, folder: Path, run: Run) -> None:
    """Write every image of a store below a folder, in the sub-folders of its id; the folder appears whole.

    Raises
    ------
    OutputExists
        The folder holds something else and may not be replaced.
    """
    with open_store(images, Kind.IMAGES) as store:
        if folder.exists():
            if run.replace != "always" and _digest(folder) == store.header.sha256:
                run.reporter.note(f"{folder} is up to date.")
                return
            if run.replace == "never" or not _digest(folder):  # never a folder that is not ours
                hint = "--force replaces it." if _digest(folder) else "Give another folder with --png."
                raise OutputExists(f"{folder} exists and holds other files.", hint=hint)
        with replacing(folder) as partial:
            partial.mkdir()
            _write_images(store, partial, run)
            (partial / DIGEST_FILE).write_text(store.header.sha256 + "\n")
            if folder.exists():
                shutil.rmtree(folder)
        run.reporter.note(f"{folder} holds the pictures of {images}.")


def _write_images(store: Store, folder: Path, run: Run) -> None:
    samples = store.samples()
    source = StoredImages(store.dataset("images"))
    with (folder / MANIFEST).open("w", newline="", encoding="utf-8") as file:
        manifest = csv.writer(file)
        manifest.writerow(["file", "id", "split", "group", "source"])
        for row in run.reporter.track(range(len(source)), f"writing {folder.stem}", len(source)):
            name = safe_name(samples["id"][row], row)
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(source[np.array([row])][0]).save(target)
            manifest.writerow(
                [name, *(samples[column][row] for column in ("id", "split", "group", "source"))]
            )


def _digest(folder: Path) -> str:
    recorded = folder / DIGEST_FILE
    return recorded.read_text().strip() if recorded.exists() else ""
