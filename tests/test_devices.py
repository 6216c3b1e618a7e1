import threading

import pytest
import torch

from synthgap_cli.devices import (
    full_precision,
    map_batches,
    resolve_device,
    resolve_precision,
    threads,
)
from synthgap_cli.errors import UsageProblem

CPU = torch.device("cpu")


def test_results_come_in_order_and_each_batch_has_one_thread():
    before = torch.get_num_threads()
    results = list(map_batches(lambda x: (x, torch.get_num_threads()), range(50), device=CPU))
    assert results == [(x, 1) for x in range(50)]
    assert torch.get_num_threads() == before


def test_an_error_in_one_batch_reaches_the_caller_and_stops_the_threads():
    def compute(x):
        if x == 5:
            raise ValueError(x)
        return x

    with pytest.raises(ValueError, match="5"):
        list(map_batches(compute, range(1000), device=CPU))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("compute")]


def test_a_block_on_one_processor_gives_the_others_back():
    before = torch.get_num_threads()
    with threads(1):
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before


@pytest.mark.parametrize("name", ["quantum", "cuda:99"])
def test_a_device_that_is_not_there_is_named(name):
    with pytest.raises(UsageProblem, match=name):
        resolve_device(name)


def test_precision_is_checked():
    assert resolve_precision("bf16", CPU) == "bf16"
    assert resolve_precision("auto", CPU) in ("fp32", "bf16")
    with pytest.raises(UsageProblem, match="fp8"):
        resolve_precision("fp8", CPU)


def test_full_precision_turns_tf32_off_on_cuda_and_gives_it_back():
    before = torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32
    torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32 = True, False
    try:
        with pytest.raises(ValueError, match="inside"), full_precision(torch.device("cuda")):
            assert not torch.backends.cudnn.allow_tf32
            raise ValueError("inside")
        assert torch.backends.cudnn.allow_tf32
        assert not torch.backends.cuda.matmul.allow_tf32
    finally:
        torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32 = before
