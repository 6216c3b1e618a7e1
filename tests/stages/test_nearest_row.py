"""The end of a line that is the nearest image of a store."""

import h5py
import numpy as np
import pytest

from synthgap_cli.errors import InputMissing
from synthgap_cli.stages.named_rows import find_row
from synthgap_cli.stages.nearest_row import asks_for_nearest, find_nearest
from synthgap_cli.store.files import list_headers
from synthgap_cli.store.schema import Kind


@pytest.fixture
def headers(coded):
    return [header for header in list_headers(coded) if header.kind is Kind.LATENTS]


def latents(header):
    with h5py.File(header.path) as store:
        return store["mean"][...], store["samples/id"].asstr()[...]


def nearest(headers, text, start):
    return find_nearest(headers, text, start=start, latents=latents(start.header)[0][[start.row]])


def test_the_nearest_row_is_that_of_a_direct_search(headers):
    start = find_row(headers, "synthetic.resvae-4.mean:scene-03/1.png")
    found = nearest(headers, "real:nearest", start)
    values, ids = latents(found.header)
    apart = np.linalg.norm(values - latents(start.header)[0][start.row], axis=1)
    assert found.header.domain == "real"
    assert found.row == apart.argmin()
    assert found.name == f"real.resvae-4:{ids[found.row]}"


def test_an_image_is_not_its_own_neighbour(headers):
    start = find_row(headers, "synthetic:scene-03/1.png")
    for store in ("synthetic", "synthetic.resvae-4.mean"):
        found = nearest(headers, f"{store}:nearest", start)
        assert not found.name.endswith(":scene-03/1.png")


def test_a_store_that_is_not_there_is_missed(headers):
    start = find_row(headers, "synthetic:scene-03/1.png")
    with pytest.raises(InputMissing, match="called 'moon'"):
        nearest(headers, "moon:nearest", start)


def test_only_a_store_and_the_word_ask_for_the_nearest():
    assert asks_for_nearest("real:nearest")
    assert not asks_for_nearest("nearest")
    assert not asks_for_nearest("real:nearest.png")


def test_a_strip_to_the_nearest_image_says_which_it_is(synthgap, coded, tmp_path):
    line = ("decode", "--interpolate", "synthetic:scene-03/1.png", "real:nearest", "-o", f"{tmp_path}/")
    ended = synthgap(*line, cwd=coded)
    assert ended.code == 0
    [strip] = ended.paths
    assert "synthetic-resvae-4-scene-03-1.to.real-resvae-4-scene-" in strip
