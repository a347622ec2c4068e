# %% [markdown]
# ## A hole
#
# **Goal.** Cover a square of each picture with black, at a place of its own.
#
# A square of side $S$ that lies *wholly inside* has its corner at
#
# $$\text{top} \in \{0, \ldots, H - S\}, \qquad \text{left} \in \{0, \ldots, W - S\}$$
#
# all equally likely, drawn for each picture. All channels are covered.
#
# | | type | shape | values |
# |---|---|---|---|
# | `images` | float tensor | N×C×H×W | any |
# | `size` | `int` | | side $S$; it fits, and 0 covers nothing |
# | `generator` | `torch.Generator` | | |
# | result | float tensor | N×C×H×W | as `images`, with 0 in the square |
#
# By hand, for one row of five pixels and $S = 2$, the hole begins at 0, 1, 2 or 3.
#
# Other libraries draw the *middle* of the square, which then may hang over the border. Their
# holes are smaller near the border; yours all have $S^2$ pixels.
#
# **Why it matters.** A network that knows boots by their heels alone is helpless when a heel is
# hidden. Cover the heel now and then, and it has to learn the rest of the boot. In unit 7 such
# holes are not a trick but the task: fill them.

# %% exercise points=2 forbid="retouch.pixels torchvision"
def cutout(images, size, generator):
    """Set a square of each image to 0, wholly inside, at a random place of its own.

    Args:
        images: float tensor N×C×H×W.
        size: side of the square in pixels; it fits into the image.
        generator: torch.Generator that every draw comes from.

    Returns:
        A new float tensor N×C×H×W.
    """
    ### BEGIN SOLUTION
    n, _, height, width = images.shape
    tops = torch.randint(height - size + 1, (n,), generator=generator).tolist()
    lefts = torch.randint(width - size + 1, (n,), generator=generator).tolist()
    result = images.clone()
    for image, top, left in zip(result, tops, lefts):
        image[:, top : top + size, left : left + size] = 0
    return result
    ### END SOLUTION


# %% hint
# At how many places can a square of 8 begin in a row of 28? What would become of the training set
# if you wrote the holes into the pictures that you are given?

# %% hint
# `images.clone()` is a copy to write into. `torch.randint(k, (n,), generator=generator)` draws
# from 0 to k − 1. `result[i, :, top:bottom, left:right] = 0` covers all channels.

# %% hint
# Draw `tops` from `H - size + 1` places and `lefts` from `W - size + 1`, one of each for every
# picture. In a loop over the copy: `copy[i, :, top:top + size, left:left + size] = 0`.

# %% cases
import torch


def cases(rng):
    def case(size, *shape):
        images = torch.from_numpy(rng.uniform(0.1, 1, shape).astype("float32"))
        return {"images": images, "size": size, "seed": int(rng.integers(2**31))}

    yield "a hole of no pixels", case(0, 2, 3, 4, 5)
    yield "a hole as large as the picture", case(4, 3, 2, 4, 4)
    yield "pictures wider than high", case(2, 4, 2, 4, 6)
    tall = case(3, 5, 2, 7, 5)
    yield "pictures higher than wide (float64)", {**tall, "images": tall["images"].double()}


# %% observe
import torch

from autograder import raw


def observe(cutout, images, size, seed):
    generator = torch.Generator().manual_seed(seed)
    if size in (0, *images.shape[2:]):
        return {"result": cutout(images, size, generator)}

    def batches(number, generator):
        results = [cutout(images.clone(), size, generator) for _ in range(number)]
        return torch.stack(results)

    results = batches(300, generator)
    again = batches(20, torch.Generator().manual_seed(seed))
    cutout(images, size, generator)  # not a copy, for once
    return {"results": raw(results), "again": raw(again)}


# %% conclude
from itertools import combinations

import torch
from scipy.stats import binom

from autograder import between, equal


def conclude(observed, inputs):
    if "results" not in observed:
        return {}
    images, size = inputs["images"], inputs["size"]
    results, again = observed["results"], observed["again"]
    if results.shape[1:] != images.shape:
        return {"shape of the result": equal(list(results.shape[1:]))}
    height, width = images.shape[2:]
    hole = results != images
    area = hole.sum((3, 4))
    rows, columns = hole.any(4), hole.any(3)
    whole = (rows.sum(3) == size) & (columns.sum(3) == size) & (area == size**2)
    covered = [rows[..., 0], rows[..., -1], columns[..., 0], columns[..., -1]]
    places = [height - size + 1] * 2 + [width - size + 1] * 2
    fairs = [fair(results.shape[0] * results.shape[1], 1 / n) for n in places]
    # Each share as a part of the way from its lower bound, 0, to its upper one, 1.
    at_border = [
        (float(one[:, :, 0].double().mean()) - low) / (high - low)
        for one, (low, high) in zip(covered, fairs)
    ]
    found = {
        "shape of the result": equal(list(results.shape[1:])),
        "the same seed gives the same holes": equal(bool((results[:20] == again).all())),
        "batch after batch is drawn anew": equal(bool((results != results[0]).any())),
        "pixels in a hole, at least and at most": equal(torch.stack([area.min(), area.max()])),
        "every hole is a whole square": equal(bool(whole.all())),
        "all channels have the same hole": equal(bool((hole == hole[:, :, :1]).all())),
        "all pixels of the holes are 0": equal(not bool(results[hole].any())),
        "holes at the upper, lower, left and right border, from the fewest that chance allows (0) "
        "to the most (1)": between(torch.tensor(at_border), 0, 1),
    }
    if not (found["batch after batch is drawn anew"].value and whole.all()):
        return found
    top, left = rows.int().argmax(3)[:, :, 0], columns.int().argmax(3)[:, :, 0]
    return {**found, **spread(top * (width - size + 1) + left, places[0] * places[2])}


def spread(place, number):
    """How often each place comes, and how often two pictures of a batch share one."""
    often = torch.bincount(place.flatten(), minlength=number) / place.numel()
    pairs = combinations(range(place.shape[1]), 2)
    same = torch.stack([(place[:, i] == place[:, j]).double().mean() for i, j in pairs])
    return {
        "how often each place comes": between(often, *fair(place.numel(), 1 / number)),
        "of each two pictures in the batch, how often they have the same place": between(
            same, 0, fair(len(place), 1 / number)[1]
        ),
    }


def fair(number, p):
    """Bounds of a share of independent draws, which chance leaves once in 5e10 tries.

    The share is binomial; of 1,200 holes with 15 places, each place has 0.024 … 0.12.
    """
    low, high = binom.ppf([1e-11, 1 - 1e-11], number, p) / number
    return low, high


# %% right "as a mask of rows and columns"
def cutout(images, size, generator):
    n, _, height, width = images.shape
    top = torch.randint(height - size + 1, (n, 1), generator=generator)
    left = torch.randint(width - size + 1, (n, 1), generator=generator)
    y, x = torch.arange(height), torch.arange(width)
    in_rows = (y >= top) & (y < top + size)
    in_columns = (x >= left) & (x < left + size)
    return images.masked_fill((in_rows[:, :, None] & in_columns[:, None, :])[:, None], 0)


# %% right "torchvision's erase"
def cutout(images, size, generator):
    from torchvision.transforms.v2.functional import erase

    result = []
    for image in images:
        top = int(torch.rand((), generator=generator) * (image.shape[1] - size + 1))
        left = int(torch.rand((), generator=generator) * (image.shape[2] - size + 1))
        result.append(erase(image, top, left, size, size, torch.zeros(1).to(image)))
    return torch.stack(result)


# %% wrong "one place for all"
# All pictures of a batch are covered at the same place. Draw a place for each.
# - tops = torch.randint(height - size + 1, (n,), generator=generator).tolist()
# - lefts = torch.randint(width - size + 1, (n,), generator=generator).tolist()
# + tops = torch.randint(height - size + 1, (1,), generator=generator).tolist() * n
# + lefts = torch.randint(width - size + 1, (1,), generator=generator).tolist() * n

# %% wrong "clipped at the border"
# You draw the middle of the square, so near the border a part of it is lost. Draw the corner,
# from the places at which all of the square is inside.
# - tops = torch.randint(height - size + 1, (n,), generator=generator).tolist()
# - lefts = torch.randint(width - size + 1, (n,), generator=generator).tolist()
# + tops = torch.randint(height, (n,), generator=generator).tolist()
# + lefts = torch.randint(width, (n,), generator=generator).tolist()
#
# - image[:, top : top + size, left : left + size] = 0
# + top, left = top - size // 2, left - size // 2
# + image[:, max(top, 0) : max(top + size, 0), max(left, 0) : max(left + size, 0)] = 0

# %% wrong "a corner anywhere"
# Your corner may lie on any pixel, so on the right and below, squares are cut off. The last
# place is H − size, or W − size.
# - tops = torch.randint(height - size + 1, (n,), generator=generator).tolist()
# - lefts = torch.randint(width - size + 1, (n,), generator=generator).tolist()
# + tops = torch.randint(height, (n,), generator=generator).tolist()
# + lefts = torch.randint(width, (n,), generator=generator).tolist()

# %% wrong "last place unreachable"
# The last row and the last column are never covered: `torch.randint(k, ...)` stops at k − 1, and
# there are H − size + 1 places.
# - tops = torch.randint(height - size + 1, (n,), generator=generator).tolist()
# - lefts = torch.randint(width - size + 1, (n,), generator=generator).tolist()
# + tops = torch.randint(height - size, (n,), generator=generator).tolist()
# + lefts = torch.randint(width - size, (n,), generator=generator).tolist()

# %% wrong "changes its input"
# The holes are right, but they are cut into the pictures that were passed in, for good: after a few
# epochs the training set is black. Begin with `images.clone()`.
# - result = images.clone()
# + result = images

# %% wrong "covers the first channel only"
# The hole is in one channel: red is gone, green and blue still show what was there. Cover all of
# them, with `:` for the channel.
# - image[:, top : top + size, left : left + size] = 0
# + image[0, top : top + size, left : left + size] = 0


# %% wrong "a hole for each channel"
# Every channel has its hole elsewhere, so each place is still seen in the others. Draw one place
# for each picture.
def cutout(images, size, generator):
    n, channels, height, width = images.shape
    result = images.clone()
    for i in range(n):
        for c in range(channels):
            y = torch.randint(height - size + 1, (), generator=generator).item()
            x = torch.randint(width - size + 1, (), generator=generator).item()
            result[i, c, y : y + size, x : x + size] = 0
    return result


# %% wrong "keeps the square, covers the rest"
# You kept the square and set everything else to 0. It is the other way round.
# - result = images.clone()
# - for image, top, left in zip(result, tops, lefts):
# -     image[:, top : top + size, left : left + size] = 0
# + result = torch.zeros_like(images)
# + for image, kept, top, left in zip(result, images, tops, lefts):
# +     hole = (slice(None), slice(top, top + size), slice(left, left + size))
# +     image[hole] = kept[hole]

# %% wrong "one number for top and left"
# Your holes lie on the diagonal only, because one draw serves as top and as left. Draw two
# numbers for each picture.
# - tops = torch.randint(height - size + 1, (n,), generator=generator).tolist()
# - lefts = torch.randint(width - size + 1, (n,), generator=generator).tolist()
# + tops = torch.randint(min(height, width) - size + 1, (n,), generator=generator).tolist()
# + lefts = tops

# %% wrong "height and width swapped"
# You draw the row from the places along the width, so in pictures that are not square, holes are
# cut off or miss a side. Rows belong to axis 2, columns to axis 3.
# - tops = torch.randint(height - size + 1, (n,), generator=generator).tolist()
# - lefts = torch.randint(width - size + 1, (n,), generator=generator).tolist()
# + tops = torch.randint(width - size + 1, (n,), generator=generator).tolist()
# + lefts = torch.randint(height - size + 1, (n,), generator=generator).tolist()

# %% wrong "one row and column too many"
# Your holes are size + 1 pixels high and wide. A slice stops *before* its end, so
# `top:top + size` has size rows already.
# - image[:, top : top + size, left : left + size] = 0
# + image[:, top : top + size + 1, left : left + size + 1] = 0

# %% wrong "ignores the generator"
# You draw from the global generator, so the same seed gives other holes. Pass
# `generator=generator` to `torch.randint`.
# - tops = torch.randint(height - size + 1, (n,), generator=generator).tolist()
# - lefts = torch.randint(width - size + 1, (n,), generator=generator).tolist()
# + tops = torch.randint(height - size + 1, (n,)).tolist()
# + lefts = torch.randint(width - size + 1, (n,)).tolist()


# %% [markdown]
# ### Look at it
#
# Ankle boots, with more and more of them hidden. Up to which size would *you* still know them?

# %%
boots = train.images[train.labels == 9][:16]


def covered(size, seed):
    draws = torch.Generator().manual_seed(seed)
    return side_by_side(cutout(boots, size, draws))


explore(
    covered,
    alt="sixteen ankle boots, each with a black square over it",
    height=180,
    size=(0, 28, 2, 10),
    seed=(0, 20, 1, 0),
)
