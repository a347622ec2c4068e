"""Images in a notebook: captioned HTML that works in light and dark themes and aloud."""

import base64
from collections.abc import Mapping
from html import escape
from io import BytesIO

from retouch.show.notebook import publish
from retouch.show.pixels import ImageLike, as_uint8, difference_image
from retouch.validation import whole, wrong_value

__all__ = ["difference_image", "image_tag", "images_html", "show_images", "to_png"]

# JupyterLab sets the colours; elsewhere they follow the page.
_CAPTION = (
    "width:0;min-width:100%;text-align:center;font-size:0.9em;overflow-wrap:break-word;"
    "color:var(--jp-content-font-color1,inherit)"
)
_FIGURE = (
    "margin:0;min-width:5em;max-width:100%;"
    "display:flex;flex-direction:column;align-items:center;gap:4px"
)
_BORDER = "border:1px solid var(--jp-border-color1,#999);box-sizing:content-box"


def show_images(
    images: Mapping[str, ImageLike],
    *,
    alt: str | None = None,
    columns: int = 4,
    height: int = 180,
    value_range: tuple[float, float] = (0.0, 1.0),
) -> None:
    """Show captioned images side by side in a notebook; a line of text elsewhere.

    Args:
        images: caption to image: an array H×W or H×W×3 or a tensor C×H×W, uint8, or float in
            ``value_range``.
        alt: what all of them show; the text alternative of each is its caption and this.
        columns: images in a row.
        height: of each image on the screen, in pixels.
        value_range: the values that are black and white in float images.

    Raises:
        TypeError: something is not an image.
        ValueError: another shape, no images, or no columns.
    """
    html = images_html(images, alt=alt, columns=columns, height=height, value_range=value_range)
    publish(html, "; ".join(_alternative(caption, alt) for caption in images))


def images_html(
    images: Mapping[str, ImageLike],
    *,
    alt: str | None = None,
    columns: int = 4,
    height: int = 180,
    value_range: tuple[float, float] = (0.0, 1.0),
) -> str:
    """The HTML that ``show_images`` shows, with the same arguments and errors."""
    if not images:
        raise wrong_value("images", "at least one image to show", "none")
    columns = whole(columns, "columns", at_least=1)
    figures = [
        f'<figure style="{_FIGURE}">'
        + image_tag(image, _alternative(caption, alt), height=height, value_range=value_range)
        + f'<figcaption style="{_CAPTION}">{escape(caption)}</figcaption></figure>'
        for caption, image in images.items()
    ]
    tracks = f"repeat({min(columns, len(images))},minmax(0,max-content))"
    grid = f"display:grid;grid-template-columns:{tracks};gap:12px;align-items:start"
    return f'<div style="{grid}">{"".join(figures)}</div>'


def image_tag(
    image: ImageLike,
    alt: str,
    *,
    height: int | None = None,
    value_range: tuple[float, float] = (0.0, 1.0),
) -> str:
    """An ``<img>`` element that contains the image.

    Args:
        image: array H×W or H×W×3 or tensor C×H×W, uint8, or float in ``value_range``.
        alt: the text alternative.
        height: on the screen, in pixels; the image's own by default. An image shown at twice
            its size or more keeps sharp pixels.
        value_range: the values that are black and white in a float image.

    Raises:
        TypeError: not an image.
        ValueError: another shape.
    """
    pixels = as_uint8(image, value_range)
    rows, columns = pixels.shape[:2]
    height = rows if height is None else whole(height, "height", at_least=1)
    width = max(1, round(columns * height / rows))
    scaling = "pixelated" if height >= 2 * rows else "auto"
    style = f"max-width:100%;height:auto;image-rendering:{scaling};{_BORDER}"
    data = base64.b64encode(to_png(pixels)).decode("ascii")
    return (
        f'<img src="data:image/png;base64,{data}" alt="{escape(alt)}" '
        f'width="{width}" height="{height}" style="{style}">'
    )


def to_png(image: ImageLike, value_range: tuple[float, float] = (0.0, 1.0)) -> bytes:
    """The image as a PNG file: gray for H×W, RGB for H×W×3.

    Args:
        image: array H×W or H×W×3 or tensor C×H×W, uint8, or float in ``value_range``.
        value_range: the values that are black and white in a float image.

    Raises:
        TypeError: not an image.
        ValueError: another shape.
    """
    from PIL import Image  # here, so that exercises which forbid PIL can do without it

    file = BytesIO()
    Image.fromarray(as_uint8(image, value_range)).save(file, format="PNG")
    return file.getvalue()


def _alternative(caption: str, alt: str | None) -> str:
    """The text alternative of one image among several."""
    return f"{caption}: {alt}" if alt else caption
