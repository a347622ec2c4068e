"""Checks of images as NumPy arrays."""

import numpy as np

from retouch.validation import wrong_type, wrong_value

_SHAPES = {1: "H×W", 3: "H×W×3"}


def require_image(
    image: object, name: str = "image", channels: tuple[int, ...] = (1, 3), *, smallest: int = 1
) -> np.ndarray:
    """An array of numbers, H×W (1 channel) or H×W×3 (3 channels), with pixels.

    Raises:
        TypeError: not a NumPy array of booleans, integers or floats.
        ValueError: another shape, or fewer than `smallest` pixels on a side.
    """
    shapes = " or ".join(_SHAPES[count] for count in channels)
    if not isinstance(image, np.ndarray) or image.dtype.kind not in "buif":
        got = f"dtype {image.dtype}" if isinstance(image, np.ndarray) else type(image).__name__
        raise wrong_type(name, f"a NumPy array of numbers ({shapes})", got)
    fits = (1 in channels and image.ndim == 2) or (3 in channels and image.shape[2:] == (3,))
    if not fits or min(image.shape) < 1:
        raise wrong_value(name, f"shape {shapes} with pixels", image.shape)
    if min(image.shape[:2]) < smallest:
        raise wrong_value(name, f"at least {smallest}×{smallest} pixels", image.shape)
    return image


def require_uint8(
    image: object, name: str = "image", channels: tuple[int, ...] = (1, 3), *, smallest: int = 1
) -> np.ndarray:
    """An image of dtype uint8.

    Raises:
        TypeError: another dtype, or not an array.
        ValueError: another shape, or too small.
    """
    array = require_image(image, name, channels, smallest=smallest)
    if array.dtype != np.uint8:
        raise wrong_type(name, "dtype uint8 (0 to 255)", array.dtype, "convert it first")
    return array


def require_float(
    image: object, name: str = "image", channels: tuple[int, ...] = (1, 3)
) -> np.ndarray:
    """An image of a floating dtype.

    Raises:
        TypeError: another dtype, or not an array.
        ValueError: another shape.
    """
    array = require_image(image, name, channels)
    if array.dtype.kind != "f":
        raise wrong_type(name, "a float image", f"dtype {array.dtype}", "divide it by 255 first")
    return array


def require_unit_range(
    image: object, name: str = "image", channels: tuple[int, ...] = (1, 3)
) -> np.ndarray:
    """A float image with every value in [0, 1].

    Raises:
        TypeError: another dtype, or not an array.
        ValueError: another shape, or a value outside [0, 1] or not a number.
    """
    array = require_float(image, name, channels)
    if not (array.min() >= 0 and array.max() <= 1):
        got = f"{array.min():g} to {array.max():g}"
        raise wrong_value(name, "values in [0, 1]", got, "scale or clip the image first")
    return array


def require_finite(values: np.ndarray, name: str) -> np.ndarray:
    """An array without NaN and infinity.

    Raises:
        ValueError: it has some.
    """
    if not np.isfinite(values).all():
        raise wrong_value(name, "finite values", "NaN or infinity")
    return values
