"""One treatment for all images: what it does to pixels, what `auto` chooses, what it refuses."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from synthgap_cli.errors import UsageProblem
from synthgap_cli.imaging.confounds import Confounds
from synthgap_cli.imaging.equalise import Treatment, choose_treatment, equalise, parse_treatment
from synthgap_cli.imaging.opening import Refused


def tensor(image):
    return torch.from_numpy(np.array(image)).permute(2, 0, 1)


def saved(image, **options):
    file = io.BytesIO()
    image.save(file, "JPEG", **options)
    return Image.open(file)


def header(side, quality=-1):
    return Confounds("PNG" if quality < 0 else "JPEG", quality, side, 2 * side, "RGB", 8, False)


@pytest.mark.parametrize(
    "text, treatment",
    [
        ("size:256,jpeg:75", Treatment(256, 75)),
        ("jpeg:75, size:256", Treatment(256, 75)),
        ("size:96", Treatment(96, None)),
        ("jpeg:1", Treatment(None, 1)),
    ],
)
def test_a_treatment_is_read_and_written(text, treatment):
    assert parse_treatment(text) == treatment
    assert parse_treatment(str(treatment)) == treatment


@pytest.mark.parametrize(
    "text",
    ["", "automatic", "size", "size:", "size:4", "jpeg:0", "jpeg:101", "size:64,size:32", "size:-8", "q:3"],
)
def test_what_is_no_treatment_is_refused(text):
    with pytest.raises(UsageProblem) as refused:
        parse_treatment(text)
    assert "size:S,jpeg:Q" in refused.value.hint


def test_the_shorter_side_gets_the_size_and_proportions_stay(photo):
    treated = equalise(tensor(photo), Treatment(45, None))
    assert treated.shape == (3, 45, 60)
    assert treated.dtype == torch.uint8


def test_pixels_are_those_of_pillows_encoder_with_subsampled_chroma(photo):
    treated = equalise(tensor(photo), Treatment(None, 60))
    np.testing.assert_array_equal(
        treated, tensor(saved(photo, quality=60, subsampling="4:2:0").convert("RGB"))
    )


def test_a_jpeg_and_its_lossless_copy_become_almost_one_image_at_its_own_quality(photo):
    jpeg = tensor(saved(photo, quality=60).convert("RGB"))
    before = (jpeg.float() - tensor(photo).float()).abs().mean()
    after = equalise(jpeg, Treatment(None, 60)).float() - equalise(tensor(photo), Treatment(None, 60)).float()
    assert after.abs().mean() < before / 9


def test_an_image_below_the_size_is_refused_not_enlarged(photo):
    with pytest.raises(Refused, match="90 pixels"):
        equalise(tensor(photo), Treatment(91, None))
    assert equalise(tensor(photo), Treatment(90, None)).equal(tensor(photo))


def test_auto_takes_a_size_below_both_sides_and_the_lowest_quality():
    chosen = choose_treatment([[header(256, 90), header(300, 75)], [header(200), header(220, 95)]])
    assert chosen == Treatment(144, 75)  # 150 cut to whole blocks


def test_auto_encodes_nothing_where_nothing_was_encoded():
    assert choose_treatment([[header(128)], [header(64)]]) == Treatment(48, None)


def test_one_icon_among_hundreds_does_not_make_all_images_small():
    many = [header(256, 80)] * 199
    assert choose_treatment([[*many, header(16, 5)], many]) == Treatment(192, 80)
    assert choose_treatment([[*many[:20], header(16, 5)], many]) == Treatment(12 // 8 * 8, 5)
