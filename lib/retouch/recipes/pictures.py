"""Pictures that recipes learn from: a photograph by its name, or one's own by its file."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, UInt8
from numpy import ndarray
from PIL import Image, ImageOps
from PIL.Image import Resampling
from torch import Tensor

from retouch.data.photographs import PHOTOGRAPHS, photograph
from retouch.recipes.settings import TrainingError


def open_picture(
    picture: str, size: tuple[int, int], others: Sequence[str] = ()
) -> UInt8[ndarray, "h w 3"]:
    """A picture in colour, its middle cut out in the aspect ratio of `size` and brought to it.

    Args:
        picture: a name in `PHOTOGRAPHS`, or the path of a file that Pillow reads.
        size: height and width in pixels.
        others: names that the caller knows besides, for the error's text.

    Raises:
        TrainingError: no photograph has this name, and no such file can be read.
    """
    if picture not in PHOTOGRAPHS:
        path = Path(picture).expanduser()
        if not path.is_file():
            names = ", ".join((*others, *PHOTOGRAPHS))
            raise TrainingError(f"expected a file or one of {names}; got {picture!r}")
        return _read_file(path, size)
    pixels = photograph(picture, size)
    return pixels if pixels.ndim == 3 else np.stack([pixels] * 3, axis=2)


def to_tensor(pixels: ndarray) -> Float[Tensor, "1 3 h w"]:
    """An H×W×3 picture, uint8 or float in [0, 1], as a batch of one image in [0, 1]."""
    pixels = pixels / 255 if pixels.dtype == np.uint8 else pixels
    return torch.from_numpy(pixels).float().permute(2, 0, 1)[None].contiguous()


def _read_file(path: Path, size: tuple[int, int]) -> UInt8[ndarray, "h w 3"]:
    try:
        with Image.open(path) as image:
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise TrainingError(
            f"{path} is no picture that can be read ({error}): save it as PNG or JPEG"
        ) from error
    height, width = size
    shrinks = upright.height >= height and upright.width >= width
    method = Resampling.BOX if shrinks else Resampling.BILINEAR
    return np.array(ImageOps.fit(upright, (width, height), method))
