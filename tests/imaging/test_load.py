import threading

import numpy as np
import pytest
import torch
from PIL import Image

from synthgap_cli.imaging import load
from synthgap_cli.imaging.load import Loaded, Rejected, load_images
from synthgap_cli.imaging.scan import scan


@pytest.fixture
def folder(tmp_path):
    """Forty images, the larger ones first, and every seventh broken."""
    rng = np.random.default_rng(0)
    for number in range(40):
        path = tmp_path / f"{number:02}.jpg"
        side = 400 if number < 3 else 20
        Image.fromarray(rng.integers(0, 256, (side, side, 3), dtype=np.uint8)).save(path, quality=50 + number)
        if number % 7 == 5:
            path.write_bytes(path.read_bytes()[:200])
    return tmp_path


def test_images_come_in_the_order_they_were_found(folder):
    found = scan(folder)
    loaded = list(load_images(found, size=16, workers=3))
    assert [image.id for image in loaded] == [image.id for image in found]


def test_pixels_and_header_belong_to_the_same_image(folder):
    loaded = [image for image in load_images(scan(folder), size=16, workers=3) if isinstance(image, Loaded)]
    assert all(image.confounds.jpeg_quality == 50 + int(image.id[:2]) for image in loaded)
    assert all(image.pixels.shape == (16, 16, 3) and image.pixels.dtype == np.uint8 for image in loaded)


def test_a_bad_image_is_rejected_with_its_reason_and_the_rest_go_on(folder):
    rejected = [
        image for image in load_images(scan(folder), size=16, workers=2) if isinstance(image, Rejected)
    ]
    assert [image.id for image in rejected] == [f"{number:02}.jpg" for number in range(5, 40, 7)]
    assert all(image.reason and "\n" not in image.reason for image in rejected)


def test_pixels_do_not_depend_on_the_number_of_workers(folder):
    one, four = (list(load_images(scan(folder), size=33, workers=workers)) for workers in (1, 4))
    for left, right in zip(one, four, strict=True):
        assert type(left) is type(right)
        if isinstance(left, Loaded):
            assert (left.pixels == right.pixels).all()


def test_the_workers_stay_only_a_few_images_ahead(folder, monkeypatch):
    started = []
    load_one = load._load
    monkeypatch.setattr(load, "_load", lambda image, **how: started.append(image) or load_one(image, **how))
    images = load_images(scan(folder), size=16, workers=2)
    next(images)
    assert len(started) <= 2 * load._AHEAD + 1
    images.close()


def test_threads_end_when_the_reader_stops_early(folder):
    before = threading.active_count()
    images = load_images(scan(folder), size=16, workers=3)
    next(images)
    images.close()
    assert threading.active_count() == before


def test_torch_keeps_its_threads_after_loading(folder):
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        list(load_images(scan(folder), size=16, workers=2))
        in_new_thread = []
        thread = threading.Thread(target=lambda: in_new_thread.append(torch.get_num_threads()))
        thread.start()
        thread.join()
        assert torch.get_num_threads() == 2
        assert in_new_thread == [2]
    finally:
        torch.set_num_threads(before)


def test_progress_counts_every_image(folder):
    seen = []

    def track(items, description, total=None):
        for item in items:
            seen.append((description, total))
            yield item

    list(load_images(scan(folder), size=16, track=track))
    assert seen == [("Reading images", 40)] * 40
