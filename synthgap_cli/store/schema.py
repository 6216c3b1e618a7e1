"""What a store of each kind may hold: the table behind docs/format.md."""

# N rows, H height, W width, D features, Z latents, C components

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

FORMAT = "synthgap"
FORMAT_VERSION = 1


class Kind(StrEnum):
    """The kinds of file that commands pass to each other."""

    IMAGES = "images"
    FEATURES = "features"
    LATENTS = "latents"
    CLASSIFICATION = "classification"
    RESULTS = "results"
    VAE = "vae"  # a safetensors file; the others are HDF5

    @property
    def suffix(self) -> str:
        """The end of a conventional file name."""
        return ".vae.safetensors" if self is Kind.VAE else f".{self}.h5"


@dataclass(frozen=True)
class Declared:
    """A dataset that a store may hold: where, of which types, of how many dimensions."""

    path: str  # a regular expression over the whole path
    types: str  # numpy type codes: u unsigned, i integer, f float, S text
    dimensions: tuple[int, ...]
    required: bool = False

    def covers(self, path: str) -> bool:
        """Whether the declaration is about the dataset at this path."""
        return re.fullmatch(self.path, path) is not None


_NAME = r"[^/]+"
_SAMPLES = (
    Declared("samples/(id|split|group|source)", "S", (1,)),
    Declared("samples/(label|source_format|mode)", "S", (1,)),
    Declared("samples/(jpeg_quality|width|height|bit_depth|exif)", "iu", (1,)),
)
_SHIFT = Declared(f"shift/{_NAME}", "f", (1, 2))
_PROVENANCE = Declared("provenance", "S", (0,), required=True)

DECLARED: dict[Kind, tuple[Declared, ...]] = {
    Kind.IMAGES: (_PROVENANCE, Declared("images", "u", (4,), required=True), _SHIFT, *_SAMPLES),
    Kind.FEATURES: (_PROVENANCE, Declared("features", "f", (2,), required=True), *_SAMPLES),
    Kind.LATENTS: (
        _PROVENANCE,
        Declared("mean", "f", (2,), required=True),
        Declared("log-variance", "f", (2,)),
        _SHIFT,
        *_SAMPLES,
    ),
    Kind.CLASSIFICATION: (
        _PROVENANCE,
        Declared(f"(scores|curves|training|retrainings|summary)/{_NAME}", "Sfiu", (1,)),
        Declared(f"(calibration|sources|examples)/{_NAME}", "Sfiu", (1,)),
        Declared(f"model/{_NAME}", "f", (0, 1, 2, 3, 4)),
    ),
    Kind.RESULTS: (
        _PROVENANCE,
        Declared(f"summary/{_NAME}", "Sfiu", (1,)),
        Declared(f"(components|top)/{_NAME}/{_NAME}", "Sfiu", (1,)),
        Declared(f"(closed|content|utility|utility-trainings|density|density-points)/{_NAME}", "Sfiu", (1,)),
    ),
}
