"""Photographs from the scikit-image distribution, read offline."""

from functools import cache
from importlib.resources import as_file, files
from typing import NamedTuple

import numpy as np
from jaxtyping import UInt8
from numpy import ndarray

from retouch.validation import choice, height_and_width, wrong_value
from retouch.validation.arrays import require_uint8


class Photograph(NamedTuple):
    """What a photograph shows, in words that serve as alternative text, and its origin."""

    description: str
    source: str


PHOTOGRAPHS = {
    "astronaut": Photograph(
        "A smiling astronaut in an orange space suit, in front of a flag and a model rocket",
        "Eileen Collins, NASA; public domain",
    ),
    "brick": Photograph(
        "A gray wall of long bricks with light joints, seen at a slant",
        "CC0Textures, Bricks25; CC0",
    ),
    "camera": Photograph(
        "A gray picture of a man in a dark coat who looks through a camera on a tripod",
        "Lav Varshney; CC0",
    ),
    "chelsea": Photograph(
        "The face of a ginger tabby cat with green eyes, from close up",
        "Stefan van der Walt; CC0",
    ),
    "coffee": Photograph(
        "A red cup of espresso on a red saucer with a spoon, on a wooden table",
        "Rachel Michetti, courtesy of Pikolo Espresso Bar; CC0",
    ),
    "coins": Photograph(
        "Four rows of ancient coins, light gray on a dark, uneven background",
        "Greek coins from Pompeii, Brooklyn Museum; no known copyright restrictions",
    ),
    "grass": Photograph(
        "Gray blades of dry grass, lying in all directions",
        "linolafett, Grass 01; CC0",
    ),
    "gravel": Photograph(
        "Gray gravel: small, angular stones that fill the picture",
        "CC0Textures, Gravel04; CC0",
    ),
    "hubble_deep_field": Photograph(
        "Hundreds of small coloured galaxies on a black sky",
        "Hubble eXtreme Deep Field, NASA; public domain",
    ),
    "ihc": Photograph(
        "Gland tissue under a microscope, stained brown, with blue cell nuclei",
        "Center for Microscopy and Molecular Imaging; no known copyright restrictions",
    ),
    "moon": Photograph(
        "The surface of the moon with a few small craters, in gray and with little contrast",
        "distributed with scikit-image, whose documentation names no origin",
    ),
    "page": Photograph(
        "A printed page with a heading and a paragraph, in uneven light",
        "distributed with scikit-image, whose documentation names no origin",
    ),
    "retina": Photograph(
        "The red disc of a human retina with its branching blood vessels, on black",
        "Mikael Häggström (2014), doi:10.15347/wjm/2014.008; CC0",
    ),
    "rocket": Photograph(
        "A white rocket between tall masts on its launch pad, lit against the dusk",
        "Falcon 9 with DSCOVR, SpaceX; public domain",
    ),
    "text": Photograph(
        "Handwritten formulas on gray, squared paper, seen at a slant",
        "Wikipedia, File:Corner.png; public domain",
    ),
}
"""Name of each photograph, with its description and where it comes from."""


def photograph(name: str, size: tuple[int, int] | None = None) -> UInt8[ndarray, "h w *rgb"]:
    """A photograph by its name in ``PHOTOGRAPHS``, at its own size or at another.

    Args:
        name: for example ``"coffee"``.
        size: (height, width) in pixels. The middle of the photograph is cut out in this
            aspect ratio; each new pixel is the mean of the area that it covers (bilinear
            where the photograph has fewer pixels than asked for).

    Returns:
        uint8, H×W×3, or H×W for a gray photograph; a copy that is yours to change.

    Raises:
        ValueError: no photograph has this name, or the size is not two positive numbers.
    """
    image = _read(choice(name, "name", PHOTOGRAPHS))
    if size is None:
        return image.copy()
    if isinstance(size, str) or not hasattr(size, "__len__"):
        raise wrong_value("size", "(height, width) in pixels", repr(size))
    return fit(image, height_and_width(size))


@cache
def _read(name: str) -> np.ndarray:
    """The photograph as it is stored; shared by all callers, so nobody may write to it."""
    from PIL import Image  # here, so that exercises which forbid PIL can do without it

    folder = files("skimage.data")
    # Read as a file: skimage.data's own functions go online when a file is missing.
    with as_file(folder / f"{name}.png") as png, as_file(folder / f"{name}.jpg") as jpg:
        image = np.array(Image.open(png if png.exists() else jpg))
    image.flags.writeable = False
    return image


def fit(image: UInt8[ndarray, "h w *rgb"], size: tuple[int, int]) -> UInt8[ndarray, "h2 w2 *rgb"]:
    """The middle of an image in the aspect ratio of ``size`` (height, width), resized to it.

    Each new pixel is the mean of the area that it covers (bilinear where the image has fewer
    pixels than asked for).

    Raises:
        TypeError: the image is not uint8.
        ValueError: another shape, or a size that is not two positive numbers.
    """
    require_uint8(image)
    size = height_and_width(size)
    from PIL import Image

    height, width = size
    rows, columns = image.shape[:2]
    scale = min(rows / height, columns / width)
    left, top = (columns - scale * width) / 2, (rows - scale * height) / 2
    box = (left, top, columns - left, rows - top)
    method = Image.Resampling.BOX if scale >= 1 else Image.Resampling.BILINEAR
    return np.array(Image.fromarray(image).resize((width, height), method, box=box))
