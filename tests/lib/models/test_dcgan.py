import pytest
import torch
import torch.nn.functional as F
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn

from retouch.models import dcgan

SMALL = {"kernel": st.integers(1, 6), "stride": st.integers(1, 4), "padding": st.integers(0, 3)}


@pytest.fixture(autouse=True)
def _same_draws():
    torch.manual_seed(0)


@given(n=st.integers(1, 20), **SMALL)
def test_size_formulas_are_torchs(n, kernel, stride, padding):
    assume(n + 2 * padding >= kernel)
    made = F.conv2d(
        torch.zeros(1, 1, n, n), torch.zeros(1, 1, kernel, kernel), None, stride, padding
    )
    assert dcgan.conv_out_size(n, kernel, stride, padding) == made.shape[-1]


@given(n=st.integers(2, 20), **SMALL)
def test_transposed_size_formulas_are_torchs_and_undo_them(n, kernel, stride, padding):
    side = dcgan.conv_transpose_out_size(n, kernel, stride, padding)
    assume(side > 0)
    weight = torch.zeros(1, 1, kernel, kernel)
    made = F.conv_transpose2d(torch.zeros(1, 1, n, n), weight, None, stride, padding)
    assert side == made.shape[-1]
    assert dcgan.conv_out_size(side, kernel, stride, padding) == n


@pytest.mark.parametrize("channels", [1, 3])
def test_generator_makes_images_between_minus_one_and_one(channels):
    generator = dcgan.make_generator(7, channels, 8)
    images = generator(100 * torch.randn(5, 7))
    assert images.shape == (5, channels, 32, 32)
    assert images.min() < -0.9
    assert images.max() > 0.9
    assert images.abs().max() <= 1


@pytest.mark.parametrize("make", [dcgan.make_discriminator, dcgan.make_critic])
def test_discriminators_return_one_unbounded_number_per_image(make):
    network = make(3, 8)
    nn.init.normal_(network[-2].weight, 0, 10)
    logits = network(torch.randn(5, 3, 32, 32))
    assert logits.shape == (5,)
    assert logits.min() < -1 or logits.max() > 1


def test_normalisation_is_where_the_paper_has_it():
    kinds = [type(m) for m in dcgan.make_generator(7, 1, 8).modules() if not list(m.children())]
    block = [nn.ConvTranspose2d, nn.BatchNorm2d, nn.ReLU]
    assert kinds == [nn.Unflatten, *block * 3, nn.ConvTranspose2d, nn.Tanh]
    kinds = [type(m) for m in dcgan.make_discriminator(1, 8).modules() if not list(m.children())]
    block = [nn.Conv2d, nn.BatchNorm2d, nn.LeakyReLU]
    assert kinds == [nn.Conv2d, nn.LeakyReLU, *block * 2, nn.Conv2d, nn.Flatten]


def test_generator_block_doubles_and_has_no_bias():
    block = dcgan.generator_block(3, 5)
    assert block(torch.zeros(2, 3, 4, 6)).shape == (2, 5, 8, 12)
    assert block[0].bias is None
    assert [type(layer) for layer in block] == [nn.ConvTranspose2d, nn.BatchNorm2d, nn.ReLU]


def test_critic_does_not_mix_samples_and_the_discriminator_does():
    images = torch.randn(4, 1, 32, 32)
    critic, discriminator = dcgan.make_critic(1, 8), dcgan.make_discriminator(1, 8)
    assert torch.allclose(critic(images)[:2], critic(images[:2]), atol=1e-5)
    assert not torch.allclose(discriminator(images)[:2], discriminator(images[:2]), atol=1e-3)


def test_initial_weights_have_the_papers_spread():
    network = nn.Sequential(
        nn.ConvTranspose2d(64, 64, 4), nn.Conv2d(64, 64, 4), nn.BatchNorm2d(4096), nn.Linear(9, 9)
    )
    linear = network[3].weight.clone()
    nn.init.ones_(network[2].bias)
    network.apply(dcgan.init_weights)
    for layer, mean in ((network[0], 0.0), (network[1], 0.0), (network[2], 1.0)):
        error = 0.02 / layer.weight.numel() ** 0.5
        assert abs(layer.weight.mean() - mean) < 6 * error
        assert abs(layer.weight.std() - 0.02) < 6 * error
    assert not network[2].bias.any()
    assert torch.equal(network[3].weight, linear)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_condition_appends_the_one_hot_label(dtype):
    noise, labels = torch.randn(3, 2, dtype=dtype), torch.tensor([3, 0, 2])
    expected = torch.tensor([[0, 0, 0, 1, 0], [1, 0, 0, 0, 0], [0, 0, 1, 0, 0]], dtype=dtype)
    assert torch.equal(dcgan.condition(noise, labels, 5), torch.cat((noise, expected), 1))
    images = torch.randn(3, 1, 4, 6, dtype=dtype)
    planes = dcgan.condition_images(images, labels, 5)
    assert planes.shape == (3, 6, 4, 6)
    assert torch.equal(planes[:, :1], images)
    assert torch.equal(planes[:, 1:], expected[:, :, None, None].expand(-1, -1, 4, 6))


def test_given_labels_is_the_network_on_labelled_images():
    network, images = dcgan.make_discriminator(4, 8).eval(), torch.randn(2, 1, 32, 32)
    labels = torch.tensor([2, 0])
    conditional = dcgan.GivenLabels(network, labels, 3)
    assert torch.equal(conditional(images), network(dcgan.condition_images(images, labels, 3)))
    assert set(conditional.parameters()) == set(network.parameters())


@given(st.integers(2, 6))
@settings(max_examples=10)
def test_diversity_is_the_spread_across_samples(n):
    samples = torch.randn(n, 2, 3, 4).double()
    expected = samples.numpy().std(axis=0, ddof=1).mean()
    assert dcgan.diversity(samples) == pytest.approx(expected)
    assert dcgan.diversity(samples[:1].expand(n, -1, -1, -1)) == 0


def test_units_undo_each_other():
    images = torch.rand(2, 1, 3, 4)
    assert torch.allclose(dcgan.to_unit(dcgan.from_unit(images)), images)
    assert dcgan.from_unit(torch.tensor([0.0, 0.5, 1.0])).tolist() == [-1, 0, 1]
