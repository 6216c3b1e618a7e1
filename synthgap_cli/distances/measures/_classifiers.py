"""Small classifiers, many at once: on the same rows, each with its own labels."""

# n rows, Q inputs, C columns (one classifier each), H hidden units, b rows of a batch

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Array = NDArray[np.float32]
Labels = NDArray[np.int8]  # (n, C): -1 first set, 1 second set, 0 left out
Scores = Callable[[Array], Array]  # (n, Q) -> (n, C), higher where more likely of the second set

LOGISTIC_STEPS = 25
HIDDEN = 8
MLP_INPUTS = 32  # the leading ones
MLP_STEPS = 150
MLP_BATCH = 256
MLP_RATE = 0.02
MLP_DECAY = 1e-3


def fit_logistic(inputs: Array, labels: Labels, *, penalty: float) -> Scores:
    """Return logistic regressions (with an intercept), each after 25 steps from zero.

    Every step minimises a parabola that lies above the loss. All columns share the parabola's shape: the
    inputs' second moments are the identity, so those of the rows of a column are at most their number's
    inverse share of it.

    Parameters
    ----------
    inputs : (n, Q)
        Uncorrelated with unit variance, but for the sample's own deviation.
    penalty : float
        Of half the squared weights, beside the mean loss.

    References
    ----------
    Böhning and Lindsay (1988), doi:10.1007/BF00049423.
    """
    extended = _with_ones(inputs)
    largest = torch.linalg.matrix_norm(extended, 2) ** 2 / len(inputs)  # eigenvalue of the second moments
    is_used, is_second = _read(labels)
    counts = is_used.sum(dim=0).clamp(min=1)
    curvature = largest * (len(inputs) / counts) / 4 + penalty
    rows = is_used.any(dim=1)
    extended, is_used, is_second = extended[rows], is_used[rows], is_second[rows]
    weights = torch.zeros(extended.shape[1], labels.shape[1])  # (Q + 1, C)
    for _ in range(LOGISTIC_STEPS):
        excess = (extended @ weights).sigmoid_().sub_(is_second).mul_(is_used)
        weights -= (extended.T @ excess / counts + penalty * weights) / curvature
    return lambda rows: (_with_ones(rows) @ weights).numpy()


def fit_mlp(inputs: Array, labels: Labels, *, rng: np.random.Generator) -> Scores:
    """Return networks with one hidden layer of 8 tanh units, each after 150 steps of AdamW.

    They see the leading 32 inputs. All begin at the same weights and see the same batches, so that which
    labels are the true ones makes no difference to how they are trained.
    """
    leading = _with_ones(inputs[:, :MLP_INPUTS])
    num_inputs, num_columns = leading.shape[1], labels.shape[1]
    hidden = rng.standard_normal((num_inputs, HIDDEN, 1)) / np.sqrt(num_inputs)
    output = rng.standard_normal((HIDDEN, 1)) / np.sqrt(HIDDEN)
    weights = [
        torch.from_numpy(np.repeat(hidden, num_columns, axis=2)).float(),  # (Q + 1, H, C)
        torch.from_numpy(np.repeat(output, num_columns, axis=1)).float(),  # (H, C)
        torch.zeros(num_columns),
    ]
    is_used, is_second = _read(labels)
    of_any = is_used.any(dim=1).numpy()
    optimizer = torch.optim.AdamW(weights, lr=MLP_RATE, weight_decay=MLP_DECAY, fused=True)
    for _ in range(MLP_STEPS):
        batch = rng.permutation(len(leading))[:MLP_BATCH]
        batch = batch[of_any[batch]]  # the others say nothing to any column
        gradients = _gradients(leading[batch], is_used[batch], is_second[batch], weights)
        for weight, gradient in zip(weights, gradients, strict=True):
            weight.grad = gradient
        optimizer.step()
    return lambda rows: _forward(_with_ones(rows[:, :MLP_INPUTS]), weights)[1].numpy()


def _forward(inputs: Tensor, weights: list[Tensor]) -> tuple[Tensor, Tensor]:
    """Return what the hidden units say (b, H, C), and the logits (b, C)."""
    hidden, output, bias = weights
    activity = (inputs @ hidden.flatten(1)).tanh_().view(-1, *output.shape)
    return activity, (activity * output).sum(dim=1).add_(bias)


def _gradients(inputs: Tensor, is_used: Tensor, is_second: Tensor, weights: list[Tensor]) -> list[Tensor]:
    """Return the gradients of each column's mean cross-entropy over the rows that it uses."""
    activity, logits = _forward(inputs, weights)
    shares = is_used / is_used.sum(dim=0).clamp(min=1)
    excess = logits.sigmoid_().sub_(is_second).mul_(shares)[:, None]  # (b, 1, C)
    of_output = (excess * activity).sum(dim=0)
    back = activity.square_().neg_().add_(1).mul_(excess).mul_(weights[1])  # tanh' = 1 - tanh^2
    of_hidden = (inputs.T @ back.flatten(1)).view_as(weights[0])
    return [of_hidden, of_output, excess.sum(dim=(0, 1))]


def _read(labels: Labels) -> tuple[Tensor, Tensor]:
    """Return which rows each column uses, and which of them are of the second set, float32 (n, C)."""
    return torch.from_numpy(labels != 0).float(), torch.from_numpy(labels > 0).float()


def _with_ones(inputs: Array) -> Tensor:
    return torch.from_numpy(np.concatenate([inputs, np.ones((len(inputs), 1), dtype=np.float32)], axis=1))
