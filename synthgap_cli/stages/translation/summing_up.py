"""What remains when all images are translated: annotations, the manifest, and where all of it comes from."""

from __future__ import annotations

import csv
import hashlib
import json
import math
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from scipy.stats import rankdata

from synthgap_cli import __version__
from synthgap_cli.errors import InputMissing
from synthgap_cli.stages.rejects import parse_share, report_rejects
from synthgap_cli.stages.run import Run
from synthgap_cli.stages.translation.journal import Entry, sha256_of
from synthgap_cli.stages.translation.placing import placing
from synthgap_cli.stages.translation.plan import KNOWN, Folder
from synthgap_cli.store.atomic import replacing
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import Recipe, current_versions
from synthgap_cli.translation.papers import MANIFEST, OTHER_MANIFEST, RECORD, REJECTS

_NUMBERS = ("width", "height", "moved", "content", "score_before", "score_after")
_DIGITS = 4


@dataclass(frozen=True)
class SummingUp:
    """The end of a translation.

    Attributes
    ----------
    output : Path
    folder : Folder
    stores : mapping of str to Header
        What the images were translated by, by role.
    recipe : Recipe
    run : Run
    """

    output: Path
    folder: Folder
    stores: Mapping[str, Header]
    recipe: Recipe
    run: Run

    def write(self, entries: Sequence[Entry], *, drop_worst: str, max_bad: str) -> dict[str, Any]:
        """Copy, drop, and write manifest and record; return the record's numbers.

        Raises
        ------
        SynthgapError
            More than ``max_bad`` of the images cannot be read.
        """
        written = [one for one in entries if not one.reason]
        source = self.folder.root.resolve().name
        rejects = [(source, one.id, one.reason) for one in entries if one.reason]
        report_rejects(
            self.output / REJECTS.removesuffix(".rejects.csv"),
            rejects,
            total=len(entries),
            max_bad=max_bad,
            reporter=self.run.reporter,
        )
        if count := sum(one.loses_bits for one in written):
            self.run.reporter.warn(f"{count} images had 16 bits a channel, and are written with 8.")
        copied = self._copy()
        dropped = self._drop(written, parse_share(drop_worst))
        self._write_manifest(written, dropped)
        facts = {
            "images": len(written) - len(dropped),
            "unchanged": sum(one.moved == 0 for one in written),
            "copied": len(copied),
            "unreadable": len(rejects),
            "dropped": len(dropped),
            "moved": _mean([one.moved for one in written]),
            "content": _mean([one.content for one in written]),
            "score_before": _mean([one.score_before for one in written]),
            "score_after": _mean([one.score_after for one in written]),
        }
        kept = {one.file: one.sha256 for one in written if one.id not in dropped}
        self._write_record(facts, _digest(kept | copied))
        self._tell(facts)
        return facts

    def _tell(self, facts: Mapping[str, Any]) -> None:
        told = [
            f"{self.output}: {facts['images']:,} images, {facts['unchanged']:,} of them unchanged, and "
            f"{facts['copied']:,} files copied.",
            f"Images moved by {facts['moved']:.1f} levels of 255, and keep {facts['content']:.2f} of their "
            "structure.",
        ]
        if not _is_nan(facts["score_after"]):
            told.append(
                f"The domain classifier took them for synthetic with {facts['score_before']:.2f}, and now "
                f"does with {facts['score_after']:.2f}."
            )
        for sentence in told:
            self.run.reporter.note(sentence)

    def _copy(self) -> dict[str, str]:
        """Copy all files that are no images to translate; return their digests by name."""
        digests = {}
        for path in self.run.reporter.track(
            self.folder.copied, "copying annotations", len(self.folder.copied)
        ):
            with _readable(self.folder.root / path) as file, placing(self.output, path) as waiting:
                with waiting.open("wb") as target:
                    shutil.copyfileobj(file, target)
                shutil.copystat(self.folder.root / path, waiting)
            digests[path.as_posix()] = sha256_of(self.output / path)
        for path in self.folder.empty:
            (self.output / path).mkdir(parents=True, exist_ok=True)
        return digests

    def _drop(self, written: Sequence[Entry], share: float) -> dict[str, str]:
        """Remove the worst images; return why, by id.

        Worst are those of the highest rank by the classifier's score or by the content that was lost,
        whichever is higher.
        """
        count = round(share * len(written))
        if not count:
            return {}
        scores = np.nan_to_num([one.score_after for one in written])
        lost = 1 - np.nan_to_num([one.content for one in written], nan=1.0)
        if not scores.any():
            self.run.reporter.warn(
                "No domain classifier is beside the shift: the worst are those that lost most."
            )
        ranks = np.stack(
            [rankdata(scores, "min"), rankdata(lost, "min")]
        )  # ties are as good as the best of them
        worst = np.argsort(-ranks.max(axis=0), kind="stable")[:count]
        dropped = {}
        for index in worst:
            dropped[written[index].id] = ("looks synthetic", "lost content")[int(ranks[:, index].argmax())]
            (self.output / written[index].file).unlink(missing_ok=True)
        return dropped

    def _write_manifest(self, written: Sequence[Entry], dropped: Mapping[str, str]) -> None:
        known = {item.found.id: item.known for item in self.folder.items}
        name = self.output / MANIFEST
        if MANIFEST in map(str, self.folder.copied):
            name = self.output / OTHER_MANIFEST
            self.run.reporter.warn(f"The folder has a {MANIFEST} of its own; ours is {name}.")
        with (
            replacing(name) as partial,
            partial.open("w", newline="", encoding="utf-8", errors="backslashreplace") as file,
        ):
            table = csv.writer(file)
            table.writerow(["file", "id", *KNOWN, *_NUMBERS, "dropped", "sha256"])
            for one in written:
                numbers = [_shown(getattr(one, column)) for column in _NUMBERS]
                table.writerow(
                    [one.file, one.id, *known[one.id].values(), *numbers, dropped.get(one.id, ""), one.sha256]
                )

    def _write_record(self, facts: Mapping[str, Any], digest: str) -> None:
        shift = self.stores["shift"]
        record = {
            "format": "synthgap translation",
            "format-version": 1,
            "generated-by": f"synthgap {__version__}",
            "content-sha256": digest,
            "recipe": asdict(self.recipe),
            "recipe-sha256": self.recipe.digest(),
            "steps": ".".join(shift.steps),
            "shift": {name: shift.attributes["shift"].get(name) for name in ("method", "strength", "chosen")},
            "fitted-on": [asdict(one) for one in shift.provenance.fitted_on],
            "versions": current_versions(),
            **{name: None if _is_nan(value) else value for name, value in facts.items()},
        }
        with replacing(self.output / RECORD) as partial:
            partial.write_text(json.dumps(record, indent=1) + "\n")


def _digest(files: Mapping[str, str]) -> str:
    """Return one digest of all files: their names and contents."""
    listed = "".join(f"{name}\0{files[name]}\n" for name in sorted(files))
    return hashlib.sha256(os.fsencode(listed)).hexdigest()


def _readable(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise InputMissing(f"{path} cannot be read: {error.strerror}.") from error


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return round(sum(known) / len(known), _DIGITS) if known else math.nan


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _shown(value: float) -> str:
    return "" if _is_nan(value) else f"{round(value, _DIGITS):g}"
