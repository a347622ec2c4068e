"""From arrays and tensors to the uint8 pixels that a screen shows."""

from typing import Any, TypeAlias

import numpy as np
from jaxtyping import UInt8
from numpy import ndarray

from retouch.validation import wrong_type, wrong_value

ImageLike: TypeAlias = Any
"""A NumPy array H×W or H×W×3, or a torch tensor H×W or C×H×W with C = 1 or 3."""

NOT_A_NUMBER = (255, 0, 255)
"""The colour of pixels that are not a number: magenta, which no colour map here contains."""

DIVERGING = ((0, 60, 136), (92, 158, 214), (247, 247, 247), (240, 150, 76), (160, 62, 0))
"""Blue (−1) over white (0) to orange (+1): hues that colour-blind readers tell apart."""


def as_array(image: ImageLike) -> np.ndarray:
    """The image as a NumPy array, H×W or H×W×3, of its own dtype.

    Raises:
        TypeError: neither an array nor a tensor, or not of numbers.
        ValueError: another shape.
    """
    # A tensor is told by what it can do, so that torch need not be imported.
    array = _tensor_to_array(image) if hasattr(image, "detach") else image
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "buif":
        got = f"dtype {array.dtype}" if isinstance(array, np.ndarray) else type(image).__name__
        raise wrong_type("image", "a NumPy array or tensor of numbers", got)
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.size == 0 or not (array.ndim == 2 or array.shape[2:] == (3,)):
        expected = "an array H×W or H×W×3 or a tensor C×H×W"
        advice = "show the images of a batch one by one"
        raise wrong_value("image", expected, f"shape {tuple(image.shape)}", advice)
    return array


def as_uint8(
    image: ImageLike, value_range: tuple[float, float] = (0.0, 1.0)
) -> UInt8[ndarray, "h w *rgb"]:
    """The pixels to show: uint8 as it is, anything else from ``value_range`` to 0–255.

    Whole numbers of another dtype (of ``astype(int)``, or a sum) are levels from 0 to 255 as well,
    unless there is none but 0 and 1, or a ``value_range`` is given.

    Args:
        image: array H×W or H×W×3, or tensor C×H×W.
        value_range: the values shown as black and as white; what lies outside is clipped.

    Returns:
        uint8, H×W or H×W×3; pixels that are not a number are magenta.

    Raises:
        TypeError: not an image.
        ValueError: another shape, a range whose end is not above its start, or whole numbers
            beyond what sums and differences of two levels can be, without a range.
    """
    array = as_array(image)
    low, high = _levels(array) if tuple(value_range) == (0, 1) else value_range
    if not low < high:
        raise wrong_value("value_range", "(low, high) with low < high", value_range)
    if array.dtype == np.uint8:
        return array
    values = array.astype(np.float64)
    holes = np.isnan(values)
    scaled = np.clip((np.where(holes, low, values) - low) / (high - low), 0, 1)
    return _paint(np.rint(255 * scaled).astype(np.uint8), holes)


def difference_image(expected: ImageLike, got: ImageLike) -> UInt8[ndarray, "h w 3"]:
    """Where two images differ, and in which direction: ``got − expected`` in colours.

    White is no difference, orange is too bright, blue too dark, magenta not a number. The
    strongest colour is the largest difference. Of an RGB pixel the channel that differs most
    counts, so that opposite errors in two channels don't cancel.

    Args:
        expected, got: images of one shape and one scale, arrays or tensors.

    Returns:
        uint8, H×W×3.

    Raises:
        TypeError: one is not an image.
        ValueError: another shape, or two shapes.
    """
    wanted, found = (as_array(image).astype(np.float64) for image in (expected, got))
    if wanted.shape != found.shape:
        raise wrong_value("expected and got", "one shape", f"{wanted.shape} and {found.shape}")
    with np.errstate(invalid="ignore"):  # infinity − infinity is a pixel without a difference
        change = np.where(wanted == found, 0, found - wanted)
    holes = np.isnan(change)
    signed = _strongest_channel(np.where(holes, 0, change))
    return _paint(_diverging(signed), holes)


def _levels(array: np.ndarray) -> tuple[float, float]:
    """The values that are black and white where nobody says so."""
    if array.dtype.kind not in "ui" or (array.min() >= 0 and array.max() <= 1):
        return 0, 1
    if array.dtype != np.uint8 and (array.min() < -255 or array.max() > 510):
        expected = "whole numbers around 0 to 255"
        got = f"{array.dtype} from {array.min()} to {array.max()}"
        raise wrong_value("image", expected, got, "say what is black and white: value_range=")
    return 0, 255


def _tensor_to_array(tensor: Any) -> np.ndarray:
    """A tensor H×W or C×H×W as an array H×W or H×W×C."""
    plain = tensor.detach().cpu()
    # bfloat16 has no counterpart in NumPy.
    array = (plain.float() if plain.is_floating_point() else plain).numpy()
    return array.transpose(1, 2, 0) if array.ndim == 3 else array


def _strongest_channel(change: np.ndarray) -> np.ndarray:
    """Of each pixel the channel of largest size, with its sign: H×W."""
    if change.ndim == 2:
        return change
    strongest = np.abs(change).argmax(axis=2, keepdims=True)
    return np.take_along_axis(change, strongest, axis=2)[:, :, 0]


def _diverging(signed: np.ndarray) -> np.ndarray:
    """Colours of signed values, uint8 H×W×3; the largest finite size gets the full colour."""
    sizes = np.abs(signed[np.isfinite(signed)])
    limit = sizes.max(initial=0) or 1
    position = np.clip(signed / limit, -1, 1)
    stops = np.linspace(-1, 1, len(DIVERGING))
    channels = [np.interp(position, stops, channel) for channel in zip(*DIVERGING, strict=True)]
    return np.rint(np.stack(channels, axis=2)).astype(np.uint8)


def _paint(pixels: np.ndarray, holes: np.ndarray) -> np.ndarray:
    """The pixels, uint8 H×W or H×W×3, with magenta wherever ``holes`` is set."""
    if not holes.any():
        return pixels
    colored = np.stack([pixels] * 3, axis=2) if pixels.ndim == 2 else pixels
    missing = holes.reshape(*holes.shape[:2], -1).any(axis=2, keepdims=True)
    return np.where(missing, np.array(NOT_A_NUMBER, dtype=np.uint8), colored)
