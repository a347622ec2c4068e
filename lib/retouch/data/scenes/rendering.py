"""From a scene to a picture with its exact segments and edges."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray

from retouch.data.scenes.canvas import Canvas
from retouch.data.scenes.houses import paint_house
from retouch.data.scenes.light import Light, light_at
from retouch.data.scenes.plants import paint_tree
from retouch.data.scenes.seasons import SEASONS, Colors, Season
from retouch.data.scenes.sky import paint_sky
from retouch.data.scenes.terrain import paint_land, paint_path
from retouch.data.scenes.waters import paint_surf, paint_water
from retouch.data.scenes.world import House, Scene, Tree
from retouch.validation import choice, number, whole


class Rendering(NamedTuple):
    """A picture and what is in it, pixel by pixel.

    `labels` are positions in `CLASSES`; `edges` mark every pixel whose right or lower
    neighbour belongs to another thing.
    """

    image: Float[ndarray, "h w 3"]
    labels: Int[ndarray, "h w"]
    edges: Bool[ndarray, "h w"]


def render(
    scene: Scene, height: int, width: int, season: Season = "summer", hour: float = 12.0
) -> Rendering:
    """Paint a scene at one season and one hour; the shapes are the same at all of them.

    Args:
        scene: of `sample_scene`, changed or not.
        height, width: size in pixels, at least 16 each; one scene looks the same at every size.
        season: `"spring"`, `"summer"`, `"autumn"` or `"winter"`.
        hour: 0 to 24; the sun rises at 6 and sets at 18.

    Returns:
        The picture, float32 in [0, 1], H×W×3, anti-aliased, with its segments and edges. Only
        the sun moves with the hour (in the labels as well).

    Raises:
        ValueError: the season, the hour or the size is none.
    """
    choice(season, "season", SEASONS)
    hour = number(hour, "hour", at_least=0, at_most=24)
    height, width = whole(height, "height", at_least=16), whole(width, "width", at_least=16)
    light, colors = light_at(hour), SEASONS[season]
    canvas = Canvas.blank(height, width)
    paint_sky(canvas, scene, light)
    for index in range(len(scene.lands)):
        if index == scene.near:
            paint_water(canvas, scene, colors, light)
        paint_land(canvas, scene, index, colors, light)
        if index == scene.near and scene.kind == "beach":
            paint_surf(canvas, scene, light)
        for house in scene.houses:
            if house.land == index and house.size > 0.1 and scene.kind != "beach":
                paint_path(canvas, scene, house, colors, light)
        _paint_things(canvas, scene, index, colors, light)
    image = np.clip(canvas.light, 0, 1) ** np.float32(1 / 2.2)
    return Rendering(image, canvas.labels, _boundaries(canvas.shapes))


def _paint_things(canvas: Canvas, scene: Scene, index: int, colors: Colors, light: Light) -> None:
    """Trees and houses of one land, those farther up (and so farther away) first."""
    every: tuple[Tree | House, ...] = (*scene.trees, *scene.houses)
    things = [thing for thing in every if thing.land == index]
    for thing in things:
        _cast_shadow(canvas, scene, thing, light)
    for thing in sorted(things, key=lambda thing: thing.below):
        if isinstance(thing, Tree):
            paint_tree(canvas, scene, thing, colors, light)
        else:
            paint_house(canvas, scene, thing, colors, light)


def _cast_shadow(canvas: Canvas, scene: Scene, thing: Tree | House, light: Light) -> None:
    land = scene.lands[thing.land]
    x = thing.across * canvas.aspect
    foot = float(land.skyline(np.array([x]), canvas.aspect)[0]) + thing.below
    part = canvas.crop(x - 3 * thing.size, foot - thing.size, x + 3 * thing.size, foot + thing.size)
    if part is None:
        return
    across, down, toward = light.direction
    tall = thing.size * (0.9 if isinstance(thing, Tree) else 0.5)
    long = min(1.6, 0.75 / max(-down, 0.2)) * tall
    half = thing.size * (0.16 if isinstance(thing, Tree) else 0.40)
    u, v = part.x - x + across * long * 0.55, (part.y - foot) * 5 + toward * long * 1.2
    tilt = np.hypot(u / (half + abs(across) * long * 0.5), v / (half + abs(toward) * long))
    on_land = (part.shapes == part.shapes[-1, part.shapes.shape[1] // 2]) | (part.y >= foot)
    strength = np.interp(light.elevation, (-0.1, 0.2), (0.15, 0.42))
    distance = np.where(on_land, (tilt - 1) * half, 1.0)
    part.shade(distance, 1 - strength, softness=0.6 * half)


def _boundaries(shapes: Int[ndarray, "h w"]) -> Bool[ndarray, "h w"]:
    edges = np.zeros(shapes.shape, bool)
    edges[:, :-1] |= shapes[:, :-1] != shapes[:, 1:]
    edges[:-1] |= shapes[:-1] != shapes[1:]
    return edges
