"""The same pictures as PNG and as JPEG: the audit names it, and equalising takes it away."""

import numpy as np
import pytest
from PIL import Image

from synthgap_cli.console import Console
from synthgap_cli.pairing import Pair
from synthgap_cli.stages.audit import AuditSettings, audit_pairs
from synthgap_cli.stages.run import Run
from synthgap_cli.store.files import read_header
from synthgap_cli.store.reader import open_store
from synthgap_cli.tables.audit import show_audit

SCENES, FRAMES, SIDE = 14, 4, 96


def picture(rng):
    """A picture with the spectrum of a photograph, and as rough as one at random."""
    frequency = np.hypot(np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)) + 1 / SIDE
    spectrum = np.fft.rfft2(rng.normal(size=(3, SIDE, SIDE))) / frequency ** rng.uniform(0.9, 1.5)
    levels = np.fft.irfft2(spectrum, s=(SIDE, SIDE)).transpose(1, 2, 0)
    return Image.fromarray((rng.uniform(90, 160) + 40 * levels / levels.std()).clip(0, 255).astype(np.uint8))


@pytest.fixture(scope="module")
def two_formats(tmp_path_factory):
    root = tmp_path_factory.mktemp("formats")
    rng = np.random.default_rng(5)
    for scene in range(SCENES):
        for frame in range(FRAMES):
            image = picture(rng)
            for domain, ending, options in (("real", "png", {}), ("synthetic", "jpg", {"quality": 60})):
                path = root / domain / f"scene-{scene:02d}" / f"{frame}.{ending}"
                path.parent.mkdir(parents=True, exist_ok=True)
                image.save(path, **options)
    return root


def pair(directory):
    return Pair(*(read_header(directory / f"{side}.images.h5") for side in ("real", "synthetic")))


def audited(directory, output=None):
    """Return the rows by judge, the columns by name, and what was warned of."""
    console = Console(quiet=True)
    (path,) = audit_pairs([pair(directory)], AuditSettings(), output=output, run=Run(reporter=console))
    rows = {row["judge"]: row for row in show_audit(console, [path])}
    with open_store(path) as store:
        (group,) = store.groups("components")
        table = store.table(f"components/{group}")
    columns = [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]
    return rows, {row["column"]: row for row in columns}, console.warnings


def prepared(run_quietly, directory, folders, *options):
    run_quietly(
        directory, "prepare", "--real", folders / "real", "--synthetic", folders / "synthetic", *options
    )
    return directory


@pytest.fixture(scope="module")
def raw(two_formats, run_quietly, tmp_path_factory):
    directory = prepared(run_quietly, tmp_path_factory.mktemp("raw"), two_formats, "--size", SIDE)
    return directory, audited(directory)


def test_the_audit_names_compression_and_warns(raw):
    rows, columns, warnings = raw[1]
    assert rows["metadata"]["auc"] == 1
    assert rows["metadata"]["leading"] == "compression: PNG against JPEG"
    assert rows["metadata"]["alarm"] == 1
    assert any("by compression: PNG against JPEG" in warning for warning in warnings)
    assert (columns["format"]["reference"], columns["format"]["candidate"]) == ("PNG", "JPEG")
    assert columns["size"]["auc"] == 0.5


def test_the_pixels_give_the_same_away_by_the_grid_of_blocks(raw):
    rows, columns, warnings = raw[1]
    assert rows["image statistics"]["auc_low"] > 0.8
    assert columns["block_edges"]["auc"] > 0.8
    assert rows["image statistics"]["alarm"] == 1
    assert any("grid of 8x8 blocks" in warning for warning in warnings)


def test_counts_are_of_all_splits_and_by_scene(raw):
    for row in raw[1][0].values():
        assert row["n_reference"] == row["n_candidate"] == SCENES * FRAMES
        assert row["groups_reference"] == SCENES


def test_equalising_takes_compression_from_the_pixels_and_the_alarm_with_it(
    two_formats, run_quietly, tmp_path
):
    prepared(run_quietly, tmp_path, two_formats, "--size", "72", "--equalise", "auto")
    assert pair(tmp_path).reference.attributes["equalised"]["size"] == 72
    assert pair(tmp_path).reference.attributes["equalised"]["jpeg"] == 60
    rows, columns, warnings = audited(tmp_path)
    assert rows["image statistics"]["auc"] < 0.6
    assert columns["block_edges"]["auc"] < 0.6
    assert rows["metadata"]["auc"] == 1  # of the source files, for information
    assert "no longer reaches the pixels" in rows["metadata"]["verdict"]
    assert not warnings


def test_one_side_equalised_is_not_both(two_formats, run_quietly, tmp_path):
    for side, options in (("real", ["--equalise", "jpeg:60"]), ("synthetic", [])):
        run_quietly(tmp_path, "prepare", two_formats / side, "--domain", side, "--size", SIDE, *options)
    rows, _, warnings = audited(tmp_path)
    assert rows["metadata"]["equalised"] == ""
    assert warnings


def test_different_treatments_of_the_sides_are_an_alarm_that_names_both(two_formats, run_quietly, tmp_path):
    for side, treatment in (("real", "size:72,jpeg:75"), ("synthetic", "size:40")):
        options = ("--size", "32", "--equalise", treatment)
        run_quietly(tmp_path, "prepare", two_formats / side, "--domain", side, *options)
    rows, _, warnings = audited(tmp_path)
    assert "size:72,jpeg:75 against size:40" in rows["image statistics"]["verdict"]
    assert rows["image statistics"]["alarm"] == 1
    assert rows["image statistics"]["verdict"] in warnings


def test_an_audit_that_is_there_is_shown_again_with_its_warnings(raw):
    first = (raw[0] / "audit.results.h5").stat().st_mtime_ns
    _, _, warnings = audited(raw[0])
    assert (raw[0] / "audit.results.h5").stat().st_mtime_ns == first
    assert len(warnings) == 2


def test_decoded_images_are_judged_by_their_pixels_alone(study, tmp_path):
    sides = [read_header(study / f"{side}.resvae-4.images.h5") for side in ("real", "synthetic")]
    paths = audit_pairs([Pair(*sides)], AuditSettings(), output=f"{tmp_path}/", run=Run())
    assert [path.name for path in paths] == ["resvae-4.audit.results.h5"]
    with open_store(paths[0]) as store:
        assert list(store.table("summary")["judge"]) == ["image statistics"]


def test_a_single_scene_of_one_image_gives_no_verdict_and_no_failure(run_quietly, tmp_path):
    for side in ("real", "synthetic"):
        (tmp_path / side).mkdir()
        picture(np.random.default_rng(0)).save(tmp_path / side / f"{side}.png")
    prepared(run_quietly, tmp_path, tmp_path, "--size", "32")
    rows, columns, warnings = audited(tmp_path)
    assert all(row["verdict"].startswith("Too few images") for row in rows.values())
    assert not columns and not warnings


def test_an_audit_fits_a_terminal_of_80_columns_and_shows_no_interval_of_nothing(
    raw, run_quietly, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("COLUMNS", "80")
    path = raw[0] / "audit.results.h5"
    show_audit(Console(), [path])
    shown = capsys.readouterr().err.splitlines()
    assert any(line.startswith("image statistics") for line in shown)  # a judge a line: it was not turned
    for side in ("real", "synthetic"):
        (tmp_path / side).mkdir()
        picture(np.random.default_rng(0)).save(tmp_path / side / f"{side}.png")
    prepared(run_quietly, tmp_path, tmp_path, "--size", "32")
    audits = audit_pairs([pair(tmp_path)], AuditSettings(), output=None, run=Run())
    show_audit(Console(), audits)
    shown = capsys.readouterr().err
    assert "nan" not in shown and "0.000" not in shown
    assert shown.count("Too few images") == 1


def test_sides_of_different_sizes_are_compared_at_the_smaller_and_said_to_be(
    two_formats, run_quietly, tmp_path
):
    for side, size in (("real", 16), ("synthetic", 32)):
        run_quietly(tmp_path, "prepare", two_formats / side, "--domain", side, "--size", size)
    _, _, warnings = audited(tmp_path)
    assert any("reduced from 32 to 16" in warning for warning in warnings)
