"""One scene under two lights or in two seasons: an input with its true answer."""

from typing import Literal

from retouch.data.scenes.rendering import Rendering, render
from retouch.data.scenes.samples import sample_scene
from retouch.data.scenes.seasons import Season
from retouch.data.scenes.world import Kind
from retouch.validation import choice

Change = Literal["noon_to_sunset", "beach_to_snow"]

_MOMENTS: dict[Change, tuple[tuple[Season, float], tuple[Season, float], Kind | None]] = {
    "noon_to_sunset": (("summer", 12.0), ("summer", 17.6), None),
    "beach_to_snow": (("summer", 14.0), ("winter", 14.0), "beach"),
}


def scene_pair(
    change: Change, seed: int, height: int, width: int, kind: Kind | None = None
) -> tuple[Rendering, Rendering]:
    """A scene before and after a change; every pixel of the one is known in the other.

    Args:
        change: `"noon_to_sunset"` (the sun's disc moves, all else stays in place), or
            `"beach_to_snow"` (the segments of both are the same).
        seed: which scene, as for `sample_scene`.
        height, width: size in pixels.
        kind: kind of scene; by default the change's own, or drawn from the seed.

    Raises:
        ValueError: no change has this name, or the kind or size is none.
    """
    choice(change, "change", _MOMENTS)
    before, after, usual = _MOMENTS[change]
    scene = sample_scene(seed, kind or usual)
    return render(scene, height, width, *before), render(scene, height, width, *after)
