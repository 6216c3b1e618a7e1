"""One block of images: read, translated at their own size, and written as they were."""

# n images of a block, S the shift's image size

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from synthgap_cli.classifier.network import SmallCnn
from synthgap_cli.classifier.scoring import score_batch
from synthgap_cli.imaging.opening import BadImage
from synthgap_cli.imaging.originals import Original, read_original
from synthgap_cli.imaging.resize import Fit, fit_image
from synthgap_cli.imaging.ssim import SSIM_WINDOW, ssim
from synthgap_cli.stages.translation.journal import Entry
from synthgap_cli.stages.translation.placing import placing
from synthgap_cli.stages.translation.plan import Item
from synthgap_cli.stages.translation.translator import Translator
from synthgap_cli.translation.fullsize import apply_to_levels

HELD_VALUES = 2_000_000
"""Larger images than of so many values are read twice, lest a block of them fill the memory."""


@dataclass(frozen=True)
class Scorer:
    """A domain classifier, and how the images that it learned from were made square."""

    model: SmallCnn
    fit: Fit
    device: torch.device

    def score(self, images: Sequence[Tensor]) -> NDArray[np.float64]:
        """Return the probability of being synthetic of each image, uint8 (3, H, W)."""
        squares = [fit_image(image, size=self.model.image_size, fit=self.fit) for image in images]
        return score_batch(self.model, self.device, np.stack(squares))[0]


@dataclass(frozen=True)
class BlockWriter:
    """Translates blocks of images into a folder.

    Attributes
    ----------
    translator : Translator
    root, output : Path
    kinds : mapping of str to int
        Numbers of labels, for a shift that moves classes apart; empty for others.
    scorer : Scorer, optional
    """

    translator: Translator
    root: Path
    output: Path
    kinds: Mapping[str, int]
    scorer: Scorer | None

    def write(self, block: Sequence[Item], done: Mapping[str, Entry]) -> list[Entry]:
        """Return the entries of a block; images of which an entry is there are not written again."""
        opened = [self._open(item) for item in block]
        usable = [index for index, one in enumerate(opened) if not isinstance(one, Entry)]
        entries = {one.id: one for one in opened if isinstance(one, Entry)}
        if any(block[index].found.id not in done for index in usable):
            entries |= self._translate([block[index] for index in usable], [opened[i] for i in usable], done)  # type: ignore[misc]
        return [done.get(item.found.id) or entries[item.found.id] for item in block]

    def _open(self, item: Item) -> Entry | tuple[Original | None, NDArray[np.uint8]]:
        """Return an image, unless it is large, and a small one; or why it cannot be read."""
        try:
            original = read_original(item.found.path)
        except BadImage as bad:
            return Entry(item.found.id, reason=bad.reason)
        small = fit_image(as_levels(original.colours), size=self.translator.codec.size, fit="squash")
        return (original if original.colours.numel() <= HELD_VALUES else None), small

    def _translate(
        self,
        items: Sequence[Item],
        opened: Sequence[tuple[Original | None, NDArray[np.uint8]]],
        done: Mapping[str, Entry],
    ) -> dict[str, Entry]:
        kinds = np.array([self.kinds.get(item.known["label"], -1) for item in items], dtype=np.intp)
        small = np.stack([image for _, image in opened])  # (n, S, S, 3)
        carried = self.translator.carry(small, kinds if self.kinds else None)
        moved = (carried.after - carried.before).square().flatten(1).mean(dim=1).sqrt().mul(255)
        kept = _content(carried.before, carried.after)
        entries = {}
        for index, item in enumerate(items):
            if item.found.id in done:
                continue
            original = opened[index][0] or read_original(item.found.path)
            before = original.colours
            changed = bool(carried.has_moved[index])
            after = (
                apply_to_levels(before, carried.coefficients[index], self.translator.detail)
                if changed
                else before
            )
            scores = (
                self.scorer.score([as_levels(before), as_levels(after)]) if self.scorer else (np.nan, np.nan)
            )
            entries[item.found.id] = Entry(
                item.found.id,
                file=item.found.path.relative_to(self.root).as_posix(),
                sha256=self._save(item, original, after if changed else None),
                width=int(before.shape[2]),
                height=int(before.shape[1]),
                moved=float(moved[index]) if changed else 0.0,
                content=float(kept[index]) if changed else 1.0,
                score_before=float(scores[0]),
                score_after=float(scores[1]),
                loses_bits=original.loses_bits and changed,
            )
        return entries

    def _save(self, item: Item, original: Original, colours: Tensor | None) -> str:
        """Write the file, byte for byte as it was where nothing has changed; return its digest."""
        if colours is None:
            content = item.found.path.read_bytes()
        else:
            written = io.BytesIO()
            original.save(colours, written)
            content = written.getvalue()
        with placing(self.output, item.found.path.relative_to(self.root)) as waiting:
            waiting.write_bytes(content)
        return hashlib.sha256(content).hexdigest()


def as_levels(colours: Tensor) -> Tensor:
    """Return colours ``(3, H, W)`` as uint8."""
    return colours if colours.dtype == torch.uint8 else colours.mul(255).round().to(torch.uint8)


def _content(before: Tensor, after: Tensor) -> NDArray[np.float32]:
    if before.shape[-1] < SSIM_WINDOW:
        return np.full(len(before), np.nan, dtype=np.float32)
    return ssim(before.contiguous(), after).numpy()
