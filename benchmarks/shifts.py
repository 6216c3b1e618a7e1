"""How near each shift brings new latents, and what it costs where they are many.

    python benchmarks/shifts.py            # Fréchet distances against the number of rows fitted on
    python benchmarks/shifts.py modes ot   # of these shifts alone
    python benchmarks/shifts.py --only maps
    python benchmarks/shifts.py --large    # seconds and peak memory, 16,384 latents and 20,000 rows a side

Populations are made of normal distributions whose moments are known, so the distance of what a shift makes
of 5,000 new rows is measured to the target itself, not to a sample of it. The floor is that of 5,000 rows of
the target.
"""

# n rows fitted on, D latents

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import h5py
import numpy as np

from synthgap_cli.distances.measures._gaussians import FittedNormal, fit_normal, frechet_distance
from synthgap_cli.errors import InvalidInput
from synthgap_cli.shifts.shift import Setting, load_shift, shift_names
from synthgap_cli.statistics.rows import ArrayRows
from synthgap_cli.store.views import StoredMatrix

LATENTS, HELD_OUT = 256, 5000
SIZES = (100, 300, 1000, 5000)
LARGE_LATENTS, LARGE_ROWS, RANK = 16384, 20_000, 128
LARGE_SHIFTS = ("mean", "standardise", "quantile", "ot")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("shifts", nargs="*", default=[name for name in shift_names() if name != "auto"])
    parser.add_argument("--only", help="one kind of populations, by its beginning", default="")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--one", nargs=2, metavar=("SHIFT", "DIRECTORY"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        measure_one(asked.one[0], Path(asked.one[1]))
    elif asked.large:
        measure_large()
    else:
        measure_distances(asked.shifts, asked.only)


@dataclass(frozen=True)
class Population:
    """Rows ``mean + spread * z @ axes + c * apart``: z standard normal, c 1 in a share of rows, else -1."""

    mean: np.ndarray
    spread: np.ndarray
    axes: np.ndarray
    apart: np.ndarray
    share: float = 0.5
    shape: tuple[int, int, int] = (LATENTS // 4, 2, 2)

    def draw(self, count: int, rng: np.random.Generator) -> np.ndarray:
        sign = np.where(rng.random(count) < self.share, 1, -1)[:, None]
        noise = rng.standard_normal((count, len(self.mean))) * self.spread @ self.axes
        return (self.mean + noise + sign * self.apart).astype(np.float32)

    def normal(self) -> FittedNormal:
        """Return the normal distribution of the same moments."""
        across = 2 * np.sqrt(self.share * (1 - self.share)) * self.apart
        root = np.concatenate([self.spread[:, None] * self.axes, across[None]])
        return FittedNormal(self.mean + (2 * self.share - 1) * self.apart, root)


def populations() -> dict[str, tuple[Population, Population]]:
    """Return source and target of each kind, of variance 1 a latent but for what is stated."""
    rng = np.random.default_rng(0)
    offset, apart = rng.standard_normal((2, LATENTS)) / 2
    plain, none = np.eye(LATENTS), np.zeros(LATENTS)
    even = np.ones(LATENTS)
    falling = np.arange(1, LATENTS + 1) ** -0.5
    falling *= np.sqrt(LATENTS / np.sum(falling**2))
    turned = [np.linalg.qr(rng.standard_normal((LATENTS, LATENTS)))[0] for _ in range(2)]
    independent = Population(none, even, plain, none)
    correlated = Population(none, falling, turned[0], none)
    return {
        "equal": (correlated, correlated),
        "normal, independent": (independent, replace(independent, mean=offset, spread=np.exp(offset))),
        "normal, correlated": (correlated, replace(correlated, mean=offset, axes=turned[1])),
        "two modes, 70:30 to 30:70": (
            replace(correlated, apart=2 * apart, share=0.7),
            replace(correlated, mean=offset, apart=2 * apart, share=0.3),
        ),
        "maps": (maps_of(1.5, [0, 0, 0, 0], rng), maps_of(0.5, [1, 0, -1, 0.5], rng)),
    }


def maps_of(blur: float, means: list[float], rng: np.random.Generator) -> Population:
    """Return maps of 4 channels, mixed and blurred alike at all 8 x 8 positions, of variance 1 on average."""
    step = np.eye(8, k=1) + np.eye(8, k=-1)
    along = np.eye(8) + blur * step
    axes = np.kron(rng.standard_normal((4, 4)) + np.eye(4), np.kron(along, along))
    axes *= np.sqrt(LATENTS / np.sum(axes**2))
    mean = np.repeat(means, 64)
    return Population(mean, np.ones(LATENTS), axes, np.zeros(LATENTS), shape=(4, 8, 8))


def measure_distances(names: list[str], only: str) -> None:
    for kind, (source, target) in populations().items():
        if not kind.startswith(only):
            continue
        rng = np.random.default_rng(1)
        truth = target.normal()
        new = source.draw(HELD_OUT, rng)
        floor = distance(target.draw(HELD_OUT, rng), truth)
        exact = frechet_distance(source.normal(), truth)
        print(f"\n{kind}: {exact:.3g} apart, {distance(new, truth):.3g} as measured; floor {floor:.3g}\n")
        print(f"| shift | {' | '.join(f'n = {size:,}' for size in SIZES)} |")
        print(f"|---|{'---:|' * len(SIZES)}", flush=True)
        samples = [(source.draw(size, rng), target.draw(size, rng)) for size in SIZES]
        for name in names:
            cells = [after(name, *sample, new, truth, source.shape) for sample in samples]
            print(f"| {name} | {' | '.join(cells)} |", flush=True)


def after(
    name: str,
    source: np.ndarray,
    target: np.ndarray,
    new: np.ndarray,
    truth: FittedNormal,
    shape: tuple[int, int, int],
) -> str:
    """Return the distance of new rows after the shift."""
    shift = load_shift(name)
    try:
        parameters = shift.fit(ArrayRows(source), ArrayRows(target), setting=Setting(shape))
    except InvalidInput:
        return "refused"
    return f"{distance(shift.apply(new, parameters), truth):.3g}"


def distance(rows: np.ndarray, truth: FittedNormal) -> float:
    return frechet_distance(fit_normal(ArrayRows(rows), None), truth)


def measure_large() -> None:
    print("| shift | fit, s | apply, s | peak, GB |\n|---|---:|---:|---:|", flush=True)
    with tempfile.TemporaryDirectory() as directory:
        for seed, side in enumerate(("source", "target")):
            write_large(Path(directory) / f"{side}.h5", seed)
        for name in LARGE_SHIFTS:
            subprocess.run([sys.executable, __file__, "--one", name, directory], check=True)


def write_large(path: Path, seed: int) -> None:
    """Write rows of a few strong directions and noise, block by block."""
    rng = np.random.default_rng(seed)
    loadings = rng.standard_normal((RANK, LARGE_LATENTS), dtype=np.float32) / np.float32(np.sqrt(RANK))
    with h5py.File(path, "w") as file:
        rows = file.create_dataset("mean", (LARGE_ROWS, LARGE_LATENTS), "float32", chunks=(16, LARGE_LATENTS))
        for start in range(0, LARGE_ROWS, 1000):
            block = rng.standard_normal((1000, LARGE_LATENTS), dtype=np.float32)
            block += rng.standard_normal((1000, RANK), dtype=np.float32) @ loadings + np.float32(seed)
            rows[start : start + 1000] = block


def measure_one(name: str, directory: Path) -> None:
    """Print a line of the table: in a process of its own, whose peak is the shift's."""
    shift = load_shift(name)
    with h5py.File(directory / "source.h5") as source, h5py.File(directory / "target.h5") as target:
        sides = StoredMatrix(source["mean"]), StoredMatrix(target["mean"])
        start = time.perf_counter()
        parameters = shift.fit(*sides, setting=Setting((LARGE_LATENTS,)))
        fitted = time.perf_counter()
        for block in sides[0].blocks():
            shift.apply(block, parameters)
        seconds = fitted - start, time.perf_counter() - fitted
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"| {name} | {seconds[0]:.0f} | {seconds[1]:.0f} | {peak:.1f} |", flush=True)


if __name__ == "__main__":
    main()
