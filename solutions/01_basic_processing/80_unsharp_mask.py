# %% [markdown]
# ## Sharpening by blurring
#
# **Goal.** Sharpen a photograph. The recipe is from the darkroom and sounds absurd: take
# a *blurred* copy to do it.
#
# What the blur removes are the details, $\text{image} - \text{blur}$. Add them once more:
#
# $$\text{result} = \text{clip}_{0 \ldots 1}\bigl(\text{image} + \text{amount} \cdot
#   (\text{image} - \text{blur})\bigr)$$
#
# | | type | shape | values |
# |---|---|---|---|
# | `image` | float | H×W or H×W×3 | 0 … 1 |
# | `sigma` | `float` | | width of the blur in pixels, above 0 |
# | `amount` | `float` | | 0 changes nothing, 1 is strong |
# | result | float | as `image` | 0 … 1 |
#
# The blur is a convolution with a Gaussian. It is given: **`gaussian(image, sigma)`** from
# scikit-image, which repeats the border pixels. One trap: an H×W×3 array is, to it, a *volume*
# of three layers. For a colour image add `channel_axis=-1`, or red leaks into green. (Its
# `unsharp_mask` mirrors the image at the border, so it is not the answer.)
#
# Around an edge from 0.2 to 0.8, with amount 1:
#
# | | | | | |
# |---|---|---|---|---|
# | image | 0.2 | 0.2 | 0.8 | 0.8 |
# | blur | 0.2 | 0.3 | 0.7 | 0.8 |
# | details | 0 | −0.1 | 0.1 | 0 |
# | result | 0.2 | 0.1 | 0.9 | 0.8 |
#
# The dark side gets darker and the bright side brighter: the edge is *steeper*, not sharper,
# and your eye is content. Too much of it, and every edge wears a halo.
#
# Closed in this exercise: `retouch.pixels`, `PIL`, `cv2` and `torchvision`.
#
# **Why it matters.** Cameras do this to nearly every photograph. A network that restores images
# (unit 7) has to beat it.

# %% setup
from skimage.filters import gaussian


# %% exercise points=2 forbid="retouch.pixels PIL cv2 torchvision"
def unsharp_mask(image, sigma, amount):
    """Sharpen an image by adding what a Gaussian blur takes away.

    Args:
        image: float array H×W or H×W×3, values in [0, 1].
        sigma: standard deviation of the blur, in pixels.
        amount: how much of the details to add.

    Returns:
        A new float array of the same shape, values in [0, 1].
    """
    ### BEGIN SOLUTION
    blurred = gaussian(image, sigma, channel_axis=-1 if image.ndim == 3 else None)
    return np.clip(image + amount * (image - blurred), 0, 1)
    ### END SOLUTION


# %% hint
# What is left of an image when you subtract its blurred copy from it? Which sign has it on the
# dark side of an edge?

# %% hint
# `gaussian(image, sigma)` blurs a gray image; a colour image (`image.ndim == 3`) needs
# `channel_axis=-1`. `np.clip(values, 0, 1)` comes last.

# %% hint
# `blurred = gaussian(image, sigma, channel_axis=-1 if image.ndim == 3 else None)`; then clip
# `image + amount * (image - blurred)`.

# %% cases
import numpy as np

from retouch.data import photograph


def cases(rng):
    def values(*shape):
        return rng.uniform(size=shape)

    chelsea = (photograph("chelsea", size=(30, 40)) / 255).astype(np.float32)
    edge = np.tile(np.repeat([0.2, 0.8], [5, 7]), (6, 1))
    gentle = {"sigma": float(rng.uniform(0.8, 1.2)), "amount": float(rng.uniform(0.4, 0.6))}
    strong = {"sigma": float(rng.uniform(1.8, 2.4)), "amount": float(rng.uniform(1.6, 2.4))}
    yield "a photograph (float32)", {"image": chelsea, "sigma": 1.5, "amount": 1.5}
    yield "an edge between two grays", {"image": edge, **gentle}
    yield "gray, gently", {"image": values(7, 9), **gentle}
    yield "gray, until it clips", {"image": values(9, 6), **strong}
    yield "colour", {"image": values(8, 10, 3), **gentle}
    yield "amount 0 changes nothing", {"image": values(5, 6, 3), "sigma": 1.0, "amount": 0.0}


# %% right "SciPy's Gaussian"
def unsharp_mask(image, sigma, amount):
    from scipy.ndimage import gaussian_filter

    sigmas = (sigma, sigma, 0)[: image.ndim]
    blurred = gaussian_filter(image, sigmas, mode="nearest")
    return np.minimum(np.maximum((1 + amount) * image - amount * blurred, 0), 1)


# %% right "channel by channel"
def unsharp_mask(image, sigma, amount):
    layers = image[..., None] if image.ndim == 2 else image
    result = np.zeros(layers.shape)
    for c in range(layers.shape[2]):
        layer = layers[..., c]
        result[..., c] = layer + amount * (layer - gaussian(layer, sigma))
    return result.clip(0, 1).reshape(image.shape)


# %% right "its own Gaussian, first along columns, then along rows"
def unsharp_mask(image, sigma, amount):
    radius = int(4 * sigma + 0.5)
    offsets = np.arange(-radius, radius + 1)
    weights = np.exp(-(offsets**2) / (2 * sigma**2))
    weights /= weights.sum()
    height, width = image.shape[:2]
    rows = np.clip(np.arange(height)[:, None] + offsets, 0, height - 1)
    columns = np.clip(np.arange(width)[:, None] + offsets, 0, width - 1)
    blurred = np.einsum("yk...,k->y...", image[rows], weights)
    blurred = np.einsum("yxk...,k->yx...", blurred[:, columns], weights)
    return np.clip(image + amount * (image - blurred), 0, 1)


# %% wrong "blurs"
# The difference has the wrong sign, so the details are taken away, not added: it is
# image − blur.
# - return np.clip(image + amount * (image - blurred), 0, 1)
# + return np.clip(image + amount * (blurred - image), 0, 1)

# %% wrong "not clipped"
# Some values are below 0 or above 1. Clip the result to 0 … 1.
# - return np.clip(image + amount * (image - blurred), 0, 1)
# + return image + amount * (image - blurred)

# %% wrong "clips at 1 only"
# Values above 1 are clipped, but those below 0 are not. Clip at both ends.
# - return np.clip(image + amount * (image - blurred), 0, 1)
# + return np.minimum(image + amount * (image - blurred), 1)

# %% wrong "clips at 0 only"
# Values below 0 are clipped, but those above 1 are not. Clip at both ends.
# - return np.clip(image + amount * (image - blurred), 0, 1)
# + return np.maximum(image + amount * (image - blurred), 0)


# %% wrong "blurs across the channels"
# Gray images are right. In colour images `gaussian` mixes red, green and blue, too, unless you
# tell it `channel_axis=-1`.
def unsharp_mask(image, sigma, amount):
    return np.clip(image + amount * (image - gaussian(image, sigma)), 0, 1)


# %% wrong "takes gray images for colour"
# Colour images are right. In gray images `channel_axis=-1` makes every column a channel of its
# own, so that nothing is blurred sideways.
# - blurred = gaussian(image, sigma, channel_axis=-1 if image.ndim == 3 else None)
# + blurred = gaussian(image, sigma, channel_axis=-1)


# %% wrong "returns the blur"
# That is the blurred image: a step on the way. Subtract it from the image and add the
# difference.
def unsharp_mask(image, sigma, amount):
    return gaussian(image, sigma, channel_axis=-1 if image.ndim == 3 else None)


# %% wrong "returns the details alone"
# That is amount · (image − blur): the details without the picture. Add them to the image.
# - return np.clip(image + amount * (image - blurred), 0, 1)
# + return np.clip(amount * (image - blurred), 0, 1)

# %% wrong "ignores the amount"
# The details are always added once. Multiply them by `amount`.
# - return np.clip(image + amount * (image - blurred), 0, 1)
# + return np.clip(image + (image - blurred), 0, 1)

# %% wrong "amount on the image only"
# (1 + amount) · image − blur takes the whole blur away, whatever the amount: the picture gets
# brighter or darker. The blur has to be multiplied by `amount`, too.
# - return np.clip(image + amount * (image - blurred), 0, 1)
# + return np.clip((1 + amount) * image - blurred, 0, 1)

# %% wrong "ignores sigma"
# The blur always has the same width. Pass `sigma` on to `gaussian`.
# - blurred = gaussian(image, sigma, channel_axis=-1 if image.ndim == 3 else None)
# + blurred = gaussian(image, 1, channel_axis=-1 if image.ndim == 3 else None)


# %% wrong "mirrors the border"
# Inside, all is right. At the border your blur mirrors the image (SciPy does so unless told
# otherwise), and scikit-image's `gaussian` repeats the border pixels: `mode="nearest"`.
def unsharp_mask(image, sigma, amount):
    channel_axis = -1 if image.ndim == 3 else None
    blurred = gaussian(image, sigma, mode="reflect", channel_axis=channel_axis)
    return np.clip(image + amount * (image - blurred), 0, 1)


# %% wrong "clips the details"
# You clip the difference to 0 … 1 before adding it, so that details only brighten. They are
# negative on the dark side of an edge: clip the sum.
# - return np.clip(image + amount * (image - blurred), 0, 1)
# + return np.clip(image + np.clip(amount * (image - blurred), 0, 1), 0, 1)


# %% wrong "rescales instead of clipping"
# You stretch the result so that it just fills 0 … 1, which changes every pixel. Clip: only the
# values outside change.
def unsharp_mask(image, sigma, amount):
    blurred = gaussian(image, sigma, channel_axis=-1 if image.ndim == 3 else None)
    sharp = image + amount * (image - blurred)
    return (sharp - sharp.min()) / (sharp.max() - sharp.min())


# %% wrong "changes its input"
# The result is right, but `+=` writes it into the array that was passed in. Make a new array:
# `image + ...`.
def unsharp_mask(image, sigma, amount):
    blurred = gaussian(image, sigma, channel_axis=-1 if image.ndim == 3 else None)
    image += amount * (image - blurred)
    return np.clip(image, 0, 1)


# %% accepted "blurs across the channels"
# - blurred = gaussian(image, sigma, channel_axis=-1 if image.ndim == 3 else None)
# + blurred = gaussian(image, sigma)
# - blurred = gaussian(image, sigma, channel_axis=-1 if image.ndim == 3 else None)
# + blurred = gaussian(image, sigma, channel_axis=-1 if image.ndim == 0 else None)
# - blurred = gaussian(image, sigma, channel_axis=-1 if image.ndim == 3 else None)
# + blurred = gaussian(image, sigma, channel_axis=-1 if image.ndim == 4 else None)

# %% accepted "blurs"
# - return np.clip(image + amount * (image - blurred), 0, 1)
# + return np.clip(image - amount * (image - blurred), 0, 1)
# - return np.clip(image + amount * (image - blurred), 0, 1)
# + return np.clip(image + amount * (blurred - image), 0, 1)
# - return np.clip(image + amount * (image - blurred), 0, 1)
# + return np.clip(image + -amount * (image - blurred), 0, 1)

# %% accepted "not clipped"
# - return np.clip(image + amount * (image - blurred), 0, 1)
# + return image + amount * (image - blurred)

# %% accepted "clips at 1 only"
# - return np.clip(image + amount * (image - blurred), 0, 1)
# + return np.clip(image + amount * (image - blurred), -1, 1)

# %% accepted "ignores sigma"
# - blurred = gaussian(image, sigma, channel_axis=-1 if image.ndim == 3 else None)
# + blurred = gaussian(image, channel_axis=-1 if image.ndim == 3 else None)

# %% accepted "returns the details alone"
# - return np.clip(image + amount * (image - blurred), 0, 1)
# + return np.clip(amount * (image - blurred), 0, 1)


# %% [markdown]
# ### How much is too much?
#
# Find an `amount` at which the cat looks sharper and nothing looks odd. Then look for the halos:
# raise `sigma` to 4 and `amount` to 3.

# %%
fur = photograph("chelsea", size=(200, 300)) / 255


def sharpened(sigma, amount):
    return {"photograph": fur, "sharpened": unsharp_mask(fur, sigma, amount)}


explore(
    sharpened,
    alt="a tabby cat's face",
    sigma=(0.5, 6.0, 0.5, 1.5),
    amount=(0.0, 4.0, 0.25, 1.0),
)

# %% [markdown]
# One row of pixels tells it best: from the bright sky into the dark coat of the photographer.

# %%
row = (photograph("camera", size=(150, 200)) / 255)[28:29]
at = np.arange(19, 50)
plot_curve(
    at,
    {
        "photograph": row[0, at],
        "amount 1": unsharp_mask(row, 2, 1)[0, at],
        "amount 3": unsharp_mask(row, 2, 3)[0, at],
    },
    xlabel="column",
    ylabel="brightness",
    alt="The brightness along a row falls from 0.85 to 0.15. Sharpened, it rises above the sky's "
    "level just before the edge and falls below the coat's just after it; amount 3 reaches 1 "
    "and 0.",
)
