"""Random landscapes of three kinds: a lake, a valley of hills, a beach."""

import numpy as np

from retouch.data.scenes.world import KINDS, Cloud, House, Kind, Land, Scene, Tree, TreeKind, spread
from retouch.validation import choice, whole

Range = tuple[float, float]
Kinds = tuple[TreeKind, ...]


def sample_scene(seed: int, kind: Kind | None = None) -> Scene:
    """A random landscape, the same for the same seed and kind.

    Args:
        seed: any whole number ≥ 0.
        kind: `"lake"`, `"valley"` or `"beach"`; drawn from the seed by default.

    Raises:
        ValueError: no landscape is of this kind.
    """
    seed = whole(seed, "seed", at_least=0)
    rng = np.random.default_rng(seed)
    drawn = KINDS[rng.integers(len(KINDS))]
    chosen = drawn if kind is None else choice(kind, "kind", KINDS)
    return {"lake": _lake, "valley": _valley, "beach": _beach}[chosen](rng, seed)


def _lake(rng: np.random.Generator, seed: int) -> Scene:
    shore = rng.uniform(0.54, 0.58)
    rise = rng.choice([-1, 1]) * rng.uniform(0.16, 0.26)
    lands = (
        *_mountains(rng, shore - 0.10),
        Land("hill", shore - 0.055, 0.05, rng.uniform(1.2, 2), _seed(rng), 0.26),
        Land("hill", shore - 0.012, 0.022, rng.uniform(1.5, 2.5), _seed(rng), 0.12),
        Land("ground", rng.uniform(0.80, 0.85), 0.035, rng.uniform(1, 1.6), _seed(rng), 0, rise),
    )
    near = len(lands) - 1
    high = 0.0 if rise > 0 else 0.55  # trees on the bank that rises, the view stays open
    trees = (
        *_forest(rng, near - 2, 9, (0.035, 0.055), ("conifer", "broadleaf")),
        *_forest(rng, near - 1, 7, (0.05, 0.085), ("broadleaf", "conifer", "poplar")),
        *_grove(
            rng, near, spread(rng, high, high + 0.42, 4), (0.20, 0.42), ("conifer", "broadleaf")
        ),
    )
    houses = [_house(rng, near - 1, a, (0.05, 0.075)) for a in spread(rng, 0.2, 0.85, 3)]
    houses += [_house(rng, near, 0.72 if rise > 0 else 0.28, (0.15, 0.19), 0.05)]
    return Scene("lake", seed, shore, lands, near, shore, trees, tuple(houses), _clouds(rng))


def _valley(rng: np.random.Generator, seed: int) -> Scene:
    horizon = rng.uniform(0.46, 0.52)
    tilt = rng.choice([-1, 1])
    lands = (
        *_mountains(rng, horizon - 0.03),
        Land("hill", horizon + 0.00, 0.05, rng.uniform(1, 1.6), _seed(rng), 0.30),
        Land("hill", horizon + 0.09, 0.07, rng.uniform(1, 1.5), _seed(rng), 0.15, 0.10 * tilt),
        Land("hill", horizon + 0.20, 0.06, rng.uniform(0.9, 1.3), _seed(rng), 0.05, -0.14 * tilt),
        Land("ground", horizon + 0.34, 0.05, rng.uniform(0.8, 1.2), _seed(rng), 0, 0.16 * tilt),
    )
    near = len(lands) - 1
    high = 0.02 if tilt < 0 else 0.55
    trees = (
        *_forest(rng, near - 3, 8, (0.03, 0.045), ("conifer", "broadleaf")),
        *_forest(rng, near - 2, 7, (0.05, 0.08), ("poplar", "broadleaf")),
        *_forest(rng, near - 1, 5, (0.09, 0.15), ("broadleaf", "conifer", "poplar")),
        *_grove(
            rng, near, spread(rng, high, high + 0.42, 3), (0.22, 0.36), ("broadleaf", "conifer")
        ),
    )
    houses = [_house(rng, near - 2, a, (0.05, 0.07)) for a in spread(rng, 0.15, 0.9, 3)]
    houses += [_house(rng, near - 1, rng.uniform(0.25, 0.75), (0.13, 0.18), 0.03)]
    return Scene("valley", seed, horizon, lands, near, None, trees, tuple(houses), _clouds(rng))


def _beach(rng: np.random.Generator, seed: int) -> Scene:
    horizon = rng.uniform(0.50, 0.55)
    tilt = rng.choice([-1, 1])
    lands = (
        Land("mountain", horizon - 0.015, 0.06, rng.uniform(0.9, 1.3), _seed(rng), 0.62),
        Land("hill", horizon + 0.03, 0.05, rng.uniform(0.8, 1.2), _seed(rng), 0.16, 0.20 * tilt),
        Land("ground", rng.uniform(0.74, 0.78), 0.03, 1.2, _seed(rng), 0, -0.26 * tilt),
    )
    headland, sand = ((0.62, 0.97), (0.02, 0.40)) if tilt < 0 else ((0.02, 0.38), (0.03, 0.45))
    trees = (
        *_grove(rng, 1, spread(rng, *headland, 6), (0.04, 0.08), ("broadleaf",)),
        *_grove(rng, 2, spread(rng, *sand, 4), (0.30, 0.50), ("palm",)),
    )
    houses = (_house(rng, 2, rng.uniform(*sand), (0.13, 0.17), 0.07),)
    return Scene("beach", seed, horizon, lands, 2, horizon, trees, houses, _clouds(rng))


def _mountains(rng: np.random.Generator, level: float) -> tuple[Land, ...]:
    far = Land("mountain", level - 0.06, rng.uniform(0.14, 0.2), 1.3, _seed(rng), 0.55)
    near = Land("mountain", level, rng.uniform(0.08, 0.13), 1.9, _seed(rng), 0.36)
    return far, near


def _forest(
    rng: np.random.Generator, land: int, count: int, sizes: Range, kinds: Kinds
) -> list[Tree]:
    """Trees all along a skyline, in clumps of one kind."""
    trees = []
    for place in spread(rng, 0, 1, count):
        kind = kinds[rng.integers(len(kinds))]
        for shift in rng.uniform(-0.04, 0.04, rng.integers(1, 4)):
            below = rng.uniform(0, 0.015)
            trees.append(Tree(kind, place + shift, land, rng.uniform(*sizes), _seed(rng), below))
    return trees


def _grove(
    rng: np.random.Generator, land: int, places: np.ndarray, sizes: Range, kinds: Kinds
) -> list[Tree]:
    """Trees at these places, some of them farther down their land."""
    below = 0.3 * sizes[0]
    return [
        Tree(
            kinds[rng.integers(len(kinds))],
            place,
            land,
            rng.uniform(*sizes),
            _seed(rng),
            rng.uniform(0, below),
        )
        for place in places
    ]


def _house(
    rng: np.random.Generator, land: int, across: float, sizes: Range, below: float = 0.012
) -> House:
    mirrored = bool(rng.integers(2))
    return House(float(across), land, rng.uniform(*sizes), _seed(rng), below, mirrored)


def _clouds(rng: np.random.Generator) -> tuple[Cloud, ...]:
    count = int(rng.integers(2, 5))
    return tuple(
        Cloud(place, rng.uniform(0.10, 0.30), rng.uniform(0.10, 0.22), _seed(rng))
        for place in spread(rng, 0.02, 0.98, count)
    )


def _seed(rng: np.random.Generator) -> int:
    return int(rng.integers(2**20))
