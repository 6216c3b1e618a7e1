"""Running out of memory, told as something a user can mend."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from synthgap_cli.errors import SynthgapError

# What torch (CUDA, MPS, CPU), its libraries and numpy say; only some of them raise a type of their own.
_SIGNS = ("out of memory", "allocate memory", "not enough memory", "alloc_failed", "unable to allocate")


class OutOfMemory(SynthgapError):
    """The processor or the device has no room for what is computed at once."""


@contextmanager
def memory_limits_told(doing: str, *, hint: str = "Lower --batch-size.") -> Iterator[None]:
    """Raise `OutOfMemory`, saying what was being done, where the block runs out of memory.

    Raises
    ------
    OutOfMemory
        With how much was asked for, where that is known.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
        asked = re.search(r"allocate (\d[\d.]* \w+)", str(error))
        amount = f" ({asked[1]} more were asked for)" if asked else ""
        raise OutOfMemory(f"Memory ran out while {doing}{amount}.", hint=hint) from error


def is_out_of_memory(error: BaseException) -> bool:
    """Return whether this is how torch, a library of its, or numpy says that memory has run out."""
    return isinstance(error, MemoryError) or any(sign in str(error).lower() for sign in _SIGNS)
