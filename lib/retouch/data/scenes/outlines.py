"""Signed distances to outlines, in heights: negative inside, positive outside."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

Field = Float[ndarray, "h w"]


def ellipse(x: Field, y: Field, center: tuple[float, float], radii: tuple[float, float]) -> Field:
    """Distance to an upright ellipse; exact for a circle, close by the outline otherwise."""
    u, v = (x - center[0]) / radii[0], (y - center[1]) / radii[1]
    length = np.hypot(u, v)
    slope = np.hypot(u / radii[0], v / radii[1])
    return length * (length - 1) / np.maximum(slope, 1e-6)


def polygon(x: Field, y: Field, corners: list[tuple[float, float]]) -> Field:
    """Distance to a convex polygon, whose corners run clockwise on the screen."""
    sides = []
    for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True):
        length = np.hypot(x1 - x0, y1 - y0)
        sides.append(((y1 - y0) * (x - x0) - (x1 - x0) * (y - y0)) / length)
    return np.maximum.reduce(sides)


def capsule(
    x: Field,
    y: Field,
    start: tuple[float, float],
    end: tuple[float, float],
    radii: tuple[float, float],
) -> Field:
    """Distance to a thick line from start to end, with one radius at each."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    along = np.clip(((x - start[0]) * dx + (y - start[1]) * dy) / (dx * dx + dy * dy), 0, 1)
    away = np.hypot(x - start[0] - along * dx, y - start[1] - along * dy)
    return away - (radii[0] + along * (radii[1] - radii[0]))
