# %% [markdown]
# ## Rotation
#
# **Goal.** Turn an image about its centre by any angle.
#
# Do not ask where each pixel goes. *Ask where each pixel of the result comes from*: every one
# then gets a value, and none is left as a hole. The place it comes from lies between four
# pixels, and you mix them.
#
# **1. Where from.** The centre of the pixel grid is $(c_y, c_x) = \left(\tfrac{H-1}{2},
# \tfrac{W-1}{2}\right)$: the first row is 0 and the last one $H-1$. Measured from there, the
# result's pixel $(y, x)$ is at $d_y = y - c_y$, $d_x = x - c_x$. Counter-clockwise on the screen,
# with rows counted downwards, it comes from
#
# $$\begin{aligned}
# \text{source}_x &= c_x + \cos\theta \cdot d_x - \sin\theta \cdot d_y \\
# \text{source}_y &= c_y + \sin\theta \cdot d_x + \cos\theta \cdot d_y
# \end{aligned}$$
#
# **2. Mix four pixels** (bilinear interpolation). With $y_0 = \lfloor \text{source}_y \rfloor$,
# $x_0 = \lfloor \text{source}_x \rfloor$ and the fractions $f_y = \text{source}_y - y_0$,
# $f_x = \text{source}_x - x_0$:
#
# $$(1-f_y)(1-f_x)\,I[y_0, x_0] + (1-f_y)\,f_x\,I[y_0, x_0{+}1] + f_y\,(1-f_x)\,I[y_0{+}1, x_0]
#   + f_y\,f_x\,I[y_0{+}1, x_0{+}1]$$
#
# **3. Outside is 0.** A pixel $I[\cdot,\cdot]$ that is not in the image counts as 0. So the
# result fades from the border pixels to black over the width of one pixel.
#
# | | type | shape | values |
# |---|---|---|---|
# | `image` | float | H×W or H×W×3 | 0 … 1 |
# | `degrees` | `float` | | any; positive is counter-clockwise |
# | result | float | as `image`: what leaves the frame is lost | 0 … 1 |
#
# By hand, for `[[1, 2, 3]]` turned by 90°: the centre is row 0, column 1. The result's pixel
# (0, 0) has $d_x = -1$, so it comes from row −1, column 1, which is outside: 0. The centre stays.
# The result is `[[0, 2, 0]]`. A *square* image turned by 90° is `np.rot90(image)`, and nothing
# is lost: try your function on one.
#
# Closed in this exercise: `retouch.pixels`, `scipy`, `skimage`, `PIL`, `cv2`, `torch` and
# `torchvision`.
#
# **Why it matters.** Look up, mix, pad: lens correction, augmentation (unit 2), and the warps
# of DeepSIM (unit 10) are this function with another step 1.

# %% exercise points=3 forbid="retouch.pixels scipy skimage PIL cv2 torch torchvision"
def rotate(image, degrees):
    """Turn an image counter-clockwise about its centre, with bilinear interpolation.

    Args:
        image: float array H×W or H×W×3.
        degrees: the angle; positive turns counter-clockwise as seen on the screen.

    Returns:
        A new float array of the same shape; 0 where it looks outside the image.
    """
    ### BEGIN SOLUTION
    height, width = image.shape[:2]
    center_y, center_x = (height - 1) / 2, (width - 1) / 2
    dy = np.arange(height)[:, None] - center_y
    dx = np.arange(width)[None, :] - center_x
    cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    source_y = center_y + sin * dx + cos * dy
    source_x = center_x + cos * dx - sin * dy

    y0, x0 = np.floor(source_y).astype(int), np.floor(source_x).astype(int)
    result = np.zeros(image.shape)
    for y in (y0, y0 + 1):
        for x in (x0, x0 + 1):
            inside = (0 <= y) & (y < height) & (0 <= x) & (x < width)
            weight = inside * (1 - abs(source_y - y)) * (1 - abs(source_x - x))
            pixels = image[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)]
            result += weight.reshape(weight.shape + (1,) * (image.ndim - 2)) * pixels
    return result
    ### END SOLUTION


# %% hint
# For each pixel of the *result*: where in the *image* does it come from? Write `source_y` and
# `source_x` as two H×W arrays first, and look at them for a 3×3 image and 90 degrees.

# %% hint
# `np.deg2rad`, `np.cos`, `np.sin`, `np.floor(...).astype(int)`. With `dy` of shape H×1 and `dx`
# of shape 1×W, sums are H×W. Zeros outside: pad the image with `np.pad`, or multiply each of the
# four pixels by a mask.

# %% hint
# For each of the four corners `(y, x)` of `(y0 or y0 + 1, x0 or x0 + 1)`: the weight is
# `(1 - abs(source_y - y)) * (1 - abs(source_x - x))`, and 0 where `y` or `x` is outside. Read
# the pixel with clipped indices, and add weight times pixel (in colour: `weight[..., None]`).

# %% cases
import numpy as np

from retouch.data import photograph


def cases(rng):
    # One pixel is black: scikit-image limits its result to the range of the image, and would
    # brighten the faded border where that range does not begin at 0.
    def values(*shape):
        image = rng.uniform(0.2, 1, shape)
        image[shape[0] // 2, shape[1] // 2] = 0
        return image

    # At whole multiples of 90 degrees, rounding decides whether a border pixel is looked up just
    # inside or just outside. With a black frame, it does not matter.
    def framed(*shape):
        image = values(*shape)
        image[[0, -1]] = image[:, [0, -1]] = 0
        return image

    rocket = (photograph("rocket", size=(30, 40)) / 255).astype(np.float32)
    yield "a photograph (float32), 25 degrees", {"image": rocket, "degrees": 25.0}
    yield "a quarter turn of a square", {"image": framed(7, 7), "degrees": 90.0}
    yield "odd sides", {"image": values(7, 11), "degrees": float(rng.uniform(33, 42))}
    yield "even sides", {"image": values(10, 6), "degrees": float(rng.uniform(33, 42))}
    yield "clockwise, in colour", {"image": values(6, 9, 3), "degrees": -float(rng.uniform(20, 30))}
    yield "more than half a turn", {"image": values(8, 7), "degrees": float(rng.uniform(190, 215))}
    yield "a whole turn changes nothing", {"image": framed(6, 8, 3), "degrees": 360.0}


# %% observe
from autograder import close


def observe(rotate, image, degrees):
    # Coordinates computed in float32 are right, and move values in their fifth digit.
    return {"result": close(rotate(image, degrees), rtol=1e-3, atol=1e-3)}


# %% right "scikit-image"
def rotate(image, degrees):
    from skimage.transform import rotate

    return rotate(image, degrees)


# %% right "SciPy, with a rotation matrix"
def rotate(image, degrees):
    from scipy.ndimage import map_coordinates

    angle = np.deg2rad(degrees)
    matrix = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    center = (np.array(image.shape[:2]) - 1).reshape(2, 1, 1) / 2
    offsets = np.indices(image.shape[:2]) - center
    source = np.einsum("ab,byx->ayx", matrix, offsets) + center
    channels = np.atleast_3d(image).transpose(2, 0, 1)
    turned = [map_coordinates(c, source, order=1, mode="grid-constant") for c in channels]
    return np.stack(turned, axis=-1).reshape(image.shape)


# %% right "pixel by pixel, in a padded image"
def rotate(image, degrees):
    height, width = image.shape[:2]
    padded = np.zeros((height + 2, width + 2, *image.shape[2:]))
    padded[1:-1, 1:-1] = image
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    result = np.zeros(image.shape)
    for y in range(height):
        for x in range(width):
            dy, dx = y - (height - 1) / 2, x - (width - 1) / 2
            sy = (height - 1) / 2 + sin * dx + cos * dy + 1
            sx = (width - 1) / 2 + cos * dx - sin * dy + 1
            if 0 <= sy < height + 1 and 0 <= sx < width + 1:
                y0, x0 = int(sy), int(sx)
                fy, fx = sy - y0, sx - x0
                top = (1 - fx) * padded[y0, x0] + fx * padded[y0, x0 + 1]
                bottom = (1 - fx) * padded[y0 + 1, x0] + fx * padded[y0 + 1, x0 + 1]
                result[y, x] = (1 - fy) * top + fy * bottom
    return result


# %% right "PyTorch's grid_sample, in float32"
def rotate(image, degrees):
    import torch

    height, width = image.shape[:2]
    angle = torch.deg2rad(torch.tensor(degrees, dtype=torch.float32))
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    dy, dx = y - (height - 1) / 2, x - (width - 1) / 2
    source_x = torch.cos(angle) * dx - torch.sin(angle) * dy
    source_y = torch.sin(angle) * dx + torch.cos(angle) * dy
    grid = torch.stack([2 * source_x / (width - 1), 2 * source_y / (height - 1)], dim=-1)
    pixels = torch.tensor(image, dtype=torch.float32).reshape(height, width, -1).permute(2, 0, 1)
    turned = torch.nn.functional.grid_sample(pixels[None], grid[None], align_corners=True)[0]
    return turned.permute(1, 2, 0).reshape(image.shape).numpy()


# %% wrong "clockwise"
# Your image turns the other way. Rows are counted downwards, which turns the usual rotation
# formula around: check the signs of the sines.
def rotate(image, degrees):
    from skimage.transform import rotate

    return rotate(image, -degrees)


# %% wrong "takes degrees for radians"
# `np.cos` and `np.sin` expect radians. Convert first, with `np.deg2rad(degrees)`.
def rotate(image, degrees):
    from skimage.transform import rotate

    return rotate(image, np.rad2deg(degrees))


# %% wrong "forward mapping"
# You send each pixel to its new, rounded place: some places get two and some none, which shows
# as black holes. For each pixel of the result, look up where it comes from.
def rotate(image, degrees):
    height, width = image.shape[:2]
    cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    result = np.zeros(image.shape)
    for y in range(height):
        for x in range(width):
            dy, dx = y - (height - 1) / 2, x - (width - 1) / 2
            to_y = round((height - 1) / 2 - sin * dx + cos * dy)
            to_x = round((width - 1) / 2 + cos * dx + sin * dy)
            if 0 <= to_y < height and 0 <= to_x < width:
                result[to_y, to_x] = image[y, x]
    return result


# %% wrong "forward mapping, rounded down" of "forward mapping"
# You send each pixel to its new place, with the decimals cut off: some places get two and some
# none, which shows as black holes. For each pixel of the result, look up where it comes from.
# - to_y = round((height - 1) / 2 - sin * dx + cos * dy)
# - to_x = round((width - 1) / 2 + cos * dx + sin * dy)
# + to_y = int((height - 1) / 2 - sin * dx + cos * dy)
# + to_x = int((width - 1) / 2 + cos * dx + sin * dy)


# %% wrong "nearest pixel"
# You round the place to the nearest pixel, which makes lines jagged. Mix the four pixels around
# it, by how near each of them is.
def rotate(image, degrees):
    from skimage.transform import rotate

    return rotate(image, degrees, order=0)


# %% wrong "the pixel above left"
# You round the place down to the pixel above left and never use the fractions. Mix the four
# pixels around it, by how near each of them is.
def rotate(image, degrees):
    height, width = image.shape[:2]
    dy = np.arange(height)[:, None] - (height - 1) / 2
    dx = np.arange(width)[None, :] - (width - 1) / 2
    cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    y = np.floor((height - 1) / 2 + sin * dx + cos * dy).astype(int)
    x = np.floor((width - 1) / 2 + cos * dx - sin * dy).astype(int)
    inside = (0 <= y) & (y < height) & (0 <= x) & (x < width)
    pixels = image[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)]
    return pixels * inside.reshape(inside.shape + (1,) * (image.ndim - 2))


# %% wrong "weights swapped"
# A place near pixel x0 gets most of pixel x0 + 1, and the other way round. The weight of x0 is
# 1 minus the fraction.
def rotate(image, degrees):
    height, width = image.shape[:2]
    dy = np.arange(height)[:, None] - (height - 1) / 2
    dx = np.arange(width)[None, :] - (width - 1) / 2
    cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    source_y = (height - 1) / 2 + sin * dx + cos * dy
    source_x = (width - 1) / 2 + cos * dx - sin * dy
    y0, x0 = np.floor(source_y).astype(int), np.floor(source_x).astype(int)
    fy, fx = source_y - y0, source_x - x0
    result = np.zeros(image.shape)
    for i in (0, 1):
        for j in (0, 1):
            y, x = y0 + i, x0 + j
            inside = (0 <= y) & (y < height) & (0 <= x) & (x < width)
            weight = inside * (1 - fy if i else fy) * (1 - fx if j else fx)
            pixels = image[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)]
            result += weight.reshape(weight.shape + (1,) * (image.ndim - 2)) * pixels
    return result


# %% wrong "centre half a pixel off"
# You turn about (H/2, W/2), but rows run from 0 to H − 1, so their middle is (H − 1)/2. Turn a
# square by 90° and compare with `np.rot90`: yours is shifted.
def rotate(image, degrees):
    from skimage.transform import rotate

    height, width = image.shape[:2]
    return rotate(image, degrees, center=(width / 2, height / 2))


# %% wrong "centre rounded to a pixel"
# `H // 2` is the middle of an odd number of rows only. The centre may lie between two pixels:
# (H − 1)/2.
def rotate(image, degrees):
    from skimage.transform import rotate

    height, width = image.shape[:2]
    return rotate(image, degrees, center=(width // 2, height // 2))


# %% wrong "turns about the corner"
# You turn about pixel (0, 0), the corner above left. Subtract the centre before turning and
# add it again afterwards.
def rotate(image, degrees):
    from skimage.transform import rotate

    return rotate(image, degrees, center=(0, 0))


# %% wrong "height and width of the centre swapped"
# Your centre has the height where the width belongs, so only square images come out right.
# Rows go with y and the height, columns with x and the width.
def rotate(image, degrees):
    from skimage.transform import rotate

    height, width = image.shape[:2]
    return rotate(image, degrees, center=((height - 1) / 2, (width - 1) / 2))


# %% wrong "repeats the border pixels"
# Outside, your border pixels go on for ever, because indices are clipped and nothing sets those
# pixels to 0. Multiply each of the four by whether it is inside.
def rotate(image, degrees):
    from skimage.transform import rotate

    return rotate(image, degrees, mode="edge")


# %% wrong "wraps around"
# What should be black shows the opposite side of the image: NumPy's index −1 is the last row,
# and `%` wraps as well. Outside, a pixel counts as 0.
def rotate(image, degrees):
    from skimage.transform import rotate

    return rotate(image, degrees, mode="wrap")


# %% wrong "cut off at the border"
# Places up to one pixel outside the image come out as 0. There, too, the border pixels have a
# part in the mix: only the missing ones of the four count as 0.
def rotate(image, degrees):
    from scipy.ndimage import rotate

    return rotate(image, degrees, axes=(1, 0), reshape=False, order=1, mode="constant")


# %% wrong "stretches on images that are not square"
# You turn in coordinates from −1 to 1, in which a wide image is as wide as high, so it comes
# out sheared. Turn in pixels.
def rotate(image, degrees):
    from scipy.ndimage import map_coordinates

    height, width = image.shape[:2]
    y = np.linspace(-1, 1, height)[:, None]
    x = np.linspace(-1, 1, width)[None, :]
    cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    source_y = (sin * x + cos * y + 1) * (height - 1) / 2
    source_x = (cos * x - sin * y + 1) * (width - 1) / 2
    channels = np.atleast_3d(image).transpose(2, 0, 1)
    places = np.array([source_y, source_x])
    turned = [map_coordinates(c, places, order=1, mode="grid-constant") for c in channels]
    return np.stack(turned, axis=-1).reshape(image.shape)


# %% wrong "grows the canvas"
# You made room for the corners, so the result has another size. Keep the shape of the image;
# what leaves the frame is lost.
def rotate(image, degrees):
    from skimage.transform import rotate

    return rotate(image, degrees, resize=True)


# %% equivalent "only the shape of it is taken"
# - result = np.zeros(image.shape)
# + result = np.zeros((-image).shape)

# %% equivalent "a row is a row with or without a first axis of 1"
# - dx = np.arange(width)[None, :] - center_x
# + dx = np.arange(width) - center_x

# %% equivalent "the cosine of an angle has no sign"
# - cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
# + cos, sin = np.cos(np.deg2rad(-degrees)), np.sin(np.deg2rad(degrees))

# %% equivalent "the larger of 0 and a number is the same either way round"
# - pixels = image[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)]
# + pixels = image[np.clip(y, 0, height - 1), np.clip(0, x, width - 1)]


# %% [markdown]
# ### Turn it yourself

# %%
coins = photograph("coins", size=(200, 260)) / 255


def turned(degrees):
    return {f"{degrees:g}°": rotate(coins, degrees)}


explore(turned, alt="rows of ancient coins", height=280, degrees=(-180.0, 180.0, 5.0, 30.0))

# %% [markdown]
# ### Predict: once around, in small steps
#
# A turn by 360° changes nothing; the check has seen to that. Now turn by 10°, thirty-six times,
# each time the result of the time before.
#
# > **Write down before you run the cell:** what is left of the photograph? The same picture, a
# > darker one, a blurred one, a shifted one?

# %%
camera = photograph("camera", size=(200, 200)) / 255
steps = [camera]
for _ in range(36):
    steps.append(rotate(steps[-1], 10))
show_images(
    {f"after {n}": steps[n] for n in (0, 1, 9, 36)},
    alt="a man with a camera on a tripod, turned in steps of 10 degrees",
)

# %%
y, x = np.mgrid[:200, :200] - 99.5
disc = x**2 + y**2 < 90**2
slopes = [np.abs(np.diff(step, axis=1))[disc[:, 1:]].mean() for step in steps]
plot_curve(
    range(37),
    {"mean step between neighbours": slopes},
    xlabel="turns by 10°",
    ylabel="step, in 0 … 1",
    alt="A curve that falls steeply with the first turns and ever more slowly afterwards.",
)
print(f"after one turn {slopes[1] / slopes[0]:.0%} of the detail is left,", end=" ")
print(f"after thirty-six {slopes[36] / slopes[0]:.0%}")

# %% [markdown]
# The same place, the same size, and blurred: *each* bilinear lookup mixes four pixels, and
# thirty-six mixtures add up to a wide one. The corners left the frame and never came back. So
# programs that edit photographs keep the original and *one* combined transformation, and look
# pixels up once. Keep it in mind for unit 2, where images are turned and shifted by chance.
