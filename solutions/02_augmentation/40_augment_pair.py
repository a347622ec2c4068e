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
    def images(*shape):
        return torch.from_numpy(rng.uniform(0.1, 1, shape).astype("float32"))

    def masks(n, height, width, labels):
        blocks = rng.integers(0, len(labels), (n, 1, height // 2 + 1, width // 2 + 1))
        fine = np.asarray(labels)[blocks].repeat(2, axis=2).repeat(2, axis=3)
        fine[:, :, height // 2, width // 2] = max(labels)
        fine[:, :, height // 2, width // 2 - 1] = 0
        return torch.from_numpy(fine[:, :, :height, :width].copy())

    def seed():
        return int(rng.integers(2**31))

    yield (
        "an angle of 0",
        {
            "images": images(2, 3, 4, 5),
            "masks": masks(2, 4, 5, [0, 2, 5]),
            "degrees": 0.0,
            "seed": seed(),
        },
    )
    yield (
        "labels 0 and 3, up to a moderate angle",
        {
            "images": images(4, 2, 8, 10),
            "masks": masks(4, 8, 10, [0, 3]),
            "degrees": float(rng.uniform(30, 45)),
            "seed": seed(),
        },
    )
    yield (
        "higher than wide, up to a large angle",
        {
            "images": images(3, 1, 10, 7).double(),
            "masks": masks(3, 10, 7, [0, 1, 250]).to(torch.uint8),
            "degrees": float(rng.uniform(60, 80)),
            "seed": seed(),
        },
    )


# %% observe
import math

import torch
import torch.nn.functional as F

from autograder import between, equal


def observe(augment_pair, images, masks, degrees, seed):
    generator = torch.Generator().manual_seed(seed)
    if degrees == 0:
        turned, labels = augment_pair(images, masks, degrees, generator)
        return {"images": turned, "masks": labels}

    def turn(batch, angles, mode):
        height, width = batch.shape[2:]
        cos, sin = (angles * math.pi / 180).cos(), (angles * math.pi / 180).sin()
        zero, ratio = torch.zeros_like(cos), height / width
        rows = [cos, -sin * ratio, zero, sin / ratio, cos, zero]
        grid = F.affine_grid(
            torch.stack(rows, 1).view(-1, 2, 3).to(batch),
            [len(angles), 1, height, width],
            align_corners=False,
        )
        return F.grid_sample(batch, grid, mode, align_corners=False)

    # A wide disc has the same pixels at every angle; a ramp over it tells the angle.
    height, width = images.shape[2:]
    y = torch.arange(height, dtype=images.dtype)[:, None] - (height - 1) / 2
    x = torch.arange(width, dtype=images.dtype) - (width - 1) / 2
    disc = (y.square() + x.square()).sqrt() < min(height, width) / 2 - 1.5
    ramp = (0.5 + 0.02 * x + 0 * y).expand_as(images)

    steps = (100 + 10 * x + 0 * y).round().expand_as(masks).to(masks.dtype)

    def angle(batch):
        """The angle in degrees by which each ramp was turned, from its slopes over the disc."""
        slope = batch[:, 0].double() * disc
        along_x = (slope * x).sum((1, 2)) / (x.square() * disc).sum()
        along_y = (slope * y).sum((1, 2)) / (y.square() * disc).sum()
        return torch.atan2(-along_y, along_x) * 180 / math.pi

    def angles_of(generator, batches=60):
        """The angles of all pictures of many batches and their masks, and other masks with them."""
        angles, of_masks, labels = [], [], []
        for _ in range(batches):
            turned, mask = augment_pair(ramp.clone(), masks.clone(), degrees, generator)
            angles.append(angle(turned))
            labels.append(mask)
            turned, mask = augment_pair(ramp.clone(), steps.clone(), degrees, generator)
            of_masks.append(torch.stack([angle(turned), angle(mask.double())]))
        return torch.stack(angles), torch.stack(of_masks, dim=1), torch.stack(labels)

    angles, of_masks, labels = angles_of(generator)
    again, _, labels_again = angles_of(torch.Generator().manual_seed(seed), 10)
    turned, mask = augment_pair(images, masks, degrees, torch.Generator().manual_seed(seed))
    wanted = turn(images, angles[0], "bilinear")

    flat = torch.cat([angles.flatten(), of_masks[0].flatten()])
    mask_angles = of_masks[1].flatten()
    related = torch.corrcoef(of_masks.flatten(1))[0, 1] if mask_angles.std() > 1 else 0.0
    repeated = masks.double().repeat(len(angles), 1, 1, 1)
    fitting = turn(repeated, angles.flatten(), "nearest")
    got = labels.flatten(0, 1).double().view_as(fitting)
    alike = ((angles - angles[:, :1]).abs() < 0.1).all(1).double().mean()
    known = torch.isin(got, torch.unique(masks.double()))
    # At a handful of pixels, half way between two others, rounding decides.
    return {
        "largest angle, left and right, against degrees": between(
            torch.stack([flat.max(), -flat.min()]) / degrees, 0.9, 1.001
        ),
        "mean angle, against degrees": between(flat.mean() / degrees, -0.16, 0.16),
        "spread of the angles, against degrees": between(flat.std() / degrees, 0.5, 0.65),
        "share of batches with one angle for all": between(alike, 0, 0.05),
        "the pictures are turned, bilinearly": equal(bool((turned - wanted).abs().max() < 0.02)),
        "correlation of the masks' angles with the pictures'": between(related, 0.9, 1.001),
        "spread of the masks' angles, against degrees": between(
            mask_angles.std() / degrees, 0.45, 0.7
        ),
        "share of mask pixels that fit their picture": between(
            (got == fitting).double().mean(), 0.97, 1
        ),
        "masks hold labels that were there before, and 0": equal(bool(known.all())),
        "dtype of the masks": str(mask.dtype),
        "the same seed gives the same pairs": equal(
            bool((angles[:10] == again).all() and (labels[:10] == labels_again).all())
        ),
        "batch after batch is drawn anew": equal(bool((angles != angles[0]).any())),
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
def augment_pair(images, masks, degrees, generator):
    first = (degrees * (2 * torch.rand(len(images), generator=generator) - 1)).tolist()
    second = (degrees * (2 * torch.rand(len(images), generator=generator) - 1)).tolist()
    turned = [rotate_one(image, angle, "bilinear") for image, angle in zip(images, first)]
    labels = [rotate_one(mask.double(), angle, "nearest") for mask, angle in zip(masks, second)]
    return torch.stack(turned), torch.stack(labels).to(masks.dtype)


# %% wrong "bilinear masks"
# You mix labels: between 0 and 3 your mask says 1 or 2, which nobody put there. Masks need
# "nearest".
def augment_pair(images, masks, degrees, generator):
    angles = (degrees * (2 * torch.rand(len(images), generator=generator) - 1)).tolist()
    turned = [rotate_one(image, angle, "bilinear") for image, angle in zip(images, angles)]
    labels = [rotate_one(mask.double(), angle, "bilinear") for mask, angle in zip(masks, angles)]
    return torch.stack(turned), torch.stack(labels).to(masks.dtype)


# %% wrong "nearest pictures"
# The masks are right, but the pictures are turned with "nearest", too, which makes their lines
# jagged. Pictures need "bilinear".
def augment_pair(images, masks, degrees, generator):
    angles = (degrees * (2 * torch.rand(len(images), generator=generator) - 1)).tolist()
    turned = [rotate_one(image, angle, "nearest") for image, angle in zip(images, angles)]
    labels = [rotate_one(mask.double(), angle, "nearest") for mask, angle in zip(masks, angles)]
    return torch.stack(turned), torch.stack(labels).to(masks.dtype)


# %% wrong "leaves the masks"
# The pictures turn and the masks stay as they were. Turn each mask by its picture's angle.
def augment_pair(images, masks, degrees, generator):
    angles = (degrees * (2 * torch.rand(len(images), generator=generator) - 1)).tolist()
    turned = [rotate_one(image, angle, "bilinear") for image, angle in zip(images, angles)]
    return torch.stack(turned), masks.clone()


# %% wrong "turns the masks the other way"
# Picture and mask turn by the same angle, but in opposite directions. Use the same sign in both
# calls.
def augment_pair(images, masks, degrees, generator):
    angles = (degrees * (2 * torch.rand(len(images), generator=generator) - 1)).tolist()
    turned = [rotate_one(image, angle, "bilinear") for image, angle in zip(images, angles)]
    labels = [rotate_one(mask.double(), -angle, "nearest") for mask, angle in zip(masks, angles)]
    return torch.stack(turned), torch.stack(labels).to(masks.dtype)


# %% wrong "one angle for the batch"
# All pairs of a batch turn by the same angle. Draw one for each pair.
def augment_pair(images, masks, degrees, generator):
    angle = degrees * (2 * torch.rand(1, generator=generator).item() - 1)
    turned = [rotate_one(image, angle, "bilinear") for image in images]
    labels = [rotate_one(mask.double(), angle, "nearest") for mask in masks]
    return torch.stack(turned), torch.stack(labels).to(masks.dtype)


# %% wrong "turns one way only"
# Your angles lie between 0 and degrees, so everything leans to the left. A uniform number in 0 … 1
# becomes one in −1 … 1 as `2 * u - 1`.
def augment_pair(images, masks, degrees, generator):
    angles = (degrees * torch.rand(len(images), generator=generator)).tolist()
    turned = [rotate_one(image, angle, "bilinear") for image, angle in zip(images, angles)]
    labels = [rotate_one(mask.double(), angle, "nearest") for mask, angle in zip(masks, angles)]
    return torch.stack(turned), torch.stack(labels).to(masks.dtype)


# %% wrong "half of the angle" of "turns one way only"
# Your angles reach only half as far as they should. The interval from −degrees to degrees is
# twice degrees wide.
# - angles = (degrees * torch.rand(len(images), generator=generator)).tolist()
# + angles = (degrees * (torch.rand(len(images), generator=generator) - 0.5)).tolist()


# %% wrong "float masks"
# The labels are right, but they come back as floats, and losses want integers. Give them their
# dtype back: `.to(masks.dtype)`.
def augment_pair(images, masks, degrees, generator):
    angles = (degrees * (2 * torch.rand(len(images), generator=generator) - 1)).tolist()
    turned = [rotate_one(image, angle, "bilinear") for image, angle in zip(images, angles)]
    labels = [rotate_one(mask.float(), angle, "nearest") for mask, angle in zip(masks, angles)]
    return torch.stack(turned), torch.stack(labels)


# %% wrong "ignores the generator" of "turns one way only"
# You draw from the global generator, so the same seed gives other angles. Pass
# `generator=generator` to `torch.rand`.
# - angles = (degrees * torch.rand(len(images), generator=generator)).tolist()
# + angles = (degrees * (2 * torch.rand(len(images)) - 1)).tolist()


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
