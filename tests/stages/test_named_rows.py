"""Images named by their ids where several stores and sources hold the same ones."""

import pytest

from synthgap_cli.errors import UsageProblem
from synthgap_cli.stages.named_rows import find_row
from synthgap_cli.store.files import read_header


@pytest.fixture
def headers(synthgap, folders, coded, tmp_path):
    real, synthetic = folders
    line = ("prepare", real, synthetic, "--domain", "both", "--size", "16")
    assert synthgap(*line).code == 0
    stores = (coded / "synthetic.resvae-4.latents.h5", coded / "synthetic.resvae-4.mean.latents.h5")
    return [*map(read_header, stores), read_header(tmp_path / "both.images.h5")]


def test_of_shifted_and_unshifted_latents_the_unshifted_are_meant(headers):
    assert find_row(headers[:2], "scene-02/1.png").header is headers[0]
    assert find_row(headers[:2], "synthetic:scene-02/1.png").header is headers[0]
    assert find_row(headers[:2], "synthetic.resvae-4.mean:scene-02/1.png").header is headers[1]


def test_the_row_is_that_of_the_id(headers):
    from synthgap_cli.store.reader import open_store

    found = find_row(headers[:2], "scene-07/3.png")
    with open_store(found.header.path) as store:
        assert store.samples()["id"][found.row] == "scene-07/3.png"


def test_an_id_of_several_sources_is_told_apart_by_its_source(headers):
    with pytest.raises(UsageProblem) as told:
        find_row(headers[2:], "both:scene-02/1.png")
    assert "both:real/scene-02/1.png, both:synthetic/scene-02/1.png" in told.value.hint
    rows = {find_row(headers[2:], f"both:{source}/scene-02/1.png").row for source in ("real", "synthetic")}
    assert len(rows) == 2


def test_what_an_error_proposes_names_one_image(headers):
    with pytest.raises(UsageProblem) as told:
        find_row(headers[2:], "scene-02/1.png")
    proposed = told.value.hint.removeprefix("Say which: ").removesuffix(".").split(", ")
    assert all(find_row(headers, name).name == name for name in proposed)
