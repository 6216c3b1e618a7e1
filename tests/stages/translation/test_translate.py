"""Translated folders: same tree, same annotations, other colours; interrupted, shared out, refused."""

import csv
import json
import shutil

import numpy as np
import pytest
from PIL import Image

from synthgap_cli.errors import ExitCode, Stopped
from synthgap_cli.stages.translation.writing import BlockWriter

BOX = (30, 12, 50, 28)  # left, top, right, bottom
FAR = ("--strength", "4000")  # an untrained autoencoder hardly knows colours apart


@pytest.fixture(scope="module")
def renders(tmp_path_factory):
    """A data set in the layout of YOLO: frames with a red box each, and all that lies beside them."""
    root = tmp_path_factory.mktemp("sets") / "renders"
    rng = np.random.default_rng(1)
    for number in range(36):
        scene = Image.fromarray(rng.integers(60, 160, (3, 5, 3), dtype=np.uint8))
        pixels = np.array(scene.resize((80, 48), Image.Resampling.BICUBIC))
        pixels[BOX[1] : BOX[3], BOX[0] : BOX[2]] = (200, 30, 40)
        stem, ending = f"town-{number % 3}/{number:03d}", "png" if number % 2 else "jpg"
        for folder in ("images", "labels", "masks"):
            (root / folder / stem).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(root / "images" / f"{stem}.{ending}", quality=92)
        (root / "labels" / f"{stem}.txt").write_text("0 0.5 0.417 0.25 0.333\n")
        mask = np.zeros((48, 80), np.uint8)
        mask[BOX[1] : BOX[3], BOX[0] : BOX[2]] = 7
        Image.fromarray(mask).save(root / "masks" / f"{stem}.png")
    (root / "annotations.json").write_text('{"images": [], "annotations": []}')
    return root


@pytest.fixture
def translate(synthgap, coded):
    def run(*arguments):
        return synthgap("translate", *arguments, *FAR, cwd=coded)

    return run


@pytest.fixture(scope="module")
def translated(renders, coded, run_quietly, tmp_path_factory):
    output = tmp_path_factory.mktemp("translated") / "out"
    run_quietly(coded, "translate", renders, "-o", output, *FAR)
    return output


def record(output):
    return json.loads((output / "translation.json").read_text())


def files(root):
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def manifest(output):
    with (output / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_tree_is_the_same_and_all_but_the_images_byte_for_byte(renders, translated):
    assert files(translated) == files(renders) | {"manifest.csv", "translation.json"}
    for name in files(renders):
        same = (renders / name).read_bytes() == (translated / name).read_bytes()
        assert same == (not name.startswith("images/")), name
    assert record(translated)["images"] == 36
    assert record(translated)["copied"] == 36 + 36 + 1


def test_sizes_formats_and_jpeg_tables_stay(renders, translated):
    for name in sorted(name for name in files(renders) if name.startswith("images/")):
        with Image.open(renders / name) as before, Image.open(translated / name) as after:
            assert (after.size, after.mode, after.format) == (before.size, before.mode, before.format)
            assert getattr(after, "quantization", 0) == getattr(before, "quantization", 0)


def test_boxes_are_still_on_their_objects(renders, translated):
    left, top, right, bottom = BOX
    for path in sorted((translated / "images").rglob("*.png")):
        pixels = np.asarray(Image.open(path)).astype(int)
        across = np.abs(np.diff(pixels, axis=1)).sum(axis=2)[top + 4 : bottom - 4].mean(axis=0)
        down = np.abs(np.diff(pixels, axis=0)).sum(axis=2)[:, left + 4 : right - 4].mean(axis=1)
        assert set(np.argsort(across)[-2:]) == {left - 1, right - 1}
        assert set(np.argsort(down)[-2:]) == {top - 1, bottom - 1}
        inside = pixels[top + 2 : bottom - 2, left + 2 : right - 2].mean(axis=(0, 1))
        assert inside.argmax() == 0, "the box is still red"


def test_the_manifest_tells_of_each_image(renders, translated, coded):
    rows = manifest(translated)
    assert [row["file"] for row in rows] == sorted(n for n in files(renders) if n.startswith("images/"))
    assert all(float(row["moved"]) > 0 and 0 < float(row["content"]) <= 1 for row in rows)
    assert {row["width"] for row in rows} == {"80"}


def test_the_manifest_knows_the_images_of_the_study(translate, folders, tmp_path):
    ended = translate(folders[1], "-o", tmp_path / "out")
    assert ended.paths == [str(tmp_path / "out")], ended.err
    first = manifest(tmp_path / "out")[0]
    assert (first["id"], first["group"], first["source"]) == ("scene-00/0.png", "scene-00", "synthetic")
    assert first["split"] in ("train", "val", "test")


@pytest.mark.parametrize("unmoved", [("--strength", "0"), ("--using", "resvae-4.none")])
def test_what_is_not_moved_is_copied_to_the_byte(synthgap, copy_of_coded, renders, tmp_path, unmoved):
    synthgap("shift", "--method", "none", cwd=copy_of_coded)
    using = () if "--using" in unmoved else ("--using", "resvae-4.mean")
    ended = synthgap("translate", renders, "-o", tmp_path / "out", *using, *unmoved, cwd=copy_of_coded)
    assert ended.code == 0, ended.err
    for name in files(renders):
        assert (renders / name).read_bytes() == (tmp_path / "out" / name).read_bytes()
    assert record(tmp_path / "out")["unchanged"] == 36


def test_an_interrupted_translation_goes_on_to_the_same_digest(
    translate, renders, translated, tmp_path, monkeypatch
):
    write, output = BlockWriter.write, tmp_path / "out"

    def interrupted(self, block, done):
        if block[0].found.id not in done and len(done) < 32 and block[0].found.id != min_id:
            raise Stopped(ExitCode.TERMINATED)
        return write(self, block, done)

    min_id = manifest(translated)[0]["id"]
    with monkeypatch.context() as patch:
        patch.setattr(BlockWriter, "write", interrupted)
        assert translate(renders, "-o", output).code == ExitCode.TERMINATED
    assert not (output / "translation.json").exists()
    some = next(path for path in (output / "images").rglob("*.*"))
    some.write_bytes(some.read_bytes()[:100])  # as a machine that went down may leave it
    ended = translate(renders, "-o", output)
    assert "is gone on with" in ended.err
    assert record(output)["content-sha256"] == record(translated)["content-sha256"]
    assert not (output / ".translation").exists()
    assert "is up to date" in translate(renders, "-o", output).err


def test_shards_together_are_the_whole(translate, renders, translated, tmp_path):
    output = tmp_path / "out"
    assert "others are not" in translate(renders, "-o", output, "--shard", "2/2").err
    refused = translate(renders, "-o", output, "--shard", "1/3")
    assert (refused.code, "in 2 shards" in refused.err) == (2, True)
    assert translate(renders, "-o", output, "--shard", "1/2").code == 0
    assert record(output)["content-sha256"] == record(translated)["content-sha256"]


def test_unreadable_images_are_listed_and_too_many_are_a_failure(translate, renders, tmp_path):
    broken = shutil.copytree(renders, tmp_path / "broken")
    (broken / "images/town-0/000.jpg").write_bytes(b"no image")
    ended = translate(broken, "-o", tmp_path / "out")
    assert ended.code == 0
    assert "1 of 36 files (2.8%) cannot be used" in ended.err
    assert "town-0/000.jpg" in (tmp_path / "out/translation.rejects.csv").read_text()
    assert not (tmp_path / "out/images/town-0/000.jpg").exists()
    refused = translate(broken, "-o", tmp_path / "strict", "--max-bad", "1%")
    assert (refused.code, "--max-bad allows more" in refused.err) == (1, True)


def test_splits_are_translated_alone(translate, folders, tmp_path, renders):
    ended = translate(folders[1], "-o", tmp_path / "out", "--split", "train")
    assert ended.code == 0
    rows = manifest(tmp_path / "out")
    assert {row["split"] for row in rows} == {"train"}
    assert files(tmp_path / "out") == {row["file"] for row in rows} | {"manifest.csv", "translation.json"}
    unknown = translate(renders, "-o", tmp_path / "no", "--split", "train")
    assert (unknown.code, "knows none of the 36 images" in unknown.err) == (2, True)


def test_the_worst_are_left_out(translate, renders, tmp_path):
    ended = translate(renders, "-o", tmp_path / "out", "--drop-worst", "25%")
    assert ended.code == 0, ended.err
    rows = manifest(tmp_path / "out")
    dropped = [row for row in rows if row["dropped"]]
    assert len(dropped) == 9
    assert max(float(row["content"]) for row in dropped) <= min(
        float(row["content"]) for row in rows if not row["dropped"]
    )
    assert not any((tmp_path / "out" / row["file"]).exists() for row in dropped)


def test_a_folder_of_other_files_is_left_alone(translate, renders, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.tex").write_text("years of work")
    for force in ((), ("--force",)):
        ended = translate(renders, "-o", tmp_path / "out", *force)
        assert (ended.code, "holds other files" in ended.err) == (73, True)
    assert (tmp_path / "out" / "thesis.tex").exists()


def test_other_settings_need_force(translate, renders, tmp_path):
    assert translate(renders, "-o", tmp_path / "out").code == 0
    other = ("--detail", "residual")
    assert translate(renders, "-o", tmp_path / "out", *other).code == 73
    assert translate(renders, "-o", tmp_path / "out", *other, "--force").code == 0
    assert record(tmp_path / "out")["recipe"]["parameters"]["detail"] == "residual"


@pytest.mark.parametrize("inside", [True, False])
def test_input_and_output_must_not_lie_in_each_other(translate, renders, inside):
    output = renders / "out" if inside else renders.parent
    ended = translate(renders, "-o", output)
    assert (ended.code, "lie in each other" in ended.err) == (2, True)


def test_a_folder_that_is_not_there_is_told_before_a_shift_is_asked_for(synthgap, tmp_path):
    ended = synthgap("translate", "nowhere", "-o", tmp_path / "out")
    assert (ended.code, "There is no folder nowhere." in ended.err) == (66, True)


def test_a_dry_run_writes_nothing(translate, renders, tmp_path):
    ended = translate(renders, "-o", tmp_path / "out", "--dry-run")
    assert "36 images to translate, 73 files to copy" in ended.err
    assert "would write" in ended.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--using", "resvae-4.ot"), 66, "There are: resvae-4.mean"),
        (("--using", "real.images.h5"), 65, "holds no shift"),
        (("--detail", "afine"), 2, "Did you mean 'affine'"),
        (("--shard", "3/2"), 2, "is no shard"),
        (("--drop-worst", "many"), 2, "is no share"),
    ],
)
def test_mistakes_are_told_in_a_sentence(translate, renders, tmp_path, arguments, code, told):
    ended = translate(renders, "-o", tmp_path / "out", *arguments)
    assert (ended.code, told in ended.err) == (code, True), ended.err
