"""Pairs of scenes for a change of light, noon to sunset or beach to snow, and its rival.

The second reading of DeepSIM: the input is the image before the change instead of a drawing,
and many scenes are seen instead of one. The scenes are rendered, so each answer is known. The
recipe is `retouch.recipes.paired.Sunset`.

    before, after = pairs("noon_to_sunset", range(1000, 1008), 128)      # scenes never seen
    rival = match_histograms(before, after[:1])
"""

from collections.abc import Iterable

import numpy as np
import torch
from jaxtyping import Float
from torch import Generator as Random
from torch import Tensor

from retouch.data.scenes import scene_pair
from retouch.data.scenes.pairs import Change

Images = Float[Tensor, "n 3 h w"]


def pairs(change: Change, seeds: Iterable[int], size: int) -> tuple[Images, Images]:
    """Scenes before and after a change, rendered: two batches of images in [0, 1]."""
    both = [scene_pair(change, seed, size, size) for seed in seeds]
    before, after = (np.stack([pair[i].image for pair in both]) for i in (0, 1))
    return _channels_first(before), _channels_first(after)


def crop_pair(target: Images, given: Images, side: int, generator: Random) -> tuple[Images, Images]:
    """One random square out of each pair, the same for both.

    No flips: the sun sets on the right, and a mirrored scene would say otherwise.

    Raises:
        ValueError: the square does not fit into the images.
    """
    rows, columns = target.shape[2] - side, target.shape[3] - side
    if side < 1 or min(rows, columns) < 0:
        raise ValueError(
            f"a square of {side}×{side} does not fit into images of "
            f"{target.shape[2]}×{target.shape[3]}"
        )
    top = int(torch.randint(rows + 1, (), generator=generator))
    left = int(torch.randint(columns + 1, (), generator=generator))
    window = (..., slice(top, top + side), slice(left, left + side))
    return target[window], given[window]


def match_histograms(before: Images, reference: Images) -> Images:
    """Give each channel the values of another picture, in order of brightness: the rival.

    It knows which colours a sunset has, and nothing of where they go.

    Args:
        before: images to change.
        reference: one image, whose values are taken.
    """
    wanted = reference.flatten(2).sort(dim=2).values  # 1 3 places
    ranks = before.flatten(2).argsort(dim=2).argsort(dim=2)
    places = ranks * (wanted.shape[2] - 1) // max(1, ranks.shape[2] - 1)
    return wanted.expand(len(before), -1, -1).gather(2, places).view_as(before)


def _channels_first(images: np.ndarray) -> Images:
    return torch.from_numpy(images).permute(0, 3, 1, 2).contiguous()
