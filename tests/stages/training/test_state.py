import errno
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch

from synthgap_cli.stages.training import state


class _Trainer:
    def state_dict(self):
        return {"weights": torch.zeros(100_000)}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full disk is played by /dev/full")
def test_a_full_disk_is_told_as_one(monkeypatch, tmp_path):
    @contextmanager
    def onto_a_full_disk(path):
        yield Path("/dev/full")

    monkeypatch.setattr(state, "replacing", onto_a_full_disk)
    with pytest.raises(OSError) as caught:
        state.save_state(tmp_path / "x.last.pt", _Trainer(), [])
    assert caught.value.errno == errno.ENOSPC
