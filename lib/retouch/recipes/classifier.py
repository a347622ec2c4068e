"""The classifier whose features judge generated images, and whose labels judge classes."""

from dataclasses import dataclass
from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Generator, nn
from torch.optim import Optimizer

from retouch.models.classifier import FeatureClassifier
from retouch.models.gan import update
from retouch.pixels.augmentation import random_crop, random_hflip
from retouch.recipes.base import Batch, Losses, Run
from retouch.recipes.fashion import FashionMNIST
from retouch.recipes.schedules import cosine


@dataclass(frozen=True, kw_only=True)
class Classifier(FashionMNIST):
    """`FeatureClassifier` with flips and crops, AdamW and a cosine schedule.

    Attributes:
        width, features: of the network.
        lr: highest learning rate.
        weight_decay: of AdamW.
    """

    name: ClassVar[str] = "classifier"

    steps: int = 6000
    width: int = 32
    features: int = 64
    lr: float = 3e-3
    weight_decay: float = 0.05

    def make_networks(self) -> dict[str, nn.Module]:
        """The classifier."""
        return {"classifier": FeatureClassifier(width=self.width, features=self.features)}

    def make_optimizers(self, networks: dict[str, nn.Module]) -> dict[str, Optimizer]:
        """AdamW."""
        parameters = networks["classifier"].parameters()
        return {"adamw": torch.optim.AdamW(parameters, self.lr, weight_decay=self.weight_decay)}

    def schedule(self, step: int) -> float:
        """Up in a straight line for a twentieth of the steps, then down as a half cosine."""
        return cosine(step, self.steps, warmup=max(1, self.steps // 20))

    def update(self, run: Run, batch: Batch, generator: Generator) -> Losses:
        """Cross-entropy on augmented images."""
        images = random_crop(random_hflip(batch["images"], 0.5, generator), self.size, 2, generator)
        loss = F.cross_entropy(run.networks["classifier"](images), batch["labels"])
        return {"loss": update(run.optimizers["adamw"], loss, run.fabric.backward)}

    def product(self, networks: dict[str, nn.Module]) -> nn.Module:
        """The classifier."""
        return networks["classifier"]
