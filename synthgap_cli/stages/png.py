"""An image store as a folder of PNG files with a manifest."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path, PurePosixPath

import numpy as np
from PIL import Image

from synthgap_cli.errors import OutputExists
from synthgap_cli.stages.run import Run
from synthgap_cli.store.atomic import replacing
from synthgap_cli.store.reader import Store, open_store
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.views import StoredImages

MANIFEST = "manifest.csv"
DIGEST_FILE = "content-sha256"


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


def safe_name(identifier: str, row: int) -> PurePosixPath:
    """Return the relative path, ending in .png, for an image id that may come from a stranger.

    Each part keeps letters, digits and ``._-``; none begins with a dot, so that none leads upwards. The row
    makes it unique.
    """
    parts = [re.sub(r"[^\w.-]", "_", part)[:80].lstrip(".") for part in PurePosixPath(identifier).parts]
    parts = [part for part in parts if part] or ["image"]
    stem = PurePosixPath(parts[-1]).stem or "image"
    return PurePosixPath(*parts[:-1], f"{stem}-{row:06d}.png")


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
