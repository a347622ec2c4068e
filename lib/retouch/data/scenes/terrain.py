"""Mountains, hills and the ground in front, with their snow, fields, flowers and haze."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from retouch.data.scenes.canvas import Canvas, Color, Field, srgb
from retouch.data.scenes.light import Light
from retouch.data.scenes.noise import fractal_noise, ridged_noise, smooth_noise
from retouch.data.scenes.seasons import Colors
from retouch.data.scenes.world import House, Land, Scene


class _View(NamedTuple):
    """A land as the canvas shows it: how far below its skyline each pixel is, and its slope."""

    part: Canvas
    land: Land
    below: Field
    slope: Float[ndarray, "w"]


def paint_land(canvas: Canvas, scene: Scene, index: int, colors: Colors, light: Light) -> None:
    """Paint one layer of land from its skyline to the bottom of the picture."""
    land = scene.lands[index]
    edge = land.skyline(canvas.x[0], canvas.aspect)
    part = canvas.crop(-1, edge.min() - 3 * canvas.pixel, canvas.aspect + 1, 2)
    if part is None:
        return
    slope = np.gradient(edge, canvas.pixel)
    distance = (edge - part.y) / np.hypot(1, slope)
    painter = {"mountain": _mountain, "hill": _hill, "ground": _ground}[land.what]
    color = painter(_View(part, land, part.y - edge, slope), scene, colors, light)
    part.paint(distance, with_haze(color, land.haze * colors.haze, light), land.what)


def paint_path(canvas: Canvas, scene: Scene, house: House, colors: Colors, light: Light) -> None:
    """A winding path from a house's door down its land, wider the nearer it comes."""
    land = scene.lands[house.land]
    x = house.across * canvas.aspect
    start = float(land.skyline(np.array([x]), canvas.aspect)[0]) + house.below
    part = canvas.crop(-1, start - 2 * canvas.pixel, canvas.aspect + 1, 2)
    if part is None:
        return
    turn = 1 if house.across < 0.5 else -1
    t = np.clip((part.y - start) / 0.45, 0, 2)
    door = x + 0.225 * house.size * (-1 if house.mirrored else 1)
    middle = door + turn * (0.10 * np.sin(5.5 * t) + 0.16 * t * t)
    rough = fractal_noise(part.x * 30, part.y * 45, house.seed, 3)
    distance = 0.75 * (np.abs(part.x - middle) - 0.05 * house.size - 0.075 * t) + 0.004 * rough
    soil = srgb(0.78, 0.66, 0.48) * (1 - colors.snow) + srgb(0.84, 0.85, 0.90) * colors.snow
    color = (soil * (1 + 0.16 * rough)[..., None]) * light.on(np.float32(-0.8 * light.direction[1]))
    distance = np.maximum(distance, start - part.y)
    part.paint(distance, with_haze(color, land.haze * colors.haze, light), "path")


def with_haze(color: Color, haze: float, light: Light) -> Color:
    """Colour of what is seen through air: towards the horizon's, the farther the more."""
    haze = min(haze, 0.95)
    return color * (1 - haze) + (0.75 * light.horizon + 0.25 * light.middle) * haze


def _mountain(view: _View, _scene: Scene, colors: Colors, light: Light) -> Color:
    part, land, below, slope = view
    across, down = part.x * 5 * land.scale, below * 16
    bend = 0.8 * fractal_noise(across * 0.5, down * 0.4, land.seed + 9, 3)
    rock = ridged_noise(across * 0.55 + bend, down * 0.45 + across * 0.3, land.seed + 3, 4)
    relief = _rightward(rock, part.pixel) * 0.06 - slope * 0.30
    facing = -light.direction[0] * relief * 1.3 - 0.55 * light.direction[1]
    stone = srgb(0.50, 0.47, 0.48) * (0.75 + 0.35 * rock[..., None])
    wooded = np.clip((below - 0.10) * 9 + 0.5 * bend, 0, 1)[..., None]
    stone = stone + wooded * (srgb(*colors.grass[1]) * 0.55 - stone)
    cover = np.clip((0.95 - colors.snow_line - below / 0.13 + 0.8 * (rock - 0.5)) * 6, 0, 1)
    surface = stone + cover[..., None] * (srgb(0.88, 0.91, 0.97) - stone)
    return surface * light.on(facing)


def _rightward(field: Field, pixel: float) -> Field:
    """Rise of a field per height towards the right, over a fixed distance at every size."""
    step = max(1, round(0.004 / pixel))
    shifted = np.roll(field, -step, axis=1) - np.roll(field, step, axis=1)
    shifted[:, :step], shifted[:, -step:] = shifted[:, [step]], shifted[:, [-step - 1]]
    return shifted / (2 * step * pixel)


def _hill(view: _View, _scene: Scene, colors: Colors, light: Light) -> Color:
    part, land, below, slope = view
    steep = np.clip(below / (0.05 + land.relief), 0, 1)
    roll = fractal_noise(part.x * 3 * land.scale, below * 9, land.seed + 1, 3)
    patches = smooth_noise(part.x * 4.5 + below * 3, below * 12 + roll * 0.3, land.seed + 2)
    grass, dry = srgb(*colors.grass[0]), srgb(*colors.grass[1])
    surface = dry + np.clip(0.5 + roll + 0.3 * patches, 0, 1)[..., None] * (grass - dry)
    rows = np.sin((part.x + (0.35 + slope) * below) * 260 * (1 - 0.4 * land.haze))
    field = np.clip((patches - 0.25) * 14, 0, 1) * (0.82 + 0.18 * rows * (part.pixel < 0.009))
    surface = surface + field[..., None] * (
        srgb(*colors.crop) * (0.9 + 0.1 * rows[..., None]) - surface
    )
    tilt = -light.direction[0] * (slope * 1.1 + 0.35 * roll)
    facing = tilt - light.direction[1] * (0.85 - 0.3 * steep)
    return surface * light.on(facing)


def _ground(view: _View, scene: Scene, colors: Colors, light: Light) -> Color:
    part, land, below, slope = view
    far = 1 / (part.y - scene.horizon + 0.10)
    across, away = (part.x - part.x.mean()) * far, far * 3
    soft = fractal_noise(across * 1.6, away * 1.2, land.seed + 1, 3)
    fine = fractal_noise(across * 22, away * 12, land.seed + 2, 3)
    if scene.kind == "beach":
        low, high = srgb(*colors.sand) * 0.80, srgb(*colors.sand)
        grain = 0.5 + 0.55 * soft + 0.12 * fine + 0.20 * np.sin(away * 9 + 5 * soft)
    else:
        low, high = srgb(*colors.grass[1]) * 0.85, srgb(*colors.grass[0])
        blades = fractal_noise(across * 55, away * 9, land.seed + 4, 2)
        grain = 0.5 + 0.6 * soft + (0.30 - 0.25 * colors.snow) * (fine + blades)
    surface = low + np.clip(grain, 0, 1)[..., None] * (high - low)
    if scene.kind != "beach":
        surface = _with_flowers(surface, across, away, land, colors)
    facing = -light.direction[1] * 0.85 - light.direction[0] * (0.8 * slope + 0.25 * soft)
    shade = np.clip(0.80 + below * 1.2, 0, 1)[..., None]
    return surface * light.on(facing) * shade


def _with_flowers(surface: Color, across: Field, away: Field, land: Land, colors: Colors) -> Color:
    for i, color in enumerate(colors.flowers):
        dots = fractal_noise(across * 44 + 7 * i, away * 17, land.seed + 20 + i, 2)
        beds = smooth_noise(across * 1.5, away + 4 * i, land.seed + 30 + i)
        share = np.clip((dots - 0.46) * 6, 0, 1) * np.clip(beds * 4, 0, 1)
        surface = surface + (0.85 * share)[..., None] * (srgb(*color) - surface)
    return surface
