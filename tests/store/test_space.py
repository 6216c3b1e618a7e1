import shutil

import pytest

from synthgap_cli.errors import SynthgapError
from synthgap_cli.store.space import require_space


def test_more_bytes_than_are_free_are_an_error_that_says_how_many_and_where(tmp_path):
    with pytest.raises(SynthgapError) as told:
        require_space(tmp_path / "a" / "b" / "real.latents.h5", 10**18)
    assert "needs 1,000,000,000,000,000,000 bytes" in told.value.message
    assert f"{tmp_path} has " in told.value.message
    assert "-o" in told.value.hint


def test_what_fits_passes_and_makes_no_directory(tmp_path):
    require_space(tmp_path / "a" / "real.latents.h5", shutil.disk_usage(tmp_path).free // 2)
    assert not list(tmp_path.iterdir())
