# %% [markdown]
# ## Smaller images
#
# **Goal.** Shrink an image by a whole factor, so that it still looks like the same scene.
#
# Cut the image into blocks of $k \times k$ pixels; each block becomes one pixel, its mean:
#
# $$\text{result}[y, x] = \frac{1}{k^2} \sum_{i=0}^{k-1} \sum_{j=0}^{k-1}
#   \text{image}[k\,y + i,\ k\,x + j]$$
#
# | | type | shape | values |
# |---|---|---|---|
# | `image` | float | H×W or H×W×3; H and W are multiples of `factor` | 0 … 1 |
# | `factor` | `int` | | 1, 2, 3, … |
# | result | float | H/k×W/k, or H/k×W/k×3 | 0 … 1 |
#
# Colours do not mix: each channel has its own mean. A 2×4 image with factor 2:
#
# | | | | |
# |---|---|---|---|
# | 0.1 | 0.3 | 1 | 0 |
# | 0.5 | 0.7 | 1 | 0 |
#
# becomes 1×2: the means $1.6 / 4 = 0.4$ and $2 / 4 = 0.5$.
#
# Closed in this exercise: `retouch.pixels`, `scipy`, `skimage`, `PIL`, `cv2`, `torch` and
# `torchvision`.
#
# **Why it matters.** It is the smallest honest way to shrink. The dishonest way, keeping every
# k-th pixel, is a line shorter. You see below what it costs. Networks shrink their feature
# maps too, and have the same choice.

# %% exercise points=2 forbid="retouch.pixels scipy skimage PIL cv2 torch torchvision"
def downscale(image, factor):
    """Shrink an image: every block of factor×factor pixels becomes its mean.

    Args:
        image: float array H×W or H×W×3; H and W are multiples of factor.
        factor: how many times smaller, 1 or more.

    Returns:
        A new float array H/factor×W/factor, with the channels of the image.
    """
    ### BEGIN SOLUTION
    height, width = image.shape[:2]
    rows, columns = height // factor, width // factor
    blocks = image.reshape(rows, factor, columns, factor, *image.shape[2:])
    return blocks.mean(axis=(1, 3))
    ### END SOLUTION


# %% hint
# Four nested loops would do: over blocks, and within a block. NumPy can see a 6×8 image as
# 3 blocks of 2 rows by 4 blocks of 2 columns. Which shape with four axes is that?

# %% hint
# `image.reshape(H // k, k, W // k, k)` splits both axes; `.mean(axis=(1, 3))` averages over the
# places within a block. `*image.shape[2:]` adds the channel axis where there is one.

# %% hint
# `blocks = image.reshape(H // factor, factor, W // factor, factor, *image.shape[2:])`, then
# return the mean of `blocks` over axes 1 and 3.

# %% cases
import numpy as np

from retouch.data import photograph


def cases(rng):
    def values(*shape):
        return rng.uniform(size=shape)

    brick = (photograph("brick", size=(48, 64)) / 255).astype(np.float32)
    stripes = np.tile([0.0, 1.0], (6, 5))
    yield "a photograph (float32)", {"image": brick, "factor": 4}
    yield "gray, wider than high", {"image": values(6, 15), "factor": 3}
    yield "colour, higher than wide", {"image": values(8, 4, 3), "factor": 2}
    yield "colour, wider than high", {"image": values(3, 12, 3), "factor": 3}
    yield "fine stripes become an even gray", {"image": stripes, "factor": 2}
    yield "factor 1 changes nothing", {"image": values(4, 5, 3), "factor": 1}
    yield "the whole image becomes one pixel", {"image": values(4, 4), "factor": 4}


# %% right "scikit-image"
def downscale(image, factor):
    from skimage.transform import downscale_local_mean

    return downscale_local_mean(image, (factor, factor) + (1,) * (image.ndim - 2))


# %% right "adds up shifted images"
def downscale(image, factor):
    total = 0
    for i in range(factor):
        for j in range(factor):
            total = total + image[i::factor, j::factor]
    return total / factor**2


# %% right "block by block"
def downscale(image, factor):
    rows, columns = image.shape[0] // factor, image.shape[1] // factor
    result = np.zeros((rows, columns, *image.shape[2:]))
    for y in range(rows):
        for x in range(columns):
            top, left = y * factor, x * factor
            result[y, x] = image[top : top + factor, left : left + factor].mean(axis=(0, 1))
    return result


# %% right "first the rows, then the columns"
def downscale(image, factor):
    sums = np.add.reduceat(image, np.arange(0, image.shape[0], factor), axis=0)
    sums = np.add.reduceat(sums, np.arange(0, image.shape[1], factor), axis=1)
    return sums / (factor * factor)


# %% wrong "every k-th pixel"
# You keep one pixel of each block and throw the others away, so fine patterns turn into false
# ones. Average the whole block.
def downscale(image, factor):
    return image[::factor, ::factor].copy()


# %% wrong "the middle pixel of each block"
# You keep the pixel in the middle of each block and throw the others away. Average the whole
# block.
def downscale(image, factor):
    return image[factor // 2 :: factor, factor // 2 :: factor].copy()


# %% wrong "shrinks the height only"
# You average down the columns, but the width is still the same. Each block spans `factor`
# columns, too.
def downscale(image, factor):
    height, width = image.shape[:2]
    return image.reshape(height // factor, factor, width, *image.shape[2:]).mean(axis=1)


# %% wrong "averages rows, picks columns"
# You average down the columns, but then keep only every k-th one. Average over both axes of
# the block.
def downscale(image, factor):
    height, width = image.shape[:2]
    rows = image.reshape(height // factor, factor, width, *image.shape[2:]).mean(axis=1)
    return rows[:, ::factor]


# %% wrong "shrinks the width only"
# You average along the rows, but the height is still the same. Each block spans `factor` rows,
# too.
def downscale(image, factor):
    height, width = image.shape[:2]
    return image.reshape(height, width // factor, factor, *image.shape[2:]).mean(axis=2)


# %% wrong "averages columns, picks rows"
# You average along the rows, but then keep only every k-th one. Average over both axes of the
# block.
def downscale(image, factor):
    height, width = image.shape[:2]
    columns = image.reshape(height, width // factor, factor, *image.shape[2:]).mean(axis=2)
    return columns[::factor]


# %% wrong "splits the axes in the wrong order"
# `reshape(H//k, W//k, k, k)` makes blocks of pixels that follow each other in memory, not of
# pixels that are neighbours. Split each axis where it stands: `(H//k, k, W//k, k)`.
def downscale(image, factor):
    rows, columns = image.shape[0] // factor, image.shape[1] // factor
    blocks = image.reshape(rows, columns, factor, factor, *image.shape[2:])
    return blocks.mean(axis=(2, 3))


# %% wrong "height and width swapped"
# Your rows are counted with the width and your columns with the height. `image.shape` starts
# with the height.
# - height, width = image.shape[:2]
# + width, height = image.shape[:2]


# %% wrong "the sum of each block"
# You add the pixels of a block up and never divide, so the result is k² times too bright.
def downscale(image, factor):
    rows, columns = image.shape[0] // factor, image.shape[1] // factor
    blocks = image.reshape(rows, factor, columns, factor, *image.shape[2:])
    return blocks.sum(axis=(1, 3))


# %% wrong "divides by k"
# A block has k² pixels, and you divide its sum by k.
def downscale(image, factor):
    rows, columns = image.shape[0] // factor, image.shape[1] // factor
    blocks = image.reshape(rows, factor, columns, factor, *image.shape[2:])
    return blocks.sum(axis=(1, 3)) / factor


# %% wrong "the largest of each block"
# That is max pooling: it keeps the brightest pixel. Here each block becomes its mean.
def downscale(image, factor):
    rows, columns = image.shape[0] // factor, image.shape[1] // factor
    blocks = image.reshape(rows, factor, columns, factor, *image.shape[2:])
    return blocks.max(axis=(1, 3))


# %% wrong "the median of each block"
# The median ignores the extremes of a block: thin bright lines vanish. Here each block becomes
# its mean.
def downscale(image, factor):
    rows, columns = image.shape[0] // factor, image.shape[1] // factor
    blocks = image.reshape(rows, factor, columns, factor, *image.shape[2:])
    return np.median(blocks, axis=(1, 3))


# %% wrong "mixes the channels"
# You average over the colours as well, so a colour image becomes gray. Each channel has its
# own mean.
def downscale(image, factor):
    rows, columns = image.shape[0] // factor, image.shape[1] // factor
    blocks = image.reshape(rows, factor, columns, factor, -1)
    return blocks.mean(axis=(1, 3, 4))


# %% wrong "gray images only"
# Your reshape has no place for the channels of a colour image. Add `*image.shape[2:]` to the
# new shape: it is empty for a gray image.
def downscale(image, factor):
    rows, columns = image.shape[0] // factor, image.shape[1] // factor
    return image.reshape(rows, factor, columns, factor).mean(axis=(1, 3))


# %% wrong "blocks that overlap"
# Your window moves on by one pixel, so the result is a blurred image of nearly the old size.
# Blocks stand side by side: move on by `factor`.
def downscale(image, factor):
    windows = np.lib.stride_tricks.sliding_window_view(image, (factor, factor), axis=(0, 1))
    return windows.mean(axis=(-2, -1))


# %% equivalent "only the shape of it is taken"
# - blocks = image.reshape(rows, factor, columns, factor, *image.shape[2:])
# + blocks = image.reshape(rows, factor, columns, factor, *(-image).shape[2:])
# - height, width = image.shape[:2]
# + height, width = (-image).shape[:2]

# %% equivalent "NumPy works out one negative side"
# - rows, columns = height // factor, width // factor
# + rows, columns = height // -factor, width // factor

# %% equivalent "the order of the axes of a mean is no matter"
# - return blocks.mean(axis=(1, 3))
# + return blocks.mean(axis=(3, 1))

# %% accepted "gray images only"
# - blocks = image.reshape(rows, factor, columns, factor, *image.shape[2:])
# + blocks = image.reshape(rows, factor, columns, factor)
# - blocks = image.reshape(rows, factor, columns, factor, *image.shape[2:])
# + blocks = image.reshape(rows, factor, columns, factor, *image.shape[3:])

# %% accepted "the sum of each block"
# - return blocks.mean(axis=(1, 3))
# + return blocks.sum(axis=(1, 3))

# %% accepted "height and width swapped"
# - rows, columns = height // factor, width // factor
# + rows, columns = (width // factor, height // factor)


# %% [markdown]
# ### Predict: every fourth pixel
#
# This disc has rings around *one* centre, finer and finer towards the rim. Shrink it four times:
# once by keeping every fourth pixel, once by your block means.
#
# > **Write down before you run the second cell:** how many centres do you see in each small
# > picture?

# %%
y, x = np.mgrid[:512, :512] - 255.5
rings = 0.5 + 0.5 * np.cos(np.pi * (x**2 + y**2) / 512)
show_images({"512×512": rings}, height=384, alt="rings around one centre, finer outwards")

# %%
show_images(
    {"every 4th pixel": rings[::4, ::4], "block means": downscale(rings, 4)},
    height=384,
    alt="the disc of rings, made four times smaller",
)

# %% [markdown]
# A grid of centres, nine of them whole, where there is one. The others are not in the original:
# where the true rings are finer than two of the small picture's pixels, the samples can't follow
# them and draw slower ones instead. That is *aliasing*. The block means turn most of what they
# cannot show into an even gray. (Not all: faint ghosts are left. A Gaussian blur before shrinking
# removes more of them.)
#
# Photographs of bricks, blinds and shirts do the same:

# %%
brick = photograph("brick") / 255
show_images(
    {"512×512": brick, "every 8th pixel": brick[::8, ::8], "block means": downscale(brick, 8)},
    height=256,
    alt="a brick wall",
)
