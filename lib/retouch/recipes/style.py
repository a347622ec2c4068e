"""Train networks that stylise in one pass: one style fast, or any style with AdaIN.

network = train_fast(style, contents, Settings(steps=1000))
picture = network(photograph)

The recipe `style`, of `retouch train style`, is the first of them with a painting of our own.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
import torch
from jaxtyping import Float
from lightning_fabric import Fabric
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from retouch.data.fashion_mnist import LabelledImages
from retouch.data.paintings import paint_photograph
from retouch.data.photographs import PHOTOGRAPHS, photograph
from retouch.data.scenes import render, sample_scene
from retouch.models.features import feature_extractor
from retouch.models.gan import update
from retouch.models.style import Balance, TransferLoss, content_loss, total_variation
from retouch.models.style_networks import AdaINNetwork, FastStyleNetwork
from retouch.recipes.base import Losses, Recipe, Run
from retouch.recipes.deepsim import Precision, make_fabric

Images = Float[Tensor, "n 3 h w"]
Random = torch.Generator
Watch = Callable[[int, Tensor], None]
Loss = Callable[[nn.Module, Images], Tensor]


@dataclass(frozen=True)
class Settings:
    """What a training run depends on.

    Attributes:
        batch, crop: images per step, and the side of the squares cut out of them.
        balance: weights of content and smoothness beside the style's.
        width: of the fast network.
        accelerator, precision: as for `retouch.recipes.deepsim`.
    """

    steps: int = 1000
    batch: int = 4
    crop: int = 128
    learning_rate: float = 1e-3
    balance: Balance = field(default_factory=lambda: Balance(content=0.15))
    width: int = 16
    seed: int = 0
    accelerator: str = "auto"
    precision: Precision = "auto"


@dataclass(frozen=True, kw_only=True)
class Style(Recipe):
    """One style in one pass (Johnson et al. 2016): a photograph painted by our stroke renderer.

    It learns on the other photographs, all but those in `HELD_OUT`, and on rendered scenes.

    Attributes:
        picture, brushwork: the photograph that was painted, and how.
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

    def painting(self) -> Images:
        """The style, 1×3×H×W."""
        picture = photograph(self.picture, (self.side, self.side))
        return _tensor(paint_photograph(picture, self.brushwork) / 255)

    def load(self, split: Any = "train") -> LabelledImages:
        """Photographs and scenes; the labels mean nothing."""
        seeds = range(self.scenes) if split == "train" else range(1000, 1004)
        names = [name for name in PHOTOGRAPHS if (name in HELD_OUT) == (split != "train")]
        pictures = [photograph(name, (self.side, self.side)) / 255 for name in names]
        pictures += [render(sample_scene(seed), self.side, self.side).image for seed in seeds]
        images = torch.cat([_tensor(picture) for picture in pictures])
        return LabelledImages(images, torch.zeros(len(images), dtype=torch.long))

    def make_networks(self) -> dict[str, nn.Module]:
        """The network."""
        return {"network": FastStyleNetwork(self.width)}

    def make_optimizers(self, networks: dict[str, nn.Module]) -> dict[str, Optimizer]:
        """Adam."""
        return {"adam": Adam(networks["network"].parameters(), self.lr)}

    def schedule(self, step: int) -> float:
        """Down to 0 along a cosine."""
        return float(np.cos(np.pi * step / self.steps) + 1) / 2

    def update(self, run: Run, batch: LabelledImages, generator: Random) -> Losses:
        """One update on a square of each image."""
        squares = torch.stack([_crop(image, self.crop, generator) for image in batch.images])
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
        images = self.load("test").images.to(device)
        balance = Balance(content=0, smoothness=0)
        style = TransferLoss(
            feature_extractor().to(device), images, self.painting().to(device), balance
        )
        wanted, made = style.content_features(images), product(images)
        lost = content_loss(style.content_features(made), wanted) / wanted.var()
        return {"style loss": float(style(made, wanted)), "content loss": float(lost)}


HELD_OUT = ("coffee", "camera")
"""Photographs that no recipe here learns on."""


@lru_cache(maxsize=1)
def _objective(recipe: Style, device: torch.device) -> TransferLoss:
    """The loss, in units of what it is on the images to learn on."""
    extractor = feature_extractor().to(device)
    images = recipe.load().images[:16, :, : recipe.crop, : recipe.crop].to(device)
    balance = Balance(content=recipe.content, smoothness=recipe.smoothness)
    return TransferLoss(extractor, images, recipe.painting().to(device), balance)


def _tensor(image: np.ndarray) -> Images:
    """H×W×3, or H×W for gray, in [0, 1] → 1×3×H×W."""
    color = image if image.ndim == 3 else np.stack([image] * 3, axis=2)
    return torch.from_numpy(color).float().permute(2, 0, 1)[None].contiguous()


def train_fast(
    style: Images,
    contents: Images,
    settings: Settings = Settings(),
    watch: Watch | None = None,
) -> FastStyleNetwork:
    """A network for one style (Johnson et al. 2016); the loss is that of `stylize`.

    Args:
        style: one image in [0, 1], 1×3×H×W.
        contents: images to learn on, N×3×H×W, at least `settings.crop` high and wide.
        settings: see `Settings`.
        watch: called after each step with its number and its loss (a tensor on the device).

    Returns:
        The network in evaluation mode, on the device that it was trained on.
    """
    fabric = make_fabric(settings.accelerator, settings.precision)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        network = FastStyleNetwork(settings.width)
    style, contents = fabric.to_device((style, contents))
    some = _crops(contents, settings, Random().manual_seed(settings.seed))
    extractor = feature_extractor().to(style.device)
    objective = TransferLoss(extractor, some, style, settings.balance)

    def loss_of(model: nn.Module, content: Images) -> Tensor:
        return objective(model(content), objective.content_features(content))

    for step, loss in enumerate(_fit(fabric, network, contents, loss_of, settings)):
        if watch is not None:
            watch(step, loss)
    return network.eval()


def train_adain(
    contents: Images,
    styles: Images,
    settings: Settings = Settings(),
    watch: Watch | None = None,
) -> AdaINNetwork:
    """A decoder for any style (Huang & Belongie 2017, equations 11 to 13).

    The content loss asks that the image's features be the AdaIN output that it was decoded
    from; the style loss, that their means and deviations be the style's.

    Args:
        contents, styles: images to learn on, N×3×H×W and M×3×H×W, in [0, 1].
        settings: see `Settings`; `content` weighs the content loss.
        watch: called after each step with its number and its loss (a tensor on the device).

    Returns:
        The network in evaluation mode, on the device that it was trained on.
    """
    fabric = make_fabric(settings.accelerator, settings.precision)
    layers = ("stem", "expand2", "expand3", "expand4")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        network = AdaINNetwork(feature_extractor(layers=layers))
    contents, styles = fabric.to_device((contents, styles))
    random = Random().manual_seed(settings.seed + 1)

    def loss_of(model: nn.Module, content: Images) -> Tensor:
        style = _crops(styles, settings, random)
        images = model(content, style)
        seen, wanted = network.extractor(images), network.targets(content, style)
        errors = [
            settings.balance.content * content_loss(x, t) / t.var() + _moment_error(x, t)
            for x, t in zip(seen, wanted, strict=True)
        ]
        rough = total_variation(images) / images[0].numel()
        return torch.stack(errors).sum() + 0.1 * settings.balance.smoothness * rough

    for step, loss in enumerate(_fit(fabric, network, contents, loss_of, settings)):
        if watch is not None:
            watch(step, loss)
    return network.eval()


def _fit(
    fabric: Fabric, network: nn.Module, contents: Images, loss_of: Loss, settings: Settings
) -> Iterator[Tensor]:
    """Adam on random crops of the contents, with a rate that falls along a cosine."""
    trained = [p for p in network.parameters() if p.requires_grad]
    adam = torch.optim.Adam(trained, settings.learning_rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(adam, settings.steps)
    model, optimizer = fabric.setup(network, adam)
    random = Random().manual_seed(settings.seed)
    for _ in range(settings.steps):
        with fabric.autocast():
            loss = loss_of(model, _crops(contents, settings, random))
        optimizer.zero_grad()
        fabric.backward(loss)
        optimizer.step()
        schedule.step()
        yield loss.detach()


def _crops(images: Images, settings: Settings, random: Random) -> Images:
    """A batch of random squares, half of them mirrored."""
    side = settings.crop
    rows, columns = images.shape[2] - side, images.shape[3] - side
    if min(rows, columns) < 0:
        raise ValueError(
            f"expected images of at least {side}×{side} (settings.crop), got "
            f"{images.shape[2]}×{images.shape[3]}"
        )
    chosen = (torch.randint(len(images), (), generator=random) for _ in range(settings.batch))
    return torch.stack([_crop(images[int(i)], side, random) for i in chosen])


def _crop(image: Float[Tensor, "3 h w"], side: int, random: Random) -> Float[Tensor, "3 s s"]:
    """A random square, mirrored or not."""
    top, left, flip = (
        int(torch.randint(n, (), generator=random))
        for n in (image.shape[1] - side + 1, image.shape[2] - side + 1, 2)
    )
    square = image[:, top : top + side, left : left + side]
    return square.flip(-1) if flip else square


def _moment_error(features: Tensor, targets: Tensor) -> Tensor:
    """How far channel means and deviations are from the targets', in units of their variance."""
    variance, mean = torch.var_mean(features, dim=(2, 3))
    wanted_variance, wanted_mean = torch.var_mean(targets, dim=(2, 3))
    spread = (variance + 1e-5).sqrt() - (wanted_variance + 1e-5).sqrt()
    scale = wanted_variance.mean() + wanted_mean.var()
    return ((mean - wanted_mean).square().mean() + spread.square().mean()) / scale
