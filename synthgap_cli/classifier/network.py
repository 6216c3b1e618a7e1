"""The thesis' small classifier of real against synthetic images."""

# N images, S image size, s = S // 4 the side of the second pooled map

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from synthgap_cli.errors import InvalidInput, UsageProblem

SMALLEST_SIZE = 4


class Dropout(nn.Module):
    """Sets a share of the inputs to zero while it is trained, and scales up the others.

    What it draws comes from ``generator``, where there is one, not from torch's global one: so classifiers
    can be trained side by side.
    """

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share
        self.generator: torch.Generator | None = None

    def forward(self, inputs: Tensor) -> Tensor:
        """Return the inputs, in training some of them as zero."""
        if not self.training:
            return inputs
        drawn = torch.rand(inputs.shape, generator=self.generator, device=inputs.device)
        return inputs * (drawn >= self.share) / (1 - self.share)


class SmallCnn(nn.Module):
    """A classifier with two convolutions, whose output is the logit of "synthetic".

    ``[4-Conv3x3]-[MaxPool2x2]-[8-Conv3x3]-[MaxPool2x2]-[Dropout 0.2]-[FC-64]-[FC-1]`` with ReLU after
    each layer that has weights but the last; the sigmoid is left to the loss and to `score`.

    The thesis does not state the padding. Here one pixel of zeros on each side keeps the activation maps
    as large as what they look at, so that they can be laid over the image; an odd last row or column is
    dropped by the pooling.

    Parameters
    ----------
    image_size : int
        Height and width of the images in pixels, at least 4.

    Raises
    ------
    UsageProblem
        The images are too small to be pooled twice.

    References
    ----------
    Thesis, section 1a.
    """

    style_dim = 64

    def __init__(self, image_size: int) -> None:
        if image_size < SMALLEST_SIZE:
            raise UsageProblem(
                f"The classifier cannot pool images of {image_size}x{image_size} pixels twice.",
                hint=f"Choose a size of {SMALLEST_SIZE} or more.",
            )
        super().__init__()
        self.image_size = image_size
        self.first_convolution = nn.Conv2d(3, 4, kernel_size=3, padding=1)
        self.second_convolution = nn.Conv2d(4, 8, kernel_size=3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.dropout = Dropout(0.2)
        self.to_style = nn.Linear(8 * (image_size // 4) ** 2, self.style_dim)
        self.to_logit = nn.Linear(self.style_dim, 1)

    def activations(self, unit: Tensor) -> tuple[Tensor, Tensor]:
        """Return both convolutions' outputs after ReLU: ``(N, 4, S, S)`` and ``(N, 8, S // 2, S // 2)``."""
        first = self.first_convolution(unit).relu()
        second = self.second_convolution(self.pool(first)).relu()
        return first, second

    def style(self, unit: Tensor) -> Tensor:
        """Return the penultimate layer after ReLU, ``(N, 64)``: the thesis' style space."""
        _, second = self.activations(unit)
        pooled = self.dropout(self.pool(second))  # (N, 8, s, s)
        style: Tensor = self.to_style(pooled.flatten(1)).relu()
        return style

    def classify_style(self, style: Tensor) -> Tensor:
        """Return the logits ``(N,)`` of style vectors ``(N, 64)``."""
        logit: Tensor = self.to_logit(style).squeeze(1)
        return logit

    def forward(self, unit: Tensor) -> Tensor:
        """Return the logits ``(N,)`` of images ``(N, 3, S, S)`` in [0, 1]; positive means synthetic."""
        return self.classify_style(self.style(unit))

    def to_arrays(self) -> dict[str, NDArray[np.float32]]:
        """Return a copy of the weights as float32 arrays by name."""
        return {name: weight.cpu().numpy().copy() for name, weight in self.state_dict().items()}

    @classmethod
    def from_arrays(cls, image_size: int, arrays: Mapping[str, NDArray[np.float32]]) -> SmallCnn:
        """Return the classifier that has these weights.

        Parameters
        ----------
        image_size : int
            The size it was trained at: the weights alone do not tell 64 from 65.
        arrays : mapping of str to float32
            What `to_arrays` returned.

        Raises
        ------
        InvalidInput
            A weight is missing, superfluous or misshapen.
        """
        with torch.device("meta"):  # a false size allocates nothing
            model = cls(image_size)
        weights = {name: torch.from_numpy(np.array(array, np.float32)) for name, array in arrays.items()}
        try:
            model.load_state_dict(weights, assign=True)
        except RuntimeError as error:
            raise InvalidInput(
                f"The weights do not fit the classifier of {image_size}x{image_size} images: "
                f"{str(error).splitlines()[1].strip()}",
                hint="Train the classifier again.",
            ) from error
        return model
