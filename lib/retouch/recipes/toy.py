"""GANs in the plane: the same steps as for images, small enough to watch.

run = train(ToyGAN(data="spiral"), watch=lambda run, losses: ...)
points = run.product()(noise)
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from jaxtyping import Float
from torch import Generator, Tensor, nn
from torch.optim import Adam, Optimizer

from retouch.data.toys import (
    grid_centers,
    grid_of_gaussians,
    ring_centers,
    ring_of_gaussians,
    spiral,
    two_moons,
)
from retouch.models.gan import (
    discriminator_step,
    generator_step,
    make_mlp,
    modes_covered,
    wasserstein_generator_loss,
)
from retouch.recipes.base import Batch, Losses, Recipe, Run, normal
from retouch.recipes.batches import seeded
from retouch.recipes.wgan_gp import critic_step

Points = Float[Tensor, "n 2"]
TOYS: dict[str, Callable[[int, Generator], Points]] = {
    "ring": ring_of_gaussians,
    "grid": grid_of_gaussians,
    "spiral": spiral,
    "moons": two_moons,
}
EXAMPLES = 2**15
"""Points to learn from: so many that none is seen often."""


@dataclass(frozen=True, kw_only=True)
class ToyGAN(Recipe):
    """A GAN for points in the plane.

    On the ring, with Adam's usual momentum, "gan" spends its first 1000 steps on two modes
    or fewer; "wgan_gp" covers all eight after 300 (seeds 0 to 4 of each).

    Attributes:
        data: the distribution, a key of `TOYS`.
        loss: "gan" (Goodfellow et al. 2014) or "wgan_gp" (Gulrajani et al. 2017).
        latent_dim, width: of the multilayer perceptrons.
        lr, beta1: of both Adams.
        critic_updates, penalty: for "wgan_gp": updates per generator's, and λ.
    """

    name: ClassVar[str] = "toy"

    data: Literal["ring", "grid", "spiral", "moons"] = "ring"
    loss: Literal["gan", "wgan_gp"] = "gan"
    latent_dim: int = 2
    width: int = 128
    lr: float = 1e-3
    beta1: float = 0.9
    critic_updates: int = 8
    penalty: float = 0.3

    def load(self) -> Batch:
        """`points`, N×2."""
        return {"points": TOYS[self.data](EXAMPLES, seeded(self.seed, 0, 1_000_000))}

    def make_networks(self) -> dict[str, nn.Module]:
        """Generator, and discriminator or critic."""
        return {
            "generator": make_mlp(self.latent_dim, 2, self.width),
            "discriminator": make_mlp(2, 1, self.width),
        }

    def make_optimizers(self, networks: dict[str, nn.Module]) -> dict[str, Optimizer]:
        """Adam for each network."""
        return {
            f"adam_{name}": Adam(network.parameters(), self.lr, (self.beta1, 0.9))
            for name, network in networks.items()
        }

    def examples_per_step(self) -> int:
        """A batch for each update of the discriminator or critic."""
        return self.batch_size * (self.critic_updates if self.loss == "wgan_gp" else 1)

    def update(self, run: Run, batch: Batch, generator: Generator) -> Losses:
        """One update of the generator, and those of the discriminator or critic before it."""
        if self.loss == "gan":
            return self._update_gan(run, batch["points"], generator)
        return self._update_wgan_gp(run, batch["points"], generator)

    def _update_gan(self, run: Run, real: Points, generator: Generator) -> Losses:
        networks = run.networks["generator"], run.networks["discriminator"]
        adams = run.optimizers["adam_generator"], run.optimizers["adam_discriminator"]
        noise = [self.draw(len(real), generator, real) for _ in range(2)]
        backward = run.fabric.backward
        return {
            "discriminator": discriminator_step(*networks, adams[1], real, noise[0], backward),
            "generator": generator_step(*networks, adams[0], noise[1], backward=backward),
        }

    def _update_wgan_gp(self, run: Run, points: Points, generator: Generator) -> Losses:
        for real in points.chunk(self.critic_updates):
            with torch.no_grad():
                fake = run.networks["generator"](self.draw(len(real), generator, real))
            distance = critic_step(run, real, fake, generator, self.penalty)
        score = generator_step(
            run.networks["generator"],
            run.networks["discriminator"],
            run.optimizers["adam_generator"],
            self.draw(len(real), generator, real),
            wasserstein_generator_loss,
            run.fabric.backward,
        )
        return {"critic": distance, "generator": score}

    def draw(self, count: int, generator: Generator, like: Tensor) -> Float[Tensor, "n latent"]:
        """The generator's input for so many points, on `like`'s device."""
        return normal(count, self.latent_dim, generator=generator, like=like)

    def product(self, networks: dict[str, nn.Module]) -> nn.Module:
        """The generator."""
        return networks["generator"]

    @torch.no_grad()
    def measure(self, product: nn.Module) -> dict[str, float]:
        """How many modes of a ring or a grid get a tenth of their share of 2000 samples."""
        centers = {"ring": ring_centers(), "grid": grid_centers()}.get(self.data)
        if centers is None:
            return {}
        like = next(product.parameters())
        samples = product(self.draw(2000, seeded(self.seed, 0, 1_000_001), like)).cpu()
        few = 2000 // len(centers) // 10
        return {f"modes of {len(centers)}": float(modes_covered(samples, centers, 0.25, few))}
