"""Distributions in the plane: everything that a generative model does to them is visible.

Samples are N×2, float32, on the generator's device.
"""

import math

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from retouch.validation import number, whole
from retouch.validation.tensors import require_tensor

Points = Float[Tensor, "n 2"]


def ring_centers(modes: int = 8, radius: float = 2.0) -> Float[Tensor, "modes 2"]:
    """`modes` points on a circle, evenly, counter-clockwise from (radius, 0).

    >>> ring_centers(4, 1.0).round(decimals=3).abs().tolist()
    [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 1.0]]
    """
    modes, radius = whole(modes, "modes", at_least=1), number(radius, "radius", at_least=0)
    angle = torch.arange(modes) * (2 * math.pi / modes)
    return radius * torch.stack((angle.cos(), angle.sin()), dim=1)


def grid_centers(side: int = 5, spacing: float = 1.0) -> Float[Tensor, "modes 2"]:
    """`side`×`side` points, `spacing` apart, centred on the origin.

    >>> grid_centers(2, 2.0).tolist()
    [[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]]
    """
    side, spacing = whole(side, "side", at_least=1), number(spacing, "spacing")
    line = spacing * (torch.arange(side) - (side - 1) / 2)
    return torch.cartesian_prod(line, line)


def gaussian_mixture(
    n: int, centers: Float[Tensor, "modes 2"], std: float, generator: Generator
) -> Points:
    """Equally likely round Gaussians of standard deviation `std` about `centers`."""
    n, std = _counted(n, std)
    require_tensor(centers, "centers", "modes 2")
    device = generator.device
    which = torch.randint(len(centers), (n,), generator=generator, device=device)
    noise = torch.randn(n, 2, generator=generator, device=device)
    return centers.to(device)[which] + std * noise


def ring_of_gaussians(
    n: int, generator: Generator, modes: int = 8, radius: float = 2.0, std: float = 0.02
) -> Points:
    """Gaussians on a ring: the standard test for mode collapse (Metz et al. 2017)."""
    return gaussian_mixture(n, ring_centers(modes, radius), std, generator)


def grid_of_gaussians(
    n: int, generator: Generator, side: int = 5, spacing: float = 1.0, std: float = 0.02
) -> Points:
    """Gaussians on a square grid: many modes, some with neighbours on every side."""
    return gaussian_mixture(n, grid_centers(side, spacing), std, generator)


def spiral(
    n: int, generator: Generator, turns: float = 1.5, radius: float = 2.0, std: float = 0.05
) -> Points:
    """An Archimedean spiral from the centre out, evenly dense along its length, with noise."""
    n, std = _counted(n, std)
    device = generator.device
    # Length grows with the square of the angle, so the root of a uniform draw spreads evenly.
    along = torch.rand(n, generator=generator, device=device).sqrt()
    angle = 2 * math.pi * turns * along
    curve = radius * along[:, None] * torch.stack((angle.cos(), angle.sin()), dim=1)
    return curve + std * torch.randn(n, 2, generator=generator, device=device)


def two_moons(n: int, generator: Generator, std: float = 0.1) -> Points:
    """Two interleaved half circles of radius 1, equally likely, with noise."""
    n, std = _counted(n, std)
    device = generator.device
    upper = torch.randint(2, (n,), generator=generator, device=device) == 1
    angle = math.pi * torch.rand(n, generator=generator, device=device)
    arc = torch.stack((angle.cos(), angle.sin()), dim=1)
    moons = torch.where(upper[:, None], arc, torch.tensor([1.0, 0.5], device=device) - arc)
    center = torch.tensor([0.5, 0.25], device=device)
    return moons - center + std * torch.randn(n, 2, generator=generator, device=device)


def _counted(n: int, std: float) -> tuple[int, float]:
    return whole(n, "n", at_least=1), number(std, "std", at_least=0)
