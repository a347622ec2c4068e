"""The network of PyTorch's own DCGAN example, to compare ours with: quality and speed.

It has four layers of stride 2 for 64×64 images, no bias anywhere, and no average of weights.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import ClassVar

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from lightning_fabric import Fabric
from torch import Generator, Tensor, nn

from retouch.models import dcgan
from retouch.recipes.base import Batch, Losses, Run
from retouch.recipes.batches import Batches
from retouch.recipes.dcgan import DCGAN
from retouch.recipes.training import one_step, start


@dataclass(frozen=True, kw_only=True)
class ExampleDCGAN(DCGAN):
    """The example's networks, trained as ours but for the average; judged at 32×32.

    Images are doubled to 64×64 for training, bilinearly; samples are averaged back.
    """

    name: ClassVar[str] = "example_dcgan"

    decay: float = 0.0

    def make_generator_and_discriminator(self) -> tuple[nn.Module, nn.Module]:
        """Generator and discriminator."""
        return example_networks(64, self.latent_dim, self.width)

    def update(self, run: Run, batch: Batch, generator: Generator) -> Losses:
        """DCGAN's step, at the example's size."""
        doubled = F.interpolate(batch["images"], scale_factor=2, mode="bilinear")
        return super().update(run, {**batch, "images": doubled}, generator)

    def sample(
        self, product: nn.Module, labels: Int[Tensor, "n"], generator: Generator
    ) -> Float[Tensor, "n 1 32 32"]:
        """One image in [0, 1] per label; the labels count for nothing but their number."""
        return F.avg_pool2d(super().sample(product, labels, generator), 2)


def example_networks(
    size: int, latent_dim: int = 100, width: int = 64
) -> tuple[nn.Module, nn.Module]:
    """The example's generator and discriminator for 64×64, or with one layer less for 32×32."""
    widths = [width << level for level in range({32: 3, 64: 4}[size])]
    up: list[nn.Module] = [nn.Unflatten(1, (latent_dim, 1, 1))]
    up += [nn.ConvTranspose2d(latent_dim, widths[-1], 4, 1, 0, bias=False)]
    up += [nn.BatchNorm2d(widths[-1]), nn.ReLU(inplace=True)]
    down: list[nn.Module] = [nn.Conv2d(1, width, 4, 2, 1, bias=False)]
    down += [nn.LeakyReLU(0.2, inplace=True)]
    for small, large in pairwise(widths):
        down.append(dcgan.discriminator_block(small, large))
    for small, large in reversed(list(pairwise(widths))):
        up.append(dcgan.generator_block(large, small))
    up += [nn.ConvTranspose2d(width, 1, 4, 2, 1, bias=False), nn.Tanh()]
    down += [nn.Conv2d(widths[-1], 1, 4, 1, 0, bias=False), nn.Flatten(0)]
    return nn.Sequential(*up), nn.Sequential(*down)


def speed(
    fabric: Fabric, size: int = 32, batch_size: int = 128, steps: int = 5, rounds: int = 3
) -> dict[str, float]:
    """Training steps per second: our DCGAN recipe, and a plain loop over the example's networks.

    Both on the same device and data, taking turns; the median of the rounds. The plain loop
    has neither Fabric, mixed precision, channels-last, nor an average of weights.

    Args:
        fabric: where, and in which precision, our recipe runs.
        size: of the example's images: 64 as published, or 32 like ours.
        batch_size: images per step.
        steps, rounds: how many steps are timed, how often.
    """
    recipe = DCGAN(batch_size=batch_size)
    run, batches = start(recipe, fabric), Batches(recipe, fabric)
    real = [F.interpolate(dcgan.from_unit(batches[k]["images"]), size) for k in range(4)]
    plain = _plain_loop(real, size)
    contestants: dict[str, Callable[[], object]] = {
        "retouch": lambda: one_step(run, batches),
        "example": lambda: next(plain),
    }
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds + 1):
        for name, step in contestants.items():
            times[name].append(_seconds(step, steps, fabric.device))
    return {name: steps / median(taken[1:]) for name, taken in times.items()}


def _plain_loop(real: list[Tensor], size: int) -> Iterator[None]:
    """Goodfellow's algorithm as the example writes it: one backward pass per loss term."""
    device, n = real[0].device, len(real[0])
    generator, discriminator = (network.to(device) for network in example_networks(size))
    generator.apply(dcgan.init_weights)
    discriminator.apply(dcgan.init_weights)
    optimizers = [
        torch.optim.Adam(network.parameters(), 2e-4, (0.5, 0.999))
        for network in (generator, discriminator)
    ]
    backward = torch.autograd.backward
    bce = F.binary_cross_entropy_with_logits
    ones, zeros = torch.ones(n, device=device), torch.zeros(n, device=device)
    step = 0
    while True:
        discriminator.zero_grad()
        backward(bce(discriminator(real[step % len(real)]), ones))
        fake = generator(torch.randn(n, 100, device=device))
        backward(bce(discriminator(fake.detach()), zeros))
        optimizers[1].step()
        generator.zero_grad()
        backward(bce(discriminator(fake), ones))
        optimizers[0].step()
        step += 1
        yield


def _seconds(step: Callable[[], object], count: int, device: torch.device) -> float:
    _finish(device)
    start_time = time.perf_counter()
    for _ in range(count):
        step()
    _finish(device)
    return time.perf_counter() - start_time


def _finish(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
