import pytest

from synthgap_cli.errors import InputMissing, InvalidInput, UsageProblem
from synthgap_cli.imaging.labels import labels_of

IDS = ["train/dog/1.png", "train/cat/2.png", "3.png"]


@pytest.fixture
def table(tmp_path):
    def write(content, encoding="utf-8"):
        path = tmp_path / "labels.csv"
        path.write_bytes(content.encode(encoding))
        return str(path)

    return write


def test_the_folder_that_holds_an_image_is_its_label():
    assert labels_of(IDS, "folder") == {"train/dog/1.png": "dog", "train/cat/2.png": "cat"}


def test_a_pattern_finds_the_label_in_the_id():
    assert labels_of(IDS, "(dog|cat)/") == {"train/dog/1.png": "dog", "train/cat/2.png": "cat"}


def test_a_table_labels_by_id(table):
    assert labels_of(IDS, table("label,id,note\nD,train/dog/1.png,x\nT,3.png,\n")) == {
        "train/dog/1.png": "D",
        "3.png": "T",
    }


def test_a_table_labels_by_filename_in_whatever_folder(table):
    assert labels_of(IDS, table("filename,label\n1.png,D\n3.png,\n")) == {"train/dog/1.png": "D"}


def test_a_table_from_a_spreadsheet_with_a_byte_order_mark_is_read(table):
    assert labels_of(IDS, table("id,label\n3.png,é\n", "utf-8-sig")) == {"3.png": "é"}


@pytest.mark.parametrize("content", ["id,class\n3.png,a\n", "name,label\n3.png,a\n", ""])
def test_a_table_without_the_columns_says_which_it_needs(table, content):
    with pytest.raises(InvalidInput, match="columns") as caught:
        labels_of(IDS, table(content))
    assert "filename" in caught.value.hint


def test_a_table_that_contradicts_itself_is_refused(table):
    with pytest.raises(InvalidInput, match=r"'3.png' as 'a' and as 'b'"):
        labels_of(IDS, table("id,label\n3.png,a\n3.png,b\n"))


def test_a_row_that_is_too_short_labels_nothing(table):
    assert labels_of(IDS, table("id,label\n3.png\ntrain/dog/1.png,D\n")) == {"train/dog/1.png": "D"}


def test_a_table_in_another_encoding_is_refused(table):
    with pytest.raises(InvalidInput, match="cannot be read"):
        labels_of(IDS, table("id,label\n3.png,é\n", "latin-1"))


def test_a_missing_table_is_missing_input(tmp_path):
    with pytest.raises(InputMissing):
        labels_of(IDS, str(tmp_path / "labels.csv"))


@pytest.mark.parametrize("source", ["folder", "x.csv"])
def test_labels_for_no_image_at_all_are_a_usage_problem(table, source):
    label_from = source if source == "folder" else table("id,label\nother.png,a\n")
    with pytest.raises(UsageProblem, match="None of the 1 images"):
        labels_of(["3.png"], label_from)
