"""Deep convolutional GAN (Radford et al. 2016) for 32×32 images, and its conditional variant.

Generated images are in [−1, 1]; `to_unit` brings them to [0, 1].
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from retouch.validation import whole, wrong_value
from retouch.validation.tensors import require_floating, require_images, require_tensor

Images = Float[Tensor, "n c h w"]


def conv_out_size(n: int, kernel: int, stride: int = 1, padding: int = 0) -> int:
    """Side of a convolution's output, in pixels; `n` is the input's.

    >>> conv_out_size(32, kernel=4, stride=2, padding=1)
    16
    """
    n, kernel = whole(n, "n", at_least=1), whole(kernel, "kernel", at_least=1)
    stride, padding = whole(stride, "stride", at_least=1), whole(padding, "padding", at_least=0)
    return (n + 2 * padding - kernel) // stride + 1


def conv_transpose_out_size(n: int, kernel: int, stride: int = 1, padding: int = 0) -> int:
    """Side of a transposed convolution's output, in pixels; `n` is the input's.

    >>> conv_transpose_out_size(16, kernel=4, stride=2, padding=1)
    32
    """
    n, kernel = whole(n, "n", at_least=1), whole(kernel, "kernel", at_least=1)
    stride, padding = whole(stride, "stride", at_least=1), whole(padding, "padding", at_least=0)
    return (n - 1) * stride - 2 * padding + kernel


def generator_block(in_channels: int, out_channels: int) -> nn.Sequential:
    """Twice the height and width: transposed convolution, batch normalisation, ReLU.

    The convolution has no bias, since the normalisation would subtract it again.
    """
    return nn.Sequential(
        nn.ConvTranspose2d(in_channels, out_channels, 4, 2, 1, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(inplace=True),
    )


def discriminator_block(in_channels: int, out_channels: int) -> nn.Sequential:
    """Half the height and width: convolution, batch normalisation, LeakyReLU 0.2."""
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 4, 2, 1, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.LeakyReLU(0.2, inplace=True),
    )


def critic_block(in_channels: int, out_channels: int) -> nn.Sequential:
    """As `discriminator_block`, but each sample is normalised by itself (layer normalisation).

    A gradient penalty is per sample, so samples must not meet in the critic
    (Gulrajani et al. 2017, section 4).
    """
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 4, 2, 1),
        nn.GroupNorm(1, out_channels),
        nn.LeakyReLU(0.2, inplace=True),
    )


def make_generator(latent_dim: int = 100, channels: int = 1, width: int = 64) -> nn.Sequential:
    """Noise N×latent → images N×channels×32×32 in [−1, 1]; `width` is the last block's."""
    for name, value in (("latent_dim", latent_dim), ("channels", channels), ("width", width)):
        whole(value, name, at_least=1)
    return nn.Sequential(
        nn.Unflatten(1, (latent_dim, 1, 1)),
        nn.ConvTranspose2d(latent_dim, 4 * width, 4, 1, 0, bias=False),  # n 4w 4 4
        nn.BatchNorm2d(4 * width),
        nn.ReLU(inplace=True),
        generator_block(4 * width, 2 * width),  # n 2w 8 8
        generator_block(2 * width, width),  # n w 16 16
        nn.ConvTranspose2d(width, channels, 4, 2, 1),  # n c 32 32
        nn.Tanh(),
    )


def make_discriminator(channels: int = 1, width: int = 64) -> nn.Sequential:
    """Images N×channels×32×32 → N logits; no normalisation on the first layer."""
    return _pyramid(channels, width, discriminator_block)


def make_critic(channels: int = 1, width: int = 64) -> nn.Sequential:
    """Images N×channels×32×32 → N scores, for the Wasserstein loss with gradient penalty."""
    return _pyramid(channels, width, critic_block)


def init_weights(module: nn.Module) -> None:
    """Draw one module's weights as the paper does; use as `network.apply(init_weights)`.

    Convolutions N(0, 0.02²), normalisations N(1, 0.02²) with bias 0 (section 3, and the
    authors' code for the latter). Other modules are left alone.
    """
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.normal_(module.weight, 0.0, 0.02)
    elif isinstance(module, (nn.BatchNorm2d, nn.GroupNorm)):
        nn.init.normal_(module.weight, 1.0, 0.02)
        nn.init.zeros_(module.bias)


def condition(
    noise: Float[Tensor, "n latent"], labels: Int[Tensor, "n"], num_classes: int
) -> Float[Tensor, "n latent_and_classes"]:
    """Noise with the one-hot label appended: a conditional generator's input.

    Mirza & Osindero 2014. A generator for it has latent_dim + num_classes inputs.
    """
    return torch.cat((noise, one_hot(labels, num_classes, len(noise)).to(noise)), dim=1)


def condition_images(
    images: Images, labels: Int[Tensor, "n"], num_classes: int
) -> Float[Tensor, "n c_and_classes h w"]:
    """Images with one plane per class appended, 1 on the label's: for a discriminator."""
    require_images(images)
    planes = one_hot(labels, num_classes, len(images)).to(images)[:, :, None, None]
    return torch.cat((images, planes.expand(-1, -1, *images.shape[2:])), dim=1)


def one_hot(labels: Int[Tensor, "n"], num_classes: int, count: int) -> Int[Tensor, "n classes"]:
    """The one-hot code of `count` labels from 0 to num_classes − 1.

    Raises:
        TypeError, ValueError: not `count` whole numbers, or one is no class.
    """
    num_classes = whole(num_classes, "num_classes", at_least=1)
    require_tensor(labels, "labels", f"{count}", kind="whole", advice="one label per sample")
    if labels.device.type != "cpu":
        return F.one_hot(labels.long(), num_classes)  # looking would make every step wait
    low, high = (int(x) for x in labels.aminmax())
    if low < 0 or high >= num_classes:
        expected = f"classes from 0 to {num_classes - 1}"
        raise wrong_value("labels", expected, f"{low} to {high}")
    return F.one_hot(labels.long(), num_classes)


class GivenLabels(nn.Module):
    """A conditional discriminator with the labels of one batch filled in: images → logits."""

    def __init__(self, network: nn.Module, labels: Int[Tensor, "n"], num_classes: int) -> None:
        super().__init__()
        self.network, self.labels, self.num_classes = network, labels, num_classes

    def forward(self, images: Images) -> Float[Tensor, "n"]:
        """Logits of images that are said to be of the labels' classes."""
        return self.network(condition_images(images, self.labels, self.num_classes))


def diversity(samples: Images) -> Float[Tensor, ""]:
    """Mean over pixels of the (unbiased) standard deviation across samples.

    In the samples' own units; 0 when all are the same. Compare with that of real images.
    """
    require_images(samples, "samples")
    if len(samples) < 2:
        raise wrong_value("samples", "at least 2 images", len(samples))
    return samples.std(dim=0).mean()


def to_unit(images: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """From the generator's [−1, 1] to [0, 1]."""
    require_floating(images=images)
    return (images + 1) / 2


def from_unit(images: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """From [0, 1] to the generator's [−1, 1]."""
    require_floating(images=images)
    return 2 * images - 1


def _pyramid(
    channels: int, width: int, block: Callable[[int, int], nn.Sequential]
) -> nn.Sequential:
    whole(channels, "channels", at_least=1), whole(width, "width", at_least=1)
    return nn.Sequential(
        nn.Conv2d(channels, width, 4, 2, 1),  # n w 16 16
        nn.LeakyReLU(0.2, inplace=True),
        block(width, 2 * width),  # n 2w 8 8
        block(2 * width, 4 * width),  # n 4w 4 4
        nn.Conv2d(4 * width, 1, 4, 1, 0),  # n 1 1 1
        nn.Flatten(0),
    )
