"""DeepSIM: from one image and its primitive to a generator that you can draw with.

recipe = DeepSIM(picture="holiday.jpg", steps=1000)
generator = train(recipe).product()
edited = generator(edited_primitive)
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self, cast

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from retouch.data.scenes import KINDS, Scene, render, sample_scene
from retouch.data.scenes.world import Kind
from retouch.data.segments import color_segments
from retouch.models.deepsim import flip_pair, primitive, tps_warp_pair
from retouch.recipes.base import Batch
from retouch.recipes.edits import edit_quality, edited_pairs, in_parts, scene_edits
from retouch.recipes.pictures import open_picture, to_tensor
from retouch.recipes.pix2pix import Images, Pix2Pix
from retouch.recipes.settings import TrainingError

Augmentation = Literal["tps", "flips", "none"]
SMALLEST = 32
"""Height and width that the discriminator needs, in pixels."""


@dataclass(frozen=True, kw_only=True)
class DeepSIM(Pix2Pix):
    """One image and its primitive, bent alike and anew at each step (Vinker et al. 2021).

    `batch_size` bent copies of it are a batch.

    Attributes:
        picture: a kind of scene, the name of a photograph, or the path of a file.
        scene: which scene, as for `sample_scene`.
        height, columns: size of the picture in pixels.
        segments: at most so many segments in a photograph; a scene has its own.
        sigma: blur before the primitive's edges are looked for.
        augmentation: "tps" bends and flips, "flips" only flips, "none" repeats the pair.
        magnitude: how far control points move, as a share of each side.
    """

    name: ClassVar[str] = "deepsim"

    picture: str = "lake"
    scene: int = 1
    height: int = 128
    columns: int = 192
    segments: int = 16
    sigma: float = 2.0
    augmentation: Augmentation = "tps"
    magnitude: float = 0.1

    @classmethod
    def paper(cls, **changes: Any) -> Self:
        """The paper's generator, of 182 M parameters, for a GPU; the number of steps is ours."""
        sizes = {"steps": 16_000, "width": 64, "downs": 4, "blocks": 9, "discriminator_width": 64}
        return cls(**{**sizes, **changes})

    def __post_init__(self) -> None:
        super().__post_init__()
        if min(self.height, self.columns) < SMALLEST:
            raise TrainingError(
                f"expected height and columns from {SMALLEST} on, got {self.height} and "
                f"{self.columns}"
            )
        if self.magnitude >= 0.25:
            raise TrainingError(f"expected magnitude in [0, 0.25), got {self.magnitude}")

    def landscape(self) -> Scene:
        """The scene, if the picture is one."""
        return sample_scene(self.scene, cast(Kind, self.picture))

    def example(self) -> tuple[Float[Tensor, "1 3 h w"], Int[Tensor, "1 h w"]]:
        """The image in [0, 1] and its segments.

        Raises:
            TrainingError: there is no such picture.
        """
        if self.picture in KINDS:
            rendering = render(self.landscape(), self.height, self.columns)
            image, labels = to_tensor(rendering.image), rendering.labels
        else:
            pixels = open_picture(self.picture, (self.height, self.columns), KINDS)
            image, labels = to_tensor(pixels), color_segments(pixels / 255, self.segments)
        return image, torch.from_numpy(labels)[None].long()

    def load(self) -> Batch:
        """The primitive, `given`, and the image, `target`: one of each."""
        image, labels = self.example()
        return {"given": primitive(image, labels, self.sigma), "target": image}

    def examples_per_step(self) -> int:
        """There is but one."""
        return 1

    def augment(
        self, given: Images, target: Images, generator: torch.Generator
    ) -> tuple[Images, Images]:
        """`batch_size` copies, changed by `augmentation`."""
        target, given = (x.expand(self.batch_size, -1, -1, -1) for x in (target, given))
        if self.augmentation == "tps":
            target, given = tps_warp_pair(target, given, self.magnitude, generator)
        if self.augmentation != "none":
            target, given = flip_pair(target, given, generator)
        return given, target

    def measure(self, product: nn.Module) -> dict[str, float]:
        """How well it redraws its image and, where the answer is known, edits of it."""
        quality = _named(self.load(), product, "itself")
        if self.picture in KINDS:
            size = (self.height, self.columns)
            given, target = edited_pairs(scene_edits(self.landscape()), *size, self.sigma)
            quality |= _named({"given": given, "target": target}, product, "edits")
        return quality


def _named(pairs: Batch, product: nn.Module, what: str) -> dict[str, float]:
    found = edit_quality(in_parts(product, pairs["given"]), pairs["target"])
    return {f"{name}, {what}": value for name, value in found.items()}
