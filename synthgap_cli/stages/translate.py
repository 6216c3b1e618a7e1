"""A folder of synthetic images to the same folder translated: full size, same names, same annotations."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, cast

import torch
from threadpoolctl import threadpool_limits

from synthgap_cli.devices import CPU, map_batches, resolve_device, resolve_precision
from synthgap_cli.errors import InputMissing, UsageProblem
from synthgap_cli.imaging.resize import Fit
from synthgap_cli.memory import memory_limits_told
from synthgap_cli.stages.rejects import parse_share
from synthgap_cli.stages.run import Run
from synthgap_cli.stages.stored_judge import load_judge
from synthgap_cli.stages.translation.finding import find_domain_classifier, how_prepared
from synthgap_cli.stages.translation.journal import Entry, Journal, must_translate, require_ours
from synthgap_cli.stages.translation.plan import Folder, look_into
from synthgap_cli.stages.translation.summing_up import SummingUp
from synthgap_cli.stages.translation.translator import Translator, load_translator
from synthgap_cli.stages.translation.writing import BlockWriter, Scorer
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import Recipe
from synthgap_cli.translation.detail import DEFAULT, load_detail
from synthgap_cli.translation.papers import RECORD

Shard = tuple[int, int]  # i of n, from 1 on
NOTHING_DROPPED = "0%"
_WHERE_MEMORY_IS = "Try --device cpu, or smaller images."


@dataclass(frozen=True)
class TranslateSettings:
    """What enters the recipe of a translated folder.

    Attributes
    ----------
    detail : str
        How the change of a small image is carried over to the large one.
    strength : float, optional
        Of the shift; none: the one that it was stored with.
    split : str, optional
        Splits to translate alone.
    include, exclude : tuples of str
        Patterns of images.
    drop_worst : str
        Share of the images to leave out, the least convincing ones.
    precision : str
        Of the autoencoder's arithmetic.
    """

    detail: str = DEFAULT
    strength: float | None = None
    split: str | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    drop_worst: str = NOTHING_DROPPED
    precision: str = "fp32"

    def check(self) -> None:
        """Raise `UsageProblem` where a setting cannot be meant."""
        load_detail(self.detail)
        if parse_share(self.drop_worst) == 1:
            raise UsageProblem(f"--drop-worst {self.drop_worst} leaves no image.", hint="Say 5%.")
        if self.strength is not None and not math.isfinite(self.strength):
            raise UsageProblem(f"--strength must be a number; got {self.strength}.", hint="Say 1.")


def translate_folder(
    root: Path,
    output: Path,
    shift: Header,
    settings: TranslateSettings,
    *,
    shard: Shard = (1, 1),
    max_bad: str = "5%",
    run: Run,
) -> dict[str, Any]:
    """Write the folder's images translated, and all else of it as it is; return what was done, by name.

    What a killed call has written is kept, and the next one goes on from there. The last of several shards
    copies what is no image and sums up; the others return nothing.

    Raises
    ------
    InputMissing
        There is no image to translate.
    UsageProblem
        A setting cannot be meant, or input and output lie in each other.
    OutputExists
        The output holds something else.
    SynthgapError
        Too many images cannot be read.
    """
    settings.check()
    parse_share(max_bad)
    require_writable(root, output)
    job = _plan(root, output, shift, settings, run)
    if not must_translate(output, job.recipe, run):
        return {}
    if run.dry_run:
        run.reporter.plan(output, [str(root), *(str(store.path) for store in job.stores.values())])
        return {}
    journal = Journal(output, shard)
    journal.begin(job.recipe.digest())
    with journal.held():
        _write(job.writer(resolve_device(run.device)), job.folder, journal, shard, run)
        entries = journal.all_done()
        if entries is None:
            run.reporter.note(f"{output}: shard {shard[0]} of {shard[1]} is done, others are not.")
            return {}
        with journal.last() as is_last:
            if not is_last:
                return {}
            summing_up = SummingUp(output, job.folder, job.stores, job.recipe, run)
            facts = summing_up.write(entries, drop_worst=settings.drop_worst, max_bad=max_bad)
            journal.remove()
            return facts


@dataclass(frozen=True)
class _Job:
    """A folder, and all that its images are translated by."""

    folder: Folder
    output: Path
    translator: Translator
    stores: Mapping[str, Header]  # by role: the shift, its VAE, a domain classifier
    recipe: Recipe

    def writer(self, device: torch.device) -> BlockWriter:
        """Return what translates blocks of the folder's images."""
        shift = self.stores["shift"]
        kinds = {name: number for number, name in enumerate(shift.attributes["shift"].get("kinds", ()))}
        scorer = _scorer(self.stores.get("classifier"), shift, device)
        return BlockWriter(self.translator, self.folder.root, self.output, kinds, scorer)


def _plan(root: Path, output: Path, shift: Header, settings: TranslateSettings, run: Run) -> _Job:
    device = resolve_device(run.device)
    precision = resolve_precision(settings.precision, device)
    folder = look_into(root, shift, split=settings.split, include=settings.include, exclude=settings.exclude)
    _tell(folder, run)
    translator = load_translator(
        shift, detail=settings.detail, strength=settings.strength, device=device, precision=precision
    )
    stores = {"shift": shift, **translator.codec.stores}
    if classifier := find_domain_classifier(shift, translator.codec.size):
        stores["classifier"] = classifier
    recipe = _recipe(folder, replace(settings, precision=precision), stores, output)
    return _Job(folder, output, translator, stores, recipe)


def parse_shard(text: str) -> Shard:
    """Return i and n of ``i/n``.

    Raises
    ------
    UsageProblem
        It is none, or i is none of 1 to n.
    """
    number, _, count = text.partition("/")
    if not (number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
        raise UsageProblem(f"{text!r} is no shard.", hint="Say 1/4 for the first of four, up to 4/4.")
    return int(number), int(count)


def require_writable(root: Path, output: Path) -> None:
    """Raise if there is no input, or the output is, lies in, or holds it, or has files of others.

    Raises
    ------
    InputMissing
        The folder to translate is not there.
    UsageProblem
        They lie in each other: the next call would translate what this one has written.
    OutputExists
        Something is there that no translation has written.
    """
    if not root.is_dir():
        raise InputMissing(f"There is no folder {root}.", hint="Name a folder of images.")
    inside, outside = output.resolve(), root.resolve()
    if inside.is_relative_to(outside) or outside.is_relative_to(inside):
        raise UsageProblem(
            f"{output} and {root} lie in each other: what is written would be read again.",
            hint="Give a folder beside it with -o.",
        )
    require_ours(output)


def _recipe(
    folder: Folder, settings: TranslateSettings, stores: Mapping[str, Header], output: Path
) -> Recipe:
    parameters = {**asdict(settings), "images": folder.fingerprint}
    parents = tuple(header.as_parent(role, child=output / RECORD) for role, header in stores.items())
    return Recipe("translate", parameters, parents)


def _tell(folder: Folder, run: Run) -> None:
    run.reporter.note(
        f"{folder.root}: {len(folder.items)} images to translate, {len(folder.copied)} files to copy."
    )
    for reason, count in Counter(folder.left_out.values()).items():
        run.reporter.note(f"  {count} image{'s' if count > 1 else ''} not translated: each {reason}.")
    if not any(item.known["source"] for item in folder.items):
        run.reporter.note("  The study knows none of them, so their splits, groups and labels stay unknown.")
    if left := folder.left_behind:
        first = f"{left[0]}{f', and {len(left) - 1} more' if len(left) > 1 else ''}"
        run.reporter.warn(f"Not all of {folder.root} is copied: {first}.")


def _scorer(classifier: Header | None, shift: Header, device: torch.device) -> Scorer | None:
    if classifier is None:
        return None
    fit = cast(Fit, how_prepared(shift).get("fit", "crop"))
    return Scorer(load_judge(classifier).model.to(device).eval(), fit, device)


def _write(writer: BlockWriter, folder: Folder, journal: Journal, shard: Shard, run: Run) -> None:
    blocks = folder.blocks(shard)
    done = journal.done()

    def entries() -> Iterator[Entry]:
        # on the processors, whatever the network runs on: files are read and written there
        for entries in map_batches(lambda block: writer.write(block, done), blocks, device=CPU):
            yield from entries

    # a shift's products are small: a library that shares them among all processors makes the blocks wait
    alone = threadpool_limits(1, user_api="blas")
    with alone, memory_limits_told("translating", hint=_WHERE_MEMORY_IS), journal.writing(done) as written:
        for entry in run.reporter.track(entries(), "translating", sum(map(len, blocks))):
            if entry.id not in done:
                written.add(entry)
