"""Generative adversarial networks: losses, one update of each network, and mode coverage.

Discriminators return logits, critics return scores; both are one number per sample. What
a sample is (a point, an image) is up to the networks.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Generator, Tensor, nn
from torch.optim import Optimizer

from retouch.validation import number, whole
from retouch.validation.tensors import require_floating, require_same_shape, require_tensor

Logits = Float[Tensor, "n"]
Scalar = Float[Tensor, ""]
Samples = Float[Tensor, "n *shape"]
Network = Callable[[Tensor], Tensor]
Backward = Callable[[Tensor], None]


def bce_discriminator_loss(real_logits: Logits, fake_logits: Float[Tensor, "m"]) -> Scalar:
    """Binary cross-entropy of calling real samples real and fakes fake, in nats.

    Goodfellow et al. 2014, equation 1, as a loss: −mean log D(x) − mean log(1 − D(G(z))).
    Finite however sure the discriminator is; 2·log 2 when it cannot tell.

    >>> round(float(bce_discriminator_loss(torch.zeros(2), torch.zeros(3))), 4)
    1.3863
    """
    require_floating(real_logits=real_logits, fake_logits=fake_logits)
    # 1 − σ(l) = σ(−l), and logsigmoid does not overflow where log(sigmoid(l)) would.
    return -F.logsigmoid(real_logits).mean() - F.logsigmoid(-fake_logits).mean()


def bce_generator_loss(fake_logits: Logits) -> Scalar:
    """The non-saturating loss −mean log D(G(z)), in nats (Goodfellow et al. 2014, section 3).

    Its gradient is largest where the discriminator recognises the fake, which is where
    log(1 − D(G(z))) has none.
    """
    require_floating(fake_logits=fake_logits)
    return -F.logsigmoid(fake_logits).mean()


def critic_loss(real_scores: Logits, fake_scores: Float[Tensor, "m"]) -> Scalar:
    """Minus the estimate of the Wasserstein distance: mean f(G(z)) − mean f(x).

    Arjovsky et al. 2017, equation 2; it means something only while the critic is 1-Lipschitz.
    """
    require_floating(real_scores=real_scores, fake_scores=fake_scores)
    return fake_scores.mean() - real_scores.mean()


def wasserstein_generator_loss(fake_scores: Logits) -> Scalar:
    """−mean f(G(z)): the generator's side of `critic_loss`."""
    require_floating(fake_scores=fake_scores)
    return -fake_scores.mean()


def gradient_penalty(critic: Network, real: Samples, fake: Samples, generator: Generator) -> Scalar:
    """Mean of (‖∇f(x̂)‖₂ − 1)² at one random point x̂ between each real and its fake.

    Gulrajani et al. 2017, equation 3, without λ. It can be differentiated again, with
    respect to the critic's weights; no gradient reaches `real` or `fake`.

    Args:
        critic: one score per sample; must not mix samples (no batch normalisation).
        real, fake: as many of each, of one shape.
        generator: where the point on each line is drawn, uniform in [0, 1].

    Raises:
        ValueError: the shapes differ.
    """
    require_floating(real=real, fake=fake)
    require_same_shape(real, fake, "real and fake", "each real sample needs a fake of its shape")
    ones = (1,) * (real.ndim - 1)
    mix = torch.rand(len(real), *ones, generator=generator, device=generator.device).to(real)
    between = (mix * real + (1 - mix) * fake).detach().requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    return (torch.linalg.vector_norm(slope.flatten(1), dim=1) - 1).square().mean()


def discriminator_step(  # noqa: PLR0913 - the algorithm's own inputs
    generator: nn.Module,
    discriminator: nn.Module,
    optimizer: Optimizer,
    real: Samples,
    noise: Float[Tensor, "m latent"],
    backward: Backward = Tensor.backward,
) -> Scalar:
    """One update of the discriminator alone (Goodfellow et al. 2014, algorithm 1).

    Args:
        generator, discriminator: samples from noise; one logit per sample.
        optimizer: of the discriminator's parameters.
        real: a batch of data.
        noise: the generator's input.
        backward: how to differentiate a loss; a training library brings its own.

    Returns:
        The loss before the update, detached.
    """
    with torch.no_grad():
        fake = generator(noise)
    loss = bce_discriminator_loss(discriminator(real), discriminator(fake))
    return update(optimizer, loss, backward)


def generator_step(  # noqa: PLR0913 - the algorithm's own inputs
    generator: nn.Module,
    discriminator: nn.Module,
    optimizer: Optimizer,
    noise: Float[Tensor, "n latent"],
    loss_function: Callable[[Tensor], Tensor] = bce_generator_loss,
    backward: Backward = Tensor.backward,
) -> Scalar:
    """One update of the generator alone; the discriminator only passes gradients on.

    Args:
        generator, discriminator: samples from noise; one logit (or score) per sample.
        optimizer: of the generator's parameters.
        noise: the generator's input.
        loss_function: `bce_generator_loss`, or `wasserstein_generator_loss` for a critic.
        backward: how to differentiate a loss; a training library brings its own.

    Returns:
        The loss before the update, detached.
    """
    with frozen(discriminator):
        loss = loss_function(discriminator(generator(noise)))
    return update(optimizer, loss, backward)


def critic_step(  # noqa: PLR0913 - the algorithm's own inputs
    critic: nn.Module,
    optimizer: Optimizer,
    real: Samples,
    fake: Samples,
    generator: Generator,
    weight: float = 10.0,
) -> Scalar:
    """One update of a critic under the gradient penalty (Gulrajani et al. 2017, algorithm 1).

    Args:
        critic: one score per sample.
        optimizer: of the critic's parameters.
        real, fake: as many of each; no gradient reaches whatever made the fakes.
        generator: where the penalty's points are drawn.
        weight: λ, the weight of the penalty.

    Returns:
        The critic's loss before the update, without the penalty, detached.
    """
    fake = fake.detach()
    distance = critic_loss(critic(real), critic(fake))
    penalty = gradient_penalty(critic, real, fake, generator)
    update(optimizer, distance + weight * penalty)
    return distance.detach()


def update(optimizer: Optimizer, loss: Tensor, backward: Backward = Tensor.backward) -> Scalar:
    """One update of an optimiser's parameters, and of no gradient but this loss's.

    Args:
        optimizer: whatever gradients its parameters have are forgotten first.
        loss: one number.
        backward: how to differentiate it; a training library brings its own.

    Returns:
        The loss, detached.
    """
    optimizer.zero_grad()
    backward(loss)
    optimizer.step()
    return loss.detach()


def modes_covered(
    samples: Float[Tensor, "n d"], centers: Float[Tensor, "modes d"], radius: float, min_count: int
) -> int:
    """How many centres have at least `min_count` samples within `radius`, border included.

    >>> modes_covered(torch.tensor([[0.0, 0.1], [0.1, 0.0], [5.0, 5.0]]), torch.eye(2), 1.1, 2)
    2
    """
    require_tensor(samples, "samples", "n d")
    require_tensor(centers, "centers", f"modes {samples.shape[1]}")
    radius = number(radius, "radius", at_least=0)
    min_count = whole(min_count, "min_count", at_least=1)
    distance = torch.linalg.vector_norm(samples[:, None] - centers.to(samples), dim=2)
    return int(((distance <= radius).sum(dim=0) >= min_count).sum())


def make_mlp(inputs: int, outputs: int, width: int = 128, layers: int = 3) -> nn.Sequential:
    """A generator or discriminator for points: `layers` hidden layers, LeakyReLU 0.2.

    With one output the result is flat: N, not N×1.

    Raises:
        TypeError, ValueError: a size is no whole number of at least 1.
    """
    for name, value in (("inputs", inputs), ("outputs", outputs), ("width", width)):
        whole(value, name, at_least=1)
    layers = whole(layers, "layers", at_least=1)
    sizes = [inputs, *[width] * layers]
    hidden = [
        module
        for before, after in pairwise(sizes)
        for module in (nn.Linear(before, after), nn.LeakyReLU(0.2))
    ]
    last: list[nn.Module] = [nn.Linear(width, outputs)]
    return nn.Sequential(*hidden, *last, *([nn.Flatten(0)] if outputs == 1 else []))


@contextmanager
def frozen(module: nn.Module) -> Iterator[None]:
    """Within it, gradients pass through `module` but none is computed for its parameters."""
    trained = [parameter for parameter in module.parameters() if parameter.requires_grad]
    for parameter in trained:
        parameter.requires_grad_(False)
    try:
        yield
    finally:
        for parameter in trained:
            parameter.requires_grad_(True)
