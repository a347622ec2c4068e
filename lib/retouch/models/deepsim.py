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
from torch import Generator as Random
from torch import Tensor, nn

from retouch.data.segments import segment_colors
from retouch.pixels.warps import random_tps_grid, warp

Images = Float[Tensor, "n 3 h w"]


def primitive(image: Images, labels: Int[Tensor, "n h w"], sigma: float = 1.5) -> Images:
    """Segment colours with the image's Canny edges drawn over them, in white.

    Args:
        image: values in [0, 1].
        labels: each pixel's segment, numbered from 0.
        sigma: blur before the edges are looked for, in pixels; the larger, the fewer edges.

    Raises:
        ValueError: labels and image do not fit each other, or labels are no whole numbers ≥ 0.
    """
    _require_labels(image, labels)
    colors = segment_colors(int(labels.max()) + 1).to(image)
    drawing = colors[labels.long()].permute(0, 3, 1, 2).contiguous()
    edges = canny_edges(image, sigma)
    return drawing.masked_fill(edges[:, None], 1.0)


def canny_edges(image: Images, sigma: float = 1.5) -> Bool[Tensor, "n h w"]:
    """Edges of each image's luma after Canny, as scikit-image finds them."""
    weights = torch.tensor((0.2125, 0.7154, 0.0721), dtype=torch.float64)
    gray = torch.einsum("c,nchw->nhw", weights, image.detach().double().cpu())
    edges = [canny(picture.numpy(), sigma=sigma) for picture in gray]
    return torch.from_numpy(np.stack(edges)).to(image.device)


def augment_pair(
    image: Images, primitive: Images, magnitude: float, generator: Random
) -> tuple[Images, Images]:
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
    if len(image) != len(primitive) or image.shape[2:] != primitive.shape[2:]:
        raise ValueError(
            f"expected one primitive per image, of its size; got images of {tuple(image.shape)} "
            f"and primitives of {tuple(primitive.shape)}"
        )
    size = (image.shape[2], image.shape[3])
    grid = random_tps_grid(len(image), size, magnitude, generator, image.device)
    return warp(image, grid), warp(primitive, grid, "nearest")


def flip_pair(image: Images, primitive: Images, generator: Random) -> tuple[Images, Images]:
    """Mirror each pair left to right, with probability ½ and both alike."""
    flip = torch.rand(len(image), generator=generator, device=generator.device) < 0.5
    chosen = flip.to(image.device)[:, None, None, None]
    return tuple(torch.where(chosen, x.flip(-1), x) for x in (image, primitive))  # type: ignore[return-value]


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

    def __init__(self, in_channels: int = 3, width: int = 64, downs: int = 4, blocks: int = 9):
        super().__init__()
        self.multiple = 2**downs
        layers: list[nn.Module] = [_block(in_channels, width, 7)]
        for i in range(downs):
            layers.append(_block(2**i * width, 2 ** (i + 1) * width, stride=2))
        layers += [ResidualBlock(self.multiple * width) for _ in range(blocks)]
        for i in reversed(range(downs)):
            layers += [nn.Upsample(scale_factor=2), _block(2 ** (i + 1) * width, 2**i * width)]
        self.layers = nn.Sequential(*layers, _mirrored_conv(width, 3, 7))

    def forward(self, primitive: Float[Tensor, "n k h w"]) -> Images:
        """Images of the primitive's size, which need not be a multiple of anything."""
        height, width = primitive.shape[2:]
        padding = (0, -width % self.multiple, 0, -height % self.multiple)
        padded = F.pad(2 * primitive - 1, padding, mode="replicate")
        return self.layers(padded)[..., :height, :width].sigmoid()


class ResidualBlock(nn.Module):
    """x + two 3×3 convolutions with instance norm."""

    def __init__(self, channels: int):
        super().__init__()
        self.layers = nn.Sequential(
            _block(channels, channels),
            _mirrored_conv(channels, channels),
            nn.InstanceNorm2d(channels),
        )

    def forward(self, x: Float[Tensor, "n c h w"]) -> Float[Tensor, "n c h w"]:
        """The same shape."""
        return x + self.layers(x)


def perceptual_loss(
    real_features: Sequence[Tensor], fake_features: Sequence[Tensor]
) -> Float[Tensor, ""]:
    """Mean absolute difference of a frozen network's features, averaged over its layers.

    The real features are targets: no gradient goes through them.
    """
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
        ValueError: the shapes do not fit each other, or the mask is not boolean.
    """
    wanted = (len(before), 1, *before.shape[2:])
    alike = before.shape == after.shape and edited_mask.shape == wanted
    if not alike or edited_mask.dtype != torch.bool:
        raise ValueError(
            f"expected two images of one shape and a boolean mask of {wanted}; got "
            f"{tuple(before.shape)}, {tuple(after.shape)}, and a {edited_mask.dtype} mask of "
            f"{tuple(edited_mask.shape)}"
        )
    outside = (~edited_mask).expand_as(before)
    change = torch.where(outside, (after - before).abs(), 0)
    return change.sum((1, 2, 3)) / outside.sum((1, 2, 3))


def _mirrored_conv(in_channels: int, out_channels: int, kernel: int = 3, stride: int = 1):
    padding = kernel // 2
    return nn.Conv2d(in_channels, out_channels, kernel, stride, padding, padding_mode="reflect")


def _block(in_channels: int, out_channels: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    conv = _mirrored_conv(in_channels, out_channels, kernel, stride)
    return nn.Sequential(conv, nn.InstanceNorm2d(out_channels), nn.ReLU(inplace=True))


def _require_labels(image: Tensor, labels: Tensor) -> None:
    whole = not (labels.is_floating_point() or labels.is_complex())
    if labels.shape != (len(image), *image.shape[2:]) or not whole or int(labels.min()) < 0:
        raise ValueError(
            f"expected whole labels from 0, {(len(image), *image.shape[2:])}, one per pixel; got "
            f"{labels.dtype} of {tuple(labels.shape)}"
        )
