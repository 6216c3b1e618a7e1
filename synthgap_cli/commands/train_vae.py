"""Image stores to a trained VAE."""

from __future__ import annotations

from synthgap_cli.commands import _training_options as train
from synthgap_cli.options import (
    AsJson,
    Device,
    DryRun,
    Force,
    On,
    Output,
    Precision,
    Quiet,
    Seed,
    Stores,
    begin,
)


def train_vae(
    stores: Stores = None,
    arch: train.Arch = "resvae",
    blocks: train.Blocks = None,
    norm: train.Norm = None,
    pad: train.Pad = None,
    reparam: train.Reparam = None,
    option: train.NetworkOption = None,
    size: train.Size = None,
    weights: train.Weights = None,
    recipe: train.RecipeName = "default",
    epochs: train.Epochs = None,
    batch_size: train.BatchSize = None,
    optimizer: train.OptimizerName = None,
    weight_decay: train.WeightDecay = None,
    betas: train.Betas = None,
    eps: train.Eps = None,
    schedule: train.ScheduleName = None,
    lr_high: train.LrHigh = None,
    lr_low: train.LrLow = None,
    cycle_steps: train.CycleSteps = None,
    loss: train.LossName = None,
    ssim_weight: train.SsimWeight = None,
    perceptual: train.PerceptualName = None,
    perceptual_weight: train.PerceptualWeight = None,
    beta: train.Beta = None,
    kl_warm_up: train.KlWarmUp = None,
    free_bits: train.FreeBits = None,
    augment: train.Augment = None,
    clip_norm: train.ClipNorm = None,
    ema: train.Ema = None,
    *,
    frozen: train.Frozen = None,
    balanced: train.Balanced = None,
    accumulate: train.Accumulate = 1,
    compiled: train.Compiled = False,
    devices: train.Devices = 1,
    resume: train.Resume = True,
    overfit_batch: train.OverfitBatch = False,
    on: On = None,
    output: Output = None,
    seed: Seed = 0,
    precision: Precision = "auto",
    device: Device = "auto",
    force: Force = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Train an autoencoder on real and synthetic images.

    Keeps the checkpoint with the best validation PSNR, and the losses as a results store, a CSV file and a
    picture of reconstructions. Ctrl-C and SIGTERM save first; the same command goes on from there.
    """
    from dataclasses import fields

    from synthgap_cli.stages.train_vae import train_on
    from synthgap_cli.stages.training.forecast import forecast
    from synthgap_cli.stages.training.overfit import overfit
    from synthgap_cli.stages.training.task import TrainSettings
    from synthgap_cli.store.schema import Kind
    from synthgap_cli.study_dir import find_inputs
    from synthgap_cli.vaes.building import options_from
    from synthgap_cli.vaes.training.recipes import Recipe

    given = locals()
    short = {name: given[name] for name in ("blocks", "norm", "pad", "reparam", "frozen")}
    console, run = begin(force=force, dry_run=dry_run, as_json=as_json, quiet=quiet, device=device)
    images = find_inputs(stores or [], [Kind.IMAGES], on=on)
    settings = TrainSettings(
        architecture=arch,
        options={name: value for name, value in short.items() if value is not None}
        | options_from(arch, option or []),
        image_size=size,
        recipe=recipe,
        overrides={field.name: given[field.name] for field in fields(Recipe)},
        weights=weights or (),
        precision=precision,
        seed=seed,
        parts=accumulate,
        compiled=compiled,
        devices=devices,
    )
    if overfit_batch:
        facts = forecast(images, settings, run) if dry_run else {"overfit": overfit(images, settings, run)}
        console.finish([], **facts)
        return
    paths = train_on(images, settings, output=output, resume=resume, run=run)
    console.finish(paths, **forecast(images, settings, run) if dry_run else {})
