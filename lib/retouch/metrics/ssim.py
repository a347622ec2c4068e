"""Structural similarity, on one scale and on several."""

import math

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from retouch.metrics._checks import at_least_single, check_pair

WINDOW = 11
SIGMA = 1.5
K1, K2 = 0.01, 0.03
# Wang, Simoncelli and Bovik 2003, section 4: exponents from the finest to the coarsest scale.
SCALE_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)


def ssim(
    image: Float[Tensor, "n c h w"], target: Float[Tensor, "n c h w"], data_range: float = 1.0
) -> Float[Tensor, " n"]:
    """Structural similarity of each image: 1 where identical, around 0 where unrelated.

    Wang, Bovik, Sheikh and Simoncelli 2004, equation 13, as their reference code computes
    it: an 11×11 Gaussian window with σ = 1.5, K = (0.01, 0.03), population covariances, and
    the mean over the windows that lie wholly inside the image, then over the channels.

    Args:
        image, target: values in [0, data_range], at least 11 pixels high and wide.
        data_range: distance between the smallest and the largest possible value. It scales
            the two constants, so 255 on images in [0, 1] hides nearly every difference.

    Returns:
        One value per image, at most 1. Differentiable.

    Raises:
        TypeError: the images are not floating-point.
        ValueError: the shapes differ, the values leave [0, data_range], or an image is
            smaller than the window.

    Examples:
        >>> ramp = torch.linspace(0, 1, 16).expand(1, 1, 16, 16)
        >>> ssim(ramp, ramp), ssim(ramp, 1 - ramp) < 0
        (tensor([1.]), tensor([True]))
    """
    check_pair(image, target, data_range)
    _check_size(image, WINDOW)
    similarity, _ = _similarities(at_least_single(image), at_least_single(target), data_range)
    return similarity.mean(dim=1)


def ms_ssim(
    image: Float[Tensor, "n c h w"],
    target: Float[Tensor, "n c h w"],
    data_range: float = 1.0,
    weights: tuple[float, ...] = SCALE_WEIGHTS,
) -> Float[Tensor, " n"]:
    """Multi-scale structural similarity of each image, in [0, 1].

    Wang, Simoncelli and Bovik 2003, equation 7: contrast and structure on every scale,
    luminance on the coarsest only; each scale is the 2×2 mean of the finer one. A negative
    contrast-structure term, which has no real power, counts as 0.

    Args:
        image, target: values in [0, data_range]; both sides at least 11·2^(scales − 1)
            pixels, 176 for the five scales of the paper.
        data_range: distance between the smallest and the largest possible value.
        weights: the exponent of each scale, finest first.

    Returns:
        One value per image: the mean over the channels. Differentiable.

    Raises:
        TypeError: the images are not floating-point.
        ValueError: as `ssim`, or no weights.
    """
    check_pair(image, target, data_range)
    if not weights:
        raise ValueError("weights: expected one exponent per scale, got none")
    _check_size(image, WINDOW * 2 ** (len(weights) - 1))
    image, target = at_least_single(image), at_least_single(target)
    product: Tensor | float = 1.0
    for scale, weight in enumerate(weights):
        if scale:
            image, target = F.avg_pool2d(image, 2), F.avg_pool2d(target, 2)
        similarity, contrast_structure = _similarities(image, target, data_range)
        last = scale == len(weights) - 1
        product = product * (similarity if last else contrast_structure).relu() ** weight
    return torch.as_tensor(product).mean(dim=1)


def _check_size(image: Tensor, minimum: int) -> None:
    if min(image.shape[2:]) < minimum:
        raise ValueError(
            f"image: expected at least {minimum}×{minimum} pixels, got "
            f"{image.shape[2]}×{image.shape[3]}; enlarge the images or use fewer scales"
        )


def _similarities(image: Tensor, target: Tensor, data_range: float) -> tuple[Tensor, Tensor]:
    """SSIM and its contrast-structure factor, each N×C."""
    # One image at a time stays in the processor's cache; a GPU wants the whole batch.
    size = 1 if image.device.type == "cpu" else len(image)
    pairs = zip(image.split(size), target.split(size), strict=True)
    similarity, contrast = zip(*(_similarity(x, y, data_range) for x, y in pairs), strict=True)
    return torch.cat(similarity), torch.cat(contrast)


def _similarity(x: Tensor, y: Tensor, data_range: float) -> tuple[Tensor, Tensor]:
    c1, c2 = (K1 * data_range) ** 2, (K2 * data_range) ** 2
    # Variances ignore a shift, and lose fewer digits about the middle of the range.
    middle = data_range / 2
    x, y = x - middle, y - middle
    moments = _window_mean(torch.stack([x, y, x * x + y * y, x * y]))
    mean_x, mean_y, squares, product = moments
    covariance = product - mean_x * mean_y
    variances = squares - mean_x.square() - mean_y.square()
    contrast = (2 * covariance + c2) / (variances + c2)
    mean_x, mean_y = mean_x + middle, mean_y + middle
    luminance = (2 * mean_x * mean_y + c1) / (mean_x.square() + mean_y.square() + c1)
    return (luminance * contrast).mean(dim=(2, 3)), contrast.mean(dim=(2, 3))


def _window_mean(maps: Tensor) -> Tensor:
    """Gaussian mean over each window wholly inside: ...×H×W to ...×(H−10)×(W−10)."""
    radius = WINDOW // 2
    weights = [math.exp(-0.5 * (offset / SIGMA) ** 2) for offset in range(-radius, radius + 1)]
    total = sum(weights)
    for dim in (-2, -1):
        size = maps.shape[dim] - WINDOW + 1
        # Eleven shifted sums per axis: separable, and on a CPU faster than a convolution.
        mean = maps.narrow(dim, radius, size) * (weights[radius] / total)
        for offset, weight in enumerate(weights):
            if offset != radius:
                mean.add_(maps.narrow(dim, offset, size), alpha=weight / total)
        maps = mean
    return maps
