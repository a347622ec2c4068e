"""Train DeepSIM: from one image and its primitive to a generator that you can draw with.

    generator = train(primitive(image, labels), image, Settings(steps=1000))
    edited = generator(edited_primitive)

Any other pairs will do as well: with many of them this is pix2pixHD, as in `recipes.paired.Sunset`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, Protocol

import torch
from jaxtyping import Float
from lightning_fabric import Fabric
from torch import Tensor, nn
from torch.optim import Optimizer

from retouch.models.deepsim import Generator, flip_pair, perceptual_loss, tps_warp_pair
from retouch.models.features import feature_extractor
from retouch.models.patchgan import (
    MultiScaleDiscriminator,
    feature_matching_loss,
    lsgan_discriminator_loss,
    lsgan_generator_loss,
)

Images = Float[Tensor, "n c h w"]
Random = torch.Generator
Augment = Callable[[Images, Images, Random], tuple[Images, Images]]
Watch = Callable[[int, Mapping[str, Tensor]], None]
Precision = Literal["auto", "32-true", "bf16-mixed", "16-mixed"]


@dataclass(frozen=True)
class Settings:
    """What a training run depends on; the defaults are a laptop's, at 128 px.

    `Settings.paper()` has the sizes of Vinker et al. 2021, for a GPU and 256 px or more.

    Attributes:
        steps: the learning rate is constant for the first half, then falls linearly to 0.
        augmentation: `"tps"` bends and flips, `"flips"` only flips, `"none"` repeats the pair.
        magnitude: how far control points move, as a share of each side.
        batch: pairs per step, drawn with replacement.
        width, downs, blocks: the generator's size; `judge_width` the discriminator's.
        pixel: weight of the mean absolute error, beside the paper's weights.
        accelerator, precision: as Lightning Fabric takes them; `"auto"` is bf16-mixed where
            the device has matrix units for it, and float32 elsewhere.
        channels_last: how images lie in memory; None: channels last on a GPU.
        compile: translate the networks first, which takes minutes; for long runs on a GPU.
    """

    steps: int = 2000
    augmentation: Literal["tps", "flips", "none"] = "tps"
    magnitude: float = 0.1
    batch: int = 1
    width: int = 32
    downs: int = 3
    blocks: int = 9
    judge_width: int = 32
    learning_rate: float = 2e-4
    beta1: float = 0.5
    feature_matching: float = 10.0
    perceptual: float = 10.0
    pixel: float = 0.0
    seed: int = 0
    accelerator: str = "auto"
    precision: Precision = "auto"
    channels_last: bool | None = None
    compile: bool = False

    @classmethod
    def paper(cls, **changes) -> "Settings":
        """The paper's generator, of 182 M parameters; the number of steps is ours."""
        sizes = {"steps": 16_000, "width": 64, "downs": 4, "judge_width": 64}
        return cls(**{**sizes, **changes})


def train(
    inputs: Images,
    targets: Images,
    settings: Settings = Settings(),
    augment: Augment | None = None,
    watch: Watch | None = None,
) -> Generator:
    """Train a generator that turns each input into its target.

    Args:
        inputs: N ≥ 1 primitives, or whatever the targets are made from, in [0, 1].
        targets: N×3×H×W images in [0, 1].
        settings: see `Settings`.
        augment: changes a batch of (targets, inputs) alike, in place of the settings' way.
        watch: called after each step with its number and its losses (tensors on the device).

    Returns:
        The generator, on the device that it was trained on, in evaluation mode.

    Raises:
        ValueError: inputs and targets do not fit each other.
    """
    _require_pairs(inputs, targets)
    fabric = make_fabric(settings.accelerator, settings.precision)
    trainer = Trainer(fabric, inputs.shape[1], settings)
    inputs, targets = fabric.to_device((inputs, targets))
    change = augment or _augmentation(settings)
    random = Random().manual_seed(settings.seed)
    for step in range(settings.steps):
        chosen = torch.randint(len(inputs), (settings.batch,), generator=random).to(inputs.device)
        target, given = change(targets[chosen], inputs[chosen], random)
        losses = trainer.step(given, target)
        if watch is not None:
            watch(step, losses)
    return trainer.network.eval()


def make_fabric(accelerator: str = "auto", precision: Precision = "auto") -> Fabric:
    """One device, the fastest here by default, and the fastest precision that trains as well."""
    device = Fabric(accelerator=accelerator, devices=1).device
    if precision == "auto":
        if device.type == "cuda":
            fast = torch.cuda.get_device_capability(device) >= (8, 0)
        else:  # older versions of torch cannot say what the CPU has
            abilities: Mapping = getattr(torch.cpu, "get_capabilities", dict)()
            fast = device.type == "cpu" and abilities.get("amx_bf16", False)
        precision = "bf16-mixed" if fast else "32-true"
    return Fabric(accelerator=accelerator, devices=1, precision=precision)


class Weights(Protocol):
    """How much each part of the generator's loss counts beside the adversarial one."""

    @property
    def feature_matching(self) -> float: ...  # noqa: D102
    @property
    def perceptual(self) -> float: ...  # noqa: D102
    @property
    def pixel(self) -> float: ...  # noqa: D102


@dataclass
class Game:
    """Both networks and their optimisers, as Fabric set them up, and one round between them."""

    fabric: Fabric
    generator: nn.Module
    discriminator: nn.Module
    optimizers: Sequence[Optimizer]
    weights: Weights

    def step(self, given: Images, target: Images) -> dict[str, Tensor]:
        """One update of both networks; returns the losses, detached.

        The discriminator steps after the generator's loss is known, so both are judged by
        the same weights and the real image passes through it only once.
        """
        fake = self.generator(given)
        real_features, d_loss = self._judge(given, target, fake.detach())
        g_losses = self._generator_losses(given, target, fake, real_features)
        self.fabric.backward(torch.stack(list(g_losses.values())).sum())
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad()
        return {"discriminator": d_loss, **{name: x.detach() for name, x in g_losses.items()}}

    def _judge(self, given: Images, target: Images, fake: Images):
        """Gradients of the discriminator; returns its features of the real images, and its loss."""
        real = self.discriminator(given, target)
        loss = lsgan_discriminator_loss(real.scores, self.discriminator(given, fake).scores)
        self.fabric.backward(loss)
        return [[x.detach() for x in scale] for scale in real.features], loss.detach()

    def _generator_losses(self, given: Images, target: Images, fake: Images, real_features):
        """The weighted losses of the generator, by name."""
        weights = self.weights
        self.discriminator.requires_grad_(False)
        judged = self.discriminator(given, fake)
        self.discriminator.requires_grad_(True)
        losses = {"adversarial": lsgan_generator_loss(judged.scores)}
        matching = feature_matching_loss(real_features, judged.features)
        losses["feature matching"] = weights.feature_matching * matching
        if weights.perceptual:
            extractor = _extractor_on(self.fabric.device)
            with self.fabric.autocast():
                with torch.no_grad():
                    wanted = extractor(target)
                seen = extractor(fake)
            losses["perceptual"] = weights.perceptual * perceptual_loss(wanted, seen)
        if weights.pixel:
            losses["pixel"] = weights.pixel * (fake - target).abs().mean()
        return losses


class Trainer:
    """New networks on a device, a game between them, and rates that fall.

    Attributes:
        network: the generator, as a plain module.
    """

    def __init__(self, fabric: Fabric, channels: int, settings: Settings):
        self.fabric, self.settings = fabric, settings
        on_gpu, wanted = fabric.device.type == "cuda", settings.channels_last
        last = on_gpu if wanted is None else wanted
        self.layout = torch.channels_last if last else torch.contiguous_format
        self.network, judge = _networks(channels, settings)
        generator, g_optimizer = self._set_up(self.network)
        discriminator, d_optimizer = self._set_up(judge)
        optimizers = (g_optimizer, d_optimizer)
        self.game = Game(fabric, generator, discriminator, optimizers, settings)
        decay = constant_then_linear(settings.steps)
        self.schedules = [torch.optim.lr_scheduler.LambdaLR(o, decay) for o in optimizers]

    def step(self, given: Images, target: Images) -> dict[str, Tensor]:
        """One round of the game; returns the losses, detached."""
        losses = self.game.step(self._laid_out(given), self._laid_out(target))
        for schedule in self.schedules:
            schedule.step()
        return losses

    def _set_up(self, network: nn.Module):
        network = network.to(memory_format=self.layout)
        rate, betas = self.settings.learning_rate, (self.settings.beta1, 0.999)
        optimizer = torch.optim.Adam(network.parameters(), rate, betas, fused=True)
        if self.settings.compile:
            network.compile()
        return self.fabric.setup(network, optimizer)

    def _laid_out(self, images: Images) -> Images:
        return images.contiguous(memory_format=self.layout)


@lru_cache(maxsize=1)
def _extractor_on(device: torch.device) -> nn.Module:
    return feature_extractor().to(device)


def _networks(channels: int, settings: Settings) -> tuple[Generator, MultiScaleDiscriminator]:
    """New networks, the same for the same seed; the caller's random state is left alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        generator = Generator(channels, settings.width, settings.downs, settings.blocks)
        return generator, MultiScaleDiscriminator(channels + 3, settings.judge_width)


def _augmentation(settings: Settings) -> Augment:
    def bend_and_flip(target: Images, given: Images, random: Random) -> tuple[Images, Images]:
        return flip_pair(*tps_warp_pair(target, given, settings.magnitude, random), random)

    ways: dict[str, Augment] = {
        "tps": bend_and_flip,
        "flips": flip_pair,
        "none": lambda target, given, random: (target, given),
    }
    if settings.augmentation not in ways:
        raise ValueError(
            f"expected an augmentation out of {', '.join(ways)}; got {settings.augmentation!r}"
        )
    return ways[settings.augmentation]


def constant_then_linear(steps: int) -> Callable[[int], float]:
    """What the rate is multiplied by at each step: 1 for the first half, then down to 0."""
    half = steps // 2
    return lambda step: 1 - max(0, step - half) / (steps - half)


def _require_pairs(inputs: Tensor, targets: Tensor) -> None:
    batches = inputs.ndim == 4 and targets.ndim == 4 and targets.shape[1] == 3
    if not batches or len(inputs) != len(targets) or inputs.shape[2:] != targets.shape[2:]:
        raise ValueError(
            f"expected as many inputs N×C×H×W as targets N×3×H×W, of one size; got "
            f"{tuple(inputs.shape)} and {tuple(targets.shape)}"
        )
