"""A file is written whole or not at all."""

from __future__ import annotations

import errno
import glob
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synthgap_cli.errors import SynthgapError

_LONGEST = 225  # bytes of a name to which an ending can still be added: file systems allow 255


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a ``.partial`` sibling that takes the place of ``path`` when the block ends well.

    An exception, an interrupt or a full disk leaves ``path`` as it was and no sibling; a killed process
    leaves a sibling that no command reads and the next run removes. Each process has its own sibling, so of
    two that write one path the later one wins, whole.

    Raises
    ------
    SynthgapError
        The directory cannot be written, or the disk is full.
    """
    name = path.name if len(os.fsencode(path.name)) <= _LONGEST else _shortened(path.name)
    partial = path.with_name(f"{name}.{os.getpid()}.partial")
    with writing_told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        for left in path.parent.glob(f"{glob.escape(name)}.*.partial"):
            if not _is_running(left.name.split(".")[-2]):
                _remove(left)
        _remove(partial)
    try:
        yield partial
        with writing_told(path):
            _sync(partial)
            partial.replace(path)
            _sync(path.parent)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS):
            raise _cannot_write(path, error) from error
        raise
    finally:
        _remove(partial)


@contextmanager
def writing_told(path: Path) -> Iterator[None]:
    """Raise `SynthgapError`, saying which file and why, where the block cannot write it."""
    try:
        yield
    except OSError as error:
        raise _cannot_write(path, error) from error


def _cannot_write(path: Path, error: OSError) -> SynthgapError:
    return SynthgapError(f"Cannot write {path}: {error.strerror or error}.")


def _shortened(name: str) -> str:
    return hashlib.sha256(os.fsencode(name)).hexdigest()


def _is_running(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return int(process) != os.getpid()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
