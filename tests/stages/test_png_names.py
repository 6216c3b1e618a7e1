"""Names of files from ids that come from strangers."""

import re
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthgap_cli.stages.png_names import safe_name

DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def test_an_ordinary_id_keeps_its_folders_and_its_name():
    assert safe_name("street/night/00-1.jpg", 7) == PurePosixPath("street/night/00-1-000007.png")


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("../../etc/passwd", "etc/passwd-000001.png"),
        ("/etc/passwd", "etc/passwd-000001.png"),
        ("..", "image-000001.png"),
        ("", "image-000001.png"),
        ("a/.ssh/b.png", "a/ssh/b-000001.png"),
        ("C:\\Windows\\x.png", "C__Windows_x-000001.png"),
        ("CON/aux.png", "_CON/_aux-000001.png"),
        ("com1.old/x", "_com1.old/x-000001.png"),
        ("a\x00b\n.png", "a_b_-000001.png"),
        ("вулиця/é.jpg", "вулиця/é-000001.png"),
        ("manifest.csv/x.png", "manifest.csv_/x-000001.png"),
        ("Content-SHA256/x.png", "Content-SHA256_/x-000001.png"),
        ("trailing. /x.png", "trailing._/x-000001.png"),
        ("dots.../x.png", "dots/x-000001.png"),
    ],
)
def test_a_hostile_id_gives_a_harmless_name(identifier, expected):
    assert str(safe_name(identifier, 1)) == expected


def test_an_image_and_a_folder_never_want_one_name():
    file = safe_name("x.png", 0)
    folder = safe_name(f"{file}/y.png", 1).parts[0]
    assert folder.lower() != str(file).lower()


def test_ids_that_some_file_systems_take_for_one_have_names_of_their_own():
    ids = ["A/b.png", "a/B.png", "a/b.jpg", "a/b", "cafe\u0301.png", "caf\u00e9.png", "ä" * 500, "ä" * 501]
    names = [str(safe_name(identifier, row)).casefold() for row, identifier in enumerate(ids)]
    assert len(set(names)) == len(ids)


@given(st.text(max_size=300) | st.lists(st.sampled_from(["..", ".", "a" * 300, "nul", "/", "漢" * 90]))
       .map("/".join), st.integers(0, 10**7))  # fmt: skip
def test_any_text_gives_a_short_path_below_the_folder(identifier, row):
    name = safe_name(identifier, row)
    assert not name.is_absolute()
    assert name.suffix == ".png" and len(name.parts) <= 9
    for part in name.parts:
        assert len(part.encode()) < 110
        assert part[0] not in ". " and part[-1] not in ". "
        assert not DEVICE.fullmatch(part)
        assert not re.search(r"[/\\:*?\"<>|\x00-\x1f]", part)
