"""Perceptual path length: how smoothly images change along a path between latents."""

from collections.abc import Callable
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor

from retouch.device import double
from retouch.validation import choice, number, wrong_type, wrong_value
from retouch.validation.tensors import require_finite, require_tensor

Generator = Callable[[Tensor], Tensor]
Distance = Callable[[Tensor, Tensor], Tensor]
Space = Literal["z", "w"]


def slerp(
    start: Float[Tensor, "n d"], end: Float[Tensor, "n d"], position: Float[Tensor, " n"]
) -> Float[Tensor, "n d"]:
    """Spherical interpolation: along the great arc, where Gaussian latents lie.

    Shoemake 1985, section 3.3; the norm goes from one latent's to the other's. Latents that
    point the same way are interpolated linearly.

    Args:
        start, end: latents of one shape, none of them zero.
        position: in [0, 1], one per pair.

    Raises:
        ValueError: the shapes do not fit, or two latents point in opposite directions, where
            the arc is not defined.

    Examples:
        >>> slerp(torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 1.0]]), torch.tensor([0.5]))
        tensor([[0.7071, 0.7071]])
    """
    _check_latents(start, end, position)
    position = position[:, None]
    normalized = [x / x.norm(dim=1, keepdim=True) for x in (start, end)]
    # Kahan's formula keeps its digits at small and at wide angles; the arc cosine does not.
    apart, together = (
        (normalized[1] + sign * normalized[0]).norm(dim=1, keepdim=True) for sign in (-1, 1)
    )
    if bool((together < torch.finfo(start.dtype).eps ** 0.5).any()):
        advice = "no single arc joins them: draw one of them anew"
        raise wrong_value("start and end", "latents that differ", "opposite directions", advice)
    angle = 2 * torch.atan2(apart, together)
    sine = torch.sin(angle)
    straight = angle < 1e-6
    safe = torch.where(straight, torch.ones_like(sine), sine)
    first = torch.where(straight, 1 - position, torch.sin((1 - position) * angle) / safe)
    second = torch.where(straight, position, torch.sin(position * angle) / safe)
    return first * start + second * end


def lerp(
    start: Float[Tensor, "n d"], end: Float[Tensor, "n d"], position: Float[Tensor, " n"]
) -> Float[Tensor, "n d"]:
    """Linear interpolation, for latents without a preferred norm (StyleGAN's w).

    Args:
        start, end: latents of one shape.
        position: in [0, 1], one per pair.

    Raises:
        ValueError: the shapes do not fit.
    """
    _check_latents(start, end, position)
    return start + position[:, None] * (end - start)


@torch.no_grad()
def path_length(  # noqa: PLR0913 — a path is four things, a step and a space
    generator: Generator,
    distance: Distance,
    start: Float[Tensor, "n d"],
    end: Float[Tensor, "n d"],
    position: Float[Tensor, " n"],
    epsilon: float = 1e-4,
    space: Space = "z",
) -> Float[Tensor, " n"]:
    """Perceptual path length of each pair: distance(G(t), G(t + ε)) / ε².

    Karras, Laine and Aila 2019, equation 2. The division by ε² fits a distance that is
    quadratic in a small change, as LPIPS is and a squared error, and a norm is not.
    Interpolation runs in float64, since ε is lost in float32's rounding of t; the images
    are compared as the floats that the generator returns, never as 8-bit pixels.

    Args:
        generator: latents N×D to images.
        distance: two batches of images to one value per pair.
        start, end: the ends of each path.
        position: where on its path each pair is compared, in [0, 1].
        epsilon: the step, in units of the path.
        space: "z" interpolates spherically, "w" linearly.

    Returns:
        One value per pair, without gradients.

    Raises:
        TypeError: latents of half precision, or of whole numbers.
        ValueError: the shapes do not fit, epsilon is not positive, another space, or the
            distance does not give one value per pair.
    """
    epsilon = number(epsilon, "epsilon", above=0)
    choice(space, "space", ("z", "w"))
    _check_latents(start, end, position)
    if torch.finfo(start.dtype).bits < 32:
        advice = "half precision loses epsilon; convert them with .float()"
        raise wrong_type(
            "start and end", "latents of single or double precision", start.dtype, advice
        )
    interpolate = slerp if space == "z" else lerp
    ends = double(start), double(end)
    here, there = (
        generator(interpolate(*ends, double(position) + step).to(start.dtype).to(start.device))
        for step in (0.0, epsilon)
    )
    lengths = distance(here, there)
    if lengths.shape != (len(start),):
        expected = f"one value per pair, shape ({len(start)},)"
        raise wrong_value("distance", expected, tuple(lengths.shape))
    return lengths / epsilon**2


def mean_path_length(
    lengths: Float[Tensor, " n"], quantiles: tuple[float, float] = (0.01, 0.99)
) -> Float[Tensor, ""]:
    """Mean of path lengths between two quantiles, both included.

    The authors' code of Karras et al. 2019 leaves out the lowest and the highest hundredth:
    a few pairs cross between unlike images and would drown the rest.

    Raises:
        ValueError: no lengths, or quantiles that are not in order within [0, 1].
    """
    low, high = quantiles
    require_finite(require_tensor(lengths, "lengths", "n"), "lengths")
    if not 0 <= low < high <= 1:
        raise wrong_value("quantiles", "0 ≤ low < high ≤ 1", quantiles)
    ordered = double(lengths).sort().values
    # Whole samples, as the authors do: the quantiles round towards keeping more.
    first = int(low * (len(ordered) - 1))
    last = -int(-high * (len(ordered) - 1) // 1)
    return ordered[first : last + 1].mean()


def _check_latents(start: Tensor, end: Tensor, position: Tensor) -> None:
    require_tensor(start, "start", "n d"), require_tensor(end, "end", "n d")
    require_tensor(position, "position", "n")
    if start.shape != end.shape or position.shape != start.shape[:1]:
        got = f"shapes {tuple(start.shape)}, {tuple(end.shape)} and {tuple(position.shape)}"
        expected = "N×D twice, and one position per pair"
        raise wrong_value("start, end and position", expected, got)
