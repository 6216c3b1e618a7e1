"""How often the state of a training is saved, and by whom."""

import pytest

from synthgap_cli.stages.run import Run
from synthgap_cli.stages.train_vae import train_on
from synthgap_cli.stages.training import loop
from synthgap_cli.stages.training.planning import plan_training
from synthgap_cli.stages.training.task import TrainSettings
from synthgap_cli.store.files import read_header
from synthgap_cli.vaes.training.team import Team

SETTINGS = TrainSettings(
    options={"blocks": 2}, image_size=16, overrides={"epochs": 2, "batch_size": 16}, precision="fp32"
)


@pytest.fixture
def images(study):
    return [read_header(study / f"{domain}.images.h5") for domain in ("real", "synthetic")]


@pytest.fixture
def saved(monkeypatch):
    """Return the steps after which the state was saved."""
    steps, save = [], loop.save_state

    def save_and_tell(path, trainer, records):
        assert len(steps) < 100, "saved again and again"
        steps.append(trainer.step)
        save(path, trainer, records)

    monkeypatch.setattr(loop, "save_state", save_and_tell)
    return steps


def test_where_saving_is_always_due_each_step_is_saved_and_validation_still_ends(
    images, saved, tmp_path, monkeypatch
):
    monkeypatch.setattr(loop, "MOST_SECONDS_UNSAVED", 0.0)
    train_on(images, SETTINGS, output=f"{tmp_path}/", resume=True, run=Run())
    assert list(dict.fromkeys(saved)) == list(range(1, saved[-1] + 1))
    assert len(saved) == saved[-1] + 2  # each step, and each of two epochs when it has ended


class _Seen(Exception):
    """The trainer would have been made."""


def test_a_process_that_does_not_save_does_not_say_when(images, tmp_path, monkeypatch):
    pauses = []

    def make_no_trainer(*arguments, pause):
        pauses.append(pause)
        raise _Seen

    monkeypatch.setattr(loop, "make_trainer", make_no_trainer)
    monkeypatch.setattr(loop, "MOST_SECONDS_UNSAVED", -1.0)
    task = plan_training(images, SETTINGS, output=f"{tmp_path}/", resume=False, run=Run())
    with pytest.raises(_Seen):
        loop.train(task, Team(rank=1, size=2))
    assert not pauses[0]()
