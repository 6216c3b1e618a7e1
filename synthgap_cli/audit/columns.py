"""What an auditor may look at: a few named columns of one value an image."""

# N images

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Column:
    """One property of N images.

    Attributes
    ----------
    name : str
        As results name it.
    title : str
        As people read it: ``original size, px``.
    values : float64 or object (N,)
        Numbers, NaN where there is none; or texts, which are categories.
    """

    name: str
    title: str
    values: NDArray[Any]

    @property
    def is_category(self) -> bool:
        """Whether the values are texts."""
        return self.values.dtype.kind == "O"

    def codes(self) -> NDArray[np.float64]:
        """Return the values as finite numbers (N,), as trees want them.

        Of texts, their places in the alphabet; for a number that is missing, one below all that are known.
        """
        if self.is_category:
            return np.unique(self.values.astype(np.str_), return_inverse=True)[1].astype(np.float64)
        known = self.values[~np.isnan(self.values)]
        missing = float(known.min()) - 1 if len(known) else 0.0
        return np.where(np.isnan(self.values), missing, self.values)
