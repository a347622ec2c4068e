"""Any style in one pass: a decoder for AdaIN's features (Huang & Belongie 2017).

network = train(AdaIN(steps=1000)).product()
picture = network(photograph, painting)
"""

from dataclasses import dataclass
from itertools import cycle, islice
from typing import ClassVar, cast

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from retouch.data.paintings import BRUSHWORK
from retouch.data.photographs import PHOTOGRAPHS
from retouch.models.features import feature_extractor
from retouch.models.gan import update
from retouch.models.style import content_loss, total_variation
from retouch.models.style_networks import AdaINNetwork
from retouch.recipes.base import Batch, Losses, Recipe, Run, bare
from retouch.recipes.schedules import cosine
from retouch.recipes.settings import require_square
from retouch.recipes.style import HELD_OUT, Style, contents, random_squares

LAYERS = ("stem", "expand2", "expand3", "expand4")


@dataclass(frozen=True, kw_only=True)
class AdaIN(Recipe):
    """A decoder for any style (Huang & Belongie 2017, equations 11 to 13).

    The content loss asks that the image's features be the AdaIN output that it was decoded
    from; the style loss, that their means and deviations be the style's.

    Attributes:
        side: height and width of the images and paintings in pixels.
        scenes: number of scenes to learn on, beside the photographs.
        paintings: number of painted photographs, in all manners of painting by turns.
        crop: side of the squares that are cut out of them.
        lr: of Adam, falling to 0 along a cosine.
        content, smoothness: weights beside the style's.
    """

    name: ClassVar[str] = "adain"

    batch_size: int = 4
    side: int = 256
    scenes: int = 24
    paintings: int = 4
    crop: int = 128
    lr: float = 1e-3
    content: float = 0.15
    smoothness: float = 8.0

    def __post_init__(self) -> None:
        super().__post_init__()
        require_square(self.crop, self.side, least=32)  # what the features need

    def load(self) -> Batch:
        """As many photographs and scenes, `content`, as paintings, `style`; these repeat."""
        content = contents(self.side, self.scenes)
        names = [name for name in PHOTOGRAPHS if name not in HELD_OUT]
        manners = islice(zip(cycle(names), cycle(BRUSHWORK), strict=False), self.paintings)
        painted = [
            Style(picture=name, brushwork=manner, side=self.side, crop=self.crop).painting()
            for name, manner in manners
        ]
        return {"content": content, "style": torch.cat([*islice(cycle(painted), len(content))])}

    def examples_per_step(self) -> int:
        """Twice the batch: the contents of one half meet the styles of the other."""
        return 2 * self.batch_size

    def make_networks(self) -> dict[str, nn.Module]:
        """The network, whose encoder stays as it is."""
        return {"network": AdaINNetwork(feature_extractor(layers=LAYERS))}

    def make_optimizers(self, networks: dict[str, nn.Module]) -> dict[str, Optimizer]:
        """Adam for the decoder."""
        decoder = cast(AdaINNetwork, bare(networks["network"])).decoder
        return {"adam": Adam(decoder.parameters(), self.lr)}

    def schedule(self, step: int) -> float:
        """Down to 0 along a cosine."""
        return cosine(step, self.steps)

    def update(self, run: Run, batch: Batch, generator: torch.Generator) -> Losses:
        """One update on squares of contents and of other examples' styles."""
        count = len(batch["content"]) // 2
        content = random_squares(batch["content"][:count], self.crop, generator)
        style = random_squares(batch["style"][count:], self.crop, generator)
        network = cast(AdaINNetwork, bare(run.networks["network"]))
        with run.fabric.autocast():
            images = run.networks["network"](content, style)
            seen, wanted = network.extractor(images), network.targets(content, style)
            errors = [
                self.content * content_loss(x, t) / t.var() + _moment_error(x, t)
                for x, t in zip(seen, wanted, strict=True)
            ]
            rough = total_variation(images) / images[0].numel()
            loss = torch.stack(errors).sum() + 0.1 * self.smoothness * rough
        return {"loss": update(run.optimizers["adam"], loss, run.fabric.backward)}

    def product(self, networks: dict[str, nn.Module]) -> nn.Module:
        """The network: encoder and decoder."""
        return networks["network"]


def _moment_error(
    features: Float[Tensor, "n c h w"], targets: Float[Tensor, "n c h w"]
) -> Float[Tensor, ""]:
    """How far channel means and deviations are from the targets', in units of their variance."""
    variance, mean = torch.var_mean(features, dim=(2, 3))
    wanted_variance, wanted_mean = torch.var_mean(targets, dim=(2, 3))
    spread = (variance + 1e-5).sqrt() - (wanted_variance + 1e-5).sqrt()
    scale = wanted_variance.mean() + wanted_mean.var()
    return ((mean - wanted_mean).square().mean() + spread.square().mean()) / scale
