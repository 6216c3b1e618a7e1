import dataclasses
import io
import math

import numpy as np
import pytest
import torch

from synthgap_cli.errors import InvalidInput
from synthgap_cli.vaes.building import build_vae
from synthgap_cli.vaes.training.recipes import Recipe
from synthgap_cli.vaes.training.trainer import MOST_SKIPPED_IN_A_ROW, Trainer, TrainingDiverged

CPU = torch.device("cpu")
RECIPE = Recipe(
    epochs=4, batch_size=8, schedule="one-cycle", lr_low=1e-5, lr_high=2e-3, augment="light", kl_warm_up=0.5
)


def _images(count=48, size=16):
    """Return smooth pictures, each of its own colours and slope."""
    rng = np.random.default_rng(0)
    ramps = np.linspace(0, 1, size)[:, None, None] * rng.random((count, 1, 1, 3))
    return (255 * (ramps + rng.random((count, 1, 1, 3)) * np.linspace(0, 1, size)[:, None]) / 2).astype(
        np.uint8
    )


ROWS = {"real": np.arange(10), "synthetic": np.arange(10, 40)}
VAL = np.arange(40, 48)


def _trainer(recipe=RECIPE, *, seed=0, images=None, rows=ROWS, **options):
    torch.manual_seed(0)
    vae = build_vae({"architecture": "resvae", "image_size": 16, "options": {"blocks": 4, **options}})
    images = _images() if images is None else images
    return Trainer(vae, images, rows, VAL, recipe, seed=seed, device=CPU, precision="fp32")


def _weights(trainer):
    return trainer.state_dict()["weights"]


def _assert_same_weights(one, other):
    assert one.keys() == other.keys()
    assert all(torch.equal(one[name], other[name]) for name in one)


def _resumed(trainer, epochs, **settings):
    """Return another trainer that goes on from a file written after so many epochs."""
    for _ in zip(range(epochs), trainer, strict=False):
        pass
    file = io.BytesIO()
    torch.save(trainer.state_dict(), file)
    file.seek(0)
    other = _trainer(**settings)
    other.load_state_dict(torch.load(file, weights_only=True))
    return other


def test_a_training_yields_a_record_of_each_epoch():
    records = list(_trainer())
    assert [record.epoch for record in records] == [1, 2, 3, 4]
    assert [record.step for record in records] == [5, 10, 15, 20]
    assert records[-1].learning_rate == pytest.approx(RECIPE.lr_low)
    for value in dataclasses.astuple(records[-1]):
        assert math.isfinite(value)


def test_training_restores_images_better_and_better():
    records = list(_trainer(dataclasses.replace(RECIPE, epochs=30)))
    assert records[-1].val_psnr > records[0].val_psnr + 3
    assert records[-1].reconstruction < records[0].reconstruction / 2


def test_a_resumed_training_ends_in_the_same_weights_bit_for_bit():
    whole, stopped = _trainer(), _trainer()
    records = list(whole)
    resumed = _resumed(stopped, 2)
    rest = list(resumed)
    assert [record.val_psnr for record in rest] == [record.val_psnr for record in records[2:]]
    _assert_same_weights(_weights(resumed), _weights(whole))
    assert resumed.best.epoch == whole.best.epoch
    _assert_same_weights(resumed.best.weights, whole.best.weights)


def test_the_same_seed_gives_the_same_weights_whatever_else_draws_random_numbers():
    one, other, different = _trainer(), _trainer(), _trainer(seed=1)
    list(one), list(different)
    for _ in other:
        torch.rand(3), np.random.random(3)
    _assert_same_weights(_weights(one), _weights(other))
    assert not torch.equal(_weights(one)["encoder.0.weight"], _weights(different)["encoder.0.weight"])


def test_every_step_has_noise_of_its_own():
    trainer = _trainer()
    noises = []
    trainer.vae.register_forward_pre_hook(lambda _, inputs: noises.append(inputs[1].clone()))
    list(trainer)
    assert len({noise.sum().item() for noise in noises}) == len(noises) == 20


@pytest.mark.parametrize(
    ("setting", "name"),
    [
        ({"seed": 1}, "seed"),
        ({"recipe": dataclasses.replace(RECIPE, beta=1.0)}, "recipe"),
        ({"norm": "none"}, "network"),
    ],
)
def test_a_training_with_other_settings_cannot_be_resumed(setting, name):
    with pytest.raises(InvalidInput, match=f"another {name}"):
        _resumed(_trainer(), 1, **setting)


def test_the_best_weights_are_those_of_the_highest_validation_psnr():
    trainer = _trainer(dataclasses.replace(RECIPE, schedule="constant", lr_high=0.02, epochs=6))
    seen = [(record.val_psnr, _weights(trainer)) for record in trainer]
    highest, weights = max(seen, key=lambda epoch: epoch[0])  # of equal ones the first
    assert trainer.best.val_psnr == highest
    _assert_same_weights(trainer.best.weights, weights)


def test_the_last_epoch_of_a_cyclic_training_stops_where_the_cycle_does():
    recipe = dataclasses.replace(RECIPE, schedule="cyclic", cycle_steps=8, epochs=3)  # 15 steps: two cycles
    records = list(_trainer(recipe))
    assert [record.step for record in records] == [5, 10, 15, 16]


def _spoil(trainer, calls):
    """Make what the network renders at these training steps not a number."""

    def hook(module, inputs, output):
        if module.training and trainer.step in calls:
            rendered, posterior = output
            return rendered * math.nan, posterior
        return output

    trainer.vae.register_forward_hook(hook)


def test_a_step_that_is_not_finite_is_counted_and_changes_nothing():
    trainer = _trainer()
    _spoil(trainer, set(range(5)))
    before = _weights(trainer)
    record = next(iter(trainer))
    _assert_same_weights(_weights(trainer), before)
    assert record.skipped_steps == 5 and record.step == 5
    assert math.isnan(record.loss)


def test_means_of_an_epoch_leave_skipped_steps_out():
    trainer = _trainer()
    _spoil(trainer, {1, 3})
    record = next(iter(trainer))
    assert record.skipped_steps == 2
    assert math.isfinite(record.loss) and math.isfinite(record.gradient_norm)
    assert all(value.isfinite().all() for value in _weights(trainer).values())


def test_too_many_skipped_steps_in_a_row_end_the_training_with_the_last_good_weights():
    trainer = _trainer(dataclasses.replace(RECIPE, epochs=10))
    _spoil(trainer, set(range(7, 1000)))
    epochs = iter(trainer)
    next(epochs)
    with pytest.raises(TrainingDiverged, match=f"{MOST_SKIPPED_IN_A_ROW} steps in a row") as raised:
        list(epochs)
    assert "learning rate" in raised.value.hint
    assert all(value.isfinite().all() for value in _weights(trainer).values())
    assert trainer.best.epoch >= 1


def test_a_skipped_step_leaves_running_statistics_as_they_were():
    torch.manual_seed(0)
    vae = build_vae({"architecture": "vgg11_bn", "image_size": 32})
    images = _images(size=32)
    trainer = Trainer(
        vae, images, {"real": np.arange(4)}, VAL[:1], dataclasses.replace(RECIPE, epochs=1, batch_size=1),
        seed=0, device=CPU, precision="fp32",
    )  # fmt: skip
    before = _weights(trainer)
    images[:4] = 0
    _spoil(trainer, set(range(4)))
    assert next(iter(trainer)).skipped_steps == 4
    _assert_same_weights(_weights(trainer), before)


def test_bf16_trains_too_and_keeps_float32_weights():
    torch.manual_seed(0)
    vae = build_vae({"architecture": "resvae", "image_size": 16, "options": {"blocks": 4}})
    trainer = Trainer(vae, _images(), ROWS, VAL, RECIPE, seed=0, device=CPU, precision="bf16")
    records = list(trainer)
    assert records[-1].reconstruction < records[0].reconstruction
    assert {value.dtype for value in _weights(trainer).values()} == {torch.float32}


def test_a_small_residual_network_learns_one_batch_by_heart():
    torch.manual_seed(0)
    vae = build_vae({"architecture": "resvae", "image_size": 32, "options": {"blocks": 16}})
    recipe = Recipe(
        epochs=4, batch_size=4, schedule="one-cycle", lr_low=1e-5, lr_high=3e-3, beta=1e-7, augment="none"
    )
    rows = {"real": np.tile(np.arange(4), 50)}  # the one batch 50 times an epoch
    trainer = Trainer(vae, _images(size=32), rows, np.arange(4), recipe, seed=0, device=CPU, precision="fp32")
    assert trainer.plan.total_steps == 200
    assert list(trainer)[-1].val_psnr > 30


def test_a_domain_without_images_is_refused():
    with pytest.raises(InvalidInput, match="no synthetic images"):
        _trainer(rows={"real": np.arange(3), "synthetic": np.arange(0)})
