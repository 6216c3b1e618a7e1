"""Files of a translated folder, each written whole or not at all."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synthgap_cli.stages.translation.journal import FOLDER
from synthgap_cli.store.atomic import writing_told


@contextmanager
def placing(output: Path, name: Path) -> Iterator[Path]:
    """Yield where to write what becomes the file ``name`` of ``output`` when the block ends well.

    That lies in the journal's folder, so a killed process leaves nothing among the images. Nothing is
    flushed to the disk: the journal has a digest of each image, and a later run looks at it.

    Raises
    ------
    SynthgapError
        It cannot be written.
    """
    target = output / name
    waiting = output / FOLDER / f"{hashlib.sha256(os.fsencode(name)).hexdigest()}.{os.getpid()}.partial"
    with writing_told(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield waiting
            waiting.replace(target)
        finally:
            waiting.unlink(missing_ok=True)
