"""The demonstration: handwritten digits against rendered ones, as folders and as a study."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from synthgap_cli.demo.digits import Digits, real_digits, rendered_digits
from synthgap_cli.stages.run import Run
from synthgap_cli.store.atomic import replacing
from synthgap_cli.study.presets import StudySettings, VaePlan
from synthgap_cli.study.running import run_study

SIZE = 32  # pixels
LABEL = r"^(\d)_"  # in the file names below


def run_demo(output: str, *, epochs: int, networks: tuple[str, ...], seed: int, run: Run) -> list[Path]:
    """Write both sets of digits as PNG files, study them, translate the rendered ones; return the paths."""
    directory = Path(output)
    real, synthetic = directory / "handwritten", directory / f"rendered-{seed}"
    if not run.dry_run:
        _write(real, real_digits())
        _write(synthetic, rendered_digits(seed=seed))
    settings = StudySettings(
        preset="demo",
        size=SIZE,
        networks=networks,
        classifier_sizes=(SIZE,),
        classifier_epochs=5,
        vaes=(VaePlan(options={"blocks": 16}, epochs=epochs),),
        label_from=LABEL,
        shift_methods=("mean", "ot", "modes"),
        shift_base="ot",
        rivals=("channel_ot",),
        keep="labels",  # digits have no other annotation
        detail="residual",  # digits differ in shape, which no colour model tells
        seed=seed,
    )
    translated = str(directory / f"{synthetic.name}-translated")
    return run_study(str(real), str(synthetic), output, settings, translate=translated, run=run)


def _write(folder: Path, digits: Digits) -> None:
    """Write the digits once; later runs find the same files, so that later stages are up to date."""
    if folder.exists():
        return
    with replacing(folder) as partial:
        partial.mkdir()
        for number, (image, label) in enumerate(zip(digits.images, digits.labels, strict=True)):
            Image.fromarray(image).save(partial / f"{label}_{number:04d}.png")
