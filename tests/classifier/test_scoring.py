import numpy as np
import pytest
import torch

from synthgap_cli.classifier.network import SmallCnn
from synthgap_cli.classifier.scoring import score
from synthgap_cli.errors import SynthgapError
from synthgap_cli.imaging.tensors import to_unit_tensor

CPU = torch.device("cpu")
IMAGES = np.random.default_rng(0).integers(0, 256, (11, 16, 16, 3)).astype(np.uint8)


@pytest.fixture
def model() -> SmallCnn:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return SmallCnn(16)


@pytest.mark.parametrize("batch_size", [1, 3, 11, 64])
def test_scores_do_not_depend_on_batch_size(model, batch_size):
    rows = np.arange(11)
    whole = score(model, IMAGES, rows, batch_size=5, device=CPU)
    found = score(model, IMAGES, rows, batch_size=batch_size, device=CPU)
    np.testing.assert_allclose(found.probability, whole.probability, rtol=1e-6)
    np.testing.assert_allclose(found.style, whole.style, rtol=1e-5, atol=1e-6)


def test_scores_are_the_sigmoid_of_the_logits_in_the_order_of_the_rows(model):
    rows = np.array([7, 0, 7, 3])
    found = score(model, IMAGES, rows, batch_size=3, device=CPU)
    with torch.no_grad():
        unit = to_unit_tensor(IMAGES[rows], device=CPU)
        logit, style = model.eval()(unit).double().numpy(), model.style(unit).numpy()
    np.testing.assert_allclose(found.probability, 1 / (1 + np.exp(-logit)), rtol=1e-6)
    np.testing.assert_allclose(found.style, style, rtol=1e-5, atol=1e-6)
    assert found.probability.dtype == np.float64
    assert (found.style.dtype, found.style.shape) == (np.float32, (4, 64))


def test_no_rows_give_no_scores(model):
    found = score(model, IMAGES, np.arange(0), batch_size=3, device=CPU)
    assert (found.probability.shape, found.style.shape) == ((0,), (0, 64))


def test_images_of_another_size_are_resized(model):
    larger = np.repeat(np.repeat(IMAGES, 2, axis=1), 2, axis=2)
    found = score(model, larger, np.arange(11), batch_size=4, device=CPU)
    with torch.no_grad():
        expected = model.eval()(to_unit_tensor(larger, device=CPU, size=16)).double().sigmoid().numpy()
    np.testing.assert_allclose(found.probability, expected, rtol=1e-6)


def test_weights_that_are_not_finite_are_no_verdict(model):
    with torch.no_grad():
        model.to_logit.bias.fill_(torch.nan)
    with pytest.raises(SynthgapError, match="not finite"):
        score(model, IMAGES, np.arange(2), batch_size=2, device=CPU)
