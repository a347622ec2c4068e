"""One painting's style in one pass (Johnson et al. 2016).

network = train(Style(picture="rocket", steps=1000)).product()
picture = network(photograph)
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from retouch.data.paintings import BRUSHWORK, paint_photograph
from retouch.data.photographs import PHOTOGRAPHS
from retouch.data.scenes import render, sample_scene
from retouch.models.features import feature_extractor
from retouch.models.gan import update
from retouch.models.style import Balance, TransferLoss, content_loss
from retouch.models.style_networks import FastStyleNetwork
from retouch.recipes.base import Batch, Losses, Recipe, Run
from retouch.recipes.pictures import open_picture, to_tensor
from retouch.recipes.schedules import cosine
from retouch.recipes.settings import TrainingError, require_square

Images = Float[Tensor, "n 3 h w"]

HELD_OUT = ("coffee", "camera")
"""Photographs that no recipe here learns on."""


@dataclass(frozen=True, kw_only=True)
class Style(Recipe):
    """One style in one pass (Johnson et al. 2016): a photograph painted by our stroke renderer.

    It learns on the other photographs, all but those in `HELD_OUT`, and on rendered scenes.

    Attributes:
        picture, brushwork: the photograph that was painted (a name, or a file), and how.
        side: height and width of the painting and of the images in pixels.
        scenes: number of scenes to learn on.
        crop: side of the squares that are cut out of the images.
        width: of the network.
        lr: of Adam, falling to 0 along a cosine.
        content, smoothness: weights beside the style's.
    """

    name: ClassVar[str] = "style"

    steps: int = 8000
    batch_size: int = 2
    picture: str = "rocket"
    brushwork: str = "expressionist"
    side: int = 256
    scenes: int = 24
    crop: int = 128
    width: int = 16
    lr: float = 2e-3
    content: float = 0.1
    smoothness: float = 8.0

    def __post_init__(self) -> None:
        super().__post_init__()
        require_square(self.crop, self.side, least=32)  # what the features need
        if self.brushwork not in BRUSHWORK:
            raise TrainingError(
                f"expected brushwork among {tuple(BRUSHWORK)}, got {self.brushwork!r}"
            )

    def painting(self) -> Float[Tensor, "1 3 side side"]:
        """The style.

        Raises:
            TrainingError: there is no such picture.
        """
        return _painting(self.picture, self.brushwork, self.side)

    def load(self) -> Batch:
        """Photographs and scenes, as `images`.

        Raises:
            TrainingError: there is no such picture to paint.
        """
        self.painting()
        return {"images": contents(self.side, self.scenes)}

    def unseen(self) -> Images:
        """Photographs and scenes that are not learned on."""
        return contents(self.side, 4, held_out=True)

    def make_networks(self) -> dict[str, nn.Module]:
        """The network."""
        return {"network": FastStyleNetwork(self.width)}

    def make_optimizers(self, networks: dict[str, nn.Module]) -> dict[str, Optimizer]:
        """Adam for the network."""
        return {"adam": Adam(networks["network"].parameters(), self.lr)}

    def schedule(self, step: int) -> float:
        """Down to 0 along a cosine."""
        return cosine(step, self.steps)

    def update(self, run: Run, batch: Batch, generator: torch.Generator) -> Losses:
        """One update on a square of each image."""
        squares = random_squares(batch["images"], self.crop, generator)
        objective = _objective(self, squares.device)
        with run.fabric.autocast():
            wanted = objective.content_features(squares)
            loss = objective(run.networks["network"](squares), wanted)
        return {"loss": update(run.optimizers["adam"], loss, run.fabric.backward)}

    def product(self, networks: dict[str, nn.Module]) -> nn.Module:
        """The network."""
        return networks["network"]

    @torch.no_grad()
    def measure(self, product: nn.Module) -> dict[str, float]:
        """What is left of the style loss, and how much content is lost, on images never seen.

        The style loss is a share of the photographs' own; the content loss a share of the
        variance of their features.
        """
        device = next(product.parameters()).device
        images = self.unseen().to(device)
        balance = Balance(content=0, smoothness=0)
        style = TransferLoss(
            feature_extractor().to(device), images, self.painting().to(device), balance
        )
        wanted, made = style.content_features(images), product(images)
        lost = content_loss(style.content_features(made), wanted) / wanted.var()
        return {"style loss": float(style(made, wanted)), "content loss": float(lost)}


@lru_cache(maxsize=1)
def _objective(recipe: Style, device: torch.device) -> TransferLoss:
    """The loss, in units of what it is on the images to learn on."""
    extractor = feature_extractor().to(device)
    images = recipe.load()["images"][:16, :, : recipe.crop, : recipe.crop].to(device)
    balance = Balance(content=recipe.content, smoothness=recipe.smoothness)
    return TransferLoss(extractor, images, recipe.painting().to(device), balance)


@lru_cache(maxsize=32)
def _painting(picture: str, brushwork: str, side: int) -> Float[Tensor, "1 3 side side"]:
    return to_tensor(paint_photograph(open_picture(picture, (side, side)), brushwork))


def contents(side: int, scenes: int, held_out: bool = False) -> Float[Tensor, "n 3 side side"]:
    """Photographs and rendered scenes to be stylised: those to learn on, or those held out."""
    seeds = range(1000, 1000 + scenes) if held_out else range(scenes)
    names = [name for name in PHOTOGRAPHS if (name in HELD_OUT) == held_out]
    pictures = [open_picture(name, (side, side)) for name in names]
    pictures += [render(sample_scene(seed), side, side).image for seed in seeds]
    return torch.cat([to_tensor(picture) for picture in pictures])


def random_squares(
    images: Images, side: int, generator: torch.Generator
) -> Float[Tensor, "n 3 side side"]:
    """A random square of each image, mirrored or not.

    Raises:
        TrainingError: the images are smaller than that.
    """
    require_square(side, min(images.shape[2:]))
    return torch.stack([_random_square(image, side, generator) for image in images])


def _random_square(
    image: Float[Tensor, "3 h w"], side: int, generator: torch.Generator
) -> Float[Tensor, "3 side side"]:
    top, left, flip = (
        int(torch.randint(n, (), generator=generator))
        for n in (image.shape[1] - side + 1, image.shape[2] - side + 1, 2)
    )
    square = image[:, top : top + side, left : left + side]
    return square.flip(-1) if flip else square
