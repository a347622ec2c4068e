# %% [markdown]
# ## From colour to gray
#
# **Goal.** One number per pixel that says how bright a colour *looks*.
#
# $$Y = 0.2125\,R + 0.7154\,G + 0.0721\,B$$
#
# | | type | shape | values |
# |---|---|---|---|
# | `image` | float | H×W×3, channels in the order R, G, B | 0 … 1 |
# | result | float | H×W | 0 … 1 |
#
# The weights are those of ITU-R BT.709, the standard of television and of scikit-image. They
# add up to 1, so white stays 1.
#
# | colour | R, G, B | Y |
# |---|---|---|
# | pure green | 0, 1, 0 | 0.7154 |
# | pure blue | 0, 0, 1 | 0.0721 |
# | orange | 1, 0.5, 0 | 0.2125 + 0.3577 = 0.5702 |
#
# Closed in this exercise: `retouch.pixels`, `skimage`, `PIL`, `cv2` and `torchvision`.
#
# **Why it matters.** To our eyes a pure green looks about ten times as bright as a pure blue. A
# plain mean takes them for equal. Edges, histograms and many losses are computed on this gray.

# %% exercise points=1 forbid="retouch.pixels skimage PIL cv2 torchvision"
def rgb_to_gray(image):
    """The BT.709 luma of every pixel.

    Args:
        image: float array H×W×3 in the order R, G, B, values in [0, 1].

    Returns:
        A float array H×W, values in [0, 1].
    """
    ### BEGIN SOLUTION
    return image @ np.array([0.2125, 0.7154, 0.0721])
    ### END SOLUTION


# %% hint
# Which axis of an H×W×3 array holds red, green and blue? Which axis is gone afterwards?

# %% hint
# `image[..., 0]` is the red channel, H×W. Or let `@` do the weighted sum: it multiplies along
# the last axis of its left side.

# %% hint
# `0.2125 * image[..., 0] + 0.7154 * ... + ...`: green is channel 1, blue is channel 2.

# %% cases
import numpy as np

from retouch.data import photograph


def cases(rng):
    astronaut = (photograph("astronaut", size=(36, 48)) / 255).astype(np.float32)
    yield "a photograph (float32)", {"image": astronaut}
    yield "pure red, green and blue", {"image": np.eye(3).reshape(1, 3, 3)}
    yield "random colours, wider than high", {"image": rng.uniform(size=(5, 7, 3))}
    yield "an image three pixels high and wide", {"image": rng.uniform(size=(3, 3, 3))}
    yield "gray colours keep their value", {"image": rng.uniform(size=(4, 6, 1)).repeat(3, axis=2)}


# %% right "channel by channel"
def rgb_to_gray(image):
    red, green, blue = image[:, :, 0], image[:, :, 1], image[:, :, 2]
    return 0.2125 * red + 0.7154 * green + 0.0721 * blue


# %% right "Einstein summation"
# - return image @ np.array([0.2125, 0.7154, 0.0721])
# + return np.einsum("hwc,c->hw", image, [0.2125, 0.7154, 0.0721])


# %% right "pixel by pixel"
def rgb_to_gray(image):
    rows = [[0.2125 * r + 0.7154 * g + 0.0721 * b for r, g, b in row] for row in image]
    return np.array(rows)


# %% right "scikit-image"
def rgb_to_gray(image):
    from skimage.color import rgb2gray

    return rgb2gray(image)


# %% wrong "plain mean"
# All three colours count the same here. To our eyes green is much brighter than blue: use the
# weights of the formula.
# - return image @ np.array([0.2125, 0.7154, 0.0721])
# + return image.mean(axis=2)

# %% wrong "channels reversed"
# Red gets blue's weight and blue gets red's, as if the order were B, G, R (OpenCV's order).
# Here channel 0 is red.
# - return image @ np.array([0.2125, 0.7154, 0.0721])
# + return image @ np.array([0.0721, 0.7154, 0.2125])

# %% wrong "weights of BT.601"
# 0.299, 0.587 and 0.114 are the weights of old television, which OpenCV and Pillow use. This
# exercise takes BT.709's: 0.2125, 0.7154 and 0.0721.
# - return image @ np.array([0.2125, 0.7154, 0.0721])
# + return image @ np.array([0.299, 0.587, 0.114])

# %% wrong "keeps one channel"
# You return the red channel alone: pure green and pure blue become black. All three count.
# - return image @ np.array([0.2125, 0.7154, 0.0721])
# + return image[..., 0]

# %% wrong "the largest channel"
# That is the value V of HSV: pure blue comes out as bright as white. Add the weighted
# channels up.
# - return image @ np.array([0.2125, 0.7154, 0.0721])
# + return image.max(axis=2)

# %% wrong "middle of the largest and the smallest channel"
# That is the lightness L of HSL; pure red, green and blue all come out as 0.5. Add the
# weighted channels up.
# - return image @ np.array([0.2125, 0.7154, 0.0721])
# + return (image.max(axis=2) + image.min(axis=2)) / 2

# %% wrong "weights rows, not channels"
# `image[0]` is the first row of pixels, not red. The channels are on the last axis:
# `image[..., 0]`.
# - return image @ np.array([0.2125, 0.7154, 0.0721])
# + return 0.2125 * image[0] + 0.7154 * image[1] + 0.0721 * image[2]

# %% wrong "keeps a channel axis"
# The values are right, but the shape is H×W×1. A gray image has two axes: H×W.
# - return image @ np.array([0.2125, 0.7154, 0.0721])
# + return (image * [0.2125, 0.7154, 0.0721]).sum(axis=2, keepdims=True)


# %% wrong "three equal channels"
# The values are right, but you repeat them in three channels. A gray image is H×W.
def rgb_to_gray(image):
    gray = image @ np.array([0.2125, 0.7154, 0.0721])
    return np.stack([gray, gray, gray], axis=2)


# %% wrong "forgets to add up"
# The channels are weighted, but there are still three of them. Sum over the last axis.
# - return image @ np.array([0.2125, 0.7154, 0.0721])
# + return image * [0.2125, 0.7154, 0.0721]

# %% wrong "divides the sum by 3"
# The weights add up to 1 already. Dividing by 3 as well makes white a dark gray.
# - return image @ np.array([0.2125, 0.7154, 0.0721])
# + return (image * [0.2125, 0.7154, 0.0721]).mean(axis=2)


# %% wrong "changes its input"
# The result is right, but `*=` weights the channels inside the array that was passed in.
# Make new arrays: `image * weights`.
def rgb_to_gray(image):
    image *= np.array([0.2125, 0.7154, 0.0721], dtype=image.dtype)
    return image.sum(axis=2)


# %% equivalent "`@` makes an array of a list"
# - return image @ np.array([0.2125, 0.7154, 0.0721])
# + return image @ [0.2125, 0.7154, 0.0721]


# %% [markdown]
# ### Does it make a difference?
#
# Look at the orange suit and the blue of the flag.

# %%
astronaut = photograph("astronaut", size=(256, 256)) / 255
show_images(
    {
        "colour": astronaut,
        "yours (BT.709)": rgb_to_gray(astronaut),
        "plain mean": astronaut.mean(axis=2),
        "blue alone": astronaut[..., 2],
    },
    alt="an astronaut in an orange suit in front of a flag",
)
