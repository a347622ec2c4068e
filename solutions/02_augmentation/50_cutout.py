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
    def images(*shape):
        return torch.from_numpy(rng.uniform(0.1, 1, shape).astype("float32"))

    def seed():
        return int(rng.integers(2**31))

    yield "a hole of no pixels", {"images": images(2, 3, 4, 5), "size": 0, "seed": seed()}
    yield (
        "a hole as large as the picture",
        {"images": images(3, 2, 4, 4), "size": 4, "seed": seed()},
    )
    yield "pictures wider than high", {"images": images(4, 3, 5, 7), "size": 2, "seed": seed()}
    yield (
        "pictures higher than wide (float64)",
        {"images": images(5, 2, 7, 5).double(), "size": 3, "seed": seed()},
    )


# %% observe
import torch

from autograder import between, equal


def observe(cutout, images, size, seed):
    height, width = images.shape[2:]
    generator = torch.Generator().manual_seed(seed)
    if size == 0:
        return {"result": cutout(images, size, generator)}
    if size == height == width:
        return {"everything is covered": equal(not bool(cutout(images, size, generator).any()))}

    def draw(generator, batches=400):
        results = [cutout(images.clone(), size, generator) for _ in range(batches)]
        return torch.stack(results).view(batches, *images.shape)

    results = draw(generator)
    again = draw(torch.Generator().manual_seed(seed), 20)
    hole = results != images
    area = hole.sum((3, 4))
    rows, columns = hole.any(4), hole.any(3)
    top, left = rows.int().argmax(3), columns.int().argmax(3)
    whole = (rows.sum(3) == size) & (columns.sum(3) == size) & (area == size**2)
    ends = [top == 0, top == height - size, left == 0, left == width - size]
    places = torch.tensor([height - size + 1] * 2 + [width - size + 1] * 2)
    share = torch.stack([end.double().mean() for end in ends]) * places
    first = torch.stack([top[:, :, 0], left[:, :, 0]])
    alike = (first == first[:, :, :1]).all(2).all(0).double().mean()
    cutout(images, size, generator)  # not a copy, for once
    return {
        "pixels in a hole, at least and at most": equal(torch.stack([area.min(), area.max()])),
        "every hole is a whole square": equal(bool(whole.all())),
        "all channels have the same hole": equal(bool((hole == hole[:, :, :1]).all())),
        "largest value in a hole": torch.where(hole, results, -1.0).amax(),
        "places at the four borders, against a fair share": between(share, 0.7, 1.3),
        "share of batches with one place for all": between(alike, 0, 0.1),
        "share of holes with top = left": between((top == left).double().mean(), 0, 0.45),
        "the same seed gives the same holes": equal(bool((results[:20] == again).all())),
        "batch after batch is drawn anew": equal(bool((results != results[0]).any())),
    }


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
def cutout(images, size, generator):
    top = torch.randint(images.shape[2] - size + 1, (), generator=generator).item()
    left = torch.randint(images.shape[3] - size + 1, (), generator=generator).item()
    result = images.clone()
    result[:, :, top : top + size, left : left + size] = 0
    return result


# %% wrong "clipped at the border" of "a corner anywhere"
# You draw the middle of the square, so near the border a part of it is lost. Draw the corner,
# from the places at which all of the square is inside.
# - result[i, :, y[i] : y[i] + size, x[i] : x[i] + size] = 0
# + top, left = y[i] - size // 2, x[i] - size // 2
# + result[i, :, max(top, 0) : max(top + size, 0), max(left, 0) : max(left + size, 0)] = 0


# %% wrong "a corner anywhere"
# Your corner may lie on any pixel, so on the right and below, squares are cut off. The last
# place is H − size, or W − size.
def cutout(images, size, generator):
    n, _, height, width = images.shape
    y = torch.randint(height, (n,), generator=generator).tolist()
    x = torch.randint(width, (n,), generator=generator).tolist()
    result = images.clone()
    for i in range(n):
        result[i, :, y[i] : y[i] + size, x[i] : x[i] + size] = 0
    return result


# %% wrong "last place unreachable" of "a corner anywhere"
# The last row and the last column are never covered: `torch.randint(k, ...)` stops at k − 1, and
# there are H − size + 1 places.
# - y = torch.randint(height, (n,), generator=generator).tolist()
# - x = torch.randint(width, (n,), generator=generator).tolist()
# + y = torch.randint(max(height - size, 1), (n,), generator=generator).tolist()
# + x = torch.randint(max(width - size, 1), (n,), generator=generator).tolist()


# %% wrong "changes its input"
# The holes are right, but they are cut into the pictures that were passed in, for good: after a few
# epochs the training set is black. Begin with `images.clone()`.
def cutout(images, size, generator):
    n, _, height, width = images.shape
    y = torch.randint(height - size + 1, (n,), generator=generator).tolist()
    x = torch.randint(width - size + 1, (n,), generator=generator).tolist()
    for i in range(n):
        images[i, :, y[i] : y[i] + size, x[i] : x[i] + size] = 0
    return images


# %% wrong "covers the first channel only"
# The hole is in one channel: red is gone, green and blue still show what was there. Cover all of
# them, with `:` for the channel.
# - for image, top, left in zip(result, tops, lefts):
# -     image[:, top : top + size, left : left + size] = 0
# + for i in range(n):
# +     result[i, 0, tops[i] : tops[i] + size, lefts[i] : lefts[i] + size] = 0


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
def cutout(images, size, generator):
    n, _, height, width = images.shape
    y = torch.randint(height - size + 1, (n,), generator=generator).tolist()
    x = torch.randint(width - size + 1, (n,), generator=generator).tolist()
    result = torch.zeros_like(images)
    for i in range(n):
        hole = (slice(y[i], y[i] + size), slice(x[i], x[i] + size))
        result[(i, slice(None), *hole)] = images[(i, slice(None), *hole)]
    return result


# %% wrong "one number for top and left"
# Your holes lie on the diagonal only, because one draw serves as top and as left. Draw two
# numbers for each picture.
def cutout(images, size, generator):
    n, _, height, width = images.shape
    at = torch.randint(min(height, width) - size + 1, (n,), generator=generator).tolist()
    result = images.clone()
    for i in range(n):
        result[i, :, at[i] : at[i] + size, at[i] : at[i] + size] = 0
    return result


# %% wrong "height and width swapped" of "a corner anywhere"
# You draw the row from the places along the width, so in pictures that are not square, holes are
# cut off or miss a side. Rows belong to axis 2, columns to axis 3.
# - y = torch.randint(height, (n,), generator=generator).tolist()
# - x = torch.randint(width, (n,), generator=generator).tolist()
# + y = torch.randint(width - size + 1, (n,), generator=generator).tolist()
# + x = torch.randint(height - size + 1, (n,), generator=generator).tolist()

# %% wrong "one row and column too many"
# Your holes are size + 1 pixels high and wide. A slice stops *before* its end, so
# `top:top + size` has size rows already.
# - for image, top, left in zip(result, tops, lefts):
# -     image[:, top : top + size, left : left + size] = 0
# + for i in range(n):
# +     if size:
# +         result[i, :, tops[i] : tops[i] + size + 1, lefts[i] : lefts[i] + size + 1] = 0

# %% wrong "ignores the generator" of "a corner anywhere"
# You draw from the global generator, so the same seed gives other holes. Pass
# `generator=generator` to `torch.randint`.
# - y = torch.randint(height, (n,), generator=generator).tolist()
# - x = torch.randint(width, (n,), generator=generator).tolist()
# + y = torch.randint(height - size + 1, (n,)).tolist()
# + x = torch.randint(width - size + 1, (n,)).tolist()


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
