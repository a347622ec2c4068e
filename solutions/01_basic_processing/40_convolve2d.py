# %% [markdown]
# ## Convolution
#
# **Goal.** Replace every pixel by a weighted sum of its neighbourhood. One function, and the
# weights, called the *kernel*, decide whether it blurs, sharpens, finds edges or embosses.
#
# $$\text{result}[y, x] = \sum_{i=-a}^{a}\ \sum_{j=-b}^{b}
#   \text{kernel}[a + i,\ b + j]\ \cdot\ \text{image}[y - i,\ x - j]$$
#
# | | type | shape | values |
# |---|---|---|---|
# | `image` | float | H×W | 0 … 1 |
# | `kernel` | float | (2a+1)×(2b+1): both sides odd, and they may differ | any |
# | result | float | H×W | any: do not clip |
#
# Three things to get right:
#
# 1. **The minus signs.** Kernel and image run in opposite directions: *turn the kernel by 180°,
#    then slide it*. Without the turn the operation is called correlation.
# 2. **The border.** Where the kernel hangs over the edge, the image is taken to be **0**.
# 3. **The size.** The result is as large as the image.
#
# A row of five pixels and the kernel `[[1, 2, 3]]`, by hand. Turned, the kernel is 3, 2, 1:
#
# | | x = 0 | 1 | 2 | 3 | 4 |
# |---|---|---|---|---|---|
# | image | 0 | 0 | 1 | 0 | 5 |
# | result | 0 | **1** | **2** | **3 + 5** | **10** |
#
# The single 1 in the middle becomes 1, 2, 3: *a convolution paints a copy of the kernel,
# unturned, at every pixel, as bright as that pixel*. The turn is what makes it so.
# (The 5 paints 5, 10 and 15, too; the 15 falls off the edge.)
#
# Closed in this exercise: `retouch.pixels`, `scipy`, `skimage`, `PIL`, `cv2`, `torch` and
# `torchvision`.
#
# **Why it matters.** Almost every network in this course is made of this sum. (What deep
# learning libraries call convolution leaves out the turn; as the weights are learned, no one
# notices. You will when you copy weights.)

# %% exercise points=3 forbid="retouch.pixels scipy skimage PIL cv2 torch torchvision"
def convolve2d(image, kernel):
    """Convolve an image with a kernel; outside, the image is zero.

    Args:
        image: float array H×W.
        kernel: float array with odd height and odd width, which may differ.

    Returns:
        A new float array H×W.
    """
    ### BEGIN SOLUTION
    turned = kernel[::-1, ::-1]
    kernel_height, kernel_width = kernel.shape
    height, width = image.shape
    padded = np.pad(image, [(kernel_height // 2,) * 2, (kernel_width // 2,) * 2])
    result = np.zeros(image.shape)
    for i in range(kernel_height):
        for j in range(kernel_width):
            result += turned[i, j] * padded[i : i + height, j : j + width]
    return result
    ### END SOLUTION


# %% hint
# How many rows of zeros does a kernel of height 5 need above the image, and how many columns
# does one of width 3 need on its left? What does `kernel[::-1, ::-1]` do?

# %% hint
# `np.pad(image, [(top, bottom), (left, right)])` adds zeros. Then you need only two short loops,
# over the rows and columns of the *kernel*: each adds the whole image, shifted and weighted.

# %% hint
# With `padded` and the turned kernel: start from `result = np.zeros(image.shape)`, and for
# every `i`, `j` of the kernel add `turned[i, j] * padded[i:i + H, j:j + W]`.

# %% cases
import numpy as np

from retouch.data import photograph


def cases(rng):
    def values(*shape):
        return rng.uniform(0.05, 1, shape)

    # The weights of each random kernel add up to neither 0 nor 1, and no two are alike.
    camera = (photograph("camera", size=(48, 64)) / 255).astype(np.float32)
    emboss = np.array([[-2.0, -1.0, 0.0], [-1.0, 1.0, 1.0], [0.0, 1.0, 2.0]])
    dot = np.zeros((7, 9))
    dot[3, 4] = 1
    yield "a photograph (float32), embossed", {"image": camera, "kernel": emboss}
    yield "one bright pixel paints the kernel", {"image": dot, "kernel": values(3, 3)}
    yield "a kernel wider than high", {"image": values(8, 7), "kernel": values(3, 5)}
    yield "a kernel higher than wide", {"image": values(7, 10), "kernel": values(5, 3)}
    yield "a kernel that is one row", {"image": values(5, 6), "kernel": values(1, 5)}
    yield "a kernel of one weight", {"image": values(4, 6), "kernel": values(1, 1)}
    yield "negative weights", {"image": values(6, 8), "kernel": -values(3, 3)}


# %% right "SciPy"
def convolve2d(image, kernel):
    from scipy.signal import convolve2d

    return convolve2d(image, kernel, mode="same")


# %% right "pixel by pixel"
def convolve2d(image, kernel):
    a, b = kernel.shape[0] // 2, kernel.shape[1] // 2
    padded = np.pad(image, ((a, a), (b, b)))
    turned = np.flip(kernel)
    result = np.zeros(image.shape)
    for y, x in np.ndindex(image.shape):
        result[y, x] = (padded[y : y + 2 * a + 1, x : x + 2 * b + 1] * turned).sum()
    return result


# %% right "all windows at once"
def convolve2d(image, kernel):
    pads = [(side // 2, side // 2) for side in kernel.shape]
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(image, pads), kernel.shape)
    return np.einsum("yxij,ij->yx", windows, np.rot90(kernel, 2))


# %% right "by Fourier transform"
def convolve2d(image, kernel):
    shape = [n + k - 1 for n, k in zip(image.shape, kernel.shape, strict=True)]
    full = np.fft.irfft2(np.fft.rfft2(image, shape) * np.fft.rfft2(kernel, shape), shape)
    top, left = kernel.shape[0] // 2, kernel.shape[1] // 2
    return full[top : top + image.shape[0], left : left + image.shape[1]]


# %% right "paints copies of the kernel"
def convolve2d(image, kernel):
    height, width = kernel.shape
    full = np.zeros((image.shape[0] + height - 1, image.shape[1] + width - 1))
    for y, x in np.ndindex(image.shape):
        full[y : y + height, x : x + width] += image[y, x] * kernel
    top, left = height // 2, width // 2
    return full[top : top + image.shape[0], left : left + image.shape[1]]


# %% wrong "correlates instead of convolving"
# The kernel slides over the image unturned: that is correlation. A convolution turns the
# kernel by 180° first, `kernel[::-1, ::-1]`.
def convolve2d(image, kernel):
    from scipy.signal import correlate2d

    return correlate2d(image, kernel, mode="same")


# %% wrong "flips the rows only"
# `kernel[::-1]` turns the kernel upside down, but leaves left and right. Flip both axes:
# `kernel[::-1, ::-1]`.
def convolve2d(image, kernel):
    from scipy.signal import correlate2d

    return correlate2d(image, kernel[::-1], mode="same")


# %% wrong "flips the columns only"
# `np.fliplr` mirrors left and right, but leaves top and bottom. Flip both axes:
# `kernel[::-1, ::-1]`.
def convolve2d(image, kernel):
    from scipy.signal import correlate2d

    return correlate2d(image, kernel[:, ::-1], mode="same")


# %% wrong "turns the kernel by 90°"
# `np.rot90` makes a quarter turn, and a convolution needs a half turn. Use
# `kernel[::-1, ::-1]`, or `np.rot90` twice.
def convolve2d(image, kernel):
    from scipy.signal import correlate2d

    return correlate2d(image, np.rot90(kernel), mode="same")


# %% wrong "repeats the border pixels"
# Inside, all is right. Beyond the edge the image is to be 0, and you repeat its border pixels
# there (`mode="edge"`).
def convolve2d(image, kernel):
    pads = [(side // 2, side // 2) for side in kernel.shape]
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(image, pads, mode="edge"), kernel.shape
    )
    return np.einsum("yxij,ij->yx", windows, np.flip(kernel))


# %% wrong "mirrors the image at the border" of "repeats the border pixels"
# Inside, all is right. Beyond the edge the image is to be 0, and you mirror it there
# (`mode="reflect"`).
# - np.pad(image, pads, mode="edge"), kernel.shape
# + np.pad(image, pads, mode="reflect"), kernel.shape

# %% wrong "wraps around at the border" of "repeats the border pixels"
# Inside, all is right. Beyond the edge the image is to be 0, but what leaves your image on
# one side enters on the other, as it does with a plain Fourier transform or `np.roll`.
# - np.pad(image, pads, mode="edge"), kernel.shape
# + np.pad(image, pads, mode="wrap"), kernel.shape


# %% wrong "valid size"
# The result is smaller than the image: you keep only the places where the whole kernel fits.
# Pad the image with zeros first.
def convolve2d(image, kernel):
    from scipy.signal import convolve2d

    return convolve2d(image, kernel, mode="valid")


# %% wrong "full size"
# The result is larger than the image: you padded by the kernel's whole side. Half of it,
# `side // 2`, is enough.
def convolve2d(image, kernel):
    from scipy.signal import convolve2d

    return convolve2d(image, kernel, mode="full")


# %% wrong "leaves the border at 0"
# You compute only the pixels where the whole kernel fits, and the others stay 0. At the
# border, too, the kernel sees a part of the image: pad with zeros, then compute every pixel.
def convolve2d(image, kernel):
    from scipy.signal import convolve2d

    a, b = kernel.shape[0] // 2, kernel.shape[1] // 2
    result = np.zeros(image.shape)
    result[a : image.shape[0] - a, b : image.shape[1] - b] = convolve2d(image, kernel, mode="valid")
    return result


# %% wrong "padding of the two sides swapped"
# Rows are padded by half the kernel's width and columns by half its height, so it works
# for square kernels only. `kernel.shape[0]` is the height, and pads the rows.
def convolve2d(image, kernel):
    turned = kernel[::-1, ::-1]
    height, width = image.shape
    padded = np.pad(image, [(kernel.shape[1] // 2,) * 2, (kernel.shape[0] // 2,) * 2])
    result = np.zeros(image.shape)
    for i in range(kernel.shape[0]):
        for j in range(kernel.shape[1]):
            result += turned[i, j] * padded[i : i + height, j : j + width]
    return result


# %% wrong "the same padding for both sides" of "padding of the two sides swapped"
# You pad rows and columns alike, by half the kernel's height, so it works for square
# kernels only. Columns need half the kernel's width.
# - padded = np.pad(image, [(kernel.shape[1] // 2,) * 2, (kernel.shape[0] // 2,) * 2])
# + padded = np.pad(image, kernel.shape[0] // 2)


# %% wrong "result shifted"
# The values are right, but half a kernel too far down and right: all the padding is above and
# on the left. Pad by `side // 2` on every side.
def convolve2d(image, kernel):
    from scipy.signal import convolve2d

    return convolve2d(image, kernel, mode="full")[: image.shape[0], : image.shape[1]]


# %% wrong "normalises the kernel"
# You divide by the sum of the weights. That keeps the brightness of a blur, but edges and
# embossing are lost: apply the kernel as it is.
def convolve2d(image, kernel):
    from scipy.signal import convolve2d

    return convolve2d(image, kernel / kernel.sum(), mode="same")


# %% wrong "clips the result"
# You clip to 0 … 1, which throws away every negative value: half of all edges. A convolution
# returns the sums as they are.
def convolve2d(image, kernel):
    from scipy.signal import convolve2d

    return np.clip(convolve2d(image, kernel, mode="same"), 0, 1)


# %% wrong "takes the absolute value"
# Negative sums are turned positive. Their sign tells a dark-to-bright edge from a
# bright-to-dark one: return the sums as they are.
def convolve2d(image, kernel):
    from scipy.signal import convolve2d

    return np.abs(convolve2d(image, kernel, mode="same"))


# %% wrong "overwrites its input"
# The result is right, but it is written into `image`. Collect it in a new array:
# `np.zeros(image.shape)`.
def convolve2d(image, kernel):
    from scipy.signal import convolve2d

    image[...] = convolve2d(image, kernel, mode="same")
    return image


# %% wrong "reads pixels that it has overwritten"
# Each result is written into the image that the next window still reads. Read from one array
# and write into another.
def convolve2d(image, kernel):
    a, b = kernel.shape[0] // 2, kernel.shape[1] // 2
    padded = np.pad(image, ((a, a), (b, b)))
    turned = np.flip(kernel)
    for y, x in np.ndindex(image.shape):
        window = padded[y : y + 2 * a + 1, x : x + 2 * b + 1]
        padded[y + a, x + b] = (window * turned).sum()
    return padded[a : a + image.shape[0], b : b + image.shape[1]]


# %% equivalent "only the shape of it is taken"
# - result = np.zeros(image.shape)
# + result = np.zeros((-image).shape)
# - kernel_height, kernel_width = kernel.shape
# + kernel_height, kernel_width = (-kernel).shape

# %% accepted "correlates instead of convolving"
# - turned = kernel[::-1, ::-1]
# + turned = kernel


# %% [markdown]
# ### Kernels, one by one
#
# Choose a kernel and look at the result. `strength` mixes it with the photograph: 0 is the
# photograph itself. Which of these kernels add up to 1, which to 0, and how can you tell from the
# picture?

# %%
KERNELS = {
    "blur": np.full((9, 9), 1 / 81),
    "motion": np.eye(15) / 15,
    "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
    "emboss": np.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]),
    "edges": np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]),
}
camera = photograph("camera", size=(200, 300)) / 255


def with_kernel(kernel, strength):
    filtered = convolve2d(camera, KERNELS[kernel])
    return {"photograph": camera, kernel: (1 - strength) * camera + strength * filtered}


explore(
    with_kernel,
    alt="a man with a camera on a tripod",
    kernel=list(KERNELS),
    strength=(0.0, 1.0, 0.1, 1.0),
)

# %% [markdown]
# ### Predict: a blur of a blur of a blur
#
# Take one white pixel on black and convolve it four times with the same 7×7 block of equal
# weights. After the first time you see the block, a square.
#
# > **Write down before you run the cell:** what do you see after the fourth time? A larger
# > square? A pyramid? A round blob?

# %%
block = np.full((7, 7), 1 / 49)
spots = [np.zeros((41, 41))]
spots[0][20, 20] = 1
for _ in range(4):
    spots.append(convolve2d(spots[-1], block))
show_images(
    {f"after {n}": spot / spot.max() for n, spot in enumerate(spots)},
    columns=5,
    height=130,
    alt="a white dot, then a square, then ever softer and rounder spots",
)
offsets = np.arange(-20, 21)
bell = np.exp(-(offsets**2) / (2 * 16))
plot_curve(
    offsets,
    {"after 4, middle row": spots[4][20] / spots[4].max(), "exp(−x² / 2σ²), σ = 4": bell},
    xlabel="pixels from the middle",
    ylabel="brightness",
    alt="Two curves that nearly coincide: the middle row after four blurs, and a bell curve.",
)

# %% [markdown]
# Round, from nothing but squares. Sums of many small, independent shifts end in the bell curve
# (the central limit theorem), and convolving kernels adds shifts. A 7×7 block moves light by
# $\sigma^2 = (7^2 - 1)/12 = 4$ in each direction; four of them make $\sigma^2 = 16$.
#
# That is why the blur of the exercises to come is the Gaussian: it is where every blur tends to.
