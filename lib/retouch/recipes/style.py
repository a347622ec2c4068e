"""Train networks that stylise in one pass: one style fast, or any style with AdaIN.

network = train_fast(style, contents, Settings(steps=1000))
picture = network(photograph)
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import torch
from jaxtyping import Float
from lightning_fabric import Fabric
from torch import Tensor, nn

from retouch.models.features import feature_extractor
from retouch.models.style import Balance, TransferLoss, content_loss, total_variation
from retouch.models.style_networks import AdaINNetwork, FastStyleNetwork
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
    squares = []
    for _ in range(settings.batch):
        i, top, left, flip = (
            int(torch.randint(n, (), generator=random))
            for n in (len(images), rows + 1, columns + 1, 2)
        )
        square = images[i, :, top : top + side, left : left + side]
        squares.append(square.flip(-1) if flip else square)
    return torch.stack(squares)


def _moment_error(features: Tensor, targets: Tensor) -> Tensor:
    """How far channel means and deviations are from the targets', in units of their variance."""
    variance, mean = torch.var_mean(features, dim=(2, 3))
    wanted_variance, wanted_mean = torch.var_mean(targets, dim=(2, 3))
    spread = (variance + 1e-5).sqrt() - (wanted_variance + 1e-5).sqrt()
    scale = wanted_variance.mean() + wanted_mean.var()
    return ((mean - wanted_mean).square().mean() + spread.square().mean()) / scale
