"""Each hostile or broken file is refused with a sentence that names what is wrong."""

import h5py
import numpy as np
import pytest

from synthgap_cli.errors import InputMissing, InvalidInput
from synthgap_cli.store.reader import open_store
from synthgap_cli.store.schema import Kind


def soft_link(file, tmp_path):
    file["samples/label"] = h5py.SoftLink("/samples/id")


def soft_group(file, tmp_path):
    file["shift"] = h5py.SoftLink("/samples")


def external_link(file, tmp_path):
    with h5py.File(tmp_path / "other.h5", "w") as other:
        other["label"] = ["x"] * 40
    file["samples/label"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "label")


def external_storage(file, tmp_path):
    (tmp_path / "secret").write_bytes(bytes(40 * 32 * 4))
    del file["mean"]
    file.create_dataset("mean", (40, 32), "f4", external=[(str(tmp_path / "secret"), 0, h5py.h5f.UNLIMITED)])


def virtual_dataset(file, tmp_path):
    layout = h5py.VirtualLayout((40, 32), "f4")
    layout[:] = h5py.VirtualSource(str(tmp_path / "elsewhere.h5"), "mean", (40, 32))
    del file["mean"]
    file.create_virtual_dataset("mean", layout)


def undeclared_dataset(file, tmp_path):
    file["extra"] = np.zeros(3)


def undeclared_filter(file, tmp_path):
    values = file["mean"][...]
    del file["mean"]
    file.create_dataset("mean", data=values, chunks=True, compression="lzf")


def undeclared_type(file, tmp_path):
    del file["mean"]
    file["mean"] = np.zeros((40, 32), np.complex64)


def declared_size_out_of_proportion(file, tmp_path):
    del file["mean"]
    file.create_dataset("mean", (10**9, 768), "f4", chunks=(64, 768))


def wrong_dimensions(file, tmp_path):
    del file["mean"]
    file["mean"] = np.zeros(40, np.float32)


def uneven_rows(file, tmp_path):
    del file["mean"]
    file["mean"] = np.zeros((39, 32), np.float32)


def missing_dataset(file, tmp_path):
    del file["mean"]


def newer_version(file, tmp_path):
    file.attrs["format-version"] = 99


def no_stamp(file, tmp_path):
    del file.attrs["format"]


def unknown_kind(file, tmp_path):
    file.attrs["format-kind"] = "spectra"


def broken_provenance(file, tmp_path):
    del file["provenance"]
    file["provenance"] = "{"


def domain_that_is_a_path(file, tmp_path):
    file.attrs["domain"] = "../../etc/x"


def deep_groups(file, tmp_path):
    file.create_group("a/b/c/d/e/f")


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (soft_link, "soft or external link"),
        (soft_group, "soft or external link"),
        (external_link, "soft or external link"),
        (external_storage, "another file"),
        (virtual_dataset, "virtual"),
        (undeclared_dataset, "not declared"),
        (undeclared_filter, "filters"),
        (undeclared_type, "type"),
        (declared_size_out_of_proportion, "declares"),
        (wrong_dimensions, "dimensions"),
        (uneven_rows, "rows"),
        (missing_dataset, "missing"),
        (newer_version, "version 99"),
        (no_stamp, "not a synthgap store"),
        (unknown_kind, "unknown kind"),
        (broken_provenance, "header"),
        (domain_that_is_a_path, "no name"),
        (deep_groups, "nested"),
    ],
)
def test_a_store_with_this_damage_is_refused(write, tmp_path, damage, says):
    path = write()
    with h5py.File(path, "r+") as file:
        damage(file, tmp_path)
    with pytest.raises(InvalidInput, match=says), open_store(path):
        pass


def test_text_and_truncated_files_are_refused(tmp_path, write):
    text = tmp_path / "a.h5"
    text.write_text("not HDF5")
    with pytest.raises(InvalidInput, match="not an HDF5 file"), open_store(text):
        pass
    path = write()
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(InvalidInput), open_store(path):
        pass


def test_a_missing_file_and_a_wrong_kind_have_their_own_messages(write, tmp_path):
    with pytest.raises(InputMissing, match=r"nothing\.h5"), open_store(tmp_path / "nothing.h5"):
        pass
    with pytest.raises(InvalidInput, match="images is needed"), open_store(write(), Kind.IMAGES):
        pass
