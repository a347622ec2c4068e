"""Structural similarity, on one scale and on several."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from retouch.metrics._checks import check_pair, common_precision

WINDOW = 11
SIGMA = 1.5
K1, K2 = 0.01, 0.03
BLOCK = 32
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
    similarity, _ = _similarities(*common_precision(image, target), data_range)
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
    image, target = common_precision(image, target)
    product: Tensor | float = 1.0
    for scale, weight in enumerate(weights):
        if scale:
            image, target = F.avg_pool2d(image, 2), F.avg_pool2d(target, 2)
        similarity, contrast_structure = _similarities(image, target, data_range)
        last = scale == len(weights) - 1
        product = product * _positive_power(similarity if last else contrast_structure, weight)
    return torch.as_tensor(product).mean(dim=1)


def _positive_power(base: Tensor, exponent: float) -> Tensor:
    """base^exponent, and 0 with a gradient of 0 where the base is not positive."""
    positive = base > 0
    return torch.where(positive, torch.where(positive, base, 1.0) ** exponent, 0.0)


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
    with _full_precision():
        pairs = zip(image.split(size), target.split(size), strict=True)
        parts = [_similarity(x, y, data_range) for x, y in pairs]
    similarity, contrast = zip(*parts, strict=True)
    return torch.cat(similarity), torch.cat(contrast)


def _similarity(x: Tensor, y: Tensor, data_range: float) -> tuple[Tensor, Tensor]:
    c1, c2 = (x.new_tensor((k * data_range) ** 2) for k in (K1, K2))
    # Variances ignore a shift, and lose fewer digits about the middle of the range.
    middle = data_range / 2
    x, y = x - middle, y - middle
    # C2 rides along: the mean of a map plus a constant is the mean plus it.
    product = torch.addcmul(c2, x, y, value=2)
    squares = torch.addcmul(torch.addcmul(c2, x, x), y, y)
    similarity, contrast_structure = x.new_zeros(2, *x.shape[:2])
    for mean_x, mean_y, mean_product, mean_squares in _window_means(x, y, product, squares):
        covariance = torch.addcmul(mean_product, mean_x, mean_y, value=-2)
        variance = _add_squares(mean_squares, mean_x, mean_y, -1)
        # With a and b about the middle m: (a + m)(b + m) = ab + m(a + b) + m², and so on.
        shift = torch.add(c1 + 2 * middle**2, mean_x + mean_y, alpha=2 * middle)
        luminance = torch.addcmul(shift, mean_x, mean_y, value=2)
        luminance = luminance / _add_squares(shift, mean_x, mean_y, 1)
        contrast = covariance / variance
        similarity = similarity + (luminance * contrast).sum(dim=(2, 3))
        contrast_structure = contrast_structure + contrast.sum(dim=(2, 3))
    windows = (x.shape[2] - WINDOW + 1) * (x.shape[3] - WINDOW + 1)
    return similarity / windows, contrast_structure / windows


def _add_squares(start: Tensor, x: Tensor, y: Tensor, sign: int) -> Tensor:
    return torch.addcmul(torch.addcmul(start, x, x, value=sign), y, y, value=sign)


def _window_means(*maps: Tensor) -> Iterator[Tensor]:
    """Gaussian means over the windows wholly inside all maps, in blocks of columns.

    A band of the convolution's matrix times a block of rows, then of columns: on a CPU that
    is several times faster than a convolution with one channel.
    """
    shape, height, width = maps[0].shape, maps[0].shape[2], maps[0].shape[3]
    band = _band(maps[0])
    # All maps in one column; the windows across two of them are cut off at the end.
    count = len(maps) * shape[0] * shape[1] * height
    padding = maps[0].new_zeros(-count % BLOCK + WINDOW - 1, width)
    column = torch.cat([*(each.flatten(0, 2) for each in maps), padding])
    rows = (band @ column.unfold(0, BLOCK + WINDOW - 1, BLOCK).mT).flatten(0, 1)[:count]
    for start in range(0, width - WINDOW + 1, BLOCK):
        size = min(BLOCK, width - WINDOW + 1 - start)
        block = rows[:, start : start + size + WINDOW - 1] @ band[:size, : size + WINDOW - 1].T
        yield block.view(len(maps), *shape[:3], size)[:, :, :, : height - WINDOW + 1]


def _band(maps: Tensor) -> Tensor:
    """The window's weights on eleven diagonals: BLOCK means from BLOCK + 10 values."""
    offsets = torch.arange(WINDOW, dtype=torch.float64) - WINDOW // 2
    weights = torch.exp(-0.5 * (offsets / SIGMA) ** 2)
    band = torch.zeros(BLOCK, BLOCK + WINDOW - 1, dtype=torch.float64)
    for offset, weight in enumerate((weights / weights.sum()).tolist()):
        band.diagonal(offset).fill_(weight)
    return band.to(maps)


@contextmanager
def _full_precision() -> Iterator[None]:
    """Keep float32 products exact, whatever a training script has allowed."""
    allowed = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("highest")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(allowed)
