"""Structural similarity, on one scale and on several."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from retouch.metrics.errors import common_precision
from retouch.validation import number, wrong_value
from retouch.validation.tensors import require_pair

WINDOW = 11
SIGMA = 1.5
K1, K2 = 0.01, 0.03
VECTOR = 16
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
    require_pair(image, target, data_range, smallest=WINDOW)
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
    if not weights:
        raise wrong_value("weights", "one exponent per scale", "none")
    weights = tuple(number(weight, "weights", at_least=0) for weight in weights)
    smallest = WINDOW * 2 ** (len(weights) - 1)  # fewer scales need fewer pixels
    require_pair(image, target, data_range, smallest=smallest)
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


def _similarities(image: Tensor, target: Tensor, data_range: float) -> tuple[Tensor, Tensor]:
    """SSIM and its contrast-structure factor, each N×C."""
    # On a CPU, sixteen channels fill the vectors of a convolution channel by channel, and their
    # maps stay in the cache; a GPU wants the whole batch. Only single precision has such a
    # convolution: double is several times slower with channels last.
    on_cpu = image.device.type == "cpu"
    single = image.dtype == torch.float32
    order = torch.channels_last if on_cpu and single else torch.contiguous_format
    size = VECTOR if on_cpu else image.shape[0] * image.shape[1]
    parts = [
        [part.contiguous(memory_format=order) for part in planes.split(size, dim=1)]
        for planes in (image.flatten(0, 1)[None], target.flatten(0, 1)[None])
    ]
    with _full_precision():
        values = [_similarity(x, y, data_range) for x, y in zip(*parts, strict=True)]
    similarity, contrast = zip(*values, strict=True)
    shape = image.shape[:2]
    return torch.cat(similarity).view(shape), torch.cat(contrast).view(shape)


def _similarity(x: Tensor, y: Tensor, data_range: float) -> tuple[Tensor, Tensor]:
    """The same of the channels of 1×P×H×W, each P.

    Both factors have the form n / (n + e) with e from the difference of the images. So they are
    exactly 1 where there is none.
    """
    c1, c2 = (x.new_tensor((k * data_range) ** 2) for k in (K1, K2))
    # Variances ignore a shift, and lose fewer digits about the middle of the range.
    middle = data_range / 2
    x, y = x - middle, y - middle
    # C2 rides along: the mean of a map plus a constant is the mean plus it.
    maps = x, y, torch.addcmul(c2, x, y, value=2), (x - y).square()
    mean_x, mean_y, mean_product, mean_error = (_window_mean(each) for each in maps)
    product, error = mean_x * mean_y, (mean_x - mean_y).square()
    covariance = torch.sub(mean_product, product, alpha=2)
    contrast_structure = covariance / (covariance + (mean_error - error))
    # With a and b about the middle m: (a + m)(b + m) = ab + m(a + b) + m².
    shift = torch.add(c1 + 2 * middle**2, mean_x + mean_y, alpha=2 * middle)
    luminance = torch.add(shift, product, alpha=2)
    similarity = luminance / (luminance + error) * contrast_structure
    return similarity.mean(dim=(0, 2, 3)), contrast_structure.mean(dim=(0, 2, 3))


def _window_mean(planes: Tensor) -> Tensor:
    """Gaussian means over the windows wholly inside the planes of 1×P×H×W, down and across."""
    offsets = torch.arange(WINDOW, dtype=torch.float64) - WINDOW // 2
    weights = torch.exp(-0.5 * (offsets / SIGMA) ** 2)
    count = planes.shape[1]
    column = (weights / weights.sum()).to(planes).repeat(count).view(count, 1, WINDOW, 1)
    return F.conv2d(F.conv2d(planes, column, groups=count), column.mT, groups=count)


@contextmanager
def _full_precision() -> Iterator[None]:
    """Keep float32 products exact, whatever a training script has allowed."""
    allowed = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("highest")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(allowed)
