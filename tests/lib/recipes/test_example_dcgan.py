import pytest
import torch

from retouch.recipes import make_fabric
from retouch.recipes.example_dcgan import example_networks, speed


@pytest.mark.parametrize("size", [32, 64])
def test_example_fits_its_size_and_has_no_bias_in_its_convolutions(size):
    generator, discriminator = example_networks(size, 5, 4)
    images = generator(torch.randn(2, 5))
    assert images.shape == (2, 1, size, size)
    assert discriminator(images).shape == (2,)
    convolutions = [m for m in generator.modules() if isinstance(m, torch.nn.ConvTranspose2d)]
    convolutions += [m for m in discriminator.modules() if isinstance(m, torch.nn.Conv2d)]
    assert len(convolutions) == {32: 8, 64: 10}[size]
    assert all(layer.bias is None for layer in convolutions)


def test_published_example_has_the_published_number_of_weights():
    # 100→512→256→128→64→1 channels with 4×4 kernels, and two numbers per normalised channel.
    up = 16 * (100 * 512 + 512 * 256 + 256 * 128 + 128 * 64 + 64) + 2 * (512 + 256 + 128 + 64)
    down = 16 * (64 + 64 * 128 + 128 * 256 + 256 * 512 + 512) + 2 * (128 + 256 + 512)
    counts = [sum(p.numel() for p in network.parameters()) for network in example_networks(64)]
    assert counts == [up, down]


def test_speed_is_measured_for_both():
    rates = speed(make_fabric("cpu"), 32, batch_size=2, steps=1, rounds=1)
    assert set(rates) == {"retouch", "example"}
    assert min(rates.values()) > 0
