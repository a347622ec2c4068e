# %% [markdown]
# ## A loss for removing noise
#
# **Goal.** One number that says how badly a network cleans pictures.
#
# Take a clean picture $x$, add noise to *every pixel on its own*, give it to the network, and
# compare with the picture that you had before:
#
# $$L = \frac{1}{N C H W} \sum \bigl( f(x + \sigma \varepsilon) - x \bigr)^2, \qquad
#   \varepsilon \sim \mathcal{N}(0, 1) \text{ for each pixel}$$
#
# | | type | shape | values |
# |---|---|---|---|
# | `model` | `nn.Module` | N×C×H×W → N×C×H×W | |
# | `images` | float tensor | N×C×H×W | 0 … 1 |
# | `sigma` | `float` | | 0 or more: the noise's standard deviation |
# | `generator` | `torch.Generator` | | where the noise comes from; it lives on the CPU |
# | result | float tensor | no axes | 0 or more |
#
# By hand: a network that changes nothing, $f(x) = x$, leaves all of the noise. Its loss is the mean
# of $(\sigma\varepsilon)^2$, which is $\sigma^2$. For $\sigma = 0.4$ that is 0.16: what you have to
# beat.
#
# - The noisy picture may leave 0 … 1. Don't clamp it: clamping would change the noise.
# - `torch.randn(..., generator=generator)` makes float32 on the CPU. `.to(images)` brings it to the
#   type and the device of `images`.
#
# **Why it matters.** Nobody tells the network what noise is, or what a shirt is. To tell the one
# from the other it has to find out itself, and all it takes is clean pictures. The same loss, with
# a few changes, trains the diffusion models of unit 12.

# %% exercise points=2 forbid="retouch.models retouch.recipes"
def denoising_loss(model, images, sigma, generator):
    """Mean squared error of the cleaned images against the clean ones.

    Args:
        model: network from noisy images to clean ones, N×C×H×W each.
        images: float tensor N×C×H×W, clean, in [0, 1].
        sigma: standard deviation of the noise that is added to each pixel.
        generator: torch.Generator on the CPU; each call draws new noise.

    Returns:
        A float tensor without axes.
    """
    ### BEGIN SOLUTION
    noise = torch.randn(images.shape, generator=generator).to(images)
    return F.mse_loss(model(images + sigma * noise), images)
    ### END SOLUTION


# %% hint
# How many random numbers do you need for a batch N×C×H×W? Which picture does the network never
# get to see, and where is it needed?

# %% hint
# `torch.randn(images.shape, generator=generator).to(images)` is one number for each pixel of each
# picture. `F.mse_loss(a, b)` takes the mean over everything.

# %% hint
# Add `sigma` times the noise to `images`, call `model` on that, and return `F.mse_loss` of its
# answer and `images`.

# %% cases
import torch


def cases(rng):
    def case(shape, sigma, dtype=torch.float32):
        values = {name: torch.from_numpy(rng.uniform(0.1, 0.9, shape)) for name in ("a", "b")}
        return {
            "images": values["a"].to(dtype),
            "guess": values["b"].to(dtype),
            "sigma": sigma,
            "seed": int(rng.integers(2**31)),
        }

    yield "much noise", case((3, 2, 5, 7), 0.6)
    yield "little noise (float64)", case((4, 1, 6, 4), 0.2, torch.float64)
    yield "no noise at all", case((2, 3, 4, 5), 0.0)


# %% observe
import torch
from torch import nn

from autograder import between, equal


class Fixed(nn.Module):
    """Answers the same pictures, whatever it sees, and keeps what it has seen."""

    def __init__(self, guess):
        super().__init__()
        self.guess, self.seen = nn.Parameter(guess.clone()), []

    def forward(self, images):
        self.seen.append(images.detach().clone())
        return self.guess


class Scaled(nn.Module):
    """Answers what it sees, a little darker."""

    def __init__(self, like):
        super().__init__()
        self.factor = nn.Parameter(torch.tensor(0.8, dtype=like.dtype))

    def forward(self, images):
        return self.factor * images


def slope(loss, weight):
    """The gradient, or 0 where nothing connects the two."""
    if not getattr(loss, "requires_grad", False):
        return torch.zeros_like(weight)
    found = torch.autograd.grad(loss.sum(), weight, allow_unused=True)[0]
    return torch.zeros_like(weight) if found is None else found


def observe(denoising_loss, images, guess, sigma, seed):
    fixed, scaled = Fixed(guess), Scaled(images)
    loss = denoising_loss(fixed, images.clone(), sigma, torch.Generator().manual_seed(seed))
    looks = {
        "loss of a network that ignores its input": loss,
        "and its slope": slope(loss, fixed.guess),
    }
    if not sigma:
        plain = denoising_loss(scaled, images, sigma, torch.Generator().manual_seed(seed))
        darker = {"loss of a network that darkens": plain, "and": slope(plain, scaled.factor)}
        return {**looks, "and its slope": looks["and its slope"], **darker}

    generator = torch.Generator().manual_seed(seed)
    losses = [denoising_loss(scaled, images, sigma, generator).item() for _ in range(60)]
    fixed.seen.clear()
    kept = images.clone()
    for _ in range(80):
        denoising_loss(fixed, images, sigma, generator)
    seen = torch.stack(fixed.seen)
    noise = ((seen - kept) / sigma).double()
    fixed.seen.clear()
    for _ in range(2):
        denoising_loss(fixed, images, sigma, torch.Generator().manual_seed(seed))
    again = equal(bool((fixed.seen[0] == fixed.seen[1]).all()))

    def alike(first, second):
        return (first * second).mean() / noise.square().mean().clamp(min=1e-12)

    # What is left of the noise and of the pictures when the network darkens both.
    darkened = 0.04 * float(kept.square().mean()) + 0.64 * sigma**2
    return {
        **looks,
        "loss of a network that darkens, against what it must be": between(
            sum(losses) / 60 / darkened, 0.85, 1.15
        ),
        "mean of what was added, in sigmas": between(noise.mean(), -0.1, 0.1),
        "its standard deviation, in sigmas": between(noise.std(), 0.92, 1.08),
        "the same in the darker half of the pixels": between(
            noise[:, kept <= kept.median()].std(), 0.9, 1.1
        ),
        "share of it beyond two sigmas": between((noise.abs() > 2).double().mean(), 0.03, 0.062),
        "is there anything outside 0 ... 1": equal(bool(((seen < 0) | (seen > 1)).any())),
        "likeness of two pixels' noise": between(
            alike(noise[..., :-1, :-1], noise[..., 1:, 1:]), -0.12, 0.12
        ),
        "likeness of two pictures' noise": between(alike(noise[:, :-1], noise[:, 1:]), -0.12, 0.12),
        "likeness of two calls' noise": between(alike(noise[:-1], noise[1:]), -0.12, 0.12),
        "the same seed gives the same noise": again,
    }


# %% right "noise made where the images are"
def denoising_loss(model, images, sigma, generator):
    noisy = images + torch.empty_like(images).normal_(0, sigma, generator=generator)
    return (model(noisy) - images).square().mean()


# %% right "picture by picture"
def denoising_loss(model, images, sigma, generator):
    noisy = [x - sigma * torch.randn(x.shape, generator=generator, dtype=x.dtype) for x in images]
    errors = [((a - b) ** 2).mean() for a, b in zip(model(torch.stack(noisy)), images)]
    return sum(errors) / len(errors)


# %% wrong "noisy target"
# You compare with the *noisy* pictures, so the best network copies its input, noise included.
# Compare with the clean ones.
def denoising_loss(model, images, sigma, generator):
    noisy = images + sigma * torch.randn(images.shape, generator=generator).to(images)
    return F.mse_loss(model(noisy), noisy)


# %% wrong "the noise as target"
# Your network learns to answer the noise. Diffusion models do that, and subtract it; here the
# answer is the clean picture.
# - return F.mse_loss(model(images + sigma * noise), images)
# + return F.mse_loss(model(images + sigma * noise), sigma * noise)


# %% wrong "no noise"
# The network sees clean pictures, so it learns to copy. Add `sigma` times the noise first.
def denoising_loss(model, images, sigma, generator):
    return F.mse_loss(model(images), images)


# %% wrong "noise on the answer"
# You add the noise to what the network *answers*. It has to be on what the network sees.
# - return F.mse_loss(model(images + sigma * noise), images)
# + return F.mse_loss(model(images) + sigma * noise, images)

# %% wrong "one noise for the batch"
# All pictures of a batch get the same noise. Draw it in the shape of the whole batch, N included.
# - noise = torch.randn(images.shape, generator=generator).to(images)
# + noise = torch.randn(images.shape[1:], generator=generator).to(images)

# %% wrong "one number for each picture"
# All pixels of a picture get the same number, which only makes it brighter or darker. Each pixel
# needs a draw of its own.
# - noise = torch.randn(images.shape, generator=generator).to(images)
# + noise = torch.randn(len(images), 1, 1, 1, generator=generator).to(images)

# %% wrong "the same noise in each call"
# You make a new generator in each call, so every batch gets the same noise, and the network learns
# that one by heart. Use the generator that you are given.
# - noise = torch.randn(images.shape, generator=generator).to(images)
# + noise = torch.randn(images.shape, generator=torch.Generator().manual_seed(0)).to(images)


# %% wrong "ignores the generator"
# You draw from the global generator, so the same seed gives other noise. Pass
# `generator=generator` to `torch.randn`.
def denoising_loss(model, images, sigma, generator):
    return F.mse_loss(model(images + sigma * torch.randn_like(images)), images)


# %% wrong "uniform noise"
# `torch.rand` is uniform between 0 and 1: your noise only ever makes pictures brighter. Use
# `torch.randn`.
# - noise = torch.randn(images.shape, generator=generator).to(images)
# + noise = torch.rand(images.shape, generator=generator).to(images)

# %% wrong "uniform noise around 0"
# Your noise is uniform between −σ and σ: never far away, and too weak in the middle. Use
# `torch.randn`.
# - noise = torch.randn(images.shape, generator=generator).to(images)
# + noise = 2 * torch.rand(images.shape, generator=generator).to(images) - 1

# %% wrong "sigma squared"
# You multiply the noise by the variance, σ². Its standard deviation is to be σ.
# - return F.mse_loss(model(images + sigma * noise), images)
# + return F.mse_loss(model(images + sigma**2 * noise), images)

# %% wrong "sigma left out"
# Your noise always has the standard deviation 1. Multiply it by `sigma`.
# - return F.mse_loss(model(images + sigma * noise), images)
# + return F.mse_loss(model(images + noise), images)

# %% wrong "clamps the noisy pictures"
# You clamp the noisy pictures to 0 … 1. Dark pixels then only get brighter and bright ones darker:
# the noise has no mean of 0 any more.
# - return F.mse_loss(model(images + sigma * noise), images)
# + return F.mse_loss(model((images + sigma * noise).clamp(0, 1)), images)

# %% wrong "noise times the picture"
# You *multiply* by the noise, so black pixels stay clean. Add it.
# - return F.mse_loss(model(images + sigma * noise), images)
# + return F.mse_loss(model(images * (1 + sigma * noise)), images)

# %% wrong "a sum"
# You add the squares of all pixels, so the loss grows with the batch and the picture. Take the
# mean.
# - return F.mse_loss(model(images + sigma * noise), images)
# + return F.mse_loss(model(images + sigma * noise), images, reduction="sum")

# %% wrong "absolute errors"
# You take the mean of the absolute errors. The formula squares them.
# - return F.mse_loss(model(images + sigma * noise), images)
# + return F.l1_loss(model(images + sigma * noise), images)

# %% wrong "the root of it"
# You return the root of the mean squared error. Leave it squared.
# - return F.mse_loss(model(images + sigma * noise), images)
# + return F.mse_loss(model(images + sigma * noise), images).sqrt()


# %% wrong "cross-entropy"
# You compare by cross-entropy. It has its minimum at the same place, but here the squared error is
# wanted.
def denoising_loss(model, images, sigma, generator):
    noise = torch.randn(images.shape, generator=generator).to(images)
    answer = model(images + sigma * noise).clamp(0, 1)
    return F.binary_cross_entropy(answer, images)


# %% wrong "adds the noise in place"
# `+=` writes the noise into the clean pictures themselves, so they are lost, for you and for
# whoever gave them to you. Make a new tensor.
def denoising_loss(model, images, sigma, generator):
    clean = images.clone()
    images += sigma * torch.randn(images.shape, generator=generator).to(images)
    return F.mse_loss(model(images), clean)


# %% wrong "cut off from the network"
# The value is right, but it is cut off from the network (by `.detach()`, `.item()` or `no_grad`),
# so nothing can be learned from it. Return the tensor as it comes.
# - return F.mse_loss(model(images + sigma * noise), images)
# + return F.mse_loss(model(images + sigma * noise), images).detach()
