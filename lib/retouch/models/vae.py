"""Variational autoencoder, plain and conditional: losses, bounds, networks.

Images are N×C×H×W in [0, 1]. A decoder returns logits; their sigmoid is the image. Latents
are N×D.
"""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Generator, Tensor, nn

from retouch.models.autoencoder import Size, make_decoder, make_encoder, normal_like
from retouch.models.dcgan import condition, condition_images
from retouch.validation import whole
from retouch.validation.tensors import require_floating, require_same_shape, require_tensor

Images = Float[Tensor, "n c h w"]
Latents = Float[Tensor, "n d"]
PerSample = Float[Tensor, "n"]


def reparameterize(mu: Latents, logvar: Latents, generator: Generator) -> Latents:
    """A draw from N(μ, diag exp(logvar)) as μ + σ·ε, so that gradients reach both.

    Kingma & Welling 2014, section 2.4.
    """
    _require_moments(mu, logvar)
    return mu + (logvar / 2).exp() * normal_like(mu, generator)


def kl_divergence(mu: Latents, logvar: Latents) -> PerSample:
    """KL(N(μ, diag exp(logvar)) ‖ N(0, I)) of each sample, in nats.

    Kingma & Welling 2014, appendix B. 0 at the prior, positive elsewhere.
    """
    _require_moments(mu, logvar)
    return (mu.square() + logvar.exp() - 1 - logvar).sum(dim=1) / 2


def bernoulli_log_likelihood(logits: Images, images: Images) -> PerSample:
    """log p(x|z) of each image in nats: Bernoulli pixels, summed (appendix C.1).

    A probability for binary images; for gray ones a loss with the same optimum.
    """
    require_floating(logits=logits, images=images)
    require_same_shape(logits, images, "logits and images")
    return -F.binary_cross_entropy_with_logits(logits, images, reduction="none").flatten(1).sum(1)


def negative_elbo(
    logits: Images, images: Images, mu: Latents, logvar: Latents, beta: float = 1.0
) -> Float[Tensor, ""]:
    """Reconstruction error plus β·KL, each summed per sample; mean over the batch, in nats.

    Kingma & Welling 2014, equation 3, from one draw; β ≠ 1 as in Higgins et al. 2017.
    """
    rebuilt = bernoulli_log_likelihood(logits, images)
    return (beta * kl_divergence(mu, logvar) - rebuilt).mean()


def importance_weighted_bound(
    log_likelihood: Callable[[Latents], PerSample],
    mu: Latents,
    logvar: Latents,
    samples: int,
    generator: Generator,
) -> PerSample:
    """A lower bound of log p(x) from `samples` draws of each z: log mean p(x, z)/q(z|x).

    Burda et al. 2016, equation 8. With one draw its mean is the ELBO; it rises with more
    and is exact where q is the true posterior.

    Args:
        log_likelihood: log p(x|z) of each sample, given a latent for each.
        mu, logvar: of the encoder's q(z|x).
        samples: draws per sample.
        generator: where they come from.
    """
    _require_moments(mu, logvar)
    samples = whole(samples, "samples", at_least=1)
    weights = []
    for _ in range(samples):
        latent = reparameterize(mu, logvar, generator)
        log_prior = _log_normal(latent, torch.zeros_like(mu), torch.zeros_like(logvar))
        log_posterior = _log_normal(latent, mu, logvar)
        weights.append(log_likelihood(latent) + log_prior - log_posterior)
    return torch.stack(weights).logsumexp(dim=0) - math.log(samples)


def interpolate(
    decoder: Callable[[Latents], Images],
    start: Float[Tensor, "d"],
    end: Float[Tensor, "d"],
    steps: int,
) -> Float[Tensor, "steps c h w"]:
    """Decode `steps` evenly spaced latents from `start` to `end`, both included.

    Raises:
        ValueError: fewer than two steps.
    """
    steps = whole(steps, "steps", at_least=2)
    require_same_shape(start, end, "start and end")
    position = torch.linspace(0, 1, steps, dtype=start.dtype, device=start.device)[:, None]
    return decoder(start + position * (end - start))


def condition_latent(
    latent: Latents, labels: Int[Tensor, "n"], num_classes: int
) -> Float[Tensor, "n d_and_classes"]:
    """Latents with the one-hot label appended: a conditional decoder's input (Sohn 2015)."""
    return condition(latent, labels, num_classes)


class VAE(nn.Module):
    """Variational autoencoder (Kingma & Welling 2014): q(z|x) Gaussian, p(x|z) Bernoulli."""

    def __init__(self, size: Size = (1, 28, 28), latent_dim: int = 16, width: int = 32) -> None:
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder = make_encoder(size, 2 * latent_dim, width)
        self.decoder = make_decoder(size, latent_dim, width)

    def encode(self, images: Images) -> tuple[Latents, Latents]:
        """μ and log σ² of q(z|x)."""
        mu, logvar = self.encoder(images).chunk(2, dim=1)
        return mu, logvar

    def decode(self, latent: Latents) -> Images:
        """Logits of p(x|z)."""
        return self.decoder(latent)

    def forward(self, images: Images, generator: Generator) -> tuple[Images, Latents, Latents]:
        """Logits of a reconstruction from one draw of z, and q's μ and log σ²."""
        mu, logvar = self.encode(images)
        return self.decode(reparameterize(mu, logvar, generator)), mu, logvar


class ConditionalVAE(nn.Module):
    """Conditional VAE (Sohn et al. 2015): encoder and decoder both see the label."""

    def __init__(
        self,
        size: Size = (1, 28, 28),
        latent_dim: int = 16,
        width: int = 32,
        num_classes: int = 10,
    ) -> None:
        super().__init__()
        self.latent_dim, self.num_classes = latent_dim, num_classes
        channels, height, width_ = size
        self.encoder = make_encoder((channels + num_classes, height, width_), 2 * latent_dim, width)
        self.decoder = make_decoder(size, latent_dim + num_classes, width)

    def encode(self, images: Images, labels: Int[Tensor, "n"]) -> tuple[Latents, Latents]:
        """μ and log σ² of q(z|x, y)."""
        seen = condition_images(images, labels, self.num_classes)
        mu, logvar = self.encoder(seen).chunk(2, dim=1)
        return mu, logvar

    def decode(self, latent: Latents, labels: Int[Tensor, "n"]) -> Images:
        """Logits of p(x|z, y)."""
        return self.decoder(condition_latent(latent, labels, self.num_classes))

    def forward(
        self, images: Images, labels: Int[Tensor, "n"], generator: Generator
    ) -> tuple[Images, Latents, Latents]:
        """Logits of a reconstruction from one draw of z, and q's μ and log σ²."""
        mu, logvar = self.encode(images, labels)
        return self.decode(reparameterize(mu, logvar, generator), labels), mu, logvar


def _log_normal(value: Latents, mu: Latents, logvar: Latents) -> PerSample:
    squares = (value - mu).square() / logvar.exp()
    return -(squares + logvar + math.log(2 * math.pi)).sum(dim=1) / 2


def _require_moments(mu: Tensor, logvar: Tensor) -> None:
    require_tensor(mu, "mu", "n d")
    require_same_shape(mu, logvar, "mu and logvar")
