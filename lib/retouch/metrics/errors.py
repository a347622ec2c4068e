"""Pixel errors: mean squared error and peak signal-to-noise ratio."""

import torch
from jaxtyping import Float
from torch import Tensor

from retouch.validation.tensors import require_pair


def mse(
    image: Float[Tensor, "n c h w"], target: Float[Tensor, "n c h w"], data_range: float = 1.0
) -> Float[Tensor, " n"]:
    """Mean squared error of each image.

    Args:
        image: of the target's shape and device; noise may take it out of the range.
        target: values in [0, data_range].
        data_range: the largest possible value; only used to check the inputs.

    Returns:
        One value per image, in squared units of the images; 0 where the two are identical.

    Raises:
        TypeError: the images are not floating-point.
        ValueError: the shapes differ, a value is not a number, the target leaves
            [0, data_range], or the image has another scale.

    Examples:
        >>> mse(torch.zeros(2, 3, 4, 5), torch.full((2, 3, 4, 5), 0.5))
        tensor([0.2500, 0.2500])
    """
    require_pair(image, target, data_range, noisy=True)
    return _mean_squared_error(*common_precision(image, target))


def psnr(
    image: Float[Tensor, "n c h w"], target: Float[Tensor, "n c h w"], data_range: float = 1.0
) -> Float[Tensor, " n"]:
    """Peak signal-to-noise ratio of each image, in decibels: 10 log₁₀(data_range² / MSE).

    Args:
        image: of the target's shape and device; noise may take it out of the range.
        target: values in [0, data_range].
        data_range: distance between the smallest and the largest possible value.

    Returns:
        One value per image; infinity where the two are identical.

    Raises:
        TypeError: the images are not floating-point.
        ValueError: the shapes differ, a value is not a number, the target leaves
            [0, data_range], or the image has another scale.

    Examples:
        >>> psnr(torch.zeros(1, 3, 4, 5), torch.full((1, 3, 4, 5), 0.1))
        tensor([20.])
    """
    return 10 * torch.log10(data_range**2 / mse(image, target, data_range))


def common_precision(image: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Both in the wider of their dtypes, and at least in single precision."""
    dtype = torch.promote_types(torch.promote_types(image.dtype, target.dtype), torch.float32)
    return image.to(dtype), target.to(dtype)


def _mean_squared_error(image: Tensor, target: Tensor) -> Tensor:
    needs_gradient = torch.is_grad_enabled() and (image.requires_grad or target.requires_grad)
    if image.device.type != "cpu" or needs_gradient:
        return (image - target).square().mean(dim=(1, 2, 3))
    # One image's difference stays in the processor's cache; a batch's would not.
    difference = image.new_empty(image[0].numel())
    errors = []
    for one, other in zip(image.flatten(1), target.flatten(1), strict=True):
        torch.sub(one, other, out=difference)
        errors.append(torch.dot(difference, difference))
    return torch.stack(errors) / len(difference)
