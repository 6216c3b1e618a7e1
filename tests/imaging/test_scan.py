import os
from pathlib import Path

import pytest

from synthgap_cli.errors import InputMissing, UsageProblem
from synthgap_cli.imaging.scan import fingerprint, scan


def lay(root, *names):
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def ids(root):
    return [image.id for image in scan(root)]


def test_ids_are_posix_paths_below_the_root_in_sorted_order(tmp_path):
    lay(tmp_path, "b/2.png", "b/10.png", "a.jpg", "b.jpg", "A/z.webp")
    assert ids(tmp_path) == ["A/z.webp", "a.jpg", "b.jpg", "b/10.png", "b/2.png"]


def test_the_order_is_not_the_file_systems(tmp_path, monkeypatch):
    lay(tmp_path, *(f"{folder}/{number}.png" for folder in "cab" for number in range(4)))
    expected = ids(tmp_path)
    walk = os.walk

    def backwards(*args, **kwargs):
        for folder, folders, files in walk(*args, **kwargs):
            folders.sort(reverse=True)
            yield folder, folders, sorted(files, reverse=True)

    monkeypatch.setattr(os, "walk", backwards)
    assert ids(tmp_path) == expected


def test_the_path_of_an_image_leads_to_it(tmp_path):
    lay(tmp_path, "deep/er/x.png")
    assert scan(tmp_path)[0].path == tmp_path / "deep/er/x.png"


@pytest.mark.parametrize("name", ["x.jpg", "x.JPEG", "x.Png", "x.webp", "x.bmp", "x.tif", "x.TIFF", "x.gif"])
def test_every_known_ending_counts_in_any_case(tmp_path, name):
    lay(tmp_path, name)
    assert ids(tmp_path) == [name]


@pytest.mark.parametrize(
    "name",
    [
        "x.txt",
        "x.jpg.partial",
        ".x.jpg",
        "._x.jpg",
        ".git/x.jpg",
        "__MACOSX/x.jpg",
        "a/__MACOSX/b/x.jpg",
        "jpg",
    ],
)
def test_what_is_no_image_of_the_user_is_skipped(tmp_path, name):
    lay(tmp_path, "kept.png", name)
    assert ids(tmp_path) == ["kept.png"]


def test_linked_folders_are_not_entered_and_linked_files_count(tmp_path):
    lay(tmp_path, "real/x.png")
    (tmp_path / "real/cycle").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "real/y.png").symlink_to(tmp_path / "real/x.png")
    assert ids(tmp_path) == ["real/x.png", "real/y.png"]


def test_a_link_that_leads_nowhere_is_not_lost_silently(tmp_path):
    (tmp_path / "x.png").symlink_to(tmp_path / "never-fetched.png")
    assert ids(tmp_path) == ["x.png"]
    assert len(fingerprint(scan(tmp_path))) == 64


def test_a_pipe_called_like_an_image_is_skipped(tmp_path):
    lay(tmp_path, "kept.png")
    os.mkfifo(tmp_path / "x.png")
    assert ids(tmp_path) == ["kept.png"]


def test_a_name_that_is_not_utf8_gets_an_id_that_is(tmp_path):
    raw = os.fsencode(tmp_path) + b"/\xff\xc3\xa9.png"
    Path(os.fsdecode(raw)).write_bytes(b"x")
    (image,) = scan(tmp_path)
    assert image.id == "\\xffé.png"
    assert image.id.encode("utf-8")
    assert image.path.read_bytes() == b"x"


def test_a_missing_root_is_missing_input(tmp_path):
    with pytest.raises(InputMissing, match="does not exist"):
        scan(tmp_path / "nowhere")


def test_a_file_as_root_is_a_usage_problem(tmp_path):
    lay(tmp_path, "x.png")
    with pytest.raises(UsageProblem, match="is a file"):
        scan(tmp_path / "x.png")


def test_a_folder_without_images_is_missing_input(tmp_path):
    lay(tmp_path, "x.txt")
    with pytest.raises(InputMissing, match="No image") as caught:
        scan(tmp_path)
    assert ".webp" in caught.value.hint


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every folder")
def test_a_folder_that_cannot_be_read_is_not_skipped_silently(tmp_path):
    lay(tmp_path, "x.png", "locked/y.png")
    (tmp_path / "locked").chmod(0)
    try:
        with pytest.raises(InputMissing, match="locked"):
            scan(tmp_path)
    finally:
        (tmp_path / "locked").chmod(0o700)


def test_the_fingerprint_stays_while_nothing_changes(tmp_path):
    lay(tmp_path, "a.png", "b/c.png")
    assert fingerprint(scan(tmp_path)) == fingerprint(scan(tmp_path))


@pytest.mark.parametrize("change", ["grown", "touched", "renamed", "added", "removed"])
def test_the_fingerprint_changes_when_the_folder_does(tmp_path, change):
    lay(tmp_path, "a.png", "b.png")
    os.utime(tmp_path / "a.png", ns=(0, 10**9))
    before = fingerprint(scan(tmp_path))
    if change == "grown":
        (tmp_path / "a.png").write_bytes(b"xx")
        os.utime(tmp_path / "a.png", ns=(0, 10**9))
    elif change == "touched":
        os.utime(tmp_path / "a.png", ns=(0, 10**9 + 1))
    elif change == "renamed":
        (tmp_path / "a.png").rename(tmp_path / "c.png")
    elif change == "added":
        lay(tmp_path, "c.png")
    else:
        (tmp_path / "b.png").unlink()
    assert fingerprint(scan(tmp_path)) != before
