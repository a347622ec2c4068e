# %% [markdown]
# ## Another light
#
# **Goal.** Give each picture a brightness and a contrast of its own.
#
# Draw two factors for each picture, uniform about 1:
#
# $$b_i \sim \mathcal{U}[1 - s_b,\ 1 + s_b], \qquad c_i \sim \mathcal{U}[1 - s_c,\ 1 + s_c]$$
#
# Brightness multiplies. Contrast then stretches the picture about its own mean gray $m_i$, the mean
# over *all* pixels and channels of the picture *as brightened*. Clamp once, at the end:
#
# $$x' = b_i\, x, \qquad m_i = \text{mean}(x'), \qquad
#   \text{result} = \min(\max(m_i + c_i\,(x' - m_i),\ 0),\ 1)$$
#
# | | type | shape | values |
# |---|---|---|---|
# | `images` | float tensor | N×C×H×W | 0 … 1 |
# | `brightness`, `contrast` | `float` | | strengths $s_b$, $s_c$ in 0 … 1; 0 changes nothing |
# | `generator` | `torch.Generator` | | |
# | result | float tensor | N×C×H×W | 0 … 1 |
#
# By hand, for the pixels 0.2, 0.4, 0.6 with $b = 1.5$ and $c = 2$:
#
# | image | brighter | mean | minus mean, times 2 | plus mean | clamped |
# |---|---|---|---|---|---|
# | 0.2 | 0.3 | 0.6 | −0.6 | 0 | 0 |
# | 0.4 | 0.6 | 0.6 | 0 | 0.6 | 0.6 |
# | 0.6 | 0.9 | 0.6 | 0.6 | 1.2 | 1 |
#
# **Why it matters.** The same jacket at noon and under a lamp has different numbers in every
# pixel. A network trained on tidy studio pictures takes the light for the thing.

# %% exercise points=2 forbid="retouch.pixels torchvision"
def jitter_color(images, brightness, contrast, generator):
    """Change each image's brightness, then its contrast, by random factors of its own.

    Args:
        images: float tensor N×C×H×W, values in [0, 1].
        brightness, contrast: strengths from 0 to 1; a factor lies within 1 ± strength.
        generator: torch.Generator that every draw comes from.

    Returns:
        A new float tensor N×C×H×W, values in [0, 1].
    """
    ### BEGIN SOLUTION
    n = len(images)
    b = 1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    c = 1 + contrast * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    brighter = images * b.to(images.dtype)
    mean = brighter.mean(dim=(1, 2, 3), keepdim=True)
    return (mean + c.to(images.dtype) * (brighter - mean)).clamp(0, 1)
    ### END SOLUTION


# %% hint
# How do you get from a uniform number in 0 … 1 to one in 0.7 … 1.3? How many means does a batch of
# 64 colour pictures have here: 1, 64, or 192?

# %% hint
# `torch.rand(n, 1, 1, 1, generator=generator)` has one number for each picture, in a shape that
# multiplies a batch. `batch.mean(dim=(1, 2, 3), keepdim=True)` has one mean for each.

# %% hint
# `b = 1 + brightness * (2 * u - 1)` for uniform `u`; the same for `c`, with draws of its own. With
# `brighter = images * b` and its mean `m`: `m + c * (brighter - m)`, clamped to 0 and 1.

# %% cases
import numpy as np
import torch


def cases(rng):
    def images(low, high, *shape):
        # Channels differ in brightness, and so do the pictures of a batch.
        shades = rng.uniform(low, high, shape)
        shades *= np.linspace(0.75, 1, shape[1])[:, None, None]
        shades *= np.linspace(0.7, 1, shape[0])[:, None, None, None]
        return torch.from_numpy(shades.astype("float32"))

    def strips():
        """Pictures with a dark column, a lighter one and a bright one."""
        shades = rng.uniform([0.08, 0.18, 0.85], [0.12, 0.22, 0.95], (3, 1, 1, 3))
        return torch.from_numpy(shades.repeat(2, axis=2).astype("float32"))

    def case(images, brightness, contrast):
        strengths = {"brightness": float(brightness), "contrast": float(contrast)}
        return {"images": images, **strengths, "seed": int(rng.integers(2**31))}

    uniform = rng.uniform
    yield "strengths of 0 change nothing", case(images(0.1, 0.9, 2, 3, 4, 5), 0, 0)
    yield "brightness alone", case(images(0.2, 0.6, 5, 3, 2, 3), uniform(0.3, 0.5), 0)
    yield (
        "contrast alone (float64)",
        case(images(0.3, 0.45, 4, 2, 3, 2).double(), 0, uniform(0.5, 0.8)),
    )
    yield "both", case(images(0.3, 0.4, 4, 3, 2, 3), uniform(0.3, 0.4), uniform(0.5, 0.7))
    yield "bright pictures, which must be clamped", case(strips(), 0.9, 0.7)


# %% observe
import torch

from autograder import raw


def observe(jitter_color, images, brightness, contrast, seed):
    generator = torch.Generator().manual_seed(seed)
    if brightness == contrast == 0:
        return {"result": jitter_color(images, brightness, contrast, generator)}

    def batches(number, generator):
        results = [
            jitter_color(images.clone(), brightness, contrast, generator) for _ in range(number)
        ]
        return torch.stack(results)

    results = batches(200, generator)
    again = batches(20, torch.Generator().manual_seed(seed))
    jitter_color(images, brightness, contrast, generator)  # not a copy, for once
    return {"results": raw(results), "again": raw(again)}


# %% conclude
from itertools import combinations

import numpy as np
import torch
from scipy.stats import binom, kstest

from autograder import between, close, equal


def conclude(observed, inputs):
    if "results" not in observed:
        return {}
    images, results, again = inputs["images"], observed["results"], observed["again"]
    if results.shape[1:] != images.shape:
        return {"shape of the result": equal(list(results.shape[1:]))}
    images, results = images.double(), results.double()
    found = {
        "shape of the result": equal(list(results.shape[1:])),
        "the same seed gives the same pictures": equal(bool((results[:20] == again).all())),
        "batch after batch is drawn anew": equal(bool((results != results[0]).any())),
        "values stay in 0 … 1": equal(bool((results >= 0).all() and (results <= 1).all())),
    }
    if not found["batch after batch is drawn anew"].value:
        return found
    if inputs["brightness"] == 0.9:
        return {**found, **clamping(results, images)}
    brightness, contrast, off = factors(results, images)
    found["every result is a straight line of its picture"] = equal(off < 1e-4)
    if inputs["brightness"] == 0:
        found["the gray that contrast leaves alone"] = close(fixed(results, images), 1e-3, 1e-3)
    units = {}
    if inputs["brightness"]:
        units["brightness"] = (brightness - 1) / inputs["brightness"]
    if inputs["contrast"]:
        units["contrast"] = (contrast - 1) / inputs["contrast"]
    return {**found, **draws({name: unit.numpy() for name, unit in units.items()})}


def clamping(results, images):
    """The two dark pixels of a row say which line a result is, and so what the third is."""
    one, two, three = results.unbind(-1)
    x, y, z = images.unbind(-1)
    line = (one + (two - one) / (y - x) * (z - x)).clamp(0, 1)
    certain = (one > 0) & (two < 1) & (two > one)
    off = ((three - line).abs() * certain).max()
    return {
        "the only clamping is at the end": equal(bool(off < 1e-3)),
        "largest value": between(results.max(), 0.9999, 1.0001),
    }


def factors(results, images):
    """Every picture's brightness and contrast, and how far the results are from what these give."""
    x, y = images.flatten(1), results.flatten(2)
    mean = x.mean(1, keepdim=True)
    brightness = y.mean(2) / mean.T
    slope = (y * (x - mean)).sum(2) / (x - mean).square().sum(1)
    line = (brightness * mean.T)[..., None] + slope[..., None] * (x - mean)
    return brightness, slope / brightness, float((y - line).abs().max())


def fixed(results, images):
    """The gray of every channel that contrast leaves alone, from how spreads and means move."""
    spread = results.std((3, 4)) / images.std((2, 3))
    shift = results.mean((3, 4)) - images.mean((2, 3))
    weight = (1 - spread) / (1 - spread).square().sum(0)
    return images.mean((2, 3)) + (shift * weight).sum(0)


def draws(units):
    """Factors are judged as numbers from -1 to 1: 800 or 1,000 of them, in 200 batches."""
    found = {}
    for name, unit in units.items():
        signs = [unit[:, i] * unit[:, j] > 0 for i, j in combinations(range(unit.shape[1]), 2)]
        found[f"{name}: of each two places in the batch, how often both get more, or less"] = (
            between(np.mean(signs, axis=1), *fair(len(unit), 0.5))
        )
        # All of n draws are below 1 - d with probability (1 - d / 2)^n: 1e-11 for d = 0.062.
        reach = 1 - 2 * (1 - 1e-11 ** (1 / unit.size))
        ends = np.array([-unit.min(), unit.max()])
        found[f"{name}: smallest and largest factor, as 1 ± strength"] = between(ends, reach, 1.001)
    if any(np.ptp(unit, axis=1).max() < 1e-3 or abs(unit).max() > 1.001 for unit in units.values()):
        return found
    for name, unit in units.items():
        # Dvoretzky, Kiefer, Wolfowitz: a distance above e has probability below 2 exp(-2 n e²).
        most = np.sqrt(np.log(2e11) / (2 * unit.size))
        distance = kstest(unit.ravel(), "uniform", (-1, 2)).statistic
        found[f"{name}: distance of the factors from a uniform distribution"] = between(
            distance, 0, most
        )
    if len(units) == 2:
        both = np.mean(units["brightness"] * units["contrast"] > 0)
        number = units["contrast"].size
        found["how often brightness and contrast both get more, or less"] = between(
            both, *fair(number, 0.5)
        )
    return found


def fair(number, p):
    """Bounds of a share of independent draws, which chance leaves once in 5e10 tries.

    The share is binomial; of 200 batches it lies within 0.24 of a half.
    """
    low, high = binom.ppf([1e-11, 1 - 1e-11], number, p) / number
    return low, high


# %% right "picture by picture, with numbers"
def jitter_color(images, brightness, contrast, generator):
    result = torch.empty_like(images)
    for i, image in enumerate(images):
        u, v = torch.rand(2, generator=generator, dtype=torch.float64).tolist()
        b = (1 - brightness) + 2 * brightness * u
        c = (1 - contrast) + 2 * contrast * v
        m = b * image.mean().item()
        result[i] = torch.clamp(c * b * image + (1 - c) * m, 0.0, 1.0)
    return result


# %% right "factors from an empty tensor's uniform_"
def jitter_color(images, brightness, contrast, generator):
    shape = (images.shape[0], 1, 1, 1)
    b = torch.empty(shape).uniform_(1 - brightness, 1 + brightness, generator=generator)
    c = torch.empty(shape).uniform_(1 - contrast, 1 + contrast, generator=generator)
    bright = b.to(images) * images
    gray = bright.flatten(1).mean(1).reshape(shape)
    return torch.lerp(gray.expand_as(bright), bright, c.to(images)).clip(0, 1)


# %% wrong "one factor for the batch"
# All pictures of a batch get the same factors. Draw one number of each kind for every picture.
# - b = 1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
# - c = 1 + contrast * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
# + b = 1 + brightness * (2 * torch.rand(1, generator=generator) - 1)
# + c = 1 + contrast * (2 * torch.rand(1, generator=generator) - 1)

# %% wrong "contrast about 0"
# You multiply by the contrast factor, which is a second brightness. Contrast moves values away
# from the picture's mean, or towards it.
# - return (mean + c.to(images.dtype) * (brighter - mean)).clamp(0, 1)
# + return (c.to(images.dtype) * brighter).clamp(0, 1)

# %% wrong "contrast about 0.5"
# You stretch about middle gray, which brightens or darkens pictures whose mean is another. Each
# picture has its own mean.
# - mean = brighter.mean(dim=(1, 2, 3), keepdim=True)
# + mean = 0.5

# %% wrong "contrast about the batch's mean"
# One mean of all the pictures: a dark picture in a bright batch changes its brightness. Take each
# picture's own, `mean(dim=(1, 2, 3), keepdim=True)`.
# - mean = brighter.mean(dim=(1, 2, 3), keepdim=True)
# + mean = brighter.mean()

# %% wrong "contrast about each channel's mean"
# You take a mean for every channel, so that red, green and blue are stretched about different
# grays, and colours change. The mean is over channels, rows and columns: `dim=(1, 2, 3)`.
# - mean = brighter.mean(dim=(1, 2, 3), keepdim=True)
# + mean = brighter.mean(dim=(2, 3), keepdim=True)

# %% wrong "contrast about the mean before brightening"
# You take the mean of the picture as it came, but the picture to be stretched is brighter by now.
# Take the mean after the multiplication.
# - mean = brighter.mean(dim=(1, 2, 3), keepdim=True)
# + mean = images.mean(dim=(1, 2, 3), keepdim=True)


# %% wrong "one draw for both factors"
# The pictures that get brighter get more contrast, always: one draw makes both factors. Draw
# twice.
# - b = 1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
# - c = 1 + contrast * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
# + u = 2 * torch.rand(n, 1, 1, 1, generator=generator) - 1
# + b, c = 1 + brightness * u, 1 + contrast * u

# %% wrong "not clamped"
# Some values leave 0 … 1. End with `.clamp(0, 1)`.
# - return (mean + c.to(images.dtype) * (brighter - mean)).clamp(0, 1)
# + return mean + c.to(images.dtype) * (brighter - mean)

# %% wrong "clamps between the steps"
# You clamp after the brightness, too, so bright details are lost before the contrast could bring
# them back. Clamp once, at the end.
# - brighter = images * b.to(images.dtype)
# + brighter = (images * b.to(images.dtype)).clamp(0, 1)


# %% wrong "normal instead of uniform"
# Your factors are normal, so some lie beyond 1 ± strength, and most lie near 1. All values between
# the two ends are to be equally likely: `torch.rand`.
# - b = 1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
# - c = 1 + contrast * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
# + b = 1 + brightness * torch.randn(n, 1, 1, 1, generator=generator)
# + c = 1 + contrast * torch.randn(n, 1, 1, 1, generator=generator)

# %% wrong "factors above 1 only" of "normal instead of uniform"
# Your factors lie between 1 and 1 + strength: pictures never get darker or flatter. A uniform
# number in 0 … 1 becomes one in −1 … 1 as `2 * u - 1`.
# - b = 1 + brightness * torch.randn(n, 1, 1, 1, generator=generator)
# - c = 1 + contrast * torch.randn(n, 1, 1, 1, generator=generator)
# + b = 1 + brightness * torch.rand(n, 1, 1, 1, generator=generator)
# + c = 1 + contrast * torch.rand(n, 1, 1, 1, generator=generator)

# %% wrong "half of the strength" of "normal instead of uniform"
# Your factors reach only half as far as they should: 1 ± strength/2. The interval is twice the
# strength wide.
# - b = 1 + brightness * torch.randn(n, 1, 1, 1, generator=generator)
# - c = 1 + contrast * torch.randn(n, 1, 1, 1, generator=generator)
# + b = 1 + brightness * (torch.rand(n, 1, 1, 1, generator=generator) - 0.5)
# + c = 1 + contrast * (torch.rand(n, 1, 1, 1, generator=generator) - 0.5)

# %% wrong "ignores the generator" of "normal instead of uniform"
# You draw from the global generator, so the same seed gives other pictures. Pass
# `generator=generator` to `torch.rand`.
# - b = 1 + brightness * torch.randn(n, 1, 1, 1, generator=generator)
# - c = 1 + contrast * torch.randn(n, 1, 1, 1, generator=generator)
# + b = 1 + brightness * (2 * torch.rand(n, 1, 1, 1) - 1)
# + c = 1 + contrast * (2 * torch.rand(n, 1, 1, 1) - 1)


# %% wrong "changes its input"
# The result is right, but `*=` writes into the batch that was passed in. Write
# `images * factor`, which makes a new one.
def jitter_color(images, brightness, contrast, generator):
    n = len(images)
    b = 1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    c = 1 + contrast * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    images *= b.to(images)
    m = images.mean(dim=(1, 2, 3), keepdim=True)
    return (m + c.to(images) * (images - m)).clamp(0, 1)


# %% [markdown]
# ### Look at it
#
# > **Before you run the cell:** one slider is at 0.5, the other at 0. Which of them can make a
# > picture all black? Which can make it one flat gray? Set it to 1 and look.

# %%
cup = to_tensor(photograph("coffee", size=(60, 90))).repeat(12, 1, 1, 1)


def recoloured(brightness, contrast, seed):
    draws = torch.Generator().manual_seed(seed)
    return side_by_side(jitter_color(cup, brightness, contrast, draws), 4)


explore(
    recoloured,
    alt="a cup of coffee, twelve times, in different lights",
    height=200,
    brightness=(0.0, 1.0, 0.1, 0.5),
    contrast=(0.0, 1.0, 0.1, 0.0),
    seed=(0, 20, 1, 3),
)
