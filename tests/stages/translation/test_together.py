"""Processes that are killed, or that write one folder at once."""

import json
import shutil

import numpy as np
import pytest
from PIL import Image

from synthgap_cli.errors import ExitCode, Stopped
from synthgap_cli.stages.translation import journal
from synthgap_cli.stages.translation.locking import locked
from synthgap_cli.stages.translation.writing import BlockWriter

FAR = ("--strength", "4000")  # an untrained autoencoder hardly knows colours apart


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "renders"
    root.mkdir()
    for number in range(20):
        Image.fromarray(np.full((8, 8, 3), 60 + number, np.uint8)).save(root / f"{number:02d}.png")
    return root


@pytest.fixture
def translate(synthgap, coded, folder, tmp_path):
    def run(*arguments):
        return synthgap("translate", folder, "-o", tmp_path / "out", *FAR, *arguments, cwd=coded)

    return run


def digest(output):
    return json.loads((output / "translation.json").read_text())["content-sha256"]


@pytest.fixture
def half_done(translate, tmp_path, monkeypatch):
    """An output whose process was killed between two blocks."""

    def killed(self, block, done):
        raise Stopped(ExitCode.TERMINATED)

    with monkeypatch.context() as patch:
        patch.setattr(BlockWriter, "write", killed)
        assert translate().code == ExitCode.TERMINATED
    return tmp_path / "out"


def test_a_second_process_on_the_same_images_is_refused(translate, half_done):
    with locked(half_done / ".translation/1-of-1.lock"):
        for more in ((), ("--detail", "residual", "--force")):
            refused = translate(*more)
            assert (refused.code, "Another process is translating" in refused.err) == (1, True)
    assert translate().code == 0


def test_of_shards_that_end_at_once_one_sums_up(translate, tmp_path, monkeypatch):
    assert translate("--shard", "1/2").code == 0
    all_done = journal.Journal.all_done

    def another_ends_first(self):
        entries = all_done(self)
        (tmp_path / "out/translation.json").write_text("{}")
        return entries

    monkeypatch.setattr(journal.Journal, "all_done", another_ends_first)
    assert translate("--shard", "2/2").code == 0
    assert (tmp_path / "out/translation.json").read_text() == "{}"


def test_a_shard_that_is_run_again_is_not_done_meanwhile(translate, tmp_path, monkeypatch):
    assert translate("--shard", "1/2").code == 0
    done = tmp_path / "out/.translation/1-of-2.done"
    assert done.exists()
    write = BlockWriter.write

    def looked_at(self, block, entries):
        assert not done.exists()
        return write(self, block, entries)

    monkeypatch.setattr(BlockWriter, "write", looked_at)
    assert translate("--shard", "1/2").code == 0


def test_what_a_killed_process_leaves_is_gone_at_the_end(translate, half_done):
    (half_done / ".translation/abc.1.partial").write_bytes(b"half an image")
    assert translate().code == 0
    assert not [
        path for path in half_done.rglob("*") if "partial" in path.name or path.name == ".translation"
    ]


def test_a_journal_left_at_the_very_end_is_removed(translate, half_done, tmp_path):
    kept = shutil.copytree(half_done / ".translation", tmp_path / "kept")
    assert translate().code == 0
    shutil.copytree(kept, half_done / ".translation")
    assert "is up to date" in translate().err
    assert not (half_done / ".translation").exists()


def test_a_damaged_journal_costs_time_and_nothing_else(translate, half_done, tmp_path):
    (half_done / ".translation/1-of-1.jsonl").write_bytes(
        b'{"id": "00.png"\n\xff\xfe\x00[]\n{"no": 1}\n"text"\n'
    )
    assert translate().code == 0
    damaged = digest(half_done)
    shutil.rmtree(half_done)
    assert translate().code == 0
    assert digest(half_done) == damaged


@pytest.mark.parametrize("killed_after", range(3))
def test_a_replacement_that_was_killed_can_be_gone_on_with(translate, tmp_path, monkeypatch, killed_after):
    assert translate().code == 0
    removed = []

    def unlink(path, missing_ok=False):
        if path.parent == tmp_path / "out":
            removed.append(path)
            if len(removed) > killed_after:
                raise Stopped(ExitCode.TERMINATED)
        real(path, missing_ok)

    real = journal.Path.unlink
    with monkeypatch.context() as patch:
        patch.setattr(journal.Path, "unlink", unlink)
        assert translate("--detail", "residual", "--force").code == ExitCode.TERMINATED
    assert translate("--detail", "residual", "--force").code == 0
