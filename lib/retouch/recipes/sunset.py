"""From noon to sunset, or from beach to snow, learned from scenes rendered before and after.

The second reading of DeepSIM: the input is the image before the change instead of a drawing,
and many scenes are seen instead of one. The scenes are rendered, so each answer is known.

    before, after = scene_pairs("noon_to_sunset", range(1000, 1008), 128)    # scenes never seen
    rival = match_histograms(before, after[:1])
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor, nn

from retouch.data.scenes import scene_pair
from retouch.data.scenes.pairs import Change
from retouch.recipes.base import Batch
from retouch.recipes.edits import edit_quality, in_parts
from retouch.recipes.pictures import to_tensor
from retouch.recipes.pix2pix import Images, Pix2Pix
from retouch.recipes.settings import require_square


@dataclass(frozen=True, kw_only=True)
class Sunset(Pix2Pix):
    """From noon to sunset, learned from scenes that are rendered at both hours.

    Attributes:
        change: `noon_to_sunset`, or `beach_to_snow`.
        scenes: number of training pairs, of the seeds 0, 1, 2, and so on.
        side: height and width of the scenes in pixels.
        crop: side of the squares that are cut out of both and shown at each step.
        held_out: number of unseen scenes to measure on.
    """

    name: ClassVar[str] = "sunset"

    steps: int = 1000
    batch_size: int = 4
    width: int = 24
    downs: int = 2
    lr: float = 5e-4
    pixel: float = 40.0
    change: Change = "noon_to_sunset"
    scenes: int = 64
    side: int = 128
    crop: int = 112
    held_out: int = 32

    def __post_init__(self) -> None:
        super().__post_init__()
        require_square(self.crop, self.side, least=32)  # what the discriminator needs

    def load(self) -> Batch:
        """Scenes before and after, `given` and `target`."""
        given, target = scene_pairs(self.change, range(self.scenes), self.side)
        return {"given": given, "target": target}

    def unseen(self) -> tuple[Images, Images]:
        """Scenes that are not trained on, before and after: of the seeds from 1000 on."""
        return scene_pairs(self.change, range(1000, 1000 + self.held_out), self.side)

    def augment(
        self, given: Images, target: Images, generator: torch.Generator
    ) -> tuple[Images, Images]:
        """Cut out a square."""
        target, given = crop_pair(target, given, self.crop, generator)
        return given, target

    def measure(self, product: nn.Module) -> dict[str, float]:
        """PSNR and SSIM on unseen scenes, beside those of the input and of the colours alone."""
        before, after = self.unseen()
        rivals = {
            "": in_parts(product, before),
            ", input": before,
            ", histogram match": match_histograms(before, self.load()["target"][:1]),
        }
        return {
            f"{name}{rival}": value
            for rival, made in rivals.items()
            for name, value in edit_quality(made, after).items()
            if name in ("PSNR (dB)", "SSIM")
        }


def scene_pairs(change: Change, seeds: Iterable[int], size: int) -> tuple[Images, Images]:
    """Scenes before and after a change, rendered: two batches of images in [0, 1]."""
    both = [scene_pair(change, seed, size, size) for seed in seeds]
    before, after = (torch.cat([to_tensor(pair[i].image) for pair in both]) for i in (0, 1))
    return before, after


def crop_pair(
    target: Float[Tensor, "n c h w"],
    given: Float[Tensor, "n k h w"],
    side: int,
    generator: torch.Generator,
) -> tuple[Float[Tensor, "n c side side"], Float[Tensor, "n k side side"]]:
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


def match_histograms(before: Images, reference: Float[Tensor, "1 3 p q"]) -> Images:
    """Give each channel the values of another picture, in order of brightness: the rival.

    It knows which colours a sunset has, and nothing of where they go.

    Args:
        before: images to change.
        reference: one image of any size, whose values are taken.
    """
    wanted = reference.flatten(2).sort(dim=2).values  # 1 3 places
    ranks = before.flatten(2).argsort(dim=2).argsort(dim=2)
    places = ranks * (wanted.shape[2] - 1) // max(1, ranks.shape[2] - 1)
    return wanted.expand(len(before), -1, -1).gather(2, places).view_as(before)
