"""What recipes that learn from Fashion-MNIST share."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from jaxtyping import Float, Int
from torch import Generator, Tensor, nn

from retouch.data.fashion_mnist import fashion_mnist
from retouch.recipes.base import Batch, Recipe


@dataclass(frozen=True, kw_only=True)
class FashionMNIST(Recipe):
    """A recipe for Fashion-MNIST; `retouch.recipes.evaluate.quality` measures what it makes.

    Attributes:
        full: learn from the full set, not from the subset that ships.
    """

    size: ClassVar[int] = 32
    """Height and width of the images in pixels."""

    full: bool = False

    def load(self) -> Batch:
        """`images`, N×1×size×size, and `labels`, the number of each one's class."""
        return fashion_mnist("train", full=self.full, size=self.size)._asdict()


class Generative(FashionMNIST):
    """A recipe whose product makes images."""

    @abstractmethod
    def sample(
        self, product: nn.Module, labels: Int[Tensor, "n"], generator: Generator
    ) -> Float[Tensor, "n 1 32 32"]:
        """One image in [0, 1] per label, of its class where the model is conditional."""
