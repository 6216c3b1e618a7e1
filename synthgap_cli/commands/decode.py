"""Latent stores to image stores, and to PNG files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from synthgap_cli.errors import UsageProblem
from synthgap_cli.options import (
    AsJson,
    BatchSize,
    Device,
    DryRun,
    Force,
    On,
    Output,
    Precision,
    Quiet,
    Stores,
    begin,
)

Png = Annotated[
    Path | None, typer.Option("--png", help="Write PNG files and a manifest.csv below this folder too.")
]
Grid = Annotated[
    Path | None,
    typer.Option(
        "--grid", metavar="FILE.png", help="Write a contact sheet too: some images below their originals."
    ),
]
Interpolate = Annotated[
    tuple[str, str] | None,
    typer.Option(
        "--interpolate",
        metavar="ID ID",
        help="Instead, decode the line between two images' latents to a strip, one PNG file. An id that "
        "several stores hold is preceded by one: synthetic:scene/1.png. The second may be real:nearest, "
        "the real image whose latents are nearest to the first.",
    ),
]
Steps = Annotated[int, typer.Option("--steps", min=2, help="Images of the strip, both ends with them.")]
DetailName = Annotated[
    str | None,
    typer.Option(
        "--detail",
        help="Instead, write the originals at their stored size, changed as the shift changes what is "
        "decoded: by affine, a local colour model, or residual. Of shifted latents alone.",
    ),
]
VaePath = Annotated[
    str | None, typer.Option("--vae", help="The VAE to decode with. Default: the one that encoded.")
]


def decode(
    stores: Stores = None,
    png: Png = None,
    vae: VaePath = None,
    *,
    detail: DetailName = None,
    grid: Grid = None,
    interpolate: Interpolate = None,
    steps: Steps = 9,
    on: On = None,
    output: Output = None,
    batch_size: BatchSize = 64,
    precision: Precision = "fp32",
    device: Device = "auto",
    force: Force = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Map latents back to images.

    By default all latents of this directory. Decoded real images and decoded synthetic ones are the
    controls of the decoded shifted ones. Pictures are named on stderr and, with --json, under "pictures";
    the strip of --interpolate is all that is written then, and its path goes to stdout.
    """
    from synthgap_cli.stages.decode import decode_latents
    from synthgap_cli.stages.grid import write_grid
    from synthgap_cli.stages.interpolate import interpolate as write_strip
    from synthgap_cli.stages.pictures import require_png_name
    from synthgap_cli.stages.png import write_png_folders
    from synthgap_cli.stages.translation.stores import translate_stores
    from synthgap_cli.store.schema import Kind
    from synthgap_cli.study_dir import find_inputs

    if interpolate and (png or grid or detail):
        raise UsageProblem(
            "--interpolate writes a strip alone.", hint="Leave out --png, --grid and --detail."
        )
    if grid:
        require_png_name(grid)
    console, run = begin(force=force, dry_run=dry_run, as_json=as_json, quiet=quiet, device=device)
    latents = find_inputs(stores or [], [Kind.LATENTS], on=on, every=True)
    if interpolate:
        strip = write_strip(
            latents, interpolate, steps=steps, vae=vae, output=output, precision=precision, run=run
        )
        console.finish(strip)
        return
    given: dict[str, Any] = {"vae": vae, "output": output, "batch_size": batch_size, "precision": precision}
    if detail:
        paths = translate_stores(latents, detail, **given, run=run)
    else:
        paths = decode_latents(latents, **given, run=run)
    pictures = write_png_folders(paths, png, run) if png else []
    pictures += write_grid(paths, grid, run) if grid else []
    console.finish(paths, pictures=pictures)
