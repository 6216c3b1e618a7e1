import csv
import importlib.util
import math
from dataclasses import asdict, fields

import numpy as np
import pytest
from PIL import Image

from synthgap_cli.stages.training.log import (
    SHOWN,
    TrainingLog,
    board_path,
    images_to_show,
    log_paths,
    picture_path,
)  # fmt: skip
from synthgap_cli.store.reader import open_store
from synthgap_cli.store.schema import Kind
from synthgap_cli.vaes.training.records import EpochRecord


def _record(epoch, **values):
    filled = {field.name: 0.5 for field in fields(EpochRecord)} | {"epoch": epoch, "step": 10 * epoch}
    return EpochRecord(**(filled | values))


def _records(*epochs, loss=1.0):
    return [_record(epoch, loss=loss / epoch) for epoch in epochs]


@pytest.fixture
def vae(tmp_path):
    return tmp_path / "resvae-4.vae.safetensors"


def _log(vae, records, *, resumed=()):
    """Log the records after the resumed ones, each with all before it."""
    with TrainingLog(vae, resumed=resumed) as log:
        for end in range(len(resumed) + 1, len(resumed) + len(records) + 1):
            log.epoch([*resumed, *records][:end])


def test_the_csv_has_a_line_an_epoch_with_every_number(vae):
    records = [*_records(1, 2), _record(3, val_ssim=math.nan)]
    _log(vae, records)
    with log_paths(vae)[1].open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [field.name for field in fields(EpochRecord)]
    for row, record in zip(rows, records, strict=True):
        np.testing.assert_equal({name: float(text) for name, text in row.items()}, asdict(record))


def test_a_resumed_training_goes_on_in_the_same_csv(vae):
    _log(vae, _records(1, 2, 3))
    _log(vae, _records(3, 4), resumed=_records(1, 2))
    with log_paths(vae)[1].open() as file:
        assert [row["epoch"] for row in csv.DictReader(file)] == ["1", "2", "3", "4"]


def test_a_line_that_a_kill_forestalled_is_written_when_the_training_goes_on(vae):
    _log(vae, _records(1))
    with TrainingLog(vae, resumed=_records(1, 2)), log_paths(vae)[1].open() as file:
        assert [row["epoch"] for row in csv.DictReader(file)] == ["1", "2"]


def test_the_picture_shows_each_image_above_what_is_restored_of_it(vae):
    real, restored = np.full((2, 64, 64, 3), 200, np.uint8), np.full((2, 64, 64, 3), 100, np.uint8)
    with TrainingLog(vae) as log:
        log.pictures({"real": (real, restored)}, step=1)
        log.pictures({"real": (real, restored), "synthetic": (real // 2, restored // 2)}, step=2)
    shown = np.asarray(Image.open(picture_path(vae)))
    middle = shown[:, 36]  # down through the first image of each row
    levels = [level for level in middle[:, 0] if level in (200, 100, 50)]
    assert [level for level, before in zip(levels, [0, *levels], strict=False) if level != before] == [
        200, 100, 50
    ]  # fmt: skip
    assert levels.count(200) == 64 and levels.count(100) == 128
    assert list(vae.parent.glob("*.partial")) == []


def test_the_images_shown_are_of_the_validation_split_and_of_many_groups(study):
    with (
        open_store(study / "real.images.h5", Kind.IMAGES) as real,
        open_store(study / "synthetic.images.h5", Kind.IMAGES) as synthetic,
    ):
        shown = images_to_show([real, synthetic])
        samples = real.samples()
        held_out = samples.rows_in(("val",))
        images = real.dataset("images")[...]
    assert list(shown) == ["real", "synthetic"]
    assert 0 < len(shown["real"]) == min(SHOWN, len(held_out))
    rows = [next(r for r in held_out if (images[r] == image).all()) for image in shown["real"]]
    assert set(samples["group"][rows]) == set(samples["group"][held_out])


def test_without_tensorboard_everything_else_is_written(vae, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    _log(vae, _records(1))
    assert log_paths(vae)[1].exists()
    assert not board_path(vae).exists()


class TestBoard:
    """Events as TensorBoard itself reads them."""

    @pytest.fixture(autouse=True)
    def _needs_tensorboard(self):
        pytest.importorskip("tensorboard")

    @staticmethod
    def _read(vae):
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

        return EventAccumulator(str(board_path(vae))).Reload()

    def _loss(self, vae):
        return [(point.step, point.value) for point in self._read(vae).Scalars("training/loss")]

    def test_every_number_is_a_curve_by_step(self, vae):
        _log(vae, _records(1, 2))
        assert self._loss(vae) == [(10, 1.0), (20, 0.5)]
        tags = self._read(vae).Tags()["scalars"]
        assert len(tags) == len(fields(EpochRecord))
        assert {"validation/psnr", "validation/ssim", "validation/active_units", "training/kl"} <= set(tags)

    def test_a_resumed_training_draws_no_point_twice(self, vae):
        _log(vae, _records(1, 2, 3))  # the third was logged, but a kill came before it was saved
        _log(vae, _records(3, 4, loss=6.0), resumed=_records(1, 2))
        assert self._loss(vae) == [(10, 1.0), (20, 0.5), (30, 2.0), (40, 1.5)]

    def test_a_training_begun_anew_replaces_the_curves_before(self, vae):
        _log(vae, _records(1, 2, 3))
        _log(vae, _records(1, loss=9.0))
        assert self._loss(vae) == [(10, 9.0)]

    def test_the_picture_is_there_too(self, vae):
        images = np.zeros((1, 64, 64, 3), np.uint8)
        with TrainingLog(vae) as log:
            log.pictures({"real": (images, images)}, step=7)
        (shown,) = self._read(vae).Images("restored")
        assert shown.step == 7 and (shown.width, shown.height) == Image.open(picture_path(vae)).size
