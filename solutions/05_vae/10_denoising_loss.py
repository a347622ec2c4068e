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
# Closed in this exercise: `retouch.models` and `retouch.recipes`.
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

from autograder import raw


class Network(nn.Module):
    """Answers `factor` times what it sees plus fixed pictures, and keeps what it has seen."""

    def __init__(self, factor, guess):
        super().__init__()
        self.factor = nn.Parameter(torch.tensor(factor, dtype=guess.dtype))
        self.guess, self.seen = nn.Parameter(guess.clone()), []

    def forward(self, images):
        self.seen.append(images.detach().clone())
        return self.factor * images + self.guess


def slope(loss, weight):
    """The gradient, or 0 where nothing connects the two."""
    if not getattr(loss, "requires_grad", False):
        return torch.zeros_like(weight)
    found = torch.autograd.grad(loss.sum(), weight, allow_unused=True)[0]
    return torch.zeros_like(weight) if found is None else found


def observe(denoising_loss, images, guess, sigma, seed):
    fixed, brighter = Network(0.0, guess), Network(1.5, torch.zeros_like(guess))
    loss = denoising_loss(fixed, images.clone(), sigma, torch.Generator().manual_seed(seed))
    generator = torch.Generator().manual_seed(seed)
    losses = [denoising_loss(brighter, images.clone(), sigma, generator) for _ in range(40)]
    again = denoising_loss(brighter, images, sigma, torch.Generator().manual_seed(seed))
    return {
        "loss of a network that ignores its input": loss,
        "and its slope": slope(loss, fixed.guess),
        "losses": raw(torch.stack([loss.detach() for loss in losses])),
        "slope": raw(slope(again, brighter.factor)),
        "seen": raw(torch.stack(brighter.seen)),
    }


# %% conclude
import math

import torch

from autograder import between, equal

# Of a right answer each number below leaves its bounds with a probability of at most 2 exp(-X) =
# 3e-11, and a case has 9 of them: together below 3e-10.
# With n independent draws: |mean| <= sqrt(2 X / n) (the normal tail); a mean of n squares keeps
# between 1 - 2 sqrt(X / n) and 1 + 2 sqrt(X / n) + 2 X / n (Laurent and Massart); the share of
# draws below any value misses the true one by at most sqrt(X / 2 n) (Dvoretzky-Kiefer-Wolfowitz).
X = 25


def square(values):
    """The mean of squares of standard normal numbers."""
    n = values.numel()
    low, high = 1 - 2 * math.sqrt(X / n), 1 + 2 * math.sqrt(X / n) + 2 * X / n
    return between(values.square().mean(), low, high)


def shared(values, axis):
    """Means along an axis, times the root of their number: as wide as one draw, if independent."""
    return square(values.mean(dim=axis) * math.sqrt(values.shape[axis]))


def gap(values):
    """The largest distance between the share of the values below a number, and the normal one."""
    ordered, n = values.flatten().sort().values, values.numel()
    ranks = torch.arange(n + 1) / n
    normal = torch.special.ndtr(ordered)
    largest = max((normal - ranks[:-1]).max(), (ranks[1:] - normal).max())
    return between(largest, 0, math.sqrt(X / 2 / n))


def conclude(observed, inputs):
    seen, images, sigma = observed["seen"], inputs["images"], inputs["sigma"]
    shape = {"shape and type of what the network sees": equal(f"{tuple(seen.shape)} {seen.dtype}")}
    if seen.shape[1:] != images.shape:
        return shape
    # Given what it saw, the loss of the network that brightens is no matter of chance.
    errors = 1.5 * seen.double() - images.double()
    losses = errors.square().flatten(1).mean(dim=1)
    slope = (2 * errors[0] * seen[0]).mean()
    against = {
        **shape,
        "loss of a network that brightens, against what it must be": between(
            (observed["losses"] / losses[:-1]).mean(), 0.999, 1.001
        ),
        "its slope, against what it must be": between(observed["slope"] / slope, 0.999, 1.001),
        "the same seed gives the same noise": equal(torch.equal(seen[0], seen[-1])),
    }
    if not sigma:
        return {**against, "what the network sees": seen}
    noise = (seen[:-1].double() - images) / sigma
    bound = math.sqrt(2 * X / noise.numel())
    return {
        **against,
        "mean of what was added, in sigmas": between(noise.mean(), -bound, bound),
        "its mean square": square(noise),
        "its mean square in the darker half of the pixels": square(
            noise[:, images <= images.median()]
        ),
        "shares of it below a number, largest error": gap(noise),
        "is there anything outside 0 ... 1": equal(bool(((seen < 0) | (seen > 1)).any())),
        "what two calls share": shared(noise, 0),
        "what two pictures share": shared(noise, 1),
        "what two channels share": shared(noise, 2),
        "what two rows share": shared(noise, 3),
        "what two columns share": shared(noise, 4),
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
