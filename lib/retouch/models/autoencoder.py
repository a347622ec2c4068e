"""Autoencoders, plain and denoising, and the encoder and decoder that `vae` shares.

Images are N×C×H×W in [0, 1] with H and W divisible by 4; latents are N×D.
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Generator, Tensor, nn

from retouch.validation import number, whole, wrong_value
from retouch.validation.tensors import require_floating, require_images

Images = Float[Tensor, "n c h w"]
Size = tuple[int, int, int]


def denoising_loss(
    model: Callable[[Tensor], Tensor], images: Images, sigma: float, generator: Generator
) -> Float[Tensor, ""]:
    """Mean squared error of model(images + σ·noise) against the *clean* images.

    Vincent et al. 2008, with Gaussian noise, drawn anew at each call.
    """
    require_images(images)
    sigma = number(sigma, "sigma", at_least=0)
    return F.mse_loss(model(images + sigma * normal_like(images, generator)), images)


def normal_like(values: Tensor, generator: Generator) -> Tensor:
    """Standard normal noise of `values`' shape, dtype and device."""
    require_floating(values=values)
    noise = torch.randn(values.shape, generator=generator, device=generator.device)
    return noise.to(values)


def make_encoder(size: Size, outputs: int, width: int = 32) -> nn.Sequential:
    """Images N×C×H×W → N×outputs: two convolutions of stride 2, one hidden layer."""
    channels, height, width_ = _divisible(size)
    _positive(outputs=outputs, width=width)
    return nn.Sequential(
        nn.Conv2d(channels, width, 4, 2, 1),
        nn.ReLU(inplace=True),
        nn.Conv2d(width, 2 * width, 4, 2, 1),
        nn.ReLU(inplace=True),
        nn.Flatten(),  # n 2w·h/4·w/4
        nn.Linear(2 * width * (height // 4) * (width_ // 4), 8 * width),
        nn.ReLU(inplace=True),
        nn.Linear(8 * width, outputs),
    )


def make_decoder(size: Size, inputs: int, width: int = 32) -> nn.Sequential:
    """Latents N×inputs → logits N×C×H×W: `make_encoder` in reverse."""
    channels, height, width_ = _divisible(size)
    _positive(inputs=inputs, width=width)
    return nn.Sequential(
        nn.Linear(inputs, 8 * width),
        nn.ReLU(inplace=True),
        nn.Linear(8 * width, 2 * width * (height // 4) * (width_ // 4)),
        nn.ReLU(inplace=True),
        nn.Unflatten(1, (2 * width, height // 4, width_ // 4)),
        nn.ConvTranspose2d(2 * width, width, 4, 2, 1),
        nn.ReLU(inplace=True),
        nn.ConvTranspose2d(width, channels, 4, 2, 1),
    )


def make_denoiser(channels: int = 1, width: int = 32) -> nn.Sequential:
    """A denoising autoencoder: images → images in [0, 1], of any size divisible by 4.

    Its code, 2·width channels at a quarter of the height and width, is larger than the image;
    the noise, not a bottleneck, is what keeps it from copying (Vincent et al. 2008).
    """
    _positive(channels=channels, width=width)
    return nn.Sequential(
        nn.Conv2d(channels, width, 4, 2, 1),
        nn.ReLU(inplace=True),
        nn.Conv2d(width, 2 * width, 4, 2, 1),
        nn.ReLU(inplace=True),
        nn.ConvTranspose2d(2 * width, width, 4, 2, 1),
        nn.ReLU(inplace=True),
        nn.ConvTranspose2d(width, channels, 4, 2, 1),
        nn.Sigmoid(),
    )


class Autoencoder(nn.Module):
    """Images → latents → images in [0, 1], through a bottleneck of `latent_dim` numbers."""

    def __init__(self, size: Size = (1, 28, 28), latent_dim: int = 16, width: int = 32) -> None:
        super().__init__()
        self.encoder = make_encoder(size, latent_dim, width)
        self.decoder = make_decoder(size, latent_dim, width)

    def forward(self, images: Images) -> Images:
        """The image as the bottleneck lets it through, in [0, 1]."""
        return self.decoder(self.encoder(images)).sigmoid()


def _divisible(size: Size) -> Size:
    channels, height, width = (whole(side, "size", at_least=1) for side in size)
    if height % 4 or width % 4:
        expected = "height and width divisible by 4"
        raise wrong_value("size", expected, f"{height}×{width}", "pad the images")
    return channels, height, width


def _positive(**sizes: int) -> None:
    for name, value in sizes.items():
        whole(value, name, at_least=1)
