"""Style transfer in one pass: AdaIN for any style, and a fast network for a single one.

Images are in [0, 1] throughout.
"""

from collections.abc import Sequence
from itertools import pairwise

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from retouch.models.features import FeatureExtractor
from retouch.models.layers import ResidualBlock, mirrored_block, mirrored_conv
from retouch.models.style import StyleImages, adain

Images = Float[Tensor, "n 3 h w"]


class AdaINDecoder(nn.Module):
    """From features back to an image: the inverse of the encoder (Huang & Belongie 2017, 6).

    The paper decodes one layer of VGG-19; lighter networks lose more detail on the way, so this
    decoder takes several layers, each after AdaIN, and adds the finer ones as it goes up.

    Args:
        channels: of the features, fine to coarse, each half the size of the one before.
        stride: how many pixels one place of the finest feature stands for, a power of 2.
    """

    def __init__(self, channels: Sequence[int], stride: int = 2) -> None:
        super().__init__()
        widths = [min(128, 16 * 2 ** (i + 1)) for i in range(len(channels))]
        self.entries = nn.ModuleList(
            mirrored_block(count, width) for count, width in zip(channels, widths, strict=True)
        )
        self.ups = nn.ModuleList(mirrored_block(w, v) for v, w in pairwise(widths))
        layers: list[nn.Module] = []
        for _ in range(stride.bit_length() - 1):
            layers += [nn.Upsample(scale_factor=2), mirrored_block(widths[0], widths[0])]
        self.exit = nn.Sequential(*layers, mirrored_conv(widths[0], 3))

    def forward(self, features: Sequence[Float[Tensor, "n _ _ _"]]) -> Images:
        """Images of `stride` times the finest feature's height and width."""
        x = self.entries[-1](features[-1])
        for i in reversed(range(len(features) - 1)):
            x = F.interpolate(self.ups[i](x), size=features[i].shape[2:])
            x = x + self.entries[i](features[i])
        return self.exit(x).sigmoid()


class AdaINNetwork(nn.Module):
    """Any content in any style, in one pass; only the decoder is trained.

    Args:
        extractor: whose layers halve in size from one to the next and begin at half the image.
    """

    def __init__(self, extractor: FeatureExtractor) -> None:
        super().__init__()
        self.extractor, self.decoder = extractor, AdaINDecoder(extractor.channels)

    def targets(self, content: Images, style: StyleImages, strength: float = 1.0) -> list[Tensor]:
        """Content's features with style's statistics; strength 0 leaves them, 1 is AdaIN."""
        pairs = zip(self.extractor(content), self.extractor(style), strict=True)
        return [c.lerp(adain(c, s), strength) for c, s in pairs]

    def forward(self, content: Images, style: StyleImages, strength: float = 1.0) -> Images:
        """Content, N×3×H×W, in the style of `style` (any size; one, or one per image)."""
        images = self.decoder(self.targets(content, style, strength))
        return images[..., : content.shape[2], : content.shape[3]]


class FastStyleNetwork(nn.Module):
    """One style in one pass (Johnson et al. 2016), with instance norm (Ulyanov et al. 2017).

    Unlike theirs, the network adds to its input, as logits and by no more than ±3, and begins as
    the identity: a short training changes a photograph instead of having to find it again.

    Args:
        width: channels at full size; 32 as in the paper, 16 for a laptop.
        blocks: residual blocks in the middle.
    """

    def __init__(self, width: int = 32, blocks: int = 5) -> None:
        super().__init__()
        last = mirrored_conv(width, 3, 9)
        nn.init.zeros_(last.weight)
        self.layers = nn.Sequential(
            _conv(3, width, 9),
            _conv(width, 2 * width, stride=2),
            _conv(2 * width, 4 * width, stride=2),
            *(ResidualBlock(4 * width, affine=True) for _ in range(blocks)),
            nn.Upsample(scale_factor=2),  # not a transposed convolution: no checkerboard
            _conv(4 * width, 2 * width),
            nn.Upsample(scale_factor=2),
            _conv(2 * width, width),
            last,
        )

    def forward(self, images: Images) -> Images:
        """Images of any size from 16×16 on; the result has the same size."""
        height, width = images.shape[2:]
        padded = F.pad(images, (0, -width % 4, 0, -height % 4), mode="replicate")
        return (padded.logit(0.02) + 3 * self.layers(padded).tanh()).sigmoid()[..., :height, :width]


def _conv(in_channels: int, out_channels: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    norm = nn.InstanceNorm2d(out_channels, affine=True)
    return mirrored_block(in_channels, out_channels, kernel, stride, norm=norm)
