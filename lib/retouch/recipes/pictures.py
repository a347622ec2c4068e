"""Pictures that recipes learn from: a photograph by its name, or one's own by its file."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float, UInt8
from numpy import ndarray
from torch import Tensor

from retouch.data import PHOTOGRAPHS, open_photo, photograph
from retouch.recipes.settings import TrainingError


def open_picture(
    picture: str, size: tuple[int, int], others: Sequence[str] = ()
) -> UInt8[ndarray, "h w 3"]:
    """A picture in colour, its middle cut out in the aspect ratio of `size` and brought to it.

    Args:
        picture: a name in `PHOTOGRAPHS`, or the path of a file for `open_photo`.
        size: height and width in pixels.
        others: names that the caller knows besides, for the error's text.

    Raises:
        TrainingError: no photograph has this name, and no such file can be read.
    """
    if picture not in PHOTOGRAPHS:
        try:
            return open_photo(picture, size)
        except FileNotFoundError as error:
            names = ", ".join((*others, *PHOTOGRAPHS))
            raise TrainingError(f"expected a file or one of {names}; got {picture!r}") from error
        except (OSError, ValueError) as error:
            raise TrainingError(str(error)) from error
    pixels = photograph(picture, size)
    return pixels if pixels.ndim == 3 else np.stack([pixels] * 3, axis=2)


def to_tensor(pixels: ndarray) -> Float[Tensor, "1 3 h w"]:
    """An H×W×3 picture, uint8 or float in [0, 1], as a batch of one image in [0, 1]."""
    pixels = pixels / 255 if pixels.dtype == np.uint8 else pixels
    return torch.from_numpy(pixels).float().permute(2, 0, 1)[None].contiguous()
