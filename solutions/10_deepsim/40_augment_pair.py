# %% [markdown]
# ## One pair becomes as many as you like
#
# **Goal.** Bend a picture and its drawing, alike, by a random thin-plate spline.
#
# A network that sees one pair a thousand times learns it by heart: *here* is a tree, whatever the
# drawing says. If both are bent in a new way each time, place no longer tells it anything, and it
# has to read the drawing. So for each pair of a batch:
#
# 1. The nine control points of `control_points(height, width)` stand in a regular grid from corner
#    to corner, row by row. Each moves by up to `magnitude` of the picture's **width** in x, and of
#    its **height** in y: uniformly in ±, every coordinate drawn on its own. The four corners
#    (numbers 0, 2, 6 and 8) **stay**.
# 2. The spline from the regular points to the moved ones, evaluated at every pixel, says where to
#    look: `tps_grid(fit_tps(source, target), source, height, width)`.
# 3. The picture is read with `mode="bilinear"`. The drawing is read with `mode="nearest"`: its
#    colours are *names*, as the masks' labels were in unit 2, and a mixture of two names is no
#    third one. Beyond the border, both go on mirrored (`padding_mode="reflection"`).
#
# | | type | shape | values |
# |---|---|---|---|
# | `image`, `primitive` | float tensors | N×3×H×W | 0 … 1 |
# | `magnitude` | `float` | | share of each side, 0 … 0.25 |
# | `generator` | `torch.Generator` | | |
# | result | `(image, primitive)` | as they came | |
#
# By hand: with magnitude 0 both come back as they were. With magnitude 0.1, on 64×96 pixels, the
# middle of the picture comes from up to 9.6 columns and 6.4 rows away.
#
# **Why it matters.** These few lines are the paper's contribution. You will train without them, and
# see.

# %% setup
def control_points(height, width):
    """The points (x, y) of a 3×3 grid from corner to corner, in pixels: float64, 9×2."""
    y = torch.linspace(0, height - 1, 3, dtype=torch.float64)
    x = torch.linspace(0, width - 1, 3, dtype=torch.float64)
    return torch.cartesian_prod(y, x).flip(-1)


# %% exercise points=3 forbid="retouch.pixels retouch.models scipy skimage cv2 kornia"
def augment_pair(image, primitive, magnitude, generator):
    """Bend each image and its primitive alike, by one random thin-plate spline per pair.

    Args:
        image, primitive: float tensors N×3×H×W.
        magnitude: how far control points move at most, as a share of width and height.
        generator: torch.Generator that every draw comes from.

    Returns:
        The bent images (bilinear) and the bent primitives (nearest), of the same shapes.
    """
    ### BEGIN SOLUTION
    n, _, height, width = image.shape
    source = control_points(height, width)
    shift = magnitude * (2 * torch.rand(n, 9, 2, generator=generator) - 1)
    shift = shift.double() * torch.tensor([width, height])
    shift[:, [0, 2, 6, 8]] = 0
    grids = [tps_grid(fit_tps(source, source + s), source, height, width) for s in shift]
    grid = torch.cat(grids).to(image)
    options = {"padding_mode": "reflection", "align_corners": False}
    bent = F.grid_sample(image, grid, mode="bilinear", **options)
    return bent, F.grid_sample(primitive, grid, mode="nearest", **options)
    ### END SOLUTION


# %% hint
# How many random numbers does one pair need? How often may they be drawn, and what is different
# between the two calls of `F.grid_sample`?

# %% hint
# `torch.rand(n, 9, 2, generator=generator)`, brought to −1 … 1; times `magnitude`, times
# `torch.tensor([width, height])` (x first). Set `shift[:, [0, 2, 6, 8]] = 0`. `torch.cat` the grids
# of the pairs; grids are float64, so `.to(image)`.

# %% hint
# `grids = [tps_grid(fit_tps(source, source + s), source, height, width) for s in shift]`, then
# `F.grid_sample(image, torch.cat(grids).to(image), mode="bilinear", padding_mode="reflection",
# align_corners=False)`, and the same with `primitive` and `mode="nearest"`.

# %% cases
import numpy as np
import torch


def cases(rng):
    def images(*shape):
        return torch.from_numpy(rng.uniform(0, 1, shape).astype("float32"))

    def drawings(n, height, width):
        colors = rng.uniform(0.1, 1, (5, 3)).round(2)
        coarse = rng.integers(0, 5, (n, height // 4 + 1, width // 4 + 1))
        fine = coarse.repeat(4, axis=1).repeat(4, axis=2)[:, :height, :width]
        return torch.from_numpy(colors[fine].astype("float32")).permute(0, 3, 1, 2).contiguous()

    def seed():
        return int(rng.integers(2**31))

    yield (
        "magnitude 0",
        {
            "image": images(2, 3, 6, 9),
            "primitive": drawings(2, 6, 9),
            "magnitude": 0.0,
            "seed": seed(),
        },
    )
    yield (
        "wide, magnitude 0.1",
        {
            "image": images(3, 3, 17, 25),
            "primitive": drawings(3, 17, 25),
            "magnitude": 0.1,
            "seed": seed(),
        },
    )
    yield (
        "high, larger magnitude (float64)",
        {
            "image": images(2, 3, 29, 15).double(),
            "primitive": drawings(2, 29, 15).double(),
            "magnitude": float(rng.uniform(0.14, 0.18)),
            "seed": seed(),
        },
    )


# %% observe
import torch

from autograder import raw


def observe(augment_pair, image, primitive, magnitude, seed):
    if magnitude == 0:
        bent, drawing = augment_pair(image, primitive, magnitude, torch.Generator())
        return {"image": bent, "primitive": drawing}
    height, width = image.shape[-2:]
    y = torch.arange(height).to(image)[:, None].expand(len(image), 1, height, width) / height
    x = torch.arange(width).to(image).expand(len(image), 1, height, width) / width
    # The first two channels tell where each pixel was read, the third is the case's own.
    pair = [torch.cat([x, y, values[:, 2:]], dim=1) for values in (image, primitive)]
    draws = torch.Generator().manual_seed(seed)
    bent, drawing = augment_pair(*pair, magnitude, draws)
    again = augment_pair(*pair, magnitude, torch.Generator().manual_seed(seed))
    many = [augment_pair(*pair, magnitude, draws)[0] for _ in range(50)]
    rows, columns = (slice(side // 4, side - side // 4, 2) for side in (height, width))
    return {
        "dtypes": [str(bent.dtype), str(drawing.dtype)],
        "the picture": raw(bent),
        "the drawing": raw(drawing),
        "the picture again": raw(again[0]),
        "where inner pixels come from": raw(torch.cat(many)[:, :2, rows, columns]),
        "where corners come from": raw(torch.cat(many)[:, :2, :: height - 1, :: width - 1]),
    }


# %% conclude
import numpy as np
from scipy.interpolate import RBFInterpolator
from scipy.ndimage import map_coordinates

from autograder import between, equal

FREE = [1, 3, 4, 5, 7]


def conclude(observed, inputs):
    if inputs["magnitude"] == 0:
        return {}
    height, width = inputs["image"].shape[2:]
    size = np.array([width, height])
    picture, drawing = (np.asarray(observed[f"the {name}"]) for name in ("picture", "drawing"))
    read = picture[:, :2] * size[:, None, None]
    whole = drawing[:, :2] * size[:, None, None]
    texture, colors = (np.asarray(inputs[name])[:, 2] for name in ("image", "primitive"))
    places = whole.round().astype(int).clip(0, (size - 1)[:, None, None])
    batch = np.arange(len(picture))[:, None, None]
    shifts, off = control_shifts(np.asarray(observed["where inner pixels come from"]), size)
    corners = np.asarray(observed["where corners come from"]) * size[:, None, None]
    corners = corners - np.array([[[0, width - 1]] * 2, [[0, 0], [height - 1] * 2]])
    return {
        "picture: furthest from a spline through the points, in pixels": between(off, 0, 0.01),
        "largest shift of a corner, in pixels": between(np.abs(corners).max(), 0, 0.01),
        "picture, from what lies between the pixels": between(
            np.abs(picture[:, 2] - interpolated(texture, read)).max(), 0, 1e-3
        ),
        "drawing: furthest from a whole pixel": between(
            np.abs(whole - whole.round()).max(), 0, 1e-3
        ),
        "drawing: pixels with another colour than where they come from": equal(
            int((np.abs(drawing[:, 2] - colors[batch, places[:, 1], places[:, 0]]) > 1e-5).sum())
        ),
        # The nearest pixel is at most half a pixel away.
        "picture and drawing, pixels apart at most": between(np.abs(read - whole).max(), 0, 0.501),
        "the same seed bends alike": equal(
            bool(np.array_equal(picture, np.asarray(observed["the picture again"])))
        ),
        **of_draws(shifts / (inputs["magnitude"] * size)),
    }


def interpolated(texture, read):
    """Values of H×W pictures at places between their pixels."""
    values = [
        map_coordinates(values.astype(float), [y, x], order=1, mode="nearest")
        for values, (x, y) in zip(texture, read)
    ]
    return np.stack(values)


def control_shifts(read, size):
    """By how much the free control points moved (n×5×2), and how far all is from their spline."""
    width, height = size
    points = np.array(
        [[x, y] for y in np.linspace(0, height - 1, 3) for x in np.linspace(0, width - 1, 3)]
    )
    y, x = (np.arange(side // 4, side - side // 4, 2) for side in (height, width))
    pixels = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    spline = RBFInterpolator(points, np.eye(9), kernel="thin_plate_spline", degree=1)
    basis = spline(pixels.astype(float))[:, FREE]
    moved = read.reshape(len(read), 2, -1) * size[:, None] - pixels.T
    shifts = moved @ np.linalg.pinv(basis).T
    return shifts.transpose(0, 2, 1), np.abs(shifts @ basis.T - moved).max()


def of_draws(shares):
    """What is said of 100 or more draws of 5 points in x and y, each uniform in -1 ... 1."""
    flat = shares.reshape(len(shares), 10)
    near = np.abs(flat).max(axis=0)
    first, second = np.triu_indices(10, 1)
    same = np.minimum(
        np.abs(flat[:, first] - flat[:, second]), np.abs(flat[:, first] + flat[:, second])
    )
    rows, others = np.triu_indices(len(flat), 1)
    alike = np.abs(flat[rows] - flat[others]).max(axis=1) < 1e-3
    return {
        # The largest of 100 is below 0.75 with probability 0.75**100 = 3e-13.
        "largest shift of each free point, in x and y, against magnitude": between(
            near.reshape(5, 2), 0.75, 1.001
        ),
        # Uniform is sub-Gaussian with variance 1/3: 2 exp(-3 · 500 · 0.2² / 2) = 2e-13.
        "mean shift in x and y, against magnitude": between(shares.mean(axis=(0, 1)), -0.2, 0.2),
        # Hoeffding, 1,000 draws: 2 exp(-2 · 1000 · 0.12²) = 6e-13.
        "share of shifts below half of magnitude": between((np.abs(flat) < 0.5).mean(), 0.38, 0.62),
        # Two draws are so near with probability 0.002; 25 of 100 by chance: below 1e-40.
        "coordinates that share their draws": equal(int(((same < 1e-3).mean(axis=0) > 0.25).sum())),
        "pairs that are bent alike": equal(int(alike.sum())),
    }


# %% right "pair by pair"
def augment_pair(image, primitive, magnitude, generator):
    height, width = image.shape[2:]
    source, images, drawings = control_points(height, width), [], []
    for picture, drawing in zip(image, primitive):
        target = source.clone()
        for k in (1, 3, 4, 5, 7):
            u, v = torch.rand(2, generator=generator).tolist()
            target[k, 0] += (2 * u - 1) * magnitude * width
            target[k, 1] += (2 * v - 1) * magnitude * height
        grid = tps_grid(fit_tps(source, target), source, height, width).to(image.dtype)
        for kept, part, mode in ((images, picture, "bilinear"), (drawings, drawing, "nearest")):
            kept.append(
                F.grid_sample(
                    part[None], grid, mode, padding_mode="reflection", align_corners=False
                )
            )
    return torch.cat(images), torch.cat(drawings)


# %% right "with uniform_"
def augment_pair(image, primitive, magnitude, generator):
    n, _, height, width = image.shape
    points = control_points(height, width)
    x = torch.empty(n, 9).uniform_(-magnitude * width, magnitude * width, generator=generator)
    y = torch.empty(n, 9).uniform_(-magnitude * height, magnitude * height, generator=generator)
    free = torch.tensor([0, 1, 0, 1, 1, 1, 0, 1, 0])
    grids = []
    for i in range(n):
        target = points + torch.stack([x[i] * free, y[i] * free], dim=1)
        grids.append(tps_grid(fit_tps(points, target), points, height, width))
    grid = torch.cat(grids).to(image.dtype)
    return (
        F.grid_sample(image, grid, padding_mode="reflection", align_corners=False),
        F.grid_sample(primitive, grid, "nearest", "reflection", align_corners=False),
    )


# %% right "the library's"
def augment_pair(image, primitive, magnitude, generator):
    from retouch.models.deepsim import tps_warp_pair

    return tps_warp_pair(image, primitive, magnitude, generator)


# %% wrong "two draws"
# The picture is bent in one way and its drawing in another, so the drawing lies. Make one grid per
# pair, and use it twice.
def augment_pair(image, primitive, magnitude, generator):
    n, _, height, width = image.shape
    source, results = control_points(height, width), []
    for batch, mode in ((image, "bilinear"), (primitive, "nearest")):
        shift = magnitude * (2 * torch.rand(n, 9, 2, generator=generator).double() - 1)
        shift = shift * torch.tensor([width, height])
        shift[:, [0, 2, 6, 8]] = 0
        grids = [tps_grid(fit_tps(source, source + s), source, height, width) for s in shift]
        grid = torch.cat(grids).to(batch)
        results.append(F.grid_sample(batch, grid, mode, "reflection", align_corners=False))
    return tuple(results)


# %% wrong "blended colours" of "the drawing stays"
# You read the drawing with "bilinear", so at every border there are mixed colours that stand for
# nothing. Drawings need "nearest".
# - bent = F.grid_sample(image, grid, "bilinear", "reflection", align_corners=False)
# - return bent, primitive.clone()
# + return tuple(
# +     F.grid_sample(x, grid, "bilinear", "reflection", align_corners=False)
# +     for x in (image, primitive)
# + )

# %% wrong "jagged pictures" of "the drawing stays"
# The drawing is right, but the picture is read with "nearest" as well, which makes its lines
# jagged: the network would learn to draw jags. Pictures need "bilinear".
# - bent = F.grid_sample(image, grid, "bilinear", "reflection", align_corners=False)
# - return bent, primitive.clone()
# + return tuple(
# +     F.grid_sample(x, grid, "nearest", "reflection", align_corners=False)
# +     for x in (image, primitive)
# + )


# %% wrong "the drawing stays"
# Only the picture is bent. Read the drawing through the same grid.
def augment_pair(image, primitive, magnitude, generator):
    n, _, height, width = image.shape
    source = control_points(height, width)
    shift = magnitude * (2 * torch.rand(n, 9, 2, generator=generator).double() - 1)
    shift = shift * torch.tensor([width, height])
    shift[:, [0, 2, 6, 8]] = 0
    grids = [tps_grid(fit_tps(source, source + s), source, height, width) for s in shift]
    grid = torch.cat(grids).to(image)
    bent = F.grid_sample(image, grid, "bilinear", "reflection", align_corners=False)
    return bent, primitive.clone()


# %% wrong "one bend for the batch"
# All pairs of a batch are bent alike. Draw nine shifts for each pair.
def augment_pair(image, primitive, magnitude, generator):
    n, _, height, width = image.shape
    source = control_points(height, width)
    shift = magnitude * (2 * torch.rand(9, 2, generator=generator).double() - 1)
    shift = shift * torch.tensor([width, height])
    shift[[0, 2, 6, 8]] = 0
    grid = tps_grid(fit_tps(source, source + shift), source, height, width).to(image)
    grid = grid.expand(n, -1, -1, -1)
    bent = F.grid_sample(image, grid, "bilinear", "reflection", align_corners=False)
    return bent, F.grid_sample(primitive, grid, "nearest", "reflection", align_corners=False)


# %% wrong "height and width swapped" of "one way only"
# You scale the shifts in x by the height and those in y by the width. On a wide picture it bends
# too little across and too much down.
# - shift = magnitude * torch.rand(n, 9, 2, generator=generator).double()
# - shift = shift * torch.tensor([width, height])
# + shift = magnitude * (2 * torch.rand(n, 9, 2, generator=generator).double() - 1)
# + shift = shift * torch.tensor([height, width])

# %% wrong "corners move" of "one way only"
# The four corners move as well, so the picture slides and turns and its borders come into view.
# Corners stay: points 0, 2, 6 and 8.
# - shift = magnitude * torch.rand(n, 9, 2, generator=generator).double()
# + shift = magnitude * (2 * torch.rand(n, 9, 2, generator=generator).double() - 1)
# - shift[:, [0, 2, 6, 8]] = 0

# %% wrong "only the middle moves" of "one way only"
# You hold all points but the middle one. The middles of the four sides move, too; only the corners
# stay.
# - shift = magnitude * torch.rand(n, 9, 2, generator=generator).double()
# + shift = torch.zeros(n, 9, 2, dtype=torch.float64)
# + shift[:, 4] = magnitude * (2 * torch.rand(n, 2, generator=generator).double() - 1)
# - shift[:, [0, 2, 6, 8]] = 0


# %% wrong "one way only"
# Your shifts lie between 0 and the magnitude, so everything drifts to one side. A uniform number in
# 0 … 1 becomes one in −1 … 1 as `2 * u - 1`.
def augment_pair(image, primitive, magnitude, generator):
    n, _, height, width = image.shape
    source = control_points(height, width)
    shift = magnitude * torch.rand(n, 9, 2, generator=generator).double()
    shift = shift * torch.tensor([width, height])
    shift[:, [0, 2, 6, 8]] = 0
    grids = [tps_grid(fit_tps(source, source + s), source, height, width) for s in shift]
    grid = torch.cat(grids).to(image)
    bent = F.grid_sample(image, grid, "bilinear", "reflection", align_corners=False)
    return bent, F.grid_sample(primitive, grid, "nearest", "reflection", align_corners=False)


# %% wrong "normal shifts" of "one way only"
# Your shifts are normally distributed, so some are far larger than the magnitude, and the picture
# may fold. They are uniform: `torch.rand`, not `torch.randn`.
# - shift = magnitude * torch.rand(n, 9, 2, generator=generator).double()
# + shift = magnitude * torch.randn(n, 9, 2, generator=generator).double()

# %% wrong "shifts in pixels" of "one way only"
# You move the points by up to `magnitude` *pixels*, which nobody can see. It is a share of the
# width and of the height.
# - shift = magnitude * torch.rand(n, 9, 2, generator=generator).double()
# - shift = shift * torch.tensor([width, height])
# + shift = magnitude * (2 * torch.rand(n, 9, 2, generator=generator).double() - 1)

# %% wrong "one number for x and y" of "one way only"
# You draw one number per point and use it for x and y, so all points move along a diagonal. Draw
# two.
# - shift = magnitude * torch.rand(n, 9, 2, generator=generator).double()
# + shift = magnitude * (2 * torch.rand(n, 9, 1, generator=generator).double() - 1)

# %% wrong "ignores the generator" of "one way only"
# You draw from the global generator, so the same seed bends otherwise. Pass `generator=generator`
# to `torch.rand`.
# - shift = magnitude * torch.rand(n, 9, 2, generator=generator).double()
# + shift = magnitude * (2 * torch.rand(n, 9, 2).double() - 1)


# %% [markdown]
# ### Look at it
#
# Four bends of the one pair. Look for a mistake: a tree of the picture that is not a tree of the
# drawing.

# %%
draws = torch.Generator().manual_seed(3)
pair = to_tensor(scene.image).expand(4, -1, -1, -1), drawing.expand(4, -1, -1, -1)
bent, bent_drawing = augment_pair(*pair, 0.1, draws)
rows = [(f"bend {i + 1}", x) for i, x in enumerate(bent)]
rows += [(f"drawing {i + 1}", x) for i, x in enumerate(bent_drawing)]
show_images(dict(rows), alt="the lake scene, bent in another way each time", columns=4, height=110)
