"""Random changes that leave an image's meaning alone, drawn anew for every image.

Images are N×C×H×W, float, in [0, 1]. Every function draws from the `torch.Generator` that
it is given (which may live on another device than the images), returns new tensors, and
leaves its inputs unchanged.
"""

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int, Shaped
from scipy.special import betaincinv
from torch import Generator, Tensor

from retouch.device import double, has_double
from retouch.validation import height_and_width, number, whole, wrong_value
from retouch.validation.tensors import require_images, require_tensor

Images = Float[Tensor, "n c h w"]


def random_hflip(images: Images, p: float, generator: Generator) -> Images:
    """Mirror each image left to right with probability `p`, each on its own.

    Args:
        images: values are moved, never changed, so any range will do.
        p: probability in [0, 1].
        generator: where the draws come from.

    Raises:
        TypeError, ValueError: `p` is no probability, or the images are not float N×C×H×W.
    """
    require_images(images)
    p = number(p, "p", at_least=0, at_most=1, advice="it is a probability")
    flip = _uniform(len(images), 0, 1, generator) < p
    return torch.where(_per_image(flip).to(images.device), images.flip(-1), images)


def random_crop(
    images: Images, size: int | tuple[int, int], padding: int, generator: Generator
) -> Float[Tensor, "n c h2 w2"]:
    """Cut a window out of each zero-padded image, at an offset of its own.

    Every offset at which the window fits is equally likely.

    Args:
        images: values are moved, never changed; the padding is 0.
        size: height and width of the window in pixels, or one number for both.
        padding: rows and columns of zeros added on each of the four sides.
        generator: where the draws come from.

    Raises:
        ValueError: the window is larger than the padded image.
    """
    require_images(images)
    height, width = height_and_width(size)
    padding = whole(padding, "padding", at_least=0)
    padded = F.pad(images, (padding,) * 4)
    rows, columns = padded.shape[2] - height, padded.shape[3] - width
    if rows < 0 or columns < 0:
        expected = f"a window that fits into a padded image of {padded.shape[2]}×{padded.shape[3]}"
        advice = "use a smaller size or more padding"
        raise wrong_value("size", expected, f"{height}×{width}", advice)
    top = _integers(len(images), rows + 1, generator).to(images.device)
    left = _integers(len(images), columns + 1, generator).to(images.device)
    windows = padded.unfold(2, height, 1).unfold(3, width, 1)  # n c rows+1 columns+1 h2 w2
    return windows[torch.arange(len(images), device=images.device), :, top, left]


def jitter_color(
    images: Images, brightness: float, contrast: float, generator: Generator
) -> Images:
    """Change each image's brightness, then its contrast, by factors of its own.

    Brightness multiplies the image; contrast scales it about the mean over all of its
    pixels and channels. Each factor is uniform in [1 − strength, 1 + strength], and the
    result is clamped to [0, 1] once, at the end.

    Args:
        images: values in [0, 1].
        brightness, contrast: strengths in [0, 1]; 0 changes nothing.
        generator: where the draws come from.

    Raises:
        ValueError: a strength lies outside [0, 1].
    """
    require_images(images)
    brightness = number(brightness, "brightness", at_least=0, at_most=1)
    contrast = number(contrast, "contrast", at_least=0, at_most=1)
    gain = _uniform(len(images), 1 - brightness, 1 + brightness, generator)
    spread = _uniform(len(images), 1 - contrast, 1 + contrast, generator)
    brighter = images * _per_image(gain).to(images)
    mean = brighter.mean(dim=(1, 2, 3), keepdim=True)
    return (mean + _per_image(spread).to(images) * (brighter - mean)).clamp(0, 1)


def rotate_pair(
    images: Images, masks: Shaped[Tensor, "n k h w"], degrees: float, generator: Generator
) -> tuple[Images, Shaped[Tensor, "n k h w"]]:
    """Rotate each image and its mask by one and the same random angle.

    The angle is uniform in [−degrees, degrees], counter-clockwise, about the image's centre.
    Images are interpolated bilinearly, masks take the nearest pixel and so keep their
    labels; both are 0 outside.

    Args:
        images: any range.
        masks: labels of the same pixels, of any dtype (exact up to ±2⁵³).
        degrees: largest angle.
        generator: where the draws come from.

    Raises:
        ValueError: images and masks differ in number, height or width.
    """
    require_images(images)
    require_tensor(masks, "masks", "n k h w", kind="any")
    if masks.shape[0] != len(images) or masks.shape[2:] != images.shape[2:]:
        expected = f"one mask per image, for images of shape {tuple(images.shape)}"
        raise wrong_value("masks", expected, f"shape {tuple(masks.shape)}")
    degrees = number(degrees, "degrees")
    place = images.device if has_double(images.device) else torch.device("cpu")
    angle = _uniform(len(images), -degrees, degrees, generator).to(place)
    grid = _rotation_grid(angle, *images.shape[2:])
    labels = F.grid_sample(double(masks), grid, "nearest", align_corners=False)
    # In half precision a place between two pixels would be lost.
    wide = images.to(torch.promote_types(images.dtype, torch.float32))
    rotated = F.grid_sample(
        wide, grid.to(wide.dtype).to(wide.device), "bilinear", align_corners=False
    )
    return rotated.to(images.dtype), labels.to(masks.dtype).to(masks.device)


def cutout(images: Images, size: int, generator: Generator) -> Images:
    """Set a `size`×`size` square of each image to 0, wholly inside, at a place of its own.

    DeVries & Taylor 2017, except that their square may hang over the border.

    Args:
        images: any range.
        size: side of the square in pixels.
        generator: where the draws come from.

    Raises:
        ValueError: the square does not fit into the image.
    """
    require_images(images)
    height, width = images.shape[2:]
    size = whole(size, "size", at_least=0)
    if size > min(height, width):
        expected = f"a square that fits into {height}×{width} pixels"
        raise wrong_value("size", expected, f"{size}×{size}")
    top = _integers(len(images), height - size + 1, generator)
    left = _integers(len(images), width - size + 1, generator)
    hole = _inside(top, size, height)[:, None, :, None] & _inside(left, size, width)[:, None, None]
    return images.masked_fill(hole.to(images.device), 0)


def mixup(
    images: Images, labels: Float[Tensor, "n k"], alpha: float, generator: Generator
) -> tuple[Images, Float[Tensor, "n k"]]:
    """Blend every image, and its label, with those of another: λ·x + (1 − λ)·x[π].

    Zhang et al. 2018: one λ ~ Beta(α, α) and one permutation π for the whole batch, the
    same for images and labels.

    Args:
        images: any range.
        labels: one-hot, or any distribution over the k classes.
        alpha: α > 0; near 0 hardly anything is mixed, at 1 every λ is equally likely.
        generator: where the draws come from.

    Raises:
        ValueError: α is not positive, or the labels are not one row per image.
    """
    require_images(images)
    advice = "torch.nn.functional.one_hot(labels, k).float() makes them"
    require_tensor(labels, "labels", f"{len(images)} k", advice=advice, dtype_advice=advice)
    alpha = number(alpha, "alpha", above=0)
    # torch's own Beta takes no generator, so a uniform draw goes through the inverse CDF.
    mix = float(betaincinv(alpha, alpha, _uniform(1, 0, 1, generator).item()))
    order = torch.randperm(len(images), generator=generator, device=generator.device)
    order = order.to(images.device)
    return images.lerp(images[order], 1 - mix), labels.lerp(labels[order], 1 - mix)


def standardize(
    images: Images,
    mean: Sequence[float] | Float[Tensor, "c"],
    std: Sequence[float] | Float[Tensor, "c"],
) -> Images:
    """Subtract each channel's mean and divide by its standard deviation.

    Args:
        images: any range, as long as `mean` and `std` are measured on it.
        mean, std: one number per channel.

    Raises:
        ValueError: the number of means or deviations is not the number of channels.
    """
    require_images(images)
    center, scale = (
        torch.as_tensor(value, dtype=images.dtype, device=images.device) for value in (mean, std)
    )
    for name, value in (("mean", center), ("std", scale)):
        if value.shape != images.shape[1:2]:
            expected = f"one for each of {images.shape[1]} channels"
            raise wrong_value(name, expected, f"shape {tuple(value.shape)}")
    return (images - center[:, None, None]) / scale[:, None, None]


def _rotation_grid(angle: Float[Tensor, "n"], height: int, width: int) -> Float[Tensor, "n h w 2"]:
    """Where a counter-clockwise rotation reads from, in grid_sample's [−1, 1]."""
    # y points down, so reading clockwise turns the picture counter-clockwise; the ratio
    # keeps the rotation rigid where a unit of x and a unit of y differ in pixels.
    cos, sin = (angle * math.pi / 180).cos(), (angle * math.pi / 180).sin()
    ratio, zero = height / width, torch.zeros_like(cos)
    rows = (cos, -sin * ratio, zero, sin / ratio, cos, zero)
    theta = torch.stack(rows, dim=1).reshape(-1, 2, 3)
    return F.affine_grid(theta, [len(angle), 1, height, width], align_corners=False)


def _inside(start: Int[Tensor, "n"], size: int, length: int) -> Bool[Tensor, "n length"]:
    position = torch.arange(length, device=start.device)
    return (position >= start[:, None]) & (position < start[:, None] + size)


def _uniform(n: int, low: float, high: float, generator: Generator) -> Float[Tensor, "n"]:
    device = generator.device
    dtype = torch.float64 if has_double(device) else torch.float32
    draws = torch.rand(n, generator=generator, device=device, dtype=dtype)
    return low + (high - low) * double(draws)


def _integers(n: int, high: int, generator: Generator) -> Int[Tensor, "n"]:
    return torch.randint(high, (n,), generator=generator, device=generator.device)


def _per_image(values: Shaped[Tensor, "n"]) -> Shaped[Tensor, "n 1 1 1"]:
    return values[:, None, None, None]
