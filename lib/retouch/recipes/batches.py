"""The batches of a training: which examples step k sees, and whether they are sound."""

from functools import lru_cache

import numpy as np
import torch
from jaxtyping import Int
from lightning_fabric import Fabric
from torch import Generator, Tensor

from retouch.recipes.base import Batch, Recipe
from retouch.recipes.settings import TrainingError


class Batches:
    """The k-th batch of a recipe's shuffled data, for any k, on the device.

    All of the data is kept there. Each epoch has an order of its own; what does not fill a
    batch is left out. Each process gets its share.

    Args:
        recipe: whose seed orders the data.
        fabric: where the data goes.
        data: in place of `recipe.load()`.

    Raises:
        TrainingError: the data is not sound (see `check_data`), or is less than a batch.
    """

    def __init__(self, recipe: Recipe, fabric: Fabric, data: Batch | None = None) -> None:
        data = recipe.load() if data is None else data
        self.length = check_data(data)
        self.data = {name: fabric.to_device(tensor) for name, tensor in data.items()}
        self.seed, self.count = recipe.seed, recipe.examples_per_step()
        if self.count > self.length:
            raise TrainingError(
                f"a step takes {self.count} examples and there are {self.length}: use a smaller "
                "batch_size, or more data"
            )
        if self.count < fabric.world_size:
            raise TrainingError(
                f"a step takes {self.count} examples, too few for {fabric.world_size} processes: "
                "use fewer devices, or a larger batch_size"
            )
        self.share = slice(fabric.global_rank, None, fabric.world_size)
        self.device = fabric.device
        self.order = lru_cache(maxsize=1)(self._order)

    def __getitem__(self, step: int) -> Batch:
        """The examples of one step."""
        epoch, place = divmod(step, self.length // self.count)
        index = self.order(epoch)[place * self.count : (place + 1) * self.count][self.share]
        return {name: tensor[index] for name, tensor in self.data.items()}

    def _order(self, epoch: int) -> Int[Tensor, "n"]:
        generator = seeded(self.seed, epoch, -1)
        return torch.randperm(self.length, generator=generator).to(self.device)


def check_data(data: Batch) -> int:
    """How many examples there are, once they are known to be sound.

    Raises:
        TrainingError: there is none, tensors differ in length, a number is not finite, or
            images (N×C×H×W) are not float or leave [0, 1].
    """
    lengths = {name: len(tensor) for name, tensor in data.items()}
    if len(set(lengths.values())) != 1 or 0 in lengths.values():
        raise TrainingError(f"expected as many examples of each, and at least one; got {lengths}")
    for name, tensor in data.items():
        if tensor.is_floating_point() and not tensor.isfinite().all():
            raise TrainingError(f"{name} hold NaN or infinity: leave out or repair such examples")
        if tensor.ndim == 4:
            _check_images(name, tensor)
    return next(iter(lengths.values()))


def _check_images(name: str, images: Tensor) -> None:
    low, high = (float(x) for x in images.aminmax())
    if not images.is_floating_point() or low < 0 or high > 1:
        raise TrainingError(
            f"expected {name} as float images in [0, 1]; got {images.dtype} from {low:g} to "
            f"{high:g}: divide 8-bit values by 255"
        )


def seeded(seed: int, step: int, stream: int) -> Generator:
    """A generator on the CPU, unrelated to those of other seeds, steps and streams."""
    # torch takes 32 bits of a seed, and neighbouring ones start alike: so mix them first.
    mixed = np.random.SeedSequence([seed, step, stream + 1]).generate_state(1)[0]
    return Generator().manual_seed(int(mixed))
