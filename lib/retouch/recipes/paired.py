"""DeepSIM and noon to sunset as recipes: `retouch train deepsim`, `retouch train sunset`.

The batches of these recipes are pairs: the input's channels, then those of the target.
"""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, cast

import torch
from jaxtyping import Float
from torch import Generator as Random
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from retouch.data.fashion_mnist import LabelledImages
from retouch.data.photographs import photograph
from retouch.data.scenes import KINDS, Scene, render, sample_scene
from retouch.data.scenes.pairs import Change
from retouch.data.scenes.world import Kind
from retouch.data.segments import color_segments
from retouch.models.deepsim import Generator, flip_pair, primitive, tps_warp_pair
from retouch.models.patchgan import MultiScaleDiscriminator
from retouch.recipes.base import Losses, Recipe, Run
from retouch.recipes.deepsim import Game, constant_then_linear
from retouch.recipes.edits import edit_quality, edited_pairs, in_parts, scene_edits
from retouch.recipes.sunset import crop_pair, match_histograms, pairs

Images = Float[Tensor, "n 3 h w"]


@dataclass(frozen=True, kw_only=True)
class Paired(Recipe):
    """A generator of pix2pixHD's kind, learned from pairs of images.

    Attributes:
        width, downs, blocks: the generator's size; `judge_width` the discriminator's.
        lr, beta1: of both Adams.
        feature_matching, perceptual, pixel: weights beside the adversarial loss.
    """

    steps: int = 2400
    batch_size: int = 1
    width: int = 16
    downs: int = 3
    blocks: int = 6
    judge_width: int = 16
    lr: float = 2e-4
    beta1: float = 0.5
    feature_matching: float = 10.0
    perceptual: float = 10.0
    pixel: float = 0.0

    @abstractmethod
    def pairs(self) -> tuple[Images, Images]:
        """All inputs and their targets."""

    @abstractmethod
    def augment(self, given: Images, target: Images, random: Random) -> tuple[Images, Images]:
        """A batch of pairs, changed alike."""

    def load(self, split: Any = "train") -> LabelledImages:
        """The pairs, one behind the other in the channels; the labels mean nothing."""
        both = torch.cat(self.pairs(), dim=1)
        return LabelledImages(both, torch.zeros(len(both), dtype=torch.long))

    def make_networks(self) -> dict[str, nn.Module]:
        """The generator and the discriminator, which sees input and image."""
        return {
            "generator": Generator(3, self.width, self.downs, self.blocks),
            "discriminator": MultiScaleDiscriminator(6, self.judge_width),
        }

    def make_optimizers(self, networks: dict[str, nn.Module]) -> dict[str, Optimizer]:
        """Adam for each network."""
        return {
            f"{name} adam": Adam(network.parameters(), self.lr, (self.beta1, 0.999))
            for name, network in networks.items()
        }

    def schedule(self, step: int) -> float:
        """Constant for the first half, then linearly down to 0."""
        return constant_then_linear(self.steps)(step)

    def update(self, run: Run, batch: LabelledImages, generator: Random) -> Losses:
        """One round of the game between the networks, on changed pairs."""
        given, target = batch.images.split(3, dim=1)
        given, target = (
            x.contiguous(memory_format=torch.channels_last)
            for x in self.augment(given, target, generator)
        )
        networks = run.networks["generator"], run.networks["discriminator"]
        return Game(run.fabric, *networks, list(run.optimizers.values()), self).step(given, target)

    def product(self, networks: dict[str, nn.Module]) -> nn.Module:
        """The generator."""
        return networks["generator"]


@dataclass(frozen=True, kw_only=True)
class DeepSIM(Paired):
    """One image and its primitive, bent alike and anew at each step (Vinker et al. 2021).

    `batch_size` bent copies of it are a batch.

    Attributes:
        picture: a kind of scene, or the name of a photograph.
        scene: which scene, as for `sample_scene`.
        height, columns: size of the picture in pixels.
        segments: at most so many segments in a photograph; a scene has its own.
        sigma: blur before the primitive's edges are looked for.
        magnitude: how far control points move, as a share of each side.
    """

    name: ClassVar[str] = "deepsim"

    picture: str = "lake"
    scene: int = 1
    height: int = 128
    columns: int = 192
    segments: int = 16
    sigma: float = 2.0
    magnitude: float = 0.1

    def landscape(self) -> Scene:
        """The scene, if the picture is one."""
        return sample_scene(self.scene, cast(Kind, self.picture))

    def example(self) -> tuple[Images, Tensor]:
        """The image, 1×3×H×W, and its segments, 1×H×W."""
        if self.picture in KINDS:
            rendering = render(self.landscape(), self.height, self.columns)
            pixels, labels = rendering.image, rendering.labels
        else:
            pixels = photograph(self.picture, (self.height, self.columns)) / 255
            labels = color_segments(pixels, self.segments)
        image = torch.from_numpy(pixels).permute(2, 0, 1)[None].float().contiguous()
        return image, torch.from_numpy(labels)[None].long()

    def pairs(self) -> tuple[Images, Images]:
        """The primitive and the image."""
        image, labels = self.example()
        return primitive(image, labels, self.sigma), image

    def images_per_step(self) -> int:
        """There is but one."""
        return 1

    def augment(self, given: Images, target: Images, random: Random) -> tuple[Images, Images]:
        """Bend and mirror `batch_size` copies."""
        target, given = (x.expand(self.batch_size, -1, -1, -1) for x in (target, given))
        target, given = tps_warp_pair(target, given, self.magnitude, random)
        target, given = flip_pair(target, given, random)
        return given, target

    def measure(self, product: nn.Module) -> dict[str, float]:
        """How well it redraws its image and, where the answer is known, edits of it."""
        given, target = self.pairs()
        quality = {
            f"{name}, itself": value
            for name, value in edit_quality(in_parts(product, given), target).items()
        }
        if self.picture in KINDS:
            size = (self.height, self.columns)
            given, target = edited_pairs(scene_edits(self.landscape()), *size, self.sigma)
            found = edit_quality(in_parts(product, given), target)
            quality |= {f"{name}, edits": value for name, value in found.items()}
        return quality


@dataclass(frozen=True, kw_only=True)
class Sunset(Paired):
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
    change: str = "noon_to_sunset"
    scenes: int = 64
    side: int = 128
    crop: int = 112
    held_out: int = 32

    def pairs(self) -> tuple[Images, Images]:
        """Scenes before and after."""
        return self._rendered(range(self.scenes))

    def unseen(self) -> tuple[Images, Images]:
        """Scenes that are not trained on, before and after: of the seeds from 1000 on."""
        return self._rendered(range(1000, 1000 + self.held_out))

    def _rendered(self, seeds: range) -> tuple[Images, Images]:
        return pairs(cast(Change, self.change), seeds, self.side)

    def augment(self, given: Images, target: Images, random: Random) -> tuple[Images, Images]:
        """Cut out a square."""
        target, given = crop_pair(target, given, self.crop, random)
        return given, target

    def measure(self, product: nn.Module) -> dict[str, float]:
        """PSNR and SSIM on unseen scenes, beside those of the input and of the colours alone."""
        before, after = self.unseen()
        rivals = {
            "": in_parts(product, before),
            ", input": before,
            ", histogram match": match_histograms(before, self.pairs()[1][:1]),
        }
        return {
            f"{name}{rival}": value
            for rival, made in rivals.items()
            for name, value in edit_quality(made, after).items()
            if name in ("PSNR (dB)", "SSIM")
        }
