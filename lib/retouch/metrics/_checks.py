"""Checks that the metrics share: one clear line for a wrong type, shape or range."""

import torch
from torch import Tensor

SAMPLED_ROWS = 8


def check_images(images: Tensor, data_range: float, name: str = "images") -> None:
    """Refuse images that are not floating-point N×C×H×W in [0, data_range].

    Some eight rows of each image are read: a wrong scale shows in any row, and reading
    them all would take as long as the cheapest metric.

    Raises:
        TypeError: not a floating-point tensor.
        ValueError: not four axes, an empty one, or values outside [0, data_range].
    """
    if not isinstance(images, Tensor) or not images.is_floating_point():
        found = images.dtype if isinstance(images, Tensor) else type(images).__name__
        raise TypeError(
            f"{name}: expected a floating-point tensor, got {found}; "
            "convert 8-bit images with images.float() / 255"
        )
    if images.ndim != 4 or images.numel() == 0:
        raise ValueError(
            f"{name}: expected a batch N×C×H×W, got shape {tuple(images.shape)}; "
            "add a batch axis to one image with image[None]"
        )
    if not data_range > 0:
        raise ValueError(f"data_range: expected a positive number, got {data_range}")
    _check_range(images, data_range, name)


def _check_range(images: Tensor, data_range: float, name: str) -> None:
    rows = images.detach()[:, :, :: max(1, images.shape[2] // SAMPLED_ROWS)]
    low, high = (float(value) for value in rows.aminmax())
    slack = 1e-4 * data_range
    if not (low >= -slack and high <= data_range + slack):
        raise ValueError(
            f"{name}: expected values in [0, {data_range:g}], got [{low:.4g}, {high:.4g}]; "
            "rescale or clamp the images, or pass their data_range"
        )
    if data_range >= 100 and 0 < high <= 1 and bool((rows % 1 != 0).any()):
        raise ValueError(
            f"{name}: values lie in [{low:.4g}, {high:.4g}], but data_range is {data_range:g}; "
            "images in [0, 1] need data_range=1"
        )


def check_pair(image: Tensor, target: Tensor, data_range: float) -> None:
    """Refuse two batches that cannot be compared pixel by pixel.

    Raises:
        TypeError: either is no floating-point tensor.
        ValueError: the shapes or devices differ, or the values leave [0, data_range].
    """
    check_images(image, data_range, "image")
    check_images(target, data_range, "target")
    if image.shape != target.shape:
        raise ValueError(
            f"image and target: expected one shape, got {tuple(image.shape)} "
            f"and {tuple(target.shape)}; resize or crop one of them"
        )
    if image.device != target.device:
        raise ValueError(
            f"image and target: expected one device, got {image.device} "
            f"and {target.device}; move one with .to()"
        )


def common_precision(image: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Both in the wider of their dtypes, and at least in single precision."""
    dtype = torch.promote_types(torch.promote_types(image.dtype, target.dtype), torch.float32)
    return image.to(dtype), target.to(dtype)


def check_samples(samples: Tensor, minimum: int, name: str) -> None:
    """Refuse a feature matrix that is not N×D with at least `minimum` finite rows.

    Raises:
        TypeError: not a floating-point tensor.
        ValueError: not two axes, too few rows, or a value that is not finite.
    """
    if not isinstance(samples, Tensor) or not samples.is_floating_point():
        found = samples.dtype if isinstance(samples, Tensor) else type(samples).__name__
        raise TypeError(f"{name}: expected a floating-point tensor N×D, got {found}")
    if samples.ndim != 2 or samples.shape[1] == 0:
        raise ValueError(
            f"{name}: expected N×D (one row per image), got shape {tuple(samples.shape)}; "
            "flatten or pool the features first"
        )
    if len(samples) < minimum:
        raise ValueError(
            f"{name}: expected at least {minimum} samples, got {len(samples)}; use more images"
        )
    if not bool(torch.isfinite(samples).all()):
        raise ValueError(f"{name}: expected finite values, got NaN or infinity")
