"""Content, utility and density of small sets, from their stores to columns."""

import shutil

import numpy as np
import pytest

from synthgap_cli.classifier.recogniser_training import RecogniserSettings
from synthgap_cli.ledger import utility
from synthgap_cli.ledger.sets import ImageSet
from synthgap_cli.stages.content import content_columns
from synthgap_cli.stages.density import density_columns
from synthgap_cli.stages.image_sets import find_image_sets
from synthgap_cli.stages.open_sets import open_image_sets
from synthgap_cli.stages.run import Run, Silence
from synthgap_cli.stages.utility import utility_columns
from synthgap_cli.store.files import list_headers
from synthgap_cli.store.reader import open_store
from synthgap_cli.store.schema import Kind


class Notebook(Silence):
    def __init__(self):
        self.notes = []

    def note(self, text):
        self.notes.append(text)


@pytest.fixture(scope="module")
def labelled(folders, random_vae, run_quietly, tmp_path_factory):
    """Five sets labelled by the number of the frame; of synthetic images the last frame has no label."""
    directory = tmp_path_factory.mktemp("labelled")
    real, synthetic = folders
    for domain, folder, frame in (("real", real, r"(\d)\.png"), ("synthetic", synthetic, r"([0-3])\.png")):
        run_quietly(directory, "prepare", f"--{domain}", folder, "--size", 32, "--label-from", frame)
    images = [directory / f"{domain}.images.h5" for domain in ("real", "synthetic")]
    path = directory / "resvae-4.vae.safetensors"
    random_vae(path, images, architecture="resvae", image_size=32, options={"blocks": 4})
    for line in ("encode", "shift", "decode"):
        run_quietly(directory, line)
    return directory


@pytest.fixture
def few_steps(monkeypatch):
    monkeypatch.setattr(utility, "LEARNING", RecogniserSettings(steps=3, batch_size=8))


def opened(directory):
    [sets] = find_image_sets([header for header in list_headers(directory) if header.kind is Kind.IMAGES])
    return open_image_sets(sets, seed=0, reporter=Silence())


def rows(columns):
    assert len({len(column) for column in columns.values()}) == 1
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def content_of(sets):
    return rows(content_columns([(family, family.views()) for family in sets.families]))


def test_content_has_a_row_a_measure_for_the_shifted_and_for_the_control(coded):
    with opened(coded) as sets:
        found = content_of(sets)
        n = len(sets.rows.tested[1].rows)
    assert {(row["measure"], row["of"]) for row in found} == {
        (measure, of) for measure in ("edges", "ssim") for of in ("S'/T", "S/S'")
    }
    for row in found:
        assert row["low"] <= row["value"] <= row["high"]
        assert row["n"] == n
    of_edges = next(row for row in found if row["measure"] == "edges")
    assert of_edges["chance"] == pytest.approx(1 / n)


def test_content_of_a_shift_that_shuffles_is_less_than_of_one_that_does_nothing(coded):
    with opened(coded) as sets:
        (family,) = sets.families
        of = family.views()["edges"]
        kept = []
        for move in (0, 7):
            moved = of | {ImageSet.SHIFTED: np.roll(of[ImageSet.DECODED_SYNTHETIC], move, axis=0)}
            kept.append(rows(content_columns([(family, {"edges": moved})]))[0]["value"])
    assert kept == [1, 0]


def test_density_is_of_the_tested_rows_of_each_set(coded):
    with opened(coded) as sets:
        columns, points = density_columns(sets)
        latents, tested = sets.sets.latents, sets.rows.tested[1].rows
    found = rows(columns)
    assert [row["latents"] for row in found] == ["R", "S", "T"]
    with open_store(latents[1].path, Kind.LATENTS) as store:
        synthetic = store.dataset("mean")[...][tested]
    assert found[1]["share_per_axis"] == pytest.approx(np.mean(np.abs(synthetic) <= 1.5))
    assert found[1]["n"] == len(tested)
    assert len(points["x"]) == len(points["y"]) == len(points["latents"]) == 3 * len(tested)


def test_without_latents_there_is_no_density(coded):
    from dataclasses import replace

    with opened(coded) as sets:
        gone = replace(sets, sets=replace(sets.sets, latents=None))
        assert density_columns(gone) == ({}, {})


def test_utility_is_of_the_labels_that_both_sides_have(labelled, few_steps):
    notebook = Notebook()
    with opened(labelled) as sets:
        columns, trainings = utility_columns(
            sets, seed=0, memory={}, run=Run(reporter=notebook, device="cpu")
        )
        both = set("0123")
        kept = [label in both for label in sets.samples[0]["label"][sets.rows.tested[0].rows]]
    found = rows(columns)
    assert {row["n_test"] for row in found if row["tested_on"] == "R"} == {sum(kept)}
    assert len({row["n_train"] for row in found}) == 1
    assert {row["seeds"] for row in found} == {3}
    assert len(rows(trainings)) == 3 * len(found)
    assert any("labels of real alone" in note for note in notebook.notes)


def test_a_second_shift_of_the_same_sets_teaches_only_what_it_changes(labelled, few_steps):
    run, memory = Run(device="cpu"), {}
    with opened(labelled) as sets:
        first, _ = utility_columns(sets, seed=0, memory=memory, run=run)
        again, _ = utility_columns(sets, seed=0, memory=memory, run=run)
        other, _ = utility_columns(sets, seed=1, memory=memory, run=run)
    assert again == first
    assert other != first
    assert len({seed for _, _, seed in memory["utility",]}) == 4


def test_without_labels_there_is_no_utility_and_that_is_said(coded):
    notebook = Notebook()
    with opened(coded) as sets:
        assert utility_columns(sets, seed=0, memory={}, run=Run(reporter=notebook)) == ({}, {})
    assert len(notebook.notes) == 1
    assert "utility is left out" in notebook.notes[0]


@pytest.fixture
def of_two_sizes(labelled, random_vae, run_quietly, translate, tmp_path):
    """Six sets: what is decoded has half the size of the originals."""
    directory = shutil.copytree(labelled, tmp_path / "sizes")
    for path in directory.glob("*resvae*"):
        path.unlink()
    images = [directory / f"{domain}.images.h5" for domain in ("real", "synthetic")]
    path = directory / "resvae-4.vae.safetensors"
    random_vae(path, images, architecture="resvae", image_size=16, options={"blocks": 4})
    for line in ("encode", "shift", "decode"):
        run_quietly(directory, line)
    translate(directory, "resvae-4", "mean", "affine")
    return directory


def test_translated_images_are_looked_at_in_their_own_size(of_two_sizes):
    with opened(of_two_sizes) as sets:
        full, decoded = sets.families
        found = content_of(sets)
    assert full.joined.images.shape[1] == 32 and decoded.joined.images.shape[1] == 16
    assert list(full.joined.starts) == ["R", "S", "U"]
    kept = {(row["measure"], row["of"]): row["value"] for row in found}
    assert set(kept) == {(measure, of) for measure in ("edges", "ssim") for of in ("S/U", "S'/T", "S/S'")}
    assert kept["ssim", "S/U"] > 0.9, "a tint leaves structure as it is; a random autoencoder does not"


def test_all_sets_are_learned_from_at_one_size_and_under_one_budget(of_two_sizes, few_steps):
    with opened(of_two_sizes) as sets:
        columns, _ = utility_columns(sets, seed=0, memory={}, run=Run(device="cpu"))
    found = rows(columns)
    learned = ["R", "S", "R'", "S'", "T", "U", "S + few R", "T + few R", "U + few R"]
    assert list(dict.fromkeys(row["trained_on"] for row in found)) == learned
    assert len({row["n_train"] for row in found}) == 1
    assert {row["tested_on"] for row in found if row["trained_on"] == "R"} == {"R", "S", "R'", "S'", "T", "U"}
