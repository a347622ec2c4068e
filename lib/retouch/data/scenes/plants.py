"""Trees: broadleaf, conifer, poplar and palm."""

from itertools import pairwise

import numpy as np

from retouch.data.scenes.canvas import Canvas, Color, Field, srgb
from retouch.data.scenes.light import Light
from retouch.data.scenes.noise import fractal_noise
from retouch.data.scenes.outlines import capsule, ellipse, polygon
from retouch.data.scenes.seasons import Colors
from retouch.data.scenes.terrain import with_haze
from retouch.data.scenes.world import Scene, Tree

Pair = tuple[float, float]

_BARK = srgb(0.42, 0.32, 0.24)


def paint_tree(canvas: Canvas, scene: Scene, tree: Tree, colors: Colors, light: Light) -> None:
    """Paint one tree where its land is."""
    land = scene.lands[tree.land]
    x = tree.across * canvas.aspect
    foot = float(land.skyline(np.array([x]), canvas.aspect)[0]) + tree.below
    reach = 0.75 * tree.size
    part = canvas.crop(x - reach, foot - 1.15 * tree.size, x + reach, foot + 0.02)
    if part is None:
        return
    painter = {"broadleaf": _broadleaf, "conifer": _conifer, "poplar": _poplar, "palm": _palm}
    painter[tree.kind](_Brush(part, tree, colors, light, land.haze * colors.haze), x, foot)


class _Brush:
    """Paints the parts of one tree as one shape per class."""

    def __init__(self, part: Canvas, tree: Tree, colors: Colors, light: Light, haze: float) -> None:
        self.part, self.colors, self.light, self.haze = part, colors, light, haze
        self.size, self.rng = tree.size, np.random.default_rng(tree.seed)
        grain = 11 / tree.size
        self.leaves = fractal_noise(part.x * grain, part.y * grain, tree.seed, 3)
        self.crown, self.wood = next(part.numbers), next(part.numbers)

    def trunk(self, start: Pair, end: Pair, radii: Pair) -> None:
        x, y = self.part.x, self.part.y
        facing = np.clip((x - start[0]) / radii[0], -1, 1) * self.light.direction[0]
        color = with_haze(_BARK * self.light.on(facing), self.haze, self.light)
        inside = self.part.paint(capsule(x, y, start, end, radii), color, "trunk")
        self.part.shapes[inside] = self.wood

    def foliage(self, distance: Field, facing: Field, color: Color) -> None:
        """Leaves: lit where the crown faces the sun, darker in the hollows between."""
        lit = self.light.on(np.clip(facing + 0.45 * self.leaves, -1, 1))
        hollow = (0.86 + 0.30 * self.leaves)[..., None].clip(0.5, 1.1)
        color = with_haze(color * lit * hollow, self.haze, self.light)
        inside = self.part.paint(distance, color, "foliage")
        self.part.shapes[inside] = self.crown

    def snowy(self, color: Color, amount: Field) -> Color:
        share = np.clip(amount, 0, 1)[..., None] * self.colors.snow
        return color + share * (srgb(0.95, 0.97, 1.0) - color)

    def color(self) -> Color:
        """One of the season's leaf colours; the same place in the list for each season."""
        choice = self.rng.uniform()
        leaves = self.colors.leaves
        return srgb(*leaves[int(choice * len(leaves))]) * self.rng.uniform(0.9, 1.1)


def _broadleaf(brush: _Brush, x: float, foot: float) -> None:
    size, rng, part = brush.size, brush.rng, brush.part
    brush.trunk((x, foot), (x, foot - 0.5 * size), (0.040 * size, 0.025 * size))
    color, middle = brush.color(), foot - 0.64 * size
    angles = np.linspace(0, 2 * np.pi, 8)[:-1] + rng.uniform(0, 1)
    puffs = [(0.20 * np.cos(a), 0.17 * np.sin(a), 0.17) for a in angles]
    puffs += [(0.0, -0.02, 0.22), (-0.09, -0.08, 0.17), (0.10, -0.05, 0.17)]
    puffs.sort(key=lambda puff: -puff[1] * 0.3 - puff[2])
    for dx, dy, radius in puffs[::-1]:
        radius *= size * rng.uniform(0.9, 1.12)
        center = (x + dx * size * 1.05, middle + dy * size)
        u, v = (part.x - center[0]) / radius, (part.y - center[1]) / radius
        whole = (part.x - x) / size * 1.6, (part.y - middle) / size * 1.8
        facing = _facing(brush.light, 0.5 * u + 0.6 * whole[0], 0.5 * v + 0.6 * whole[1])
        outline = ellipse(part.x, part.y, center, (radius, radius)) + 0.035 * size * brush.leaves
        brush.foliage(outline, facing, color)


def _poplar(brush: _Brush, x: float, foot: float) -> None:
    size, part = brush.size, brush.part
    brush.trunk((x, foot), (x, foot - 0.3 * size), (0.030 * size, 0.02 * size))
    middle, radii = foot - 0.53 * size, (0.125 * size, 0.45 * size)
    u, v = (part.x - x) / radii[0], (part.y - middle) / radii[1]
    outline = ellipse(part.x, part.y, (x, middle), radii) + 0.03 * size * brush.leaves
    brush.foliage(outline, _facing(brush.light, u, 0.6 * v), brush.color() * 0.9)


def _conifer(brush: _Brush, x: float, foot: float) -> None:
    size, part = brush.size, brush.part
    brush.trunk((x, foot), (x, foot - 0.2 * size), (0.032 * size, 0.03 * size))
    tiers = 6
    for i in range(tiers):
        low, high = 0.12 + 0.80 * i / tiers, min(1.0, 0.12 + 0.80 * (i + 1.9) / tiers)
        half = size * (0.26 * (1 - i / tiers) + 0.035)
        bottom, top = foot - low * size, foot - high * size
        corners = [(x, top), (x + half, bottom), (x - half, bottom)]
        u, drop = (part.x - x) / half, (part.y - top) / (bottom - top)
        sag = 0.030 * size * np.abs(u) ** 2
        outline = polygon(part.x, part.y - sag, corners) + 0.022 * size * brush.leaves
        facing = _facing(brush.light, u, 0.8 * drop - 0.7)
        green = srgb(*brush.colors.needles) * (1.15 - 0.45 * drop[..., None].clip(0, 1))
        brush.foliage(outline, facing, brush.snowy(green, 1.15 - 1.3 * drop + 0.8 * brush.leaves))


def _palm(brush: _Brush, x: float, foot: float) -> None:
    size, rng, part = brush.size, brush.rng, brush.part
    lean = rng.choice([-1, 1]) * rng.uniform(0.08, 0.22)
    bend = [(x + lean * size * t**1.6, foot - 0.80 * size * t) for t in np.linspace(0, 1, 9)]
    for i, (start, end) in enumerate(pairwise(bend)):
        brush.trunk(start, end, (size * (0.026 - 0.0014 * i), size * (0.0245 - 0.0014 * i)))
    head = bend[-1]
    color = srgb(0.30, 0.50, 0.18)
    for angle in (-0.5, 3.6, 0.15, 3.0, 0.7, 2.45, 1.15, 2.0, 1.57):
        reach = size * rng.uniform(0.36, 0.46)
        tip = np.cos(angle + rng.uniform(-0.1, 0.1)) * reach
        if abs(tip) < 0.12 * size:
            tip = 0.12 * size * (1 if tip >= 0 else -1)
        along = (part.x - head[0]) / tip
        rise, droop = np.sin(angle) * reach * 1.15, reach * 0.95
        middle = head[1] - rise * along + droop * along**2
        slope = (-rise + 2 * droop * along) / tip
        comb = 0.72 + 0.28 * np.cos(along * 70 + part.y * 60 / size)
        width = 0.075 * size * np.sqrt(np.clip(along, 0, 1)) * np.clip(1.05 - along, 0, 1) ** 0.6
        below = (part.y - middle) / np.hypot(1, slope)
        outline = np.maximum(np.abs(below - 0.25 * width) - width * comb, -along * np.abs(tip))
        outline = np.maximum(outline, (along - 1.03) * np.abs(tip))
        facing = _facing(brush.light, 0.3 * np.sign(tip) * along, -0.5 - 12 * below / size * 0.3)
        tint = color * (0.8 + 0.35 * rng.uniform())
        brush.foliage(outline, facing, brush.snowy(tint, 0.75 - 40 * below / size + brush.leaves))


def _facing(light: Light, u: Field, v: Field) -> Field:
    """How far a ball's surface at (u, v) from its centre, in radii, faces the light."""
    toward = np.sqrt(np.clip(1 - u * u - v * v, 0.02, 1))
    return u * light.direction[0] + v * light.direction[1] + toward * light.direction[2]
