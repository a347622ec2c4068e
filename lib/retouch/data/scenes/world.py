"""What stands where in a landscape: plain data, drawn from a seed, that you may edit.

Across, a place is a share of the picture's width, so that a scene fits any shape of picture;
down and in size, it is a share of the height. Things stand on the land that they name, so a
tree that is moved to the side goes up and down the hill.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from retouch.data.scenes.noise import Field, fractal_noise, ridged_noise

Kind = Literal["lake", "valley", "beach"]
TreeKind = Literal["broadleaf", "conifer", "poplar", "palm"]
KINDS: tuple[Kind, ...] = ("lake", "valley", "beach")


@dataclass(frozen=True)
class Land:
    """A layer of land from its skyline down; `haze` is how far away it looks, 0 to 1."""

    what: Literal["mountain", "hill", "ground"]
    level: float
    relief: float
    scale: float
    seed: int
    haze: float = 0.0
    slope: float = 0.0

    def skyline(self, x: Field, aspect: float) -> Field:
        """The land's upper edge at each x, in heights from the top."""
        if self.what == "mountain":
            bumps = 2 * ridged_noise(x * self.scale, 0.5, self.seed, 6) - 0.8
        else:
            bumps = fractal_noise(x * self.scale, 0.5, self.seed, 2)
        return self.level - self.relief * bumps + self.slope * (x / aspect - 0.5)


@dataclass(frozen=True)
class Tree:
    """A tree on the land with this index; `size` is its height."""

    kind: TreeKind
    across: float
    land: int
    size: float
    seed: int
    below: float = 0.0


@dataclass(frozen=True)
class House:
    """A house on the land with this index; `size` is its width, `below` how far down the land."""

    across: float
    land: int
    size: float
    seed: int
    below: float = 0.02
    mirrored: bool = False


@dataclass(frozen=True)
class Cloud:
    """A cumulus cloud; `height` is where its flat underside is."""

    across: float
    height: float
    size: float
    seed: int


@dataclass(frozen=True)
class Scene:
    """A landscape before any light falls on it; `render` makes the picture.

    `water` is the height of the far shore (None without water); the lands from index `near`
    on lie in front of it.
    """

    kind: Kind
    seed: int
    horizon: float
    lands: tuple[Land, ...]
    near: int
    water: float | None = None
    trees: tuple[Tree, ...] = ()
    houses: tuple[House, ...] = ()
    clouds: tuple[Cloud, ...] = ()

    def names(self) -> list[str]:
        """Names of the things that `move` and `remove` can take, such as `"tree 0"`."""
        return [f"{kind[:-1]} {i}" for kind in _THINGS for i in range(len(getattr(self, kind)))]


_THINGS = ("trees", "houses", "clouds")


def move(scene: Scene, name: str, across: float) -> Scene:
    """The scene with one thing moved sideways, by a share of the picture's width.

    Raises:
        ValueError: nothing in the scene has this name.
    """
    kind, i = _find(scene, name)
    things = list(getattr(scene, kind))
    things[i] = replace(things[i], across=things[i].across + across)
    return replace(scene, **{kind: tuple(things)})  # type: ignore[arg-type]


def remove(scene: Scene, name: str) -> Scene:
    """The scene without one thing; those after it keep their looks but not their numbers.

    Raises:
        ValueError: nothing in the scene has this name.
    """
    kind, i = _find(scene, name)
    things = getattr(scene, kind)
    return replace(scene, **{kind: things[:i] + things[i + 1 :]})


def _find(scene: Scene, name: str) -> tuple[str, int]:
    if name not in scene.names():
        raise ValueError(
            f"nothing here is called {name!r}; choose one of {', '.join(scene.names())}"
        )
    kind, number = name.split()
    return f"{kind}s", int(number)


def spread(rng: np.random.Generator, low: float, high: float, count: int) -> np.ndarray:
    """`count` places in [low, high], random but not on top of each other."""
    step = (high - low) / max(count, 1)
    return low + step * (np.arange(count) + rng.uniform(0.15, 0.85, count))
