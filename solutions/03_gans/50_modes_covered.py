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
    distances = torch.linalg.vector_norm(samples[:, None] - centers, dim=2)
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

RIGHT_ANGLED = [[0.6, 0.8], [1.0, 0.0], [-0.8, 0.6], [0.0, -1.0]]


def cases(rng):
    def case(centers, counts, distances, radius, min_count, directions=None, dtype=torch.float32):
        """Ten sets: at each centre one of `counts` lies at one of `distances`, the rest far off."""
        centers, most = np.asarray(centers, dtype=float), max(counts)
        places = (10, len(centers), most)
        if directions is None:
            directions = rng.normal(0, 1, (500, centers.shape[1]))
            directions /= np.linalg.norm(directions, axis=1, keepdims=True)
        offsets = np.asarray(directions)[rng.integers(0, len(directions), places)]
        offsets = offsets * rng.choice(distances, (10, len(centers), 1, 1))
        absent = np.arange(most) >= rng.choice(counts, (10, len(centers), 1))
        sets = (centers[:, None] + offsets + 1000 * absent[..., None]).reshape(
            10, -1, centers.shape[1]
        )
        sets = torch.tensor(np.stack([rng.permutation(one) for one in sets]), dtype=dtype)
        centers = torch.tensor(centers, dtype=dtype)
        return {"sets": sets, "centers": centers, "radius": radius, "min_count": min_count}

    five = [[2, 0], [0, 2], [-2, 0], [0, -2], [3, 3]]
    yield "enough, one too few, or none", case(five, [0, 1, 3, 4, 5, 9], [0.1, 0.2], 0.3, 4)
    corners = [[0, 0, 0], [9, 0, 1], [0, 9, 2], [9, 9, 9]]
    yield "inside or outside the ball", case(corners, [5, 6], [1.8, 2.2, 3.2], 2.0, 2)
    grid = [[0, 0], [20, 0], [20, 20]]
    yield "on the border or beyond", case(grid, [3, 6], [5, 6], 5.0, 3, RIGHT_ANGLED)
    # With as many samples as centres, and each ball reaching as far as the next two centres.
    row = [[0.7 * k, 0, 0, 0] for k in range(6)]
    yield (
        "balls that overlap (float64)",
        case(row, [0, 1], [0.1], 1.0, 2, dtype=torch.float64),
    )


# %% observe
def observe(modes_covered, sets, centers, radius, min_count):
    found = [modes_covered(samples, centers, radius, min_count) for samples in sets]
    return {"covered centres of each set": found}


# %% right "centre by centre"
def modes_covered(samples, centers, radius, min_count):
    covered = 0
    for center in centers:
        distance = ((samples - center) ** 2).sum(dim=1).sqrt()
        if (distance <= radius).sum().item() >= min_count:
            covered += 1
    return covered


# %% right "squared distances against the squared radius"
# - distances = torch.linalg.vector_norm(samples[:, None] - centers, dim=2)
# - near = (distances <= radius).sum(dim=0)
# - return int((near >= min_count).sum())
# + squared = (samples[:, None] - centers[None]).square().sum(-1)
# + return (squared.le(radius**2).sum(0).ge(min_count)).sum().item()

# %% right "cdist"
# - distances = torch.linalg.vector_norm(samples[:, None] - centers, dim=2)
# + distances = torch.cdist(samples, centers)

# %% wrong "counts samples"
# You return how many samples are near a centre. Return how many *centres* have enough of them.
# - near = (distances <= radius).sum(dim=0)
# - return int((near >= min_count).sum())
# + return int((distances <= radius).any(dim=1).sum())

# %% wrong "nearest centre, however far"
# You give every sample to its nearest centre and forget the radius. A sample between the modes
# belongs to none of them.
# - near = (distances <= radius).sum(dim=0)
# + near = torch.bincount(distances.argmin(dim=1), minlength=len(centers))

# %% wrong "each sample once"
# You count a sample for its nearest centre only. Here it counts for every centre that it is near
# to.
# - near = (distances <= radius).sum(dim=0)
# + nearest, which = distances.min(dim=1)
# + near = torch.bincount(which[nearest <= radius], minlength=len(centers))

# %% wrong "one sample is enough"
# A single sample covers a centre for you. It takes `min_count`.
# - return int((near >= min_count).sum())
# + return int((near >= 1).sum())

# %% wrong "more than min_count"
# Just `min_count` samples are enough: at least, not more than.
# - return int((near >= min_count).sum())
# + return int((near > min_count).sum())

# %% wrong "border excluded"
# A sample at exactly the radius counts, too: `<=`.
# - near = (distances <= radius).sum(dim=0)
# + near = (distances < radius).sum(dim=0)

# %% wrong "squared distance"
# You compare the *squared* distance with the radius. Take the root, or square the radius.
# - distances = torch.linalg.vector_norm(samples[:, None] - centers, dim=2)
# + distances = (samples[:, None] - centers).square().sum(dim=2)

# %% wrong "a box instead of a ball"
# You compare each coordinate by itself, so corners of the box count that are further away than the
# radius. Take the length of the difference.
# - distances = torch.linalg.vector_norm(samples[:, None] - centers, dim=2)
# + distances = (samples[:, None] - centers).abs().amax(dim=2)

# %% wrong "along streets"
# You add up the differences of the coordinates, which is longer than the straight line. Take the
# root of the sum of their squares.
# - distances = torch.linalg.vector_norm(samples[:, None] - centers, dim=2)
# + distances = (samples[:, None] - centers).abs().sum(dim=2)

# %% wrong "two coordinates only"
# You look at the first two coordinates. Samples and centres may have any number of them, D.
# - distances = torch.linalg.vector_norm(samples[:, None] - centers, dim=2)
# + distances = torch.linalg.vector_norm((samples[:, None] - centers)[..., :2], dim=2)

# %% wrong "counts along the wrong axis"
# You count, for each sample, how many centres are near. Sum over the samples, which are the rows:
# `dim=0`.
# - near = (distances <= radius).sum(dim=0)
# + near = (distances <= radius).sum(dim=1)

# %% wrong "a share"
# You return the share of the centres. Return their number.
# - return int((near >= min_count).sum())
# + return float((near >= min_count).float().mean())

# %% wrong "a list of centres"
# You say *which* centres are covered. Say how many.
# - return int((near >= min_count).sum())
# + return (near >= min_count).nonzero().flatten()

# %% equivalent "a distance is the same from both ends"
# - distances = torch.linalg.vector_norm(samples[:, None] - centers, dim=2)
# + distances = torch.linalg.vector_norm(centers - samples[:, None], dim=2)

# %% equivalent "a tensor of one whole number is accepted"
# - return int((near >= min_count).sum())
# + return (near >= min_count).sum()

# %% accepted "counts along the wrong axis"
# - near = (distances <= radius).sum(dim=0)
# + near = (distances <= radius).sum(dim=1)
# - near = (distances <= radius).sum(dim=0)
# + near = (distances <= radius).sum(dim=-1)

# %% accepted "more than min_count"
# - return int((near >= min_count).sum())
# + return int((near > min_count).sum())

# %% accepted "border excluded"
# - near = (distances <= radius).sum(dim=0)
# + near = (distances < radius).sum(dim=0)
