"""What an image of this package must be, said in one line when it is not."""

from typing import Any

import numpy as np


def require_image(image: Any, channels: tuple[int, ...] = (1, 3)) -> None:
    """Refuse anything but an array of numbers, H×W (1 channel) or H×W×3 (3 channels).

    Raises:
        TypeError: not a NumPy array of booleans, integers or floats.
        ValueError: another shape, or no pixels at all.
    """
    shapes = " or ".join({1: "H×W", 3: "H×W×3"}[count] for count in channels)
    if not isinstance(image, np.ndarray) or image.dtype.kind not in "buif":
        got = f"dtype {image.dtype}" if isinstance(image, np.ndarray) else type(image).__name__
        raise TypeError(f"expected a NumPy array of numbers ({shapes}), got {got}")
    fits = (1 in channels and image.ndim == 2) or (3 in channels and image.shape[2:] == (3,))
    if not fits or image.size == 0:
        raise ValueError(f"expected an image of shape {shapes} with pixels, got {image.shape}")


def require_uint8(image: Any, channels: tuple[int, ...] = (1, 3)) -> None:
    """Refuse an image that is not of dtype uint8.

    Raises:
        TypeError: another dtype, or not an array.
        ValueError: another shape.
    """
    require_image(image, channels)
    if image.dtype != np.uint8:
        raise TypeError(f"expected dtype uint8 (0 to 255), got {image.dtype}; convert it first")


def require_float(image: Any, channels: tuple[int, ...] = (1, 3)) -> None:
    """Refuse an image that is not of a floating dtype.

    Raises:
        TypeError: another dtype, or not an array.
        ValueError: another shape.
    """
    require_image(image, channels)
    if image.dtype.kind != "f":
        raise TypeError(f"expected a float image, got dtype {image.dtype}; divide it by 255 first")


def require_unit_range(image: Any) -> None:
    """Refuse an image that is not float with every value in [0, 1].

    Raises:
        TypeError: another dtype, or not an array.
        ValueError: another shape, or a value outside [0, 1] or not a number.
    """
    require_float(image)
    if not (image.min() >= 0 and image.max() <= 1):
        values = f"{image.min():g} to {image.max():g}"
        raise ValueError(f"expected values in [0, 1], got {values}; scale or clip the image first")


def floating(image: np.ndarray) -> np.ndarray:
    """The image in float32 where it was float16 or float32, in float64 otherwise."""
    wide = np.result_type(image.dtype, np.float32) if image.dtype.kind == "f" else np.float64
    return image.astype(wide, copy=False)
