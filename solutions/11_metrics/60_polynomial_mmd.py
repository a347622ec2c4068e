# %% [markdown]
# ## Without a bias: the kernel distance
#
# **Goal.** A distance of two crowds that is right *on average* for any number of samples.
#
# Compare features by a *kernel*, a measure of likeness: $k(x, y) = (x \cdot y / D + 1)^3$. If two
# crowds are one, then pictures of different crowds are as much alike as pictures of the same:
#
# $$\text{MMD}^2 = \frac{1}{N(N-1)} \sum_{i \ne j} k(x_i, x_j)
#   + \frac{1}{M(M-1)} \sum_{i \ne j} k(y_i, y_j)
#   - \frac{2}{NM} \sum_{i, j} k(x_i, y_j)$$
#
# | | type | shape |
# |---|---|---|
# | `features1` | float tensor | N×D, N ≥ 2 |
# | `features2` | float tensor | M×D, M ≥ 2, perhaps not N |
# | result | **float64** tensor | no axes; around 0 or above, now and then *below* |
#
# By hand, D = 1: $x = (1, 1)$ and $y = (0, 0)$. Within the first crowd $k = (1 + 1)^3 = 8$, within
# the second 1, between them 1. So $8 + 1 - 2 = 7$.
#
# **The pairs $i = j$ stay out**: a picture is like itself, whatever the crowd. Whoever leaves them
# in gets a number that is too large for few samples. And the result may be negative: an unbiased
# estimate of 0 has to be below 0 half of the time. Don't clamp it.
#
# **Convert the features to float64 first**, as before: sums of large cubes cancel here, and what is
# left of them in float32 is noise.
#
# **Why it matters.** With Inception's features, averaged over subsets of 1,000, this is the KID. It
# sees more than mean and covariance: the cube has third moments, too.

# %% exercise points=2 forbid="retouch.metrics torchmetrics sklearn"
def polynomial_mmd(features1, features2):
    """Unbiased squared maximum mean discrepancy under the kernel (x·y/D + 1)³.

    Args:
        features1: float tensor N×D, one row per image.
        features2: float tensor M×D.

    Returns:
        A float64 tensor without axes.
    """
    ### BEGIN SOLUTION
    x, y = features1.double(), features2.double()
    n, m, d = len(x), len(y), x.shape[1]
    within_x, within_y = (x @ x.T / d + 1) ** 3, (y @ y.T / d + 1) ** 3
    between = (x @ y.T / d + 1) ** 3
    same = (within_x.sum() - within_x.trace()) / (n * (n - 1))
    other = (within_y.sum() - within_y.trace()) / (m * (m - 1))
    return same + other - 2 * between.mean()
    ### END SOLUTION


# %% hint
# All values of the kernel within one crowd make a matrix N×N. Which of its entries are the pairs
# that stay out?

# %% hint
# `x @ x.T` has all inner products. `matrix.trace()` is the sum of the diagonal.

# %% hint
# `within = (x @ x.T / d + 1) ** 3`, and of it `(within.sum() - within.trace()) / (n * (n - 1))`.
# The same for `y`; the part in between is `-2 * ((x @ y.T / d + 1) ** 3).mean()`.

# %% cases
import torch


def cases(rng):
    def features(n, d, shift=0.0, dtype="float32"):
        return torch.from_numpy(rng.normal(shift, 1, (n, d)).astype(dtype))

    yield "two crowds", {"features1": features(7, 4), "features2": features(5, 4, 0.8)}
    yield (
        "many features (float64)",
        {
            "features1": features(3, 9, 0.3, "float64"),
            "features2": features(6, 9, -0.4, "float64"),
        },
    )
    yield "two and two", {"features1": features(2, 3, 1.0), "features2": features(2, 3)}
    x = features(12, 2)
    yield "a crowd and its own pictures", {"features1": x, "features2": x[:9].clone()}
    small = 0.3 * features(6, 4, 1.0), 0.3 * features(9, 4)
    yield "small numbers", dict(zip(("features1", "features2"), small))
    large = features(6, 3, 40.0), features(8, 3, 40.2)
    yield "large numbers", dict(zip(("features1", "features2"), large))


# %% observe
from autograder import close, raw


def observe(polynomial_mmd, features1, features2):
    # |k(x, y)| is at most (|x|²/D + 1)³ of the longest row. A mean of such numbers is right to some
    # D + N·M roundings of 1e-16, in any order.
    longest = max(rows.double().square().mean(dim=1).max() for rows in (features1, features2))
    value = polynomial_mmd(features1, features2)
    return {
        "value": close(value, rtol=0, atol=float(1e-12 * (longest + 1) ** 3)),
        "type": str(value.dtype),
        "exchanged": raw(polynomial_mmd(features2, features1)),
        "mirrored": raw(polynomial_mmd(-features1, -features2)),
    }


# %% conclude
from autograder import equal


def conclude(observed, inputs):
    rows = inputs["features1"], inputs["features2"]
    longest = max(float(features.double().square().mean(dim=1).max()) for features in rows)
    near = 1e-5 * (longest + 1) ** 3  # as much as float32 may lose: that is not the question here
    value, exchanged, mirrored = (
        float(observed[name]) for name in ("value", "exchanged", "mirrored")
    )
    return {
        "the same with the crowds exchanged": equal(abs(value - exchanged) <= near),
        "the same with all signs turned": equal(abs(value - mirrored) <= near),
    }


# %% right "with the diagonal set to 0"
def polynomial_mmd(features1, features2):
    x, y = features1.to(torch.float64), features2.to(torch.float64)

    def kernel(a, b):
        return torch.pow(1 + torch.einsum("id,jd->ij", a, b) / a.shape[1], 3)

    def within(a):
        others = ~torch.eye(len(a), dtype=torch.bool)
        return kernel(a, a)[others].mean()

    return within(x) + within(y) - 2 * kernel(x, y).mean()


# %% right "pair by pair"
def polynomial_mmd(features1, features2):
    from itertools import combinations, product

    x, y = features1.double(), features2.double()
    kernel = lambda a, b: (a.dot(b) / len(a) + 1) ** 3
    parts = [torch.stack([kernel(*p) for p in pairs]).mean()
             for pairs in (combinations(x, 2), combinations(y, 2), product(x, y))]  # fmt: skip
    return parts[0] + parts[1] - 2 * parts[2]


# %% right "multiplied out, sums divided at the end"
def polynomial_mmd(features1, features2):
    x, y = features1.double(), features2.double()
    n, m, d = len(x), len(y), x.shape[1]

    def total(a, b):
        products = a @ b.T
        return (products**3 + 3 * d * products**2 + 3 * d**2 * products + d**3).flip(0)

    def within(a):
        return (total(a, a).sum() - ((a * a).sum(1) + d).pow(3).sum()) / (len(a) * (len(a) - 1))

    return (within(x) + within(y) - total(x, y).sum() / (n * m) * 2) / d**3


# %% wrong "a picture with itself"
# The pairs i = j are in your sums, and a picture is like itself: with few samples the distance is
# too large. Leave the diagonal out.
# - same = (within_x.sum() - within_x.trace()) / (n * (n - 1))
# - other = (within_y.sum() - within_y.trace()) / (m * (m - 1))
# + same, other = within_x.mean(), within_y.mean()

# %% wrong "diagonal out, divided by N²"
# The diagonal is out, but you divide by N². Only N(N − 1) pairs are left.
# - same = (within_x.sum() - within_x.trace()) / (n * (n - 1))
# - other = (within_y.sum() - within_y.trace()) / (m * (m - 1))
# + same = (within_x.sum() - within_x.trace()) / n**2
# + other = (within_y.sum() - within_y.trace()) / m**2

# %% wrong "diagonal in, divided by N(N − 1)"
# You divide by N(N − 1), but the diagonal is still in the sum. Subtract the trace.
# - same = (within_x.sum() - within_x.trace()) / (n * (n - 1))
# - other = (within_y.sum() - within_y.trace()) / (m * (m - 1))
# + same = within_x.sum() / (n * (n - 1))
# + other = within_y.sum() / (m * (m - 1))

# %% wrong "not divided by D"
# The inner product is divided by the number of features, D, or the kernel grows with it.
# - within_x, within_y = (x @ x.T / d + 1) ** 3, (y @ y.T / d + 1) ** 3
# - between = (x @ y.T / d + 1) ** 3
# + within_x, within_y, between = ((a @ b.T + 1) ** 3 for a, b in ((x, x), (y, y), (x, y)))

# %% wrong "divided by the root of D"
# You divide by √D, as attention does. Here it is D.
# - within_x, within_y = (x @ x.T / d + 1) ** 3, (y @ y.T / d + 1) ** 3
# - between = (x @ y.T / d + 1) ** 3
# + within_x, within_y, between = ((a @ b.T / d**0.5 + 1) ** 3 for a, b in ((x, x), (y, y), (x, y)))

# %% wrong "no 1"
# There is no 1 inside the power, so the kernel has third moments only: first and second are lost.
# - within_x, within_y = (x @ x.T / d + 1) ** 3, (y @ y.T / d + 1) ** 3
# - between = (x @ y.T / d + 1) ** 3
# + within_x, within_y, between = ((a @ b.T / d) ** 3 for a, b in ((x, x), (y, y), (x, y)))

# %% wrong "squared kernel"
# Your kernel has the exponent 2, and sees mean and covariance only. It is 3.
# - within_x, within_y = (x @ x.T / d + 1) ** 3, (y @ y.T / d + 1) ** 3
# - between = (x @ y.T / d + 1) ** 3
# + within_x, within_y, between = ((a @ b.T / d + 1) ** 2 for a, b in ((x, x), (y, y), (x, y)))

# %% wrong "linear kernel"
# Your kernel has no exponent, and sees the means only. Raise it to the third power.
# - within_x, within_y = (x @ x.T / d + 1) ** 3, (y @ y.T / d + 1) ** 3
# - between = (x @ y.T / d + 1) ** 3
# + within_x, within_y, between = ((a @ b.T / d + 1) for a, b in ((x, x), (y, y), (x, y)))

# %% wrong "Gaussian kernel"
# You use a Gaussian of the distance as a kernel. Here it is (x·y/D + 1)³.
# - within_x, within_y = (x @ x.T / d + 1) ** 3, (y @ y.T / d + 1) ** 3
# - between = (x @ y.T / d + 1) ** 3
# + within_x, within_y, between = (
# +     torch.exp(-(torch.cdist(a, b) ** 2) / (2 * d)) for a, b in ((x, x), (y, y), (x, y))
# + )

# %% wrong "no 2"
# The part in between is subtracted once. It is twice: within, within, minus two times between.
# - return same + other - 2 * between.mean()
# + return same + other - between.mean()

# %% wrong "halves"
# You take half of each part within. They count in full.
# - return same + other - 2 * between.mean()
# + return same / 2 + other / 2 - between.mean()

# %% wrong "the sign"
# You return what is between minus what is within: the more alike, the larger. Turn it round.
# - return same + other - 2 * between.mean()
# + return 2 * between.mean() - same - other

# %% wrong "a root at the end"
# You take the root. The squared MMD stays squared, and has to be able to be negative.
# - return same + other - 2 * between.mean()
# + return (same + other - 2 * between.mean()).clamp(min=0).sqrt()

# %% wrong "clamped at 0"
# You cut negative values off, and the estimate is too large on average. An unbiased estimate of 0
# is often negative.
# - return same + other - 2 * between.mean()
# + return (same + other - 2 * between.mean()).clamp(min=0)

# %% wrong "between without its diagonal"
# You leave the pairs i = j out *between* the crowds, too. There they are different pictures, and
# count.
# - return same + other - 2 * between.mean()
# + apart = (between.sum() - between.diagonal().sum()) / (n * m - min(n, m))
# + return same + other - 2 * apart

# %% wrong "sum between"
# The part in between is a sum, not a mean. Divide it by N · M.
# - return same + other - 2 * between.mean()
# + return same + other - 2 * between.sum()

# %% wrong "float32"
# You compute in the type of the features. Cubes of large numbers cancel here: convert with
# `.double()` first.
# - x, y = features1.double(), features2.double()
# + x, y = features1, features2

# %% wrong "float64 too late"
# You convert the *result* to float64. Cubes of large numbers cancel here, and their digits are lost
# already: convert the features first.
# - x, y = features1.double(), features2.double()
# + x, y = features1, features2
# - return same + other - 2 * between.mean()
# + return (same + other - 2 * between.mean()).double()

# %% wrong "normalized features"
# You scale the features to length 1 first. They are taken as they are.
# - x, y = features1.double(), features2.double()
# + x, y = F.normalize(features1.double()), F.normalize(features2.double())
