# %% [markdown]
# ## Show it the rare ones
#
# **Goal.** A chance for each training picture to be drawn, so that rare kinds are shown as often as
# common ones. And that *without knowing the groups*: rare is whatever lies where few others do.
#
# Each picture comes as a vector of $D$ *latents*: of a VAE, of a network, or a few projections. For
# each latent make a histogram over all $N$ pictures, with `bins` bins of equal width from **that
# latent's** smallest to its largest value (the largest value belongs to the last bin). Its
# *density* at picture $i$ is
#
# $$q_d(i) = \frac{\text{pictures in the bin of picture } i}{N \cdot \text{width of the bin}},
#   \qquad w_i \propto \prod_{d=1}^{D} \frac{1}{q_d(i)}, \qquad \sum_i w_i = 1$$
#
# (A. Amini and others 2019, equation 3, without their smoothing: it treats latents as independent.)
#
# | | type | shape | values |
# |---|---|---|---|
# | `latents` | float tensor | N×D | any |
# | `bins` | `int` | | 1 or more |
# | result | float tensor | N | positive, sum 1 |
#
# By hand: the latents 0, 0, 0, 1 in 2 bins. Three pictures share the first bin, one has the second,
# so the weights are as ⅓ : ⅓ : ⅓ : 1, that is (⅙, ⅙, ⅙, ½). Both bins are drawn equally often.
#
# **Two traps.** A latent that is the same for all pictures has bins of width 0: it tells nothing
# and must change nothing. And with a few hundred latents the product leaves the range of a float:
# add logarithms, and subtract the largest before you take `exp` (or let `torch.softmax` do it).
#
# **Why it matters.** Labels of groups are what one mostly does *not* have: people are not to be
# sorted, or nobody thought of the group. Density needs no labels. What it does need, you will see.

# %% exercise points=2 forbid="retouch.ethics scipy sklearn"
def resample_weights(latents, bins):
    """Sampling probabilities that even out the histogram of each latent.

    Args:
        latents: float tensor N×D.
        bins: number of bins of each latent's histogram.

    Returns:
        A float tensor of N positive weights with sum 1.
    """
    ### BEGIN SOLUTION
    latents = latents.double()
    low, high = latents.amin(dim=0), latents.amax(dim=0)
    width = torch.where(high > low, high - low, 1.0) / bins
    place = ((latents - low) / width).long().clamp(max=bins - 1)
    counts = torch.zeros(bins, latents.shape[1], dtype=torch.float64)
    counts.scatter_add_(0, place, torch.ones_like(latents))
    return (-counts.gather(0, place).log().sum(dim=1)).softmax(dim=0)
    ### END SOLUTION


# %% hint
# N and the bin's width are the same for all pictures. What do they do to the weights, once these
# have been divided by their sum?

# %% hint
# The bin of a value is `((value - low) / width).long()`; only the largest value gets the number
# `bins`, and `clamp(max=bins - 1)` mends that. `torch.bincount(place, minlength=bins)` counts one
# latent's bins, and `counts[place]` reads them off for each picture.

# %% hint
# Start with `logs = torch.zeros(N)` in float64. For each latent: `place` as above (skip it if its
# highest and lowest value are equal), `logs -= torch.bincount(place, minlength=bins)[place].log()`.
# Return `logs.softmax(dim=0)`.

# %% cases
import numpy as np
import torch


def cases(rng):
    def tensor(array, dtype=torch.float32):
        return torch.tensor(np.asarray(array), dtype=dtype)

    rare = np.concatenate([rng.normal(0, 1, 45), rng.normal(9, 0.5, 5)])
    yield "one latent, a rare group", {"latents": tensor(rare[:, None]), "bins": 6}
    two = np.stack([rng.normal(0, 1, 40) ** 2, 30 + 9 * rng.normal(0, 1, 40)], axis=1)
    yield "two latents on different scales", {"latents": tensor(two), "bins": 4}
    yield (
        "three latents, many empty bins (float64)",
        {"latents": tensor(rng.normal(0, 2, (25, 3)) ** 3, torch.float64), "bins": 12},
    )
    constant = np.stack([rng.normal(5, 1, 30), np.full(30, 2.5)], axis=1)
    yield "a latent that never varies", {"latents": tensor(constant), "bins": 5}
    many = rng.normal(0, 1, (14, 500)) * 1e3
    yield "five hundred latents", {"latents": tensor(many), "bins": 5}
    yield "one bin", {"latents": tensor(rng.normal(0, 1, (9, 2))), "bins": 1}


# %% observe
def observe(resample_weights, latents, bins):
    weights = resample_weights(latents, bins)
    return {"weights": weights * len(latents), "their sum": float(weights.sum())}


# %% right "with NumPy's histograms"
def resample_weights(latents, bins):
    logs = np.zeros(len(latents))
    for column in latents.double().numpy().T:
        density, edges = np.histogram(column, bins=bins, density=True)
        place = np.clip(np.digitize(column, edges) - 1, 0, bins - 1)
        logs -= np.log(density[place])
    weights = np.exp(logs - logs.max())
    return torch.from_numpy(weights / weights.sum())


# %% right "latent by latent, in single steps"
def resample_weights(latents, bins):
    logs = torch.zeros(len(latents), dtype=torch.float64)
    for column in latents.double().T:
        low, high = column.min(), column.max()
        if high == low:
            continue
        place = torch.floor((column - low) / (high - low) * bins).long()
        place[place == bins] = bins - 1
        logs -= torch.bincount(place, minlength=bins)[place].log()
    weights = torch.exp(logs - logs.max())
    return weights / weights.sum()


# %% wrong "proportional to the density"
# You draw common pictures more often still. The weight is one *over* the density.
# - return (-counts.gather(0, place).log().sum(dim=1)).softmax(dim=0)
# + return counts.gather(0, place).log().sum(dim=1).softmax(dim=0)

# %% wrong "not normalized"
# The weights have the right proportions but not the sum 1. Divide by their sum.
# - return (-counts.gather(0, place).log().sum(dim=1)).softmax(dim=0)
# + logs = -counts.gather(0, place).log().sum(dim=1)
# + return (logs - logs.max()).exp()

# %% wrong "the largest over the latents"
# You take the largest of a picture's inverse densities (a well-known course does). The formula
# multiplies them, over all latents.
# - return (-counts.gather(0, place).log().sum(dim=1)).softmax(dim=0)
# + shares = 1 / counts.gather(0, place)
# + shares = (shares / shares.sum(dim=0)).amax(dim=1)
# + return shares / shares.sum()

# %% wrong "a sum over the latents"
# You add the inverse densities of the latents. The density of independent latents is a product, and
# so is its inverse.
# - return (-counts.gather(0, place).log().sum(dim=1)).softmax(dim=0)
# + weights = (len(latents) * width / counts.gather(0, place)).sum(dim=1)
# + return weights / weights.sum()


# %% wrong "the first latent only"
# All latents but the first are ignored. Multiply over all columns.
def resample_weights(latents, bins):
    column = latents[:, 0].double()
    width = (column.max() - column.min()) / bins
    place = ((column - column.min()) / width).long().clamp(max=bins - 1)
    weights = 1 / torch.bincount(place, minlength=bins)[place].double()
    return weights / weights.sum()


# %% wrong "one histogram for all latents"
# You put all latents into one histogram, with one range and shared bins. Each latent has its own,
# since each has its own scale.
def resample_weights(latents, bins):
    latents = latents.double()
    low, high = latents.min(), latents.max()
    place = ((latents - low) / ((high - low) / bins)).long().clamp(max=bins - 1)
    counts = torch.bincount(place.flatten(), minlength=bins).double()
    return (-counts[place].log().sum(dim=1)).softmax(dim=0)


# %% wrong "one range for all latents"
# The bins of every latent span the range of all of them together, so latents on a small scale fall
# into one bin. Take smallest and largest of each column: `dim=0`.
def resample_weights(latents, bins):
    latents = latents.double()
    low, high = latents.min(), latents.max()
    place = ((latents - low) / ((high - low) / bins)).long().clamp(max=bins - 1)
    counts = torch.zeros(bins, latents.shape[1], dtype=torch.float64)
    counts.scatter_add_(0, place, torch.ones_like(latents))
    return (-counts.gather(0, place).log().sum(dim=1)).softmax(dim=0)


# %% wrong "a bin for the largest value alone"
# The largest value lies on the border of the last bin and gets a bin of its own, so it seems very
# rare. `clamp(max=bins - 1)` puts it back into the last bin.
# - place = ((latents - low) / width).long().clamp(max=bins - 1)
# - counts = torch.zeros(bins, latents.shape[1], dtype=torch.float64)
# + place = ((latents - low) / width).long()
# + counts = torch.zeros(bins + 1, latents.shape[1], dtype=torch.float64)


# %% wrong "bins from 0"
# Your bins start at 0 instead of at the latent's smallest value, so all that is negative piles up
# in the first bin.
def resample_weights(latents, bins):
    latents = latents.double()
    high = latents.amax(dim=0)
    width = torch.where(high > 0, high, 1.0) / bins
    place = (latents / width).long().clamp(0, bins - 1)
    counts = torch.zeros(bins, latents.shape[1], dtype=torch.float64)
    counts.scatter_add_(0, place, torch.ones_like(latents))
    return (-counts.gather(0, place).log().sum(dim=1)).softmax(dim=0)


# %% wrong "a latent that never varies"
# Where all values of a latent are equal, its bins have width 0, and you divide by it. Such a latent
# must change nothing: give it any other width.
def resample_weights(latents, bins):
    latents = latents.double()
    low, high = latents.amin(dim=0), latents.amax(dim=0)
    share = (latents - low) / (high - low)
    place = (share * bins).nan_to_num(0).long().clamp(max=bins - 1)
    counts = torch.zeros(bins, latents.shape[1], dtype=torch.float64)
    counts.scatter_add_(0, place, torch.ones_like(latents))
    density = counts.gather(0, place) / (len(latents) * (high - low) / bins)
    return (-density.log().sum(dim=1)).softmax(dim=0)


# %% wrong "the product leaves the range"
# With many latents the product of densities is 0 or infinite in a computer. Add logarithms instead,
# and use `softmax`.
# - return (-counts.gather(0, place).log().sum(dim=1)).softmax(dim=0)
# + density = counts.gather(0, place) / (len(latents) * width)
# + weights = (1 / density).prod(dim=1)
# + return weights / weights.sum()

# %% wrong "softmax of the inverse density"
# You take the softmax of the inverse densities themselves: `exp` makes the differences far too
# large or too small. Softmax fits the *logarithms*.
# - return (-counts.gather(0, place).log().sum(dim=1)).softmax(dim=0)
# + share = counts.gather(0, place).log().sum(dim=1) - len(latents[0]) * math.log(len(latents))
# + return (-share).exp().clamp(max=1e300).softmax(dim=0)


# %% wrong "cells of all latents together"
# You count pictures that share the bins of *all* latents at once. With a few latents everybody is
# alone in a cell, and all weights are equal: count each latent by itself and multiply.
def resample_weights(latents, bins):
    latents = latents.double()
    low, high = latents.amin(dim=0), latents.amax(dim=0)
    width = torch.where(high > low, high - low, 1.0) / bins
    place = ((latents - low) / width).long().clamp(max=bins - 1)
    same = (place[:, None] == place[None]).all(dim=2).sum(dim=1).double()
    return (1 / same) / (1 / same).sum()
