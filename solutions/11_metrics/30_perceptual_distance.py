# %% [markdown]
# ## What a network sees
#
# **Goal.** Compare two pictures by the *features* that a network computes from them, layer by
# layer. (The network itself comes in the experiment after this exercise.)
#
# At layer $l$ there are two maps of features, $f^l$ and $g^l$, N×C×H×W. At each place scale the
# vector of C channels to length 1, take the squared difference, weight each channel, and average
# over the places. Then add up the layers:
#
# $$d_n = \sum_l \frac{1}{H_l W_l} \sum_{y,x} \sum_c w^l_c \,
#   \bigl(\hat f^l_{ncyx} - \hat g^l_{ncyx}\bigr)^2
#   \qquad \hat f_{ncyx} = \frac{f_{ncyx}}{\sqrt{\sum_{c'} f_{nc'yx}^2} + 10^{-10}}$$
#
# | | type | shape | values |
# |---|---|---|---|
# | `features1`, `features2` | lists of float tensors | N×C×H×W, of its own for each layer | any |
# | `weights` | list of float tensors | C | 0 or more |
# | result | float tensor | N | 0 or more |
#
# By hand, one place, two channels, weights 1: $f = (3, 4)$ becomes $(0.6, 0.8)$, $g = (10, 0)$
# becomes $(1, 0)$. The distance is $0.16 + 0.64 = 0.8$. For $g = (30, 40)$ it is 0: only the
# *direction* of the vector counts.
#
# A place may have all features 0. The $10^{-10}$ keeps it at 0 instead of 0/0.
#
# **Why it matters.** This is LPIPS. With weights that were fitted to half a million choices
# of people ("which of the two is more like the third?") it agrees with people better than any
# formula on pixels.

# %% exercise points=2 forbid="retouch.metrics torchmetrics lpips"
def perceptual_distance(features1, features2, weights):
    """Distance of two batches of images, from the features that a network has of them.

    Args:
        features1, features2: lists of float tensors N×C×H×W, one per layer.
        weights: list of float tensors of C numbers, one per layer.

    Returns:
        A float tensor of N numbers.
    """
    ### BEGIN SOLUTION
    total = 0.0
    for f, g, weight in zip(features1, features2, weights, strict=True):
        f = f / (f.square().sum(dim=1, keepdim=True).sqrt() + 1e-10)
        g = g / (g.square().sum(dim=1, keepdim=True).sqrt() + 1e-10)
        weighted = weight.view(-1, 1, 1) * (f - g).square()
        total = total + weighted.sum(dim=1).mean(dim=(1, 2))
    return total
    ### END SOLUTION


# %% hint
# There are three sums: over channels, over places, over layers. Which of them is a mean?

# %% hint
# `f.square().sum(dim=1, keepdim=True).sqrt()` is the length at each place, N×1×H×W.
# `weight.view(-1, 1, 1)` lines up with the channels. `zip` goes through the layers.

# %% hint
# For each layer: divide `f` and `g` by their lengths plus 1e-10; then
# `(weight.view(-1, 1, 1) * (f - g).square()).sum(dim=1).mean(dim=(1, 2))`. Add these up.

# %% cases
import torch


def cases(rng):
    shapes = [(4, 6, 5), (7, 3, 2), (3, 1, 4)]

    def maps(n, shift, count=3, dtype="float32"):
        return [
            torch.from_numpy((rng.normal(shift, 1, (n, *s)) * (1 + k)).astype(dtype))
            for k, s in enumerate(shapes[:count])
        ]

    def weights(count=3, dtype="float32"):
        return [torch.from_numpy(rng.uniform(0, 1, s[0]).astype(dtype)) for s in shapes[:count]]

    yield (
        "three layers",
        {"features1": maps(2, 0.3), "features2": maps(2, 0.5), "weights": weights()},
    )
    kind = {"count": 2, "dtype": "float64"}
    yield (
        "two layers (float64)",
        {
            "features1": maps(3, 0, **kind),
            "features2": maps(3, 1, **kind),
            "weights": weights(**kind),
        },
    )
    first = maps(2, 0.5, count=1)
    scale = torch.from_numpy(rng.uniform(0.5, 3, (2, 1, 6, 5)).astype("float32"))
    yield (
        "the same directions, of other lengths",
        {"features1": first, "features2": [first[0] * scale], "weights": weights(1)},
    )
    silent = [torch.relu(m) for m in maps(2, -0.2, count=2)]
    silent[0][:, :, 1:3] = 0
    other = [torch.relu(m) for m in maps(2, -0.2, count=2)]
    other[0][:, :, 2:4] = 0
    yield (
        "places where nothing is active",
        {"features1": silent, "features2": other, "weights": weights(2)},
    )


# %% right "with F.normalize"
def perceptual_distance(features1, features2, weights):
    layers = []
    for f, g, w in zip(features1, features2, weights):
        difference = F.normalize(f, dim=1, eps=1e-10) - F.normalize(g, dim=1, eps=1e-10)
        layers.append(torch.einsum("nchw,c->nhw", difference**2, w).flatten(1).mean(1))
    return torch.stack(layers).sum(0)


# %% right "with a 1×1 convolution, as in the authors' program"
def perceptual_distance(features1, features2, weights):
    def unit(x):
        return x / (torch.linalg.vector_norm(x, dim=1, keepdim=True) + 1e-10)

    values = [
        F.conv2d((unit(f) - unit(g)) ** 2, w.view(1, -1, 1, 1)).mean((2, 3))
        for f, g, w in zip(features1, features2, weights)
    ]
    return sum(values)[:, 0]


# %% wrong "no normalization"
# You compare the features as they are, so layers with large numbers decide alone. Scale each
# place's channels to length 1.
def perceptual_distance(features1, features2, weights):
    layers = zip(features1, features2, weights)
    return sum((w.view(-1, 1, 1) * (f - g) ** 2).sum(1).mean((1, 2)) for f, g, w in layers)


# %% wrong "normalized over the places"
# You scale each *map* to length 1, over its rows and columns. Scale each place's vector of
# channels: `dim=1`.
def perceptual_distance(features1, features2, weights):
    unit = lambda x: x / (x.square().sum((2, 3), keepdim=True).sqrt() + 1e-10)
    layers = zip(features1, features2, weights)
    return sum(
        (w.view(-1, 1, 1) * (unit(f) - unit(g)) ** 2).sum(1).mean((1, 2)) for f, g, w in layers
    )


# %% wrong "normalized over everything" of "normalized over the places"
# You scale all features of an image together. Each place is scaled by itself, over its channels:
# `dim=1`.
# - unit = lambda x: x / (x.square().sum((2, 3), keepdim=True).sqrt() + 1e-10)
# + unit = lambda x: x / (x.square().sum((1, 2, 3), keepdim=True).sqrt() + 1e-10)

# %% wrong "standardized channels" of "normalized over the places"
# You subtract each channel's mean and divide by its deviation. Here a place's vector is divided by
# its length, nothing else.
# - unit = lambda x: x / (x.square().sum((2, 3), keepdim=True).sqrt() + 1e-10)
# + unit = lambda x: (x - x.mean((2, 3), keepdim=True)) / (x.std((2, 3), keepdim=True) + 1e-10)

# %% wrong "divided by the sum of squares" of "normalized over the places"
# You divide by the *squared* length. A vector divided by its length has length 1: take the root.
# - unit = lambda x: x / (x.square().sum((2, 3), keepdim=True).sqrt() + 1e-10)
# + unit = lambda x: x / (x.square().sum(1, keepdim=True) + 1e-10)

# %% wrong "divided by the sum of absolute values" of "normalized over the places"
# You scale so that the absolute values add up to 1. The length is the root of the sum of squares.
# - unit = lambda x: x / (x.square().sum((2, 3), keepdim=True).sqrt() + 1e-10)
# + unit = lambda x: x / (x.abs().sum(1, keepdim=True) + 1e-10)

# %% wrong "zero divided by zero" of "normalized over the places"
# Where all channels are 0 you divide 0 by 0. Add 1e-10 to the length.
# - unit = lambda x: x / (x.square().sum((2, 3), keepdim=True).sqrt() + 1e-10)
# + unit = lambda x: x / x.square().sum(1, keepdim=True).sqrt()


# %% wrong "no weights"
# All channels count alike. Multiply each channel's squared difference by its weight.
def perceptual_distance(features1, features2, weights):
    pairs = zip(features1, features2)
    return sum(
        (F.normalize(f, dim=1) - F.normalize(g, dim=1)).square().sum(1).mean((1, 2))
        for f, g in pairs
    )


# %% wrong "weights squared" of "a root at the end"
# You multiply by the weight *before* squaring, so it counts squared. Square first.
# - (w.view(-1, 1, 1) * (F.normalize(f, dim=1) - F.normalize(g, dim=1)) ** 2)
# + (w.view(-1, 1, 1) * (F.normalize(f, dim=1) - F.normalize(g, dim=1)))
# + .square()
# - ).sqrt()
# + )

# %% wrong "weights before the normalization" of "no weights"
# You weight the channels and scale after that, which changes the directions. Scale first, and
# weight the squared differences.
# - pairs = zip(features1, features2)
# + pairs = [(f * w.view(-1, 1, 1), g * w.view(-1, 1, 1)) for f, g, w in
# +           zip(features1, features2, weights)]  # fmt: skip


# %% wrong "a root at the end"
# You take the root, as of a length. LPIPS has none: it stays quadratic, and unit-free.
def perceptual_distance(features1, features2, weights):
    layers = zip(features1, features2, weights)
    return sum(
        (w.view(-1, 1, 1) * (F.normalize(f, dim=1) - F.normalize(g, dim=1)) ** 2)
        .sum(1)
        .mean((1, 2))
        for f, g, w in layers
    ).sqrt()


# %% wrong "absolute differences" of "a root at the end"
# You add absolute differences. Square them.
# - (w.view(-1, 1, 1) * (F.normalize(f, dim=1) - F.normalize(g, dim=1)) ** 2)
# + (w.view(-1, 1, 1) * (F.normalize(f, dim=1) - F.normalize(g, dim=1)).abs())
# - ).sqrt()
# + )


# %% wrong "mean over the channels"
# You average over the channels. Their weighted differences are added; only the places are averaged.
def perceptual_distance(features1, features2, weights):
    layers = zip(features1, features2, weights)
    return sum(
        (w.view(-1, 1, 1) * (F.normalize(f, dim=1) - F.normalize(g, dim=1)) ** 2).mean((1, 2, 3))
        for f, g, w in layers
    )


# %% wrong "sum over the places" of "mean over the channels"
# You add up all places, so a larger picture is further away. Average over rows and columns.
# - (w.view(-1, 1, 1) * (F.normalize(f, dim=1) - F.normalize(g, dim=1)) ** 2).mean((1, 2, 3))
# + (w.view(-1, 1, 1) * (F.normalize(f, dim=1) - F.normalize(g, dim=1)) ** 2).sum((1, 2, 3))

# %% wrong "mean over the layers" of "a root at the end"
# You average the layers. They are added.
# - ).sqrt()
# + ) / len(weights)


# %% wrong "last layer only"
# You return the last layer's distance. Add up all layers.
def perceptual_distance(features1, features2, weights):
    for f, g, w in zip(features1, features2, weights):
        f, g = F.normalize(f, dim=1), F.normalize(g, dim=1)
        total = (w.view(-1, 1, 1) * (f - g) ** 2).sum(1).mean((1, 2))
    return total


# %% wrong "one number for the batch" of "mean over the channels"
# You average over the images, too. Each pair has its own distance: keep the first axis.
# - (w.view(-1, 1, 1) * (F.normalize(f, dim=1) - F.normalize(g, dim=1)) ** 2).mean((1, 2, 3))
# + (w.view(-1, 1, 1) * (F.normalize(f, dim=1) - F.normalize(g, dim=1)) ** 2).sum(1).mean()


# %% wrong "one minus the cosine"
# One minus the cosine is half the squared difference of the unit vectors, and has no place for a
# weight per channel.
def perceptual_distance(features1, features2, weights):
    pairs = zip(features1, features2)
    return sum((1 - F.cosine_similarity(f, g, dim=1)).mean((1, 2)) for f, g in pairs)


# %% equivalent "beside any length but 0 the summand is nothing, and at 0 it need only be above 0"
# - g = g / (g.square().sum(dim=1, keepdim=True).sqrt() + 1e-10)
# + g = g / (g.square().sum(dim=1, keepdim=True).sqrt() + 5e-11)

# %% equivalent "lists of one length end together without `strict`"
# - for f, g, weight in zip(features1, features2, weights, strict=True):
# + for f, g, weight in zip(features1, features2, weights):

# %% accepted "mean over the channels"
# - total = total + weighted.sum(dim=1).mean(dim=(1, 2))
# + total = total + weighted.mean(dim=1).mean(dim=(1, 2))

# %% accepted "no weights"
# - weighted = weight.view(-1, 1, 1) * (f - g).square()
# + weighted = (f - g).square()
