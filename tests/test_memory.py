import numpy as np
import pytest
import torch

from synthgap_cli.errors import SynthgapError
from synthgap_cli.memory import OutOfMemory, memory_limits_told


def _torch_asks_for_too_much():
    torch.empty(1 << 55, dtype=torch.uint8)


def _numpy_asks_for_too_much():
    np.empty(1 << 55, np.uint8)


@pytest.mark.parametrize(
    ("ask", "amount"),
    [(_torch_asks_for_too_much, "36028797018963968 bytes"), (_numpy_asks_for_too_much, "32.0 PiB")],
)
def test_memory_that_is_not_to_be_had_becomes_an_error_with_the_amount_and_what_to_do(ask, amount):
    with pytest.raises(OutOfMemory) as told, memory_limits_told("encoding real"):
        ask()
    assert told.value.message == f"Memory ran out while encoding real ({amount} more were asked for)."
    assert told.value.hint == "Lower --batch-size."
    assert isinstance(told.value, SynthgapError)


def test_a_device_that_is_out_of_memory_is_told_too():
    with pytest.raises(OutOfMemory, match=r"\(20.00 GiB more"), memory_limits_told("decoding real"):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB. GPU 0 has 7 GiB.")


def test_other_errors_pass_as_they_are():
    with pytest.raises(RuntimeError, match="cannot be multiplied"), memory_limits_told("encoding"):
        torch.ones(2, 3) @ torch.ones(2, 3)
