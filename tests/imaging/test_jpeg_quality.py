import io

import pytest
from PIL import Image

from synthgap_cli.imaging.jpeg_quality import estimate_quality


def saved(image, **options):
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", **options)
    return Image.open(buffer).quantization[0]


@pytest.mark.parametrize("quality", range(1, 101))
def test_the_quality_given_to_libjpeg_comes_back(noise, quality):
    assert estimate_quality(saved(noise, quality=quality)) == quality


def test_a_table_that_is_nobodys_gets_the_quality_that_quantises_about_as_coarsely(noise):
    flat_table = [20] * 64
    assert 75 <= estimate_quality(saved(noise, qtables=[flat_table, flat_table])) <= 90
