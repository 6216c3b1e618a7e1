"""A fitted shift as something that turns small images into coefficients for large ones."""

# n images of a batch, S their size, Z latents or values of all pixels, K coefficients of a position

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from synthgap_cli.devices import Precision
from synthgap_cli.imaging.pixel_rows import PixelRows
from synthgap_cli.imaging.tensors import to_unit_tensor
from synthgap_cli.shifts.shift import KindNumbers, Parameters, Shift, load_shift
from synthgap_cli.stages.vae import load_vae, vae_of
from synthgap_cli.store.header import Header
from synthgap_cli.store.reader import open_store
from synthgap_cli.store.schema import Kind
from synthgap_cli.translation.detail import Detail, load_detail
from synthgap_cli.vaes.inference import decode_batch, encode_batch, ready

Rows = NDArray[np.float32]


@dataclass(frozen=True)
class Codec:
    """Images to what a shift moves, an autoencoder's latents or their pixels, and back.

    Attributes
    ----------
    size : int
        S, of the images that `encode` takes.
    encode : callable
        uint8 ``(n, S, S, 3)`` to float32 ``(n, Z)``.
    decode : callable
        float32 ``(n, Z)`` to a tensor ``(n, 3, S, S)`` in [0, 1], on the device.
    stores : sequence of Header
        What it was read from, by the role it has in a recipe.
    """

    size: int
    encode: Callable[[NDArray[np.uint8]], Rows]
    decode: Callable[[Rows], Tensor]
    stores: dict[str, Header]


class Carried(NamedTuple):
    """What is to be done to large images: coefficients ``(n, K, c, c)``, and the small ones ``(n, 3, S, S)``
    in [0, 1] before and after; which rows ``(n,)`` have moved at all.
    """

    coefficients: Tensor
    before: Tensor
    after: Tensor
    has_moved: NDArray[np.bool_]


def codec_of(
    shift: Header, *, vae: Header | None = None, device: torch.device, precision: Precision
) -> Codec:
    """Return the codec of stored latents or images; ``vae`` is looked for where it is not given.

    Raises
    ------
    InputMissing, InvalidInput
        As `vae_of` and `load_vae`.
    """
    if shift.kind is Kind.IMAGES:
        with open_store(shift.path, Kind.IMAGES) as store:
            size = int(store.dataset("images").shape[1])
        return Codec(size, _to_pixel_rows, partial(_from_pixel_rows, size=size, device=device), {})
    vae = vae or vae_of(shift)
    network = ready(load_vae(vae), device)
    return Codec(
        network.image_size,
        lambda images: encode_batch(network, images, device=device, precision=precision).mean,
        partial(decode_batch, network, device=device, precision=precision),
        {"vae": vae},
    )


@dataclass(frozen=True)
class Translator:
    """Small images to what their shift does, as coefficients of a detail."""

    codec: Codec
    shift: Shift
    parameters: Parameters
    strength: float
    detail: Detail

    def carry(self, images: NDArray[np.uint8], kinds: KindNumbers | None = None) -> Carried:
        """Return what the shift does to images ``(n, S, S, 3)``, whose kinds ``(n,)`` may be known."""
        rows = self.codec.encode(images)
        moved = self.shift.apply(rows, self.parameters, self.strength, kinds=kinds)
        before, after = self.codec.decode(rows), self.codec.decode(moved)
        coefficients = self.detail.fit(before.float().cpu(), after.float().cpu())
        small = to_unit_tensor(images, device=torch.device("cpu"))
        enlarged = F.interpolate(coefficients, small.shape[-2:], mode="bilinear")
        changed = torch.stack([self.detail.apply(*one) for one in zip(small, enlarged, strict=True)])
        has_moved = (rows.view(np.int32) != moved.view(np.int32)).any(axis=1)  # bit for bit
        return Carried(coefficients, small, changed.clamp_(0, 1), has_moved)


def load_translator(
    shift: Header,
    *,
    detail: str,
    strength: float | None = None,
    device: torch.device,
    precision: Precision,
) -> Translator:
    """Return the translator of a stored shift, at its own strength by default."""
    told = shift.attributes["shift"]
    with open_store(shift.path, shift.kind) as store:
        parameters = store.table("shift") if store.groups("shift") else {}
    return Translator(
        codec_of(shift, device=device, precision=precision),
        load_shift(told["method"]),
        parameters,
        told["strength"] if strength is None else strength,
        load_detail(detail),
    )


def _to_pixel_rows(images: NDArray[np.uint8]) -> Rows:
    return np.concatenate(list(PixelRows(images).blocks()))


def _from_pixel_rows(rows: Rows, *, size: int, device: torch.device) -> Tensor:
    return torch.from_numpy(rows).to(device).reshape(-1, 3, size, size).clamp(0, 1)
