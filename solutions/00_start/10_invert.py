# %% [markdown]
# ## Your first exercise: a negative
#
# **Goal.** Turn an image into its negative: black becomes white, white becomes black, and what lies
# between changes sides.
#
# $$\text{result} = 1 - \text{image}$$
#
# | before | 0 | 0.25 | 0.5 | 1 |
# |---|---|---|---|---|
# | after | 1 | 0.75 | 0.5 | 0 |
#
# Every exercise of the course begins like this: what you make, the formula, an example by hand,
# and a table of shapes and ranges. Here `image` is a float array of any shape, with values in
# 0 … 1, and so is the result.
#
# Closed in this exercise: `skimage`, `PIL`, `cv2` and `torchvision`.
#
# ### How a check talks
#
# Before you write the right answer, look at a wrong one. This function forgets the range:

# %%
def a_wrong_answer(image):
    return 255 - image


try:
    check("start.invert", a_wrong_answer)
except AssertionError:
    print("(A check that fails stops the notebook here. This cell goes on, for once.)")

# %% [markdown]
# Read it from the top:
#
# 1. **How many cases fail.** A check runs your function on several inputs, chosen so that mistakes
#    show.
# 2. **A known mistake**, if yours is one. People go wrong in the same few ways; so you read what
#    you did, not only that it is wrong.
# 3. **The cases**: what was special about each, what was expected, what your function gave.
# 4. **Four pictures**: the input, the expected result, yours, and where they differ.
#
# Now write your own. Replace the line that raises `NotImplementedError`, run the cell, then run
# the check below it. First make a mistake on purpose (`return -image`, say), to see what happens.


# %% exercise points=1 forbid="skimage PIL cv2 torchvision"
def invert(image):
    """The negative of an image.

    Args:
        image: float array of any shape, values in [0, 1].

    Returns:
        A new float array of the same shape: black where the image is white.
    """
    ### BEGIN SOLUTION
    return 1 - image
    ### END SOLUTION


# %% hint
# What does the formula make of 0, of 0.25, and of 1?

# %% hint
# Arithmetic with an array and a number works on every value at once: `image + 1`, `2 * image`.

# %% hint
# `return 1 - image`. (The third hint always says nearly everything. Hints cost nothing.)

# %% cases
import numpy as np

from retouch.data import photograph


def cases(rng):
    coffee = (photograph("coffee", size=(36, 48)) / 255).astype(np.float32)
    yield "a photograph (float32)", {"image": coffee}
    yield "random colours, none of them white", {"image": rng.uniform(0.1, 0.8, (5, 7, 3))}
    yield "gray, higher than wide", {"image": rng.uniform(0.1, 0.9, (6, 4))}
    yield "black, gray and white", {"image": np.array([[0.0, 0.5, 1.0]])}


# %% right "value by value"
def invert(image):
    result = np.zeros(image.shape)
    for place, value in np.ndenumerate(image):
        result[place] = 1 - value
    return result


# %% right "scikit-image"
def invert(image):
    from skimage.util import invert

    return invert(image)


# %% wrong "subtracts from 255"
# White is 255 for `uint8`, but these are floats, and their white is 1. Subtract from 1.
# - return 1 - image
# + return 255 - image

# %% wrong "changes the sign"
# −image is below 0, where there are no colours. Black has to become 1: add 1 to it.
# - return 1 - image
# + return -image

# %% wrong "subtracts 1 the wrong way round"
# image − 1 is below 0 everywhere. It is 1 − image.
# - return 1 - image
# + return image - 1

# %% wrong "subtracts from the brightest value"
# Your white is the brightest value of this image, so a dark image stays dark. White is always 1.
# - return 1 - image
# + return image.max() - image

# %% wrong "one over the image"
# 1 / image is another inverse, and for black it is infinite. The negative is 1 − image.
# - return 1 - image
# + return 1 / image

# %% wrong "turns the picture upside down"
# You reversed the rows of pixels. Their places stay; each *value* is to be inverted.
# - return 1 - image
# + return image[::-1].copy()

# %% wrong "inverts bits" raises="'invert' not supported"
# `~` and `np.invert` turn the bits of whole numbers around, and floats have no such bits. Use
# arithmetic.
# - return 1 - image
# + return ~image

# %% wrong "returns bytes"
# The picture is right, but as `uint8` in 0 … 255. Floats come in, so floats in 0 … 1 go out.
# - return 1 - image
# + return np.round(255 * (1 - image)).astype(np.uint8)

# %% wrong "returns nothing"
# Your function computes the negative, or prints it, but gives nothing back. End with
# `return` and the result.
# - return 1 - image
# + print(1 - image)


# %% wrong "changes its input"
# The result is right, but it was written into the caller's array, which is lost. Return a new
# one: `1 - image` makes one.
def invert(image):
    image[...] = 1 - image
    return image


# %% accepted "subtracts 1 the wrong way round"
# - return 1 - image
# + return image - 1

# %% accepted "one over the image"
# - return 1 - image
# + return 1 / image

# %% accepted "changes the sign"
# - return 1 - image
# + return 0 - image


# %% [markdown]
# ### Did it pass?
#
# Then look at what you made:

# %%
show_images(
    {"photograph": image, "its negative": invert(image), "and back": invert(invert(image))},
    alt="a red cup of coffee on a wooden table",
)

# %% [markdown]
# ## Hints
#
# Each call gives the next of three: a question, then what to use, then nearly the code. They cost
# nothing. Try for a few minutes first, all the same: what you find yourself, you keep.

# %%
hint("start.invert")

# %% [markdown]
# ## Your progress
#
# The boxes follow your checks, and are still there tomorrow. In a terminal, `retouch status`
# shows all units.

# %%
progress()
