import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from synthgap_cli.arrays import ImageSource
from synthgap_cli.errors import InvalidInput
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import Provenance, Recipe
from synthgap_cli.store.reader import open_store
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.views import JoinedImages, StoredImages, StoredMatrix
from synthgap_cli.store.writer import create_store


def test_a_store_gives_back_what_was_written(write, header, samples, latents):
    with open_store(write(), Kind.LATENTS) as store:
        np.testing.assert_array_equal(store.dataset("mean")[...], latents)
        assert store.dataset("mean").dtype == np.float32
        read = store.samples()
        assert all((read[name] == samples[name]).all() for name in samples.columns)
        assert store.header.provenance == header.provenance
        assert (store.header.domain, store.header.role) == ("real", "reference")
        assert store.header.steps == ("resvae-16", "mean")
        assert store.header.reference_steps == ("resvae-16",)
        assert store.header.attributes == header.attributes


def test_the_digest_does_not_depend_on_how_rows_were_chunked_or_appended(write, tmp_path):
    one, other = write("a.latents.h5", pieces=1), write("b.latents.h5", pieces=7)
    with h5py.File(other, "r+") as file:
        values = file["mean"][...]
        del file["mean"]
        file.create_dataset("mean", data=values, chunks=(3, 5), compression="gzip")
    with open_store(one) as first, open_store(other) as second:
        assert first.header.sha256 == second.header.sha256
        second.verify()


def test_the_digest_changes_with_a_value_a_text_and_the_domain(write, header, latents):
    import dataclasses

    def digest(**changes):
        with open_store(write("x.latents.h5", **changes)) as store:
            return store.header.sha256

    changed = latents.copy()
    changed[7, 3] += 1e-6
    elsewhere = dataclasses.replace(header, domain="synthetic")
    assert len({digest(), digest(latents=changed), digest(header=elsewhere)}) == 3


def test_verify_finds_a_changed_value(write):
    path = write()
    with h5py.File(path, "r+") as file:
        file["mean"][5, 5] = 9
    with open_store(path) as store, pytest.raises(InvalidInput, match="digest"):
        store.verify()


def test_verify_finds_a_flipped_byte(write, latents):
    path = write()
    content = bytearray(path.read_bytes())
    at = content.index(latents[20].tobytes())
    content[at] ^= 1
    path.write_bytes(content)
    with open_store(path) as store, pytest.raises(InvalidInput, match="damaged"):
        store.verify()


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_matrix_blocks_are_the_rows_asked_for_in_order(tmp_path, data):
    shape = (data.draw(st.integers(1, 200)), data.draw(st.integers(1, 5)))
    matrix = data.draw(hnp.arrays(np.float32, shape, elements=st.floats(-9, 9, width=32)))
    rows = np.array(sorted(data.draw(st.sets(st.integers(0, shape[0] - 1)))), dtype=np.intp)
    path = tmp_path / "m.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("x", data=matrix, chunks=(min(7, shape[0]), shape[1]))
        view = StoredMatrix(file["x"])
        np.testing.assert_array_equal(np.concatenate(list(view.blocks())), matrix)
        some = list(view.blocks(rows))
        got = np.concatenate(some) if some else np.empty((0, shape[1]), np.float32)
        np.testing.assert_array_equal(got, matrix[rows])


def test_a_block_stays_small(tmp_path):
    with h5py.File(tmp_path / "m.h5", "w") as file:
        dataset = file.create_dataset("x", shape=(9_000, 1_000), dtype="f4", chunks=(64, 1_000))
        sizes = [block.nbytes for block in StoredMatrix(dataset).blocks()]
    assert max(sizes) <= 8 << 20
    assert len(sizes) < 10


def test_stored_and_joined_images_read_like_one_array(tmp_path):
    rng = np.random.default_rng(1)
    pixels = rng.integers(0, 256, (12, 4, 4, 3), dtype=np.uint8)
    header = Header(Kind.IMAGES, Provenance(Recipe("prepare", {})), "real", "reference")
    with create_store(tmp_path / "real.images.h5", header) as writer:
        writer.rows("images", (4, 4, 3), "uint8").append(pixels)
    with open_store(tmp_path / "real.images.h5") as store:
        stored: ImageSource = StoredImages(store.dataset("images"))
        joined = JoinedImages([stored, pixels[:5]])
        rows = np.array([16, 0, 11, 12, 0])
        assert joined.shape == (17, 4, 4, 3)
        np.testing.assert_array_equal(joined[rows], np.concatenate([pixels, pixels[:5]])[rows])
        assert stored[rows[1:3]].dtype == np.uint8


@pytest.mark.parametrize("held_bytes", [0, 12 * 4 * 4 * 3])
def test_small_images_are_held_when_asked_for_again_and_large_ones_are_not(tmp_path, monkeypatch, held_bytes):
    monkeypatch.setattr("synthgap_cli.store.views.HELD_BYTES", held_bytes)
    pixels = np.random.default_rng(1).integers(0, 256, (12, 4, 4, 3), dtype=np.uint8)
    header = Header(Kind.IMAGES, Provenance(Recipe("prepare", {})), "real", "reference")
    with create_store(tmp_path / "real.images.h5", header) as writer:
        writer.rows("images", (4, 4, 3), "uint8").append(pixels)
    rows = np.array([3, 0, 11, 3])
    with open_store(tmp_path / "real.images.h5") as store:
        stored = StoredImages(store.dataset("images"))
        for _ in range(5):
            np.testing.assert_array_equal(stored[rows], pixels[rows])
    if held_bytes:
        np.testing.assert_array_equal(stored[rows], pixels[rows])  # the file is closed
    else:
        with pytest.raises(ValueError):
            stored[rows]


def test_a_table_keeps_the_order_of_its_columns(tmp_path):
    header = Header(Kind.RESULTS, Provenance(Recipe("ttest", {})))
    columns = {"pair": ["b", "a"], "z": [1.5, np.nan], "n": [3, 4]}
    with create_store(tmp_path / "ttest.results.h5", header) as writer:
        writer.table("summary", columns)
    with open_store(tmp_path / "ttest.results.h5") as store:
        read = store.table("summary")
    assert list(read) == ["pair", "z", "n"]
    assert list(read["pair"]) == ["b", "a"]
    np.testing.assert_array_equal(read["z"], columns["z"])


def test_a_table_is_read_row_by_row_as_pythons_own_values_and_a_missing_one_is_empty(tmp_path):
    with create_store(tmp_path / "a.h5", Header(Kind.RESULTS, Provenance(Recipe("gap", {})))) as writer:
        writer.table("summary", {"name": ["fid", "kid"], "value": [1.5, 0.25], "n": [3, 4]})
    with open_store(tmp_path / "a.h5") as store:
        rows, missing = store.rows("summary"), store.rows("closed")
    assert rows == [{"name": "fid", "value": 1.5, "n": 3}, {"name": "kid", "value": 0.25, "n": 4}]
    assert [type(value) for value in rows[0].values()] == [str, float, int]
    assert missing == []
