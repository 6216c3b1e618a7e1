"""The label of each image: from its folder, its name or a table."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from synthgap_cli.errors import InputMissing, InvalidInput, UsageProblem
from synthgap_cli.imaging.grouping import folder_name_of, match_all


def labels_of(ids: Sequence[str], label_from: str) -> dict[str, str]:
    r"""Return the label of each id that has one.

    Parameters
    ----------
    ids : sequence of str
        Paths relative to the scanned root, as `scan` returns them.
    label_from : str
        ``folder``: the name of the folder that holds the image. A name that ends in ``.csv``: a table in
        UTF-8 with the columns ``id`` (the whole path) or ``filename`` (its last part), and ``label``.
        Anything else is a regular expression searched in the id, ``(cat|dog)_\d+`` say, whose first
        capturing group, or whole match if it has none, is the label.

    Raises
    ------
    UsageProblem
        No image gets a label, or the pattern is no regular expression.
    InputMissing, InvalidInput
        The table does not exist; it lacks a column, is not UTF-8, or labels one image in two ways.
    """
    if label_from == "folder":
        found: list[str | None] = [folder_name_of(id) for id in ids]
    elif label_from.lower().endswith(".csv"):
        found = _from_table(ids, Path(label_from))
    else:
        found = match_all(ids, label_from)
    labels = {id: label for id, label in zip(ids, found, strict=True) if label}
    if not labels:
        raise UsageProblem(
            f"None of the {len(ids)} images gets a label from {label_from!r}.",
            hint=f"The images have names such as {ids[0]!r}." if ids else None,
        )
    return labels


def _from_table(ids: Sequence[str], path: Path) -> list[str | None]:
    key, labels = _read_table(path)
    return [labels.get(id if key == "id" else PurePosixPath(id).name) for id in ids]


def _read_table(path: Path) -> tuple[str, dict[str, str]]:
    """Return the name of the column that identifies an image, and what it maps to."""
    labels: dict[str, str] = {}
    try:
        with path.open(
            encoding="utf-8-sig", newline=""
        ) as file:  # -sig: spreadsheets write a byte order mark
            rows = csv.DictReader(file)
            key = _key_column(path, rows.fieldnames or ())
            for row in rows:
                label = row["label"] or ""
                if labels.setdefault(row[key], label) != label:
                    raise InvalidInput(
                        f"{path} labels {row[key]!r} as {labels[row[key]]!r} and as {label!r}.",
                        hint=f"Leave one row for each {key}.",
                    )
    except FileNotFoundError as error:
        raise InputMissing(f"The table {path} does not exist.", hint="Check the path.") from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InvalidInput(
            f"The table {path} cannot be read: {error}.", hint="Save it as CSV in UTF-8."
        ) from error
    return key, labels


def _key_column(path: Path, columns: Sequence[str]) -> str:
    for key in ("id", "filename"):
        if key in columns and "label" in columns:
            return key
    raise InvalidInput(
        f"The table {path} has the columns {', '.join(columns) or '(none)'}.",
        hint="It needs id (the path relative to the folder) or filename, and label.",
    )
