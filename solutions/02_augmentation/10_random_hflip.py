# %% [markdown]
# ## Mirror, perhaps
#
# **Goal.** Mirror each picture of a batch left to right, with probability $p$.
#
# $$\text{result}_i = \begin{cases} \text{images}_i \text{ mirrored} & \text{if } u_i < p \\
#   \text{images}_i & \text{otherwise} \end{cases}
#   \qquad u_i \sim \mathcal{U}[0, 1) \text{, one for each } i$$
#
# | | type | shape | values |
# |---|---|---|---|
# | `images` | float tensor | N×C×H×W | any |
# | `p` | `float` | | 0 … 1 |
# | `generator` | `torch.Generator` | | where every random number comes from |
# | result | float tensor | N×C×H×W | as `images` |
#
# A tensor's last axis is the width, so a picture with the columns 1, 2, 3 becomes 3, 2, 1. With
# $p = 0.5$ and the four draws 0.62, 0.08, 0.47, 0.91, the second and the third are mirrored.
#
# Two things to get right:
#
# 1. **One draw for each picture.** If one draw decides for all, the batch is mirrored as a whole,
#    and the network sees one kind of picture in every step.
# 2. **Draw from `generator`**: `torch.rand(n, generator=generator)`. Whoever holds the generator
#    can then repeat the experiment, and nobody else's draws disturb it.
#
# **Why it matters.** It costs nothing, and it doubles the pictures that a network can see. It also
# is the one that people apply without thinking; at the end of this unit, it does damage.

# %% exercise points=1 forbid="retouch.pixels torchvision"
def random_hflip(images, p, generator):
    """Mirror each image left to right with probability p, each on its own.

    Args:
        images: float tensor N×C×H×W.
        p: probability from 0 to 1.
        generator: torch.Generator that every draw comes from.

    Returns:
        A new float tensor N×C×H×W.
    """
    ### BEGIN SOLUTION
    chosen = torch.rand(len(images), generator=generator) < p
    return torch.where(chosen[:, None, None, None], images.flip(-1), images)
    ### END SOLUTION


# %% hint
# How many random numbers does a batch of 64 pictures need? What shape must they have, to be set
# against a tensor N×C×H×W?

# %% hint
# `torch.rand(n, generator=generator) < p` is one decision for each picture, `images.flip(-1)`
# mirrors all of them, and `torch.where(decision, this, that)` chooses.

# %% hint
# With `chosen = torch.rand(len(images), generator=generator) < p`, choose by
# `torch.where(chosen[:, None, None, None], mirrored, images)`.

# %% cases
import torch


def cases(rng):
    def images(*shape):
        return torch.from_numpy(rng.uniform(size=shape).astype("float32"))

    def case(images, p):
        return {"images": images, "p": p, "seed": int(rng.integers(2**31))}

    yield "p = 1 mirrors all", case(images(3, 2, 4, 5), 1.0)
    yield "p = 0 mirrors none", case(images(2, 3, 5, 4), 0.0)
    low, high = float(rng.uniform(0.1, 0.18)), float(rng.uniform(0.82, 0.9))
    yield "400 batches of 6, p below a half", case(images(6, 2, 2, 3), low)
    yield "400 batches of 5, p above a half (float64)", case(images(5, 1, 2, 5).double(), high)


# %% observe
import torch

from autograder import raw


def observe(random_hflip, images, p, seed):
    def batches(number):
        generator = torch.Generator().manual_seed(seed)
        return torch.stack([random_hflip(images.clone(), p, generator) for _ in range(number)])

    if p in (0, 1):
        return {"result": batches(1)[0]}
    return {"results": raw(batches(400)), "again": raw(batches(40))}


# %% conclude
from itertools import combinations

import torch
from scipy.stats import binom

from autograder import between, equal


def conclude(observed, inputs):
    if "results" not in observed:
        return {}
    images, p = inputs["images"], inputs["p"]
    results, again = observed["results"], observed["again"]
    if results.shape[1:] != images.shape:
        return {"shape of the result": equal(list(results.shape[1:]))}
    chosen = (results == images.flip(-1)).flatten(2).all(2)
    left = (results == images).flatten(2).all(2)
    found = {
        "shape of the result": equal(list(results.shape[1:])),
        "the same seed gives the same pictures": equal(bool((results[:40] == again).all())),
        "batch after batch is drawn anew": equal(bool((results != results[0]).any())),
        "every picture is mirrored or as it was": equal(bool((chosen | left).all())),
        "share of mirrored pictures": between(chosen.double().mean(), *fair(chosen.numel(), p)),
    }
    if not found["batch after batch is drawn anew"].value:
        return {name: found[name] for name in list(found)[:3]}
    batches, number = chosen.shape
    alone = p**number + (1 - p) ** number  # none of a batch is mirrored, or all
    two = p**2 + (1 - p) ** 2
    alike = torch.stack([chosen[:, i] == chosen[:, j] for i, j in combinations(range(number), 2)])
    as_before = chosen[::2] == chosen[1::2]
    return {
        **found,
        "share of batches that are treated as one": between(
            (chosen == chosen[:, :1]).all(1).double().mean(), *fair(batches, alone)
        ),
        "of each two places in the batch, how often they are treated alike": between(
            alike.double().mean(1), *fair(batches, two)
        ),
        "share of pictures that are treated as in the batch before": between(
            as_before.double().mean(), *fair(as_before.numel(), two)
        ),
    }


def fair(number, p):
    """Bounds of a share of independent draws, which chance leaves once in 5e10 tries.

    The share is binomial. With 2,400 draws at p = 0.14 it lies within 0.05; with 400 batches and
    p² + (1 - p)² = 0.76, the probability that two pictures are treated alike, within 0.15. A
    hidden case has at most 18 shares: a false alarm in less than 4e-10.
    """
    low, high = binom.ppf([1e-11, 1 - 1e-11], number, p) / number
    return low, high


# %% right "picture by picture"
def random_hflip(images, p, generator):
    result = images.clone()
    for i in range(len(images)):
        if torch.rand(1, generator=generator).item() < p:
            result[i] = torch.flip(images[i], dims=[2])
    return result


# %% right "with Bernoulli draws and an index"
def random_hflip(images, p, generator):
    chosen = torch.bernoulli(torch.full((images.shape[0],), p), generator=generator).bool()
    result = images.clone()
    result[chosen] = images[chosen].flip(3)
    return result


# %% right "torchvision's mirror, and an index that runs backwards"
def random_hflip(images, p, generator):
    from torchvision.transforms.v2.functional import horizontal_flip

    keep = torch.rand(len(images), generator=generator, dtype=torch.float64) >= p
    return torch.stack([x if k else horizontal_flip(x) for x, k in zip(images, keep)])


# %% wrong "all or none"
# One draw decides for the whole batch. Draw one number for each picture: `torch.rand(N, ...)`.
# - chosen = torch.rand(len(images), generator=generator) < p
# + chosen = (torch.rand(1, generator=generator) < p).expand(len(images))

# %% wrong "flips vertically"
# Your pictures stand on their heads: you reverse axis 2, the rows. The columns are the last
# axis.
# - return torch.where(chosen[:, None, None, None], images.flip(-1), images)
# + return torch.where(chosen[:, None, None, None], images.flip(2), images)

# %% wrong "flips both ways"
# You reverse rows *and* columns, which is half a turn. A mirror reverses the last axis only.
# - return torch.where(chosen[:, None, None, None], images.flip(-1), images)
# + return torch.where(chosen[:, None, None, None], images.flip(2, 3), images)

# %% wrong "reverses the batch"
# You reverse the first axis, so that pictures change places, and no longer fit their labels. The
# columns are the last axis.
# - return torch.where(chosen[:, None, None, None], images.flip(-1), images)
# + return torch.where(chosen[:, None, None, None], images.flip(0), images)

# %% wrong "reverses the channels"
# You reverse axis 1, the channels: red and blue change places. The columns are the last axis.
# - return torch.where(chosen[:, None, None, None], images.flip(-1), images)
# + return torch.where(chosen[:, None, None, None], images.flip(1), images)

# %% wrong "with probability 1 − p"
# You mirror where the draw is *above* p, so p = 1 mirrors nothing. A uniform number is below p
# with probability p.
# - chosen = torch.rand(len(images), generator=generator) < p
# + chosen = torch.rand(len(images), generator=generator) > p

# %% wrong "always a fair coin"
# Half of the pictures are mirrored, whatever p is. Compare uniform draws with `p`.
# - chosen = torch.rand(len(images), generator=generator) < p
# + chosen = torch.randint(2, (len(images),), generator=generator).bool()


# %% wrong "mirrors all"
# Every picture is mirrored, whatever p is: a network gains nothing from that. Each is mirrored
# with probability p.
# - return torch.where(chosen[:, None, None, None], images.flip(-1), images)
# + return images.flip(-1)

# %% wrong "one draw for each pixel"
# You draw for every pixel, so that each picture is a mix of itself and its mirror image. Draw one
# number for each picture.
# - chosen = torch.rand(len(images), generator=generator) < p
# - return torch.where(chosen[:, None, None, None], images.flip(-1), images)
# + chosen = torch.rand(images.shape, generator=generator) < p
# + return torch.where(chosen, images.flip(-1), images)

# %% wrong "a fixed number of each batch"
# You mirror the same number of pictures in every batch. Each picture is decided by a draw of its
# own, so that some batches have more mirrored pictures, and some none.
# - chosen = torch.rand(len(images), generator=generator) < p
# + chosen = torch.randperm(len(images), generator=generator) < round(p * len(images))

# %% wrong "drops what it doesn't mirror"
# Only the mirrored pictures come back, so pictures and labels no longer fit. Return all of them,
# in their order.
# - return torch.where(chosen[:, None, None, None], images.flip(-1), images)
# + return images[chosen].flip(-1)

# %% wrong "ignores the generator"
# You draw from the global generator, so the same seed gives other pictures. Pass
# `generator=generator` to `torch.rand`.
# - chosen = torch.rand(len(images), generator=generator) < p
# + chosen = torch.rand(len(images)) < p

# %% wrong "starts from a seed of its own"
# Every call sets a seed, so every batch gets the same draws. Use the generator as it
# comes, and never seed within a function.
# + generator.manual_seed(0)
#   chosen = torch.rand(len(images), generator=generator) < p


# %% wrong "changes its input"
# The result is right, but it is written into the batch that was passed in, and the originals are
# lost. Begin with `images.clone()`.
# - return torch.where(chosen[:, None, None, None], images.flip(-1), images)
# + images[chosen] = images[chosen].flip(-1)
# + return images

# %% [markdown]
# ### Look at it
#
# Sixteen times the same photograph, with $p = 0.25$. About four should look the other way.

# %%
astronaut = to_tensor(photograph("astronaut", size=(90, 90)))
draws = torch.Generator().manual_seed(1)
wall(random_hflip(astronaut.repeat(16, 1, 1, 1), 0.25, draws), "an astronaut, some mirrored")
