"""Ledgers of shifts that did well, ill, or nothing."""

import math

import numpy as np
import pytest

from synthgap_cli.ledger.told import Ledger
from synthgap_cli.store.files import read_header
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import Provenance, Recipe
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.writer import create_store

ASKS = {
    "R1/R2": "noise floor",
    "R'1/R'2": "noise floor of decoded",
    "R/S": "the gap",
    "R/R'": "decoder artefacts",
    "R'/S'": "before",
    "R'/T": "after",
    "R/T": "product view",
    "S'/T": "something changed",
}
TRANSLATED = {
    "R1/R2": "noise floor",
    "R/S": "the gap",
    "R/U": "after, at full size",
    "S/U": "something changed",
}
NUMBERS = {"small-cnn": ("auc",), "edges": ("c2st", "fid"), "pixels": ("c2st", "median_d")}
WEAK = "too weak to judge"
KEPT = {"kept": (0.95, 0.9, 0.98), "partly kept": (0.7, 0.6, 0.78), "lost": (0.05, 0.01, 0.1)}
USES = {"better": (0.9, 0.88, 0.92), "unclear": (0.66, 0.63, 0.69), "worse": (0.3, 0.27, 0.33)}


def ledger_tables(
    verdict="partly closed", *, kept="kept", use="better", gap="gap", judges=NUMBERS, of=("T",)
):
    """The tables of a store by name, as lists of rows; ``use`` None where there were no labels.

    ``of`` what: T, shifted images, or U, translated ones, or both.
    """
    asks = (TRANSLATED if "U" in of else {}) | (ASKS if "T" in of else {})
    afters = [after for after in ("R/U", "R'/T") if after in asks]
    tables = {
        "summary": [_summary(*pair, judge, number, verdict, gap) for pair in asks.items()
                    for judge, numbers in judges.items() for number in numbers],
        "closed": [_closed(after, judge, number, verdict, lead=judge == "small-cnn" and after == afters[0])
                   for after in afters for judge, numbers in judges.items() for number in numbers],
        "content": _content(kept, of),
    }  # fmt: skip
    tables |= _density() if "T" in of else {}
    return tables | (_utility(use, of) if use else {})


def _summary(pair, asks, judge, statistic, verdict, gap):
    after = "gap" if verdict in ("not closed", "widened") else "none seen"
    before = "none seen" if verdict == WEAK else "gap"
    seen = {"R/S": gap, "R'/S'": before, "R'/T": after, "R/U": after}.get(pair, "none seen")
    value = 0.9 if seen == "gap" else 0.52
    return {
        "pair": pair, "asks": asks, "judge": judge, "statistic": statistic, "equal_is": "low", "value": value,
        "low": value - 0.04, "high": value + 0.05, "floor": 0.55, "p_value": 0.2, "adjusted_p": 0.3,
        "verdict": seen, "judged": "apart", "n": 60, "groups_first": 12, "groups_second": 14, "rows": "test",
    }  # fmt: skip


def _closed(after, judge, statistic, verdict, *, lead):
    share = {"closed": 0.95, "partly closed": 0.6, "not closed": 0.02, "widened": -0.3, "undecided": 0.4}
    weak = verdict == WEAK
    closed = share.get(verdict, math.nan)
    return {
        "judge": judge, "statistic": statistic, "before_pair": {"R/U": "R/S", "R'/T": "R'/S'"}[after],
        "after_pair": after, "before": 0.9, "after": 0.9 - 0.4 * (0 if weak else closed),
        "floor": 0.5, "closed": closed, "low": closed - 0.1, "high": closed + 0.1, "verdict": verdict,
        "headline": int(lead and not weak),
    }  # fmt: skip


def _content(kept, outcomes):
    known = {"S/U": KEPT[kept]} if "U" in outcomes else {}
    known |= {"S'/T": KEPT[kept], "S/S'": (0.97, 0.93, 0.99)} if "T" in outcomes else {}
    rows = []
    for measure in ("edges", "ssim"):
        for of, (value, low, high) in known.items():
            rows.append({"measure": measure, "of": of, "value": value, "low": low, "high": high,
                         "chance": 1 / 60, "n": 60})  # fmt: skip
    return rows


def _utility(use, outcomes):
    known = {"R": (0.98, 0.97, 0.99), "S": (0.65, 0.62, 0.68)} | dict.fromkeys(outcomes, USES[use])
    known |= {"S'": (0.64, 0.6, 0.68)} if "T" in outcomes else {}
    known |= {"S + few R": (0.85, 0.82, 0.88)} | {f"{one} + few R": (0.93, 0.91, 0.95) for one in outcomes}
    exams = ("R", "R'") if "T" in outcomes else ("R",)
    pairs = [(trained, tested) for trained in known for tested in exams]
    pairs += [("R", one) for one in ("S", "S'", *outcomes) if one in known]
    rows = [{"trained_on": trained, "tested_on": tested, "accuracy": known[trained][0],
             "low": known[trained][1], "high": known[trained][2], "seeds": 3, "n_train": 240, "n_test": 60,
             "base_rate": 0.11} for trained, tested in pairs]  # fmt: skip
    trainings = [
        {name: row[name] for name in ("trained_on", "tested_on")}
        | {"seed": seed, "accuracy": row["accuracy"] + 0.01 * (seed - 1)}
        for row in rows
        for seed in range(3)
    ]
    return {"utility": rows, "utility-trainings": trainings}


def _density():
    distances = {"R": (3.0, 3.0), "S": (2.0, 5.0), "T": (2.0, 3.2)}
    rows = [{"latents": name, "share_per_axis": 0.9, "share_joint": 0.1, "nearest_own": own,
             "nearest_real": real, "nearest_real_low": real - 0.5, "nearest_real_high": real + 0.5, "n": 60}
            for name, (own, real) in distances.items()]  # fmt: skip
    rng = np.random.default_rng(0)
    points = [{"latents": name, "x": x, "y": y} for name in distances for x, y in rng.normal(size=(20, 2))]
    return {"density": rows, "density-points": points}


def _columns(rows):
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


@pytest.fixture
def tables():
    return ledger_tables


@pytest.fixture
def told():
    """Return a ledger that says so."""

    def make(*arguments, **options):
        return Ledger.of_tables(ledger_tables(*arguments, **options))

    return make


@pytest.fixture
def write_ledger():
    """Write a ledger's store beside the shifted latents of a study."""

    def write(directory, tables, steps=("resvae-4", "mean")):
        """Of the shift, of what it translated (another step), or of pixels."""
        path = directory / f"{'.'.join(steps)}.ledger.results.h5"
        shift = read_header(directory / "synthetic.resvae-4.mean.latents.h5")
        parents = () if steps[0] == "pixels" else (shift.as_parent("shifted-latents", child=path),)
        provenance = Provenance(
            Recipe("ledger", {}, parents), history=shift.provenance.inherited(shift.sha256)
        )
        header = Header(Kind.RESULTS, provenance, steps=steps)
        with create_store(path, header) as writer:
            for name, rows in tables.items():
                writer.table(name, _columns(rows))
        return path

    return write
