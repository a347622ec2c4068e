# %% [markdown]
# ## How different are they?
#
# **Goal.** One number for how much a set of pictures differ from *each other*.
#
# For each pixel (and each channel) the standard deviation over the N pictures, unbiased: divided by
# N − 1. Then the mean of these over all pixels:
#
# $$D = \frac{1}{CHW} \sum_{c,y,x}
#   \sqrt{\frac{1}{N - 1} \sum_{i=1}^{N} \bigl(x_{icyx} - \bar x_{cyx}\bigr)^2}$$
#
# | | type | shape | values |
# |---|---|---|---|
# | `samples` | float tensor | N×C×H×W | any; N is 2 or more |
# | result | float tensor | no axes | 0 or more, in the pictures' own units |
#
# By hand: two pictures of two pixels, (0, 5) and (4, 5). The first pixel's mean is 2, and its
# standard deviation $\sqrt{(4 + 4) / 1} = 2.83$. The second one's is 0. $D = 1.41$. And *within*
# the first picture? Its pixels differ by 5, but that is not asked.
#
# **Why it matters.** Look at one fake, and you see whether it is good. To see that all fakes are
# the same you must look at many, and in unit 3 you could: it was a heap in the plane. Here a number
# keeps watch.

# %% exercise points=1 forbid="retouch.models retouch.recipes"
def diversity(samples):
    """Mean over pixels of the unbiased standard deviation across samples.

    Args:
        samples: float tensor N×C×H×W, N at least 2.

    Returns:
        A float tensor without axes; 0 where all samples are the same.
    """
    ### BEGIN SOLUTION
    return samples.std(dim=0).mean()
    ### END SOLUTION


# %% hint
# You have N numbers for each pixel. After the first step, which shape is left? And after the
# second?

# %% hint
# `tensor.std(dim=...)` is unbiased by default. Along which axis do the pictures lie?

# %% hint
# `samples.std(dim=0)`, and of that the `.mean()`.

# %% cases
import numpy as np
import torch


def cases(rng):
    def case(array, dtype=torch.float32):
        return {"samples": torch.tensor(np.asarray(array), dtype=dtype)}

    shape = (4, 2, 3, 5)
    spread = rng.uniform(0.2, 3, (1, 2, 3, 5))
    yield "pixels that differ by more and by less", case(rng.normal(0, 1, shape) * spread)
    yield "all the same", case(np.repeat(rng.normal(0, 1, (1, 1, 4, 6)), 5, axis=0))
    yield (
        "flat pictures, each of its own gray",
        case(np.ones((3, 1, 5, 4)) * [[[[0.1]]], [[[0.5]]], [[[0.9]]]]),
    )
    yield "two pictures (float64)", case(rng.uniform(-1, 1, (2, 3, 4, 2)), torch.float64)
    yield "far from 0", case(5 + rng.normal(0, 0.5, (6, 3, 4, 5)))


# %% observe
import torch


def observe(diversity, samples):
    leaf = samples.clone().requires_grad_()
    found = diversity(leaf)
    return {"diversity": found}


# %% right "in NumPy's words"
def diversity(samples):
    array = samples.detach().cpu().double().numpy()
    return torch.tensor(np.std(array, axis=0, ddof=1).mean(), dtype=samples.dtype)


# %% right "from the differences of all pairs"
def diversity(samples):
    n = len(samples)
    squares = (samples[:, None] - samples[None]).square().sum(dim=(0, 1))
    return (squares / (2 * n * (n - 1))).sqrt().mean()


# %% right "flattened, by the formula"
def diversity(samples):
    flat = samples.flatten(1)
    deviation = flat - flat.mean(dim=0, keepdim=True)
    return (deviation.square().sum(dim=0) / (len(flat) - 1)).sqrt().mean()


# %% wrong "within each picture"
# You ask how much the pixels of *one* picture differ from each other. Take the standard deviation
# across the pictures: `dim=0`.
# - return samples.std(dim=0).mean()
# + return samples.std(dim=(1, 2, 3)).mean()

# %% wrong "over everything at once"
# You take one standard deviation over all pixels of all pictures, so the contrast within a picture
# counts. One for each pixel: `dim=0`.
# - return samples.std(dim=0).mean()
# + return samples.std()

# %% wrong "one for each channel"
# You take one standard deviation for each channel, over pictures *and* places, as batch
# normalization does. One for each pixel: `dim=0`.
# - return samples.std(dim=0).mean()
# + return samples.std(dim=(0, 2, 3)).mean()

# %% wrong "divided by N"
# You divide by N, which is too little for a few pictures. The unbiased standard deviation has
# N − 1.
# - return samples.std(dim=0).mean()
# + return samples.std(dim=0, unbiased=False).mean()

# %% wrong "the variance"
# You stop before the root. The standard deviation is in the pictures' own units.
# - return samples.std(dim=0).mean()
# + return samples.var(dim=0).mean()

# %% wrong "the root at the end"
# You take the mean of the variances and its root. First the root for each pixel, then the mean.
# - return samples.std(dim=0).mean()
# + return samples.var(dim=0).mean().sqrt()

# %% wrong "how different the mean grays are"
# You take the mean of each picture first, so only its overall gray is compared. Keep the pixels
# until the end.
# - return samples.std(dim=0).mean()
# + return samples.mean(dim=(1, 2, 3)).std()

# %% wrong "contrast of the mean picture"
# You take the mean of all pictures, and ask how much *its* pixels differ. That is small when the
# pictures differ much.
# - return samples.std(dim=0).mean()
# + return samples.mean(dim=0).std()

# %% wrong "a sum over the pixels"
# You add the pixels up, so larger pictures look more diverse. Take the mean.
# - return samples.std(dim=0).mean()
# + return samples.std(dim=0).sum()

# %% wrong "one number for each pixel"
# You return a whole map. The mean over its pixels is missing.
# - return samples.std(dim=0).mean()
# + return samples.std(dim=0)

# %% wrong "the largest of all pixels"
# You return the pixel that differs most. Take the mean over the pixels.
# - return samples.std(dim=0).mean()
# + return samples.std(dim=0).max()

# %% wrong "mean absolute deviation"
# You take the mean of the absolute deviations. The standard deviation squares them.
# - return samples.std(dim=0).mean()
# + return (samples - samples.mean(dim=0)).abs().mean()


# %% wrong "from the first picture"
# You compare all pictures with the first one. Compare them with their mean.
def diversity(samples):
    deviations = (samples - samples[:1]).square().sum(dim=0) / (len(samples) - 1)
    return deviations.sqrt().mean()
