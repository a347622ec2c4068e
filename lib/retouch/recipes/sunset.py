"""Learn a change of light from pairs of scenes: noon to sunset, or beach to snow.

The second reading of DeepSIM: the input is the image before the change instead of a drawing,
and many scenes are seen instead of one. The scenes are rendered, so each answer is known.

    network = train(Settings(change="noon_to_sunset"))
    before, after = pairs("noon_to_sunset", range(1000, 1008), 128)      # scenes never seen
    print(psnr_of(network(before), after))
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from retouch.data.scenes import scene_pair
from retouch.data.scenes.pairs import Change
from retouch.models.deepsim import Generator
from retouch.recipes import deepsim
from retouch.recipes.deepsim import Random, Watch

Images = Float[Tensor, "n 3 h w"]


@dataclass(frozen=True)
class Settings:
    """What a training run depends on.

    Attributes:
        change: what is learned, as for `retouch.data.scenes.scene_pair`.
        scenes: number of training pairs, of the seeds 0, 1, 2, and so on.
        size: height and width of the scenes in pixels.
        crop: side of the squares that are cut out of both and shown at each step.
        training: networks, weights of the losses and steps, as for `retouch.recipes.deepsim`.
    """

    change: Change = "noon_to_sunset"
    scenes: int = 64
    size: int = 128
    crop: int = 112
    training: deepsim.Settings = field(
        default_factory=lambda: deepsim.Settings(
            steps=3000, batch=4, width=24, downs=2, blocks=6, pixel=40.0, learning_rate=5e-4
        )
    )


def train(settings: Settings = Settings(), watch: Watch | None = None) -> Generator:
    """Train a network that turns scenes before a change into the scenes after it.

    Args:
        settings: see `Settings`.
        watch: called after each step with its number and its losses.

    Returns:
        The network, on the device that it was trained on: images in [0, 1] to images in [0, 1].
    """
    before, after = pairs(settings.change, range(settings.scenes), settings.size)

    def crop(target: Images, given: Images, random: Random) -> tuple[Images, Images]:
        return crop_pair(target, given, settings.crop, random)

    return deepsim.train(before, after, settings.training, crop, watch)


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
