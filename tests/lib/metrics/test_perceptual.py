"""LPIPS against the authors' package, on random backbones and their channel weights."""

import sys
import warnings

import lpips
import pytest
import torch
from torchvision import models

from retouch.metrics import LPIPS, perceptual_distance


@pytest.fixture(scope="module", params=["alex", "vgg"])
def models_pair(request):
    """Ours and the authors' model with one random backbone and the published weights."""
    torch.manual_seed(3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = lpips.LPIPS(net=request.param, pnet_rand=True, verbose=False)
    ours = LPIPS(request.param)
    slices = [getattr(theirs.net, f"slice{i}") for i in range(1, 6)]
    layers = {name: layer for part in slices for name, layer in part.named_children()}
    ours.features.load_state_dict(torch.nn.Sequential(*layers.values()).state_dict())
    ours.load_channel_weights()
    return ours, theirs


def images(seed, n=2, side=(64, 72)):
    return torch.rand(n, 3, *side, generator=torch.Generator().manual_seed(seed))


def test_agrees_with_the_authors(models_pair):
    ours, theirs = models_pair
    x, y = images(0), images(1)
    expected = theirs(x, y, normalize=True).flatten()
    assert bool((expected > 1e-4).all())
    torch.testing.assert_close(ours(x, y), expected, rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(ours(x, y) / expected, torch.ones(2), rtol=1e-4, atol=0)


def test_gradients_agree_with_the_authors(models_pair):
    ours, theirs = models_pair
    gradients = []
    for distance in (ours, lambda x, y: theirs(x, y, normalize=True).flatten()):
        x = images(0).requires_grad_()
        distance(x, images(1)).sum().backward()
        gradients.append(x.grad)
    torch.testing.assert_close(*gradients, rtol=1e-3, atol=1e-7)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_distance_of_features_is_a_plain_loop(dtype):
    generator = torch.Generator().manual_seed(5)
    shapes = [(2, 3, 4, 5), (2, 6, 2, 3)]
    features1, features2 = (
        [torch.randn(shape, generator=generator, dtype=dtype) for shape in shapes] for _ in "12"
    )
    weights = [torch.rand(shape[1], generator=generator, dtype=dtype) for shape in shapes]
    expected = torch.zeros(2, dtype=dtype)
    for x, y, weight in zip(features1, features2, weights, strict=True):
        n, c, h, w = x.shape
        for i in range(n):
            for row in range(h):
                for column in range(w):
                    u, v = x[i, :, row, column], y[i, :, row, column]
                    difference = u / u.norm() - v / v.norm()
                    for channel in range(c):
                        expected[i] += weight[channel] * difference[channel] ** 2 / (h * w)
    torch.testing.assert_close(perceptual_distance(features1, features2, weights), expected)


def test_scaling_the_features_changes_nothing():
    x, y = torch.rand(2, 2, 4, 3, 5, dtype=torch.float64)
    weights = [torch.ones(4, dtype=torch.float64)]
    torch.testing.assert_close(
        perceptual_distance([7 * x], [y / 3], weights), perceptual_distance([x], [y], weights)
    )


def test_gradient_is_finite_where_all_features_are_zero():
    x = torch.zeros(1, 4, 3, 3, requires_grad=True)
    perceptual_distance([x], [torch.ones(1, 4, 3, 3)], [torch.ones(4)]).sum().backward()
    assert x.grad is not None
    assert bool(torch.isfinite(x.grad).all())


def test_bad_input_is_refused():
    x = torch.zeros(2, 4, 3, 3)
    with pytest.raises(ValueError, match=r"same number of layers.*got 2, 1 and 1"):
        perceptual_distance([x, x], [x], [torch.ones(4)])
    with pytest.raises(ValueError, match=r"C weights, got shapes .* and \(3,\)"):
        perceptual_distance([x], [x], [torch.ones(3)])
    with pytest.raises(ValueError, match="backbone: expected one of alex, vgg, got 'squeeze'"):
        LPIPS("squeeze")
    gray = torch.zeros(1, 1, 64, 64)
    with pytest.raises(
        ValueError, match=r"image: expected N×3×H×W, got shape .*; repeat a gray channel"
    ):
        LPIPS("alex")(gray, gray)


def test_missing_channel_weights_name_the_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "lpips", None)
    with pytest.raises(RuntimeError, match="pip install lpips"):
        LPIPS("alex").load_channel_weights()


def test_pretrained_reads_torchvision_weights_from_its_cache(tmp_path, monkeypatch):
    torch.manual_seed(0)
    network = models.alexnet(weights=None)
    weights = models.AlexNet_Weights.IMAGENET1K_V1
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    monkeypatch.setattr(
        type(weights), "get_state_dict", lambda self, **options: network.state_dict()
    )
    ours = LPIPS.pretrained("alex")
    torch.testing.assert_close(ours.features[0].weight, network.features[0].weight)
    torch.testing.assert_close(ours.features[10].bias, network.features[10].bias)


def test_weights_that_cannot_be_downloaded_give_one_line(tmp_path, monkeypatch):
    def offline(self, **options):
        raise OSError("no route to host")

    monkeypatch.setattr(models.AlexNet_Weights, "get_state_dict", offline)
    with pytest.raises(RuntimeError, match=r"AlexNet_Weights.IMAGENET1K_V1 \(no route.*alexnet-"):
        LPIPS.pretrained("alex")
