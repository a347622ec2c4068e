# %% [markdown]
# ## Gamma
#
# **Goal.** Lift the shadows, or deepen them, and leave black black and white white.
#
# $$\text{result} = \text{image}^{\,\gamma}$$
#
# | | type | shape | values |
# |---|---|---|---|
# | `image` | float | any, usually H×W×3 | 0 … 1 |
# | `gamma` | `float` | | above 0 |
# | result | float | as `image` | 0 … 1 |
#
# From here on, images are floats in 0 … 1, unless an exercise says `uint8`. On that range a
# power stays in range: $0^\gamma = 0$ and $1^\gamma = 1$. What lies between moves:
#
# | before | 0 | 0.04 | 0.25 | 0.81 | 1 |
# |---|---|---|---|---|---|
# | $\gamma = 0.5$ | 0 | 0.2 | 0.5 | 0.9 | 1 |
# | $\gamma = 2$ | 0 | 0.0016 | 0.0625 | 0.6561 | 1 |
#
# So $\gamma < 1$ brightens, and dark pixels most of all. Adding a number cannot do this: it
# moves black and white too.
#
# Closed in this exercise: `retouch.pixels`, `skimage`, `PIL`, `cv2` and `torchvision`.
#
# **Why it matters.** Cameras and screens store light with a gamma of about 1/2.2, because we
# see differences between dark tones better than between bright ones.

# %% exercise points=1 forbid="retouch.pixels skimage PIL cv2 torchvision"
def adjust_gamma(image, gamma):
    """Raise every value to a power.

    Args:
        image: float array of any shape, values in [0, 1].
        gamma: the exponent, above 0; less than 1 brightens.

    Returns:
        A new float array of the same shape, values in [0, 1].
    """
    ### BEGIN SOLUTION
    return image**gamma
    ### END SOLUTION


# %% hint
# Take the value 0.25 and gamma 0.5. Which single operation of Python gives 0.5?

# %% hint
# `array ** number` and `np.power(array, number)` work on every value of an array at once.

# %% hint
# The whole answer is `return`, the image, the power operator, and gamma: no 255 anywhere.

# %% cases
import numpy as np

from retouch.data import photograph


def cases(rng):
    def values(*shape):
        return rng.uniform(0.02, 0.9, shape)

    chelsea = (photograph("chelsea", size=(36, 48)) / 255).astype(np.float32)
    yield "a photograph (float32), shadows lifted", {"image": chelsea, "gamma": 0.45}
    yield "gamma above 1 darkens", {"image": values(5, 7, 3), "gamma": float(rng.uniform(1.5, 3))}
    yield "gamma below 1 brightens", {"image": values(4, 6), "gamma": float(rng.uniform(0.3, 0.7))}
    yield "gamma 1 changes nothing", {"image": values(3, 4, 3), "gamma": 1.0}
    yield "black and white stay", {"image": np.array([[0.0, 0.5, 1.0]]), "gamma": 2.2}
    black = np.array([[0.0, 0.3, 1.0], [0.6, 0.0, 0.0]])
    yield "black stays, shadows lifted", {"image": black, "gamma": float(rng.uniform(0.15, 0.25))}
    yield "float32", {"image": values(6, 5, 3).astype(np.float32), "gamma": 1.8}


# %% right "with a logarithm"
def adjust_gamma(image, gamma):
    logarithm = np.log(image, out=np.full(image.shape, -np.inf), where=image > 0)
    return np.exp(gamma * logarithm)


# %% right "value by value"
def adjust_gamma(image, gamma):
    result = np.zeros(image.shape)
    for place, value in np.ndenumerate(image):
        result[place] = float(value) ** gamma
    return result


# %% right "scikit-image"
def adjust_gamma(image, gamma):
    from skimage.exposure import adjust_gamma

    return adjust_gamma(image, gamma)


# %% wrong "1/gamma"
# You raise to the power 1/gamma, so that a gamma below 1 darkens. Here the exponent is gamma
# itself.
# - return image**gamma
# + return image ** (1 / gamma)

# %% wrong "on the 0–255 scale"
# You scale to 0 … 255 before taking the power, and 255 to a power is not 255: white does not
# stay white. The power belongs on the range 0 … 1.
# - return image**gamma
# + return (255 * image) ** gamma / 255

# %% wrong "on the 0–255 scale, and never back"
# You scale to 0 … 255 before taking the power and leave the result there. Take the power of the
# values in 0 … 1 as they are: it stays in that range.
# - return image**gamma
# + return (255 * image) ** gamma

# %% wrong "returns values up to 255"
# The power is right, but you scaled the result to 0 … 255. Floats stay in 0 … 1.
# - return image**gamma
# + return 255 * image**gamma

# %% wrong "a small number in the logarithm"
# Black is not 0 any more: a small number added to the values, so that their logarithm is finite, is
# large after a small power. `image ** gamma` needs no logarithm.
# - return image**gamma
# + return np.exp(gamma * np.log(image + 1e-8))

# %% wrong "multiplies"
# Multiplying by gamma scales all tones alike and pushes the bright ones out of range. Gamma
# is an exponent.
# - return image**gamma
# + return np.clip(gamma * image, 0, 1)

# %% wrong "base and exponent swapped"
# You raise gamma to the power of the pixel, so black becomes 1. The pixel is the base and
# gamma the exponent.
# - return image**gamma
# + return gamma**image

# %% wrong "divides by the image's maximum"
# You first scale the image so that its brightest value is 1; a dark photograph is not to be
# stretched here. Values are in 0 … 1 already: take the power as they are.
# - return image**gamma
# + return (image / image.max()) ** gamma

# %% wrong "rounds to 256 levels"
# You go through uint8 on the way, which leaves 256 levels: lifted shadows show stripes. Stay
# in floats.
# - return image**gamma
# + return ((255 * image).astype(np.uint8) / 255) ** gamma


# %% wrong "changes its input"
# The result is right, but `**=` writes it into the array that was passed in. Write
# `image ** gamma`, which makes a new array.
def adjust_gamma(image, gamma):
    image **= gamma
    return image


# %% accepted "base and exponent swapped"
# - return image**gamma
# + return gamma ** image


# %% [markdown]
# ### Feel it
#
# Move the slider. Watch the dark fur, then the bright cloth behind: which changes more at 0.4,
# and which at 2.5? The curve says why.

# %%
chelsea = photograph("chelsea", size=(200, 300)) / 255


def with_gamma(gamma):
    return {"original": chelsea, f"gamma {gamma:.2f}": adjust_gamma(chelsea, gamma)}


explore(
    with_gamma,
    alt="a tabby cat's face",
    gamma=(0.2, 3.0, 0.05, 0.5),
)

# %%
tones = np.linspace(0, 1, 101)
plot_curve(
    tones,
    {f"gamma {gamma}": adjust_gamma(tones, gamma) for gamma in (0.4, 1.0, 2.5)},
    xlabel="value before",
    ylabel="value after",
    alt="Three curves from 0, 0 to 1, 1: gamma 0.4 bends far above the diagonal, gamma 1 is the "
    "diagonal, gamma 2.5 bends below it. The left end, the shadows, moves most.",
)
