import numpy as np
import pytest
import torch
from scipy.signal import correlate2d

from synthgap_cli.classifier.network import SmallCnn
from synthgap_cli.errors import InvalidInput, UsageProblem


def unit_images(count: int, size: int) -> torch.Tensor:
    return torch.rand(count, 3, size, size, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("size", [4, 5, 7, 32, 64])
def test_maps_style_and_logits_have_the_thesis_shapes_at_any_size(size):
    model = SmallCnn(size).eval()
    unit = unit_images(3, size)
    first, second = model.activations(unit)
    assert first.shape == (3, 4, size, size)
    assert second.shape == (3, 8, size // 2, size // 2)
    assert model.style(unit).shape == (3, 64)
    assert model(unit).shape == (3,)


def test_weights_are_those_of_the_thesis_layers():
    sizes = {
        name: weight.shape for name, weight in SmallCnn(64).to_arrays().items() if name.endswith("weight")
    }
    assert list(sizes.values()) == [(4, 3, 3, 3), (8, 4, 3, 3), (64, 8 * 16 * 16), (1, 64)]


def test_first_activation_is_a_rectified_correlation_padded_with_zeros():
    model = SmallCnn(9)
    unit = unit_images(1, 9)
    weight, bias = (parameter.detach().numpy() for parameter in model.first_convolution.parameters())
    for channel in range(4):
        summed = sum(correlate2d(unit[0, color], weight[channel, color], mode="same") for color in range(3))
        expected = np.maximum(summed + bias[channel], 0)
        found = model.activations(unit)[0][0, channel].detach().numpy()
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


def test_style_is_rectified_and_determines_the_logit():
    model = SmallCnn(16).eval()
    unit = unit_images(5, 16)
    style = model.style(unit)
    assert (style >= 0).all()
    torch.testing.assert_close(model.classify_style(style), model(unit))


def test_dropout_acts_in_training_only():
    model = SmallCnn(16)
    unit = unit_images(2, 16)
    assert not torch.equal(model.train()(unit), model(unit))
    assert torch.equal(model.eval()(unit), model(unit))


@pytest.mark.parametrize("size", [0, 3])
def test_images_too_small_to_pool_twice_are_refused(size):
    with pytest.raises(UsageProblem, match=f"{size}x{size}"):
        SmallCnn(size)


def test_weights_return_from_arrays_bit_for_bit():
    model = SmallCnn(10).eval()
    arrays = model.to_arrays()
    again = SmallCnn.from_arrays(10, arrays).eval()
    assert [weight.requires_grad for weight in again.parameters()] == [True] * 8
    assert {array.dtype for array in arrays.values()} == {np.dtype(np.float32)}
    assert torch.equal(model(unit_images(4, 10)), again(unit_images(4, 10)))


def test_arrays_do_not_change_with_the_model():
    model = SmallCnn(8)
    arrays = model.to_arrays()
    before = arrays["to_logit.bias"].copy()
    with torch.no_grad():
        model.to_logit.bias.add_(1)
    np.testing.assert_array_equal(arrays["to_logit.bias"], before)


def test_a_size_that_the_weights_are_not_for_is_refused_before_memory_is_taken():
    with pytest.raises(InvalidInput, match=r"to_style\.weight"):
        SmallCnn.from_arrays(10**6, SmallCnn(8).to_arrays())


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda arrays: arrays.pop("to_style.bias"), "to_style.bias"),
        (lambda arrays: arrays.update(third=np.zeros(1, np.float32)), "third"),
        (lambda arrays: arrays.update({"to_logit.bias": np.zeros(7, np.float32)}), "to_logit.bias"),
    ],
    ids=["missing", "superfluous", "misshapen"],
)
def test_weights_that_do_not_fit_are_named(change, named):
    arrays = SmallCnn(8).to_arrays()
    change(arrays)
    with pytest.raises(InvalidInput, match=named):
        SmallCnn.from_arrays(8, arrays)
