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
# | $L_{\text{content}}$ | the last layer but one, `features[-2]` | $P$: content's; `P.var()` |
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
# The check compares your picture with this method's, value by value, after a few steps with a small
# network: a sigmoid that keeps the pixels in range, or another optimiser, may paint as well, but
# paints another picture.
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
    def pictures(n, height, width, grain):
        # Double precision, so that where a slope is near 0 rounding can't turn it around, and
        # contrast, so that many pixels meet the ends of [0, 1].
        shape = (n, 3, height // grain + 2, width // grain + 2)
        coarse = torch.from_numpy(rng.uniform(-0.4, 1.4, shape))
        return F.interpolate(coarse, (height, width), mode="bilinear").clamp(0, 1)

    def case(styles, size, style_size, steps, options):
        return {
            "content": pictures(2, *size, 4),
            "style": pictures(styles, *style_size, 2),
            "steps": steps,
            "seed": int(rng.integers(2**31)),
            "options": options,
        }

    yield "one style, of another size", case(1, (12, 16), (10, 14), 6, {})
    yield "a style for each of two", case(2, (16, 12), (16, 12), 5, {"content_weight": 3.0})
    yield "very smooth", case(1, (12, 10), (12, 10), 4, {"smoothness": 300.0})


# %% observe
import math

import torch
import torch.nn.functional as F
from torch import nn

from autograder import close


class Eye(nn.Module):
    """A small network of three layers without kinks, so that steps are smooth in the pixels."""

    def __init__(self, seed):
        super().__init__()
        draws = torch.Generator().manual_seed(seed)
        self.kernels = nn.ParameterList(
            torch.randn(after, before, 3, 3, generator=draws).double() / math.sqrt(3 * before)
            for after, before in ((6, 3), (8, 6), (7, 8))
        )

    def forward(self, images):
        x, features = images - 0.5, []
        for i, kernel in enumerate(self.kernels):
            x = F.conv2d(F.avg_pool2d(x, 2) if i else x, kernel, padding=1).tanh()
            features.append(x)
        return features


def observe(stylize, content, style, steps, seed, options):
    eye = Eye(seed)
    picture = stylize(content, style, eye, steps, **options)
    return {
        "picture": close(picture, rtol=0, atol=1e-4),
        "the extractor's weights, added up": torch.stack([k.detach().sum() for k in eye.kernels]),
    }


# %% right "gradients by autograd.grad, features of the style without their graph"
# - adam.zero_grad()
# - loss.backward()
# + (image.grad,) = torch.autograd.grad(loss, image)


# %% right "clamps the data behind autograd's back"
# - with torch.no_grad():
# -     image.clamp_(0, 1)
# + image.data = image.data.clamp(0, 1)

# %% wrong "never clamps"
# Pixels leave [0, 1], where they can't be shown. After each step, without gradients,
# `image.clamp_(0, 1)`.
# - with torch.no_grad():
# -     image.clamp_(0, 1)

# %% wrong "clamped at the end only"
# Pixels leave [0, 1] between the steps, and the network sees colours that can't be shown. Clamp
# after each step.
# -     with torch.no_grad():
# -         image.clamp_(0, 1)
# - return image.detach()
# + return image.detach().clamp(0, 1)

# %% wrong "another rate"
# Your steps have another size than Adam's at the rate 0.04.
# - adam = torch.optim.Adam([image], 0.04)
# + adam = torch.optim.Adam([image], 0.1)

# %% wrong "the style counts twice"
# The style loss is in your sum with a factor of its own. The weights make it 1 at the start: add it
# once, as it is.
# - loss = style_loss(features, targets, weights)
# + loss = 2 * style_loss(features, targets, weights)

# %% wrong "weights of 1"
# You give each layer the weight 1, so that the layers with large activations rule. Take the weights
# of `balanced_weights`.
# - weights = balanced_weights(wanted, targets)
# + weights = [1.0] * len(targets)

# %% wrong "balanced anew in each step"
# You compute the weights again in each step, so the style loss stays 1 and gets nowhere. Compute
# them once, at the start.
# - loss = style_loss(features, targets, weights)
# + loss = style_loss(features, targets, balanced_weights(features, targets))

# %% wrong "not divided by the variance"
# The content loss is not divided by the variance of its target, so its weight means another thing
# at each layer.
# - loss = loss + content_weight * content_loss(features[-2], wanted[-2]) / wanted[-2].var()
# + loss = loss + content_weight * content_loss(features[-2], wanted[-2])

# %% wrong "divided by the batch, too"
# You divide the total variation by the number of values of the whole batch. It is a mean over the
# pictures already: divide by the values of one.
# - loss = loss + smoothness * total_variation(image) / image[0].numel()
# + loss = loss + smoothness * total_variation(image) / image.numel()

# %% wrong "the picture never moves"
# What you return is the content image, or as good as that: Adam moves another tensor (a copy), gets
# no gradients when it steps, or runs at its own rate of 0.001; or you return `content`.
# - adam = torch.optim.Adam([image], 0.04)
# + adam = torch.optim.Adam([image.detach().clone().requires_grad_()], 0.04)

# %% wrong "only the first step counts"
# Your picture is that of the first step: the `return` stands inside the loop, or `image =
# image.clamp(0, 1)` makes a new tensor, which Adam does not know. Clamp in place.
# - with torch.no_grad():
# -     image.clamp_(0, 1)
# + image = image.detach().clamp(0, 1).requires_grad_()

# %% wrong "clamps with gradients" raises="leaf Variable that requires grad"
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

# %% wrong "starts from noise"
# The picture begins as noise, so after few steps there is little of the content in it. Begin with a
# copy of content.
# - image = content.clone().requires_grad_()
# + image = torch.rand_like(content).requires_grad_()

# %% wrong "changes the content image"
# You optimise the content tensor itself, and so change what you were given. Optimise a `.clone()`.
# - image = content.clone().requires_grad_()
# + image = content.detach().requires_grad_()
