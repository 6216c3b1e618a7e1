import dataclasses
import io
import math

import numpy as np
import pytest
import torch

from synthgap_cli.errors import InvalidInput, UsageProblem
from synthgap_cli.imaging.tensors import to_unit_tensor
from synthgap_cli.vaes import quality
from synthgap_cli.vaes.building import build_vae
from synthgap_cli.vaes.training.execution import Execution
from synthgap_cli.vaes.training.lanes import lanes_of
from synthgap_cli.vaes.training.recipes import Recipe
from synthgap_cli.vaes.training.trainer import MOST_SKIPPED_IN_A_ROW, Trainer, TrainingDiverged

CPU = Execution(torch.device("cpu"))
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


def _trainer(recipe=RECIPE, *, seed=0, images=None, rows=ROWS, execution=CPU, pause=lambda: False, **options):
    torch.manual_seed(0)
    vae = build_vae({"architecture": "resvae", "image_size": 16, "options": {"blocks": 4, **options}})
    images = _images() if images is None else images
    return Trainer(vae, images, rows, VAL, recipe, seed=seed, execution=execution, pause=pause)


def _weights(trainer):
    return trainer.state_dict()["stepper"]["weights"]


def _assert_same_weights(one, other):
    assert one.keys() == other.keys()
    assert all(torch.equal(one[name], other[name]) for name in one)


def _through_a_file(state):
    file = io.BytesIO()
    torch.save(state, file)
    file.seek(0)
    return torch.load(file, weights_only=True)


def _without_times(record):
    return dataclasses.replace(record, images_per_second=0.0)


def _resumed(trainer, epochs, **settings):
    """Return another trainer that goes on from a file written after so many epochs."""
    for _ in zip(range(epochs), trainer, strict=False):
        pass
    other = _trainer(**settings)
    other.load_state_dict(_through_a_file(trainer.state_dict()))
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


def test_the_best_epoch_is_the_one_with_the_highest_validation_psnr():
    trainer = _trainer(dataclasses.replace(RECIPE, schedule="constant", lr_high=0.02, epochs=6))
    seen = [(record.val_psnr, record.epoch) for record in trainer]
    assert (trainer.best.val_psnr, trainer.best.epoch) == max(seen, key=lambda epoch: epoch[0])


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
        vae, images, {"real": np.arange(8)}, VAL[:1], dataclasses.replace(RECIPE, epochs=1, batch_size=2),
        seed=0, execution=CPU,
    )  # fmt: skip
    before = _weights(trainer)
    images[:4] = 0
    _spoil(trainer, set(range(4)))
    assert next(iter(trainer)).skipped_steps == 4
    _assert_same_weights(_weights(trainer), before)


def test_bf16_trains_too_and_keeps_float32_weights():
    trainer = _trainer(execution=dataclasses.replace(CPU, precision="bf16"))
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
    trainer = Trainer(vae, _images(size=32), rows, np.arange(4), recipe, seed=0, execution=CPU)
    assert trainer.plan.total_steps == 200
    assert list(trainer)[-1].val_psnr > 30


def test_a_domain_without_images_is_refused():
    with pytest.raises(InvalidInput, match="no synthetic images"):
        _trainer(rows={"real": np.arange(3), "synthetic": np.arange(0)})


def _spoil_validation(trainer, epochs):
    """Make what the network decodes after these epochs not a number."""
    decode = trainer.vae.decode

    def spoiled(latents):
        decoded = decode(latents)
        return decoded * math.nan if not trainer.vae.training and trainer.epoch in epochs else decoded

    trainer.vae.decode = spoiled


def test_an_epoch_whose_validation_is_not_finite_is_never_the_best():
    trainer = _trainer()
    _spoil_validation(trainer, {0, 3})
    first, second, third, last = trainer
    assert math.isnan(first.val_psnr) and math.isnan(last.val_psnr)
    assert trainer.best.val_psnr == max(second.val_psnr, third.val_psnr)


def _trained_with_dropout():
    torch.manual_seed(0)
    options = {"hidden": (64,), "latents": 8, "frozen": False}
    vae = build_vae({"architecture": "googlenet", "image_size": 32, "options": options})
    recipe, rows = dataclasses.replace(RECIPE, epochs=1, batch_size=4), {"real": np.arange(8)}
    trainer = Trainer(vae, _images(size=32), rows, VAL, recipe, seed=0, execution=CPU)
    torch.seed()
    before = torch.get_rng_state()
    list(trainer)
    assert torch.equal(torch.get_rng_state(), before)
    return _weights(trainer)


def test_what_a_front_drops_out_follows_from_the_seed_and_the_step():
    _assert_same_weights(_trained_with_dropout(), _trained_with_dropout())


@pytest.mark.parametrize("steps", [1, 3, 5, 7, 12])
def test_a_training_paused_after_any_step_ends_in_the_same_weights_and_records(steps):
    recipe = dataclasses.replace(RECIPE, ema=0.9, epochs=3)
    whole = _trainer(recipe)
    expected = list(whole)
    stopped = _trainer(recipe, pause=lambda: stopped.step >= steps)
    records = list(stopped)
    assert stopped.step == steps and not stopped.is_done
    resumed = _trainer(recipe)
    resumed.load_state_dict(_through_a_file(stopped.state_dict()))
    records += resumed
    assert [_without_times(record) for record in records] == [_without_times(record) for record in expected]
    assert resumed.best == whole.best
    _assert_same_weights(_weights(resumed), _weights(whole))
    _assert_same_weights(resumed.kept_weights(), whole.kept_weights())


def test_a_pause_while_validating_validates_again_when_it_goes_on():
    whole, calls = _trainer(), []
    expected = list(whole)

    def pause():
        calls.append(None)
        return len(calls) == 6  # five steps, then the first batch of validation

    stopped = _trainer(pause=pause)
    assert list(stopped) == [] and stopped.step == 5 and stopped.epoch == 0
    rest = list(stopped)
    assert [_without_times(record) for record in rest] == [_without_times(record) for record in expected]


def test_parts_of_a_batch_add_up_to_the_batch():
    whole = list(_trainer())
    parted = list(_trainer(execution=dataclasses.replace(CPU, parts=4)))
    for one, other in zip(whole, parted, strict=True):
        for name in ("loss", "kl", "gradient_norm", "val_psnr"):
            assert getattr(one, name) == pytest.approx(getattr(other, name), rel=2e-3)
    assert whole[0].loss == pytest.approx(parted[0].loss, rel=1e-5)


def test_processors_that_share_a_batch_train_as_one_does():
    whole = list(_trainer())
    shared = _trainer(execution=dataclasses.replace(CPU, lanes=2))
    assert shared.stepper.num_lanes == 2
    for one, other in zip(whole, shared, strict=True):
        for name in ("loss", "kl", "gradient_norm", "val_psnr"):
            assert getattr(one, name) == pytest.approx(getattr(other, name), rel=2e-3)
    again = _trainer(execution=dataclasses.replace(CPU, lanes=2))
    list(again)
    _assert_same_weights(_weights(shared), _weights(again))


def test_a_piece_counts_by_the_images_it_has():
    recipe = dataclasses.replace(RECIPE, batch_size=13)
    whole, shared = (
        next(iter(_trainer(recipe, execution=dataclasses.replace(CPU, lanes=n)))) for n in (1, 3)
    )
    assert whole.loss == pytest.approx(shared.loss, rel=1e-5)
    assert whole.gradient_norm == pytest.approx(shared.gradient_norm, rel=1e-3)


def test_images_that_depend_on_each_other_are_computed_together():
    execution = dataclasses.replace(CPU, lanes=2)
    with_batch_norm = build_vae(
        {"architecture": "backbone", "image_size": 32, "options": {"network": "resnet18"}}
    )
    alone = build_vae({"architecture": "resvae", "image_size": 16, "options": {"blocks": 4}})
    assert lanes_of(with_batch_norm, execution, 16) == 1
    assert lanes_of(alone, execution, 16) == 2
    assert lanes_of(alone, execution, 6) == 1
    assert lanes_of(alone, dataclasses.replace(execution, compiled=True), 16) == 1


def test_a_batch_that_cannot_be_divided_is_refused_with_one_that_can():
    with pytest.raises(UsageProblem, match="8 images cannot be divided into 3") as raised:
        _trainer(execution=dataclasses.replace(CPU, parts=3))
    assert "--batch-size 9" in raised.value.hint


def test_the_moving_average_is_what_is_validated_and_kept():
    trainer = _trainer(dataclasses.replace(RECIPE, ema=0.999, schedule="constant", lr_high=0.02, epochs=2))
    psnr = [record.val_psnr for record in trainer][-1]
    kept = trainer.kept_weights()
    assert not torch.equal(kept["encoder.0.weight"], _weights(trainer)["encoder.0.weight"])
    trainer.vae.load_state_dict(kept)
    unit = to_unit_tensor(_images()[VAL], device=torch.device("cpu"))
    with torch.inference_mode():
        decoded = trainer.vae.decode(trainer.vae.encode(unit).mean)
    assert quality.psnr(unit, decoded).mean().item() == pytest.approx(psnr, abs=1e-4)


def test_fp16_scales_the_loss_and_goes_on_where_it_stopped():
    fp16 = dataclasses.replace(CPU, precision="fp16")
    whole, stopped = _trainer(execution=fp16), _trainer(execution=fp16, pause=lambda: stopped.step >= 7)
    records = list(whole)
    assert records[-1].reconstruction < records[0].reconstruction
    list(stopped)
    assert stopped.stepper.scaler.get_scale() > 1
    resumed = _trainer(execution=fp16)
    resumed.load_state_dict(_through_a_file(stopped.state_dict()))
    list(resumed)
    _assert_same_weights(_weights(resumed), _weights(whole))


def test_adamw_decays_the_weights_apart_from_the_gradient():
    recipe = dataclasses.replace(RECIPE, optimizer="adamw", weight_decay=0.5, schedule="constant", epochs=1)
    decayed, plain = _trainer(recipe), _trainer(dataclasses.replace(recipe, weight_decay=0.0))
    list(decayed), list(plain)
    norms = [_weights(one)["encoder.0.weight"].norm() for one in (decayed, plain)]
    assert norms[0] < norms[1]


def test_an_unbalanced_training_draws_every_image_as_often_as_the_others():
    counts = np.zeros(40, int)
    trainer = _trainer(dataclasses.replace(RECIPE, balanced=False))
    for rows in trainer._batches_left_of_epoch():
        np.add.at(counts, rows, 1)
    assert counts.max() == counts.min() == 1
    np.add.at(balanced := np.zeros(40, int), np.concatenate(_trainer()._batches_left_of_epoch()), 1)
    assert balanced[:10].sum() == balanced[10:].sum() == 20
