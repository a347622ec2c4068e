"""WGAN-GP: DCGAN's networks under the Wasserstein loss with gradient penalty."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Generator, Tensor, nn
from torch.optim import Adam, Optimizer

from retouch.data.fashion_mnist import LabelledImages
from retouch.models import dcgan
from retouch.models.gan import (
    critic_loss,
    generator_step,
    gradient_penalty,
    update,
    wasserstein_generator_loss,
)
from retouch.recipes.base import Losses, Run, update_average
from retouch.recipes.dcgan import DCGAN


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

    def make_players(self) -> tuple[nn.Module, nn.Module]:
        """Generator and critic."""
        return (
            dcgan.make_generator(self.latent_dim, width=self.width),
            dcgan.make_critic(width=self.width),
        )

    def make_optimizers(self, networks: dict[str, nn.Module]) -> dict[str, Optimizer]:
        """One Adam for each player, without the momentum that the moving target misleads."""
        return {
            f"adam_{name}": Adam(networks[name].parameters(), self.lr, (self.beta1, 0.9))
            for name in ("generator", "discriminator")
        }

    def images_per_step(self) -> int:
        """One batch for each update of the critic."""
        return self.batch_size * self.critic_updates

    def update(self, run: Run, batch: LabelledImages, generator: Generator) -> Losses:
        """Some updates of the critic, then one of the generator."""
        maker, critic = run.networks["generator"], run.networks["discriminator"]
        for real in dcgan.from_unit(batch.images).chunk(self.critic_updates):
            noise = self.draw(batch.labels[: len(real)], generator)
            with torch.no_grad():
                fake = maker(noise)
            distance = self.update_critic(run, real, fake, generator)
        with run.fabric.no_backward_sync(critic):  # type: ignore[arg-type]
            score = generator_step(
                maker,
                critic,
                run.optimizers["adam_generator"],
                self.draw(batch.labels[: len(real)], generator),
                wasserstein_generator_loss,
                run.fabric.backward,
            )
        update_average(run.networks["average"], maker, run.step, self.decay)
        return {"critic": distance, "generator": score}

    def update_critic(self, run: Run, real: Tensor, fake: Tensor, generator: Generator) -> Tensor:
        """`retouch.models.gan.critic_step`, by Fabric's rules; the loss without the penalty."""
        critic = run.networks["discriminator"]
        distance = critic_loss(critic(real), critic(fake))
        # Fabric's wrapper allows one backward pass, its own; the penalty needs another inside.
        with run.fabric.autocast():
            penalty = gradient_penalty(critic.module, real, fake, generator)  # type: ignore[arg-type]
        loss = distance + self.penalty * penalty
        update(run.optimizers["adam_discriminator"], loss, run.fabric.backward)
        return distance.detach()
