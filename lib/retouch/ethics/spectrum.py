"""The trace that upsampling leaves in the spectrum of generated images."""

import itertools

import torch
from jaxtyping import Float
from torch import Tensor

from retouch.device import double
from retouch.validation import whole
from retouch.validation.tensors import require_images

# A Hann window spreads a peak over ±2 bins; the background is read beyond them.
INNER, OUTER = 3, 6
# Variance of the rounding to 8 bits: no trace below it survives in a stored image.
ROUNDING = 1 / (12 * 255**2)


def power_spectrum(image: Float[Tensor, "n c h w"]) -> Float[Tensor, "n h w"]:
    """Power spectrum of each image, mean over the channels, float64, zero frequency first.

    The mean is subtracted and a Hann window applied, so that the borders leave no cross.

    Raises:
        TypeError: the images are not floating-point.
        ValueError: not N×C×H×W, or values outside [0, 1].
    """
    require_images(image, "image", data_range=1.0)
    image = double(image)
    window = _window(image)
    centered = image - (image * window).sum(dim=(2, 3), keepdim=True) / window.sum()
    return torch.fft.fft2(centered * window).abs().square().mean(dim=1)


def upsampling_peak(image: Float[Tensor, "n c h w"], stages: int = 1) -> Float[Tensor, " n"]:
    """Energy at the frequencies that upsampling leaves, relative to their surroundings.

    Stride-2 upsampling inserts zeros, which repeats the spectrum, and its strongest part,
    the mean, about (½, 0), (0, ½) and (½, ½) cycles per pixel (Odena, Dumoulin and Olah
    2016; Zhang, Karaman and Chang 2019). What the learned kernel fails to remove stands out
    there as a checkerboard; nearest and bilinear kernels have zeros there and leave less.
    Of the 15 photographs of `retouch.data`, cut to even sides, 12 have a ratio under 6, and one
    has 106. A blur takes the peak below the noise of 8-bit rounding, which counts as part of the
    surroundings.

    Args:
        image: values in [0, 1], at least 16·2^(stages − 1) pixels high and wide.
        stages: upsamplings to look for: also multiples of ¼ with 2, of ⅛ with 3.

    Returns:
        One ratio per image, float64: power at those frequencies over the power in the
        square ring 3 to 6 bins around each, plus that of rounding to 8 bits.

    Raises:
        TypeError: the images are not floating-point.
        ValueError: a wrong shape or range, too few pixels, or fewer than one stage.
    """
    stages = whole(stages, "stages", at_least=1, at_most=8)
    require_images(image, "image", smallest=16 * 2 ** (stages - 1))
    power = power_spectrum(image)
    height, width = power.shape[1:]
    centers = [
        (round(height * row / 2**stages), round(width * column / 2**stages))
        for row, column in itertools.product(range(2**stages), repeat=2)
        if (row, column) != (0, 0)
    ]
    peaks = torch.stack([power[:, row, column] for row, column in centers])
    surroundings = torch.stack([_ring_mean(power, row, column) for row, column in centers])
    floor = ROUNDING * _window(power).square().sum()
    return peaks.mean(dim=0) / (surroundings.mean(dim=0) + floor)


def _window(image: Tensor) -> Tensor:
    sides = [
        torch.hann_window(side, dtype=torch.float64, device=image.device)
        for side in image.shape[-2:]
    ]
    return torch.outer(*sides)


def _ring_mean(power: Tensor, row: int, column: int) -> Tensor:
    offset = torch.arange(-OUTER, OUTER + 1, device=power.device)
    distance = torch.maximum(offset.abs()[:, None], offset.abs())
    rows = (row + offset) % power.shape[1]
    columns = (column + offset) % power.shape[2]
    return power[:, rows[:, None], columns][:, distance >= INNER].mean(dim=1)
