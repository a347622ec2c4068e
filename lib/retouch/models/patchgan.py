"""A patch discriminator at several scales, and the losses that go with it.

It scores overlapping patches (Isola et al. 2017, section 3.2) of an image beside the input that it
was made from, at full and at half size (Wang et al. 2018, "pix2pixHD", section 3.2).
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from retouch.validation import whole
from retouch.validation.tensors import require_floating, require_layers

Scores = Sequence[Float[Tensor, "n 1 _ _"]]
LayerFeatures = Sequence[Sequence[Float[Tensor, "n _ _ _"]]]


class DiscriminatorOutput(NamedTuple):
    """One map of scores per scale, and the features of every layer on the way."""

    scores: list[Tensor]
    features: list[list[Tensor]]


class PatchDiscriminator(nn.Module):
    """Convolutions with stride 2, so that each score is about one patch of the input.

    Args:
        in_channels: those of the input and the image together.
        width: channels of the first layer.
        layers: how many layers halve the size; 3 see patches of 70×70 pixels.
    """

    def __init__(self, in_channels: int, width: int = 64, layers: int = 3) -> None:
        super().__init__()
        whole(in_channels, "in_channels", at_least=1), whole(width, "width", at_least=1)
        layers = whole(layers, "layers", at_least=1)
        widths = [min(2**i * width, 8 * width) for i in range(layers + 1)]
        stages: list[nn.Module] = [_stage(in_channels, width, 2, norm=False)]
        for i, (before, after) in enumerate(pairwise(widths)):
            stages.append(_stage(before, after, 2 if i + 1 < layers else 1))
        self.stages = nn.ModuleList(stages)
        self.score = nn.Conv2d(widths[-1], 1, 4, 1, 2)

    def forward(self, x: Float[Tensor, "n c h w"]) -> tuple[Tensor, list[Tensor]]:
        """Scores of the patches (unbounded, N×1×h×w), and every stage's features."""
        features = []
        for stage in self.stages:
            x = stage(x)
            features.append(x)
        return self.score(x), features


class MultiScaleDiscriminator(nn.Module):
    """The same architecture on the image and on smaller copies, each with weights of its own."""

    def __init__(self, in_channels: int, width: int = 64, layers: int = 3, scales: int = 2) -> None:
        super().__init__()
        scales = whole(scales, "scales", at_least=1)
        self.networks = nn.ModuleList(
            PatchDiscriminator(in_channels, width, layers) for _ in range(scales)
        )

    def forward(
        self, condition: Float[Tensor, "n k h w"], images: Float[Tensor, "n c h w"]
    ) -> DiscriminatorOutput:
        """Scores and features of images beside their condition; one N, H and W, 32×32 or more."""
        x = torch.cat((condition, images), dim=1)
        scores, features = [], []
        for network in self.networks:
            score, stages = network(x)
            scores.append(score)
            features.append(stages)
            x = F.avg_pool2d(x, 3, 2, 1, count_include_pad=False)
        return DiscriminatorOutput(scores, features)


def lsgan_discriminator_loss(real_scores: Scores, fake_scores: Scores) -> Float[Tensor, ""]:
    """Least squares (Mao et al. 2017): Σ over scales of mean (real − 1)² + mean fake².

    Raises:
        ValueError: real and fake have other numbers of scales.
    """
    require_layers(real_scores, fake_scores, names="real_scores and fake_scores")
    for real, fake in zip(real_scores, fake_scores, strict=True):
        require_floating(real_scores=real, fake_scores=fake)
    losses = [
        (real - 1).square().mean() + fake.square().mean()
        for real, fake in zip(real_scores, fake_scores, strict=True)
    ]
    return torch.stack(losses).sum()


def lsgan_generator_loss(fake_scores: Scores) -> Float[Tensor, ""]:
    """Least squares, for the generator: Σ over scales of mean (fake − 1)²."""
    require_layers(fake_scores, names="fake_scores")
    for fake in fake_scores:
        require_floating(fake_scores=fake)
    return torch.stack([(fake - 1).square().mean() for fake in fake_scores]).sum()


def feature_matching_loss(
    real_features: LayerFeatures, fake_features: LayerFeatures
) -> Float[Tensor, ""]:
    """Mean absolute difference of the discriminator's features, averaged over scales and layers.

    Wang et al. 2018, section 3.2. The real features are targets: no gradient goes through them.

    Raises:
        ValueError: real and fake have other numbers of scales.
    """
    require_layers(real_features, fake_features, names="real_features and fake_features")
    for maps in (*real_features, *fake_features):
        for one in maps:
            require_floating(features=one)
    scales = [
        torch.stack([F.l1_loss(f, r.detach()) for r, f in zip(real, fake, strict=True)]).mean()
        for real, fake in zip(real_features, fake_features, strict=True)
    ]
    return torch.stack(scales).mean()


def _stage(in_channels: int, out_channels: int, stride: int, norm: bool = True) -> nn.Sequential:
    layers: list[nn.Module] = [nn.Conv2d(in_channels, out_channels, 4, stride, 2)]
    if norm:
        layers.append(nn.InstanceNorm2d(out_channels))
    return nn.Sequential(*layers, nn.LeakyReLU(0.2))
