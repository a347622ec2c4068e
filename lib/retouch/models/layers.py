"""Convolutions mirrored at the border, and the residual block that is made of them."""

from jaxtyping import Float
from torch import Tensor, nn


def mirrored_conv(
    in_channels: int, out_channels: int, kernel: int = 3, stride: int = 1
) -> nn.Conv2d:
    """A convolution that goes on mirrored beyond the border; stride 1 keeps the size (odd kernels).

    Zeros there would be seen as a dark frame, and learned.
    """
    padding = kernel // 2
    return nn.Conv2d(in_channels, out_channels, kernel, stride, padding, padding_mode="reflect")


def mirrored_block(
    in_channels: int,
    out_channels: int,
    kernel: int = 3,
    stride: int = 1,
    *,
    norm: nn.Module | None = None,
) -> nn.Sequential:
    """`mirrored_conv`, a normalisation if there is one, ReLU."""
    conv = mirrored_conv(in_channels, out_channels, kernel, stride)
    return nn.Sequential(conv, *([norm] if norm else []), nn.ReLU(inplace=True))


class ResidualBlock(nn.Module):
    """x + two mirrored 3×3 convolutions with instance normalisation (Johnson et al. 2016).

    Args:
        channels: of x and of the result.
        affine: whether the first normalisation learns a scale and a shift.
    """

    def __init__(self, channels: int, affine: bool = False) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            mirrored_block(channels, channels, norm=nn.InstanceNorm2d(channels, affine=affine)),
            mirrored_conv(channels, channels),
            nn.InstanceNorm2d(channels),
        )

    def forward(self, x: Float[Tensor, "n c h w"]) -> Float[Tensor, "n c h w"]:
        """The same shape."""
        return x + self.layers(x)
