"""A trained VAE as a safetensors file: weights, and a JSON header that says how to rebuild it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synthgap_cli.errors import InputMissing, InvalidInput
from synthgap_cli.store.atomic import replacing
from synthgap_cli.store.digest import tensors_digest
from synthgap_cli.store.header import Header, parse_header
from synthgap_cli.store.schema import FORMAT, FORMAT_VERSION

if TYPE_CHECKING:
    from torch import Tensor


def write_vae(path: Path, header: Header, weights: Mapping[str, Tensor]) -> None:
    """Write the weights and the header; ``header.attributes`` holds the configuration."""
    from safetensors.torch import save_file

    semantic = header.semantic()
    stored = {name: tensor.detach().cpu().contiguous() for name, tensor in weights.items()}
    digest = tensors_digest({name: tensor.numpy() for name, tensor in stored.items()}, semantic)
    metadata = {name: str(value) for name, value in semantic.items()}
    metadata |= {"format": FORMAT, "content-sha256": digest, "provenance": header.provenance.to_json()}
    with replacing(path) as partial:
        save_file(stored, partial, metadata=metadata)


def read_vae_header(path: Path) -> Header:
    """Return the header alone; the weights stay unread.

    Raises
    ------
    InputMissing
        There is no such file.
    InvalidInput
        It is no VAE written by this program, or by a newer one.
    """
    if not path.exists():
        raise InputMissing(f"There is no file {path}.")
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > path.stat().st_size:
            raise InvalidInput(f"{path} is not a safetensors file, or is damaged.")
        raw = file.read(length)
    try:
        described = json.loads(raw)
        metadata = described["__metadata__"]
        end = max(tensor["data_offsets"][1] for name, tensor in described.items() if name != "__metadata__")
        stamped = metadata["format"] == FORMAT and int(metadata["format-version"]) <= FORMAT_VERSION
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput(f"{path} is not a VAE that synthgap has written.") from error
    if 8 + length + end > path.stat().st_size:
        raise InvalidInput(f"{path} is cut off: {end} bytes of weights are announced.")
    if not stamped:
        raise InvalidInput(f"{path} is not a VAE of a format version up to {FORMAT_VERSION}.")
    return parse_header(metadata, metadata.get("provenance", ""), path)


def read_vae(path: Path) -> tuple[Header, dict[str, Tensor]]:
    """Return the header and the weights by name.

    Raises
    ------
    InvalidInput
        As :func:`read_vae_header`, or the weights do not have the recorded digest.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    header = read_vae_header(path)
    try:
        weights: dict[str, Any] = load_file(path)
    except SafetensorError as error:
        raise InvalidInput(f"{path} is damaged: {error}.") from error
    if tensors_digest({n: t.numpy() for n, t in weights.items()}, header.semantic()) != header.sha256:
        raise InvalidInput(f"{path}: its weights do not have the digest it records.")
    return header, weights
