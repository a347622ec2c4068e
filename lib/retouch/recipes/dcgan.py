"""DCGAN, plain and conditional, and the network of PyTorch's own DCGAN example."""

import copy
from dataclasses import dataclass
from typing import ClassVar

from jaxtyping import Float, Int
from torch import Generator, Tensor, nn
from torch.optim import Adam, Optimizer

from retouch.data.fashion_mnist import CLASS_NAMES
from retouch.models import dcgan
from retouch.models.gan import discriminator_step, generator_step
from retouch.recipes.base import Batch, Losses, Run, normal
from retouch.recipes.ema import update_ema
from retouch.recipes.fashion import Generative

CLASSES = len(CLASS_NAMES)


@dataclass(frozen=True, kw_only=True)
class DCGAN(Generative):
    """Radford et al. 2016 at 32×32, with an exponential moving average (EMA) of the generator.

    Attributes:
        latent_dim: length of the noise.
        width: channels of the layers next to the image.
        lr, beta1: of both Adams (section 3).
        decay: of the generator's EMA, which is what is kept.
    """

    name: ClassVar[str] = "dcgan"

    steps: int = 20_000
    latent_dim: int = 100
    width: int = 64
    lr: float = 2e-4
    beta1: float = 0.5
    decay: float = 0.999

    def make_networks(self) -> dict[str, nn.Module]:
        """Generator, discriminator, and the generator's EMA."""
        generator, discriminator = self.make_generator_and_discriminator()
        generator.apply(dcgan.init_weights)
        discriminator.apply(dcgan.init_weights)
        ema = copy.deepcopy(generator).requires_grad_(False)
        return {"generator": generator, "discriminator": discriminator, "ema": ema}

    def make_generator_and_discriminator(self) -> tuple[nn.Module, nn.Module]:
        """Generator and discriminator."""
        return (
            dcgan.make_generator(self.latent_dim, width=self.width),
            dcgan.make_discriminator(width=self.width),
        )

    def make_optimizers(self, networks: dict[str, nn.Module]) -> dict[str, Optimizer]:
        """Adam for each of the two networks."""
        return {
            f"adam_{name}": Adam(networks[name].parameters(), self.lr, (self.beta1, 0.999))
            for name in ("generator", "discriminator")
        }

    def update(self, run: Run, batch: Batch, generator: Generator) -> Losses:
        """One update of the discriminator, then one of the generator."""
        real, labels = dcgan.from_unit(batch["images"]), batch["labels"]
        networks = (
            run.networks["generator"],
            self.given_labels(run.networks["discriminator"], labels),
        )
        noise = [self.draw(labels, generator) for _ in range(2)]
        losses = {
            "discriminator": discriminator_step(
                *networks, run.optimizers["adam_discriminator"], real, noise[0], run.fabric.backward
            )
        }
        # The frozen discriminator has no gradients that other processes could wait for.
        with run.fabric.no_backward_sync(run.networks["discriminator"]):  # type: ignore[arg-type]
            losses["generator"] = generator_step(
                *networks, run.optimizers["adam_generator"], noise[1], backward=run.fabric.backward
            )
        update_ema(run.networks["ema"], run.networks["generator"], run.step, self.decay)
        return losses

    def draw(self, labels: Int[Tensor, "n"], generator: Generator) -> Float[Tensor, "n latent"]:
        """The generator's input for images of these labels."""
        return normal(len(labels), self.latent_dim, generator=generator, like=labels)

    def given_labels(self, discriminator: nn.Module, labels: Int[Tensor, "n"]) -> nn.Module:
        """The discriminator as a function of images alone."""
        del labels
        return discriminator

    def product(self, networks: dict[str, nn.Module]) -> nn.Module:
        """The generator's EMA."""
        return networks["ema"]

    def sample(
        self, product: nn.Module, labels: Int[Tensor, "n"], generator: Generator
    ) -> Float[Tensor, "n 1 32 32"]:
        """One image in [0, 1] per label; the labels count for nothing but their number."""
        return dcgan.to_unit(product(self.draw(labels, generator)))


@dataclass(frozen=True, kw_only=True)
class ConditionalDCGAN(DCGAN):
    """DCGAN told the class: one-hot beside the noise, one plane per class beside the image.

    Mirza & Osindero 2014.
    """

    name: ClassVar[str] = "conditional_dcgan"

    def make_generator_and_discriminator(self) -> tuple[nn.Module, nn.Module]:
        """Generator and discriminator."""
        return (
            dcgan.make_generator(self.latent_dim + CLASSES, width=self.width),
            dcgan.make_discriminator(1 + CLASSES, self.width),
        )

    def draw(self, labels: Int[Tensor, "n"], generator: Generator) -> Float[Tensor, "n latent"]:
        """Noise and labels."""
        return dcgan.condition(super().draw(labels, generator), labels, CLASSES)

    def given_labels(self, discriminator: nn.Module, labels: Int[Tensor, "n"]) -> nn.Module:
        """The discriminator with this batch's labels filled in."""
        return dcgan.GivenLabels(discriminator, labels, CLASSES)
