"""What train-vae does at the terminal beside training: refusals, forecasts, several processes."""

import csv
import json

import pytest

SHORT = ("train-vae", "--blocks", "2", "--epochs", "2", "--batch-size", "16", "--precision", "fp32")


@pytest.fixture
def prepared(study, tmp_path):
    import shutil

    for domain in ("real", "synthetic"):
        shutil.copy(study / f"{domain}.images.h5", tmp_path)
    return tmp_path


def _column(path, name):
    with path.open() as file:
        return [float(row[name]) for row in csv.DictReader(file)]


def test_two_processes_have_the_losses_of_one(synthgap, prepared):
    assert synthgap(*SHORT, "-o", "one/").code == 0
    ended = synthgap(*SHORT, "--devices", "2", "--accumulate", "2", "-o", "two/")
    assert ended.code == 0, ended.err
    for name in ("loss", "kl", "gradient_norm", "val_psnr"):
        alone, together = (_column(prepared / d / "resvae-2.training.csv", name) for d in ("one", "two"))
        assert together == pytest.approx(alone, rel=1e-3)


def test_a_dry_run_forecasts_what_the_training_takes(synthgap, prepared):
    ended = synthgap("train-vae", "--blocks", "16", "--dry-run", "--json")
    told = json.loads(ended.out)
    assert told["parameters"] > 100_000
    assert told["latents"] == [16, 4, 4]
    assert told["steps"] == told["epochs"] * (told["images-an-epoch"] // 16)
    assert told["memory"] > 4 * 4 * told["parameters"]
    assert sorted(path.name for path in prepared.iterdir()) == ["real.images.h5", "synthetic.images.h5"]


def test_one_batch_is_learnt_by_heart_and_nothing_is_written(synthgap, prepared):
    ended = synthgap("train-vae", "--blocks", "8", "--size", "16", "--overfit-batch", "--json")
    assert ended.code == 0, ended.err
    told = json.loads(ended.out)
    assert told["overfit"]["psnr"] > 20
    assert told["output"] == []
    assert sorted(path.name for path in prepared.iterdir()) == ["real.images.h5", "synthetic.images.h5"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--size", "30"), "multiple of 8"),
        (("--option", "colour=red"), "has no option"),
        (("--arch", "classic"), "has no option 'blocks'"),
        (("--weights", "random"), "no pretrained front"),
        (("--perceptual-weight", "1"), "needs a network"),
        (("--lr", "1e-9"), "lowest learning rate"),
        (("--ema", "1"), "ema cannot be 1"),
        (("--batch-size", "9", "--accumulate", "2"), "cannot be divided into 2 equal parts"),
        (("--devices", "3"), "cannot be divided into 3 equal parts"),
        (("--perceptual", "nonsense"), "nonsense"),
    ],
)
def test_what_cannot_be_trained_is_said_in_a_sentence(synthgap, prepared, options, message):
    ended = synthgap(*SHORT, *options)
    assert ended.code == 2, ended.err
    assert message in ended.err
    assert "Traceback" not in ended.err
    assert not list(prepared.glob("*.safetensors"))


def test_a_batch_of_one_is_refused_where_there_is_batch_norm(synthgap, prepared):
    ended = synthgap(
        "train-vae", "--arch", "squeezenet1_1", "--weights", "random", "--size", "32", "--batch-size", "1"
    )
    assert ended.code == 2
    assert "batch norm" in ended.err


def test_missing_weights_are_named(synthgap, prepared):
    ended = synthgap("train-vae", "--arch", "squeezenet1_1", "--weights", "nowhere.pth", "--size", "32")
    assert ended.code == 66
    assert "nowhere.pth" in ended.err


def test_a_diverging_training_stops_and_says_what_to_try(synthgap, prepared):
    ended = synthgap(
        *SHORT, "--epochs", "60", "--lr", "1e30", "--clip-norm", "1e30", "--schedule", "constant"
    )
    assert ended.code == 1, ended.err
    assert "not finite" in ended.err or "diverged" in ended.err
    assert "hint:" in ended.err
    assert not (prepared / "resvae-2.vae.safetensors").exists()


def test_a_collapsed_posterior_is_warned_of(synthgap, prepared):
    ended = synthgap(*SHORT, "--beta", "1e6", "--epochs", "4")
    assert "collapsed" in ended.err


def test_one_domain_alone_is_warned_of(synthgap, prepared):
    ended = synthgap(*SHORT, "--epochs", "1", "real.images.h5")
    assert ended.code == 0
    assert "All training images are real" in ended.err
