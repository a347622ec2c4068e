# %% [markdown]
# ## Where every pixel looks
#
# **Goal.** Evaluate the spline at every pixel, in the units that `F.grid_sample` wants.
#
# You know from unit 1 that a picture is rotated *backwards*: each pixel of the result asks where in
# the old picture to look, so that there are no holes. `F.grid_sample(images, grid,
# align_corners=False)` does this for a whole batch. Its grid holds, for each pixel of the result,
# a place (x, y) in units of its own: −1 is the picture's left (or upper) *border*, 1 its right (or
# lower) one, whatever the size. With the centre of the upper left pixel at (0, 0), the place
# (x, y) in pixels becomes
#
# $$u = \frac{2x + 1}{W} - 1, \qquad v = \frac{2y + 1}{H} - 1$$
#
# The spline itself lives in pixels, and must: in units that run from −1 to 1 along both sides of a
# wide picture, a distance $r$ would mean one thing across and another down, and the plate would be
# stiffer in one direction.
#
# | | type | shape | values |
# |---|---|---|---|
# | `coefficients` | float64 tensor | (K+3)×2 | of `fit_tps` |
# | `source` | float64 tensor | K×2 | the points they were fitted with |
# | `height`, `width` | `int` | | of the picture |
# | result | float64 tensor | 1×H×W×2 | (u, v); −1 … 1 inside the picture |
#
# By hand: the spline that leaves everything in place has $u = (2x + 1)/W - 1$ at column $x$. For
# $W = 4$ that is −0.75, −0.25, 0.25, 0.75: centres of pixels, so never ±1. A target at a pixel's
# centre $(x, y)$ must come out as exactly that pixel's $(u, v)$.
#
# **Why it matters.** Half of the errors in code that warps are here: x for y, H for W, borders for
# centres. On a square picture most of them hide. Yours will be tried on others.

# %% exercise points=2 forbid="retouch.pixels retouch.models scipy skimage cv2 kornia"
def tps_grid(coefficients, source, height, width):
    """The spline's value at every pixel, as a grid for F.grid_sample (align_corners=False).

    Args:
        coefficients: float64 tensor (K+3)×2, of `fit_tps`.
        source: float64 tensor K×2, the points (x, y) in pixels that they were fitted with.
        height, width: size of the picture in pixels.

    Returns:
        A float64 tensor 1×height×width×2 of places (u, v), −1 … 1 inside the picture.
    """
    ### BEGIN SOLUTION
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    pixels = torch.stack([x, y], dim=2).reshape(-1, 2).to(source)
    squared = (pixels[:, None] - source).square().sum(dim=2)
    basis = torch.cat(
        [0.5 * torch.xlogy(squared, squared), torch.ones_like(pixels[:, :1]), pixels], dim=1
    )
    places = basis @ coefficients
    size = torch.tensor([width, height]).to(source)
    return ((2 * places + 1) / size - 1).reshape(1, height, width, 2)
    ### END SOLUTION


# %% hint
# For one pixel (x, y): which K + 3 numbers are multiplied by the coefficients and added up? For
# all pixels, they are the rows of a matrix with how many rows?

# %% hint
# `torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")` gives rows y and
# columns x; `torch.stack([x, y], dim=2).reshape(-1, 2)` the H·W places. The basis is H·W×(K+3):
# bends, ones, places. One matrix product does the rest.

# %% hint
# `basis = torch.cat([0.5 * torch.xlogy(sq, sq), ones, pixels], dim=1)` with the squared distances
# from pixels to source points; `places = basis @ coefficients`; then `(2 * places + 1) /
# torch.tensor([width, height]) - 1`, reshaped to 1×H×W×2.

# %% cases
import numpy as np
import torch


def cases(rng):
    def coefficients(source, width, height, bend):
        # Any coefficients will do: those of a spline, up to its three equations.
        weights = rng.normal(0, bend, (len(source), 2))
        affine = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]) + rng.normal(0, 0.05, (3, 2))
        affine[0] += rng.uniform(1, 4, 2)
        return torch.from_numpy(np.concatenate([weights, affine]))

    def points(k, width, height):
        return torch.from_numpy(rng.uniform(0, 1, (k, 2)) * [width - 1, height - 1])

    still = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]], dtype=torch.float64)
    source = points(4, 7, 4)
    yield (
        "everything stays where it is",
        {
            "coefficients": torch.cat([torch.zeros(4, 2, dtype=torch.float64), still]),
            "source": source,
            "height": 4,
            "width": 7,
        },
    )
    corners = torch.tensor([[0.0, 0.0], [12.0, 0.0], [0.0, 6.0], [12.0, 6.0], [5.0, 2.0]])
    yield (
        "bent, wide, with points on pixels",
        {
            "coefficients": coefficients(corners, 13, 7, 0.003),
            "source": corners.double(),
            "height": 7,
            "width": 13,
        },
    )
    source = points(6, 5, 11)
    yield (
        "bent, high",
        {
            "coefficients": coefficients(source, 5, 11, 0.004),
            "source": source,
            "height": 11,
            "width": 5,
        },
    )


# %% observe
from autograder import close


def observe(tps_grid, coefficients, source, height, width):
    grid = tps_grid(coefficients, source, height, width)
    return {
        "shape": list(grid.shape),
        "dtype": str(grid.dtype),
        "pixels without a place": int(grid.isnan().any(dim=-1).sum()),
        "grid": close(grid.nan_to_num(9.0), rtol=1e-6, atol=1e-8),
    }


# %% right "pixel by pixel"
def tps_grid(coefficients, source, height, width):
    w, a = coefficients[:-3], coefficients[-3:]
    grid = torch.zeros(1, height, width, 2, dtype=torch.float64)
    for row in range(height):
        for column in range(width):
            place = torch.tensor([column, row], dtype=torch.float64)
            r = (place - source).norm(dim=1)
            bends = torch.where(r > 0, r**2 * torch.where(r > 0, r, 1.0).log(), 0.0)
            value = a[0] + column * a[1] + row * a[2] + bends @ w
            grid[0, row, column, 0] = (value[0] + 0.5) / width * 2 - 1
            grid[0, row, column, 1] = (value[1] + 0.5) / height * 2 - 1
    return grid


# %% right "with broadcasting"
def tps_grid(coefficients, source, height, width):
    x = torch.arange(width, dtype=torch.float64)[None, :, None]
    y = torch.arange(height, dtype=torch.float64)[:, None, None]
    squared = (x - source[:, 0]) ** 2 + (y - source[:, 1]) ** 2
    w, (a0, a1, a2) = coefficients[:-3], coefficients[-3:]
    places = torch.xlogy(squared, squared.sqrt()) @ w + a0 + a1 * x + a2 * y
    return ((2 * places + 1) / torch.tensor([width, height]) - 1)[None]


# %% right "the library's"
def tps_grid(coefficients, source, height, width):
    from retouch.pixels.warps import tps_grid

    return tps_grid(coefficients, source, height, width)


# %% wrong "height and width swapped" of "half a pixel off"
# You divide x by the height and y by the width. On a square picture nobody would notice: u goes
# with W, v with H.
# - size = torch.tensor([width, height]).to(source)
# - return (2 * places / size - 1).reshape(1, height, width, 2)
# + size = torch.tensor([height, width]).to(source)
# + return ((2 * places + 1) / size - 1).reshape(1, height, width, 2)

# %% wrong "y before x" of "half a pixel off"
# Your grid has v before u. `F.grid_sample` wants x first, although tensors have rows first.
# - return (2 * places / size - 1).reshape(1, height, width, 2)
# + return ((2 * places + 1) / size - 1).reshape(1, height, width, 2).flip(-1)

# %% wrong "pixels as (row, column)" of "half a pixel off"
# You evaluate the spline at (y, x). Points are (x, y): the column first.
# - pixels = torch.stack([x, y], dim=2).reshape(-1, 2).to(source)
# + pixels = torch.stack([y, x], dim=2).reshape(-1, 2).to(source)
# - return (2 * places / size - 1).reshape(1, height, width, 2)
# + return ((2 * places + 1) / size - 1).reshape(1, height, width, 2)

# %% wrong "columns run first" of "half a pixel off"
# The values are right, but in the wrong places: you go through the picture column by column.
# `indexing="ij"` with height first goes row by row.
# - y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
# + x, y = torch.meshgrid(torch.arange(width), torch.arange(height), indexing="ij")
# - return (2 * places / size - 1).reshape(1, height, width, 2)
# + return ((2 * places + 1) / size - 1).reshape(1, height, width, 2)

# %% wrong "corners aligned" of "half a pixel off"
# Your −1 and 1 are the centres of the outer pixels, as with `align_corners=True`. Here they are the
# picture's borders: $(2x + 1)/W - 1$.
# - size = torch.tensor([width, height]).to(source)
# + size = torch.tensor([width - 1, height - 1]).to(source)


# %% wrong "half a pixel off"
# You divide by W, but forget the half pixel from the border to the first centre: everything slides
# up and to the left. It is $(2x + 1)/W - 1$.
def tps_grid(coefficients, source, height, width):
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    pixels = torch.stack([x, y], dim=2).reshape(-1, 2).to(source)
    squared = (pixels[:, None] - source).square().sum(dim=2)
    bends = 0.5 * torch.xlogy(squared, squared)
    places = torch.cat([bends, torch.ones_like(pixels[:, :1]), pixels], dim=1) @ coefficients
    size = torch.tensor([width, height]).to(source)
    return (2 * places / size - 1).reshape(1, height, width, 2)


# %% wrong "0 to 1" of "half a pixel off"
# Your grid runs from 0 to 1 across the picture. `F.grid_sample` counts from −1 to 1.
# - return (2 * places / size - 1).reshape(1, height, width, 2)
# + return ((places + 0.5) / size).reshape(1, height, width, 2)

# %% wrong "in pixels" of "half a pixel off"
# Your grid is in pixels. `F.grid_sample` wants −1 … 1, borders to borders.
# - size = torch.tensor([width, height]).to(source)
# - return (2 * places / size - 1).reshape(1, height, width, 2)
# + return places.reshape(1, height, width, 2)


# %% wrong "the flat part only"
# You evaluate the flat part and forget the bends, $\sum w_k U$.
def tps_grid(coefficients, source, height, width):
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    pixels = torch.stack([x, y], dim=2).reshape(-1, 2).to(source)
    places = torch.cat([torch.ones_like(pixels[:, :1]), pixels], dim=1) @ coefficients[-3:]
    size = torch.tensor([width, height]).to(source)
    return ((2 * places + 1) / size - 1).reshape(1, height, width, 2)


# %% wrong "not a number at the points" of "the flat part only"
# Where a source point lies on a pixel, $r$ is 0, and 0 · log 0 is not a number for a computer. Use
# `torch.xlogy`.
# - places = torch.cat([torch.ones_like(pixels[:, :1]), pixels], dim=1) @ coefficients[-3:]
# + r = (pixels[:, None] - source).square().sum(dim=2).sqrt()
# + bends = r.square() * r.log()
# + places = torch.cat([bends, torch.ones_like(pixels[:, :1]), pixels], dim=1) @ coefficients

# %% wrong "no batch" of "half a pixel off"
# The values are right, but H×W×2. `F.grid_sample` wants a batch: 1×H×W×2.
# - return (2 * places / size - 1).reshape(1, height, width, 2)
# + return ((2 * places + 1) / size - 1).reshape(height, width, 2)


# %% [markdown]
# ### Feel it
#
# Drag the points. The picture is bent by *your* two functions, each time that you let go. The
# keyboard works as well: choose a point with Tab, and move it with the arrow keys.
#
# Try these: move one corner far out. Turn the middle point around the others. Pull two neighbours
# past each other: where the plate *folds*, a part of the picture is seen twice, once mirrored. A
# spline has no idea that things can't pass through each other. That is why the bends of the
# training will be small.

# %%
from retouch.show.editor import drag_points


def bend(source, target):
    """The scene with every source point moved to its target."""
    # Backwards: a pixel of the result looks where it came from.
    source, target = source.double(), target.double()
    grid = tps_grid(fit_tps(target, source), target, *size)
    picture = to_tensor(scene.image)
    return F.grid_sample(picture, grid.float(), padding_mode="reflection", align_corners=False)[0]


drag_points(bend, size, alt="the lake scene, bent so that its points lie where you drag them")
