"""Pictures from files as people have them: every kind that Pillow reads, as upright 8-bit RGB."""

from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import UInt8
from numpy import ndarray

from retouch.data.photographs import fit
from retouch.validation import height_and_width, whole, wrong_type, wrong_value

if TYPE_CHECKING:
    from PIL.Image import Image

LONGEST = 4
"""How many times the shorter side the longer one may be, where only the shorter is given."""

_SAVE_AS = "open it in another program and save it as PNG or JPEG"


def open_photo(
    source: str | PathLike[str] | bytes, size: int | tuple[int, int] | None = None
) -> UInt8[ndarray, "h w 3"]:
    """A picture from a file, in colour and as people see it.

    It is turned upright as its EXIF data says; what is transparent shows white; 16-bit and float
    values are brought to 8 bits. Of several frames the first counts.

    Args:
        source: the file's path, or its content.
        size: (height, width) in pixels: the middle is cut out in this aspect ratio, and each new
            pixel is the mean of the area that it covers. Or one number, of the shorter side; of a
            picture longer than four times that the middle is kept. None leaves it as it is.

    Returns:
        uint8, H×W×3.

    Raises:
        FileNotFoundError: there is no such file.
        TypeError: neither a path nor bytes, or a size that is no whole number.
        ValueError: the file is no picture that can be read (another format, damaged or cut off).
    """
    content, name = _content(source)
    pixels = _read(content, name)
    if size is None:
        return pixels
    return fit(pixels, _box(size, pixels.shape[:2]))


def _content(source: str | PathLike[str] | bytes) -> tuple[bytes, str]:
    """The file's bytes, and what to call it in an error."""
    if isinstance(source, bytes):
        return source, "picture"
    if not isinstance(source, str | PathLike):
        raise wrong_type("source", "a file's path, or its bytes", type(source).__name__)
    path = Path(source).expanduser()
    if path.is_dir():
        raise wrong_value(str(path), "a picture's file", "a folder", "name a file in it")
    if not path.is_file():
        raise FileNotFoundError(f"{path}: expected a picture's file, got none; check its name")
    return path.read_bytes(), str(path)


def _read(content: bytes, name: str) -> UInt8[ndarray, "h w 3"]:
    from PIL import Image, ImageOps  # here, so that exercises which forbid PIL can do without it

    try:
        with Image.open(BytesIO(content)) as image:
            kind = image.format or ""
            upright = ImageOps.exif_transpose(image)
    except Exception as error:  # what a decoder raises on a damaged file depends on the format
        raise _unreadable(content, name, error) from error
    return _eight_bits(upright, kind, name)


def _unreadable(content: bytes, name: str, error: Exception) -> ValueError:
    if content[4:8] == b"ftyp":  # the box with which HEIC files of telephones begin
        got, advice = "a HEIC file", "convert it to JPEG, or let the camera save JPEG"
    elif not content:
        got, advice = "an empty file", "copy it again"
    elif "truncated" in str(error) or "broken" in str(error):
        got, advice = "a file that is cut off or damaged", "copy it again"
    else:
        got, advice = f"something else ({type(error).__name__})", _SAVE_AS
    return wrong_value(name, "a picture that can be read", got, advice)


def _eight_bits(image: "Image", kind: str, name: str) -> UInt8[ndarray, "h w 3"]:
    if image.mode[0] not in "IF":  # integers and floats, which Pillow would cut to 8 bits
        return _over_white(image)
    values = np.asarray(image, dtype=np.float64)
    low, high = float(values.min()), float(values.max())
    white = _white(image.mode, kind, high)
    if white is None or not 0 <= low <= high <= white:
        expected = "values in [0, 1], 8-bit or 16-bit values"
        raise wrong_value(name, expected, f"{low:g} to {high:g}", "rescale them, and save it again")
    gray = np.rint(values * (255 / white)).astype(np.uint8)
    return np.stack([gray] * 3, axis=2)


def _white(mode: str, kind: str, high: float) -> float | None:
    """The value that stands for white, if one can know."""
    if mode.startswith("I;16") or (mode == "I" and kind in ("PNG", "PPM")):
        return 65535
    if mode == "F":
        return 1 if high <= 1 else 255 if high >= 16 else None
    return 255 if high <= 255 else 65535


def _over_white(image: "Image") -> UInt8[ndarray, "h w 3"]:
    from PIL import Image

    if "transparency" not in image.info and image.mode[-1] not in "Aa":
        return np.array(image.convert("RGB"))
    picture = image.convert("RGBA")
    white = Image.new("RGBA", picture.size, "white")
    return np.array(Image.alpha_composite(white, picture).convert("RGB"))


def _box(size: int | tuple[int, int], shape: tuple[int, ...]) -> tuple[int, int]:
    """Height and width of the result."""
    if isinstance(size, tuple | list):
        return height_and_width(size)
    shorter = whole(size, "size", at_least=1, advice="in pixels")
    scale = shorter / min(shape)
    height, width = (min(round(scale * side), LONGEST * shorter) for side in shape)
    return height, width
