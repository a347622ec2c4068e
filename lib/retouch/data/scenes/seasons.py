"""What the season does to the colour of things; display colours."""

from dataclasses import dataclass
from typing import Literal

Rgb = tuple[float, float, float]
Season = Literal["spring", "summer", "autumn", "winter"]


@dataclass(frozen=True)
class Colors:
    """Surface colours of one season; `snow` is the share of what looks up that is white."""

    grass: tuple[Rgb, Rgb]
    crop: Rgb
    leaves: tuple[Rgb, ...]
    needles: Rgb
    sand: Rgb
    flowers: tuple[Rgb, ...]
    snow: float = 0.0
    snow_line: float = 0.6
    haze: float = 1.0


SEASONS: dict[Season, Colors] = {
    "spring": Colors(
        ((0.50, 0.68, 0.26), (0.36, 0.58, 0.22)),
        (0.86, 0.80, 0.24),
        ((0.48, 0.68, 0.26), (0.94, 0.70, 0.78), (0.40, 0.60, 0.24), (0.96, 0.86, 0.88)),
        (0.16, 0.38, 0.24), (0.92, 0.84, 0.64),
        ((1.0, 0.95, 0.55), (1.0, 1.0, 1.0), (0.85, 0.55, 0.85)), snow_line=0.5,
    ),
    "summer": Colors(
        ((0.44, 0.60, 0.22), (0.30, 0.50, 0.18)),
        (0.82, 0.72, 0.36),
        ((0.26, 0.48, 0.17), (0.34, 0.54, 0.20), (0.20, 0.42, 0.18)),
        (0.12, 0.32, 0.20), (0.93, 0.84, 0.62),
        ((0.90, 0.25, 0.20), (1.0, 0.90, 0.40)), snow_line=0.8,
    ),
    "autumn": Colors(
        ((0.66, 0.58, 0.26), (0.50, 0.48, 0.20)),
        (0.58, 0.40, 0.22),
        ((0.88, 0.48, 0.12), (0.78, 0.28, 0.12), (0.92, 0.70, 0.20), (0.56, 0.54, 0.18)),
        (0.14, 0.31, 0.20), (0.86, 0.77, 0.58),
        ((0.80, 0.45, 0.15),), snow_line=0.6, haze=1.15,
    ),
    "winter": Colors(
        ((0.90, 0.92, 0.97), (0.76, 0.81, 0.90)),
        (0.80, 0.84, 0.91),
        ((0.78, 0.82, 0.89), (0.84, 0.87, 0.92), (0.72, 0.77, 0.85)),
        (0.13, 0.29, 0.24), (0.91, 0.93, 0.97),
        (), snow=0.85, snow_line=0.2, haze=1.3,
    ),
}  # fmt: skip
