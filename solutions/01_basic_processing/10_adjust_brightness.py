# %% [markdown]
# ## Brightness
#
# **Goal.** Make a photograph brighter or darker by adding one number to every value.
#
# $$\text{result} = \min(\max(\text{image} + \delta,\ 0),\ 255)$$
#
# | | type | shape | values |
# |---|---|---|---|
# | `image` | `uint8` | any, usually H×W×3 | 0 … 255 |
# | `delta` | `int` | | −255 … 255 |
# | result | `uint8` | as `image` | 0 … 255 |
#
# Values that leave the range *saturate*: they stop at 0 or at 255. With $\delta = 60$:
#
# | before | 0 | 100 | 190 | 200 | 250 |
# |---|---|---|---|---|---|
# | after | 60 | 160 | 250 | **255** | **255** |
#
# Closed in this exercise: `retouch.pixels`, `skimage`, `PIL`, `cv2` and `torchvision`.
#
# **Why it matters.** A `uint8` is one byte, and a byte counts in a circle: after 255 comes 0.
# Brighten a sky without care and its brightest clouds turn black.
#
# Leave `image` as it is and return a new array. You will call this function on pictures that
# you still need.

# %% exercise points=1 forbid="retouch.pixels skimage PIL cv2 torchvision"
def adjust_brightness(image, delta):
    """Add a number to every value, saturating at both ends.

    Args:
        image: uint8 array of any shape, values 0 to 255.
        delta: whole number from -255 to 255.

    Returns:
        A new uint8 array of the same shape.
    """
    ### BEGIN SOLUTION
    brighter = image.astype(np.int16) + delta
    return np.clip(brighter, 0, 255).astype(np.uint8)
    ### END SOLUTION


# %% hint
# What is `np.uint8(200) + np.uint8(100)`? At which moment is the true sum lost: when you
# clip, or before?

# %% hint
# `image.astype(np.int16)` has room for negative values and for values above 255.
# `np.clip(array, low, high)` stops values at both ends.

# %% hint
# Three steps, in this order: `wide = image.astype(np.int16) + delta`, then clip `wide` to
# 0 and 255, then `.astype(np.uint8)` on what the clip returns.

# %% cases
import numpy as np

from retouch.data import photograph


def cases(rng):
    def colors(*shape):
        return rng.integers(0, 256, shape, dtype=np.uint8)

    levels = np.arange(256, dtype=np.uint8).reshape(8, 32)
    yield "a photograph, brighter", {"image": photograph("coffee", size=(36, 48)), "delta": 70}
    yield "every gray level, brighter", {"image": levels, "delta": int(rng.integers(20, 90))}
    yield "every gray level, darker", {"image": levels, "delta": -int(rng.integers(20, 90))}
    yield "random colours, darker", {"image": colors(5, 7, 3), "delta": -int(rng.integers(60, 120))}
    yield "delta 0 changes nothing", {"image": colors(3, 4, 3), "delta": 0}
    yield "delta 255 makes everything white", {"image": colors(4, 3, 3), "delta": 255}
    yield "delta -255 makes everything black", {"image": colors(4, 3, 3), "delta": -255}


# %% right "looks the new value up in a table"
def adjust_brightness(image, delta):
    table = [min(max(level + delta, 0), 255) for level in range(256)]
    return np.array(table, dtype=np.uint8)[image]


# %% right "in floats, with two masks"
def adjust_brightness(image, delta):
    result = image.astype(float) + delta
    result[result < 0] = 0
    result[result > 255] = 255
    return result.astype(np.uint8)


# %% right "limits what is added, in uint8"
def adjust_brightness(image, delta):
    if delta >= 0:
        return image + np.minimum(255 - image, np.uint8(delta))
    return image - np.minimum(image, np.uint8(-delta))


# %% right "Pillow's saturating arithmetic"
def adjust_brightness(image, delta):
    from PIL import Image, ImageChops

    picture = Image.fromarray(image)
    same = Image.fromarray(np.full_like(image, abs(delta)))
    operation = ImageChops.add if delta >= 0 else ImageChops.subtract
    return np.array(operation(picture, same))


# %% wrong "adds in uint8" when="!clip|clamp|minimum|maximum|where|min|max"
# The sum is made in uint8, where 250 + 10 is 4 and a negative number cannot even be written.
# Widen `image` first, with `image.astype(np.int16)`, and stop the sum at 0 and 255.
def adjust_brightness(image, delta):
    return image + delta


# %% wrong "clips after the overflow" when="clip|clamp|minimum|maximum|where|min|max"
# The sum is made in uint8, where 250 + 10 is 4 and a negative number cannot even be written;
# clipping comes too late. Widen `image` first, with `image.astype(np.int16)`.
def adjust_brightness(image, delta):
    return np.clip(image + delta, 0, 255).astype(np.uint8)


# %% wrong "never clips"
# Your sum is right, but turning 260 into uint8 gives 4, and −10 gives 246. Clip to 0 … 255
# before you go back to uint8.
def adjust_brightness(image, delta):
    return (image.astype(np.int16) + delta).astype(np.uint8)


# %% wrong "saturates at the top only"
# Bright values stop at 255, but dark values fall below 0 and wrap around to nearly white.
# Clip at both ends.
def adjust_brightness(image, delta):
    return np.minimum(image.astype(np.int16) + delta, 255).astype(np.uint8)


# %% wrong "saturates at the bottom only"
# Dark values stop at 0, but bright values pass 255 and wrap around to nearly black.
# Clip at both ends.
def adjust_brightness(image, delta):
    return np.maximum(image.astype(np.int16) + delta, 0).astype(np.uint8)


# %% wrong "changes its input"
# The result is right, but it is written into the array that was passed in, so the caller's
# picture is gone. Make a new array: `astype` does, and so does arithmetic.
def adjust_brightness(image, delta):
    image[...] = np.clip(image.astype(np.int16) + delta, 0, 255)
    return image


# %% wrong "adds in place"
# `+=` makes the sum in uint8, where it wraps around, and overwrites the caller's picture too.
# Make a wider copy first: `image.astype(np.int16) + delta`.
def adjust_brightness(image, delta):
    image += delta
    return np.clip(image, 0, 255)


# %% wrong "stays in a wide integer type"
# The values are right, but the array is not uint8 any more, and everything that shows or
# saves images will misread it. Finish with `.astype(np.uint8)`.
def adjust_brightness(image, delta):
    return np.clip(image.astype(int) + delta, 0, 255)


# %% wrong "stays in floats"
# The values are right, but they are floats, and floats are taken to be in 0 … 1: the picture
# would show as white. Finish with `.astype(np.uint8)`.
def adjust_brightness(image, delta):
    return np.clip(image.astype(float) + delta, 0, 255)


# %% wrong "returns floats in 0 … 1"
# You divided by 255 on the way. The result here is to be uint8 with values 0 … 255, like the
# input.
def adjust_brightness(image, delta):
    return np.clip((image.astype(float) + delta) / 255, 0, 1)


# %% wrong "multiplies"
# Each value is scaled, so that dark pixels hardly change and black stays black. That is
# exposure, or contrast; brightness adds the same number everywhere.
def adjust_brightness(image, delta):
    return np.clip(image * (1 + delta / 255), 0, 255).astype(np.uint8)


# %% wrong "rescales so that nothing saturates"
# After adding, you stretched the values back onto 0 … 255: the brightness that you added is
# taken away again. Values outside the range stop at its end; the others stay as they are.
def adjust_brightness(image, delta):
    brighter = image.astype(float) + delta
    low, high = brighter.min(), brighter.max()
    return (255 * (brighter - low) / (high - low)).astype(np.uint8)


# %% wrong "subtracts"
# The picture gets darker where it should get brighter: the sign of `delta` is turned around.
def adjust_brightness(image, delta):
    return np.clip(image.astype(np.int16) - delta, 0, 255).astype(np.uint8)


# %% equivalent "the largest of 0 and the sum is the same either way round"
# - return np.clip(brighter, 0, 255).astype(np.uint8)
# + return np.clip(0, brighter, 255).astype(np.uint8)


# %% accepted "clips after the overflow"
# - brighter = image.astype(np.int16) + delta
# + brighter = image + delta
# - brighter = image.astype(np.int16) + delta
# + brighter = image.astype(np.uint8) + delta


# %% accepted "stays in a wide integer type"
# - return np.clip(brighter, 0, 255).astype(np.uint8)
# + return np.clip(brighter, 0, 255)
# - return np.clip(brighter, 0, 255).astype(np.uint8)
# + return np.clip(brighter, 0, 255).astype(np.int16)


# %% accepted "stays in floats"
# - return np.clip(brighter, 0, 255).astype(np.uint8)
# + return np.clip(brighter, 0, 255).astype(np.float32)


# %% accepted "subtracts"
# - brighter = image.astype(np.int16) + delta
# + brighter = image.astype(np.int16) - delta
# - brighter = image.astype(np.int16) + delta
# + brighter = image.astype(np.int16) + -delta


# %% accepted "never clips"
# - return np.clip(brighter, 0, 255).astype(np.uint8)
# + return brighter.astype(np.uint8)


# %% accepted "saturates at the bottom only"
# - return np.clip(brighter, 0, 255).astype(np.uint8)
# + return np.clip(brighter, 0, 510).astype(np.uint8)


# %% [markdown]
# ### See the bug for yourself
#
# The coffee cup again, once with your function and once with the sum made in `uint8`.
# Where does it wrap around: in the shadows or in the lights?

# %%
coffee = photograph("coffee", size=(200, 300))
show_images(
    {
        "original": coffee,
        "yours, +70": adjust_brightness(coffee, 70),
        "in uint8, +70": coffee + np.uint8(70),
    },
    alt="a cup of coffee on a table; where the sum wraps around, bright areas are dark and "
    "in false colours",
)
