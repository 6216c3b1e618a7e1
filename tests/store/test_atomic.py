import subprocess
import sys

import pytest

from synthgap_cli.errors import InvalidInput, SynthgapError
from synthgap_cli.store.atomic import replacing
from synthgap_cli.store.reader import open_store
from synthgap_cli.store.writer import create_store


def test_a_block_that_fails_leaves_the_old_file_and_no_partial_one(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), replacing(path) as partial:
        partial.write_text("new")
        1 / 0  # noqa: B018
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_block_that_ends_well_replaces_the_file(tmp_path):
    path = tmp_path / "sub" / "a.txt"
    with replacing(path) as partial:
        partial.write_text("new")
    assert [p.name for p in path.parent.iterdir()] == ["a.txt"]
    assert path.read_text() == "new"


def test_a_directory_can_be_written_whole(tmp_path):
    with replacing(tmp_path / "out") as partial:
        partial.mkdir()
        (partial / "1.png").write_bytes(b"1")
    assert (tmp_path / "out" / "1.png").exists()


@pytest.mark.parametrize("letter", ["n", "ü"])
def test_a_name_may_be_as_long_as_file_systems_allow(tmp_path, letter):
    path = tmp_path / (letter * (255 // len(letter.encode())))
    with replacing(path) as partial:
        partial.write_text("new")
    assert path.read_text() == "new"


def test_an_unwritable_directory_is_one_sentence(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(SynthgapError, match="Cannot write"), replacing(blocked / "a.h5"):
        pass


def test_what_a_killed_process_leaves_is_not_accepted_and_the_next_run_replaces_it(tmp_path, write):
    program = """
import os, pathlib, sys
from synthgap_cli.store.atomic import replacing
with replacing(pathlib.Path(sys.argv[1])) as partial:
    partial.write_bytes(b"half")
    os.kill(os.getpid(), 9)
"""
    path = tmp_path / "real.resvae-16.latents.h5"
    subprocess.run([sys.executable, "-c", program, str(path)], check=False)
    (left,) = tmp_path.glob("*.partial")
    assert not path.exists()
    with pytest.raises(InvalidInput), open_store(left):
        pass
    write()
    assert not left.exists() and path.exists()


def test_of_two_that_write_one_file_each_leaves_it_whole(tmp_path):
    path = tmp_path / "a.txt"
    program = """
import pathlib, sys
from synthgap_cli.store.atomic import replacing
with replacing(pathlib.Path(sys.argv[1])) as partial:
    partial.write_text("other, whole")
"""
    with replacing(path) as partial:
        partial.write_text("half")
        subprocess.run([sys.executable, "-c", program, str(path)], check=True)
        assert path.read_text() == "other, whole"
        partial.write_text("mine, whole")
    assert path.read_text() == "mine, whole"
    assert list(tmp_path.iterdir()) == [path]


def test_a_store_whose_writing_failed_is_not_there(tmp_path, header):
    with pytest.raises(RuntimeError), create_store(tmp_path / "a.latents.h5", header):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []
