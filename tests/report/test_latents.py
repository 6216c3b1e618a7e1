import numpy as np

from synthgap_cli.report.sections.latents import training_panels

COLUMNS = (
    "loss", "reconstruction", "structure", "perceptual", "kl", "val_psnr", "val_psnr_sampled", "val_ssim",
    "active_units", "learning_rate",
)  # fmt: skip


def _log(**columns):
    ones = {name: np.ones(3) for name in COLUMNS}
    return {"step": np.arange(3), **ones, **columns}


def _labels(panels):
    return {panel.title.split(",")[0]: [trace.label for trace in panel.traces] for panel in panels}


def test_every_panel_of_a_training_has_its_lines():
    labels = _labels(training_panels(_log()))
    assert labels["loss"] == ["total", "reconstruction", "1 - SSIM", "perceptual"]
    assert labels["validation PSNR"] == ["mean decoded", "sample decoded"]
    assert len(labels) == 6 and all(labels.values())


def test_a_term_without_weight_has_no_line():
    panels = training_panels(_log(structure=np.zeros(3), perceptual=np.zeros(3)))
    assert _labels(panels)["loss"] == ["total", "reconstruction"]


def test_a_log_of_an_older_release_shows_what_it_has():
    old = {name: values for name, values in _log().items() if name not in ("val_ssim", "val_psnr_sampled")}
    labels = _labels(training_panels(old))
    assert labels["validation PSNR"] == ["mean decoded"]
    assert labels["validation SSIM"] == []
