# %% [markdown]
# ## Histogram equalization
#
# **Goal.** Use all gray levels about equally often, so that a flat photograph shows its
# structure.
#
# Let $\text{cdf}(v)$ be the number of pixels whose value is *at most* $v$, $N$ the number of
# all pixels, and $\text{cdf}_{\min}$ the number of pixels of the darkest value that occurs.
# Every pixel of value $v$ becomes
#
# $$h(v) = \text{round}\left(255 \cdot \frac{\text{cdf}(v) - \text{cdf}_{\min}}
#   {N - \text{cdf}_{\min}}\right)$$
#
# | | type | shape | values |
# |---|---|---|---|
# | `image` | `uint8` | H×W, gray | 0 … 255 |
# | result | `uint8` | H×W | 0 … 255 |
#
# By hand, for the six pixels `[[52, 52, 54], [54, 54, 60]]`: $N = 6$, $\text{cdf}_{\min} = 2$.
#
# | $v$ | how many | cdf | $255 \cdot (\text{cdf} - 2) / 4$ | $h(v)$ |
# |---|---|---|---|---|
# | 52 | 2 | 2 | 0 | 0 |
# | 54 | 3 | 5 | 191.25 | 191 |
# | 60 | 1 | 6 | 255 | 255 |
#
# The darkest value becomes 0, the brightest 255, and crowded levels move apart.
#
# An image of *one single value* has nothing to spread, and the formula says 0/0. Return such an
# image as it is (a copy of it).
#
# Closed in this exercise: `retouch.pixels`, `skimage`, `PIL`, `cv2` and `torchvision`.
#
# **Why it matters.** It needs no parameter, and it shows what is hidden in X-rays, in fog and at
# night. It is also your first look at a picture as a *distribution*: unit 11 compares networks
# that way.

# %% exercise points=2 forbid="retouch.pixels skimage PIL cv2 torchvision"
def equalize_histogram(image):
    """Spread the gray levels of an image evenly over 0 to 255.

    Args:
        image: uint8 array H×W.

    Returns:
        A new uint8 array H×W; an image of one single value is returned as it is.
    """
    ### BEGIN SOLUTION
    cdf = np.bincount(image.ravel(), minlength=256).cumsum()
    cdf_min = cdf[image.min()]
    if cdf_min == image.size:
        return image.copy()
    levels = np.round(255 * (cdf - cdf_min) / (image.size - cdf_min))
    # Levels darker than the darkest pixel never occur; below 0 they would not fit uint8.
    return np.maximum(levels, 0).astype(np.uint8)[image]
    ### END SOLUTION


# %% hint
# How many pixels are at most 54 in the example above? Which of the 256 entries of your cdf is
# cdf_min, if the darkest value that occurs is 52?

# %% hint
# `np.bincount(image.ravel(), minlength=256)` counts every level, `.cumsum()` adds up. If `table`
# holds the new value of each of the 256 levels, `table[image]` looks all pixels up at once.

# %% hint
# With `cdf_min = cdf[image.min()]` and `N = image.size`: if they are equal return
# `image.copy()`, otherwise `np.round(255 * (cdf - cdf_min) / (N - cdf_min))`, not below 0, as
# `np.uint8`, looked up with `[image]`.

# %% cases
import numpy as np

from retouch.data import photograph


def cases(rng):
    # No ties: where N - cdf_min is odd, 255 (cdf - cdf_min) / (N - cdf_min) never ends in .5,
    # so it does not matter how an answer rounds them. `darkest` pixels get the lowest value.
    # Most pixels are dark, so that equalization differs much from a contrast stretch.
    def gray(height, width, low, high, darkest):
        skewed = rng.uniform(size=height * width) ** 3
        image = (low + 1 + skewed * (high - low)).astype(np.uint8)
        image[:darkest] = low
        image[-2:] = high
        assert (image.size - darkest) % 2 == 1
        return rng.permutation(image).reshape(height, width)

    moon = photograph("moon", size=(48, 64))
    darkest = np.argsort(moon, axis=None)[: 7 + 2 * (np.sum(moon == moon.min()) // 2)]
    moon.flat[darkest] = moon.min()
    low = int(rng.integers(20, 60))
    yield "a photograph", {"image": moon}
    yield "no black pixel", {"image": gray(6, 10, low, low + 80, 7)}
    yield "many black pixels", {"image": gray(7, 5, 0, 90, 10)}
    yield "black and white occur already", {"image": gray(8, 6, 0, 255, 5)}
    yield "two values", {"image": gray(3, 5, low, low + 1, 4)}
    yield "a single value stays", {"image": np.full((4, 5), rng.integers(60, 200), dtype=np.uint8)}


# %% right "with whole numbers only"
def equalize_histogram(image):
    ordered = np.sort(image, axis=None)
    cdf = np.searchsorted(ordered, image, side="right")
    cdf_min = np.count_nonzero(image == ordered[0])
    rest = image.size - cdf_min
    if rest == 0:
        return image.copy()
    return ((510 * (cdf - cdf_min) + rest) // (2 * rest)).astype(np.uint8)


# %% right "over the values that occur"
def equalize_histogram(image):
    values, places, counts = np.unique(image, return_inverse=True, return_counts=True)
    if len(values) == 1:
        return image.copy()
    cdf = np.cumsum(counts)
    levels = (cdf - cdf[0]) / (cdf[-1] - cdf[0]) * 255
    return np.rint(levels).astype(np.uint8)[places].reshape(image.shape)


# %% right "with dictionaries and exact fractions"
def equalize_histogram(image):
    from collections import Counter
    from fractions import Fraction

    counts = Counter(image.ravel().tolist())
    cdf_min = counts[min(counts)]
    if len(counts) == 1:
        return image.copy()
    table, cdf = {}, 0
    for value in sorted(counts):
        cdf += counts[value]
        table[value] = round(Fraction(255 * (cdf - cdf_min), image.size - cdf_min))
    return np.array([[table[value] for value in row] for row in image.tolist()], dtype=np.uint8)


# %% wrong "without cdf_min"
# You compute 255·cdf/N: the darkest value does not become 0, and an image of one single value
# turns white. Subtract cdf_min above and below the line.
def equalize_histogram(image):
    cdf = np.bincount(image.ravel(), minlength=256).cumsum()
    return np.round(255 * cdf / image.size).astype(np.uint8)[image]


# %% wrong "without cdf_min (single values kept)"
# You compute 255·cdf/N, so the darkest value does not become 0. Subtract cdf_min above and
# below the line.
def equalize_histogram(image):
    if image.min() == image.max():
        return image.copy()
    cdf = np.bincount(image.ravel(), minlength=256).cumsum()
    return np.round(255 * cdf / image.size).astype(np.uint8)[image]


# %% wrong "cdf_min is the first entry of the cdf"
# Your cdf_min is `cdf[0]`, or the smallest entry of the cdf, which is 0 unless the image has a
# black pixel. Take the cdf at the darkest value that occurs.
def equalize_histogram(image):
    cdf = np.bincount(image.ravel(), minlength=256).cumsum()
    levels = np.round(255 * (cdf - cdf[0]) / (image.size - cdf[0]))
    return levels.astype(np.uint8)[image]


# %% wrong "cdf_min above the line only"
# You subtract cdf_min from the cdf, but divide by N: the brightest value does not reach 255.
# Divide by N − cdf_min.
def equalize_histogram(image):
    cdf = np.bincount(image.ravel(), minlength=256).cumsum()
    levels = np.round(255 * (cdf - cdf[image.min()]) / image.size)
    return np.maximum(levels, 0).astype(np.uint8)[image]


# %% wrong "contrast stretch"
# You map the darkest value to 0, the brightest to 255, and the rest in a straight line: one
# bright pixel spoils it. Equalization maps by the *number* of darker pixels, the cdf.
def equalize_histogram(image):
    low, high = float(image.min()), float(image.max())
    return np.round(255 * (image - low) / max(high - low, 1)).astype(np.uint8)


# %% wrong "contrast stretch (single values kept)"
# You map the darkest value to 0, the brightest to 255, and the rest in a straight line.
# Equalization maps by the *number* of darker pixels, the cdf.
def equalize_histogram(image):
    low, high = float(image.min()), float(image.max())
    if low == high:
        return image.copy()
    return np.round(255 * (image - low) / (high - low)).astype(np.uint8)


# %% wrong "truncates"
# `astype(np.uint8)` cuts the decimals off: 191.75 becomes 191. Use `np.round` first.
# - levels = np.round(255 * (cdf - cdf_min) / (image.size - cdf_min))
# + levels = 255 * (cdf - cdf_min) / (image.size - cdf_min)


# %% wrong "truncates, and divides by zero"
# `astype(np.uint8)` cuts the decimals off (use `np.round` first), and an image of one single
# value comes out black: there the formula says 0/0. Return a copy of such an image.
def equalize_histogram(image):
    cdf = np.bincount(image.ravel(), minlength=256).cumsum()
    cdf_min = cdf[image.min()]
    levels = 255 * (cdf - cdf_min) / max(image.size - cdf_min, 1)
    return np.maximum(levels, 0).astype(np.uint8)[image]


# %% wrong "256 instead of 255"
# Levels run from 0 to 255. You scale to 256, which does not fit uint8: the brightest pixels
# become 0.
def equalize_histogram(image):
    cdf = np.bincount(image.ravel(), minlength=256).cumsum()
    cdf_min = cdf[image.min()]
    if cdf_min == image.size:
        return image.copy()
    levels = np.round(256 * (cdf - cdf_min) / (image.size - cdf_min))
    return (levels.astype(int) % 256).astype(np.uint8)[image]


# %% wrong "counts the darker pixels only"
# Your cdf counts the pixels *below* v. It must include the pixels that have the value v itself.
def equalize_histogram(image):
    counts = np.bincount(image.ravel(), minlength=256)
    cdf_min = counts[image.min()]
    if cdf_min == image.size:
        return image.copy()
    below = counts.cumsum() - counts
    levels = np.round(255 * (below - cdf_min) / (image.size - cdf_min))
    return np.maximum(levels, 0).astype(np.uint8)[image]


# %% wrong "the histogram, not its sum"
# You map each value by how often it occurs. Add the counts up first: `.cumsum()`.
def equalize_histogram(image):
    if image.min() == image.max():
        return image.copy()
    counts = np.bincount(image.ravel(), minlength=256)
    return np.round(255 * counts / counts.max()).astype(np.uint8)[image]


# %% wrong "bins between the darkest and the brightest value"
# `np.histogram(image, 256)` spreads its bins from the smallest to the largest value, so bin 60
# is not level 60. Say `range=(0, 256)`, or use `np.bincount`.
def equalize_histogram(image):
    if image.min() == image.max():
        return image.copy()
    counts, _ = np.histogram(image, 256)
    cdf = counts.cumsum()
    levels = np.round(255 * (cdf - cdf[0]) / (cdf[-1] - cdf[0]))
    return levels.astype(np.uint8)[image]


# %% wrong "divides by zero for a single value"
# All is right but an image of one single value: there N − cdf_min is 0, and 0/0 came out as
# black. Return a copy of the image in that case.
def equalize_histogram(image):
    cdf = np.bincount(image.ravel(), minlength=256).cumsum()
    cdf_min = cdf[image.min()]
    rest = max(image.size - cdf_min, 1)
    return np.maximum(np.round(255 * (cdf - cdf_min) / rest), 0).astype(np.uint8)[image]


# %% wrong "returns floats in 0 … 1"
# You return the share of darker pixels, as floats. The result is to be uint8, with values
# 0 … 255: multiply by 255, round, convert.
def equalize_histogram(image):
    cdf = np.bincount(image.ravel(), minlength=256).cumsum()
    cdf_min = cdf[image.min()]
    if cdf_min == image.size:
        return image / 255
    return ((cdf - cdf_min) / (image.size - cdf_min))[image]


# %% wrong "stays in floats"
# The values are right, but they are floats, and floats are taken to be in 0 … 1: the picture
# would show as white. Finish with `.astype(np.uint8)`.
def equalize_histogram(image):
    cdf = np.bincount(image.ravel(), minlength=256).cumsum()
    cdf_min = cdf[image.min()]
    if cdf_min == image.size:
        return image.astype(float)
    return np.round(255 * (cdf - cdf_min) / (image.size - cdf_min))[image]


# %% wrong "changes its input"
# The result is right, but it is written into the array that was passed in, so the caller's
# picture is gone. `table[image]` makes a new array: return that.
def equalize_histogram(image):
    cdf = np.bincount(image.ravel(), minlength=256).cumsum()
    cdf_min = cdf[image.min()]
    if cdf_min < image.size:
        levels = np.round(255 * (cdf - cdf_min) / (image.size - cdf_min))
        image[...] = np.maximum(levels, 0)[image]
    return image


# %% equivalent "levels darker than the darkest pixel are never looked up"
# - return np.maximum(levels, 0).astype(np.uint8)[image]
# + return levels.astype(np.uint8)[image]

# %% equivalent "levels brighter than the brightest pixel are never looked up"
# - cdf = np.bincount(image.ravel(), minlength=256).cumsum()
# + cdf = np.bincount(image.ravel(), minlength=0).cumsum()
# - cdf = np.bincount(image.ravel(), minlength=256).cumsum()
# + cdf = np.bincount(image.ravel()).cumsum()

# %% equivalent "only the size of it is taken"
# - if cdf_min == image.size:
# + if cdf_min == (-image).size:

# %% equivalent "the larger of two is the same either way round"
# - return np.maximum(levels, 0).astype(np.uint8)[image]
# + return np.maximum(0, levels).astype(np.uint8)[image]

# %% accepted "truncates"
# - levels = np.round(255 * (cdf - cdf_min) / (image.size - cdf_min))
# + levels = 255 * (cdf - cdf_min) / (image.size - cdf_min)
# - levels = np.round(255 * (cdf - cdf_min) / (image.size - cdf_min))
# + levels = np.floor(255 * (cdf - cdf_min) / (image.size - cdf_min))

# %% accepted "256 instead of 255"
# - levels = np.round(255 * (cdf - cdf_min) / (image.size - cdf_min))
# + levels = np.round(256 * (cdf - cdf_min) / (image.size - cdf_min))


# %% [markdown]
# ### The histogram, before and after

# %%
moon = photograph("moon", size=(256, 256))
even = equalize_histogram(moon)
show_images({"before": moon, "after": even}, height=256, alt="craters on the moon")
plot_histogram(moon, cdf=True, alt="Before: one narrow peak; the cdf is a steep step.")
plot_histogram(even, cdf=True, alt="After: separate bars over all levels; the cdf is a diagonal.")

# %% [markdown]
# The cdf on the right has become a straight line, and that was the whole idea. The bars have
# gaps: levels can be moved apart, but one level is never split into two.
#
# ### Predict: equalize a colour photograph
#
# Your function takes gray images. For colour there are two obvious ways:
#
# - **A**: equalize red, green and blue, each on its own;
# - **B**: equalize the luma, and brighten or darken all three channels of a pixel by the same
#   amount.
#
# > **Write down before you run the cell:** the cup stands on a brown table. Which colour has the
# > table after A, and which after B?

# %%
coffee = photograph("coffee", size=(200, 300))
each_channel = np.stack([equalize_histogram(coffee[..., c]) for c in range(3)], axis=2)

luma = np.round(255 * rgb_to_gray(coffee / 255)).astype(np.uint8)
change = equalize_histogram(luma).astype(int) - luma
by_luma = np.clip(coffee + change[..., None], 0, 255).astype(np.uint8)

pictures = {"photograph": coffee, "A: each channel": each_channel, "B: by luma": by_luma}
show_images(pictures, height=200, alt="a red cup of coffee on a wooden table")
for name, picture in pictures.items():
    red, green, blue = picture.mean(axis=(0, 1))
    print(f"{name:16} mean red {red:5.1f}   green {green:5.1f}   blue {blue:5.1f}")

# %% [markdown]
# After A the table is a cold gray-blue. Look at the means: equalization gives *every* channel the
# same histogram, with a mean near 128. The photograph was warm because its channels differ;
# made alike, they are gray on average, whatever was photographed.
#
# B moves all three channels together and keeps their differences. The rule behind it is older
# than computers: treat brightness and colour separately. Colour television did, JPEG does.
