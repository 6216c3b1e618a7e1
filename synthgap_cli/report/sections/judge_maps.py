"""Where the judge looks (thesis, section 1b): activations, occlusion, weights over the image plane."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from synthgap_cli.classifier.network import SmallCnn
from synthgap_cli.classifier.occlusion import occlusion_maps
from synthgap_cli.classifier.saliency import activation_maps, weight_maps
from synthgap_cli.figures import activation_maps as activation_figure
from synthgap_cli.figures import occlusion_maps as occlusion_figure
from synthgap_cli.figures import weight_maps as weight_figure
from synthgap_cli.imaging.tensors import to_unit_tensor
from synthgap_cli.report.content import Picture
from synthgap_cli.report.directory import StudyDirectory, images, table
from synthgap_cli.report.pictures import encode_figure
from synthgap_cli.report.sections.judge_pictures import examples, pixels_of
from synthgap_cli.statistics.spreading import spread
from synthgap_cli.store.header import Header

SHOWN = 6  # images with an occlusion map, half of each domain
BORROWED = 4  # images of each domain that parts are borrowed from


def maps(study: StudyDirectory, judge: Header) -> list[Picture]:
    """Return all three."""
    model = SmallCnn.from_arrays(int(judge.attributes["image-size"]), table(judge, "model")).eval()
    return [_activations(study, model), _occlusion(study, judge, model), _weights(model)]


def _activations(study: StudyDirectory, model: SmallCnn) -> Picture:
    pixels = images(study.originals[1], np.array([0]))
    figure = activation_figure.draw(
        pixels[0], [maps[0] for maps in activation_maps(model, _unit(model, pixels))]
    )
    return Picture(
        encode_figure(figure),
        "Activation maps of both convolutions",
        "What both convolutions answer to: the whole picture (style), or objects?",
    )


def _occlusion(study: StudyDirectory, judge: Header, model: SmallCnn) -> Picture:
    scores, rows = table(judge, "scores"), examples(judge, "telltale", SHOWN)
    pixels, others = pixels_of(study, judge, rows), pixels_of(study, judge, _lenders(scores))
    found = occlusion_maps(model, _unit(model, pixels), _unit(model, others))
    captions = [
        f"{domain}  {probability:.2f}"
        for domain, probability in zip(scores["domain"][rows], scores["probability"][rows], strict=True)
    ]
    return Picture(
        encode_figure(occlusion_figure.draw(pixels, found, captions=captions)),
        "Which parts of telltale images the verdict rests on",
        "What each part adds to the logit: red speaks for synthetic, blue for real. Each part was replaced "
        f"by the same part of {2 * BORROWED} test images, half of each domain; the mean change is shown.",
    )


def _lenders(scores: dict[str, NDArray[np.generic]]) -> NDArray[np.intp]:
    """Return test rows, as many of each domain."""
    tested = scores["tested"] == 1
    sides = [np.flatnonzero(tested & (scores["is_synthetic"] == side)) for side in (0, 1)]
    count = min(BORROWED, *map(len, sides))
    return np.concatenate([spread(side, count) for side in sides])


def _weights(model: SmallCnn) -> Picture:
    return Picture(
        encode_figure(weight_figure.draw(weight_maps(model))),
        "Weights of the first fully connected layer over the image plane",
        "Where the first fully connected layer looks: one map a unit. Dark spots are artefacts of a place.",
    )


def _unit(model: SmallCnn, pixels: NDArray[np.uint8]) -> Tensor:
    return to_unit_tensor(pixels, device=torch.device("cpu"), size=model.image_size)
