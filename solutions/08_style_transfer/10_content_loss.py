# %% [markdown]
# ## What is in a picture: the content loss
#
# **Goal.** One number that says how differently a layer sees two pictures, place by place.
#
# Two photographs of one cup, one a little brighter, differ in every pixel and in nothing that
# matters. In a deep layer the two are nearly the same. So compare pictures there: the mean squared
# error of their features, over *all* elements,
#
# $$L_{\text{content}} = \frac{1}{N C H W} \sum_{n, c, y, x} (F_{ncyx} - P_{ncyx})^2$$
#
# | | type | shape | values |
# |---|---|---|---|
# | `features` | float tensor | N×C×H×W | of the picture that is being made |
# | `target` | float tensor | N×C×H×W | of the picture whose content it shall have |
# | result | float tensor | no axes | 0 or more; differentiable |
#
# By hand: features that are off by 2 everywhere have the loss 4, whatever their number.
#
# Gatys and others define it as half of the *sum*. Then the loss grows with the size of the picture,
# and each weight has to be found again for each size. We take the mean.
#
# **Why it matters.** The slope of this number, with respect to the pixels, is what will hold the
# cup together while everything else about it changes.

# %% exercise points=1 forbid="retouch.models retouch.recipes"
def content_loss(features, target):
    """Mean squared error over all elements.

    Args:
        features, target: float tensors N×C×H×W, of one shape.

    Returns:
        A float tensor without axes, through which gradients flow to `features`.
    """
    ### BEGIN SOLUTION
    return F.mse_loss(features, target)
    ### END SOLUTION


# %% hint
# If you show the same two pictures twice, as a batch of two, should the loss change?

# %% hint
# A difference of tensors has the methods `.square()` and `.mean()`; or `F.mse_loss`.

# %% hint
# The mean of the squares of `features - target`, over everything: `.mean()` without a `dim`.

# %% cases
import torch


def cases(rng):
    def features(*shape, shift=0.0):
        return torch.from_numpy(rng.normal(shift, 1, shape).astype("float32"))

    def pair(*shape, shift=0.5):
        return {"features": features(*shape, shift=shift), "target": features(*shape)}

    same = features(2, 3, 4, 5)
    yield "off by two everywhere", {"features": same + 2, "target": same}
    yield "two pictures, three channels", pair(2, 3, 4, 5)
    yield "more channels than places", pair(3, 12, 2, 3, shift=1.0)
    yield (
        "in float64",
        {name: value.double() for name, value in pair(2, 4, 3, 6).items()},
    )
    yield "the same features", {"features": same.clone(), "target": same}


# %% observe
import torch


def observe(content_loss, features, target):
    seen = features.clone().requires_grad_()
    loss = content_loss(seen, target)
    slope = None
    if isinstance(loss, torch.Tensor) and loss.requires_grad:
        (slope,) = torch.autograd.grad(loss.sum(), seen, allow_unused=True)
    return {
        "loss": loss,
        "slope for the features": torch.zeros(()) if slope is None else slope,
    }


# %% right "by hand"
# - return F.mse_loss(features, target)
# + return (features - target).pow(2).mean()

# %% right "the mean of each picture's mean"
# - return F.mse_loss(features, target)
# + return (target.detach() - features).flatten(1).square().mean(dim=1).mean()

# %% right "a sum, divided"
# - return F.mse_loss(features, target)
# + return (features - target).square().sum() / features.numel()

# %% wrong "half of it"
# You take half of the mean. Gatys and others have a ½ in their formula; ours has none.
# - return F.mse_loss(features, target)
# + return F.mse_loss(features, target) / 2

# %% wrong "the sum"
# You add up the squares, so the loss grows with the size of the picture. Take their mean.
# - return F.mse_loss(features, target)
# + return F.mse_loss(features, target, reduction="sum")

# %% wrong "half of the sum"
# This is the formula of Gatys and others, half of the sum, which grows with the picture. Ours is
# the mean over all elements.
# - return F.mse_loss(features, target)
# + return (features - target).square().sum() / 2

# %% wrong "the mean over the batch only"
# You add up the squares of each picture and divide by the number of pictures only. Divide by the
# number of all elements.
# - return F.mse_loss(features, target)
# + return (features - target).square().sum() / len(features)

# %% wrong "the sum over the batch"
# Each picture has its mean, but you add these up, so the loss grows with the batch. Take the mean
# over the batch, too.
# - return F.mse_loss(features, target)
# + return (features - target).square().mean(dim=(1, 2, 3)).sum()

# %% wrong "one loss per picture"
# You return one number for each picture. The loss is a single one, the mean over the batch, too.
# - return F.mse_loss(features, target)
# + return (features - target).square().mean(dim=(1, 2, 3))

# %% wrong "one loss per place"
# You return the squares themselves. A loss is one number: their mean.
# - return F.mse_loss(features, target)
# + return (features - target).square()

# %% wrong "the root of it"
# You take the root of the mean square. Leave the root out: its slope is not that of the formula,
# and has no value where the features agree.
# - return F.mse_loss(features, target)
# + return (features - target).square().mean().sqrt()

# %% wrong "absolute differences"
# You take the absolute differences. The formula squares them.
# - return F.mse_loss(features, target)
# + return (features - target).abs().mean()

# %% wrong "the square of the mean"
# You take the mean first and square it then, so that differences of opposite sign cancel. Square
# each difference first.
# - return F.mse_loss(features, target)
# + return (features - target).mean().square()

# %% wrong "forgets the places"
# You average each channel over the picture before you compare, so a cup on the left equals a cup
# on the right. Content is compared place by place.
# - return F.mse_loss(features, target)
# + return (features.mean(dim=(2, 3)) - target.mean(dim=(2, 3))).square().mean()

# %% wrong "the first picture only"
# Only the first picture of the batch counts. Take the mean over all of them.
# - return F.mse_loss(features, target)
# + return (features[0] - target[0]).square().mean()

# %% wrong "relative to the target"
# You divide by the size of the target. That is a good idea for choosing weights, but here it is
# the plain mean square.
# - return F.mse_loss(features, target)
# + return (features - target).square().mean() / target.square().mean()

# %% wrong "no way back"
# The value is right, but it is cut off from the features (`detach`, `.item()` or `no_grad`), so no
# gradient can reach the picture. Only the target may be detached.
# - return F.mse_loss(features, target)
# + return (features.detach() - target).square().mean() + 0 * features.sum()


# %% [markdown]
# ### What does a layer remember?
#
# Take the features of the cup at *one* layer; then begin with gray noise and change its pixels
# until its features agree. What comes out is what that layer knows of the cup. All else is left as
# the noise had it.
#
# > **Predict, and write it down:** which will look more like the photograph, `stem` or `expand5`?
# > What is lost first: the colours, the fine lines, or the cup?
#
# About 5 seconds.


# %%
def grain(images):
    """How far pixels are from the mean around them: a little of it keeps noise away."""
    around = F.avg_pool2d(images, 3, 1, 1, count_include_pad=False)
    return (images - around).square().mean()


def remember(image, layer, steps):
    """Pixels, from noise, that one layer sees as it sees the image."""
    one = feature_extractor(layers=[layer]).to(device)
    wanted = one(image)[0]
    noise = torch.rand(image.shape, generator=torch.Generator().manual_seed(0)).to(device)
    pixels = (0.5 + 0.2 * (noise - 0.5)).requires_grad_()
    optimizer = torch.optim.Adam([pixels], 0.05)
    for _ in range(steps):
        loss = content_loss(one(pixels)[0], wanted) / wanted.var() + 10 * grain(pixels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            pixels.clamp_(0, 1)
    return pixels.detach(), loss.item()


small_cup = photo("coffee", SMALL).to(device)
memories = {"the photograph": small_cup[0]}
for layer in ("stem", "expand3", "expand4", "expand5"):
    remembered, error = remember(small_cup, layer, 2 * FEW)
    memories[f"{layer} ({100 * error:.0f} % of variance off)"] = remembered[0]
show_images(memories, alt="the cup, as one layer remembers it", columns=5, height=150)

# %% [markdown]
# The numbers say how much of the features' variance is still wrong. They are small for all four:
# each layer is content with its picture.
#
# `stem` remembers the photograph. From `expand3` on the *colours* go, first in flat parts, then
# everywhere; the outlines stay, and even `expand5`, whose places are 16 pixels apart, knows where
# the spoon is. What a layer does not look at, the search leaves as the noise had it. So a content
# loss at a deep layer leaves room: the colours and the fine lines are free for the style.
