"""One VAE: how it learned, what it restores, and how its latents differ (thesis, part 2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.figures import image_grid, pca, training_curves
from synthgap_cli.report.content import Block, Notice, Paragraph, Picture, Section
from synthgap_cli.report.directory import StudyDirectory, images, samples, table
from synthgap_cli.report.ledgers import ledgers_of
from synthgap_cli.report.pictures import encode_figure
from synthgap_cli.report.sections.judge import project_test_rows
from synthgap_cli.report.sections.rejected import effects_picture, rejected_picture, rejected_tables
from synthgap_cli.statistics.spreading import spread
from synthgap_cli.store.header import Header
from synthgap_cli.store.schema import Kind

SHOWN = 8


def section(study: StudyDirectory, vae: Header) -> Section:
    """Return the section about a VAE and its latent space."""
    tag = vae.steps[0]
    blocks: list[Block] = [
        Paragraph(
            f"{tag} was trained on both domains. The checkpoint kept is the one with the best validation "
            f"PSNR, {vae.attributes['val-psnr']:.1f} dB after epoch {vae.attributes['best-epoch']}."
        ),
        *_curves(study, vae),
        *_grid(study, vae),
        *_tests(study, vae),
        *_projection(study, vae),
    ]
    return Section(f"Latent space of {tag}", f"vae-{tag}", blocks)


def _curves(study: StudyDirectory, vae: Header) -> list[Picture]:
    logs = [h for h in study.of_kind(Kind.RESULTS, "train-vae") if h.steps == vae.steps]
    if not logs:
        return []
    log = table(logs[0], "summary")
    best = log["step"][log["epoch"] == vae.attributes["best-epoch"]]
    figure = training_curves.draw(training_panels(log), best_step=float(best[0]) if len(best) else None)
    return [Picture(encode_figure(figure), "Training curves", "Training; the mark is the checkpoint kept.")]


def training_panels(log: Mapping[str, NDArray[Any]]) -> list[training_curves.Panel]:
    """Return what is worth seeing of a training; terms that had no weight, and so are zero, are left out."""

    def panel(title: str, *, logarithmic: bool = False, **labels: str) -> training_curves.Panel:
        traces = [
            training_curves.Trace(label, log["step"], log[name])
            for name, label in labels.items()
            if name in log and np.any(log[name])
        ]
        return training_curves.Panel(title, traces, logarithmic=logarithmic)

    return [
        panel(
            "loss, and its terms before their weights", logarithmic=True,
            loss="total", reconstruction="reconstruction", structure="1 - SSIM", perceptual="perceptual",
        ),
        panel("KL, nats an image", kl="KL"),
        panel("validation PSNR, dB", val_psnr="mean decoded", val_psnr_sampled="sample decoded"),
        panel("validation SSIM", val_ssim="SSIM"),
        panel("latents that differ between images", active_units="active"),
        panel("learning rate", learning_rate="rate"),
    ]  # fmt: skip


def _grid(study: StudyDirectory, vae: Header) -> list[Block]:
    """Rows of the same test images: originals, restored, shifted."""
    decoded = [study.one(Kind.IMAGES, vae.steps, role) for role in ("reference", "candidate")]
    rows = []
    for original, restored in zip(study.originals, decoded, strict=True):
        chosen = spread(samples(original).rows_in(("test",)), SHOWN)
        rows.append(_row(original, chosen, original.domain))
        if restored is not None:
            rows.append(_row(restored, chosen, f"{original.domain},\nrestored"))
    for shift in study.shifts_of(vae):
        shifted = study.one(Kind.IMAGES, shift.steps, "candidate")
        if shifted is not None:
            chosen = spread(samples(study.originals[1]).rows_in(("test",)), SHOWN)
            rows.append(_row(shifted, chosen, f"{shifted.domain},\n{'.'.join(shift.steps[1:])} shift"))
    caption = "Test images, the same in each column of a domain: as they are, restored, and shifted."
    return [Picture(encode_figure(image_grid.draw(rows)), "Grid of restored and shifted images", caption)]


def _row(header: Header, rows: NDArray[np.intp], label: str) -> image_grid.ImageRow:
    return image_grid.ImageRow(label, images(header, rows))


def _tests(study: StudyDirectory, vae: Header) -> list[Block]:
    before = study.tests(vae.steps, Kind.LATENTS)
    shifts = study.shifts_of(vae)
    after = [row for shift in shifts for row in study.tests(shift.steps, Kind.LATENTS)]
    if not before:
        return [Notice("The latents were not tested.")]
    blocks: list[Block] = [
        *rejected_tables("Latent components whose equal means are rejected", [*before, *after]),
        rejected_picture(study, before),
        effects_picture(before[0]),
    ]
    if after and not any(row["circular"] for row in after):
        blocks.append(
            Paragraph(
                "A shift is tested on other rows than those it was fitted on. On its own rows a mean shift "
                "leaves no difference by construction; on others its own error adds to the share that a true "
                "null gives, which is why that share is above the level."
            )
        )
    return blocks


def _projection(study: StudyDirectory, vae: Header) -> list[Block]:
    sides = [study.one(Kind.LATENTS, vae.steps, role) for role in ("reference", "candidate")]
    if any(side is None for side in sides):
        return []
    reference, candidate = (side for side in sides if side)
    blocks: list[Block] = [
        Picture(
            encode_figure(pca.draw(project_test_rows([reference, candidate]), domains=study.domains)),
            "Latents in two dimensions",
            "Latents of the test rows by their principal components, before the shift.",
        )
    ]
    for shift in study.shifts_of(vae):
        if any(told.ledger.density for told in ledgers_of(study, shift)):
            continue  # its section draws them
        names = (study.domains[0], f"{study.domains[1]}, shifted")
        blocks.append(
            Picture(
                encode_figure(pca.draw(project_test_rows([reference, shift]), domains=names)),
                "Shifted latents in two dimensions",
                f"The same after the shift {'.'.join(shift.steps)}.",
            )
        )
    return blocks
