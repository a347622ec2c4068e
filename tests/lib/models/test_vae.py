import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Generator, nn
from torch.distributions import Bernoulli, MultivariateNormal, Normal, kl_divergence

from retouch.models import autoencoder, vae

DTYPES = [torch.float32, torch.float64]


@pytest.fixture(autouse=True)
def _same_draws():
    torch.manual_seed(0)


def rng(seed=0):
    return Generator().manual_seed(seed)


def posterior(n=3, d=4, dtype=torch.float64, seed=1):
    return 2 * torch.randn(2, n, d, generator=rng(seed), dtype=dtype)


@pytest.mark.parametrize("dtype", DTYPES)
def test_kl_is_that_of_torchs_distributions(dtype):
    mu, logvar = posterior(dtype=dtype)
    expected = kl_divergence(Normal(mu, (logvar / 2).exp()), Normal(0.0, 1.0)).sum(1)
    assert torch.allclose(vae.kl_divergence(mu, logvar), expected)
    assert vae.kl_divergence(mu, logvar).dtype == dtype


@given(st.integers(1, 5), st.integers(0, 2**31))
def test_kl_is_zero_at_the_prior_and_positive_elsewhere(d, seed):
    mu, logvar = posterior(3, d, seed=seed)
    assert not vae.kl_divergence(torch.zeros(3, d), torch.zeros(3, d)).any()
    assert (vae.kl_divergence(mu, logvar) > 0).all()


@pytest.mark.parametrize("dtype", DTYPES)
def test_reparameterised_draws_have_the_mean_and_spread(dtype):
    mu, logvar = posterior(1, 3, dtype)
    draws = vae.reparameterize(mu.expand(20_000, -1), logvar.expand(20_000, -1), rng())
    std = (logvar[0] / 2).exp()
    assert draws.dtype == dtype
    assert ((draws.mean(0) - mu[0]).abs() < 6 * std / 20_000**0.5).all()
    assert ((draws.std(0) / std - 1).abs() < 6 / 40_000**0.5).all()


def test_gradients_reach_both_through_the_draw():
    mu, logvar = posterior().requires_grad_().unbind()
    draw = vae.reparameterize(mu, logvar, rng())
    to_mu, to_logvar = torch.autograd.grad(draw.sum(), (mu, logvar))
    assert torch.equal(to_mu, torch.ones_like(mu))
    assert torch.allclose(to_logvar, (draw - mu) / 2)


def test_elbo_is_summed_per_sample_and_averaged_over_the_batch():
    mu, logvar = posterior(2)
    logits, images = torch.randn(2, 2, 3, 5, 4, dtype=torch.float64)
    images = (images > 0).double()
    log_p = Bernoulli(logits=logits).log_prob(images).sum((1, 2, 3))
    kl = kl_divergence(Normal(mu, (logvar / 2).exp()), Normal(0.0, 1.0)).sum(1)
    for beta in (0.0, 1.0, 4.0):
        expected = (beta * kl - log_p).mean()
        assert torch.allclose(vae.negative_elbo(logits, images, mu, logvar, beta), expected)
    assert torch.allclose(vae.bernoulli_log_likelihood(logits, images), log_p)


class LinearGaussian:
    """x = Wz + b + σε with z ~ N(0, I): evidence and posterior are known."""

    def __init__(self, d=3, pixels=5, sigma=0.7):
        self.weight = torch.randn(pixels, d, generator=rng(2), dtype=torch.float64)
        self.bias, self.sigma = torch.arange(pixels).double(), sigma
        self.x = self.bias + torch.randn(4, pixels, generator=rng(3), dtype=torch.float64)

    def log_likelihood(self, z):
        return Normal(z @ self.weight.T + self.bias, self.sigma).log_prob(self.x).sum(1)

    def log_evidence(self):
        cov = self.weight @ self.weight.T + self.sigma**2 * torch.eye(len(self.bias))
        return MultivariateNormal(self.bias, cov).log_prob(self.x)

    def one_latent_posterior(self):
        precision = 1 + (self.weight**2).sum() / self.sigma**2
        mu = (self.x - self.bias) @ self.weight / (self.sigma**2 * precision)
        return mu, -precision.log().expand_as(mu)


@pytest.mark.parametrize("samples", [1, 7])
def test_bound_is_exact_where_the_posterior_is_known(samples):
    model = LinearGaussian(d=1)
    mu, logvar = model.one_latent_posterior()
    bound = vae.importance_weighted_bound(model.log_likelihood, mu, logvar, samples, rng())
    assert torch.allclose(bound, model.log_evidence())


def test_bound_rises_from_the_elbo_to_the_evidence():
    model = LinearGaussian()
    mu, logvar = torch.zeros(2, 4, 3, dtype=torch.float64)
    generator = rng()

    def bound(samples, repeats):
        draws = [
            vae.importance_weighted_bound(model.log_likelihood, mu, logvar, samples, generator)
            for _ in range(repeats)
        ]
        return torch.stack(draws).mean(0)

    one, few, many = bound(1, 300), bound(10, 30), bound(4000, 1)
    assert (one < few).all()
    assert (few < many).all()
    assert torch.allclose(many, model.log_evidence(), atol=0.3)
    # At the prior the KL is 0, so the ELBO is the expected log-likelihood, in closed form.
    residual = (model.x - model.bias).square().sum(1) + model.weight.square().sum()
    log_scale = 5 * math.log(2 * math.pi * model.sigma**2)
    elbo = -(residual / model.sigma**2 + log_scale) / 2
    assert torch.allclose(one, elbo, rtol=0.15)


def test_interpolation_includes_both_ends_and_is_straight_in_the_latent():
    start, end = torch.tensor([0.0, 2.0]), torch.tensor([4.0, -2.0])
    path = vae.interpolate(lambda z: z[:, :, None, None], start, end, 5)[:, :, 0, 0]
    assert path.tolist() == [[0, 2], [1, 1], [2, 0], [3, -1], [4, -2]]
    with pytest.raises(ValueError, match="steps: expected a whole number of at least 2, got 1"):
        vae.interpolate(lambda z: z, start, end, 1)


def test_condition_latent_appends_the_one_hot_label():
    latent = torch.randn(2, 3)
    result = vae.condition_latent(latent, torch.tensor([1, 3]), 4)
    expected = torch.tensor([[0.0, 1, 0, 0], [0, 0, 0, 1]])
    assert torch.equal(result, torch.cat((latent, expected), 1))


@pytest.mark.parametrize("size", [(1, 28, 28), (3, 32, 20)])
def test_networks_fit_each_other(size):
    images, labels = torch.rand(2, *size), torch.tensor([1, 2])
    plain, conditional = vae.VAE(size, 5, 4), vae.ConditionalVAE(size, 5, 4, 3)
    for logits, mu, logvar in (plain(images, rng()), conditional(images, labels, rng())):
        assert logits.shape == images.shape
        assert mu.shape == logvar.shape == (2, 5)
    assert plain.decode(torch.zeros(2, 5)).shape == images.shape
    rebuilt = autoencoder.Autoencoder(size, 5, 4)(images)
    assert rebuilt.shape == images.shape
    assert 0 <= rebuilt.min() <= rebuilt.max() <= 1
    assert autoencoder.make_denoiser(size[0], 4)(images).shape == images.shape


def test_conditional_vae_listens_to_the_label_on_both_sides():
    model = vae.ConditionalVAE((1, 8, 8), 3, 4, 3)
    images = torch.rand(1, 1, 8, 8).expand(3, -1, -1, -1)
    mu, _ = model.encode(images, torch.arange(3))
    logits = model.decode(torch.zeros(3, 3), torch.arange(3))
    assert len(mu.unique(dim=0)) == len(logits.unique(dim=0)) == 3


def test_networks_name_a_size_that_does_not_fit():
    with pytest.raises(ValueError, match="divisible by 4, got 30×28"):
        vae.VAE((1, 30, 28))


class Record(nn.Module):
    def forward(self, images):
        self.seen = images
        return images


def test_denoising_loss_compares_with_the_clean_image():
    model, generator = Record(), rng()
    images = torch.rand(8, 2, 10, 12)
    before = images.clone()
    loss = autoencoder.denoising_loss(model, images, 0.3, generator)
    noise = model.seen - images
    assert torch.allclose(loss, noise.square().mean())
    assert abs(noise.std() - 0.3) < 6 * 0.3 / (2 * noise.numel()) ** 0.5
    assert torch.equal(images, before)
    autoencoder.denoising_loss(model, images, 0.3, generator)
    assert not torch.allclose(model.seen - images, noise)
    assert autoencoder.denoising_loss(lambda _: images, images, 0.3, generator) == 0
