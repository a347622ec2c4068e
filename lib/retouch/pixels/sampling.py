"""Looking up an image between its pixels."""

import numpy as np
from jaxtyping import Float, Real
from numpy import ndarray

from retouch.validation import wrong_value
from retouch.validation.arrays import require_finite, require_image


def sample_bilinear(
    image: Real[ndarray, "h w *rgb"], y: Float[ndarray, "m n"], x: Float[ndarray, "m n"]
) -> Float[ndarray, "m n *rgb"]:
    """Values of the image at fractional rows ``y`` and columns ``x``; zero outside.

    Args:
        image: H×W or H×W×3, any range.
        y, x: M×N coordinates; (0, 0) is the centre of the upper left pixel.

    Returns:
        Float, M×N (× 3), in the range of the input.

    Raises:
        TypeError: the image is not an array of numbers.
        ValueError: the image has another shape, the coordinates differ in theirs, or one is
            not finite.
    """
    require_image(image)
    if y.shape != x.shape:
        raise wrong_value("y and x", "one shape", f"{y.shape} and {x.shape}")
    require_finite(y, "y"), require_finite(x, "x")
    height, width = image.shape[:2]
    padded = np.pad(floating(image), [(1, 2), (1, 2)] + [(0, 0)] * (image.ndim - 2))
    y, x = np.clip(y, -1, height) + 1, np.clip(x, -1, width) + 1
    top, left = np.floor(y).astype(int), np.floor(x).astype(int)
    weight_shape = top.shape + (1,) * (image.ndim - 2)
    down = (y - top).astype(padded.dtype).reshape(weight_shape)
    right = (x - left).astype(padded.dtype).reshape(weight_shape)
    upper = (1 - right) * padded[top, left] + right * padded[top, left + 1]
    lower = (1 - right) * padded[top + 1, left] + right * padded[top + 1, left + 1]
    return (1 - down) * upper + down * lower


def floating(image: np.ndarray) -> np.ndarray:
    """The image in float32 where it was float16 or float32, in float64 otherwise."""
    wide = np.result_type(image.dtype, np.float32) if image.dtype.kind == "f" else np.float64
    return image.astype(wide, copy=False)
