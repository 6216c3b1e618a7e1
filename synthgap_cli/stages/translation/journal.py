"""What a translation has done so far, kept beside its images until it is done."""

# i of n: the shard

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from synthgap_cli.errors import OutputExists, SynthgapError, UsageProblem
from synthgap_cli.stages.run import Run
from synthgap_cli.stages.translation.locking import locked
from synthgap_cli.store.atomic import replacing, writing_told
from synthgap_cli.store.provenance import Recipe
from synthgap_cli.translation.papers import RECORD

FOLDER = ".translation"
_RECIPE = "recipe"


@dataclass(frozen=True)
class Entry:
    """What became of an image.

    Attributes
    ----------
    id, file : str
        ``file`` is relative to the output, and empty where the image could not be read.
    reason : str
        Why it could not; empty otherwise.
    sha256 : str
        Of the written bytes.
    width, height : int
    moved : float
        Root mean square of the change, in levels of 255, of the image at the shift's size.
    content : float
        Structural similarity to what it was, at that size; NaN of images under 11 pixels.
    score_before, score_after : float
        What the domain classifier thinks: the probability of being synthetic; NaN without one.
    loses_bits : bool
        It was written with fewer bits a channel than it had.
    """

    id: str
    file: str = ""
    reason: str = ""
    sha256: str = ""
    width: int = 0
    height: int = 0
    moved: float = 0.0
    content: float = 1.0
    score_before: float = float("nan")
    score_after: float = float("nan")
    loses_bits: bool = False


class Journal:
    """The entries of all shards of one translation, in the folder that it writes."""

    def __init__(self, output: Path, shard: tuple[int, int]) -> None:
        self._folder = output / FOLDER
        self._output = output
        self._name = f"{shard[0]}-of-{shard[1]}"
        self._shards = shard[1]

    def begin(self, digest: str) -> None:
        """Make the folder, or find that another shard or an earlier run has made it.

        Raises
        ------
        UsageProblem
            Another shard divides the work into another number of parts.
        """
        with writing_told(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
        with replacing(self._folder / _RECIPE) as partial:
            partial.write_text(digest)
        for path in self._folder.glob("*-of-*.jsonl"):
            if path.stem.partition("-of-")[2] != str(self._shards):
                raise UsageProblem(
                    f"{self._output} is being made in {path.stem.partition('-of-')[2]} shards, "
                    f"not in {self._shards}.",
                    hint="Say the same number in every --shard, or begin anew with --force.",
                )

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other processes from the same shard while the block runs.

        Raises
        ------
        SynthgapError
            Another process is at it.
        """
        try:
            with locked(self._folder / f"{self._name}.lock"):
                yield
        except BlockingIOError as error:
            raise _busy(self._output) from error

    @contextmanager
    def last(self) -> Iterator[bool]:
        """Yield whether it is left to this process to sum up: of several that end at once, to one."""
        with locked(self._folder / "last.lock", wait=True):
            yield not (self._output / RECORD).exists()

    def done(self) -> dict[str, Entry]:
        """Return by id the entries of this shard whose files are there, as they were written.

        What could not be read is tried again: it may have been mended.
        """
        return {one.id: one for one in self._read(self._folder / f"{self._name}.jsonl") if self._stands(one)}

    @contextmanager
    def writing(self, kept: dict[str, Entry]) -> Iterator[JournalWriter]:
        """Yield what entries are added to, after those that are kept."""
        path, done = (self._folder / f"{self._name}{ending}" for ending in (".jsonl", ".done"))
        done.unlink(missing_ok=True)
        with replacing(path) as partial:
            partial.write_text("".join(_line(entry) for entry in kept.values()))
        with path.open("a", encoding="utf-8") as file:
            yield JournalWriter(file)
        done.touch()

    def all_done(self) -> list[Entry] | None:
        """Return the entries of all shards, sorted by id, or None while one is not done."""
        names = [f"{number}-of-{self._shards}" for number in range(1, self._shards + 1)]
        if not all((self._folder / f"{name}.done").exists() for name in names):
            return None
        entries = [one for name in names for one in self._read(self._folder / f"{name}.jsonl")]
        return sorted(entries, key=lambda one: one.id)

    def remove(self) -> None:
        """Remove it: the translation is done."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _stands(self, entry: Entry) -> bool:
        path = self._output / entry.file
        return not entry.reason and path.is_file() and sha256_of(path) == entry.sha256

    def _read(self, path: Path) -> list[Entry]:
        if not path.exists():
            return []
        entries = []
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                entries.append(Entry(**json.loads(line)))
            except (ValueError, TypeError):  # cut off when the process was killed
                continue
        return entries


class JournalWriter:
    """An open journal; each entry is there for good once it is added."""

    def __init__(self, file: object) -> None:
        self._file = file

    def add(self, entry: Entry) -> None:
        """Add an entry."""
        self._file.write(_line(entry))  # type: ignore[attr-defined]
        self._file.flush()  # type: ignore[attr-defined]


def must_translate(output: Path, recipe: Recipe, run: Run) -> bool:
    """Return whether a folder is still to be made by this recipe, or to be completed.

    Raises
    ------
    OutputExists
        It was made otherwise and may not be replaced.
    """
    if not _holds_something(output):
        return True
    made_by = _digest_in(output)
    if run.replace != "always" and made_by == recipe.digest():
        if not (output / RECORD).exists():
            run.reporter.note(f"{output} is gone on with.")
            return True
        if not run.dry_run:
            shutil.rmtree(output / FOLDER, ignore_errors=True)  # of a process killed at the very end
        run.reporter.note(f"{output} is up to date.")
        return False
    if run.replace == "never":
        raise OutputExists(
            f"{output} exists and was translated from other images or with other settings.",
            hint="--force replaces it, -o writes elsewhere.",
        )
    if not run.dry_run:
        _clear(output)
    return True


def require_ours(output: Path) -> None:
    """Raise `OutputExists` if there are files in a folder that no translation has written."""
    if _holds_something(output) and not is_translation(output):
        told = "holds other files" if output.is_dir() else "is a file"
        raise OutputExists(f"{output} exists and {told}.", hint="Give another folder.")


def is_translation(folder: Path) -> bool:
    """Return whether a translation has written a folder, or is at it."""
    return bool(_digest_in(folder))


def _clear(output: Path) -> None:
    """Remove all of a translation, and last what shows that it is ours to remove."""
    for lock in (output / FOLDER).glob("*-of-*.lock"):
        try:
            with locked(lock):
                pass
        except BlockingIOError as error:
            raise _busy(output) from error
    with writing_told(output):
        for path in sorted(output.iterdir(), key=lambda one: (one.name == RECORD, one.name == FOLDER)):
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _busy(output: Path) -> SynthgapError:
    return SynthgapError(
        f"Another process is translating into {output}.", hint="Wait for it, or share the work by --shard."
    )


def _holds_something(output: Path) -> bool:
    return output.exists() and (not output.is_dir() or any(one.name != FOLDER for one in output.iterdir()))


def _digest_in(output: Path) -> str:
    unfinished, record = output / FOLDER / _RECIPE, output / RECORD
    try:
        if unfinished.exists():
            return unfinished.read_text().strip()
        return str(json.loads(record.read_text(encoding="utf-8"))["recipe-sha256"]) if record.exists() else ""
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _line(entry: Entry) -> str:
    return json.dumps(asdict(entry)) + "\n"
