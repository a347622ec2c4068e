"""DeepSIM: edit an image through a simple drawing of it (Vinker et al. 2021).

From one image, a network learns to turn its *primitive* (the colours of its segments with
its edges over them) back into the image. Change the drawing, and the image follows. One image is
enough because image and primitive are bent alike, in a new way at every step.

Images and primitives are N×3×H×W in [0, 1], also inside and outside the generator.
"""

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int
from skimage.feature import canny
from torch import Tensor, nn

from retouch.data.segments import segment_colors
from retouch.models.layers import ResidualBlock, mirrored_block, mirrored_conv
from retouch.pixels.warps import random_tps_grid, warp
from retouch.validation import number, whole, wrong_type, wrong_value
from retouch.validation.tensors import (
    require_floating,
    require_images,
    require_layers,
    require_tensor,
)

Images = Float[Tensor, "n 3 h w"]
Pictures = Float[Tensor, "n c h w"]
Primitives = Float[Tensor, "n k h w"]


def primitive(image: Images, labels: Int[Tensor, "n h w"], sigma: float = 1.5) -> Images:
    """Segment colours with the image's Canny edges drawn over them, in white.

    Args:
        image: values in [0, 1].
        labels: each pixel's segment, numbered from 0.
        sigma: blur before the edges are looked for, in pixels; the larger, the fewer edges.

    Raises:
        TypeError: the image is not floating-point, or the labels are no whole numbers.
        ValueError: labels and image do not fit each other, or a label is negative.
    """
    _require_labels(image, labels)
    colors = segment_colors(int(labels.max()) + 1).to(image)
    drawing = colors[labels.long()].permute(0, 3, 1, 2).contiguous()
    edges = canny_edges(image, sigma)
    return drawing.masked_fill(edges[:, None], 1.0)


def canny_edges(image: Images, sigma: float = 1.5) -> Bool[Tensor, "n h w"]:
    """Edges of each image's luma after Canny, as scikit-image finds them."""
    require_images(image, "image", channels=3, data_range=1.0)
    sigma = number(sigma, "sigma", at_least=0)
    weights = torch.tensor((0.2125, 0.7154, 0.0721), dtype=torch.float64)
    gray = torch.einsum("c,nchw->nhw", weights, image.detach().cpu().double())
    edges = [canny(picture.numpy(), sigma=sigma) for picture in gray]
    return torch.from_numpy(np.stack(edges)).to(image.device)


def tps_warp_pair(
    image: Pictures, primitive: Primitives, magnitude: float, generator: torch.Generator
) -> tuple[Pictures, Primitives]:
    """Bend an image and its primitive alike, by one random thin-plate spline each pair.

    3×3 control points move by up to `magnitude` of each side, those in the corners stay
    (as in the paper). The image is interpolated; the primitive takes whole pixels, so that its
    colours stay those of segments.

    Args:
        image, primitive: pairs, of one size.
        magnitude: 0.1 in the course; in [0, 0.25).
        generator: where the draws come from.

    Raises:
        ValueError: image and primitive differ in number or size, or `magnitude` is out of range.
    """
    _require_images_and_primitives(image, primitive)
    size = (image.shape[2], image.shape[3])
    grid = random_tps_grid(len(image), size, magnitude, generator, image.device)
    return warp(image, grid), warp(primitive, grid, "nearest")


def flip_pair(
    image: Images, primitive: Images, generator: torch.Generator
) -> tuple[Images, Images]:
    """Mirror each pair left to right, with probability ½ and both alike."""
    _require_images_and_primitives(image, primitive)
    flip = torch.rand(len(image), generator=generator, device=generator.device) < 0.5
    chosen = flip.to(image.device)[:, None, None, None]
    flipped, drawing = (torch.where(chosen, x.flip(-1), x) for x in (image, primitive))
    return flipped, drawing


class Generator(nn.Module):
    """Primitive → image: strided convolutions down, residual blocks, and up again.

    The global generator of pix2pixHD (Wang et al. 2018, section 3.2) with instance norm.
    `width=32, downs=3` has 11 M parameters, for 128 px and a laptop; `width=64, downs=4` has
    182 M, the paper's, for 256 px and more.

    Args:
        in_channels: of the primitive.
        width: channels at full size; they double with each halving of the size.
        downs: how often the size is halved.
        blocks: residual blocks at the smallest size.
    """

    def __init__(
        self, in_channels: int = 3, width: int = 64, downs: int = 4, blocks: int = 9
    ) -> None:
        super().__init__()
        for name, value in (("in_channels", in_channels), ("width", width)):
            whole(value, name, at_least=1)
        whole(downs, "downs", at_least=0), whole(blocks, "blocks", at_least=0)
        self.multiple = 2**downs
        layers: list[nn.Module] = [_block(in_channels, width, 7)]
        layers += [_block(2**i * width, 2 ** (i + 1) * width, stride=2) for i in range(downs)]
        layers += [ResidualBlock(self.multiple * width) for _ in range(blocks)]
        for i in reversed(range(downs)):
            layers += [nn.Upsample(scale_factor=2), _block(2 ** (i + 1) * width, 2**i * width)]
        self.layers = nn.Sequential(*layers, mirrored_conv(width, 3, 7))

    def forward(self, primitive: Float[Tensor, "n k h w"]) -> Images:
        """Images of the primitive's size, which need not be a multiple of anything."""
        height, width = primitive.shape[2:]
        padding = (0, -width % self.multiple, 0, -height % self.multiple)
        padded = F.pad(2 * primitive - 1, padding, mode="replicate")
        return self.layers(padded)[..., :height, :width].sigmoid()


def perceptual_loss(
    real_features: Sequence[Tensor], fake_features: Sequence[Tensor]
) -> Float[Tensor, ""]:
    """Mean absolute difference of a frozen network's features, averaged over its layers.

    The real features are targets: no gradient goes through them.

    Raises:
        ValueError: real and fake have other numbers of layers.
    """
    require_layers(real_features, fake_features, names="real_features and fake_features")
    for real, fake in zip(real_features, fake_features, strict=True):
        require_floating(real_features=real, fake_features=fake)
    pairs = zip(real_features, fake_features, strict=True)
    return torch.stack([F.l1_loss(fake, real.detach()) for real, fake in pairs]).mean()


def untouched_error(
    before: Images, after: Images, edited_mask: Bool[Tensor, "n 1 h w"]
) -> Float[Tensor, "n"]:
    """Mean absolute change outside the edit, one value per image; 0 where nothing leaked.

    Args:
        before, after: images in one range.
        edited_mask: true where the edit was; N×1×H×W.

    Returns:
        In the images' units; nan for an image that was edited everywhere.

    Raises:
        TypeError: the mask is not boolean, or the images are not floating-point.
        ValueError: the shapes do not fit each other.
    """
    require_images(before, "before")
    require_images(after, "after")
    wanted = (len(before), 1, *before.shape[2:])
    if edited_mask.dtype != torch.bool:
        raise wrong_type(
            "edited_mask", "a boolean mask", edited_mask.dtype, "compare with a number"
        )
    if before.shape != after.shape or edited_mask.shape != wanted:
        shapes = [tuple(x.shape) for x in (before, after, edited_mask)]
        expected = f"two images of one shape and a boolean mask of {wanted}"
        got = f"{shapes[0]}, {shapes[1]} and {shapes[2]}"
        raise wrong_value("before, after and edited_mask", expected, got)
    outside = (~edited_mask).expand_as(before)
    change = torch.where(outside, (after - before).abs(), 0)
    return change.sum((1, 2, 3)) / outside.sum((1, 2, 3))


def _block(in_channels: int, out_channels: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    norm = nn.InstanceNorm2d(out_channels)
    return mirrored_block(in_channels, out_channels, kernel, stride, norm=norm)


def _require_labels(image: Tensor, labels: Tensor) -> None:
    require_images(image, "image", channels=3)
    count, _, height, width = image.shape
    require_tensor(labels, "labels", f"{count} {height} {width}", kind="whole")
    if int(labels.min()) < 0:
        raise wrong_value("labels", "whole numbers from 0", int(labels.min()))


def _require_images_and_primitives(image: Tensor, primitive: Tensor) -> None:
    require_images(image, "image")
    require_images(primitive, "primitive")
    if len(image) != len(primitive) or image.shape[2:] != primitive.shape[2:]:
        expected = f"one primitive per image, of its size {tuple(image.shape)}"
        raise wrong_value("primitive", expected, tuple(primitive.shape))
