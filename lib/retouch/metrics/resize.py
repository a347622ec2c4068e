"""Resizing that does not move a metric: antialiased, in floating point."""

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from retouch.validation import height_and_width
from retouch.validation.tensors import require_images


def clean_resize(
    images: Float[Tensor, "n c h w"], size: int | tuple[int, int], data_range: float = 1.0
) -> Float[Tensor, "n c h2 w2"]:
    """Resize images for a feature extractor as Parmar, Zhang and Zhu 2022 ask for.

    Bicubic, with a kernel that widens when it shrinks, and without rounding to 8 bits; a
    resize that only samples the bicubic kernel aliases, and shifts a Fréchet distance by
    more than papers differ. Bicubic overshoot is clamped to [0, data_range].

    Args:
        images: values in [0, data_range].
        size: height and width; one number for a square.
        data_range: the largest possible value.

    Raises:
        TypeError: the images are not floating-point.
        ValueError: not N×C×H×W, a wrong range, or a size below 1.
    """
    require_images(images, data_range=data_range)
    wide = images.to(torch.promote_types(images.dtype, torch.float32))
    resized = F.interpolate(
        wide, height_and_width(size), mode="bicubic", align_corners=False, antialias=True
    )
    return resized.clamp(0, data_range).to(images.dtype)
