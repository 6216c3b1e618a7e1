"""The judges' curves: ROC, precision against recall, reliability, training."""

from __future__ import annotations

from collections.abc import Sequence

from synthgap_cli.figures import precision_recall, reliability, roc, training_curves
from synthgap_cli.report.content import Picture
from synthgap_cli.report.directory import summary, table
from synthgap_cli.report.pictures import encode_figure
from synthgap_cli.store.header import Header


def curves(judges: Sequence[Header]) -> list[Picture]:
    """Return all four, each with a line a judge."""
    return [_roc(judges), _precision_recall(judges), _reliability(judges), _training(judges)]


def _roc(judges: Sequence[Header]) -> Picture:
    drawn = []
    for judge in judges:
        (found,), points = summary(judge), table(judge, "curves")
        drawn.append(
            roc.Curve(
                _label(judge),
                points["roc_false_positive_rate"],
                points["roc_true_positive_rate"],
                found["auc"],
                (found["auc_low"], found["auc_high"]),
            )
        )
    return Picture(
        encode_figure(roc.draw(drawn)), "ROC curves", "ROC curves on the test rows, by image size."
    )


def _precision_recall(judges: Sequence[Header]) -> Picture:
    drawn = []
    for judge in judges:
        (found,), points = summary(judge), table(judge, "curves")
        interval = (found["average_precision_low"], found["average_precision_high"])
        drawn.append(
            precision_recall.Curve(
                _label(judge),
                points["pr_recall"],
                points["pr_precision"],
                found["average_precision"],
                interval,
            )
        )
    figure = precision_recall.draw(drawn, base_rate=found["base_rate"])
    return Picture(
        encode_figure(figure), "Precision against recall", "Precision and recall on the test rows."
    )


def _reliability(judges: Sequence[Header]) -> Picture:
    bins = []
    for judge in judges:
        binned = table(judge, "calibration")
        bins.append(
            reliability.Bins(
                _label(judge),
                binned["mean_probability"],
                binned["share_synthetic"],
                binned["consistent_low"],
                binned["consistent_high"],
                binned["count"],
            )
        )
    return Picture(
        encode_figure(reliability.draw(bins)),
        "Reliability of the probabilities",
        "How many of the test images that were given a probability are synthetic. Bars: where that share "
        "lies in 95 % of the cases if the probabilities are right and images independent.",
    )


def _training(judges: Sequence[Header]) -> Picture:
    traces = []
    for judge in judges:
        learned = table(judge, "training")
        traces.append(training_curves.Trace(_label(judge), learned["epoch"], learned["loss"]))
    panel = training_curves.Panel("cross-entropy, nats", traces)
    return Picture(
        encode_figure(training_curves.draw([panel], unit="epoch")),
        "Training loss by epoch",
        "Cross-entropy on the rows learned from; log 2 = 0.693 is knowing nothing.",
    )


def _label(judge: Header) -> str:
    return f"{judge.attributes['image-size']} px"
