"""What every recipe has: settings, networks, optimisers, one step."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar

import torch
from jaxtyping import Float, Int
from lightning_fabric import Fabric
from torch import Generator, Tensor, nn
from torch.optim import Optimizer
from torch.optim.swa_utils import get_ema_multi_avg_fn

from retouch.data.fashion_mnist import LabelledImages, fashion_mnist

Losses = dict[str, Tensor]


@dataclass
class Run:
    """A training under way: networks and optimisers on their device, and how far it is.

    Attributes:
        fabric: device, precision and processes.
        networks: by name, set up by Fabric.
        optimizers: by name, likewise.
        step: updates made so far.
        history: the losses of steps, in order, as (step, losses).
    """

    fabric: Fabric
    networks: dict[str, nn.Module]
    optimizers: dict[str, Optimizer]
    step: int = 0
    history: list[tuple[int, dict[str, float]]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Recipe(ABC):
    """Settings that all recipes share; a subclass adds its own and says what a step is.

    Attributes:
        seed: of the initial weights, the order of the data and every draw.
        steps: updates in all.
        batch_size: images per update, over all devices together.
        full: train on the full set, not on the subset that ships.
    """

    name: ClassVar[str]
    size: ClassVar[int] = 32

    seed: int = 0
    steps: int = 1000
    batch_size: int = 128
    full: bool = False

    @abstractmethod
    def make_networks(self) -> dict[str, nn.Module]:
        """Networks by name, with fresh weights drawn from torch's global generator."""

    @abstractmethod
    def make_optimizers(self, networks: dict[str, nn.Module]) -> dict[str, Optimizer]:
        """Optimisers by name; a name must not be a network's."""

    @abstractmethod
    def update(self, run: Run, batch: LabelledImages, generator: Generator) -> Losses:
        """One step on a batch in [0, 1]; every draw comes from `generator`, on the CPU."""

    @abstractmethod
    def product(self, networks: dict[str, nn.Module]) -> nn.Module:
        """The network that is kept when training is over."""

    def measure(self, product: nn.Module) -> dict[str, float] | None:
        """What the product is worth, by name; None: it is for Fashion-MNIST's yardstick to say."""
        return None

    def schedule(self, step: int) -> float:
        """What the learning rates are multiplied by at a step."""
        return 1.0

    def images_per_step(self) -> int:
        """Images in the batch that `update` gets."""
        return self.batch_size

    def load(self, split: Any = "train") -> LabelledImages:
        """The images that the recipe learns from, or those it is tested on."""
        return fashion_mnist(split, full=self.full, size=self.size)


class Generative(Recipe):
    """A recipe whose product makes images."""

    @abstractmethod
    def sample(
        self, product: nn.Module, labels: Int[Tensor, "n"], generator: Generator
    ) -> Float[Tensor, "n 1 32 32"]:
        """One image in [0, 1] per label, of its class where the model is conditional."""


def normal(*shape: int, generator: Generator, like: Tensor) -> Tensor:
    """Standard normal draws, made where the generator lives, brought to `like`'s device."""
    return torch.randn(*shape, generator=generator, device=generator.device).to(like.device)


@torch.no_grad()
def update_average(average: nn.Module, network: nn.Module, step: int, decay: float) -> None:
    """Move `average`'s weights and statistics a little towards `network`'s.

    Karras et al. 2018: samples from the moving average are better than from any one step.
    The first steps count for less, so that the initial weights are soon forgotten.
    """
    network = getattr(network, "module", network)
    pairs = zip(average.state_dict().values(), network.state_dict().values(), strict=True)
    floats = [pair for pair in pairs if pair[0].is_floating_point()]
    means, values = zip(*floats, strict=True)
    get_ema_multi_avg_fn(min(decay, (1 + step) / (10 + step)))(list(means), list(values), 0)
