# %% [markdown]
# ## Count what is there
#
# **Goal.** A number for what you see: of the centres of the data, how many have samples nearby?
#
# $$\text{covered} = \Bigl|\bigl\{ k : \#\{ i : \lVert x_i - c_k \rVert_2 \le r \} \ge m
#   \bigr\}\Bigr|$$
#
# In words: around each centre $c_k$ count the samples within the radius $r$ (its border included).
# The centre is *covered* if there are at least $m$ of them.
#
# | | type | shape | values |
# |---|---|---|---|
# | `samples` | float tensor | N×D | |
# | `centers` | float tensor | K×D | |
# | `radius` | `float` | | above 0 |
# | `min_count` | `int` | | 1 or more |
# | result | `int` | | 0 … K |
#
# By hand: samples (0, 0), (3, 4), (3, 5), centres (0, 0) and (3, 4), radius 1, at least 2. The
# first centre has one sample, the second has two: (3, 5) lies on its border. One centre is covered.
#
# **Why it matters.** Losses of a GAN don't say whether it works: both players' losses are about
# each other. A loss of 0.7 may come with all eight modes or with one. So count.

# %% exercise points=1 forbid="retouch.models scipy sklearn"
def modes_covered(samples, centers, radius, min_count):
    """How many centres have at least min_count samples within radius, border included.

    Args:
        samples: float tensor N×D.
        centers: float tensor K×D.
        radius: largest distance that counts.
        min_count: samples that it takes to cover a centre.

    Returns:
        A whole number from 0 to K.
    """
    ### BEGIN SOLUTION
    distances = torch.cdist(samples, centers, compute_mode="donot_use_mm_for_euclid_dist")
    near = (distances <= radius).sum(dim=0)
    return int((near >= min_count).sum())
    ### END SOLUTION


# %% hint
# A table of all distances has N rows and K columns. Over which of the two do you count first?

# %% hint
# `samples[:, None] - centers` has shape N×K×D; `torch.linalg.vector_norm(..., dim=2)` makes
# distances of it. A table of True and False can be summed: `.sum(dim=0)`.

# %% hint
# `near = (distances <= radius).sum(dim=0)` has K numbers. Return
# `int((near >= min_count).sum())`.

# %% cases
import numpy as np
import torch


def cases(rng):
    def around(center, count, spread):
        return np.asarray(center) + rng.uniform(-spread, spread, (count, len(center)))

    def case(samples, centers, radius, min_count, dtype=torch.float32):
        samples = rng.permutation(np.concatenate(samples))
        tensors = [torch.tensor(np.asarray(a), dtype=dtype) for a in (samples, centers)]
        names = ("samples", "centers")
        return {**dict(zip(names, tensors)), "radius": radius, "min_count": min_count}

    four = [[2.0, 0.0], [0.0, 2.0], [-2.0, 0.0], [0.0, -2.0]]
    yield (
        "all four, each with many",
        case([around(c, 12, 0.1) for c in four], four, 0.3, 10),
    )
    yield (
        "two with enough, one with too few, one with none",
        case([around(c, n, 0.1) for c, n in zip(four, (15, 12, 4, 0))], four, 0.3, 5),
    )
    yield (
        "many samples far from every centre",
        case([around(four[0], 9, 0.1), around([1.2, 1.3], 30, 0.05)], four, 0.3, 5),
    )
    yield (
        "many samples just outside",
        case([around(four[1], 9, 0.1), around([2.0, 0.45], 30, 0.05)], four, 0.3, 5),
    )
    yield (
        "just enough of them (float64)",
        case([around(c, 5, 0.1) for c in four[:3]], four, 0.3, 5, torch.float64),
    )
    yield (
        "on the border",
        case(
            [[[3.0, 4.0]] * 4, [[10.0, 5.0]] * 4, [[20.0, 20.0]] * 2],
            [[0.0, 0.0], [10.0, 0.0], [20.0, 20.0]],
            5.0,
            3,
        ),
    )
    yield (
        "one sample near two centres",
        case([around([0.0, 0.0], 8, 0.05)], [[-0.4, 0.0], [0.4, 0.0], [3.0, 0.0]], 0.6, 5),
    )
    cube = [[0.0, 0.0, 0.0], [4.0, 0.0, 1.0], [0.0, 4.0, 2.0]]
    yield (
        "in three dimensions, in a corner of the box around the ball",
        case(
            [around([0.8, 0.8, 0.8], 7, 0.02), around(cube[1], 9, 0.2)],
            cube,
            1.0,
            6,
        ),
    )
    yield "no sample near any", case([around([9.0, 9.0], 6, 0.1)], four, 0.5, 1)


# %% right "centre by centre"
def modes_covered(samples, centers, radius, min_count):
    covered = 0
    for center in centers:
        distance = ((samples - center) ** 2).sum(dim=1).sqrt()
        if (distance <= radius).sum().item() >= min_count:
            covered += 1
    return covered


# %% right "squared distances against the squared radius"
def modes_covered(samples, centers, radius, min_count):
    squared = (samples[:, None] - centers[None]).square().sum(-1)
    return (squared.le(radius**2).sum(0).ge(min_count)).sum().item()


# %% wrong "counts samples"
# You return how many samples are near a centre. Return how many *centres* have enough of them.
def modes_covered(samples, centers, radius, min_count):
    distances = torch.linalg.vector_norm(samples[:, None] - centers, dim=2)
    return int((distances <= radius).any(dim=1).sum())


# %% wrong "nearest centre, however far"
# You give every sample to its nearest centre and forget the radius. A sample between the modes
# belongs to none of them.
def modes_covered(samples, centers, radius, min_count):
    distances = torch.linalg.vector_norm(samples[:, None] - centers, dim=2)
    counts = torch.bincount(distances.argmin(dim=1), minlength=len(centers))
    return int((counts >= min_count).sum())


# %% wrong "each sample once"
# You count a sample for its nearest centre only. Here it counts for every centre that it is near
# to.
def modes_covered(samples, centers, radius, min_count):
    distances = torch.linalg.vector_norm(samples[:, None] - centers, dim=2)
    nearest, which = distances.min(dim=1)
    counts = torch.bincount(which[nearest <= radius], minlength=len(centers))
    return int((counts >= min_count).sum())


# %% wrong "one sample is enough"
# A single sample covers a centre for you. It takes `min_count`.
def modes_covered(samples, centers, radius, min_count):
    distances = torch.linalg.vector_norm(samples[:, None] - centers, dim=2)
    return int((distances <= radius).any(dim=0).sum())


# %% wrong "more than min_count"
# Just `min_count` samples are enough: at least, not more than.
def modes_covered(samples, centers, radius, min_count):
    distances = torch.linalg.vector_norm(samples[:, None] - centers, dim=2)
    return int(((distances <= radius).sum(dim=0) > min_count).sum())


# %% wrong "border excluded"
# A sample at exactly the radius counts, too: `<=`.
def modes_covered(samples, centers, radius, min_count):
    distances = torch.linalg.vector_norm(samples[:, None] - centers, dim=2)
    return int(((distances < radius).sum(dim=0) >= min_count).sum())


# %% wrong "squared distance"
# You compare the *squared* distance with the radius. Take the root, or square the radius.
def modes_covered(samples, centers, radius, min_count):
    distances = (samples[:, None] - centers).square().sum(dim=2)
    return int(((distances <= radius).sum(dim=0) >= min_count).sum())


# %% wrong "a box instead of a ball"
# You compare each coordinate by itself, so corners of the box count that are further away than the
# radius. Take the length of the difference.
def modes_covered(samples, centers, radius, min_count):
    near = ((samples[:, None] - centers).abs() <= radius).all(dim=2)
    return int((near.sum(dim=0) >= min_count).sum())


# %% wrong "counts along the wrong axis"
# You count, for each sample, how many centres are near. Sum over the samples, which are the rows:
# `dim=0`.
def modes_covered(samples, centers, radius, min_count):
    distances = torch.linalg.vector_norm(samples[:, None] - centers, dim=2)
    return int(((distances <= radius).sum(dim=1) >= min_count).sum())


# %% wrong "a share"
# You return the share of the centres. Return their number.
def modes_covered(samples, centers, radius, min_count):
    distances = torch.linalg.vector_norm(samples[:, None] - centers, dim=2)
    return float(((distances <= radius).sum(dim=0) >= min_count).float().mean())


# %% wrong "a list of centres"
# You say *which* centres are covered. Say how many.
def modes_covered(samples, centers, radius, min_count):
    distances = torch.linalg.vector_norm(samples[:, None] - centers, dim=2)
    return ((distances <= radius).sum(dim=0) >= min_count).nonzero().flatten()
