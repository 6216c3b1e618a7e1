"""What shifted latents, or pixels, look like as translated images: what ``auto`` chooses by."""

# m rows held out, Z latents or values of all pixels, H and W of the originals

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.devices import CPU, map_batches, resolve_device
from synthgap_cli.imaging.batches import split_batches
from synthgap_cli.imaging.pixel_rows import to_images
from synthgap_cli.imaging.ssim import SSIM_WINDOW, ssim
from synthgap_cli.imaging.style import style_statistics
from synthgap_cli.imaging.tensors import to_unit_tensor
from synthgap_cli.shifts.sight import Seen, Sight, View
from synthgap_cli.stages.run import Run
from synthgap_cli.stages.translation.stores import translate_batch
from synthgap_cli.stages.translation.translator import codec_of
from synthgap_cli.store.files import find_parent
from synthgap_cli.store.reader import Store, open_store
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.views import StoredImages, StoredMatrix
from synthgap_cli.translation.detail import DEFAULT, load_detail

Rows = NDArray[np.float32]
Images = NDArray[np.uint8]

SideRows = tuple[NDArray[np.intp], NDArray[np.intp]]  # of the source, of the target

_AT_ONCE = 16  # images


def sight_of(source: Store, target: Store, learned: SideRows, held_out: SideRows, run: Run) -> Sight | None:
    """Return what is seen of rows of latents or images, or None where the originals are gone.

    Shifted latents are seen as the originals translated, which is what a user gets of them.

    Parameters
    ----------
    source, target : Store
    learned, held_out : pairs of (n,) int
        Rows of the source and of the target, ascending.
    run : Run
    """
    views = [_view(source, target, rows, run) for rows in (learned, held_out)]
    if views[0] is None or views[1] is None:
        run.reporter.warn(
            "The images that latents were encoded from are not where they were: auto judges shifts by "
            "latents alone, at full strength, and does not see whether pictures survive it."
        )
        return None
    return Sight(views[0], views[1])


def _view(source: Store, target: Store, sides: SideRows, run: Run) -> View | None:
    ours, theirs = (_images_of(store, rows) for store, rows in zip((source, target), sides, strict=True))
    if ours is None or theirs is None:
        return None
    is_pixels = source.header.kind is Kind.IMAGES
    render = _by_pixels(ours) if is_pixels else _by_latents(source, ours, sides[0], run)

    def look(moved: Rows) -> Seen:
        parts = split_batches(np.arange(len(moved)), _AT_ONCE)
        seen = list(map_batches(lambda rows: _see(ours[rows], render(rows, moved[rows])), parts, device=CPU))
        return Seen(
            np.concatenate([statistics for statistics, _ in seen]),
            float(np.concatenate([content for _, content in seen]).mean()),
        )

    return View(style_statistics(theirs), sides[0], look)


def _images_of(store: Store, rows: NDArray[np.intp]) -> Images | None:
    """Return the originals of these rows."""
    if store.header.kind is Kind.IMAGES:
        return StoredImages(store.dataset("images"))[rows]
    parents = find_parent(store.header, "images")
    if not parents:
        return None
    with open_store(parents[0].path, Kind.IMAGES) as images:
        return StoredImages(images.dataset("images"))[rows]


def _by_pixels(originals: Images) -> Callable[[NDArray[np.intp], Rows], Images]:
    height, width, channels = originals.shape[1:]
    return lambda rows, moved: to_images(moved, (channels, height, width))


def _by_latents(
    source: Store, originals: Images, of: NDArray[np.intp], run: Run
) -> Callable[[NDArray[np.intp], Rows], Images]:
    codec = codec_of(source.header, device=resolve_device(run.device), precision="fp32")
    detail = load_detail(DEFAULT)
    blocks = StoredMatrix(source.dataset("mean")).blocks(of)
    unmoved = np.concatenate(list(blocks))  # (m, Z)
    return lambda rows, moved: translate_batch(originals[rows], unmoved[rows], moved, codec, detail)


def _see(original: Images, image: Images) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return statistics (n, D) and structural similarity (n,); of images under 11 pixels it is taken as 1."""
    if min(image.shape[1:3]) < SSIM_WINDOW:
        return style_statistics(image), np.ones(len(image), np.float32)
    units = [to_unit_tensor(side, device=CPU) for side in (original, image)]
    return style_statistics(image), ssim(*units).numpy()
