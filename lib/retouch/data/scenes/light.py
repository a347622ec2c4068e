"""What the hour does to a scene: the sky's colours, the sun's, and where it stands."""

from dataclasses import dataclass
from math import cos, pi, sin

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from retouch.data.scenes.canvas import srgb

Color = Float[ndarray, "3"]

# Height of the sun (sine of its elevation), then the sky at the zenith, halfway and at the
# horizon, the direct light, and the light of the whole sky, as display colours.
_KEYS = (
    (-0.40, (.02, .03, .10), (.04, .06, .16), (.09, .12, .25), (.34, .40, .58), (.20, .24, .36)),
    (-0.12, (.08, .11, .30), (.30, .25, .46), (.80, .45, .42), (.40, .33, .42), (.34, .33, .46)),
    (0.04, (.20, .28, .55), (.80, .50, .52), (1.0, .70, .40), (1.0, .58, .30), (.56, .46, .54)),
    (0.18, (.25, .44, .74), (.78, .68, .70), (1.0, .82, .58), (1.0, .75, .48), (.60, .54, .58)),
    (0.50, (.20, .48, .84), (.52, .74, .93), (.88, .92, .92), (1.0, .93, .80), (.60, .66, .74)),
    (1.00, (.14, .44, .84), (.42, .69, .94), (.80, .91, .97), (1.0, .98, .93), (.62, .70, .80)),
)  # fmt: skip


@dataclass(frozen=True)
class Light:
    """The light of one moment; colours are linear."""

    zenith: Color
    middle: Color
    horizon: Color
    direct: Color
    ambient: Color
    direction: tuple[float, float, float]
    """Towards the light: right, down, and out of the picture."""
    disc: tuple[float, float]
    """Where the sun (at night the moon) stands: share of the width, and height above horizon."""
    elevation: float
    is_night: bool

    def on(self, facing: Float[ndarray, "..."] | np.float32) -> Float[ndarray, "... 3"]:
        """Light that falls on a surface, by how far (−1 to 1) it faces the sun."""
        lit = np.clip(0.25 + 0.75 * facing, 0, 1)[..., None]
        return (self.ambient * 0.72 + self.direct * lit).astype(np.float32)


def light_at(hour: float) -> Light:
    """The light at an hour of the day: sunrise is at 6, noon at 12, sunset at 18."""
    angle = (hour - 6) / 12 * pi
    elevation = sin(angle)
    zenith, middle, horizon, direct, ambient = _colors_at(elevation)
    night = elevation < -0.16
    across, up = (-cos(angle), elevation) if not night else (cos(angle) * 0.5, -elevation)
    toward_viewer = np.interp(up, (0, 0.35, 1), (-0.35, 0.25, 0.75))
    direction = np.array((across, -(0.25 + up), toward_viewer))
    direction /= np.linalg.norm(direction)
    disc = (0.5 + 0.32 * across, 0.10 + (0.42 if up > 0 else 1.5) * up)
    toward = (float(direction[0]), float(direction[1]), float(direction[2]))
    return Light(zenith, middle, horizon, direct, ambient, toward, disc, elevation, night)


def _colors_at(elevation: float) -> list[Color]:
    heights, keys = [key[0] for key in _KEYS], np.array([key[1:] for key in _KEYS])
    mixed = [np.interp(elevation, heights, channel) for channel in keys.reshape(len(keys), -1).T]
    return [srgb(*color) for color in np.reshape(mixed, (5, 3))]
