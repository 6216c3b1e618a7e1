"""Draw docs/figures/translated.png: rendered digits of the demonstration above what a study made of them.

synthgap demo && python docs/make_translated_figure.py synthgap-demo docs/figures/translated.png
"""

import sys
from pathlib import Path

from PIL import Image

SHOWN, TILE, GAP = 3, 64, 4  # images of a digit, pixels of one, pixels between


def main(demo: Path, output: Path) -> None:
    """Write the figure from the folders that the demonstration leaves."""
    folders = [demo / "rendered-0", demo / "rendered-0-translated"]
    names = [
        path.name
        for digit in range(10)
        for path in sorted(folders[0].glob(f"{digit}_*.png"))[40 : 40 + SHOWN]
    ]
    columns = len(names) // 2
    sheet = Image.new("RGB", (columns * (TILE + GAP) - GAP, 4 * (TILE + GAP) + GAP), "white")
    for number, name in enumerate(names):
        block, column = divmod(number, columns)
        for row, folder in enumerate(folders):
            with Image.open(folder / name) as image:
                tile = image.convert("RGB").resize((TILE, TILE), Image.Resampling.NEAREST)
            sheet.paste(tile, (column * (TILE + GAP), (2 * block + row) * (TILE + GAP) + 2 * GAP * block))
    sheet.save(output, optimize=True)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
