"""Latents drawn from their posteriors, the same however the rows are cut into batches."""

# n images of a batch, Z latents

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from synthgap_cli.vaes.inference import Latents
from synthgap_cli.vaes.model import Posterior


def draw_latents(
    latents: Latents, rows: NDArray[np.intp], *, seed: int | Sequence[int]
) -> NDArray[np.float32]:
    """Return one draw of each posterior, float32 ``(n, Z)``.

    A row's noise is a function of ``seed`` and the row's number alone, computed on the CPU: it depends
    neither on the batch that the row is in nor on the device.

    Parameters
    ----------
    latents : Latents
        Posteriors of n rows; unit variance where ``log_variance`` is None.
    rows : int (n,)
        Their numbers in the whole store.
    seed : int or ints
        Rows of equal number have equal noise under one seed: stores that are compared need different ones.
    """
    entropy = [seed] if isinstance(seed, int) else list(seed)
    width = latents.mean.shape[1]
    generators = (np.random.default_rng([*entropy, int(row)]) for row in rows)
    noise = [generator.standard_normal(width, dtype=np.float32) for generator in generators]
    spread = None if latents.log_variance is None else torch.from_numpy(latents.log_variance)
    posterior = Posterior(torch.from_numpy(latents.mean), spread)
    return posterior.sample(torch.from_numpy(np.stack(noise))).numpy()
