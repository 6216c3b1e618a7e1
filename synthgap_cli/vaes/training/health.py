"""What is wrong with a training whose loss falls all the same: a sentence about it, or nothing."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.vaes.training.records import EpochRecord
from synthgap_cli.vaes.training.validation import ACTIVE_VARIANCE

LEAST_ACTIVE = 0.02  # share of the latents; healthy trainings had more than half when measured
FEWEST_IMAGES = 8  # to validate on, for their latents to show whether they vary
LEAST_KL = 1.0  # nats an image: too little to tell three images apart
MOST_REPEATS = 10  # times that an epoch shows one image


def collapse(record: EpochRecord, num_latents: int) -> str | None:
    """Return what tells that the latents say next to nothing about the images, and what to try.

    Posterior collapse (Bowman et al. 2016, arXiv:1511.06349, section 3.1): the KL term has drawn the
    posterior of every image to the prior, and the decoder makes the same picture of all. Either of two signs
    is enough: hardly a latent is active, or the divergence is below 1 nat an image. Where no latent is active
    but the divergence is large, an encoder that learns too fast says the same of every image.

    Parameters
    ----------
    record : EpochRecord
        Of an epoch after the KL term has reached its full weight.
    num_latents : int
        Numbers that one image is encoded as.
    """
    if record.active_units >= LEAST_ACTIVE * num_latents and record.kl >= LEAST_KL:
        return None
    told = (
        f"The posterior has collapsed: {record.active_units:,} of {num_latents:,} latents differ between "
        f"images and the KL divergence is {record.kl:.2g} nats an image, so the latents say next to nothing "
        "about the images. "
    )
    if record.kl < max(LEAST_KL, ACTIVE_VARIANCE * num_latents):  # near the prior: the KL term has won
        return (
            f"{told}Lower --beta, let it grow more slowly (--kl-warm-up), or leave free bits (--free-bits)."
        )
    return f"{told}It is not near the prior: lower --lr, or clip the gradient (--clip-norm 1)."


def domain_mix(rows_by_domain: Mapping[str, NDArray[np.intp]], *, balanced: bool) -> str | None:
    """Return what is wrong with the images that a training is to see, if anything is.

    Parameters
    ----------
    rows_by_domain : mapping of str to rows
        The training rows of each domain, not empty.
    balanced : bool
        Whether every domain has the same share of each epoch.
    """
    counts = {domain: len(rows) for domain, rows in rows_by_domain.items()}
    if len(counts) == 1:
        domain = next(iter(counts))
        return (
            f"All training images are {domain}: what the VAE makes of images of another domain is "
            "extrapolated, and their latents are no fair comparison. Train on the stores of both."
        )
    domain, fewest = min(counts.items(), key=lambda item: item[1])
    total = sum(counts.values())
    repeats = total / len(counts) / fewest
    if repeats <= MOST_REPEATS:
        return None
    if balanced:
        return (
            f"{fewest:,} of {total:,} training images are {domain}: with equal shares of the domains an "
            f"epoch shows each of them {repeats:.0f} times, and the VAE may learn them by heart. Prepare "
            "more of them, or let each image count alike (--no-balanced)."
        )
    return (
        f"{fewest:,} of {total:,} training images are {domain}, {fewest / total:.2%}: the VAE will hardly "
        "learn them. Prepare more of them, or give the domains equal shares (--balanced)."
    )
