from functools import partial

import numpy as np
import pytest
from scipy.integrate import trapezoid

from synthgap_cli.classifier import metrics
from synthgap_cli.classifier.metrics import precision_recall_curve, roc_curve, unknown_performance
from synthgap_cli.errors import InvalidInput

evaluate = partial(metrics.evaluate, rng=np.random.default_rng(0))
RNG = np.random.default_rng(0)
IS_SYNTHETIC = RNG.random(60) < 0.7
PROBABILITY = np.round(np.clip(0.3 * IS_SYNTHETIC + 0.7 * RNG.random(60), 0, 1), 2)  # with ties


def test_roc_curve_counts_what_each_threshold_accepts():
    scores, curve = PROBABILITY, roc_curve(IS_SYNTHETIC, PROBABILITY)
    for false, true, threshold in zip(
        curve.false_positive_rate, curve.true_positive_rate, curve.threshold, strict=True
    ):
        accepted = scores >= threshold
        assert false == pytest.approx(accepted[~IS_SYNTHETIC].mean(), rel=1e-10)
        assert true == pytest.approx(accepted[IS_SYNTHETIC].mean(), rel=1e-10)


def test_precision_recall_curve_counts_what_each_threshold_accepts():
    scores, curve = PROBABILITY, precision_recall_curve(IS_SYNTHETIC, PROBABILITY)
    assert len(curve.precision) == len(curve.recall) == len(curve.threshold) + 1
    assert (curve.precision[-1], curve.recall[-1]) == (1, 0)
    for precision, recall, threshold in zip(curve.precision, curve.recall, curve.threshold, strict=False):
        accepted = scores >= threshold
        assert precision == pytest.approx(IS_SYNTHETIC[accepted].mean(), rel=1e-10)
        assert recall == pytest.approx(accepted[IS_SYNTHETIC].mean(), rel=1e-10)


def test_auc_is_the_area_under_the_roc_curve():
    curve = roc_curve(IS_SYNTHETIC, PROBABILITY)
    area = trapezoid(curve.true_positive_rate, curve.false_positive_rate)
    assert evaluate(IS_SYNTHETIC, PROBABILITY).auc == pytest.approx(area, rel=1e-10)


def test_average_precision_is_the_sum_of_precisions_by_gained_recall():
    curve = precision_recall_curve(IS_SYNTHETIC, PROBABILITY)
    expected = np.sum(-np.diff(curve.recall) * curve.precision[:-1])
    assert evaluate(IS_SYNTHETIC, PROBABILITY).average_precision == pytest.approx(expected, rel=1e-10)


def test_counts_base_rate_and_accuracy_describe_the_images():
    found = evaluate(IS_SYNTHETIC, PROBABILITY)
    right = (PROBABILITY > 0.5) == IS_SYNTHETIC
    expected = (right[IS_SYNTHETIC].mean() + right[~IS_SYNTHETIC].mean()) / 2
    assert (found.n_synthetic, found.n_real) == (IS_SYNTHETIC.sum(), (~IS_SYNTHETIC).sum())
    assert found.base_rate == pytest.approx(IS_SYNTHETIC.mean(), rel=1e-10)
    assert found.balanced_accuracy == pytest.approx(expected, rel=1e-10)


def test_scores_that_know_nothing_give_chance_values_whatever_the_base_rate():
    is_synthetic = np.arange(2000) % 10 < 8
    found = evaluate(is_synthetic, np.random.default_rng(1).random(2000))
    assert found.auc_low < 0.5 < found.auc_high
    assert found.average_precision == pytest.approx(found.base_rate, abs=0.03)
    assert found.balanced_accuracy == pytest.approx(0.5, abs=0.04)


def test_scenes_widen_the_interval_and_change_nothing_else():
    scenes = np.arange(60) // 6
    together, apart = evaluate(IS_SYNTHETIC, PROBABILITY, scenes), evaluate(IS_SYNTHETIC, PROBABILITY)
    assert together.auc_high - together.auc_low > apart.auc_high - apart.auc_low
    assert (together.auc, together.average_precision) == (apart.auc, apart.average_precision)


@pytest.mark.parametrize("measure", [roc_curve, precision_recall_curve, evaluate])
@pytest.mark.parametrize("is_synthetic", [np.ones(4, bool), np.zeros(4, bool)])
def test_one_class_alone_is_refused(measure, is_synthetic):
    with pytest.raises(InvalidInput, match="other class"):
        measure(is_synthetic, np.linspace(0, 1, 4))


def test_counts_of_scenes_are_of_the_images_tested():
    scenes = np.arange(60) // 6
    found = evaluate(IS_SYNTHETIC, PROBABILITY, scenes)
    assert [found.groups_real, found.groups_synthetic] == [
        len(set(scenes[side == IS_SYNTHETIC])) for side in (False, True)
    ]
    apart = evaluate(IS_SYNTHETIC, PROBABILITY)
    assert (apart.groups_real, apart.groups_synthetic) == (0, 0)


def test_of_one_class_alone_only_the_count_is_known():
    found = unknown_performance(np.ones(4, bool))
    assert (found.n_real, found.n_synthetic) == (0, 4)
    assert np.isnan([found.auc, found.auc_low, found.average_precision, found.base_rate]).all()
