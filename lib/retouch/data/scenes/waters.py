"""A lake or the sea: what stands behind it, mirrored, with waves and the sun's path."""

import numpy as np

from retouch.data.scenes.canvas import Canvas, Color, Field, srgb
from retouch.data.scenes.light import Light
from retouch.data.scenes.noise import fractal_noise
from retouch.data.scenes.seasons import Colors
from retouch.data.scenes.sky import sun_place
from retouch.data.scenes.world import Scene


def paint_water(canvas: Canvas, scene: Scene, colors: Colors, light: Light) -> None:
    """Paint water from the far shore to the bottom of the picture."""
    shore = scene.water
    part = None if shore is None else canvas.crop(-1, shore, canvas.aspect + 1, 2)
    if shore is None or part is None:
        return
    depth = part.y - shore
    waves = fractal_noise(
        part.x * 9 / (1 + 14 * depth), 26 * np.log(depth + 0.03), scene.seed + 8, 3
    )
    mirror = _mirrored(canvas, part, shore, depth, waves)
    calm = 0.86 if scene.kind == "lake" else 0.55
    share = (calm * np.exp(-1.5 * depth) + 0.10 * waves)[..., None].clip(0, 1)
    body = _body(scene, colors, depth) * (light.ambient * 0.85 + light.direct * 0.42)
    color = body + share * (mirror * 0.93 - body)
    color += 0.05 * np.clip(waves - 0.25, 0, 1)[..., None] * (light.ambient + light.direct)
    color += _sun_path(part, scene, light, depth, waves)[..., None] * light.direct
    part.paint(shore - part.y, color, "water")


def paint_surf(canvas: Canvas, scene: Scene, light: Light) -> None:
    """Foam and wet sand along a beach; it belongs to the segments that it lies on."""
    edge = scene.lands[scene.near].skyline(canvas.x[0], canvas.aspect)
    part = canvas.crop(-1, edge.min() - 0.1, canvas.aspect + 1, edge.max() + 0.1)
    if part is None:
        return
    lace = fractal_noise(part.x * 10, part.y * 16, scene.seed + 11, 4)
    below = part.y - edge
    part.shade(np.abs(below - 0.022) - 0.022, 0.80, softness=0.02)
    white = srgb(1, 1, 1) * (light.ambient * 0.8 + light.direct * 0.45)
    for offset, width, strength in ((0.0, 0.006, 0.95), (-0.028, 0.004, 0.6), (-0.06, 0.0025, 0.4)):
        line = np.abs(below - offset - 0.012 * lace) - width * (1 + 1.2 * lace)
        part.paint(line, white, None, softness=0.004, opacity=strength)


def _mirrored(canvas: Canvas, part: Canvas, shore: float, depth: Field, waves: Field) -> Color:
    """The picture above the shore, upside down, torn sideways and up and down by the waves."""
    height = canvas.light.shape[0]
    first = int(np.ceil(shore / canvas.pixel - 0.5))
    up = shore - depth * 0.92 + waves * (0.004 + 0.03 * depth)
    sideways = waves * (0.006 + 0.03 * depth) / canvas.pixel
    rows = np.clip(up / canvas.pixel - 0.5, 0, min(first, height) - 1).astype(int)
    columns = np.arange(part.x.shape[1]) + sideways
    return canvas.light[rows, np.clip(columns, 0, part.x.shape[1] - 1).astype(int)]


def _body(scene: Scene, colors: Colors, depth: Field) -> Color:
    cold = colors.snow
    deep = srgb(0.05, 0.26 - 0.04 * cold, 0.38)
    shallow = (
        srgb(0.22, 0.66 - 0.16 * cold, 0.68) if scene.kind == "beach" else srgb(0.10, 0.34, 0.40)
    )
    return deep + np.clip(depth * 3.6 - 0.1, 0, 1)[..., None] * (shallow - deep)


def _sun_path(part: Canvas, scene: Scene, light: Light, depth: Field, waves: Field) -> Field:
    x, _ = sun_place(part, scene, light)
    low = np.clip(1.1 - light.elevation, 0, 1) if not light.is_night else 0.35
    spread = (0.028 + 0.22 * depth) ** 2
    glint = np.clip(0.30 + 1.3 * waves, 0, 1) ** 1.5
    return 1.25 * low * glint * np.exp(-((part.x - x) ** 2) / spread) * np.exp(-1.8 * depth)
