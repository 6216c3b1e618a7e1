"""Small classifiers, many at once: on the same rows, each with its own labels."""

# n rows, Q inputs, C columns (one classifier each), H hidden units, b rows of a batch

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

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
    used = (labels != 0).astype(np.float32)
    target = (labels > 0).astype(np.float32)
    counts = np.maximum(1, used.sum(axis=0))
    curvature = _largest_eigenvalue(extended) * (len(inputs) / counts) / 4 + penalty
    weights = np.zeros((extended.shape[1], labels.shape[1]), dtype=np.float32)  # (Q + 1, C)
    for _ in range(LOGISTIC_STEPS):
        excess = (expit(extended @ weights) - target) * used
        weights -= (extended.T @ excess / counts + penalty * weights) / curvature
    return lambda rows: _with_ones(rows) @ weights


def fit_mlp(inputs: Array, labels: Labels, *, rng: np.random.Generator) -> Scores:
    """Return networks with one hidden layer of 8 tanh units, each after 150 steps of Adam.

    They see the leading 32 inputs. All begin at the same weights and see the same batches, so that which
    labels are the true ones makes no difference to how they are trained.
    """
    leading = _with_ones(inputs[:, :MLP_INPUTS])
    num_inputs, num_columns = leading.shape[1], labels.shape[1]
    hidden = rng.standard_normal((num_inputs, 1, HIDDEN)) / np.sqrt(num_inputs)
    output = rng.standard_normal((1, HIDDEN)) / np.sqrt(HIDDEN)
    weights = [
        np.repeat(hidden, num_columns, axis=1).astype(np.float32),  # (Q + 1, C, H)
        np.repeat(output, num_columns, axis=0).astype(np.float32),  # (C, H)
        np.zeros(num_columns, dtype=np.float32),
    ]
    adam = _Adam(weights)
    for _ in range(MLP_STEPS):
        batch = rng.permutation(len(leading))[:MLP_BATCH]
        adam.step(_gradients(leading[batch], labels[batch], weights))
    return lambda rows: _forward(_with_ones(rows[:, :MLP_INPUTS]), weights)[1]


def _forward(inputs: Array, weights: list[Array]) -> tuple[Array, Array]:
    """Return what the hidden units say (b, C, H), and the logits (b, C)."""
    hidden, output, bias = weights
    activity = np.tanh(inputs @ hidden.reshape(len(hidden), -1)).reshape(-1, *output.shape)
    return activity, np.einsum("bch,ch->bc", activity, output) + bias


def _gradients(inputs: Array, labels: Labels, weights: list[Array]) -> list[Array]:
    """Return the gradients of each column's mean cross-entropy over the rows that it uses."""
    activity, logits = _forward(inputs, weights)
    used = labels != 0
    excess = (expit(logits) - (labels > 0)) * used / np.maximum(1, used.sum(axis=0))
    excess = excess.astype(np.float32)  # (b, C)
    of_output = np.einsum("bc,bch->ch", excess, activity)
    back = excess[:, :, None] * weights[1] * (1 - activity**2)  # (b, C, H)
    of_hidden = (inputs.T @ back.reshape(len(inputs), -1)).reshape(weights[0].shape)
    return [of_hidden, of_output, excess.sum(axis=0)]


class _Adam:
    """Adam with decoupled weight decay, in place."""

    def __init__(self, weights: list[Array]) -> None:
        self._weights = weights
        self._first = [np.zeros_like(one) for one in weights]
        self._second = [np.zeros_like(one) for one in weights]
        self._steps = 0

    def step(self, gradients: list[Array]) -> None:
        self._steps += 1
        rate = MLP_RATE * np.sqrt(1 - 0.999**self._steps) / (1 - 0.9**self._steps)
        for weight, first, second, gradient in zip(
            self._weights, self._first, self._second, gradients, strict=True
        ):
            first += 0.1 * (gradient - first)
            second += 0.001 * (gradient**2 - second)
            weight -= rate * first / (np.sqrt(second) + 1e-8) + MLP_RATE * MLP_DECAY * weight


def _with_ones(inputs: Array) -> Array:
    return np.concatenate([inputs, np.ones((len(inputs), 1), dtype=np.float32)], axis=1)


def _largest_eigenvalue(inputs: Array) -> float:
    return float(np.linalg.norm(inputs, 2) ** 2 / len(inputs))
