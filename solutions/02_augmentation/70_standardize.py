# %% [markdown]
# ## The last step: mean 0, spread 1
#
# **Goal.** Give each channel a mean near 0 and a standard deviation near 1, with numbers that were
# measured on the training set.
#
# $$\text{result}_{n c y x} = \frac{\text{images}_{n c y x} - \mu_c}{\sigma_c}$$
#
# | | type | shape | values |
# |---|---|---|---|
# | `images` | float tensor | N×C×H×W | 0 … 1 |
# | `mean`, `std` | float tensors | C | one number for each channel |
# | result | float tensor | N×C×H×W | about −3 … 3 |
#
# By hand, for $\mu = 0.4$ and $\sigma = 0.2$: 0 becomes −2, 0.4 becomes 0, 0.5 becomes 0.5 and 1
# becomes 3.
#
# Two things to get right:
#
# 1. **The channel is axis 1.** PyTorch lines shapes up from the right, so a tensor of shape C is
#    taken for *columns*. It has to have shape C×1×1 to be taken for channels.
# 2. **The numbers come from outside.** Test pictures are standardized with the *training* set's
#    mean. If each batch used its own, a picture's meaning would depend on its neighbours.
#
# **Why it matters.** Initial weights are made for inputs of this size. And augmentation comes
# *before* it: the zeros of a crop or a hole are black in 0 … 1, and middle gray afterwards.

# %% exercise points=1 forbid="retouch.pixels torchvision"
def standardize(images, mean, std):
    """Subtract each channel's mean and divide by its standard deviation.

    Args:
        images: float tensor N×C×H×W.
        mean, std: float tensors of C numbers, measured on the training set.

    Returns:
        A new float tensor N×C×H×W.
    """
    ### BEGIN SOLUTION
    return (images - mean[:, None, None]) / std[:, None, None]
    ### END SOLUTION


# %% hint
# What is the shape of `torch.zeros(2, 3, 4, 5) + torch.zeros(3, 1, 1)`? And what happens
# with `torch.zeros(3)` in place of the second?

# %% hint
# `mean[:, None, None]`, or `mean.view(-1, 1, 1)`, has shape C×1×1.

# %% hint
# Subtract `mean[:, None, None]` from the images, and divide the difference, in brackets, by
# `std[:, None, None]`.

# %% cases
import torch


def cases(rng):
    def values(low, high, *shape):
        return torch.from_numpy(rng.uniform(low, high, shape).astype("float32"))

    def channels(c):
        return {"mean": values(0.3, 0.6, c), "std": values(0.15, 0.4, c)}

    yield "three channels", {"images": values(0, 1, 2, 3, 4, 5), **channels(3)}
    yield (
        "as many rows and columns as channels",
        {"images": values(0, 1, 3, 3, 3, 3), **channels(3)},
    )
    yield "one channel", {"images": values(0, 1, 4, 1, 5, 3), **channels(1)}
    two = {name: value.double() for name, value in channels(2).items()}
    yield "two channels (float64)", {"images": values(0, 1, 3, 2, 4, 6).double(), **two}
    one = {"mean": torch.zeros(3), "std": torch.ones(3)}
    yield "mean 0 and deviation 1 change nothing", {"images": values(0, 1, 2, 3, 5, 4), **one}


# %% right "channel by channel"
def standardize(images, mean, std):
    result = torch.empty_like(images)
    for c in range(images.shape[1]):
        result[:, c] = (images[:, c] - mean[c]) / std[c]
    return result


# %% right "channels last for a moment"
def standardize(images, mean, std):
    last = images.permute(0, 2, 3, 1)
    return ((last - mean) / std).permute(0, 3, 1, 2).contiguous()


# %% right "torchvision"
def standardize(images, mean, std):
    from torchvision.transforms.v2.functional import normalize

    return normalize(images, mean.tolist(), std.tolist())


# %% wrong "divides by the variance"
# You divide by the square of the standard deviation. Then the spread of the result is 1/σ, not 1.
# - return (images - mean[:, None, None]) / std[:, None, None]
# + return (images - mean.view(-1, 1, 1)) / std.view(-1, 1, 1) ** 2

# %% wrong "along the columns"
# A tensor of shape C is lined up with the *last* axis, the columns. Give it the shape C×1×1:
# `mean[:, None, None]`.
# - return (images - mean[:, None, None]) / std[:, None, None]
# + return (images - mean) / std

# %% wrong "along the rows"
# C×1 is lined up with the rows. The channels are one axis further to the left: C×1×1.
# - return (images - mean[:, None, None]) / std[:, None, None]
# + return (images - mean[:, None]) / std[:, None]

# %% wrong "divides first"
# Divisions come before subtractions: you compute images − mean/std. Put brackets around the
# difference.
# - return (images - mean[:, None, None]) / std[:, None, None]
# + return images - mean[:, None, None] / std[:, None, None]

# %% wrong "subtracts after dividing"
# You divide, then subtract a mean that belongs to the picture before the division. Subtract
# first.
# - return (images - mean[:, None, None]) / std[:, None, None]
# + return images / std[:, None, None] - mean[:, None, None]


# %% wrong "measures the batch"
# You use the mean and deviation of this batch, and not those that you are given. A picture's values
# must not depend on which others are in the batch.
def standardize(images, mean, std):
    own = images.mean((0, 2, 3), keepdim=True)
    return (images - own) / images.std((0, 2, 3), keepdim=True)


# %% wrong "measures each picture"
# You use the mean and deviation of each picture, so a dark one and a bright one come out alike. Use
# the numbers that you are given.
def standardize(images, mean, std):
    own = images.mean((2, 3), keepdim=True)
    return (images - own) / images.std((2, 3), keepdim=True)


# %% wrong "multiplies"
# You multiply by the deviation, which makes the spread smaller still. Divide.
# - return (images - mean[:, None, None]) / std[:, None, None]
# + return (images - mean[:, None, None]) * std[:, None, None]

# %% wrong "adds the mean"
# You add the mean, which is how one gets *back*. Subtract it.
# - return (images - mean[:, None, None]) / std[:, None, None]
# + return (images + mean[:, None, None]) / std[:, None, None]

# %% wrong "subtracts only"
# The mean is right, but the spread is as it was. Divide by the deviation.
# - return (images - mean[:, None, None]) / std[:, None, None]
# + return images - mean[:, None, None]

# %% wrong "clamps"
# You clamp the result to 0 … 1, and everything darker than the mean is lost. Standardized values
# may be negative.
# - return (images - mean[:, None, None]) / std[:, None, None]
# + return ((images - mean[:, None, None]) / std[:, None, None]).clamp(0, 1)

# %% wrong "one number for all channels"
# You average the means and deviations over the channels. Each channel has its own.
# - return (images - mean[:, None, None]) / std[:, None, None]
# + return (images - mean.mean()) / std.mean()

# %% wrong "changes its input"
# The result is right, but `sub_` and `div_` write it into the batch that was passed in. Use
# `-` and `/`.
# - return (images - mean[:, None, None]) / std[:, None, None]
# + return images.sub_(mean[:, None, None]).div_(std[:, None, None])


# %% [markdown]
# ### Measure it, once, on the training set

# %%
MEAN, STD = train.images.mean((0, 2, 3)), train.images.std((0, 2, 3))
for name, images in {"training": train.images, "test": test.images}.items():
    ready = standardize(images, MEAN, STD)
    print(f"{name:9} before: mean {images.mean():.3f}, spread {images.std():.3f}", end="   ")
    print(f"after: mean {ready.mean():6.3f}, spread {ready.std():.3f}")
