"""A picture that remembers how it was made, as stores do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image, UnidentifiedImageError
from PIL.PngImagePlugin import PngInfo

from synthgap_cli.errors import OutputExists, UsageProblem
from synthgap_cli.stages.run import Run
from synthgap_cli.store.atomic import replacing
from synthgap_cli.store.provenance import Recipe

MADE_BY = "synthgap-recipe"  # the name of the text in the PNG file; its value is a digest


def require_png_name(path: Path) -> None:
    """Raise `UsageProblem` unless the name ends in .png: before the work, not after it."""
    if path.suffix.lower() != ".png":
        raise UsageProblem(f"{path} is to be a PNG file.", hint="Let its name end in .png.")


def write_picture(path: Path, recipe: Recipe, draw: Callable[[], Image.Image], run: Run) -> list[Path]:
    """Write what ``draw`` returns as a PNG file, unless this recipe made the one that is there.

    Returns
    -------
    list of Path
        ``path``, or nothing in a dry run.

    Raises
    ------
    OutputExists
        There is another file, and it may not be replaced.
    """
    if run.dry_run:
        run.reporter.plan(path, [parent.path for parent in recipe.parents])
        return []
    digest = recipe.digest()
    if path.exists() and run.replace != "always":
        if _made_by(path) == digest:
            run.reporter.note(f"{path} is up to date.")
            return [path]
        if run.replace == "never" or not _made_by(path):  # never a picture that is not ours
            raise OutputExists(
                f"{path} exists and is another picture.", hint="--force replaces it; or give another name."
            )
    remembered = PngInfo()
    remembered.add_text(MADE_BY, digest)
    picture = draw()
    with replacing(path) as partial:
        picture.save(partial, format="PNG", pnginfo=remembered)
    return [path]


def _made_by(path: Path) -> str:
    """Return the digest of the recipe that made a picture; empty of one that is not ours."""
    try:
        with Image.open(path) as picture:
            return str(picture.info.get(MADE_BY, ""))
    except (OSError, ValueError, UnidentifiedImageError):
        return ""
