# %% [markdown]
# ## A window, somewhere
#
# **Goal.** Put a frame of zeros around each picture, then cut a window out of it, at a place of
# its own.
#
# Padding by $P$ on all four sides makes the picture $(H + 2P) \times (W + 2P)$. A window of $S
# \times S$ has its upper left corner at
#
# $$\text{top} \in \{0, \ldots, H + 2P - S\}, \qquad \text{left} \in \{0, \ldots, W + 2P - S\}$$
#
# with *both ends included*, all of them equally likely, drawn anew for each picture.
#
# | | type | shape | values |
# |---|---|---|---|
# | `images` | float tensor | N×C×H×W | any |
# | `size` | `int` | | side $S$ of the window; it fits |
# | `padding` | `int` | | $P$, 0 or more |
# | `generator` | `torch.Generator` | | |
# | result | float tensor | N×C×S×S | as `images`, and 0 |
#
# For Fashion-MNIST with $S = 28$ and $P = 2$ there are 5 × 5 places: the picture, moved by up to
# two pixels each way. By hand, for the row 1, 2, 3 with padding 1: it becomes 0, 1, 2, 3, 0, and a
# window of three is 0, 1, 2 or 1, 2, 3 or 2, 3, 0. *Three* places, where $3 + 2 - 3 = 2$: count
# the ends.
#
# **Why it matters.** Networks are thought not to mind where a thing is. You saw in unit 1 that
# they do, once they shrink pictures. A moved picture teaches them not to.

# %% exercise points=2 forbid="retouch.pixels torchvision"
def random_crop(images, size, padding, generator):
    """Cut a window out of each zero-padded image, at a random place of its own.

    Args:
        images: float tensor N×C×H×W.
        size: height and width of the window, in pixels; it fits into the padded image.
        padding: rows and columns of zeros added on each of the four sides.
        generator: torch.Generator that every draw comes from.

    Returns:
        A new float tensor N×C×size×size.
    """
    ### BEGIN SOLUTION
    padded = F.pad(images, (padding, padding, padding, padding))
    rows, columns = padded.shape[2] - size + 1, padded.shape[3] - size + 1
    tops = torch.randint(rows, (len(images),), generator=generator).tolist()
    lefts = torch.randint(columns, (len(images),), generator=generator).tolist()
    windows = [
        image[:, top : top + size, left : left + size]
        for image, top, left in zip(padded, tops, lefts)
    ]
    return torch.stack(windows)
    ### END SOLUTION


# %% hint
# In a padded row of 5 there is a window of 3. At how many places can it begin? Which arguments of
# `torch.randint` give exactly these?

# %% hint
# `F.pad(images, (left, right, top, bottom))` adds zeros. `torch.randint(k, (n,),
# generator=generator)` draws n whole numbers from 0 to k − 1. `torch.stack` makes a batch of a
# list.

# %% hint
# With `rows = padded.shape[2] - size + 1` and `columns` likewise, draw `tops` and `lefts`, one of
# each for every picture, and stack `image[:, top:top + size, left:left + size]`.

# %% cases
import torch


def cases(rng):
    def case(size, padding, *shape):
        images = torch.from_numpy(rng.uniform(0.1, 1, shape).astype("float32"))
        seed = int(rng.integers(2**31))
        return {"images": images, "size": size, "padding": padding, "seed": seed}

    yield "the window is the picture", case(5, 0, 2, 3, 5, 5)
    yield "the window is the padded picture", case(8, 2, 2, 2, 4, 4)
    yield "pictures wider than high", case(3, 1, 4, 2, 4, 6)
    tall = case(3, 0, 5, 1, 7, 4)
    yield "pictures higher than wide (float64)", {**tall, "images": tall["images"].double()}


# %% observe
import torch

from autograder import raw


def observe(random_crop, images, size, padding, seed):
    generator = torch.Generator().manual_seed(seed)
    if images.shape[2] == images.shape[3]:
        return {"result": random_crop(images, size, padding, generator)}

    def batches(number, generator):
        results = [random_crop(images.clone(), size, padding, generator) for _ in range(number)]
        return torch.stack(results)

    results = batches(300, generator)
    again = batches(20, torch.Generator().manual_seed(seed))
    random_crop(images, size, padding, generator)  # not a copy, for once
    return {"results": raw(results), "again": raw(again)}


# %% conclude
from itertools import combinations

import torch
import torch.nn.functional as F
from scipy.stats import binom

from autograder import between, equal


def conclude(observed, inputs):
    if "results" not in observed:
        return {}
    images, size, results = inputs["images"], inputs["size"], observed["results"]
    if results.shape[1:] != (*images.shape[:2], size, size):
        return {"shape of the result": equal(list(results.shape[1:]))}
    windows = F.pad(images, [inputs["padding"]] * 4).unfold(2, size, 1).unfold(3, size, 1)
    rows, columns = windows.shape[2:4]
    windows = windows.permute(0, 2, 3, 1, 4, 5).reshape(len(images), rows * columns, -1)
    far = (results.flatten(2)[:, :, None] - windows).abs().amax(3)
    found = {
        "shape of the result": equal(list(results.shape[1:])),
        "the same seed gives the same windows": equal(
            bool((results[:20] == observed["again"]).all())
        ),
        "batch after batch is drawn anew": equal(bool((results != results[0]).any())),
        "every window is a part of its padded picture": equal(bool((far.amin(2) == 0).all())),
    }
    if not all(value.value for value in list(found.values())[2:]):
        return found
    return {**found, **spread(far.argmin(2), rows, columns)}


def spread(place, rows, columns):
    """How often each row and column and place come, and how often two pictures share a place."""
    number = place.numel()

    def often(values, count):
        share = torch.bincount(values.flatten(), minlength=count) / number
        return between(share, *fair(number, 1 / count))

    pairs = combinations(range(place.shape[1]), 2)
    same = torch.stack([(place[:, i] == place[:, j]).double().mean() for i, j in pairs])
    return {
        "how often each row is the window's first": often(place // columns, rows),
        "how often each column is the window's first": often(place % columns, columns),
        "how often each place comes": often(place, rows * columns),
        "of each two pictures in the batch, how often they have the same place": between(
            same, 0, fair(len(place), 1 / (rows * columns))[1]
        ),
    }


def fair(number, p):
    """Bounds of a share of independent draws, which chance leaves once in 5e10 tries.

    The share is binomial; of 1,200 windows with 24 places, each place has 0.009 … 0.086.
    """
    low, high = binom.ppf([1e-11, 1 - 1e-11], number, p) / number
    return low, high


# %% right "all windows, then one for each picture"
def random_crop(images, size, padding, generator):
    n, channels, height, width = images.shape
    padded = images.new_zeros(n, channels, height + 2 * padding, width + 2 * padding)
    padded[:, :, padding : padding + height, padding : padding + width] = images
    windows = padded.unfold(2, size, 1).unfold(3, size, 1)
    places = windows.shape[2] * windows.shape[3]
    place = torch.randint(places, (n,), generator=generator)
    return windows.flatten(2, 3)[torch.arange(n), :, place]


# %% right "uniform numbers, rounded down"
def random_crop(images, size, padding, generator):
    padded = F.pad(images, [padding] * 4)
    result = images.new_empty(*images.shape[:2], size, size)
    for i in range(len(images)):
        u, v = torch.rand(2, generator=generator).tolist()
        y = int(u * (padded.shape[2] - size + 1))
        x = int(v * (padded.shape[3] - size + 1))
        result[i] = padded[i, :, y : y + size, x : x + size]
    return result


# %% right "torchvision's pad and crop"
def random_crop(images, size, padding, generator):
    from torchvision.transforms.v2.functional import crop, pad

    result = []
    for image in images:
        image = pad(image, [padding])
        top = torch.randint(0, image.shape[1] - size + 1, (), generator=generator).item()
        left = torch.randint(0, image.shape[2] - size + 1, (), generator=generator).item()
        result.append(crop(image, top, left, size, size))
    return torch.stack(result)


# %% wrong "last place unreachable"
# The last row and the last column of places never occur: `torch.randint(k, ...)` stops at k − 1.
# There are H + 2·padding − size + 1 places.
# - rows, columns = padded.shape[2] - size + 1, padded.shape[3] - size + 1
# + rows, columns = padded.shape[2] - size, padded.shape[3] - size

# %% wrong "one place for the batch"
# All windows of a batch are cut at the same place. Draw a place for each picture.
# - tops = torch.randint(rows, (len(images),), generator=generator).tolist()
# - lefts = torch.randint(columns, (len(images),), generator=generator).tolist()
# + tops = torch.randint(rows, (1,), generator=generator).tolist() * len(images)
# + lefts = torch.randint(columns, (1,), generator=generator).tolist() * len(images)

# %% wrong "one number for top and left"
# Your windows lie on the diagonal only, because one draw serves as top and as left. Draw two
# numbers for each picture.
# - tops = torch.randint(rows, (len(images),), generator=generator).tolist()
# - lefts = torch.randint(columns, (len(images),), generator=generator).tolist()
# + tops = torch.randint(min(rows, columns), (len(images),), generator=generator).tolist()
# + lefts = tops

# %% wrong "rounds to the nearest place"
# Rounding gives the first and the last place only half of their share. Use `torch.randint`,
# or round *down* a number between 0 and the number of places.
# - tops = torch.randint(rows, (len(images),), generator=generator).tolist()
# - lefts = torch.randint(columns, (len(images),), generator=generator).tolist()
# + u, v = torch.rand(2, len(images), generator=generator)
# + tops = (u * (rows - 1)).round().int().tolist()
# + lefts = (v * (columns - 1)).round().int().tolist()

# %% wrong "always the middle"
# Every window is cut from the middle, so nothing ever moves. Draw a place for each picture.
# - tops = torch.randint(rows, (len(images),), generator=generator).tolist()
# - lefts = torch.randint(columns, (len(images),), generator=generator).tolist()
# + tops, lefts = [rows // 2] * len(images), [columns // 2] * len(images)

# %% wrong "no padding"
# The padding is missing: no window ever contains a part of the frame of zeros. Begin with `F.pad`.
# - padded = F.pad(images, (padding, padding, padding, padding))
# + padded = images


# %% wrong "pads after cutting"
# You cut first and pad the window, so it comes out too large. Pad the picture, then cut.
def random_crop(images, size, padding, generator):
    size = min(size, *images.shape[2:])
    rows, columns = images.shape[2] - size + 1, images.shape[3] - size + 1
    tops = torch.randint(rows, (len(images),), generator=generator).tolist()
    lefts = torch.randint(columns, (len(images),), generator=generator).tolist()
    windows = [image[:, y : y + size, x : x + size] for image, y, x in zip(images, tops, lefts)]
    return F.pad(torch.stack(windows), [padding] * 4)


# %% wrong "mirrors the border"
# The frame shows the mirrored picture (`mode="reflect"`). It is to be 0.
# - padded = F.pad(images, (padding, padding, padding, padding))
# + padded = F.pad(images, (padding, padding, padding, padding), mode="reflect")

# %% wrong "repeats the border"
# The frame repeats the picture's border pixels (`mode="replicate"`). It is to be 0.
# - padded = F.pad(images, (padding, padding, padding, padding))
# + padded = F.pad(images, (padding, padding, padding, padding), mode="replicate")

# %% wrong "pads left and above only"
# The frame has zeros on two sides. `F.pad(images, (left, right, top, bottom))` wants all four.
# - padded = F.pad(images, (padding, padding, padding, padding))
# + padded = F.pad(images, (padding, 0, padding, 0))

# %% wrong "height and width swapped"
# The row is drawn from the number of places along the width, so windows stick out of pictures
# that are not square. Rows belong to axis 2, columns to axis 3.
# - rows, columns = padded.shape[2] - size + 1, padded.shape[3] - size + 1
# + rows, columns = padded.shape[3] - size + 1, padded.shape[2] - size + 1


# %% wrong "ignores the generator"
# You draw from the global generator, so the same seed gives other windows. Pass
# `generator=generator` to `torch.randint`.
# - tops = torch.randint(rows, (len(images),), generator=generator).tolist()
# - lefts = torch.randint(columns, (len(images),), generator=generator).tolist()
# + tops = torch.randint(rows, (len(images),)).tolist()
# + lefts = torch.randint(columns, (len(images),)).tolist()

# %% [markdown]
# ### Look at it
#
# One shoe, moved by up to four pixels each way. (Padding of two is what we train with.)

# %%
shoe = train.images[train.labels == 9][:1]
draws = torch.Generator().manual_seed(2)
wall(random_crop(shoe.repeat(16, 1, 1, 1), 28, 4, draws), "an ankle boot, at sixteen places")
