# %% [markdown]
# ## A picture and its mask, together
#
# **Goal.** Rotate each picture by a random angle, and its *mask* by the same one.
#
# A mask says of every pixel what it shows: 0 background, 1 coin, 2 hand … Move the picture and not
# the mask, and the labels lie. So one angle for both, drawn for each pair:
#
# $$\theta_i \sim \mathcal{U}[-\text{degrees},\ \text{degrees}]$$
#
# | | type | shape | values |
# |---|---|---|---|
# | `images` | float tensor | N×C×H×W | 0 … 1 |
# | `masks` | integer tensor | N×1×H×W | labels |
# | `degrees` | `float` | | largest angle |
# | `generator` | `torch.Generator` | | |
# | result | `(images, masks)` | as they came | 0 where they look outside |
#
# You wrote the rotation in unit 1, so it is given: **`rotate_one(image, degrees, mode)`** turns one
# C×H×W tensor counter-clockwise about its centre. What is left to you is where chance enters, and
# `mode`:
#
# - **`"bilinear"`** mixes four pixels. Right for the picture.
# - **`"nearest"`** takes the nearest pixel. The only choice for the mask, for *labels are names*:
#   half way between a coin (1) and a hand (3) there is no 2.
#
# By hand: a pair turned by 0° comes back as it was. At an edge between the labels 0 and 3, bilinear
# gives 0.9 or 1.7, and converting to integers makes 0 and 1 of these. Nobody put a 1 there.
#
# **Why it matters.** Every network that answers with a picture (unit 7 restores them, unit 9
# translates them) is trained on pairs. One line that draws twice spoils such a data set, and
# nothing complains: the loss just stays high.

# %% setup
import math


def rotate_one(image, degrees, mode):
    """Turn a float tensor C×H×W counter-clockwise about its centre; 0 outside.

    `mode` is "bilinear" or "nearest".
    """
    height, width = image.shape[1:]
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    turn = torch.tensor([[[cos, -sin * height / width, 0.0], [sin * width / height, cos, 0.0]]])
    grid = F.affine_grid(turn.to(image), [1, 1, height, width], align_corners=False)
    return F.grid_sample(image[None], grid, mode, align_corners=False)[0]


# %% exercise points=2 forbid="retouch.pixels torchvision"
def augment_pair(images, masks, degrees, generator):
    """Rotate each image and its mask by one random angle, drawn for each pair.

    Args:
        images: float tensor N×C×H×W.
        masks: integer tensor N×1×H×W, the label of every pixel.
        degrees: the angle is uniform from -degrees to degrees.
        generator: torch.Generator that every draw comes from.

    Returns:
        The new images and the new masks, of the same shapes and dtypes.
    """
    ### BEGIN SOLUTION
    angles = degrees * (2 * torch.rand(len(images), generator=generator) - 1)
    pairs = list(zip(images, masks, angles.tolist()))
    turned = torch.stack([rotate_one(image, angle, "bilinear") for image, _, angle in pairs])
    labels = torch.stack([rotate_one(mask.double(), angle, "nearest") for _, mask, angle in pairs])
    return turned, labels.to(masks.dtype)
    ### END SOLUTION


# %% hint
# Your function calls `rotate_one` twice for each pair. What has to be the same in both calls, and
# what must not?

# %% hint
# `torch.rand(n, generator=generator)` for the angles. `rotate_one` wants floats, so a mask goes in
# as `mask.double()` and comes back with `.to(masks.dtype)`.

# %% hint
# Draw `angles = degrees * (2 * u - 1)` for uniform u. In a loop over pairs, `rotate_one(image,
# angle, "bilinear")` and `rotate_one(mask.double(), angle, "nearest")`; `torch.stack` both lists,
# and give the masks their dtype back.

# %% cases
import numpy as np
import torch


def cases(rng):
    def images(n, channels, height, width):
        """A plane in a random direction, which tells by how much it was turned, and noise."""
        values = rng.uniform(0.1, 1, (n, channels, height, width))
        direction = rng.uniform(0, 2 * np.pi, (n, 1, 1))
        y, x = np.mgrid[:height, :width] - np.array([height - 1, width - 1])[:, None, None] / 2
        values[:, 0] = 0.5 + 0.04 * (np.cos(direction) * x + np.sin(direction) * y)
        return torch.from_numpy(values.astype("float32"))

    def masks(n, height, width, labels):
        blocks = rng.integers(0, len(labels), (n, 1, height // 2 + 1, width // 2 + 1))
        fine = np.asarray(labels)[blocks].repeat(2, axis=2).repeat(2, axis=3)
        fine[:, :, height // 2, width // 2] = max(labels)
        fine[:, :, height // 2, width // 2 - 1] = 0
        return torch.from_numpy(fine[:, :, :height, :width].copy())

    def case(images, masks, degrees):
        seed = int(rng.integers(2**31))
        return {"images": images, "masks": masks, "degrees": float(degrees), "seed": seed}

    yield "an angle of 0", case(images(2, 3, 4, 5), masks(2, 4, 5, [0, 2, 5]), 0)
    yield (
        "labels 0 and 3, up to a moderate angle",
        case(images(4, 2, 7, 9), masks(4, 7, 9, [0, 3]), rng.uniform(30, 45)),
    )
    bytes_ = masks(3, 9, 7, [0, 1, 250]).to(torch.uint8)
    yield (
        "higher than wide, up to a large angle",
        case(images(3, 2, 9, 7).double(), bytes_, rng.uniform(60, 80)),
    )


# %% observe
import torch

from autograder import raw


def observe(augment_pair, images, masks, degrees, seed):
    generator = torch.Generator().manual_seed(seed)
    if degrees == 0:
        turned, labels = augment_pair(images, masks, degrees, generator)
        return {"images": turned, "masks": labels}

    def batches(number, generator):
        pairs = [augment_pair(images, masks, degrees, generator) for _ in range(number)]
        return [torch.stack(list(parts)) for parts in zip(*pairs)]

    turned, labels = batches(80, generator)
    again, labels_again = batches(10, torch.Generator().manual_seed(seed))
    return {
        "turned": raw(turned),
        "labels": raw(labels),
        "turned again": raw(again),
        "labels again": raw(labels_again),
    }


# %% conclude
from itertools import combinations

import numpy as np
import torch
import torch.nn.functional as F
from scipy.stats import binom, kstest

from autograder import between, equal


def conclude(observed, inputs):
    if "turned" not in observed:
        return {}
    images, masks, degrees = inputs["images"].double(), inputs["masks"], inputs["degrees"]
    turned, labels = observed["turned"], observed["labels"]
    found = {
        "shapes": equal([list(turned.shape[1:]), list(labels.shape[1:])]),
        "dtype of the masks": equal(str(labels.dtype)),
    }
    if turned.shape[1:] != images.shape or labels.shape[1:] != masks.shape:
        return found
    again = (turned[:10] == observed["turned again"]).all()
    again &= (labels[:10] == observed["labels again"]).all()
    turned = turned.double()
    angles = direction(turned[:, :, 0]) - direction(images[:, 0])
    angles = (angles + 180) % 360 - 180
    bilinear = sampled(images, angles, "bilinear")
    old = masks.double().expand(labels.shape)
    found |= {
        "the same seed gives the same pairs": equal(bool(again)),
        "batch after batch is drawn anew": equal(bool((angles - angles[0]).abs().max() > 0.01)),
        "the pictures are turned, bilinearly": equal(bool((turned - bilinear).abs().max() < 1e-3)),
        "the masks hold labels that were there before, and 0": equal(
            bool(torch.isin(labels.double(), torch.tensor([0.0, *masks.unique()]).double()).all())
        ),
        "the masks are turned like their pictures": equal(fit(labels, masks, angles)),
        "the masks are turned the other way": equal(fit(labels, masks, -angles)),
        "the masks are as they were": equal(bool((labels == old).all())),
    }
    if not (
        found["batch after batch is drawn anew"].value
        and bool((turned - bilinear).abs().max() < 1e-3)
    ):
        return found
    return {**found, **draws(angles.numpy() / degrees)}


def direction(planes):
    """Where each plane rises, in degrees, from its slopes over a disc: there nothing is clipped.

    Bilinear interpolation keeps a plane as it is, so this is exact up to rounding.
    """
    height, width = planes.shape[-2:]
    y = torch.arange(height).double()[:, None] - (height - 1) / 2
    x = torch.arange(width).double() - (width - 1) / 2
    disc = (y.square() + x.square()).sqrt() < min(height, width) / 2 - 1
    along_x, along_y = ((planes * disc * axis).sum((-2, -1)) for axis in (x, y))
    return torch.rad2deg(torch.atan2(-along_y, along_x))


def sampled(batch, angles, mode, shift=(0.0, 0.0)):
    """A batch, turned by the angles of many batches; `shift` moves the sampled places by pixels."""
    height, width = batch.shape[2:]
    turn = torch.deg2rad(angles.flatten())
    cos, sin, zero = turn.cos(), turn.sin(), torch.zeros_like(turn)
    right, down = zero + 2 * shift[0] / width, zero + 2 * shift[1] / height
    rows = [cos, -sin * height / width, right, sin * width / height, cos, down]
    theta = torch.stack(rows, 1).view(-1, 2, 3)
    grid = F.affine_grid(theta, [len(turn), 1, height, width], align_corners=False)
    many = batch.double().repeat(len(angles), 1, 1, 1)
    result = F.grid_sample(many, grid, mode, align_corners=False)
    return result.view(len(angles), *batch.shape)


def fit(labels, masks, angles):
    """Whether the masks are turned by these angles.

    Where a place 0.01 pixels away has another label, rounding decides, and any label will do.
    """
    wanted = sampled(masks, angles, "nearest")
    clear = torch.ones_like(wanted, dtype=torch.bool)
    for shift in ((0.01, 0.01), (0.01, -0.01), (-0.01, 0.01), (-0.01, -0.01)):
        clear &= sampled(masks, angles, "nearest", shift) == wanted
    return bool(((labels.double() == wanted) | ~clear).all())


def draws(units):
    """Angles are judged as numbers from -1 to 1: 320 or 240 of them, in 80 batches."""
    # All of n draws are below 1 - d with probability (1 - d / 2)^n: 1e-11 for d = 0.15 or 0.2.
    reach = 1 - 2 * (1 - 1e-11 ** (1 / units.size))
    ends = np.array([-units.min(), units.max()])
    signs = [units[:, i] * units[:, j] > 0 for i, j in combinations(range(units.shape[1]), 2)]
    low, high = binom.ppf([1e-11, 1 - 1e-11], len(units), 0.5) / len(units)
    found = {
        "largest angle, right and left, against degrees": between(ends, reach, 1.001),
        "of each two places in the batch, how often both turn the same way": between(
            np.mean(signs, axis=1), low, high
        ),
    }
    if ends.min() < reach or np.ptp(units, axis=1).max() < 1e-3:
        return found
    # Dvoretzky, Kiefer, Wolfowitz: a distance above e has probability below 2 exp(-2 n e²).
    most = np.sqrt(np.log(2e11) / (2 * units.size))
    distance = kstest(units.ravel(), "uniform", (-1, 2)).statistic
    return {
        **found,
        "distance of the angles from a uniform distribution": between(distance, 0, most),
    }


# %% right "pair by pair"
def augment_pair(images, masks, degrees, generator):
    turned, labels = torch.zeros_like(images), torch.zeros_like(masks)
    for i in range(images.shape[0]):
        angle = (torch.rand((), generator=generator).item() - 0.5) * 2 * degrees
        turned[i] = rotate_one(images[i], angle, "bilinear")
        labels[i] = rotate_one(masks[i].float(), angle, "nearest").round().to(masks.dtype)
    return turned, labels


# %% right "all pairs in one call of grid_sample"
def augment_pair(images, masks, degrees, generator):
    n, _, height, width = images.shape
    angle = torch.empty(n).uniform_(-degrees, degrees, generator=generator)
    cos, sin = torch.deg2rad(angle).cos(), torch.deg2rad(angle).sin()
    zero = torch.zeros(n)
    theta = torch.stack(
        [cos, -sin * height / width, zero, sin * width / height, cos, zero], dim=1
    ).view(n, 2, 3)
    grid = F.affine_grid(theta.to(images), [n, 1, height, width], align_corners=False)
    turned = F.grid_sample(images, grid, "bilinear", align_corners=False)
    labels = F.grid_sample(masks.to(images), grid, "nearest", align_corners=False)
    return turned, labels.to(masks.dtype)


# %% right "torchvision's rotation"
def augment_pair(images, masks, degrees, generator):
    from torchvision.transforms import InterpolationMode
    from torchvision.transforms.v2.functional import rotate

    turned, labels = [], []
    for image, mask in zip(images, masks):
        angle = degrees * (1 - 2 * torch.rand(1, generator=generator).item())
        turned.append(rotate(image, angle, InterpolationMode.BILINEAR))
        labels.append(rotate(mask, angle, InterpolationMode.NEAREST))
    return torch.stack(turned), torch.stack(labels)


# %% wrong "two draws"
# The picture turns by one angle and its mask by another, so the labels lie. Draw one angle for each
# pair and use it twice.
# - labels = torch.stack([rotate_one(mask.double(), angle, "nearest") for _, mask, angle in pairs])
# + angles = degrees * (2 * torch.rand(len(images), generator=generator) - 1)
# + pairs = list(zip(images, masks, angles.tolist()))
# + labels = torch.stack([rotate_one(mask.double(), angle, "nearest") for _, mask, angle in pairs])

# %% wrong "bilinear masks"
# You mix labels: between 0 and 3 your mask says 1 or 2, which nobody put there. Masks need
# "nearest".
# - labels = torch.stack([rotate_one(mask.double(), angle, "nearest") for _, mask, angle in pairs])
# + labels = torch.stack([rotate_one(mask.double(), angle, "bilinear") for _, mask, angle in pairs])

# %% wrong "nearest pictures"
# The masks are right, but the pictures are turned with "nearest", too, which makes their lines
# jagged. Pictures need "bilinear".
# - turned = torch.stack([rotate_one(image, angle, "bilinear") for image, _, angle in pairs])
# + turned = torch.stack([rotate_one(image, angle, "nearest") for image, _, angle in pairs])

# %% wrong "leaves the masks"
# The pictures turn and the masks stay as they were. Turn each mask by its picture's angle.
# - labels = torch.stack([rotate_one(mask.double(), angle, "nearest") for _, mask, angle in pairs])
# + labels = masks.clone()

# %% wrong "turns the masks the other way"
# Picture and mask turn by the same angle, but in opposite directions. Use the same sign in both
# calls.
# - labels = torch.stack([rotate_one(mask.double(), angle, "nearest") for _, mask, angle in pairs])
# + labels = torch.stack([rotate_one(mask.double(), -angle, "nearest") for _, mask, angle in pairs])

# %% wrong "one angle for the batch"
# All pairs of a batch turn by the same angle. Draw one for each pair.
# - angles = degrees * (2 * torch.rand(len(images), generator=generator) - 1)
# + angles = degrees * (2 * torch.rand(1, generator=generator) - 1).expand(len(images))

# %% wrong "turns one way only"
# Your angles lie between 0 and degrees, so everything leans to the left. A uniform number in 0 … 1
# becomes one in −1 … 1 as `2 * u - 1`.
# - angles = degrees * (2 * torch.rand(len(images), generator=generator) - 1)
# + angles = degrees * torch.rand(len(images), generator=generator)

# %% wrong "half of the angle"
# Your angles reach only half as far as they should. The interval from −degrees to degrees is
# twice degrees wide.
# - angles = degrees * (2 * torch.rand(len(images), generator=generator) - 1)
# + angles = degrees * (torch.rand(len(images), generator=generator) - 0.5)

# %% wrong "float masks"
# The labels are right, but they come back as floats, and losses want integers. Give them their
# dtype back: `.to(masks.dtype)`.
# - return turned, labels.to(masks.dtype)
# + return turned, labels.float()

# %% wrong "ignores the generator"
# You draw from the global generator, so the same seed gives other angles. Pass
# `generator=generator` to `torch.rand`.
# - angles = degrees * (2 * torch.rand(len(images), generator=generator) - 1)
# + angles = degrees * (2 * torch.rand(len(images)) - 1)


# %% [markdown]
# ### Look at it
#
# Coins, and a mask by the simplest of means: bright is coin. Where the overlay is yellow, the mask
# says coin. It has to stay on the coins.

# %%
coins = to_tensor(photograph("coins", size=(96, 128))).repeat(4, 1, 1, 1)
is_coin = (F.avg_pool2d(coins, 3, 1, 1) > 0.5).long()
draws = torch.Generator().manual_seed(14)
turned, labels = augment_pair(coins, is_coin, 30.0, draws)
yellow = torch.tensor([1.0, 0.8, 0.1])[:, None, None]
shown = torch.where(labels == 1, 0.55 * turned + 0.45 * yellow, turned.expand(-1, 3, -1, -1))
wall(shown, "ancient coins, turned, with a yellow mask that lies on them", columns=4, height=150)
