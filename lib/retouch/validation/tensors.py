"""Checks of tensors: dtype, axes, range, and whether two of them fit each other.

Shapes and dtypes are looked at wherever something is computed. Values are looked at only where
nothing is trained, since that makes a GPU wait: in metrics, data and pictures, not in losses.
"""

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor

from retouch.validation import number, wrong_type, wrong_value

Kind = Literal["float", "whole", "bool", "any"]
_KINDS = {
    "float": "a floating-point tensor",
    "whole": "a tensor of whole numbers",
    "bool": "a boolean tensor",
    "any": "a tensor",
}
FARTHEST = 8
"""By how many ranges a noisy image may leave its range: normal noise of 0.7 does not by 5."""
FROM_BYTES = "convert 8-bit images with images.float() / 255"


def require_tensor(  # noqa: PLR0913 - what is asked of it
    value: object,
    name: str,
    axes: str,
    *,
    kind: Kind = "float",
    advice: str = "",
    dtype_advice: str = "",
) -> Tensor:
    """A tensor of one kind, with these axes and something in it.

    Args:
        value: what to look at.
        name: of the argument.
        axes: such as "n 3 h w": a letter is any size from 1, a number that size.
        kind: of the dtype; "whole" holds booleans too.
        advice, dtype_advice: what to do about another shape, or dtype.

    Raises:
        TypeError: not a tensor of this kind.
        ValueError: other axes, or an empty one.
    """
    wanted = axes.split()
    written = "×".join(wanted).upper()
    if not isinstance(value, Tensor) or not _is_kind(value, kind):
        got = value.dtype if isinstance(value, Tensor) else type(value).__name__
        raise wrong_type(name, f"{_KINDS[kind]} {written}", got, dtype_advice)
    fits = value.ndim == len(wanted) and all(
        size > 0 and (not axis.isdigit() or size == int(axis))
        for size, axis in zip(value.shape, wanted, strict=True)
    )
    if not fits:
        full = " with something in it" if value.numel() == 0 else ""
        raise wrong_value(name, written + full, _shape(value), advice)
    return value


def require_floating(**tensors: object) -> None:
    """Tensors of any shape, by name, that are floating-point: what a loss is made of.

    Raises:
        TypeError: one is another thing, or holds whole numbers.
    """
    for name, value in tensors.items():
        if not isinstance(value, Tensor) or not value.is_floating_point():
            got = value.dtype if isinstance(value, Tensor) else type(value).__name__
            raise wrong_type(name, "a floating-point tensor", got, "convert it with .float()")


def require_images(
    images: object,
    name: str = "images",
    *,
    channels: int | None = None,
    data_range: float | None = None,
    smallest: int = 1,
) -> Tensor:
    """A batch of floating-point images N×C×H×W.

    Args:
        images: what to look at.
        name: of the argument.
        channels: how many there must be; None for any number.
        data_range: every value must lie in [0, data_range]; None looks at no value.
        smallest: fewest pixels of a side.

    Raises:
        TypeError: not a floating-point tensor.
        ValueError: other axes, too few pixels, or values that are outside or not a number.
    """
    advice = "add a batch axis to one image with image[None]"
    if isinstance(images, Tensor) and images.ndim == 4:
        advice = "repeat a gray channel with images.expand(-1, 3, -1, -1)" if channels == 3 else ""
    axes = f"n {channels or 'c'} h w"
    tensor = require_tensor(images, name, axes, advice=advice, dtype_advice=FROM_BYTES)
    height, width = tensor.shape[2:]
    if min(height, width) < smallest:
        expected = f"at least {smallest}×{smallest} pixels"
        raise wrong_value(name, expected, f"{height}×{width}", "enlarge the images")
    if data_range is not None:
        _require_range(tensor, number(data_range, "data_range", above=0), name)
    return tensor


def require_pair(  # noqa: PLR0913 - what is asked of it
    image: object, target: object, data_range: float, *, channels: int | None = None,
                 noisy: bool = False, smallest: int = 1) -> tuple[Tensor, Tensor]:  # fmt: skip
    """Two batches of images that can be compared pixel by pixel.

    Args:
        image, target: what to look at.
        data_range: largest possible value of the target, and of the image unless it is noisy.
        channels: how many there must be; None for any number.
        noisy: the image may leave the range, as noise makes it, but not by another scale.
        smallest: fewest pixels of a side.

    Raises:
        TypeError: either is no floating-point tensor.
        ValueError: the shapes or devices differ, or values that are outside or not a number.
    """
    bounds = None if noisy else data_range
    first = require_images(image, "image", channels=channels, data_range=bounds, smallest=smallest)
    second = require_images(target, "target", channels=channels, data_range=data_range)
    if noisy:
        _require_scale(first, number(data_range, "data_range", above=0), "image")
    require_same_shape(first, second, "image and target", "resize or crop one of them")
    require_same_device(first, second, "image and target")
    return first, second


def require_rows(values: object, name: str, *, minimum: int = 1) -> Tensor:
    """A floating-point N×D with at least `minimum` rows and finite values.

    Raises:
        TypeError: not a floating-point tensor.
        ValueError: not two axes, too few rows, or a value that is not finite.
    """
    advice = "one row per image: flatten or pool the features first"
    tensor = require_tensor(values, name, "n d", advice=advice)
    if len(tensor) < minimum:
        raise wrong_value(name, f"at least {minimum} samples", len(tensor), "use more images")
    return require_finite(tensor, name)


def require_finite(values: Tensor, name: str) -> Tensor:
    """A tensor without NaN and infinity.

    Raises:
        ValueError: it has some.
    """
    if not bool(torch.isfinite(values).all()):
        raise wrong_value(name, "finite values", "NaN or infinity")
    return values


def require_same_shape(first: Tensor, second: Tensor, names: str, advice: str = "") -> None:
    """Two tensors of one shape.

    Raises:
        ValueError: the shapes differ.
    """
    if first.shape != second.shape:
        raise wrong_value(
            names, "one shape", f"{tuple(first.shape)} and {tuple(second.shape)}", advice
        )


def require_same_device(first: Tensor, second: Tensor, names: str) -> None:
    """Two tensors on one device.

    Raises:
        ValueError: the devices differ.
    """
    if first.device != second.device:
        got = f"{first.device} and {second.device}"
        raise wrong_value(names, "one device", got, "move one with .to()")


def require_layers(*lists: Sequence[object], names: str) -> None:
    """Lists with one entry per layer or scale, as many in each, and not none.

    Raises:
        ValueError: a tensor in place of a list, other lengths, or no entry.
    """
    bare = any(isinstance(entries, Tensor) for entries in lists)
    lengths = {len(entries) for entries in lists} if not bare else {0}
    if bare or len(lengths) != 1 or 0 in lengths:
        got = [type(x).__name__ if isinstance(x, Tensor) else str(len(x)) for x in lists]
        expected = "lists with the same number of layers, one entry per layer or scale"
        raise wrong_value(names, expected, ", ".join(got[:-1]) + f" and {got[-1]}")


def _is_kind(value: Tensor, kind: Kind) -> bool:
    floating, whole = value.is_floating_point(), not value.is_complex()
    return {
        "float": floating,
        "whole": whole and not floating,
        "bool": value.dtype == torch.bool,
        "any": True,
    }[kind]


def _require_range(images: Tensor, data_range: float, name: str) -> None:
    low, high = _extremes(images)
    slack = 1e-4 * data_range  # what resizing and half precision overshoot by
    if not (low >= -slack and high <= data_range + slack):
        raise wrong_value(
            name,
            f"values in [0, {data_range:g}]",
            f"[{low:.4g}, {high:.4g}]",
            "rescale or clamp the images, or pass their data_range",
        )
    _require_more_than_unit(images, data_range, name)


def _require_scale(images: Tensor, data_range: float, name: str) -> None:
    low, high = _extremes(images)
    # Noise of a deviation of 0.7 leaves [0, 1] by 0.25 on average, another scale by more.
    outside = (images.detach() - images.detach().clamp(0, data_range)).abs().float().mean()
    # A single bright pixel of a dark picture in [0, 255] shows by how far it is away.
    near = -FARTHEST * data_range <= low and high <= (1 + FARTHEST) * data_range
    if not near or outside > data_range / 4:
        raise wrong_value(
            name,
            f"values in or near [0, {data_range:g}]",
            f"[{low:.4g}, {high:.4g}]",
            "rescale the images, or pass their data_range",
        )
    _require_more_than_unit(images, data_range, name)


def _require_more_than_unit(images: Tensor, data_range: float, name: str) -> None:
    """Refuse images in [0, 1] that are said to go up to 255."""
    low, high = _extremes(images)
    if data_range >= 100 and 0 < high <= 1 and bool((images % 1 != 0).any()):
        got = f"values in [{low:.4g}, {high:.4g}]"
        raise wrong_value(
            name, f"values up to the data_range {data_range:g}", got,
            "images in [0, 1] need data_range=1",
        )  # fmt: skip


def _extremes(images: Tensor) -> tuple[float, float]:
    low, high = images.detach().aminmax()
    return float(low), float(high)


def _shape(value: Tensor) -> str:
    return f"shape {tuple(value.shape)}"
