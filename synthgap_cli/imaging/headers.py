"""What the headers of many files say, without a look at their pixels."""

from __future__ import annotations

from collections.abc import Sequence

from synthgap_cli.arrays import Track, untracked
from synthgap_cli.imaging.confounds import Confounds, read_confounds
from synthgap_cli.imaging.opening import BadImage, opened
from synthgap_cli.imaging.scan import Found


def read_headers(found: Sequence[Found], *, track: Track = untracked) -> list[Confounds]:
    """Return what the header of each file says; files that cannot be opened are passed over."""
    read: list[Confounds] = []
    for image in track(found, "Reading headers", len(found)):
        try:
            with opened(image.path) as file:
                read.append(read_confounds(file))
        except BadImage:  # who reads the pixels reports it
            continue
    return read
