import pytest
import torch
import torch.nn.functional as F

from synthgap_cli.errors import InvalidInput, UsageProblem
from synthgap_cli.vaes.building import build_vae


@pytest.fixture(scope="module")
def vae():
    torch.manual_seed(0)
    return build_vae({"architecture": "vgg11_bn", "image_size": 32})


def _on_meta(name, image_size=64, **options):
    with torch.device("meta"):
        return build_vae({"architecture": name, "image_size": image_size, "options": options})


SMALL = {"hidden": (128, 64), "latents": 8}


def test_the_sizes_of_the_core_are_free():
    vae = build_vae({"architecture": "resnet18", "image_size": 40, "options": SMALL}).eval()
    with torch.inference_mode():
        mean = vae.encode(torch.rand(2, 3, 40, 40)).mean
        assert mean.shape == (2, 8)
        assert vae.decode(mean).shape == (2, 3, 40, 40)


def test_nothing_finer_than_a_picture_of_64_pixels_is_decoded():
    vae = build_vae({"architecture": "resnet18", "image_size": 128, "options": SMALL}).double().eval()
    with torch.inference_mode():
        decoded = vae.decode(torch.randn(2, 8, dtype=torch.float64))
    eye = torch.eye(64, dtype=torch.float64)
    stretch = F.interpolate(eye[None, None], size=(128, 64), mode="bilinear")[0, 0]  # (128, 64)
    nearest = stretch @ torch.linalg.pinv(stretch)  # onto what stretching can make
    kept = torch.einsum("ab,ncbd,ed->ncae", nearest, decoded.double(), nearest)
    torch.testing.assert_close(kept, decoded.double(), rtol=0, atol=1e-6)
    noise = torch.rand(1, 3, 128, 128, dtype=torch.float64)
    assert float((torch.einsum("ab,ncbd,ed->ncae", nearest, noise, nearest) - noise).abs().mean()) > 0.1


def test_a_first_size_that_is_no_stack_of_maps_is_refused():
    with pytest.raises(UsageProblem, match="cannot be 100") as refused:
        _on_meta("resnet18", hidden=(100, 50))
    assert refused.value.hint == "Choose a multiple of 64."


def _weights(module):
    return sum(weight.numel() for weight in module.parameters())


CORE_BEHIND_THE_FIRST_LAYER = 4097 * 2048 + 2 * 2049 * 512 + 513 * 2048 + 2049 * 4096


@pytest.mark.parametrize(
    ("name", "front", "features"),
    [("resnet152", 58_143_808, 2048), ("vgg11_bn", 9_225_984, 2048), ("vgg16_bn", 14_723_136, 2048)],
)
def test_the_front_is_torchvision_s_without_its_classifier(name, front, features):
    vae = _on_meta(name)
    assert _weights(vae.front) == front
    assert _weights(vae.core) == (features + 1) * 4096 + CORE_BEHIND_THE_FIRST_LAYER
    assert vae.latent_shape == (512,)


def test_a_frozen_front_stays_as_it_is_while_training(vae):
    before = {name: value.clone() for name, value in vae.front.state_dict().items()}
    vae.train()
    optimizer = torch.optim.SGD([weight for weight in vae.parameters() if weight.requires_grad], lr=0.1)
    rendered, _ = vae(torch.rand(2, 3, 32, 32), torch.randn(2, 512))
    rendered.square().mean().backward()
    optimizer.step()
    assert all(torch.equal(value, before[name]) for name, value in vae.front.state_dict().items())


def test_a_front_that_is_not_frozen_is_trained():
    vae = _on_meta("vgg11_bn", frozen=False).train()
    assert vae.front.training
    assert all(weight.requires_grad for weight in vae.front.parameters())


def test_the_front_sees_images_normalised_as_on_imagenet(vae):
    seen = []
    hook = vae.front.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    vae.eval().encode((mean + 2 * std).view(1, 3, 1, 1).expand(1, 3, 32, 32))
    hook.remove()
    torch.testing.assert_close(seen[0], torch.full((1, 3, 32, 32), 2.0))


def test_the_front_takes_imagenet_weights_by_torchvision_s_names(vae):
    names = {f"features.{index}.weight" for index in (0, 1, 4, 25)}
    assert names < vae.front.state_dict().keys()
    weights = {name: torch.full_like(value, 3) for name, value in vae.front.state_dict().items()}
    vae.load_imagenet({**weights, "classifier.6.bias": torch.zeros(1000)})
    assert all((value == 3).all() for value in vae.front.state_dict().values())


def test_weights_without_the_counts_that_old_files_lack_are_taken(vae):
    weights = {name: torch.full_like(value, 2) for name, value in vae.front.state_dict().items()}
    vae.load_imagenet({name: value for name, value in weights.items() if "num_batches" not in name})
    assert all((weight == 2).all() for weight in vae.front.parameters())


def test_weights_of_a_mnasnet_are_those_of_today_unless_they_say_otherwise():
    vae = build_vae({"architecture": "mnasnet0_5", "image_size": 32, "options": SMALL})
    weights = dict(vae.front.state_dict())  # as from safetensors: without a version
    vae.load_imagenet(weights)
    assert vae.front.layers[0].out_channels == 16


def test_weights_of_another_network_are_refused(vae):
    weights = dict(vae.front.state_dict())
    weights["features.0.weight"] = torch.zeros(64, 1, 3, 3)
    with pytest.raises(InvalidInput, match="1 are missing or of another shape"):
        vae.load_imagenet(weights)


def test_an_image_too_small_for_the_front_is_refused():
    with pytest.raises(UsageProblem, match="at least 32"):
        _on_meta("vgg11_bn", image_size=16)
