"""Houses with a gable, a roof, windows that shine at night, and a chimney."""

import numpy as np

from retouch.data.scenes.canvas import Canvas, Color, srgb
from retouch.data.scenes.light import Light
from retouch.data.scenes.noise import smooth_noise
from retouch.data.scenes.outlines import polygon
from retouch.data.scenes.seasons import Colors
from retouch.data.scenes.terrain import with_haze
from retouch.data.scenes.world import House, Scene

Corners = list[tuple[float, float]]
Normal = tuple[float, float, float]

_WALLS = ((0.96, 0.92, 0.84), (0.93, 0.80, 0.60), (0.90, 0.68, 0.58), (0.80, 0.86, 0.88))
_ROOFS = ((0.72, 0.30, 0.22), (0.55, 0.27, 0.22), (0.38, 0.40, 0.46), (0.62, 0.40, 0.26))


class _House:
    """Paints polygons in the house's own coordinates: x from −½ to ½, y up from the floor."""

    def __init__(
        self, part: Canvas, house: House, place: tuple[float, float], light: Light, haze: float
    ) -> None:
        self.part, self.light, self.haze = part, light, haze
        self.size, (self.x, self.foot) = house.size, place
        self.side = -1 if house.mirrored else 1

    def fill(
        self, corners: Corners, color: Color, normal: Normal, label: str, glow: float = 0.0
    ) -> None:
        """Paint one flat face; corners run clockwise as seen, before any mirroring."""
        points = [
            (self.x + self.side * self.size * a, self.foot - self.size * b) for a, b in corners
        ]
        points = points if self.side > 0 else points[::-1]
        toward = np.array([normal[0] * self.side, normal[1], normal[2]]) @ self.light.direction
        lit = color * self.light.on(np.float32(toward)) * (1 - glow)
        lit = lit + glow * srgb(1.0, 0.80, 0.42) * 1.1
        distance = polygon(self.part.x, self.part.y, points)
        self.part.paint(distance, with_haze(lit, self.haze * (1 - 0.6 * glow), self.light), label)


def paint_house(canvas: Canvas, scene: Scene, house: House, colors: Colors, light: Light) -> None:
    """Paint one house where its land is."""
    land = scene.lands[house.land]
    x, size = house.across * canvas.aspect, house.size
    foot = float(land.skyline(np.array([x]), canvas.aspect)[0]) + house.below
    part = canvas.crop(x - 0.7 * size, foot - 1.1 * size, x + 0.7 * size, foot + 0.05)
    if part is None:
        return
    rng = np.random.default_rng(house.seed)
    wall, roof = srgb(*_WALLS[rng.integers(4)]), srgb(*_ROOFS[rng.integers(4)])
    shape = _House(part, house, (x, foot), light, land.haze * colors.haze)
    _paint_walls(shape, wall)
    _paint_roof(shape, _tiles(part, roof, size, colors), colors)
    _paint_openings(shape, np.interp(light.elevation, (0.0, 0.22), (0.95, 0.0)), rng)


def _paint_walls(shape: _House, wall: Color) -> None:
    shape.fill([(-0.5, 0.36), (-0.31, 0.66), (-0.12, 0.36), (-0.12, 0), (-0.5, 0)],
               wall, (-0.45, 0.0, 0.89), "wall")  # fmt: skip
    shape.fill(
        [(-0.12, 0.38), (0.5, 0.38), (0.5, 0), (-0.12, 0)], wall * 0.93, (0.5, 0, 0.86), "wall"
    )


def _paint_roof(shape: _House, tiles: Color, colors: Colors) -> None:
    brick = srgb(0.50, 0.30, 0.26)
    shape.fill(
        [(0.20, 0.80), (0.28, 0.80), (0.28, 0.55), (0.20, 0.55)], brick, (0.3, 0, 0.9), "wall"
    )
    shape.fill([(-0.31, 0.69), (0.34, 0.69), (0.54, 0.34), (-0.10, 0.34)],
               tiles, (0.3, -0.7, 0.6), "roof")  # fmt: skip
    edge = srgb(0.9, 0.9, 0.95) * colors.snow + srgb(0.30, 0.22, 0.18) * (1 - colors.snow)
    shape.fill([(-0.31, 0.70), (-0.30, 0.645), (-0.54, 0.30), (-0.555, 0.335)],
               edge, (-0.5, -0.5, 0.6), "roof")  # fmt: skip


def _tiles(part: Canvas, roof: Color, size: float, colors: Colors) -> Color:
    rows = 0.93 + 0.07 * np.sin(part.y * 110 / size)
    patina = 0.08 * smooth_noise(part.x * 14 / size, part.y * 30 / size, 3)
    tiles: Color = roof * (rows + patina)[..., None]
    return tiles + colors.snow * (srgb(0.95, 0.97, 1.0) - tiles)


def _paint_openings(shape: _House, glow: float, rng: np.random.Generator) -> None:
    pane, wood = (
        srgb(0.30, 0.40, 0.50),
        srgb(*((0.36, 0.24, 0.16), (0.20, 0.34, 0.36))[rng.integers(2)]),
    )
    face = (0.5, 0, 0.86)
    for left in (0.02, 0.34):
        corners = [(left, 0.27), (left + 0.10, 0.27), (left + 0.10, 0.12), (left, 0.12)]
        shape.fill(corners, pane, face, "opening", glow)
    shape.fill([(0.18, 0.26), (0.27, 0.26), (0.27, 0), (0.18, 0)], wood, face, "opening")
    gable = [(-0.36, 0.46), (-0.26, 0.46), (-0.26, 0.30), (-0.36, 0.30)]
    shape.fill(gable, pane, (-0.45, 0, 0.89), "opening", glow * 0.9)
