"""The canvas of a scene: light, segments and shapes, painted from back to front."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray

CLASSES = (
    "sky", "sun", "cloud", "mountain", "hill", "ground", "water",
    "foliage", "trunk", "wall", "roof", "opening", "path",
)  # fmt: skip
"""What a pixel can show; a label is a position in this list."""

PALETTE = np.array(
    [
        (136, 204, 238), (255, 232, 90), (235, 240, 245), (119, 122, 150), (85, 150, 100),
        (170, 190, 80), (30, 90, 170), (10, 75, 40), (95, 60, 30), (240, 200, 160),
        (204, 60, 50), (60, 20, 70), (190, 150, 110),
    ],
    dtype=np.uint8,
)  # fmt: skip
"""One colour per class, uint8, for drawing segments: 13×3."""

Field = Float[ndarray, "h w"]
Color = Float[ndarray, "..."]
"""Linear light: 3, or H×W×3."""


@dataclass
class Canvas:
    """A picture in linear light with its labels; the unit of length is the picture's height.

    `x` and `y` are the pixel centres. A pixel's colour is mixed by how much of it a shape
    covers, its label is that of the last shape that holds its centre.
    """

    x: Field
    y: Field
    light: Float[ndarray, "h w 3"]
    labels: Int[ndarray, "h w"]
    shapes: Int[ndarray, "h w"]
    pixel: float
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @classmethod
    def blank(cls, height: int, width: int) -> "Canvas":
        """A black canvas, all sky."""
        y, x = np.mgrid[:height, :width].astype(np.float32)
        labels, shapes = np.zeros((2, height, width), np.int32)
        light = np.zeros((height, width, 3), np.float32)
        return cls((x + 0.5) / height, (y + 0.5) / height, light, labels, shapes, 1 / height)

    @property
    def aspect(self) -> float:
        """Width of the canvas, in heights."""
        return float(self.x[0, -1] + self.pixel / 2)

    def crop(self, left: float, top: float, right: float, bottom: float) -> "Canvas | None":
        """The part around a rectangle, sharing its pixels with this canvas; None if outside."""
        columns = np.flatnonzero((self.x[0] > left) & (self.x[0] < right))
        rows = np.flatnonzero((self.y[:, 0] > top) & (self.y[:, 0] < bottom))
        if columns.size == 0 or rows.size == 0:
            return None
        part = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        x, y, light = self.x[part], self.y[part], self.light[part]
        labels, shapes = self.labels[part], self.shapes[part]
        return type(self)(x, y, light, labels, shapes, self.pixel, self.numbers)

    def paint(
        self,
        distance: Field,
        color: Color,
        label: str | None,
        *,
        softness: float = 0.0,
        opacity: float | Field = 1.0,
    ) -> Bool[ndarray, "h w"]:
        """Lay a shape over what is there; returns which pixel centres it holds.

        Args:
            distance: signed distance to the shape's outline in heights, negative inside.
            color: linear light, 3 or H×W×3.
            label: the shape's class; None for light and shadow, which belong to what they fall on.
            softness: width of a blurred outline, in heights; at least one pixel.
            opacity: 1 hides what is behind.
        """
        blur = max(softness, self.pixel)
        coverage = (np.clip(0.5 - distance / blur, 0, 1) * opacity)[..., None]
        self.light += coverage.astype(np.float32) * (color - self.light)
        inside = distance < 0
        if label is not None:
            self.labels[inside] = CLASSES.index(label)
            self.shapes[inside] = next(self.numbers)
        return inside

    def shade(self, distance: Field, factor: float | Field, softness: float = 0.0) -> None:
        """Multiply the light inside a shape by a factor: a shadow."""
        blur = max(softness, self.pixel)
        coverage = np.clip(0.5 - distance / blur, 0, 1)
        self.light *= (1 - coverage * (1 - factor))[..., None]


def srgb(*color: float) -> Float[ndarray, "3"]:
    """A display colour, each channel in [0, 1], as linear light."""
    return (np.array(color, dtype=np.float32)) ** np.float32(2.2)
