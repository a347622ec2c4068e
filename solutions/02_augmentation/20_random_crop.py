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
    def images(*shape):
        return torch.from_numpy(rng.uniform(0.1, 1, shape).astype("float32"))

    def seed():
        return int(rng.integers(2**31))

    yield (
        "the window is the picture",
        {"images": images(2, 3, 5, 5), "size": 5, "padding": 0, "seed": seed()},
    )
    yield (
        "the window is the padded picture",
        {"images": images(2, 2, 4, 4), "size": 8, "padding": 2, "seed": seed()},
    )
    yield (
        "pictures wider than high",
        {"images": images(4, 2, 5, 7), "size": 4, "padding": 1, "seed": seed()},
    )
    yield (
        "pictures higher than wide (float64)",
        {"images": images(5, 1, 7, 4).double(), "size": 3, "padding": 0, "seed": seed()},
    )


# %% observe
import torch

from autograder import between, equal


def observe(random_crop, images, size, padding, seed):
    height, width = images.shape[2:]
    rows, columns = height + 2 * padding - size + 1, width + 2 * padding - size + 1
    generator = torch.Generator().manual_seed(seed)
    if rows == columns == 1:
        return {"result": random_crop(images, size, padding, generator)}

    # Every pixel tells from where it comes: the hundreds its picture and channel, then row, column.
    number, channels = images.shape[:2]
    which = torch.arange(number * channels).reshape(number, channels, 1, 1)
    y, x = torch.arange(height).reshape(-1, 1), torch.arange(width)
    marked = (1 + x + 10 * y + 100 * which).to(images.dtype)

    def places(generator, batches=400):
        """The corner of every window of many batches, and whether each window is one."""
        windows = torch.stack(
            [random_crop(marked.clone(), size, padding, generator) for _ in range(batches)]
        )
        windows = windows.view(batches, number, channels, size, size)
        filled = (windows > 0).flatten(3)
        first = filled.int().argmax(3, keepdim=True)
        code = windows.flatten(3).gather(3, first)[..., 0].long() - 1
        top = code // 10 % 10 - first[..., 0] // size
        left = code % 10 - first[..., 0] % size
        in_y = top[..., None, None] + torch.arange(size).reshape(-1, 1)
        in_x = left[..., None, None] + torch.arange(size)
        inside = (in_y >= 0) & (in_y < height) & (in_x >= 0) & (in_x < width)
        wanted = torch.where(inside, 1 + in_x + 10 * in_y + 100 * which, 0)
        top_left = torch.stack([top, left])
        same = (wanted == windows).all() & (top_left == top_left[..., :1]).all()
        return top_left[..., 0] + padding, bool(same)

    corners, cut = places(generator)
    again, _ = places(torch.Generator().manual_seed(seed), 20)
    alike = (corners == corners[..., :1]).all(2).all(0).double().mean()

    def share(values, place):
        return (values == place).double().mean()

    ends = [share(corners[0], 0), share(corners[0], rows - 1)]
    ends += [share(corners[1], 0), share(corners[1], columns - 1)]
    fair = torch.tensor([1 / rows, 1 / rows, 1 / columns, 1 / columns])
    middle = corners.double().mean(dim=(1, 2)) - torch.tensor([rows - 1, columns - 1]) / 2
    return {
        "every window is a part of its padded picture": equal(cut),
        "places at the four borders, against a fair share": between(
            torch.stack(ends) / fair, 0.7, 1.3
        ),
        "mean place, from the middle": between(middle, -0.35, 0.35),
        "share of batches with one place for all": between(alike, 0, 0.1),
        "share of windows with top = left": between(share(corners[0] - corners[1], 0), 0, 0.4),
        "the same seed gives the same windows": equal(bool((corners[:, :20] == again).all())),
        "batch after batch is drawn anew": equal(bool((corners != corners[:, :1]).any())),
    }


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
def random_crop(images, size, padding, generator):
    padded = F.pad(images, [padding] * 4)
    n, rows, columns = len(images), padded.shape[2] - size, padded.shape[3] - size
    tops = torch.randint(max(rows, 1), (n,), generator=generator).tolist()
    lefts = torch.randint(max(columns, 1), (n,), generator=generator).tolist()
    return torch.stack(
        [image[:, y : y + size, x : x + size] for image, y, x in zip(padded, tops, lefts)]
    )


# %% wrong "one place for the batch"
# All windows of a batch are cut at the same place. Draw a place for each picture.
def random_crop(images, size, padding, generator):
    padded = F.pad(images, [padding] * 4)
    y = torch.randint(padded.shape[2] - size + 1, (1,), generator=generator).item()
    x = torch.randint(padded.shape[3] - size + 1, (1,), generator=generator).item()
    return padded[:, :, y : y + size, x : x + size].clone()


# %% wrong "one number for top and left"
# Your windows lie on the diagonal only, because one draw serves as top and as left. Draw two
# numbers for each picture.
def random_crop(images, size, padding, generator):
    padded = F.pad(images, [padding] * 4)
    places = min(padded.shape[2:]) - size + 1
    at = torch.randint(places, (len(images),), generator=generator).tolist()
    return torch.stack([image[:, i : i + size, i : i + size] for image, i in zip(padded, at)])


# %% wrong "rounds to the nearest place"
# Rounding gives the first and the last place only half of their share. Use `torch.randint`,
# or round *down* a number between 0 and the number of places.
def random_crop(images, size, padding, generator):
    padded = F.pad(images, [padding] * 4)
    room = torch.tensor([padded.shape[2] - size, padded.shape[3] - size])
    places = (torch.rand(len(images), 2, generator=generator) * room).round().long().tolist()
    return torch.stack(
        [image[:, y : y + size, x : x + size] for image, (y, x) in zip(padded, places)]
    )


# %% wrong "always the middle"
# Every window is cut from the middle, so nothing ever moves. Draw a place for each picture.
def random_crop(images, size, padding, generator):
    padded = F.pad(images, [padding] * 4)
    y, x = (padded.shape[2] - size) // 2, (padded.shape[3] - size) // 2
    return padded[:, :, y : y + size, x : x + size].clone()


# %% wrong "no padding"
# The padding is missing: no window ever contains a part of the frame of zeros. Begin with `F.pad`.
def random_crop(images, size, padding, generator):
    rows = max(images.shape[2] - size + 1, 1)
    columns = max(images.shape[3] - size + 1, 1)
    tops = torch.randint(rows, (len(images),), generator=generator).tolist()
    lefts = torch.randint(columns, (len(images),), generator=generator).tolist()
    return torch.stack(
        [image[:, y : y + size, x : x + size] for image, y, x in zip(images, tops, lefts)]
    )


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
def random_crop(images, size, padding, generator):
    padded = F.pad(images, [padding] * 4, mode="reflect")
    rows, columns = padded.shape[2] - size + 1, padded.shape[3] - size + 1
    tops = torch.randint(rows, (len(images),), generator=generator).tolist()
    lefts = torch.randint(columns, (len(images),), generator=generator).tolist()
    return torch.stack(
        [image[:, y : y + size, x : x + size] for image, y, x in zip(padded, tops, lefts)]
    )


# %% wrong "repeats the border"
# The frame repeats the picture's border pixels (`mode="replicate"`). It is to be 0.
# - padded = F.pad(images, (padding, padding, padding, padding))
# + padded = F.pad(images, [padding] * 4, mode="replicate")

# %% wrong "pads left and above only"
# The frame has zeros on two sides. `F.pad(images, (left, right, top, bottom))` wants all four.
# - padded = F.pad(images, (padding, padding, padding, padding))
# - rows, columns = padded.shape[2] - size + 1, padded.shape[3] - size + 1
# + padded = F.pad(images, (padding, 0, padding, 0))
# + rows = max(padded.shape[2] - size + 1, 1)
# + columns = max(padded.shape[3] - size + 1, 1)

# %% wrong "height and width swapped"
# The row is drawn from the number of places along the width, so windows stick out of pictures
# that are not square. Rows belong to axis 2, columns to axis 3.
# - padded = F.pad(images, (padding, padding, padding, padding))
# - rows, columns = padded.shape[2] - size + 1, padded.shape[3] - size + 1
# + padded = F.pad(images, [padding] * 4)
# + rows, columns = padded.shape[3] - size + 1, padded.shape[2] - size + 1


# %% wrong "ignores the generator"
# You draw from the global generator, so the same seed gives other windows. Pass
# `generator=generator` to `torch.randint`.
def random_crop(images, size, padding, generator):
    padded = F.pad(images, [padding] * 4)
    rows, columns = padded.shape[2] - size + 1, padded.shape[3] - size + 1
    tops = torch.randint(rows, (len(images),)).tolist()
    lefts = torch.randint(columns, (len(images),)).tolist()
    return torch.stack(
        [image[:, y : y + size, x : x + size] for image, y, x in zip(padded, tops, lefts)]
    )


# %% [markdown]
# ### Look at it
#
# One shoe, moved by up to four pixels each way. (Padding of two is what we train with.)

# %%
shoe = train.images[train.labels == 9][:1]
draws = torch.Generator().manual_seed(2)
wall(random_crop(shoe.repeat(16, 1, 1, 1), 28, 4, draws), "an ankle boot, at sixteen places")
