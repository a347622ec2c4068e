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

    def seed():
        return int(rng.integers(2**31))

    def strength(low, high):
        return float(rng.uniform(low, high))

    yield (
        "strengths of 0 change nothing",
        {
            "images": images(0.1, 0.9, 2, 3, 4, 5),
            "brightness": 0.0,
            "contrast": 0.0,
            "seed": seed(),
        },
    )
    yield (
        "brightness alone",
        {
            "images": images(0.2, 0.6, 5, 3, 3, 4),
            "brightness": strength(0.3, 0.5),
            "contrast": 0.0,
            "seed": seed(),
        },
    )
    yield (
        "contrast alone (float64)",
        {
            "images": images(0.3, 0.45, 4, 2, 4, 3).double(),
            "brightness": 0.0,
            "contrast": strength(0.5, 0.8),
            "seed": seed(),
        },
    )
    yield (
        "both",
        {
            "images": images(0.3, 0.4, 4, 3, 3, 5),
            "brightness": strength(0.3, 0.4),
            "contrast": strength(0.5, 0.7),
            "seed": seed(),
        },
    )
    yield (
        "bright pictures, which must be clamped",
        {
            "images": torch.tensor([0.1, 0.2, 0.9]).repeat(3, 1, 2, 1),
            "brightness": 0.9,
            "contrast": 0.7,
            "seed": seed(),
        },
    )


# %% observe
import torch

from autograder import between, close, equal


def observe(jitter_color, images, brightness, contrast, seed):
    generator = torch.Generator().manual_seed(seed)
    if brightness == contrast == 0:
        return {"result": jitter_color(images, brightness, contrast, generator)}

    def draw(generator, batches=400):
        results = [
            jitter_color(images.clone(), brightness, contrast, generator) for _ in range(batches)
        ]
        return torch.stack(results).double().view(batches, *images.shape)

    results = draw(generator)
    again = draw(torch.Generator().manual_seed(seed), 20)
    found = {
        "the same seed gives the same pictures": equal(bool((results[:20] == again).all())),
        "batch after batch is drawn anew": equal(bool((results != results[0]).any())),
        "values stay in 0 … 1": equal(bool((results >= 0).all() and (results <= 1).all())),
    }
    batch, images = images, images.clone().double()
    if brightness == 0.9:
        # Up to the clamping at the end, a result is a straight line of the picture. The two dark
        # pixels say which line, where they are not clamped themselves.
        one, two, three = results.unbind(-1)
        line = (one + (two - one) / 0.1 * 0.8).clamp(0, 1)
        certain = (one > 0) & (two < 1) & (two > one)
        off = ((three - line).abs() * certain).max()
        return {
            **found,
            "the only clamping is at the end": equal(bool(off < 1e-3)),
            "largest value": between(results.max(), 0.9999, 1.0001),
        }

    # Of each result's channel: its spread and its mean, against the picture's.
    spread = results.std((3, 4)) / images.std((2, 3))
    mean = results.mean((3, 4)) / images.mean((2, 3))
    factors = {}
    if contrast == 0:
        factors["brightness"] = (mean.mean(2), brightness)
    elif brightness == 0:
        factors["contrast"] = (spread.mean(2), contrast)
        # Contrast leaves one gray alone; it follows from how the means move.
        shift = results.mean((3, 4)) - images.mean((2, 3))
        weight = (1 - spread) / (1 - spread).square().sum(0)
        found["the gray that contrast leaves alone"] = close(
            images.mean((2, 3)) + (shift * weight).sum(0), 1e-3, 1e-3
        )
    else:
        whole = results.mean((2, 3, 4)) / images.mean((1, 2, 3))
        factors["brightness"] = (whole, brightness)
        factors["contrast"] = (spread.mean(2) / whole, contrast)
        both = torch.stack([f.flatten() for f, _ in factors.values()])
        found["correlation of the two factors"] = between(torch.corrcoef(both)[0, 1], -0.2, 0.2)
    alike = 1.0
    for name, (factor, strength) in factors.items():
        # 1 ± strength becomes ±1, in which the mean of a uniform number is 0 and its spread 0.577.
        unit = (factor - 1) / strength
        found[f"{name}: smallest and largest factor, as 1 ± strength"] = between(
            torch.stack([-unit.min(), unit.max()]), 0.95, 1.001
        )
        found[f"{name}: mean factor, in strengths from 1"] = between(unit.mean(), -0.11, 0.11)
        found[f"{name}: spread of the factors, in strengths"] = between(unit.std(), 0.53, 0.625)
        alike = min(alike, ((unit - unit[:, :1]).abs() < 1e-3).all(1).double().mean().item())
    found["share of batches with one factor for all"] = between(alike, 0, 0.05)
    jitter_color(batch, brightness, contrast, generator)  # not a copy, for once
    return found


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
def jitter_color(images, brightness, contrast, generator):
    b = 1 + brightness * (2 * torch.rand(1, generator=generator) - 1)
    c = 1 + contrast * (2 * torch.rand(1, generator=generator) - 1)
    x = images * b.to(images)
    m = x.mean(dim=(1, 2, 3), keepdim=True)
    return (m + c.to(images) * (x - m)).clamp(0, 1)


# %% wrong "contrast about 0"
# You multiply by the contrast factor, which is a second brightness. Contrast moves values away
# from the picture's mean, or towards it.
def jitter_color(images, brightness, contrast, generator):
    n = len(images)
    b = 1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    c = 1 + contrast * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    return (images * b.to(images) * c.to(images)).clamp(0, 1)


# %% wrong "contrast about 0.5" of "contrast about 0"
# You stretch about middle gray, which brightens or darkens pictures whose mean is another. Each
# picture has its own mean.
# - return (images * b.to(images) * c.to(images)).clamp(0, 1)
# + return (0.5 + c.to(images) * (images * b.to(images) - 0.5)).clamp(0, 1)

# %% wrong "contrast about the batch's mean" of "contrast about 0"
# One mean of all the pictures: a dark picture in a bright batch changes its brightness. Take each
# picture's own, `mean(dim=(1, 2, 3), keepdim=True)`.
# - return (images * b.to(images) * c.to(images)).clamp(0, 1)
# + x = images * b.to(images)
# + return (x.mean() + c.to(images) * (x - x.mean())).clamp(0, 1)

# %% wrong "contrast about each channel's mean" of "contrast about 0"
# You take a mean for every channel, so that red, green and blue are stretched about different
# grays, and colours change. The mean is over channels, rows and columns: `dim=(1, 2, 3)`.
# - return (images * b.to(images) * c.to(images)).clamp(0, 1)
# + x = images * b.to(images)
# + m = x.mean(dim=(2, 3), keepdim=True)
# + return (m + c.to(images) * (x - m)).clamp(0, 1)

# %% wrong "contrast about the mean before brightening" of "contrast about 0"
# You take the mean of the picture as it came, but the picture to be stretched is brighter by now.
# Take the mean after the multiplication.
# - return (images * b.to(images) * c.to(images)).clamp(0, 1)
# + m = images.mean(dim=(1, 2, 3), keepdim=True)
# + return (m + c.to(images) * (images * b.to(images) - m)).clamp(0, 1)


# %% wrong "one draw for both factors"
# The pictures that get brighter get more contrast, always: one draw makes both factors. Draw
# twice.
def jitter_color(images, brightness, contrast, generator):
    u = 2 * torch.rand(len(images), 1, 1, 1, generator=generator).to(images) - 1
    x = images * (1 + brightness * u)
    m = x.mean(dim=(1, 2, 3), keepdim=True)
    return (m + (1 + contrast * u) * (x - m)).clamp(0, 1)


# %% wrong "not clamped" of "contrast about 0"
# Some values leave 0 … 1. End with `.clamp(0, 1)`.
# - return (images * b.to(images) * c.to(images)).clamp(0, 1)
# + x = images * b.to(images)
# + m = x.mean(dim=(1, 2, 3), keepdim=True)
# + return m + c.to(images) * (x - m)

# %% wrong "clamps between the steps" of "contrast about 0"
# You clamp after the brightness, too, so bright details are lost before the contrast could bring
# them back. Clamp once, at the end.
# - return (images * b.to(images) * c.to(images)).clamp(0, 1)
# + x = (images * b.to(images)).clamp(0, 1)
# + m = x.mean(dim=(1, 2, 3), keepdim=True)
# + return (m + c.to(images) * (x - m)).clamp(0, 1)


# %% wrong "normal instead of uniform"
# Your factors are normal, so some lie beyond 1 ± strength, and most lie near 1. All values between
# the two ends are to be equally likely: `torch.rand`.
def jitter_color(images, brightness, contrast, generator):
    n = len(images)
    b = 1 + brightness * torch.randn(n, 1, 1, 1, generator=generator)
    c = 1 + contrast * torch.randn(n, 1, 1, 1, generator=generator)
    x = images * b.to(images)
    m = x.mean(dim=(1, 2, 3), keepdim=True)
    return (m + c.to(images) * (x - m)).clamp(0, 1)


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
    images += (c.to(images) - 1) * (images - m)
    return images.clamp_(0, 1)


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
