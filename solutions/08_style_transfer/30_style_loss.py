# %% [markdown]
# ## The style loss
#
# **Goal.** One number that says how differently two pictures are painted.
#
# Fine layers know threads and dots, coarse ones whole curls; so take several, with a weight for
# each. In each layer, the mean squared error of the two Gram matrices, over all of their N·C·C
# elements:
#
# $$L_{\text{style}} = \sum_{l} w_l \cdot \frac{1}{N C_l^2}
#   \sum_{n, i, j} \bigl(G^{(l)}_{nij} - A^{(l)}_{nij}\bigr)^2$$
#
# | | type | shape | |
# |---|---|---|---|
# | `features` | list of float tensors | each N×Cₗ×Hₗ×Wₗ | of the picture that is being made |
# | `targets` | list of float tensors | each M×Cₗ×H′ₗ×W′ₗ | of the style; M is N or 1 |
# | `weights` | list of numbers | | one per layer |
# | result | float tensor | no axes | 0 or more; differentiable |
#
# Height and width may differ between features and targets: the places are summed away. So a style
# may be a picture of any size.
#
# By hand: Gram matrices that differ by 0.1 everywhere in a layer of weight 5, and agree in all
# others, give 5 · 0.01 = 0.05.
#
# **Why it matters.** Minimise this alone, and you get the painting's texture. Add the content loss,
# and you get your cup, painted.

# %% exercise points=2 forbid="retouch.models retouch.recipes"
def style_loss(features, targets, weights):
    """Weighted sum over the layers of the mean squared error of Gram matrices.

    Args:
        features: list of float tensors N×C×H×W, one per layer.
        targets: list of as many, with the same channels; N or 1 pictures of any size.
        weights: as many numbers.

    Returns:
        A float tensor without axes, through which gradients flow to `features`.
    """
    ### BEGIN SOLUTION
    loss = 0.0
    for feature, target, weight in zip(features, targets, weights):
        difference = gram_matrix(feature) - gram_matrix(target)
        loss = loss + weight * difference.square().mean()
    return loss
    ### END SOLUTION


# %% hint
# What has to be taken of `targets` before they can be compared with anything?

# %% hint
# `zip(features, targets, weights)` goes through the layers. `gram_matrix` is yours; a difference
# of N×C×C and 1×C×C is N×C×C.

# %% hint
# Start with `loss = 0.0`. In each layer add `weight * (gram_matrix(feature) -
# gram_matrix(target)).square().mean()`.

# %% cases
import torch


def cases(rng):
    def layers(n, height, width, channels=(3, 5, 2), shift=0.4):
        sides = [(height, width), (height - 2, width - 1), (height - 3, width - 3)]
        return [
            torch.from_numpy(rng.normal(shift, 1, (n, c, *side)).astype("float32"))
            for c, side in zip(channels, sides)
        ]

    yield (
        "two pictures, a style each",
        {"features": layers(2, 6, 7), "targets": layers(2, 6, 7), "weights": [1.0, 2.5, 0.4]},
    )
    yield (
        "one style for all, of another size",
        {"features": layers(3, 5, 6), "targets": layers(1, 7, 4), "weights": [0.3, 1.0, 2.0]},
    )
    yield (
        "a single layer",
        {
            "features": layers(2, 4, 5, (4,)),
            "targets": layers(2, 5, 4, (4,), shift=1.0),
            "weights": [3.0],
        },
    )
    yield (
        "in float64, one layer switched off",
        {
            "features": [x.double() for x in layers(2, 5, 6)],
            "targets": [x.double() for x in layers(2, 6, 5)],
            "weights": [2.0, 0.0, 5.0],
        },
    )


# %% observe
import torch


def observe(style_loss, features, targets, weights):
    seen = [feature.clone().requires_grad_() for feature in features]
    loss = style_loss(seen, targets, weights)
    slopes = [None] * len(seen)
    if isinstance(loss, torch.Tensor) and loss.requires_grad:
        slopes = torch.autograd.grad(loss.sum(), seen, allow_unused=True)
    return {
        "loss": loss,
        "a gradient reaches each layer": [
            slope is not None and bool(slope.any()) for slope in slopes
        ],
    }


# %% right "F.mse_loss"
def style_loss(features, targets, weights):
    losses = []
    for x, y in zip(features, targets):
        made, wanted = gram_matrix(x), gram_matrix(y)
        losses.append(F.mse_loss(made, wanted.expand_as(made)))
    return torch.stack(losses) @ torch.tensor(weights, dtype=losses[0].dtype)


# %% right "one generator expression"
def style_loss(features, targets, weights):
    return sum(
        w * (gram_matrix(t.detach()) - gram_matrix(f)).pow(2).mean()
        for f, t, w in zip(features, targets, weights)
    )


# %% wrong "weights ignored"
# Every layer counts alike: the weights are not used. Multiply each layer's error by its weight.
def style_loss(features, targets, weights):
    return sum((gram_matrix(f) - gram_matrix(t)).square().mean() for f, t in zip(features, targets))


# %% wrong "the last layer only"
# Only the last layer counts: `loss = …` where it should be `loss = loss + …`.
def style_loss(features, targets, weights):
    for f, t, w in zip(features, targets, weights):
        loss = w * (gram_matrix(f) - gram_matrix(t)).square().mean()
    return loss


# %% wrong "the first layer only"
# You return after the first layer: the `return` stands inside the loop.
def style_loss(features, targets, weights):
    for f, t, w in zip(features, targets, weights):
        return w * (gram_matrix(f) - gram_matrix(t)).square().mean()


# %% wrong "the mean over the layers"
# You divide by the number of layers, or by the sum of the weights. The formula is a sum.
def style_loss(features, targets, weights):
    losses = [
        w * (gram_matrix(f) - gram_matrix(t)).square().mean()
        for f, t, w in zip(features, targets, weights)
    ]
    return sum(losses) / len(losses)


# %% wrong "weights that add up to one" of "one generator expression"
# You divide the weights by their sum. Take them as they are: whoever calls this chose them.
# - w * (gram_matrix(t.detach()) - gram_matrix(f)).pow(2).mean()
# + w / sum(weights) * (gram_matrix(f) - gram_matrix(t)).square().mean()

# %% wrong "weights squared" of "one generator expression"
# The weight stands inside the square, so it counts twice. Square the difference, then weigh.
# - w * (gram_matrix(t.detach()) - gram_matrix(f)).pow(2).mean()
# + (w * (gram_matrix(f) - gram_matrix(t))).square().mean()

# %% wrong "sums of squares" of "one generator expression"
# You add up the squared differences of each layer. Take their mean, so that layers with many
# channels compare with those with few.
# - w * (gram_matrix(t.detach()) - gram_matrix(f)).pow(2).mean()
# + w * (gram_matrix(f) - gram_matrix(t)).square().sum()

# %% wrong "summed over the batch" of "one generator expression"
# Each picture has its mean, but you add these up, so the loss grows with the batch. Take the mean
# over the batch, too.
# - w * (gram_matrix(t.detach()) - gram_matrix(f)).pow(2).mean()
# + w * (gram_matrix(f) - gram_matrix(t)).square().mean(dim=(1, 2)).sum()

# %% wrong "the square of the mean" of "one generator expression"
# You take the mean of the differences first and square it then, so opposite ones cancel. Square
# each difference first.
# - w * (gram_matrix(t.detach()) - gram_matrix(f)).pow(2).mean()
# + w * (gram_matrix(f) - gram_matrix(t)).mean().square()

# %% wrong "the batch averaged first" of "one generator expression"
# You average the Gram matrices over the batch before you compare, so that two wrong pictures can
# make a right one. Compare each picture's.
# - w * (gram_matrix(t.detach()) - gram_matrix(f)).pow(2).mean()
# + w * (gram_matrix(f).mean(0) - gram_matrix(t).mean(0)).square().mean()

# %% wrong "absolute differences" of "one generator expression"
# You take the absolute differences of the Gram matrices. The formula squares them.
# - w * (gram_matrix(t.detach()) - gram_matrix(f)).pow(2).mean()
# + w * (gram_matrix(f) - gram_matrix(t)).abs().mean()

# %% wrong "a quarter of it" of "one generator expression"
# There is a factor ¼ as in Gatys and others. Our formula has none.
# - w * (gram_matrix(t.detach()) - gram_matrix(f)).pow(2).mean()
# + w * (gram_matrix(f) - gram_matrix(t)).square().mean() / 4


# %% wrong "only how strong each channel is"
# You compare the diagonals alone: how strong each channel is, but not which of them go together.
def style_loss(features, targets, weights):
    def strength(x):
        return torch.diagonal(gram_matrix(x), dim1=1, dim2=2)

    return sum(
        w * (strength(f) - strength(t)).square().mean()
        for f, t, w in zip(features, targets, weights)
    )


# %% wrong "features instead of Gram matrices"
# You compare the features themselves, place by place: that is the content loss. Compare their Gram
# matrices, which also have the same shape whatever the size of the style.
def style_loss(features, targets, weights):
    return sum(w * (f - t).square().mean() for f, t, w in zip(features, targets, weights))


# %% wrong "a Python number" of "one generator expression"
# The value is right, but `.item()` (or `detach`) cuts it off from the features, so nothing can be
# learned from it. Return the tensor.
# - w * (gram_matrix(t.detach()) - gram_matrix(f)).pow(2).mean()
# + w * (gram_matrix(f) - gram_matrix(t)).square().mean().detach() + 0 * f.sum()
