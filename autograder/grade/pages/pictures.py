"""Pictures in written answers: decoded, made small enough to look at, and encoded again."""

from __future__ import annotations

import base64
import binascii
import io
import warnings
from collections.abc import Mapping
from typing import Any

from PIL import Image, ImageOps

MAX_PICTURES = 20
MAX_ENCODED = 32 * 2**20
MAX_PIXELS = 40_000_000
SIDE = 1000
MAX_PNG = 400_000
FORMATS = ("PNG", "JPEG", "GIF")


def clean_pictures(attachments: Any) -> dict[str, dict[str, str]]:
    """The pictures among a cell's attachments, by their names; what is none is left out.

    Args:
        attachments: as in a notebook: name, media type, base64; or anything else.

    Returns:
        PNG or JPEG, no side longer than `SIDE` pixels, and nothing of the file but its pixels.
    """
    found = {}
    items = list(attachments.items()) if isinstance(attachments, Mapping) else []
    for name, bundle in items[:MAX_PICTURES]:
        values = bundle.values() if isinstance(bundle, Mapping) else ()
        texts = [text for text in values if isinstance(text, str)]
        picture = next((drawn for text in texts if (drawn := _redrawn(text))), None)
        if picture:
            found[name] = picture
    return found


def _redrawn(text: str) -> dict[str, str] | None:
    """A base64 text as the media type and base64 of the picture that it holds."""
    if len(text) > MAX_ENCODED:
        return None
    try:
        content = base64.b64decode(text)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            kind, drawn = _encoded(_opened(content))
    except (OSError, ValueError, SyntaxError, binascii.Error, Image.DecompressionBombError):
        return None
    except (ArithmeticError, LookupError, MemoryError, AttributeError, TypeError, RuntimeError):
        return None  # what decoders raise at damaged files
    return {kind: base64.b64encode(drawn).decode()}


def _opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content), formats=FORMATS)
    if image.width * image.height > MAX_PIXELS:
        raise ValueError("too many pixels")
    image.draft("RGB", (SIDE, SIDE))
    image.thumbnail((SIDE, SIDE), reducing_gap=2.0)
    upright = ImageOps.exif_transpose(image)
    return upright.convert("RGBA" if upright.has_transparency_data else "RGB")


def _encoded(image: Image.Image) -> tuple[str, bytes]:
    """As PNG; as JPEG where that would be long, as it is for photographs."""
    pixels = Image.frombytes(image.mode, image.size, image.tobytes())
    file = io.BytesIO()
    pixels.save(file, "PNG")
    if len(file.getvalue()) <= MAX_PNG:
        return "image/png", file.getvalue()
    file = io.BytesIO()
    background = Image.new("RGBA", pixels.size, "white")
    Image.alpha_composite(background, pixels.convert("RGBA")).convert("RGB").save(file, "JPEG")
    return "image/jpeg", file.getvalue()
