import copy

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Generator, nn

from retouch.models import gan

DTYPES = [torch.float32, torch.float64]
LOGITS = st.lists(st.floats(-100, 100), min_size=1, max_size=6)


@pytest.fixture(autouse=True)
def _same_draws():
    torch.manual_seed(0)


def networks(seed=0):
    torch.manual_seed(seed)
    return gan.make_mlp(3, 2, 8), gan.make_mlp(2, 1, 8)


def weights(network):
    return [parameter.detach().clone() for parameter in network.parameters()]


def same(first, second):
    return all(torch.equal(a, b) for a, b in zip(first, second, strict=True))


@given(LOGITS, LOGITS)
def test_losses_are_the_cross_entropies_of_their_targets(real, fake):
    real, fake = torch.tensor(real).double(), torch.tensor(fake).double()
    bce = F.binary_cross_entropy_with_logits
    expected = bce(real, torch.ones_like(real)) + bce(fake, torch.zeros_like(fake))
    assert torch.allclose(gan.bce_discriminator_loss(real, fake), expected)
    assert torch.allclose(gan.bce_generator_loss(fake), bce(fake, torch.ones_like(fake)))


@pytest.mark.parametrize("dtype", DTYPES)
def test_losses_and_gradients_are_finite_for_a_sure_discriminator(dtype):
    logits = torch.tensor([-1000.0, -100.0, 100.0, 1000.0], dtype=dtype, requires_grad=True)
    for loss in (gan.bce_discriminator_loss(logits, -logits), gan.bce_generator_loss(logits)):
        (gradient,) = torch.autograd.grad(loss, logits)
        assert loss.isfinite()
        assert gradient.isfinite().all()
        assert gradient.dtype == dtype


def test_bce_generator_loss_does_not_saturate():
    logits = torch.tensor([-20.0], requires_grad=True)
    gan.bce_generator_loss(logits).backward()
    assert torch.allclose(logits.grad, torch.tensor([-1.0]))


def test_wasserstein_losses_are_differences_of_means():
    real, fake = torch.tensor([1.0, 2.0, 6.0]), torch.tensor([0.5, 1.5])
    assert gan.critic_loss(real, fake) == 1.0 - 3.0
    assert gan.wasserstein_generator_loss(fake) == -1.0


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(2,), (3, 4, 5)])
def test_penalty_of_a_linear_critic_is_its_slopes(dtype, shape):
    slope = torch.randn(shape, dtype=dtype, requires_grad=True)
    real, fake = torch.randn(2, 6, *shape, dtype=dtype)
    penalty = gan.gradient_penalty(
        lambda x: (x * slope).flatten(1).sum(1), real, fake, Generator().manual_seed(0)
    )
    expected = (slope.norm() - 1) ** 2
    assert penalty.dtype == dtype
    assert torch.allclose(penalty, expected)
    gradients = [torch.autograd.grad(value, slope)[0] for value in (penalty, expected)]
    assert torch.allclose(*gradients, atol=1e-6)


def test_penalty_looks_at_one_point_of_each_samples_own_line():
    seen = []
    real, fake = torch.zeros(500, 2, 3), torch.ones(500, 2, 3)
    gan.gradient_penalty(lambda x: seen.append(x) or x.sum((1, 2)), real, fake, Generator())
    mix = seen[0].detach().flatten(1)
    assert torch.equal(mix, mix[:, :1].expand_as(mix))
    assert mix.unique(dim=0).shape[0] == 500
    assert mix.min() < 0.05 < 0.95 < mix.max() < 1


def test_penalty_is_per_sample_and_reaches_the_critic_alone():
    # f(x) = ‖x‖²/2 has the gradient x: the penalty is known wherever the point lies.
    point = torch.tensor([[3.0, 4.0], [0.0, 1.0]], requires_grad=True)
    penalty = gan.gradient_penalty(
        lambda x: x.square().sum(1) / 2 + 0 * point.sum(), point, point, Generator()
    )
    assert torch.allclose(penalty, torch.tensor(((5.0 - 1) ** 2 + 0) / 2))
    (gradient,) = torch.autograd.grad(penalty, point, allow_unused=True, materialize_grads=True)
    assert not gradient.any()


def test_penalty_of_a_flat_critic_is_one_and_its_gradient_is_finite():
    weight = torch.zeros(2, requires_grad=True)
    penalty = gan.gradient_penalty(
        lambda x: x @ weight, torch.zeros(3, 2), torch.ones(3, 2), Generator()
    )
    penalty.backward()
    assert penalty == 1
    assert weight.grad.isfinite().all()


def test_penalty_wants_a_fake_for_each_real():
    with pytest.raises(ValueError, match=r"one shape, got \(3, 2\) and \(4, 2\)"):
        gan.gradient_penalty(torch.sum, torch.zeros(3, 2), torch.zeros(4, 2), Generator())


def test_discriminator_step_is_one_hand_written_update_of_the_discriminator():
    generator, discriminator = networks()
    reference = copy.deepcopy(discriminator)
    real, noise = torch.randn(5, 2), torch.randn(7, 3)
    before = weights(generator)
    optimizer = torch.optim.SGD(discriminator.parameters(), 0.1)
    discriminator(real).sum().backward()  # left over; must not count
    loss = gan.discriminator_step(generator, discriminator, optimizer, real, noise)
    expected = F.softplus(-reference(real)).mean() + F.softplus(reference(generator(noise))).mean()
    gradients = torch.autograd.grad(expected, list(reference.parameters()))
    for moved, start, gradient in zip(
        discriminator.parameters(), reference.parameters(), gradients, strict=True
    ):
        assert torch.allclose(moved, start - 0.1 * gradient, atol=1e-7)
    assert torch.allclose(loss, expected)
    assert not loss.requires_grad
    assert same(before, weights(generator))
    assert all(parameter.grad is None for parameter in generator.parameters())


def test_generator_step_is_one_hand_written_update_of_the_generator():
    generator, discriminator = networks()
    reference = copy.deepcopy(generator)
    noise = torch.randn(7, 3)
    before = weights(discriminator)
    optimizer = torch.optim.SGD(generator.parameters(), 0.1)
    generator(noise).sum().backward()
    loss = gan.generator_step(generator, discriminator, optimizer, noise)
    expected = F.softplus(-discriminator(reference(noise))).mean()
    gradients = torch.autograd.grad(expected, list(reference.parameters()))
    for moved, start, gradient in zip(
        generator.parameters(), reference.parameters(), gradients, strict=True
    ):
        assert torch.allclose(moved, start - 0.1 * gradient, atol=1e-7)
    assert torch.allclose(loss, expected)
    assert same(before, weights(discriminator))
    assert all(parameter.grad is None for parameter in discriminator.parameters())
    assert all(parameter.requires_grad for parameter in discriminator.parameters())


def test_critic_step_is_one_hand_written_update():
    generator, critic = networks()
    reference = copy.deepcopy(critic)
    real, fake = torch.randn(5, 2), generator(torch.randn(5, 3))
    optimizer = torch.optim.SGD(critic.parameters(), 0.1)
    distance = gan.critic_step(critic, optimizer, real, fake, Generator().manual_seed(4), 3.0)
    penalty = gan.gradient_penalty(reference, real, fake, Generator().manual_seed(4))
    expected = reference(fake.detach()).mean() - reference(real).mean()
    gradients = torch.autograd.grad(
        expected + 3 * penalty, list(reference.parameters()), materialize_grads=True
    )
    for moved, start, gradient in zip(
        critic.parameters(), reference.parameters(), gradients, strict=True
    ):
        assert torch.allclose(moved, start - 0.1 * gradient, atol=1e-6)
    assert torch.allclose(distance, expected)
    assert all(parameter.grad is None for parameter in generator.parameters())


def test_frozen_leaves_alone_what_was_frozen_before_and_thaws_after_an_error():
    network = nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 1).requires_grad_(False))
    trained = [parameter.requires_grad for parameter in network.parameters()]

    def fail():
        with gan.frozen(network):
            assert not any(parameter.requires_grad for parameter in network.parameters())
            raise KeyError("stop")

    with pytest.raises(KeyError, match="stop"):
        fail()
    assert [parameter.requires_grad for parameter in network.parameters()] == trained


def test_modes_are_counted_within_the_radius():
    centers = torch.tensor([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])
    samples = torch.tensor([[0.0, 1.0], [0.5, 0.0], [9.5, 0.0], [2.0, 0.0]])
    counted = [gan.modes_covered(samples, centers, 1.0, count) for count in (1, 2, 3)]
    assert counted == [2, 1, 0]
    assert gan.modes_covered(samples, centers, 2.0, 3) == 1
    assert gan.modes_covered(samples, centers, 20.0, 4) == 3


def test_mlp_with_one_output_is_flat():
    assert gan.make_mlp(2, 1, 8)(torch.zeros(5, 2)).shape == (5,)
    assert gan.make_mlp(4, 2, 8, layers=1)(torch.zeros(5, 4)).shape == (5, 2)
    assert sum(isinstance(layer, nn.Linear) for layer in gan.make_mlp(4, 2, 8, layers=2)) == 3
