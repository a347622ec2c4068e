"""What recipes of pix2pixHD's kind share: a generator that learns from pairs of images."""

from abc import abstractmethod
from dataclasses import dataclass
from functools import lru_cache

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from retouch.models.deepsim import Generator, perceptual_loss
from retouch.models.features import FeatureExtractor, feature_extractor
from retouch.models.patchgan import (
    MultiScaleDiscriminator,
    feature_matching_loss,
    lsgan_discriminator_loss,
    lsgan_generator_loss,
)
from retouch.recipes.base import Batch, Losses, Recipe, Run
from retouch.recipes.schedules import constant_then_linear

Images = Float[Tensor, "n 3 h w"]
Features = list[list[Tensor]]


@dataclass(frozen=True, kw_only=True)
class Pix2Pix(Recipe):
    """A generator that turns each `given` image into its `target` (Wang et al. 2018).

    Attributes:
        width, downs, blocks: the generator's size.
        discriminator_width: channels of the discriminator's first layer.
        lr, beta1: of both Adams; the rate is constant, then falls linearly to 0.
        feature_matching, perceptual, pixel: weights beside the adversarial loss.
    """

    steps: int = 2400
    batch_size: int = 1
    width: int = 16
    downs: int = 3
    blocks: int = 6
    discriminator_width: int = 16
    lr: float = 2e-4
    beta1: float = 0.5
    feature_matching: float = 10.0
    perceptual: float = 10.0
    pixel: float = 0.0

    @abstractmethod
    def load(self) -> Batch:
        """All pairs: `given` and `target`, N×3×H×W."""

    @abstractmethod
    def augment(
        self, given: Images, target: Images, generator: torch.Generator
    ) -> tuple[Images, Images]:
        """A batch of pairs, changed alike."""

    def make_networks(self) -> dict[str, nn.Module]:
        """The generator and the discriminator, which sees input and image."""
        return {
            "generator": Generator(3, self.width, self.downs, self.blocks),
            "discriminator": MultiScaleDiscriminator(6, self.discriminator_width),
        }

    def make_optimizers(self, networks: dict[str, nn.Module]) -> dict[str, Optimizer]:
        """Adam for each network."""
        return {
            f"adam_{name}": Adam(network.parameters(), self.lr, (self.beta1, 0.999))
            for name, network in networks.items()
        }

    def schedule(self, step: int) -> float:
        """Constant for the first half, then linearly down to 0."""
        return constant_then_linear(step, self.steps)

    def update(self, run: Run, batch: Batch, generator: torch.Generator) -> Losses:
        """One update of both networks, on changed pairs.

        The discriminator steps after the generator's loss is known, so both are computed with
        the same weights and the real image passes through it only once.
        """
        given, target = (
            images.contiguous(memory_format=torch.channels_last)
            for images in self.augment(batch["given"], batch["target"], generator)
        )
        fake = run.networks["generator"](given)
        real_features, loss = _discriminator_gradients(run, given, target, fake.detach())
        parts = self._generator_losses(run, given, target, fake, real_features)
        run.fabric.backward(torch.stack(list(parts.values())).sum())
        for optimizer in run.optimizers.values():
            optimizer.step()
            optimizer.zero_grad()
        return {"discriminator": loss, **{name: part.detach() for name, part in parts.items()}}

    def product(self, networks: dict[str, nn.Module]) -> nn.Module:
        """The generator."""
        return networks["generator"]

    def _generator_losses(
        self, run: Run, given: Images, target: Images, fake: Images, real_features: Features
    ) -> Losses:
        """The weighted parts of the generator's loss, by name."""
        discriminator = run.networks["discriminator"].requires_grad_(False)
        judgement = discriminator(given, fake)
        discriminator.requires_grad_(True)
        matching = feature_matching_loss(real_features, judgement.features)
        losses = {
            "adversarial": lsgan_generator_loss(judgement.scores),
            "feature matching": self.feature_matching * matching,
        }
        if self.perceptual:
            losses["perceptual"] = self.perceptual * _perceptual_loss(run, target, fake)
        if self.pixel:
            losses["pixel"] = self.pixel * (fake - target).abs().mean()
        return losses


def _discriminator_gradients(
    run: Run, given: Images, target: Images, fake: Images
) -> tuple[Features, Float[Tensor, ""]]:
    """Gradients of the discriminator; its features of the real images, and its loss, detached."""
    discriminator = run.networks["discriminator"]
    real = discriminator(given, target)
    loss = lsgan_discriminator_loss(real.scores, discriminator(given, fake).scores)
    run.fabric.backward(loss)
    return [[x.detach() for x in scale] for scale in real.features], loss.detach()


def _perceptual_loss(run: Run, target: Images, fake: Images) -> Float[Tensor, ""]:
    extractor = _extractor_on(run.fabric.device)
    with run.fabric.autocast():
        with torch.no_grad():
            wanted = extractor(target)
        seen = extractor(fake)
    return perceptual_loss(wanted, seen)


@lru_cache(maxsize=1)
def _extractor_on(device: torch.device) -> FeatureExtractor:
    return feature_extractor().to(device)
