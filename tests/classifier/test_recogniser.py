import numpy as np
import pytest
import torch

from synthgap_cli.classifier.recogniser import Recogniser
from synthgap_cli.classifier.recogniser_training import (
    RecogniserSettings,
    _moved,
    fit_recogniser,
    recognise,
)
from synthgap_cli.devices import seeded

CPU = torch.device("cpu")
QUICK = RecogniserSettings(steps=40, batch_size=16)


def shapes(count, *, seed, size=16, light=200):
    """Return images of a bar, upright, lying or aslant, at a random place, and which it is."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, count)
    down, right = np.mgrid[:size, :size]
    images = rng.integers(0, 40, (count, size, size, 3))
    for image, label in zip(images, labels, strict=True):
        offset = rng.integers(-3, 4)
        along = (right - size // 2, down - size // 2, (right - down) / np.sqrt(2))[label]
        image[np.abs(along - offset) < 1.6] = light
    return images.astype(np.uint8), labels.astype(np.intp)


def fitted(seed=0, settings=QUICK):
    with seeded(seed):
        model = Recogniser(3)
    return fit_recogniser(model, *shapes(96, seed=1), settings=settings, seed=seed, device=CPU)


@pytest.fixture(scope="module")
def model():
    return fitted()


def test_labels_are_read_of_images_not_learned_from(model):
    images, labels = shapes(90, seed=2)
    read = recognise(model, images, device=CPU)
    assert read.dtype == np.intp
    assert np.mean(read == labels) > 0.9


def test_a_seed_gives_the_same_weights_and_another_seed_others(model):
    again, other = fitted(), fitted(seed=1)
    for name, weight in model.state_dict().items():
        assert torch.equal(weight, again.state_dict()[name])
    assert not torch.equal(model.to_logits.weight, other.to_logits.weight)


def test_what_is_read_does_not_depend_on_the_other_images(model):
    images, _ = shapes(600, seed=3)
    together = recognise(model, images, device=CPU)
    one_by_one = [recognise(model, images[row : row + 1], device=CPU)[0] for row in range(0, 600, 60)]
    np.testing.assert_array_equal(together[::60], one_by_one)


@pytest.mark.parametrize("less", [2, 6])
def test_less_light_hardly_matters(model, less):
    images, labels = shapes(90, seed=4)
    assert np.mean(recognise(model, images // less, device=CPU) == labels) > 0.85


@pytest.mark.parametrize(("num_labels", "steps"), [(2, 300), (10, 300), (11, 330), (43, 1290)])
def test_steps_grow_with_the_labels_beyond_ten(num_labels, steps):
    assert RecogniserSettings().steps_for(num_labels) == steps


def test_more_than_ten_labels_are_read_by_a_wider_network():
    few, many = (Recogniser(count).features[0].out_channels for count in (10, 11))
    assert many == 2 * few


def test_images_are_moved_by_no_more_than_the_reach():
    images = torch.zeros(64, 3, 16, 16)
    images[:, :, 8:] = 1
    still = RecogniserSettings(turn=0, zoom=0, reach=1)
    edge = _moved(images, still, np.random.default_rng(0)).mean(dim=(1, 2, 3)) * 16
    assert 7 <= edge.min() < 7.3 and 8.7 < edge.max() <= 9
    unmoved = _moved(images, RecogniserSettings(turn=0, zoom=0, reach=0), np.random.default_rng(0))
    torch.testing.assert_close(unmoved, images)


def test_no_images_have_no_labels(model):
    assert recognise(model, np.empty((0, 16, 16, 3), np.uint8), device=CPU).shape == (0,)


@pytest.mark.parametrize("size", [1, 7, 32, 40])
def test_images_of_any_size_can_be_read(size):
    images = np.zeros((2, size, size, 3), np.uint8)
    assert recognise(Recogniser(4), images, device=CPU).shape == (2,)


def test_fewer_images_than_a_batch_can_be_learned():
    images, labels = shapes(5, seed=5)
    model = fit_recogniser(Recogniser(3), images, labels, settings=QUICK, seed=0, device=CPU)
    assert np.mean(recognise(model, images, device=CPU) == labels) == 1
