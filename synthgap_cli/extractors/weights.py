"""Files of weights: read without running what they hold, loaded whole, and told apart by digest."""

from __future__ import annotations

import hashlib
import re
import textwrap
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor, nn

from synthgap_cli.errors import InputMissing, InvalidInput

_WRAPPERS = re.compile(r"^((module|_orig_mod)(\.|$))+")  # of DistributedDataParallel and torch.compile


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def state_sha256(state: Mapping[str, Tensor]) -> str:
    """Return the SHA-256 of a state dict's names, dtypes, shapes and bytes, in hexadecimal."""
    digest = hashlib.sha256()
    for name in sorted(state):
        array = state[name].detach().cpu().contiguous().numpy()
        digest.update(f"{name} {array.dtype} {array.shape}\n".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def read_state(path: Path) -> OrderedDict[str, Tensor]:
    """Return the state dict in a ``.safetensors`` file or one of torch's, without its wrappers' prefixes.

    Its ``_metadata``, by which modules recognise older versions of themselves, is kept where there is one.

    Raises
    ------
    InputMissing
        There is no such file.
    InvalidInput
        It is neither, or holds anything but a state dict.
    """
    if not path.is_file():
        raise InputMissing(f"There is no file of weights {path}.", hint="Check the path given to --weights.")
    try:
        loaded: Any = (
            safetensors.torch.load_file(path)
            if path.suffix == ".safetensors"
            else torch.load(path, map_location="cpu", weights_only=True)
        )
    except Exception as error:  # both readers raise nearly anything of bytes that are no weights
        raise InvalidInput(
            f"{path} cannot be read as weights ({type(error).__name__}).",
            hint="Save the network's state_dict() with torch.save, or as safetensors.",
        ) from error
    if not (
        isinstance(loaded, dict) and loaded and all(isinstance(item, Tensor) for item in loaded.values())
    ):
        raise InvalidInput(
            f"{path} holds something else than a state dict.", hint="Save the network's state_dict() alone."
        )
    state = OrderedDict((_WRAPPERS.sub("", name), tensor) for name, tensor in loaded.items())
    if versions := getattr(loaded, "_metadata", None):
        state._metadata = {_WRAPPERS.sub("", name): version for name, version in versions.items()}  # type: ignore[attr-defined]
    return state


def load_state(module: nn.Module, state: OrderedDict[str, Tensor]) -> None:
    """Load a state dict into the network that has exactly its weights.

    Raises
    ------
    InvalidInput
        A weight is missing, superfluous or misshapen; the first of them is named.
    """
    if not hasattr(state, "_metadata"):  # safetensors keeps none: taken as today's
        state._metadata = module.state_dict()._metadata  # type: ignore[attr-defined]
    try:
        keys = module.load_state_dict(state, strict=False)
    except (RuntimeError, ValueError) as error:
        raise misfit(str(error).splitlines()[-1].strip()) from error
    # old files lack batch norm's count of the batches it saw, which plays no part in features
    missing = [name for name in keys.missing_keys if not name.endswith("num_batches_tracked")]
    if missing:
        raise misfit(f"{missing[0]} is missing, one of {len(missing)}.")
    if keys.unexpected_keys:
        raise misfit(f"{keys.unexpected_keys[0]} is unexpected, one of {len(keys.unexpected_keys)}.")


def misfit(reason: str) -> InvalidInput:
    """Return the error for weights that are not the network's."""
    return InvalidInput(
        f"The weights do not fit the network: {textwrap.shorten(reason, 120)}",
        hint="Give the weights of this very network.",
    )
