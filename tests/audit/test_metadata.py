import numpy as np

from synthgap_cli.audit.metadata import metadata_columns


def fields(**changed):
    return {
        "source_format": np.array(["JPEG", "PNG"], dtype=object),
        "jpeg_quality": np.array([90, -1]),
        "width": np.array([640, 128]),
        "height": np.array([480, 256]),
        "mode": np.array(["RGB", "RGBA"], dtype=object),
        "bit_depth": np.array([8, 8]),
        "exif": np.array([1, 0], dtype=np.uint8),
    } | changed


def test_columns_hold_what_the_header_said_and_size_and_shape_apart():
    columns = {column.name: column for column in metadata_columns(fields())}
    assert list(columns["size"].values) == [480, 128]
    assert list(columns["aspect"].values) == [4 / 3, 0.5]
    assert list(columns["exif"].values) == ["present", "absent"]
    assert columns["format"].is_category and not columns["size"].is_category


def test_no_jpeg_has_no_quality():
    quality = next(column for column in metadata_columns(fields()) if column.name == "jpeg_quality")
    np.testing.assert_array_equal(quality.values, [90, np.nan])


def test_half_of_the_fields_make_no_columns():
    half = fields()
    del half["mode"]
    assert metadata_columns(half) == []


def test_codes_of_texts_tell_them_apart_and_numbers_stay():
    columns = {column.name: column for column in metadata_columns(fields())}
    assert len(set(columns["mode"].codes())) == 2
    np.testing.assert_array_equal(columns["size"].codes(), [480, 128])


def test_a_missing_number_has_a_code_of_its_own_even_where_all_are_missing():
    quality = {column.name: column for column in metadata_columns(fields())}["jpeg_quality"]
    np.testing.assert_array_equal(quality.codes(), [90, 89])
    none = fields(jpeg_quality=np.array([-1, -1]))
    assert {column.name: column for column in metadata_columns(none)}["jpeg_quality"].codes().tolist() == [
        0,
        0,
    ]
