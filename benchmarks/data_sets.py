"""What every translation of a labelled pair of folders is worth: the chain of commands, and a table.

    python benchmarks/data_sets.py WORK --real R --synthetic S --size 32 --vae-size 32 --group-regex REGEX
    python benchmarks/data_sets.py WORK                # the table alone, of the ledgers that WORK holds

Stores that WORK already holds are used again. A row a translation, in the order of `ledger`: how far the
small network of the thesis tells it from the real images, how much of its pictures is left, and what a reader
that learned from it reads of the real test images. The last line is what `translate` would hand over.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from synthgap_cli.ledger.standings import Standing, rank, unfit
from synthgap_cli.ledger.told import Ledger, Row
from synthgap_cli.stages.run import Silence
from synthgap_cli.stages.translation.finding import chosen_shift
from synthgap_cli.store.files import list_headers
from synthgap_cli.store.header import Header
from synthgap_cli.store.reader import open_store
from synthgap_cli.store.schema import Kind

LATENTS = "auto", "mean", "ot:0.5", "ot", "channel_ot", "patch_ot"
PIXELS = "auto", "channel_ot", "adain", "pyramid"
HEAD = """
| translation | R/S | R/U | closed | edges | SSIM | real read right | gain over S | fit |
|---|---:|---:|---:|---:|---:|---:|---:|---|"""


class Aloud(Silence):
    """A reporter that prints what it is told to note."""

    def note(self, text: str) -> None:
        print(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("--real", type=Path)
    parser.add_argument("--synthetic", type=Path)
    parser.add_argument("--label-from", default="folder")
    parser.add_argument("--group-regex")
    parser.add_argument("--size", type=int, default=32)
    parser.add_argument("--vae-size", type=int, default=32)
    parser.add_argument("--blocks", type=int, default=16, help="width of the VAE")
    parser.add_argument("--vae-epochs", type=int, default=8)
    parser.add_argument("--latents", nargs="*", default=LATENTS, help="shifts, as mean or ot:0.5")
    parser.add_argument("--pixels", nargs="*", default=PIXELS, help="the same, of pixels")
    parser.add_argument("--ledger-epochs", type=int, help="of each training of the small network")
    parser.add_argument("--repeats", type=int, default=6, help="halvings behind distances of the ledger")
    parser.add_argument("--name", default="this pair")
    asked = parser.parse_args()
    if asked.real:
        asked.work.mkdir(parents=True, exist_ok=True)
        for arguments in chain(asked):
            run(asked.work, arguments)
    headers = list_headers(asked.work)
    print_table(asked.name, headers)
    print()
    chosen_shift(headers, Aloud())


def chain(asked: argparse.Namespace) -> Iterator[list[object]]:
    """Yield the commands, from folders to ledgers."""
    folders = "--real", asked.real.resolve(), "--synthetic", asked.synthetic.resolve()
    grouped = ["--group-regex", asked.group_regex] if asked.group_regex else []
    yield ["prepare", *folders, "--size", asked.size, "--label-from", asked.label_from, *grouped]
    yield ["train-vae", "--arch", "resvae", "--blocks", asked.blocks, "--size", asked.vae_size,
           "--epochs", asked.vae_epochs, "--precision", "auto"]  # fmt: skip
    yield ["encode"]
    for space, methods in (([], asked.latents), (["--pixels"], asked.pixels)):
        for method, _, strength in (one.partition(":") for one in methods):
            how = ["--strength", strength] if strength else []
            yield ["shift", *space, "--method", method, *how]
    yield ["decode", "--detail", "affine"]
    epochs = ["--epochs", asked.ledger_epochs] if asked.ledger_epochs else []
    yield ["ledger", "--repeats", asked.repeats, *epochs]


def run(work: Path, arguments: list[object]) -> None:
    """Run one command in the study directory; its tables go to stderr, where its notes are."""
    print("synthgap", *arguments, file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "synthgap_cli", *map(str, arguments)]
    subprocess.run(command, cwd=work, stdout=sys.stderr, check=True)


def print_table(name: str, headers: list[Header]) -> None:
    standings = rank(_standings(headers))
    if not standings:
        raise SystemExit("There are no ledgers yet; name --real and --synthetic.")
    first = standings[0].ledger
    read = first.accuracy("S", "R")
    assert read is not None
    print(f"{name}: {read['n_train']} images to learn from, {read['n_test']} real ones to read, base rate "
          f"{read['base_rate']:.3f}, {read['seeds']} seeds.")  # fmt: skip
    print(HEAD)
    for of, described in (("R", "R, real"), ("S", "S, as it is")):
        print(f"| {described} | | | | | | {_interval(first.accuracy(of, 'R'), 'accuracy')} | | |")
    for one in standings:
        print(f"| `{one.name}`{_taken(one, headers)} | {' | '.join(_cells(one.ledger))} |")


def _standings(headers: list[Header]) -> list[Standing]:
    found = []
    for header in headers:
        if header.kind is Kind.RESULTS and header.provenance.recipe.command == "ledger":
            with open_store(header.path) as store:
                steps = tuple(step for step in header.steps if step != "ledger")
                found.append(Standing(".".join(steps), steps, Ledger.read(store.rows)))
    return found


def _taken(one: Standing, headers: list[Header]) -> str:
    """Return what auto took, in brackets; nothing for what was named."""
    for header in headers:
        told: dict[str, Any] = header.attributes.get("shift", {})
        if told.get("method") == "auto" and one.steps[: len(header.steps)] == header.steps:
            return f" ({told['chosen']} at {told.get('chosen-strength', 1.0):g})"
    return ""


def _cells(ledger: Ledger) -> list[str]:
    pairs = ledger.leading.before, ledger.leading.after
    areas = [_number(ledger.number(pair, "small-cnn", "auc"), "value") for pair in pairs]
    closed = next(
        (row for row in ledger.closed if (row["judge"], row["statistic"]) == ("small-cnn", "auc")), None
    )
    share = f"{closed['closed']:.0%} ({closed['low']:.0%} to {closed['high']:.0%})" if closed else "?"
    kept = [_number(ledger.kept(measure), "value") for measure in ("edges", "ssim")]
    learned = ledger.accuracy(ledger.outcome, "R")
    gain = _interval(learned, "gain", sign="+")
    return [*areas, share, *kept, _interval(learned, "accuracy"), gain, unfit(ledger) or "yes"]


def _number(row: Row | None, name: str) -> str:
    return "?" if row is None else f"{row[name]:.3f}".removeprefix("0")


def _interval(row: Row | None, name: str, *, sign: str = "") -> str:
    if row is None:
        return "?"
    prefix = "gain_" if name == "gain" else ""
    numbers = (row[key] for key in (name, f"{prefix}low", f"{prefix}high"))
    value, low, high = (f"{number:{sign}.3f}".replace("0.", ".", 1) for number in numbers)
    return f"{value} ({low} to {high})"


if __name__ == "__main__":
    main()
