"""GANs in the plane: the same steps as for images, small enough to watch."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from jaxtyping import Float
from torch import Generator, Tensor, nn
from tqdm.auto import tqdm

from retouch.data.toys import ring_of_gaussians
from retouch.models.gan import (
    critic_step,
    discriminator_step,
    generator_step,
    make_mlp,
    wasserstein_generator_loss,
)

Points = Float[Tensor, "n 2"]
Data = Callable[[int, Generator], Points]


@dataclass(frozen=True, kw_only=True)
class ToyGAN:
    """Settings of a GAN for points.

    On the ring, with Adam's usual momentum, "gan" spends its first 1000 steps on two modes
    or fewer; "wgan_gp" covers all eight after 300 (seeds 0 to 4 of each).

    Attributes:
        loss: "gan" (Goodfellow et al. 2014) or "wgan_gp" (Gulrajani et al. 2017).
        seed: of weights and draws.
        steps: updates of the generator.
        batch_size: points per update.
        latent_dim, width: of the multilayer perceptrons.
        lr, beta1: of both Adams.
        critic_updates, penalty: for "wgan_gp": updates per generator's, and λ.
    """

    loss: Literal["gan", "wgan_gp"] = "gan"
    seed: int = 0
    steps: int = 1000
    batch_size: int = 128
    latent_dim: int = 2
    width: int = 128
    lr: float = 1e-3
    beta1: float = 0.9
    critic_updates: int = 8
    penalty: float = 0.3

    def __post_init__(self) -> None:
        if self.loss not in _STEPS:
            raise ValueError(f"expected a loss among {tuple(_STEPS)}, got {self.loss!r}")


@dataclass
class ToyRun:
    """A trained (or half-trained) toy: networks, and samples on the way.

    Attributes:
        generator, discriminator: the networks; the latter is a critic for "wgan_gp".
        frames: samples from the same noise at regular steps, as (step, points).
    """

    generator: nn.Module
    discriminator: nn.Module
    frames: list[tuple[int, Points]]


def train_toy(
    settings: ToyGAN, data: Data = ring_of_gaussians, frames: int = 20, progress: bool = True
) -> ToyRun:
    """Train on points from `data` and keep `frames` pictures of the way, the last one included.

    Args:
        settings: what to train.
        data: draws n points with a generator.
        frames: how many times 512 samples are kept.
        progress: show a bar.
    """
    rng = Generator().manual_seed(settings.seed)
    with torch.random.fork_rng():
        torch.manual_seed(settings.seed)
        maker = make_mlp(settings.latent_dim, 2, settings.width)
        judge = make_mlp(2, 1, settings.width)
    adams = [
        torch.optim.Adam(player.parameters(), settings.lr, (settings.beta1, 0.9))
        for player in (maker, judge)
    ]
    run = ToyRun(maker, judge, [])
    noise = torch.randn(512, settings.latent_dim, generator=rng)
    pictured = {settings.steps - int(k * settings.steps / frames) for k in range(frames)}
    for step in tqdm(range(1, settings.steps + 1), desc=settings.loss, disable=not progress):
        _STEPS[settings.loss](settings, run, adams, data, rng)
        if step in pictured:
            with torch.no_grad():
                run.frames.append((step, maker(noise)))
    return run


def _gan_step(settings: ToyGAN, run: ToyRun, adams: list, data: Data, rng: Generator) -> None:
    players = run.generator, run.discriminator
    real = data(settings.batch_size, rng)
    discriminator_step(*players, adams[1], real, _noise(settings, rng))
    generator_step(*players, adams[0], _noise(settings, rng))


def _wgan_gp_step(settings: ToyGAN, run: ToyRun, adams: list, data: Data, rng: Generator) -> None:
    for _ in range(settings.critic_updates):
        with torch.no_grad():
            fake = run.generator(_noise(settings, rng))
        real = data(settings.batch_size, rng)
        critic_step(run.discriminator, adams[1], real, fake, rng, settings.penalty)
    generator_step(
        run.generator,
        run.discriminator,
        adams[0],
        _noise(settings, rng),
        wasserstein_generator_loss,
    )


def _noise(settings: ToyGAN, rng: Generator) -> Tensor:
    return torch.randn(settings.batch_size, settings.latent_dim, generator=rng)


_STEPS = {"gan": _gan_step, "wgan_gp": _wgan_gp_step}
