"""The stores of a ledger are found by what they are, not by their names."""

import shutil

import pytest

from synthgap_cli.errors import InputMissing, UsageProblem
from synthgap_cli.ledger.pairs import DECODED, FULL_SIZE
from synthgap_cli.ledger.sets import ImageSet
from synthgap_cli.stages.image_sets import find_image_sets
from synthgap_cli.store.files import list_headers, read_header

SHIFTED = "synthetic.resvae-4.mean.images.h5"
NAMES = [
    "real.images.h5",
    "synthetic.images.h5",
    "real.resvae-4.images.h5",
    "synthetic.resvae-4.images.h5",
    SHIFTED,
]


def test_a_shifted_store_finds_its_partners_and_latents(coded):
    (found,) = find_image_sets([read_header(coded / SHIFTED)])
    assert [header.path.name for header in found.images.values()] == NAMES
    assert [header.path.name for header in found.latents] == [
        "real.resvae-4.latents.h5",
        "synthetic.resvae-4.latents.h5",
        "synthetic.resvae-4.mean.latents.h5",
    ]
    assert found.features == {}


def test_renamed_partners_are_found_and_those_elsewhere_may_be_named(copy_of_coded, tmp_path):
    (copy_of_coded / "real.images.h5").rename(copy_of_coded / "photos.images.h5")
    away = shutil.move(copy_of_coded / "synthetic.images.h5", tmp_path / "away.images.h5")
    shifted = read_header(copy_of_coded / SHIFTED)
    with pytest.raises(InputMissing, match="S, the synthetic images, is missing"):
        find_image_sets([shifted])
    (found,) = find_image_sets([shifted, read_header(away)])
    assert found.images[ImageSet.REAL].path.name == "photos.images.h5"
    assert found.images[ImageSet.SYNTHETIC].path == away


@pytest.mark.parametrize(
    ("name", "symbol"),
    [("real.images.h5", "R,"), ("real.resvae-4.images.h5", "R',"), ("synthetic.resvae-4.images.h5", "S',")],
)
def test_a_missing_partner_is_named_with_what_makes_it(copy_of_coded, name, symbol):
    (copy_of_coded / name).unlink()
    with pytest.raises(InputMissing, match=f"^{symbol}") as caught:
        find_image_sets(list_headers(copy_of_coded))
    assert "synthgap" in caught.value.hint


def test_two_that_could_be_one_set_are_refused(copy_of_coded):
    shutil.copy(copy_of_coded / "real.resvae-4.images.h5", copy_of_coded / "again.images.h5")
    with pytest.raises(UsageProblem, match=r"again\.images\.h5"):
        find_image_sets(list_headers(copy_of_coded))


def test_originals_of_another_study_are_no_partners(copy_of_coded, folders, synthgap):
    real, synthetic = folders
    line = ("prepare", "--real", real, "--synthetic", synthetic, "--size", "32", "--seed", "1", "--force")
    assert synthgap(*line, cwd=copy_of_coded).code == 0
    with pytest.raises(InputMissing, match=r"^R, "):
        find_image_sets([read_header(copy_of_coded / SHIFTED)])


def test_without_a_shift_there_is_no_ledger(coded):
    with pytest.raises(InputMissing, match="shifted and decoded"):
        find_image_sets([read_header(coded / "synthetic.resvae-4.images.h5")])


def test_features_count_where_all_five_have_them(copy_of_coded, synthgap):
    line = "extract -n mnasnet0_5 --weights random -q"
    four = [name for name in NAMES if name != SHIFTED]
    assert synthgap(*line.split(), *four, cwd=copy_of_coded).code == 0
    shifted = read_header(copy_of_coded / SHIFTED)
    assert find_image_sets([shifted])[0].stores[5:8] == [*find_image_sets([shifted])[0].latents]
    assert synthgap(*line.split(), SHIFTED, cwd=copy_of_coded).code == 0
    (features,) = find_image_sets([shifted])[0].features_of(DECODED).values()
    assert [header.path.name for header in features.values()] == [
        name.replace("images", "mnasnet0_5.features") for name in NAMES
    ]


def names_of(sets):
    return [header.path.name for header in sets.images.values()]


def test_translated_images_go_with_those_shifted_by_the_same_latents(copy_of_coded, translate):
    path = translate(copy_of_coded, "resvae-4", "mean", "affine")
    by_either = [find_image_sets([read_header(one)]) for one in (path, copy_of_coded / SHIFTED)]
    for (found,) in (*by_either, find_image_sets(list_headers(copy_of_coded))):
        assert names_of(found) == [*NAMES, path.name]
        assert found.families == (FULL_SIZE, DECODED)
        assert found.outcome.path.name == path.name
        assert len(found.latents) == 3


def test_each_way_to_translate_by_the_same_latents_has_sets_of_its_own(copy_of_coded, translate):
    paths = [translate(copy_of_coded, "resvae-4", "mean", how) for how in ("affine", "residual")]
    found = find_image_sets(list_headers(copy_of_coded))
    assert [sets.outcome.path for sets in found] == paths


@pytest.mark.parametrize("gone", [SHIFTED, "real.resvae-4.images.h5", "synthetic.resvae-4.images.h5"])
def test_without_the_decoded_images_translated_ones_go_with_the_originals_alone(
    copy_of_coded, translate, gone
):
    path = translate(copy_of_coded, "resvae-4", "mean", "affine")
    (copy_of_coded / gone).unlink()
    (found,) = find_image_sets(list_headers(copy_of_coded))
    assert names_of(found) == ["real.images.h5", "synthetic.images.h5", path.name]
    assert found.families == (FULL_SIZE,)


def test_images_moved_in_pixels_go_with_the_originals_alone(copy_of_coded, translate):
    path = translate(copy_of_coded, "pixels", "adain")
    (found,) = find_image_sets([read_header(path)])
    assert names_of(found) == ["real.images.h5", "synthetic.images.h5", path.name]
    assert found.latents is None
    assert {parent.role for parent in found.as_parents(child=path)} == {"real", "synthetic", "translated"}
    (copy_of_coded / "real.images.h5").unlink()
    with pytest.raises(InputMissing, match=r"^R, the real images, is missing"):
        find_image_sets([read_header(path)])
