"""What every recipe has: settings, data, networks, optimisers, one step."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import torch
from jaxtyping import Float
from lightning_fabric import Fabric
from torch import Generator, Tensor, nn
from torch.optim import Optimizer

from retouch.recipes.settings import check_settings

Batch = Mapping[str, Tensor]
"""Examples: tensors by name, whose first axis counts the examples."""
Losses = dict[str, Tensor]


@dataclass(frozen=True, kw_only=True)
class Recipe(ABC):
    """Settings that all recipes share; a subclass adds its own and says what a step is.

    Attributes:
        seed: of the initial weights, the order of the data and every draw.
        steps: updates in all.
        batch_size: examples per update, over all devices together.
    """

    name: ClassVar[str]

    seed: int = 0
    steps: int = 1000
    batch_size: int = 128

    def __post_init__(self) -> None:
        check_settings(self)

    @abstractmethod
    def load(self) -> Batch:
        """All that the recipe learns from, by name; images are float, N×C×H×W, in [0, 1]."""

    @abstractmethod
    def make_networks(self) -> dict[str, nn.Module]:
        """Networks by name, with fresh weights drawn from torch's global generator."""

    @abstractmethod
    def make_optimizers(self, networks: dict[str, nn.Module]) -> dict[str, Optimizer]:
        """Optimisers by name; a name must not be a network's."""

    @abstractmethod
    def update(self, run: "Run", batch: Batch, generator: Generator) -> Losses:
        """One step on some of what `load` gave; every draw comes from `generator`, on the CPU."""

    @abstractmethod
    def product(self, networks: dict[str, nn.Module]) -> nn.Module:
        """The network that is kept when training is over."""

    def measure(self, product: nn.Module) -> dict[str, float]:
        """What the product is worth, by name; empty where the recipe alone cannot tell."""
        del product
        return {}

    def schedule(self, step: int) -> float:
        """What the learning rates are multiplied by at a step."""
        del step
        return 1.0

    def examples_per_step(self) -> int:
        """Examples in the batch that `update` gets."""
        return self.batch_size


@dataclass
class Run:
    """A training under way: networks and optimisers on their device, and how far it is.

    Attributes:
        recipe: what is trained.
        fabric: device, precision and processes.
        networks: by name, set up by Fabric.
        optimizers: by name, likewise.
        step: updates made so far.
        history: the losses of steps, in order, as (step, losses); of a GPU's, some come late.
        stopped: no more steps are wanted.
    """

    recipe: Recipe
    fabric: Fabric
    networks: dict[str, nn.Module]
    optimizers: dict[str, Optimizer]
    step: int = 0
    history: list[tuple[int, dict[str, float]]] = field(default_factory=list)
    stopped: bool = False

    def stop(self) -> None:
        """Ask for no more steps; `train` then returns as after the last one."""
        self.stopped = True

    def product(self) -> nn.Module:
        """The network that the run was for, bare and in evaluation mode."""
        return bare(self.recipe.product(self.networks)).eval()


def bare(network: nn.Module) -> nn.Module:
    """The network without Fabric's wrapper around it."""
    inner = getattr(network, "module", network)
    assert isinstance(inner, nn.Module)
    return inner


def normal(*shape: int, generator: Generator, like: Tensor) -> Float[Tensor, "..."]:
    """Standard normal draws, made where the generator lives, brought to `like`'s device."""
    return torch.randn(*shape, generator=generator, device=generator.device).to(like.device)
