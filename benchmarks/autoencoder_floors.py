"""What linear transforms restore of images when they keep as many numbers as an autoencoder has latents."""

# N images, S side, D = 3 S S intensities, K numbers kept

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.fft import dctn, idctn

from synthgap_cli.vaes.quality import psnr, ssim


def pca(train: NDArray[np.uint8], held_out: NDArray[np.uint8], *, kept: int) -> tuple[float, float]:
    """Return PSNR and SSIM of principal components fitted to ``train`` and its mirror images."""
    both = np.concatenate([train, train[:, :, ::-1]])
    rows = _unit(both).reshape(len(both), -1)  # (N, D)
    mean = rows.mean(axis=0)
    # The components of few rows in many dimensions, from the smaller product.
    values, vectors = np.linalg.eigh((rows - mean) @ (rows - mean).T)
    strong = values > values[-1] * 1e-6
    axes = ((rows - mean).T @ vectors[:, strong] / np.sqrt(values[strong]))[:, -kept:]  # (D, K)
    images = _unit(held_out)
    flat = images.reshape(len(images), -1)
    return _quality(images, (mean + (flat - mean) @ axes @ axes.T).reshape(images.shape))


def cosine(train: NDArray[np.uint8], held_out: NDArray[np.uint8], *, kept: int) -> tuple[float, float]:
    """Return PSNR and SSIM of the cosine coefficients that vary most in ``train``, colours decorrelated."""
    colours = _unit(train).reshape(-1, 3)
    _, rotation = np.linalg.eigh(np.cov(colours.T))  # (3, 3)
    spectrum = dctn(_unit(train) @ rotation, axes=(1, 2), norm="ortho")
    mean, variance = spectrum.mean(axis=0), spectrum.var(axis=0)  # (S, S, 3)
    keep = variance >= np.sort(variance, axis=None)[-kept]
    images = _unit(held_out)
    kept_part = np.where(keep, dctn(images @ rotation, axes=(1, 2), norm="ortho"), mean)
    return _quality(images, idctn(kept_part, axes=(1, 2), norm="ortho") @ rotation.T)


def _unit(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    return images.astype(np.float32) / 255


def _quality(images: NDArray[np.float32], restored: NDArray[np.float32]) -> tuple[float, float]:
    pair = [torch.from_numpy(np.float32(x)).permute(0, 3, 1, 2) for x in (images, restored.clip(0, 1))]
    return float(psnr(*pair).mean()), float(ssim(*pair).mean())
