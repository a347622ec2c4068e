# %% [markdown]
# ## Edges
#
# **Goal.** A picture of how steeply the brightness changes at each pixel.
#
# Two kernels measure the slope, one to the side and one downwards. Each takes a difference in
# one direction and smooths a little in the other:
#
# $$K_x = \frac{1}{4}\begin{bmatrix} 1 & 0 & -1 \\ 2 & 0 & -2 \\ 1 & 0 & -1 \end{bmatrix}
# \qquad K_y = K_x^{\mathsf T} = \frac{1}{4}
# \begin{bmatrix} 1 & 2 & 1 \\ 0 & 0 & 0 \\ -1 & -2 & -1 \end{bmatrix}$$
#
# $$g_x = K_x * \text{image} \qquad g_y = K_y * \text{image} \qquad
# \text{result} = \sqrt{\frac{g_x^2 + g_y^2}{2}}$$
#
# | | type | shape | values |
# |---|---|---|---|
# | `image` | float | H×W, gray | 0 … 1 |
# | result | float | H×W | 0 … 1 |
#
# - **¼** makes the weights on each side of a kernel add up to 1: a jump from 0 to 1 has slope 1.
#   With that and the **2** under the root, the result cannot pass 1.
# - **The border is mirrored**, edge pixel included: beyond `a b c …` lies `… c b a`. With zeros
#   outside, every picture would have a bright frame. (`convolve2d` puts zeros there; so pad
#   first and cut afterwards, or write the differences out with slices.)
#
# A vertical edge, `0 0 1 1` in every row: $g_x$ is $0, 1, 1, 0$ and $g_y$ is 0, so the result
# is $0,\ 0.7071,\ 0.7071,\ 0$. The edge lies between two pixels, and both feel it.
#
# Closed in this exercise: `retouch.pixels`, `scipy`, `skimage`, `PIL`, `cv2`, `torch` and
# `torchvision`.
#
# **Why it matters.** Edges are what a drawing keeps of a photograph. DeepSIM (unit 10) paints
# photographs *from* them, and the first layers of trained networks are full of kernels
# that look like these two.

# %% exercise points=2 forbid="retouch.pixels scipy skimage PIL cv2 torch torchvision"
def sobel_edges(image):
    """How steep the image is at each pixel, by Sobel's kernels.

    Args:
        image: float array H×W, values in [0, 1].

    Returns:
        A new float array H×W, values in [0, 1].
    """
    ### BEGIN SOLUTION
    padded = np.pad(image, 1, mode="symmetric")
    right_minus_left = padded[:, 2:] - padded[:, :-2]
    gx = (right_minus_left[:-2] + 2 * right_minus_left[1:-1] + right_minus_left[2:]) / 4
    below_minus_above = padded[2:] - padded[:-2]
    gy = (below_minus_above[:, :-2] + 2 * below_minus_above[:, 1:-1] + below_minus_above[:, 2:]) / 4
    return np.sqrt((gx**2 + gy**2) / 2)
    ### END SOLUTION


# %% hint
# Which values does a pixel in the first column have on its left, when the border is mirrored?
# What is g_x on a photograph of an even gray wall?

# %% hint
# `np.pad(image, 1, mode="symmetric")` mirrors with the edge pixel. Then either
# `convolve2d(padded, kernel)[1:-1, 1:-1]`, twice, or slices: `padded[:, 2:] - padded[:, :-2]` is
# every pixel's right neighbour minus its left one.

# %% hint
# `kernel = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]]) / 4`; `gx` from `kernel` and `gy` from
# `kernel.T`, both of the padded image with one pixel cut off on each side; then
# `np.sqrt((gx**2 + gy**2) / 2)`.

# %% cases
import numpy as np

from retouch.data import photograph


def cases(rng):
    camera = (photograph("camera", size=(36, 48)) / 255).astype(np.float32)
    step = np.repeat([0.0, 1.0], [3, 4])
    diagonal = (np.add.outer(np.arange(6), np.arange(8)) > 6).astype(float)
    yield "a photograph (float32)", {"image": camera}
    yield "a vertical edge", {"image": np.tile(step, (5, 1))}
    yield "a horizontal edge", {"image": np.tile(step[:, None], (1, 4))}
    yield "a diagonal edge", {"image": diagonal}
    yield "random values, wider than high", {"image": rng.uniform(size=(5, 8))}
    yield "random values, higher than wide", {"image": rng.uniform(size=(9, 4))}
    yield "an even gray has no edges", {"image": np.full((4, 5), rng.uniform(0.2, 0.9))}


# %% right "scikit-image"
def sobel_edges(image):
    from skimage.filters import sobel

    return sobel(image)


# %% right "SciPy"
def sobel_edges(image):
    from scipy.ndimage import sobel

    gx, gy = sobel(image, axis=1, mode="reflect"), sobel(image, axis=0, mode="reflect")
    return np.hypot(gx, gy) / (4 * np.sqrt(2))


# %% right "pixel by pixel"
def sobel_edges(image):
    height, width = image.shape
    kernel = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]]) / 4
    padded = np.pad(image, 1, mode="edge")
    result = np.zeros((height, width))
    for y, x in np.ndindex(height, width):
        window = padded[y : y + 3, x : x + 3]
        gx, gy = (window * kernel).sum(), (window * kernel.T).sum()
        result[y, x] = ((gx * gx + gy * gy) / 2) ** 0.5
    return result


# %% wrong "sum of absolute values"
# |gx| + |gy| is quicker and was used for that reason, but it makes diagonal edges too strong.
# Take the root of the mean of the squares.
def sobel_edges(image):
    from scipy.ndimage import sobel

    return (np.abs(sobel(image, axis=1)) + np.abs(sobel(image, axis=0))) / 4


# %% wrong "mean of absolute values"
# (|gx| + |gy|) / 2 makes a straight edge weaker than a diagonal one of the same contrast. Take
# the root of the mean of the squares.
def sobel_edges(image):
    from scipy.ndimage import sobel

    return (np.abs(sobel(image, axis=1)) + np.abs(sobel(image, axis=0))) / 8


# %% wrong "sum of absolute values, undivided"
# |gx| + |gy| with whole-number kernels reaches 8 and makes diagonal edges too strong. Divide
# the kernels by 4, and take the root of the mean of the squares.
def sobel_edges(image):
    from scipy.ndimage import sobel

    return np.abs(sobel(image, axis=1)) + np.abs(sobel(image, axis=0))


# %% wrong "slope to the side, with its sign"
# You return gx alone: it is negative where the image gets darker, and 0 at horizontal edges.
# Combine the squares of gx and gy.
def sobel_edges(image):
    from scipy.ndimage import sobel

    return sobel(image, axis=1) / 4


# %% wrong "only gx under the root"
# √(gx² / 2) knows vertical edges only, so horizontal ones are missing. Add gy² under the root.
def sobel_edges(image):
    from scipy.ndimage import sobel

    return np.abs(sobel(image, axis=1)) / (4 * np.sqrt(2))


# %% wrong "vertical edges only"
# You use gx alone, so horizontal edges are missing. Combine gx and gy.
def sobel_edges(image):
    from scipy.ndimage import sobel

    return np.abs(sobel(image, axis=1)) / 4


# %% wrong "horizontal edges only"
# You use gy alone, so vertical edges are missing. Combine gx and gy.
def sobel_edges(image):
    from scipy.ndimage import sobel

    return np.abs(sobel(image, axis=0)) / 4


# %% wrong "not divided by 2"
# √(gx² + gy²) is the length of the gradient, √2 times the result here: it can pass 1. Divide by
# 2 under the root.
def sobel_edges(image):
    from skimage.filters import sobel

    return np.sqrt(2) * sobel(image)


# %% wrong "kernels not divided by 4"
# Your result is 4 times too large: the kernels have weights 1, 2, 1, which add up to 4. Divide
# them by 4.
def sobel_edges(image):
    from skimage.filters import sobel

    return 4 * sobel(image)


# %% wrong "divided neither by 4 nor by 2"
# √(gx² + gy²) with whole-number kernels is the textbook's Sobel, √2 · 4 times the result here.
# Divide the kernels by 4, and by 2 under the root, so that the result stays in 0 … 1.
def sobel_edges(image):
    from scipy.ndimage import sobel

    return np.hypot(sobel(image, axis=1), sobel(image, axis=0))


# %% wrong "no square root"
# You return the mean of the squares: weak edges vanish. Take the root.
def sobel_edges(image):
    from skimage.filters import sobel

    return sobel(image) ** 2


# %% wrong "zeros beyond the border"
# Your picture has a bright frame: outside you put zeros, and the jump to them counts as an edge.
# Mirror the image at its border.
def sobel_edges(image):
    from skimage.filters import sobel

    return sobel(image, mode="constant")


# %% wrong "mirrors without the edge pixel"
# `mode="reflect"` of `np.pad` mirrors about the middle of the edge pixel, so at the border the
# slope across it is always 0. Here the edge pixel is repeated: `mode="symmetric"`.
def sobel_edges(image):
    from skimage.filters import sobel

    return sobel(image, mode="mirror")


# %% wrong "leaves the border at 0"
# Inside, all is right, but the outermost pixels are left at 0. Mirror the image at its border,
# then every pixel has eight neighbours.
def sobel_edges(image):
    from skimage.filters import sobel

    result = np.zeros(image.shape)
    result[1:-1, 1:-1] = sobel(image)[1:-1, 1:-1]
    return result


# %% wrong "smaller than the image"
# You keep only the pixels that have eight neighbours. Mirror the image at its border first, and
# the result is as large as the image.
def sobel_edges(image):
    from skimage.filters import sobel

    return sobel(image)[1:-1, 1:-1]


# %% wrong "Prewitt's kernels"
# Your weights are 1, 1, 1, which is Prewitt's filter. Sobel's are 1, 2, 1: the pixel's own row
# counts twice.
def sobel_edges(image):
    from skimage.filters import prewitt

    return prewitt(image)


# %% wrong "no smoothing"
# You take differences of two neighbours only. Sobel's kernels average them over three rows (or
# columns), with weights 1, 2, 1.
def sobel_edges(image):
    padded = np.pad(image, 1, mode="edge")
    gx = (padded[:, 2:] - padded[:, :-2])[1:-1]
    gy = (padded[2:] - padded[:-2])[:, 1:-1]
    return np.sqrt((gx**2 + gy**2) / 2)


# %% wrong "squares the sum"
# You add gx and gy before squaring, so they can cancel out: edges along one diagonal vanish.
# Square each, then add.
def sobel_edges(image):
    from scipy.ndimage import sobel

    return np.abs(sobel(image, axis=1) + sobel(image, axis=0)) / (4 * np.sqrt(2))


# %% wrong "divides by its own maximum"
# You scale the result so that its strongest edge is 1, which makes noise on an even wall look
# like edges (and 0/0 without any). Return the values as they are.
def sobel_edges(image):
    from skimage.filters import sobel

    edges = sobel(image)
    return edges / edges.max()


# %% accepted "no square root"
# - return np.sqrt((gx**2 + gy**2) / 2)
# + return (gx ** 2 + gy ** 2) / 2

# %% accepted "smaller than the image"
# - padded = np.pad(image, 1, mode="symmetric")
# + padded = np.pad(image, 0, mode="symmetric")


# %% [markdown]
# ### A drawing in one line
#
# Choose a photograph. Dark lines on white paper are `1 - edges`; `ink` makes them darker.


# %%
def drawing(photo, ink):
    pixels = photograph(photo, size=(200, 300)) / 255
    gray = pixels if pixels.ndim == 2 else rgb_to_gray(pixels)
    return {photo: pixels, "drawing": np.clip(1 - ink * sobel_edges(gray), 0, 1)}


explore(
    drawing,
    alt="a photograph and its edges as a drawing",
    photo=["coffee", "astronaut", "rocket", "camera", "coins", "brick"],
    ink=(1.0, 6.0, 0.5, 3.0),
)

# %% [markdown]
# ### Predict: an edge that nobody draws
#
# A blue square on olive ground: no one would miss that edge.
#
# > **Write down before you run the cell:** how strong is the edge in
# > `sobel_edges(rgb_to_gray(picture))`?

# %%
blue = np.array([0.2, 0.2, 1.0])
olive = np.array([1, 1, 0]) * (blue @ [0.2125, 0.7154, 0.0721]) / (0.2125 + 0.7154)
picture = np.tile(olive, (60, 90, 1))
picture[15:45, 30:60] = blue
gray = rgb_to_gray(picture)
show_images(
    {"colour": picture, "gray": gray, "edges of the gray": sobel_edges(gray)},
    alt="a blue square on olive ground",
)
print(f"the strongest edge: {sobel_edges(gray).max():.1e}")
by_channel = np.max([sobel_edges(picture[..., c]) for c in range(3)], axis=0)
print(f"the strongest edge, channel by channel: {by_channel.max():.3f}")

# %% [markdown]
# Nothing. The olive was chosen to have the blue's luma, and gray keeps
# nothing but luma. Where edges matter, look at the channels as well, and take the strongest.
