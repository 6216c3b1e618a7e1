"""Images to latents and back, batch by batch, with a trained autoencoder."""

# N images, n images of a batch, H height, W width, Z latents

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from synthgap_cli.devices import Precision, autocast, full_precision, map_batches
from synthgap_cli.errors import InvalidInput
from synthgap_cli.imaging.tensors import to_uint8, to_unit_tensor
from synthgap_cli.vaes.model import Vae


class Latents(NamedTuple):
    """The posteriors of a batch: ``mean`` and ``log_variance``, float32 ``(n, Z)``.

    ``log_variance`` is None where the architecture fixes the variance at one.
    """

    mean: NDArray[np.float32]
    log_variance: NDArray[np.float32] | None


def encode(
    vae: Vae, batches: Iterable[NDArray[np.uint8]], *, device: torch.device, precision: Precision
) -> Iterator[Latents]:
    """Yield the latents of each batch of images, uint8 ``(n, H, W, 3)``.

    Images of another size than the autoencoder's are resized on the device with the program's one filter.
    In fp32, which is without TF32, an image's latents are the same in any batch to within 1e-5 of the largest
    latent.

    Raises
    ------
    InvalidInput
        A latent is not finite: the autoencoder diverged, or bf16 is too coarse for it.
    """
    vae = ready(vae, device)
    yield from map_batches(
        partial(encode_batch, vae, device=device, precision=precision), batches, device=device
    )


def decode(
    vae: Vae, blocks: Iterable[NDArray[np.float32]], *, device: torch.device, precision: Precision
) -> Iterator[NDArray[np.uint8]]:
    """Yield the images, uint8 ``(n, H, W, 3)``, of each block of latents, float32 ``(n, Z)``.

    Raises
    ------
    InvalidInput
        The autoencoder has another number of latents, or a latent is not finite.
    """
    vae = ready(vae, device)

    def decode_block(rows: NDArray[np.float32]) -> NDArray[np.uint8]:
        return to_uint8(decode_batch(vae, rows, device=device, precision=precision))

    yield from map_batches(decode_block, blocks, device=device)


def ready(vae: Vae, device: torch.device) -> Vae:
    """Return the autoencoder on the device, ready for `encode_batch` and `decode_batch`."""
    return vae.to(device).to(memory_format=torch.channels_last).eval()


def encode_batch(
    vae: Vae, images: NDArray[np.uint8], *, device: torch.device, precision: Precision
) -> Latents:
    """Return the latents of images as `encode` yields them, of an autoencoder that is `ready`."""
    with torch.inference_mode(), full_precision(device), autocast(device, precision):
        posterior = vae.encode(to_unit_tensor(images, device=device, size=vae.image_size))
    spread = posterior.log_variance
    latents = Latents(_rows(posterior.mean), None if spread is None else _rows(spread))
    if not all(np.isfinite(part).all() for part in latents if part is not None):
        raise InvalidInput(
            f"{vae.tag} encodes an image to latents that are not finite.",
            hint="Encode with --precision fp32, or train the autoencoder anew.",
        )
    return latents


def decode_batch(
    vae: Vae, rows: NDArray[np.float32], *, device: torch.device, precision: Precision
) -> Tensor:
    """Return what `decode` rounds to levels: float32 ``(n, 3, H, W)`` in [0, 1] on the device."""
    num_latents = math.prod(vae.latent_shape)
    if rows.shape[1] != num_latents:
        raise InvalidInput(
            f"The latents have {rows.shape[1]} numbers an image, {vae.tag} has {num_latents}.",
            hint="Decode with the autoencoder that encoded them.",
        )
    if not np.isfinite(rows).all():
        raise InvalidInput("A latent is not finite: it cannot be decoded.")
    latents = torch.from_numpy(rows).to(device).reshape(len(rows), *vae.latent_shape)
    with torch.inference_mode(), full_precision(device), autocast(device, precision):
        return vae.decode(latents)


def _rows(values: Tensor) -> NDArray[np.float32]:
    return values.flatten(1).cpu().numpy()
