"""WGAN-GP: DCGAN's networks under the Wasserstein loss with gradient penalty."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Generator, Tensor, nn
from torch.optim import Adam, Optimizer

from retouch.models import dcgan
from retouch.models.gan import (
    critic_loss,
    generator_step,
    gradient_penalty,
    update,
    wasserstein_generator_loss,
)
from retouch.recipes.base import Batch, Losses, Run, bare
from retouch.recipes.dcgan import DCGAN
from retouch.recipes.ema import update_ema


@dataclass(frozen=True, kw_only=True)
class WGANGP(DCGAN):
    """Gulrajani et al. 2017, algorithm 1: several updates of the critic per generator's.

    Attributes:
        lr, beta1: of both Adams (algorithm 1).
        critic_updates: per update of the generator; each has a batch of its own.
        penalty: λ, the weight of the gradient penalty.
    """

    name: ClassVar[str] = "wgan_gp"

    lr: float = 1e-4
    beta1: float = 0.0
    critic_updates: int = 5
    penalty: float = 10.0

    def make_generator_and_discriminator(self) -> tuple[nn.Module, nn.Module]:
        """Generator and critic."""
        return (
            dcgan.make_generator(self.latent_dim, width=self.width),
            dcgan.make_critic(width=self.width),
        )

    def make_optimizers(self, networks: dict[str, nn.Module]) -> dict[str, Optimizer]:
        """Adam for both, without the momentum that the moving target misleads."""
        return {
            f"adam_{name}": Adam(networks[name].parameters(), self.lr, (self.beta1, 0.9))
            for name in ("generator", "discriminator")
        }

    def examples_per_step(self) -> int:
        """One batch for each update of the critic."""
        return self.batch_size * self.critic_updates

    def update(self, run: Run, batch: Batch, generator: Generator) -> Losses:
        """Some updates of the critic, then one of the generator."""
        generator_network, critic = run.networks["generator"], run.networks["discriminator"]
        for real in dcgan.from_unit(batch["images"]).chunk(self.critic_updates):
            labels = batch["labels"][: len(real)]
            with torch.no_grad():
                fake = generator_network(self.draw(labels, generator))
            distance = critic_step(run, real, fake, generator, self.penalty)
        with run.fabric.no_backward_sync(critic):  # type: ignore[arg-type]
            score = generator_step(
                generator_network,
                critic,
                run.optimizers["adam_generator"],
                self.draw(labels, generator),
                wasserstein_generator_loss,
                run.fabric.backward,
            )
        update_ema(run.networks["ema"], generator_network, run.step, self.decay)
        return {"critic": distance, "generator": score}


def critic_step(
    run: Run, real: Tensor, fake: Tensor, generator: Generator, penalty: float
) -> Tensor:
    """`retouch.models.gan.critic_step` by Fabric's rules, on a run's "discriminator".

    Returns:
        The critic's loss before the update, without the penalty, detached.
    """
    critic = run.networks["discriminator"]
    distance = critic_loss(critic(real), critic(fake))
    # Fabric's wrapper allows one backward pass, its own; the penalty needs another inside.
    with run.fabric.autocast():
        slope = gradient_penalty(bare(critic), real, fake, generator)
    update(run.optimizers["adam_discriminator"], distance + penalty * slope, run.fabric.backward)
    return distance.detach()
