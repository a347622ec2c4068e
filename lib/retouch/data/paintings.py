"""Paintings made from photographs, stroke by stroke: style images that are our own to ship.

The method is Hertzmann's ("Painterly rendering with curved brush strokes of multiple sizes",
1998): broad strokes first, then finer ones only where the painting still differs from the
photograph; a stroke follows the shapes in the picture. On top comes relief, since
brushes leave ridges that catch the light.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, UInt8
from numpy import ndarray
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter

from retouch.validation import choice, whole
from retouch.validation.arrays import require_uint8

Gray = Float[ndarray, "h w"]
Color = Float[ndarray, "h w 3"]
Rgb = Float[ndarray, "3"]
Places = Float[ndarray, "k 2"]
Pens = tuple[ImageDraw.ImageDraw, ImageDraw.ImageDraw]
Stroke = list[tuple[float, float]]

_FINE = 2  # strokes are drawn at twice the size, so that their edges are smooth


@dataclass(frozen=True)
class Brushwork:
    """A manner of painting; lengths are in brush radii, radii in hundredths of the shorter side.

    Attributes:
        radii: the brushes, broad to fine.
        length: longest stroke.
        tolerance: how far the painting may be off (0 to 1) before a finer stroke goes there.
        curl: 0 follows the shapes, 1 turns every stroke across them.
        wander: how much strokes sway, in radians.
        color_jitter: how much each stroke's colour differs from the photograph's.
        vivid: factor on the photograph's saturation.
        relief: depth of the paint's ridges.
    """

    radii: tuple[float, ...]
    length: float = 8.0
    tolerance: float = 0.06
    curl: float = 0.0
    wander: float = 0.1
    color_jitter: float = 0.05
    vivid: float = 1.2
    relief: float = 0.6


BRUSHWORK = {
    "impasto": Brushwork((4.0, 2.0, 1.1), 9, 0.07, 0.0, 0.25, 0.07, 1.45, 1.0),
    "pointillist": Brushwork((2.2, 1.3, 0.9), 0, 0.04, 0.0, 0.0, 0.13, 1.6, 0.5),
    "expressionist": Brushwork((5.0, 2.6, 1.6), 16, 0.10, 0.0, 0.7, 0.10, 1.9, 0.8),
    "hatched": Brushwork((2.4, 1.2, 0.7), 14, 0.06, 1.0, 0.05, 0.06, 1.1, 0.4),
}
"""Manners of painting by name, for `paint_photograph`."""


def paint_photograph(
    photograph: UInt8[ndarray, "h w 3"], brushwork: str | Brushwork = "impasto", seed: int = 0
) -> UInt8[ndarray, "h w 3"]:
    """A painting of a photograph, of the same size.

    Args:
        photograph: uint8, at least 32×32.
        brushwork: a name in `BRUSHWORK`, or settings of your own.
        seed: another seed is another painting of the same picture.

    Raises:
        TypeError: the photograph is not uint8.
        ValueError: it is not H×W×3 or too small, or no brushwork has this name.
    """
    require_uint8(photograph, "photograph", channels=(3,), smallest=32)
    manner = _named(brushwork)
    rng = np.random.default_rng(whole(seed, "seed", at_least=0))
    target = _vivid(photograph / 255.0, manner.vivid)
    ground = target.mean(axis=(0, 1)) * np.array([1.05, 0.95, 0.85])  # a warm priming
    painting = _Painting(target, ground.clip(0, 1), manner, rng)
    for radius in manner.radii:
        painting.add_layer(max(1.0, radius * min(target.shape[:2]) / 100))
    lit = painting.canvas * _relief(painting.height, manner.relief)[..., None]
    return _bytes(lit)


class _Painting:
    """A canvas on its way to a photograph, and the height of the paint on it."""

    def __init__(
        self,
        target: Color,
        ground: Float[ndarray, "3"],
        manner: Brushwork,
        rng: np.random.Generator,
    ) -> None:
        self.target, self.manner, self.rng = target, manner, rng
        self.canvas, self.height = np.ones_like(target) * ground, np.zeros(target.shape[:2])

    def add_layer(self, radius: float) -> None:
        """One pass with one brush, wherever the painting is still too far from the photograph."""
        reference = gaussian_filter(self.target, (radius / 2, radius / 2, 0))
        error = np.sqrt(((self.canvas - reference) ** 2).sum(axis=2))
        starts = _starts(error, radius, self.manner.tolerance, self.rng)
        if len(starts) == 0:
            return
        colors = reference[tuple(starts.astype(int).T)]
        colors = colors + self.rng.normal(0, self.manner.color_jitter, (len(colors), 1))
        colors = colors + self.rng.normal(0, self.manner.color_jitter / 2, colors.shape)
        paths = _trace(reference, starts, radius, self.manner, self.rng)
        self._draw(paths, colors.clip(0, 1), radius)

    def _draw(self, paths: list[Stroke], colors: Float[ndarray, "k 3"], radius: float) -> None:
        """Draw the strokes, one over the other, and the height of their paint beside them."""
        rows, columns = self.target.shape[:2]
        layers = [Image.fromarray(_bytes(layer)) for layer in (self.canvas, self.height)]
        fine = [layer.resize((columns * _FINE, rows * _FINE)) for layer in layers]
        pens = ImageDraw.Draw(fine[0]), ImageDraw.Draw(fine[1])
        for path, color in zip(paths, colors, strict=True):
            _draw_stroke(pens, path, color, radius, self.rng)
        small = [layer.resize((columns, rows), Image.Resampling.BOX) for layer in fine]
        self.canvas, self.height = (np.asarray(layer) / 255.0 for layer in small)


def _starts(error: Gray, radius: float, tolerance: float, rng: np.random.Generator) -> Places:
    """Where strokes begin, (row, column): the worst pixel of each cell that is off on average."""
    step = max(2, round(radius))
    rows, columns = (side // step for side in error.shape)
    blocks = error[: rows * step, : columns * step].reshape(rows, step, columns, step)
    cells = blocks.transpose(0, 2, 1, 3).reshape(rows * columns, step * step)
    worst = cells.argmax(axis=1)
    corner = np.indices((rows, columns)).reshape(2, -1).T * step
    places = corner + np.stack((worst // step, worst % step), axis=1)
    return rng.permutation(places[cells.mean(axis=1) > tolerance]).astype(float)


def _trace(
    reference: Color,
    starts: Places,
    radius: float,
    manner: Brushwork,
    rng: np.random.Generator,
) -> list[Stroke]:
    """Follow all strokes at once across the gradient until their colour no longer fits."""
    gray = gaussian_filter(reference.mean(axis=2), radius)
    down, right = np.gradient(gray)
    angle = np.arctan2(down, right) + np.pi / 2 * (1 - manner.curl)
    place, alive = starts.copy(), np.ones(len(starts), bool)
    heading = angle[tuple(place.astype(int).T)]
    first = reference[tuple(place.astype(int).T)]
    sway = rng.normal(0, manner.wander, len(starts))
    paths = [[(x, y)] for y, x in starts]
    for _ in range(int(manner.length)):
        wanted = angle[tuple(place.astype(int).T)]
        turn = (wanted - heading + np.pi / 2) % np.pi - np.pi / 2  # a stroke has no direction
        heading = heading + 0.6 * turn + sway
        place = place + radius * np.stack((np.sin(heading), np.cos(heading)), axis=1)
        inside = ((place >= 0) & (place < np.array(gray.shape))).all(axis=1)
        place = place.clip(0, np.array(gray.shape) - 1)
        off = np.sqrt(((reference[tuple(place.astype(int).T)] - first) ** 2).sum(axis=1))
        alive &= inside & (off < 0.25)
        for i in np.flatnonzero(alive):
            paths[i].append((place[i, 1], place[i, 0]))
    return paths


def _draw_stroke(
    pens: Pens, path: Stroke, color: Rgb, radius: float, rng: np.random.Generator
) -> None:
    """One stroke: its body, then the marks of single bristles, lighter and darker."""
    points, width = np.array(path) * _FINE, radius * _FINE
    _line(pens, points, width * 1.8, color, 0.5)
    along = np.gradient(points, axis=0) if len(points) > 1 else np.array([[1.0, 0.0]])
    across = along[:, ::-1] * [1, -1] / np.maximum(np.hypot(*along.T), 1e-6)[:, None]
    for offset in np.linspace(-0.75, 0.75, max(2, int(width / 1.6))) if len(points) > 1 else ():
        wet = rng.normal(0, 1)
        bristle = points[: max(2, int(len(points) * rng.uniform(0.6, 1.0)))]
        shifted = bristle + across[: len(bristle)] * offset * width
        _line(pens, shifted, max(1.0, width * 0.22), color * (1 + 0.05 * wet), 0.5 + 0.2 * wet)


def _line(
    pens: Pens,
    points: Places,
    width: float,
    color: Rgb,
    level: float,
) -> None:
    fill = tuple(int(channel) for channel in (np.clip(color, 0, 1) * 255 + 0.5))
    gray = int(np.clip(level, 0, 1) * 255)
    corners = [tuple(point) for point in points]
    inks: tuple[tuple[int, ...] | int, ...] = (fill, gray)
    for pen, ink in zip(pens, inks, strict=True):
        if len(corners) > 1:
            pen.line(corners, fill=ink, width=max(1, round(width)), joint="curve")
        for x, y in (corners[0], corners[-1]) if width > 3 or len(corners) == 1 else ():
            pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=ink)


def _relief(height: Gray, depth: float) -> Gray:
    """How much light ridges of paint catch, lit from the upper left; 1 on flat paint."""
    down, right = np.gradient(gaussian_filter(height, 0.6))
    return 1 + depth * 0.55 * np.clip(-(down + right), -0.5, 0.5)


def _bytes(values: ndarray) -> UInt8[ndarray, "..."]:
    return (values.clip(0, 1) * 255 + 0.5).astype(np.uint8)


def _vivid(image: Color, factor: float) -> Color:
    gray = image.mean(axis=2, keepdims=True)
    return (gray + factor * (image - gray)).clip(0, 1)


def _named(brushwork: str | Brushwork) -> Brushwork:
    if isinstance(brushwork, Brushwork):
        return brushwork
    return BRUSHWORK[choice(brushwork, "brushwork", BRUSHWORK)]
