# %% [markdown]
# ## Paint: change the picture itself
#
# **Goal.** Content in the manner of style, by gradient descent on the *pixels*.
#
# So far, in every unit, the pictures stood still and the weights moved. Now the weights stand
# still. The only thing that learns is the picture: it begins as the content image, and each step
# makes this number smaller:
#
# $$L = L_{\text{style}} \;+\; \alpha \, \frac{L_{\text{content}}}{\operatorname{var}(P)}
#   \;+\; \tau \, \frac{\text{TV}}{C H W}$$
#
# | part | of what | |
# |---|---|---|
# | $L_{\text{style}}$ | all layers | weights by `balanced_weights`, below: it is 1 at the start |
# | $L_{\text{content}}$ | the last layer but one, `features[-2]` | $P$: content's features there |
# | TV | the picture | divided by the number of values of one picture |
#
# 1. Features of content and of style, once, without gradients. The weights.
# 2. The picture: a *copy* of content that wants gradients. Adam, with rate 0.04, on the picture
#    alone.
# 3. `steps` times: the loss, a step, and then back into [0, 1], in place and without gradients.
#
# | | type | |
# |---|---|---|
# | `content` | float tensor N×3×H×W | in [0, 1]; it must not change |
# | `style` | float tensor, 1×3×H′×W′ or N×3×H′×W′ | in [0, 1] |
# | `extractor` | network | N×3×H×W → a list of features; it must not change |
# | `steps` | whole number | 1 or more |
# | `content_weight`, `smoothness` | numbers | $\alpha$ and $\tau$ |
# | result | float tensor N×3×H×W | in [0, 1] |
#
# **Three traps.** Adam holds on to the tensor that it was given: `image = image.clamp(0, 1)` makes
# another one, which Adam does not know. Pixels outside [0, 1] can't be shown, so they are a way to
# cheat. And `backward` adds to old gradients, here as everywhere.
#
# **Why it matters.** This is the whole of Gatys and others' paper. The same loop, with another
# loss, dreams, attacks classifiers, and edits faces.


# %% setup
def balanced_weights(features, targets):
    """One weight per layer, so that each adds the same to the style loss, and all together 1."""
    with torch.no_grad():
        losses = [style_loss([x], [t], [1.0]) for x, t in zip(features, targets)]
    return [1 / (len(losses) * max(float(loss), 1e-12)) for loss in losses]


# %% exercise points=3 forbid="retouch.models.style retouch.models.style_networks retouch.recipes"
def stylize(content, style, extractor, steps, content_weight=0.03, smoothness=8.0):
    """Content in the manner of style, by optimising the pixels with Adam (rate 0.04).

    Args:
        content: float tensor N×3×H×W in [0, 1]; where the picture begins. It is not changed.
        style: float tensor in [0, 1], 1 or N pictures of any size.
        extractor: from images to a list of features, fine to coarse. It is not changed.
        steps: number of updates.
        content_weight: of the content loss at `features[-2]`, divided by its target's variance.
        smoothness: of the total variation, divided by the number of values of one picture.

    Returns:
        Float tensor N×3×H×W in [0, 1], without gradients.
    """
    ### BEGIN SOLUTION
    with torch.no_grad():
        wanted, targets = extractor(content), extractor(style)
    weights = balanced_weights(wanted, targets)
    image = content.clone().requires_grad_()
    adam = torch.optim.Adam([image], 0.04)
    for _ in range(steps):
        features = extractor(image)
        loss = style_loss(features, targets, weights)
        loss = loss + content_weight * content_loss(features[-2], wanted[-2]) / wanted[-2].var()
        loss = loss + smoothness * total_variation(image) / image[0].numel()
        adam.zero_grad()
        loss.backward()
        adam.step()
        with torch.no_grad():
            image.clamp_(0, 1)
    return image.detach()
    ### END SOLUTION


# %% hint
# Which single tensor may be handed to Adam? How often do you need the features of the style?

# %% hint
# `content.clone().requires_grad_()` is a new leaf; `torch.optim.Adam([image], 0.04)` moves it.
# `image.clamp_(0, 1)`, inside `with torch.no_grad():`, changes it in place.

# %% hint
# In each step: `features = extractor(image)`; the three parts of the loss, the second being
# `content_weight * content_loss(features[-2], wanted[-2]) / wanted[-2].var()`; then `zero_grad`,
# `backward`, `step`, and the clamp. At the end `image.detach()`.

# %% cases
import torch
import torch.nn.functional as F


def cases(rng):
    def pictures(n, height, width, grain, color):
        shape = (n, 3, height // grain + 2, width // grain + 2)
        coarse = torch.from_numpy(rng.random(shape).astype("float32"))
        smooth = F.interpolate(coarse, size=(height, width), mode="bilinear", align_corners=False)
        return (torch.tensor(color).view(3, 1, 1) + 0.6 * (smooth - 0.5)).clamp(0, 1)

    def case(styles, size, style_size, options):
        return {
            "content": pictures(2, *size, 6, [0.7, 0.5, 0.3]),
            "style": pictures(styles, *style_size, 2, [0.3, 0.4, 0.6]),
            "steps": 20,
            "seed": int(rng.integers(2**31)),
            "options": options,
        }

    yield "one style, of another size", case(1, (16, 20), (12, 14), {"content_weight": 30.0})
    yield "a style for each of two", case(2, (20, 16), (20, 16), {"smoothness": 500.0})


# %% observe
import math

import torch
import torch.nn.functional as F
from torch import nn

from autograder import between, equal


class Eye(nn.Module):
    """A small network of three layers, which counts how often it is asked with gradients."""

    def __init__(self, seed):
        super().__init__()
        draws = torch.Generator().manual_seed(seed)
        self.kernels = nn.ParameterList(
            torch.randn(after, before, 3, 3, generator=draws) / math.sqrt(4.5 * before)
            for after, before in ((8, 3), (12, 8), (12, 12))
        )
        self.looks = 0

    def forward(self, images):
        self.looks += int(images.requires_grad and torch.is_grad_enabled())
        x, features = images - 0.5, []
        for i, kernel in enumerate(self.kernels):
            x = F.conv2d(F.avg_pool2d(x, 2) if i else x, kernel, padding=1).relu()
            features.append(x)
        return features


def observe(stylize, content, style, steps, seed, options):
    eye = Eye(seed)
    before = [kernel.detach().clone() for kernel in eye.kernels]
    image = stylize(content, style, eye, steps)
    looks = eye.looks
    moved = any(not torch.equal(a, b) for a, b in zip(before, eye.kernels))
    with torch.no_grad():
        for kernel, old in zip(eye.kernels, before):
            kernel.copy_(old)
    early = torch.as_tensor(stylize(content, style, eye, 2)).detach()
    other = torch.as_tensor(stylize(content, style, eye, steps, **options)).detach()
    with torch.no_grad():
        image = torch.as_tensor(image).detach()
        seen = [[x.square().mean((2, 3)) for x in eye(y)] for y in (image, style, content)]
        left = [((a - b) / (c - b).norm()).norm().square() for a, b, c in zip(*seen)]
        there, here = eye(other)[-2], eye(content)[-2]
        coarse = [F.interpolate(F.avg_pool2d(x, 2), scale_factor=2) for x in (other, image)]
        grain = [(x - y).square().mean() for x, y in zip((other, image), coarse)]
    observed = {
        "shape": equal(list(image.shape)),
        "smallest value": between(image.min(), -1e-6, 1),
        "largest value": between(image.max(), 0, 1 + 1e-6),
        "mean change from the content": between((image - content).abs().mean(), 0.03, 0.6),
        "mean change after two steps": between((early - content).abs().mean(), 0.001, 0.1),
        "style still missing, as a share": between(torch.stack(left).mean(), 0, 0.35),
        "looks at the picture, with gradients": between(looks, steps, 30 * steps),
        "the extractor's weights moved": equal(moved),
    }
    if "content_weight" in options:
        error = (there - here).square().mean() / here.var()
        observed["content lost with content_weight=30"] = between(error, 0, 0.025)
    else:
        share = grain[0] / grain[1].clamp_min(1e-9)
        observed["grain left with smoothness=500, as a share"] = between(share, 0, 0.45)
    return observed


# %% right "gradients by autograd.grad, features of the style without their graph"
# - adam.zero_grad()
# - loss.backward()
# + (image.grad,) = torch.autograd.grad(loss, image)


# %% right "kept in range by a sigmoid"
def stylize(content, style, extractor, steps, content_weight=0.03, smoothness=8.0):
    with torch.no_grad():
        wanted, targets = extractor(content), extractor(style)
    weights = balanced_weights(wanted, targets)
    logits = content.clamp(0.01, 0.99).logit().requires_grad_()
    adam = torch.optim.Adam([logits], 0.2)
    for _ in range(steps):
        image = torch.sigmoid(logits)
        features = extractor(image)
        loss = style_loss(features, targets, weights)
        loss = loss + content_weight * content_loss(features[-2], wanted[-2]) / wanted[-2].var()
        loss = loss + smoothness * total_variation(image) / image[0].numel()
        adam.zero_grad()
        loss.backward()
        adam.step()
    return torch.sigmoid(logits).detach()


# %% right "clamped at the end only"
# -     with torch.no_grad():
# -         image.clamp_(0, 1)
# - return image.detach()
# + return image.detach().clamp(0, 1)

# %% right "clamps the data behind autograd's back"
# - with torch.no_grad():
# -     image.clamp_(0, 1)
# + image.data = image.data.clamp(0, 1)

# %% wrong "never clamps"
# Pixels leave [0, 1], where they can't be shown. After each step, without gradients,
# `image.clamp_(0, 1)`.
# - with torch.no_grad():
# -     image.clamp_(0, 1)

# %% wrong "the picture never moves"
# What you return is the content image as it was: Adam moves another tensor (a copy), or gets no
# gradients when it steps, or you return `content`. One picture goes through all of it.
# - adam = torch.optim.Adam([image], 0.04)
# + adam = torch.optim.Adam([image.detach().clone().requires_grad_()], 0.04)

# %% wrong "clamps into a new tensor"
# `image = image.clamp(0, 1)` makes a new tensor, which Adam does not know, so only the first step
# counts. Clamp in place: `image.clamp_(0, 1)` without gradients.
# - with torch.no_grad():
# -     image.clamp_(0, 1)
# + image = image.detach().clamp(0, 1).requires_grad_()

# %% wrong "clamps with gradients"
# You clamp a leaf in place, or into itself, while autograd watches. Do it inside
# `with torch.no_grad():`.
# - with torch.no_grad():
# -     image.clamp_(0, 1)
# + image.clamp_(0, 1)

# %% wrong "features without gradients"
# The features of the picture are computed without gradients (`no_grad` or `detach`), so only the
# total variation reaches the pixels. Only content's and style's features need no gradients.
# - features = extractor(image)
# + with torch.no_grad():
# +     features = extractor(image)

# %% wrong "optimises the network"
# Adam moves the extractor's weights. They stand still here: the *picture* is what is optimised.
# - adam = torch.optim.Adam([image], 0.04)
# + adam = torch.optim.Adam(extractor.parameters(), 0.04)

# %% wrong "optimises the network as well"
# Adam moves the picture and the extractor's weights. Give it the picture alone.
# - adam = torch.optim.Adam([image], 0.04)
# + adam = torch.optim.Adam([image, *extractor.parameters()], 0.04)

# %% wrong "gradients pile up"
# Gradients of all earlier steps are still there, so the picture runs past its goal. Call
# `zero_grad` before each `backward`.
# - adam.zero_grad()

# %% wrong "no style"
# The style loss is missing: the picture keeps its content and is merely smoothed. Add
# `style_loss(features, targets, weights)`.
# - loss = style_loss(features, targets, weights)
# + loss = 0 * style_loss(features, targets, weights)

# %% wrong "no content"
# The content loss is missing, or its weight is not used: nothing holds the things in the picture
# in place. Add `content_weight` times the content loss.
# - loss = loss + content_weight * content_loss(features[-2], wanted[-2]) / wanted[-2].var()

# %% wrong "no total variation"
# `smoothness` changes nothing: add it, times the total variation divided by the number of values of
# one picture.
# - loss = loss + smoothness * total_variation(image) / image[0].numel()

# %% wrong "the total variation is not divided"
# The total variation is a sum over all pixels, and you did not divide it: it drowns the style.
# Divide by the number of values of one picture.
# - loss = loss + smoothness * total_variation(image) / image[0].numel()
# + loss = loss + smoothness * total_variation(image)

# %% wrong "content at the last layer"
# You hold the content at the last layer. Take the one before, `features[-2]`: the last knows
# little of where things are.
# - loss = loss + content_weight * content_loss(features[-2], wanted[-2]) / wanted[-2].var()
# + loss = loss + content_weight * content_loss(features[-1], wanted[-1]) / wanted[-1].var()

# %% wrong "content and style swapped"
# The style is taken from the content image and the content from the style image, or the two are
# swapped where features are computed.
# - wanted, targets = extractor(content), extractor(style)
# + targets, wanted = extractor(content), extractor(style)
# - loss = loss + content_weight * content_loss(features[-2], wanted[-2]) / wanted[-2].var()
# + loss = (
# +     loss
# +     + content_weight
# +     * content_loss(
# +         features[-2],
# +         F.adaptive_avg_pool2d(wanted[-2], features[-2].shape[2:]).expand_as(features[-2]),
# +     )
# +     / wanted[-2].var()
# + )

# %% wrong "starts from noise"
# The picture begins as noise, so after few steps there is little of the content in it. Begin with a
# copy of content.
# - image = content.clone().requires_grad_()
# + image = torch.rand_like(content).requires_grad_()

# %% wrong "changes the content image"
# You optimise the content tensor itself, and so change what you were given. Optimise a `.clone()`.
# - image = content.clone().requires_grad_()
# + image = content.detach().requires_grad_()

# %% wrong "returns after one step"
# The `return` stands inside the loop, so there is only one step.
# - return image.detach()
# +     return image.detach()
