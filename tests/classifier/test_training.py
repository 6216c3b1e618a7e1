import dataclasses

import numpy as np
import pytest
import torch

from synthgap_cli.classifier.network import Dropout, SmallCnn
from synthgap_cli.classifier.scoring import score
from synthgap_cli.classifier.training import ClassifierSettings, train
from synthgap_cli.devices import map_batches
from synthgap_cli.errors import InvalidInput, SynthgapError

CPU = torch.device("cpu")
QUICK = ClassifierSettings(epochs=2, learning_rate=1e-3)


def two_styles(count: int = 40, size: int = 16) -> tuple[np.ndarray, np.ndarray]:
    """Noise, the synthetic half of it blurred along the rows: content is random, style is not."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (count, size, size, 3)).astype(np.uint8)
    is_synthetic = np.arange(count) % 2 == 1
    blurred = (images[is_synthetic].astype(int) + np.roll(images[is_synthetic], 1, axis=2)) // 2
    images[is_synthetic] = blurred.astype(np.uint8)
    return images, is_synthetic


def fit(rows=None, settings=QUICK, image_size=16, **changes):
    images, is_synthetic = two_styles()
    rows = np.arange(len(images)) if rows is None else rows
    settings = dataclasses.replace(settings, **changes)
    return train(images, is_synthetic, rows, image_size=image_size, settings=settings, device=CPU)


def test_defaults_are_those_of_the_thesis():
    settings = ClassifierSettings()
    assert (settings.epochs, settings.batch_size, settings.learning_rate) == (10, 16, 1e-4)


def test_a_difference_in_style_is_learnt_and_holds_on_unseen_images():
    images, is_synthetic = two_styles(200)
    settings = ClassifierSettings(epochs=8, learning_rate=3e-3)
    model, records = train(images, is_synthetic, np.arange(100), image_size=16, settings=settings, device=CPU)
    unseen = np.arange(100, 200)
    probability = score(model, images, unseen, batch_size=50, device=CPU).probability
    assert [record.epoch for record in records] == list(range(1, 9))
    assert records[-1].loss < 0.5 * records[0].loss
    assert np.mean((probability > 0.5) == is_synthetic[unseen]) > 0.95


def test_a_seed_gives_the_same_weights_and_another_seed_others():
    first, again, other = fit()[0].to_arrays(), fit()[0].to_arrays(), fit(seed=1)[0].to_arrays()
    for name, weights in first.items():
        np.testing.assert_array_equal(weights, again[name])
    assert not np.array_equal(first["to_style.weight"], other["to_style.weight"])


def test_the_first_loss_is_the_cross_entropy_of_the_untrained_network():
    _, (record,) = fit(epochs=1, learning_rate=0.0, batch_size=7)
    assert record.loss == pytest.approx(np.log(2), abs=0.05)
    assert record.accuracy == pytest.approx(0.5, abs=0.2)


def test_training_leaves_the_global_random_state_alone():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    fit()
    assert torch.equal(torch.rand(3), expected)


def test_images_are_read_in_batches_and_only_where_asked():
    images, is_synthetic = two_styles()

    class Recorder:
        shape = images.shape
        asked: list[np.ndarray] = []  # noqa: RUF012

        def __len__(self):
            return len(images)

        def __getitem__(self, rows):
            self.asked.append(rows)
            return images[rows]

    rows = np.array([3, 7, 8, 12, 20, 21, 30])
    settings = ClassifierSettings(epochs=2, batch_size=3)
    train(Recorder(), is_synthetic, rows, image_size=16, settings=settings, device=CPU)
    assert [len(batch) for batch in Recorder.asked] == [3, 3, 1, 3, 3, 1]
    first, second = np.concatenate(Recorder.asked[:3]), np.concatenate(Recorder.asked[3:])
    np.testing.assert_array_equal(np.sort(first), rows)
    np.testing.assert_array_equal(np.sort(second), rows)
    assert not np.array_equal(first, second)


def test_larger_images_are_reduced_to_the_classifier_size():
    model, _ = fit(image_size=8)
    assert isinstance(model, SmallCnn)
    assert model.image_size == 8
    assert model.to_style.in_features == 8 * 2 * 2


def test_the_returned_model_is_ready_to_judge():
    assert not fit()[0].training


def test_progress_counts_the_batches_of_every_epoch():
    images, is_synthetic = two_styles()
    seen = []

    def track(items, description, total=None):
        items = list(items)
        seen.append((description, total, len(items)))
        return iter(items)

    train(images, is_synthetic, np.arange(40), image_size=16, settings=QUICK, device=CPU, track=track)
    assert seen == [("epoch 1/2", 3, 3), ("epoch 2/2", 3, 3)]


@pytest.mark.parametrize("rows", [np.arange(0, 40, 2), np.arange(1, 40, 2), np.arange(0)])
def test_one_class_alone_is_refused(rows):
    with pytest.raises(InvalidInput, match="nothing to learn"):
        fit(rows)


def test_a_loss_that_is_not_finite_stops_the_training():
    with pytest.raises(SynthgapError, match="loss became"):
        fit(learning_rate=1e30, epochs=5)


def test_bf16_trains_about_as_fp32_does():
    (_, exact), (_, rounded) = fit(epochs=3), fit(epochs=3, precision="bf16")
    assert rounded[-1].loss == pytest.approx(exact[-1].loss, rel=0.05)
    assert rounded[-1].loss != exact[-1].loss


def test_classifiers_trained_side_by_side_are_those_trained_alone():
    alone = fit()[0].to_arrays()
    beside = list(map_batches(lambda seed: fit(seed=seed)[0].to_arrays(), [0, 1, 0], device=CPU))
    for weights in (beside[0], beside[2]):
        for name, weight in alone.items():
            np.testing.assert_array_equal(weights[name], weight)
    assert not np.array_equal(beside[1]["to_logit.weight"], alone["to_logit.weight"])


def test_what_is_dropped_out_is_made_up_for():
    dropout = Dropout(0.2).train()
    dropped = dropout(torch.ones(100_000))
    assert set(dropped.unique().tolist()) == {0.0, 1.25}
    assert dropped.mean().item() == pytest.approx(1, abs=0.01)
    assert torch.equal(dropout.eval()(torch.ones(5)), torch.ones(5))
