"""Variational autoencoders, plain and conditional, on binarised 28×28 images."""

from dataclasses import dataclass
from typing import ClassVar, Literal, cast

import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Generator, Tensor, nn
from torch.optim import Adam, Optimizer

from retouch.data.fashion_mnist import CLASS_NAMES, binarize
from retouch.models.gan import update
from retouch.models.vae import VAE, ConditionalVAE, negative_elbo
from retouch.recipes.base import Batch, Losses, Run, normal
from retouch.recipes.fashion import Generative
from retouch.recipes.schedules import constant_then_linear

Pixels = Literal["gray", "threshold", "stochastic"]


@dataclass(frozen=True, kw_only=True)
class VAERecipe(Generative):
    """Kingma & Welling 2014 with convolutions; Bernoulli pixels.

    Attributes:
        latent_dim, width: of the network.
        lr: of Adam, falling to 0 in a straight line over the second half.
        beta: weight of the KL divergence.
        pixels: "threshold" learns images of 0 and 1, above ½ or not; "stochastic" draws them
            anew at each step with the pixel's value as chance; "gray" learns the values.
    """

    name: ClassVar[str] = "vae"
    size: ClassVar[int] = 28

    steps: int = 20_000
    latent_dim: int = 16
    width: int = 32
    lr: float = 1e-3
    beta: float = 1.0
    pixels: Pixels = "threshold"

    def make_networks(self) -> dict[str, nn.Module]:
        """The autoencoder."""
        return {"vae": VAE((1, self.size, self.size), self.latent_dim, self.width)}

    def make_optimizers(self, networks: dict[str, nn.Module]) -> dict[str, Optimizer]:
        """Adam."""
        return {"adam": Adam(networks["vae"].parameters(), self.lr)}

    def schedule(self, step: int) -> float:
        """1 for the first half, then down to 0."""
        return constant_then_linear(step, self.steps)

    def target(
        self, images: Float[Tensor, "n 1 h w"], generator: Generator
    ) -> Float[Tensor, "n 1 h w"]:
        """Gray images as the recipe's `pixels` has them."""
        if self.pixels == "gray":
            return images
        return binarize(images, generator if self.pixels == "stochastic" else None)

    def update(self, run: Run, batch: Batch, generator: Generator) -> Losses:
        """One update on the negative ELBO."""
        images = self.target(batch["images"], generator)
        outputs = self.outputs(run.networks["vae"], images, batch["labels"], generator)
        loss = negative_elbo(outputs[0], images, *outputs[1:], self.beta)
        return {"negative_elbo": update(run.optimizers["adam"], loss, run.fabric.backward)}

    def outputs(
        self, model: nn.Module, images: Tensor, labels: Tensor, generator: Generator
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Logits, μ and log σ²."""
        del labels
        logits, mu, logvar = model(images, generator)
        return logits, mu, logvar

    def product(self, networks: dict[str, nn.Module]) -> nn.Module:
        """The autoencoder, both halves."""
        return networks["vae"]

    def sample(
        self, product: nn.Module, labels: Int[Tensor, "n"], generator: Generator
    ) -> Float[Tensor, "n 1 32 32"]:
        """The decoder's pixel means for latents from the prior, framed in black to 32×32."""
        latent = normal(len(labels), self.latent_dim, generator=generator, like=labels)
        return F.pad(self.decode(product, latent, labels).sigmoid(), (2, 2, 2, 2))

    def encode(self, model: nn.Module, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """μ and log σ² of q(z|x)."""
        del labels
        return cast(VAE, model).encode(images)

    def decode(self, model: nn.Module, latent: Tensor, labels: Tensor) -> Tensor:
        """Logits of p(x|z)."""
        del labels
        return cast(VAE, model).decode(latent)


@dataclass(frozen=True, kw_only=True)
class CVAERecipe(VAERecipe):
    """Sohn et al. 2015: encoder and decoder are told the class."""

    name: ClassVar[str] = "cvae"

    def make_networks(self) -> dict[str, nn.Module]:
        """The conditional autoencoder."""
        size = (1, self.size, self.size)
        return {"vae": ConditionalVAE(size, self.latent_dim, self.width, len(CLASS_NAMES))}

    def outputs(
        self, model: nn.Module, images: Tensor, labels: Tensor, generator: Generator
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Logits, μ and log σ²."""
        logits, mu, logvar = model(images, labels, generator)
        return logits, mu, logvar

    def encode(self, model: nn.Module, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """μ and log σ² of q(z|x, y)."""
        return cast(ConditionalVAE, model).encode(images, labels)

    def decode(self, model: nn.Module, latent: Tensor, labels: Tensor) -> Tensor:
        """Logits of p(x|z, y)."""
        return cast(ConditionalVAE, model).decode(latent, labels)
