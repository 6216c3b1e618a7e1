"""Where and how precisely tensors are computed."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Literal, TypeVar, get_args

import torch

from synthgap_cli.errors import UsageProblem

CPU = torch.device("cpu")
WORTH_SHARING = 96  # pixels: layers of smaller images are computed by one processor each
Precision = Literal["fp32", "bf16", "fp16"]
HALF = {"bf16": torch.bfloat16, "fp16": torch.float16}
T = TypeVar("T")
R = TypeVar("R")


def resolve_device(name: str) -> torch.device:
    """Return the device called ``name``; ``auto`` is CUDA, then MPS, then the CPU.

    Raises
    ------
    UsageProblem
        The device is unknown or not present.
    """
    if name == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).splitlines()[0]
        raise UsageProblem(f"Device {name!r} cannot be used: {reason}", hint="Try --device auto.") from error
    return device


def resolve_precision(name: str, device: torch.device) -> Precision:
    """Return the precision called ``name``; ``auto`` is bf16 where the processor computes it natively.

    Raises
    ------
    UsageProblem
        There is none of this name.
    """
    if name == "auto":
        return "bf16" if _computes_bf16(device) else "fp32"
    for known in get_args(Precision):
        if name == known:
            return known  # type: ignore[no-any-return]
    raise UsageProblem(f"Precision {name!r} is unknown.", hint="Choose fp32, bf16, fp16 or auto.")


def _computes_bf16(device: torch.device) -> bool:
    if device.type == "cuda":
        return torch.cuda.get_device_capability(device) >= (8, 0)
    if device.type == "cpu":
        return bool(getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)())
    return False


def num_processors() -> int:
    """Return how many processors this process may use, which a scheduler may have limited."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def share_of(batch_size: int, device: torch.device) -> int:
    """Return how many images `map_batches` should get at once for ``batch_size`` to be in memory in all."""
    return batch_size if device.type != "cpu" else max(1, batch_size // num_processors())


def processors_for(image_size: int, *, processes: int = 1) -> int:
    """Return how many processors each of the processes should train images of this size on."""
    return 1 if image_size < WORTH_SHARING else max(1, torch.get_num_threads() // processes)


def lanes_for(image_size: int, *, processes: int = 1) -> int:
    """Return how many pieces of a batch of such images each process should compute side by side."""
    return max(1, torch.get_num_threads() // processes) if image_size < WORTH_SHARING else 1


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Compute on so many processors while the block runs."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def seeded(seed: int, device: torch.device = CPU) -> Iterator[None]:
    """Let what draws from torch's global generators follow from ``seed`` while the block runs, then go on."""
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        if device.type == "cpu":
            torch.default_generator.manual_seed(seed)  # torch.manual_seed would reseed every device
        else:
            torch.manual_seed(seed)
        yield


def map_batches(compute: Callable[[T], R], batches: Iterable[T], *, device: torch.device) -> Iterator[R]:
    """Yield ``compute(batch)`` of each batch, in order.

    On a CPU several batches are computed at once, each on one processor. That needs no processor to wait for
    another within a layer, as a layer that all of them share does: with other programs running, such waits
    made a network twenty times slower.
    """
    if device.type != "cpu":
        yield from map(compute, batches)
        return
    workers = num_processors()
    before = torch.get_num_threads()
    pool = ThreadPoolExecutor(workers, "compute", initializer=torch.set_num_threads, initargs=(1,))
    try:
        waiting: deque[Future[R]] = deque()
        for batch in batches:
            waiting.append(pool.submit(compute, batch))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
        torch.set_num_threads(before)  # each worker set the default of threads yet to come


@contextmanager
def full_precision(device: torch.device) -> Iterator[None]:
    """Compute in float32 while the block runs: CUDA's convolutions else round to TF32's ten bits."""
    if device.type != "cuda":
        yield
        return
    convolutions, products = torch.backends.cudnn, torch.backends.cuda.matmul
    before = convolutions.allow_tf32, products.allow_tf32
    convolutions.allow_tf32 = products.allow_tf32 = False
    try:
        yield
    finally:
        convolutions.allow_tf32, products.allow_tf32 = before


def autocast(device: torch.device, precision: Precision) -> AbstractContextManager[object]:
    """Return the context in which a network's forward pass runs."""
    if precision == "fp32":
        return nullcontext()
    return torch.autocast(device.type, dtype=HALF[precision])
