"""Which images belong together: frames of one scene, crops of one photograph."""

# N images

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from synthgap_cli.errors import UsageProblem


def groups_of(ids: Sequence[str], *, regex: str | None = None) -> list[str]:
    """Return the group of each of N ids, in their order.

    Parameters
    ----------
    ids : sequence of str
        Paths relative to the scanned root, as `scan` returns them.
    regex : str, optional
        Searched in each id: its first capturing group, or the whole match if it has none, is the group.
        An id without a match is a group of its own. By default the group is the folder of the id,
        ``""`` at the root.

    Raises
    ------
    UsageProblem
        The pattern is no regular expression, or no id matches it.
    """
    if regex is None:
        return [folder_of(id) for id in ids]
    matches = match_all(ids, regex)
    return [id if match is None else match for id, match in zip(ids, matches, strict=True)]


def folder_of(id: str) -> str:
    """Return the folder of an id relative to the scanned root, ``""`` at the root."""
    return id.rpartition("/")[0]


def folder_name_of(id: str) -> str:
    """Return the last part of the folder of an id, ``""`` at the root."""
    return PurePosixPath(id).parent.name


def match_all(ids: Sequence[str], regex: str) -> list[str | None]:
    """Return what the pattern finds in each id: its first group or the whole match, None without one.

    Raises
    ------
    UsageProblem
        The pattern is no regular expression, or no id matches it.
    """
    try:
        pattern = re.compile(regex)
    except re.error as error:
        raise UsageProblem(
            f"{regex!r} is no regular expression: {error}.",
            hint=r"Quote it; a literal dot is \. in a pattern.",
        ) from error
    matches = [pattern.search(id) for id in ids]
    found = [match and match.group(1 if pattern.groups else 0) for match in matches]
    if ids and not any(text is not None for text in found):
        raise UsageProblem(
            f"The pattern {regex!r} matches none of the {len(ids)} images.",
            hint=f"It is searched in paths such as {ids[0]!r}.",
        )
    return found
