"""Is there a difference, and where does the small classifier see it (thesis, sections 1a and 1b)?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from synthgap_cli.classifier.network import SmallCnn
from synthgap_cli.classifier.saliency import activation_maps, weight_maps
from synthgap_cli.figures import activation_maps as activation_figure
from synthgap_cli.figures import pca, precision_recall, predictions, roc, training_curves
from synthgap_cli.figures import weight_maps as weight_figure
from synthgap_cli.imaging.tensors import to_unit_tensor
from synthgap_cli.report.content import Block, Cell, Column, Paragraph, Picture, Section, Table
from synthgap_cli.report.directory import StudyDirectory, images, samples, spread, summary, table, values
from synthgap_cli.report.pictures import encode_figure
from synthgap_cli.report.sections.rejected import rejected_tables
from synthgap_cli.store.header import Header
from synthgap_cli.store.schema import Kind

EXAMPLES = 12


def sections(study: StudyDirectory) -> list[Section]:
    """Return the section about the classifiers of the originals, if there are any."""
    judges = study.judges(())
    if not judges:
        return []
    largest = judges[0]
    blocks: list[Block] = [
        Paragraph(
            "A small network learns from the train and val rows to tell the domains apart and is asked "
            "about the "
            "test rows. If it cannot, the area under its ROC curve is 0.5."
        ),
        performance_table(judges),
        _roc(judges),
        _precision_recall(judges),
        _training(judges),
        _predictions(study, largest),
        _activations(study, largest),
        _weights(largest),
    ]
    if picture := _style(study, largest):
        blocks.append(picture)
    if tested := [row for row in study.tests((), Kind.FEATURES) if row["of"].startswith("small-cnn")]:
        blocks += rejected_tables("Style space: components whose equal means are rejected", tested)
    return [Section("Can a small network tell them apart?", "classifier", blocks)]


def performance_table(judges: Sequence[Header]) -> Table:
    """Return how well each judge tells its pair apart."""
    rows: list[list[Cell]] = []
    for judge in judges:
        (found,) = summary(judge)
        interval = f"{found['auc_low']:.3f} to {found['auc_high']:.3f}"
        scenes = f"{found['groups_real']} + {found['groups_synthetic']}" if found["groups_real"] else "–"
        rows.append(
            [
                found["pair"],
                f"{found['image_size']} px",
                f"{found['n_real']} + {found['n_synthetic']}",
                scenes,
                found["auc"],
                interval,
                found["average_precision"],
                found["base_rate"],
            ]
        )
    columns = [
        *map(Column, ("pair", "image size", "test images", "scenes")),
        Column("ROC-AUC", "number"),
        Column("95 % interval"),
        Column("average precision", "number"),
        Column("base rate", "number"),
    ]
    return Table(
        "Real against synthetic on held-out images",
        columns,
        rows,
        [
            "The interval is of the test images, for this one split and training. Where scenes are "
            "known, they, "
            "not images, count as independent; with few of them it is wide.",
            "Average precision equals the base rate where nothing can be told apart.",
        ],
    )


def _roc(judges: Sequence[Header]) -> Picture:
    curves = []
    for judge in judges:
        (found,) = summary(judge)
        drawn = table(judge, "curves")
        curves.append(
            roc.Curve(
                f"{found['image_size']} px",
                drawn["roc_false_positive_rate"],
                drawn["roc_true_positive_rate"],
                found["auc"],
                (found["auc_low"], found["auc_high"]),
            )
        )
    return Picture(
        encode_figure(roc.draw(curves)), "ROC curves", "ROC curves on the test rows, by image size."
    )


def _precision_recall(judges: Sequence[Header]) -> Picture:
    curves = []
    for judge in judges:
        (found,) = summary(judge)
        drawn = table(judge, "curves")
        curves.append(
            precision_recall.Curve(
                f"{found['image_size']} px",
                drawn["pr_recall"],
                drawn["pr_precision"],
                found["average_precision"],
            )
        )
    figure = precision_recall.draw(curves, base_rate=found["base_rate"])
    return Picture(
        encode_figure(figure), "Precision against recall", "Precision and recall on the test rows."
    )


def _training(judges: Sequence[Header]) -> Picture:
    traces = []
    for judge in judges:
        learned = table(judge, "training")
        label = f"{judge.attributes['image-size']} px"
        traces.append((label, learned["epoch"], learned["loss"]))
    panel = training_curves.Panel(
        "cross-entropy, nats", [training_curves.Trace(label, x, y) for label, x, y in traces]
    )
    return Picture(
        encode_figure(training_curves.draw([panel], unit="epoch")),
        "Training loss by epoch",
        "Cross-entropy on the rows learned from; log 2 = 0.693 is knowing nothing.",
    )


def _predictions(study: StudyDirectory, judge: Header) -> Picture:
    """Twelve test images of both domains, evenly spread over the scores: the surest and the doubtful."""
    scores = table(judge, "scores")
    tested = np.flatnonzero(scores["split"] == "test")
    chosen = spread(tested[np.argsort(scores["probability"][tested], kind="stable")], EXAMPLES)
    cut = int((scores["is_synthetic"] == 0).sum())
    reference, candidate = study.originals
    pixels = np.concatenate(
        [
            images(candidate, np.array([row - cut])) if row >= cut else images(reference, np.array([row]))
            for row in chosen
        ]
    )
    figure = predictions.draw(
        pixels,
        scores=scores["probability"][chosen],
        is_synthetic=scores["is_synthetic"][chosen].astype(bool),
        domains=study.domains,
    )
    return Picture(
        encode_figure(figure),
        "Test images with the classifier's scores",
        "Test images from the surest real to the surest synthetic; the score is the probability of "
        "synthetic.",
    )


def load_judge(header: Header) -> SmallCnn:
    """Return the stored classifier."""
    return SmallCnn.from_arrays(int(header.attributes["image-size"]), table(header, "model"))


def _activations(study: StudyDirectory, judge: Header) -> Picture:
    model = load_judge(judge)
    candidate = study.originals[1]
    pixels = images(candidate, np.array([0]))
    unit = to_unit_tensor(pixels, device=torch.device("cpu"), size=model.image_size)
    figure = activation_figure.draw(pixels[0], [maps[0] for maps in activation_maps(model, unit)])
    return Picture(
        encode_figure(figure),
        "Activation maps of both convolutions",
        "What both convolutions answer to: the whole picture (style), or objects?",
    )


def _weights(judge: Header) -> Picture:
    figure = weight_figure.draw(weight_maps(load_judge(judge)))
    return Picture(
        encode_figure(figure),
        "Weights of the first fully connected layer over the image plane",
        "Where the first fully connected layer looks: one map a unit. Bright spots are artefacts of a place.",
    )


def _style(study: StudyDirectory, judge: Header) -> Picture | None:
    sides = [study.one(Kind.FEATURES, judge.steps, role) for role in ("reference", "candidate")]
    if any(side is None for side in sides):
        return None
    figure = pca.draw(project_test_rows([side for side in sides if side]), domains=study.domains)
    return Picture(
        encode_figure(figure),
        "Style space in two dimensions",
        "The 64-dimensional layer before the output (the style space), test rows, by its principal "
        "components.",
    )


def project_test_rows(sides: Sequence[Header]) -> pca.Projection:
    """Return the test rows of two feature or latent stores in their first principal components."""
    rows = [values(side, spread(samples(side).rows_in(("test",)), pca.MAX_POINTS)) for side in sides]
    return pca.project(rows[0], rows[1], rng=np.random.default_rng(0))
