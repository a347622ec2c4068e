import pytest
import torch

from retouch.models.features import feature_extractor
from retouch.models.style_networks import AdaINDecoder, AdaINNetwork, FastStyleNetwork


@pytest.mark.parametrize("size", [(32, 32), (33, 50)])
def test_fast_network_keeps_the_size_and_starts_as_the_identity(size):
    images = 0.1 + 0.8 * torch.rand(2, 3, *size)
    network = FastStyleNetwork(width=8, blocks=2)
    result = network(images)
    assert result.shape == images.shape
    assert (result - images).abs().max() < 0.05
    result.mean().backward()
    assert network.layers[-1].weight.grad.abs().sum() > 0


@pytest.mark.parametrize("size", [(64, 64), (70, 95)])
def test_adain_network_decodes_to_contents_size(size):
    network = AdaINNetwork(feature_extractor(layers=("stem", "expand2", "expand3")))
    content, style = torch.rand(2, 3, *size), torch.rand(1, 3, 80, 64)
    result = network(content, style)
    assert result.shape == content.shape
    assert result.min() >= 0
    assert result.max() <= 1
    trained = {name for name, p in network.named_parameters() if p.requires_grad}
    assert trained
    assert all(name.startswith("decoder.") for name in trained)


def test_strength_goes_from_content_to_style():
    network = AdaINNetwork(feature_extractor(layers=("stem", "expand2")))
    content, style = torch.rand(1, 3, 64, 64), torch.rand(1, 3, 64, 64) * 0.3
    plain, half, full = (network.targets(content, style, s) for s in (0.0, 0.5, 1.0))
    for before, middle, after, own in zip(
        plain, half, full, network.extractor(content), strict=True
    ):
        assert torch.equal(before, own)
        assert torch.allclose(middle, (before + after) / 2, atol=1e-5)


def test_decoder_counts_pixels_by_its_stride():
    decoder = AdaINDecoder((10, 20), stride=4)
    assert decoder([torch.rand(1, 10, 8, 6), torch.rand(1, 20, 4, 3)]).shape == (1, 3, 32, 24)
