"""The sky: its gradient, stars, the sun or moon with its glow, and clouds."""

import numpy as np

from retouch.data.scenes.canvas import Canvas, Field, srgb
from retouch.data.scenes.light import Light
from retouch.data.scenes.noise import fractal_noise, smooth_noise
from retouch.data.scenes.outlines import ellipse
from retouch.data.scenes.world import Cloud, Scene


def paint_sky(canvas: Canvas, scene: Scene, light: Light) -> None:
    """Fill the canvas with the sky, then put the sun and the clouds on it."""
    up = np.clip(1 - canvas.y / scene.horizon, 0, 1)[..., None] ** 0.8
    low = np.clip(up * 2.2, 0, 1)
    low = low * low * (3 - 2 * low)
    high = np.clip(up * 1.5 - 0.5, 0, 1)
    canvas.light[:] = light.horizon + low * (light.middle - light.horizon)
    canvas.light[:] += high * (light.zenith - canvas.light)
    if light.is_night:
        _paint_stars(canvas, scene)
    _paint_sun(canvas, scene, light)
    for cloud in scene.clouds:
        _paint_cloud(canvas, cloud, light)


def sun_place(canvas: Canvas, scene: Scene, light: Light) -> tuple[float, float]:
    """Where the sun's centre is, in heights from the upper left corner."""
    across, up = light.disc
    sky = scene.horizon / 0.55
    return across * canvas.aspect, scene.horizon - up * sky * 0.86


def _paint_sun(canvas: Canvas, scene: Scene, light: Light) -> None:
    x, y = sun_place(canvas, scene, light)
    distance = np.hypot(canvas.x - x, canvas.y - y)
    wide = np.interp(light.elevation, (-0.2, 0.05, 0.5), (0.05, 0.30, 0.12))
    glow = 0.55 * np.exp(-distance / wide) + 0.5 * np.exp(-distance / 0.035)
    tint = srgb(0.75, 0.80, 0.95) * 0.35 if light.is_night else light.direct
    canvas.light += (glow * (1 - 0.35 * max(light.elevation, 0)))[..., None] * tint * 0.7
    face = srgb(0.95, 0.96, 1.0) if light.is_night else 0.45 * light.direct + 0.75
    canvas.paint(ellipse(canvas.x, canvas.y, (x, y), (0.036, 0.036)), face, "sun")


def _paint_stars(canvas: Canvas, scene: Scene) -> None:
    speckle = smooth_noise(canvas.x * 120, canvas.y * 120, scene.seed + 5)
    fade = np.clip(1.3 - 1.6 * canvas.y / scene.horizon, 0, 1)
    canvas.light += (np.clip(speckle - 0.88, 0, 1) * 4 * fade * (canvas.y < scene.horizon))[
        ..., None
    ]


def _paint_cloud(canvas: Canvas, cloud: Cloud, light: Light) -> None:
    rng = np.random.default_rng(cloud.seed)
    center, size = cloud.across * canvas.aspect, cloud.size
    part = canvas.crop(
        center - 1.4 * size, cloud.height - 0.9 * size, center + 1.4 * size, cloud.height + 0.1
    )
    if part is None:
        return
    x, y = part.x - center, part.y - cloud.height
    puffs = []
    for place in np.linspace(-0.85, 0.85, 8):
        radius = size * (0.34 * (1 - place**2) + 0.10) * rng.uniform(0.75, 1.2)
        puffs.append(np.hypot(x - place * size, (y + radius * 0.55) * 1.15) - radius)
    frayed = fractal_noise(part.x * 9 / size * 0.3, part.y * 14 / size * 0.3, cloud.seed, 4)
    outline = np.minimum.reduce(puffs) + size * 0.11 * frayed
    outline = np.maximum(outline, y - 0.012 + 0.02 * size * frayed)
    _light_cloud(part, cloud, outline, frayed, light)


def _light_cloud(part: Canvas, cloud: Cloud, outline: Field, frayed: Field, light: Light) -> None:
    size = cloud.size
    rise = (cloud.height - part.y) / (0.55 * size)
    up = np.clip(0.38 + 0.66 * rise + 0.35 * frayed, 0, 1)[..., None]
    bright = light.direct * 0.72 + light.ambient * 0.62
    dark = light.middle * 0.35 + light.ambient * 0.42 + light.horizon * 0.12
    silver = 0.25 * np.exp(outline / (0.05 * size))[..., None] * light.direct
    color = dark + up * (bright - dark) + np.where(outline[..., None] < 0, silver, 0)
    depth = np.clip(-outline / (0.10 * size), 0, 1)
    part.paint(outline, color, "cloud", softness=0.05 * size, opacity=0.72 + 0.26 * depth)
