# %% [markdown]
# ## Not too steep: the gradient penalty
#
# **Goal.** A number that is 0 where the critic has slope 1, and grows where it is steeper *or
# flatter*.
#
# For each real point and its fake, take one random point on the line between them, and look at the
# gradient of the critic there:
#
# $$\hat x_i = t_i\, x_i + (1 - t_i)\, \tilde x_i, \quad t_i \sim \mathcal{U}[0, 1), \qquad
#   P = \frac1N \sum_i \bigl( \lVert \nabla f(\hat x_i) \rVert_2 - 1 \bigr)^2$$
#
# | | type | shape | |
# |---|---|---|---|
# | `critic` | function | N×… → N scores | handles each sample by itself |
# | `real`, `fake` | float tensors | N×D or N×C×H×W | as many of each |
# | `generator` | `torch.Generator` | | where the $t_i$ come from |
# | result | float tensor | no axes | 0 or more |
#
# By hand: the critic $f(x) = 3 x_1 + 4 x_2$ has the gradient (3, 4) everywhere, with norm 5. The
# penalty is $(5 - 1)^2 = 16$, wherever you look.
#
# Three things to get right:
#
# 1. **One $t$ for each sample**, for all of its values. For pictures that is a shape of N×1×1×1.
# 2. **One norm for each sample**, over all of its values.
# 3. **The penalty is itself differentiated**, to train the critic. So the gradient has to keep its
#    own graph: `create_graph=True`. Without it the penalty is a mere number, and the critic learns
#    nothing from it. No error, again.
#
# (`torch.autograd.grad(scores.sum(), points)`: as each score depends on its own point only, the
# gradient of the sum holds the gradient of each.)
#
# **Why it matters.** It turns a game that may run away into one that measures a distance.

# %% exercise points=3 forbid="retouch.models retouch.recipes"
def gradient_penalty(critic, real, fake, generator):
    """Mean of (norm of the critic's gradient - 1) squared, between each real sample and its fake.

    Args:
        critic: function from N samples to N scores.
        real, fake: float tensors of one shape, N×...
        generator: torch.Generator; one uniform number is drawn for each sample.

    Returns:
        A float tensor without axes that can be differentiated with respect to the critic's
        weights.
    """
    ### BEGIN SOLUTION
    t = torch.rand(len(real), *[1] * (real.ndim - 1), generator=generator).to(real)
    points = (t * real + (1 - t) * fake).detach().requires_grad_()
    (slopes,) = torch.autograd.grad(critic(points).sum(), points, create_graph=True)
    norms = torch.linalg.vector_norm(slopes.flatten(1), dim=1)
    return (norms - 1).square().mean()
    ### END SOLUTION


# %% hint
# With respect to what is the gradient here: the critic's weights, or the points? What must you tell
# PyTorch about the points before the critic sees them?

# %% hint
# `points.requires_grad_()`, then `torch.autograd.grad(scores.sum(), points, create_graph=True)`,
# which gives a tuple of one. `slopes.flatten(1).norm(dim=1)` is one norm for each sample.

# %% hint
# `t` of shape (N, 1, …); `points = (t * real + (1 - t) * fake).detach().requires_grad_()`;
# `(slopes,) = torch.autograd.grad(critic(points).sum(), points, create_graph=True)`; then
# `((slopes.flatten(1).norm(dim=1) - 1) ** 2).mean()`.

# %% cases
import torch


def cases(rng):
    def values(*shape, mean=0.0):
        return torch.from_numpy(rng.normal(mean, 1, shape).astype("float32"))

    def case(real, fake, scale, bend=0.0):
        weights = torch.from_numpy(rng.normal(0, 1, real.shape[1:])).to(real)
        weights *= scale / weights.norm()
        seed = int(rng.integers(2**31))
        return {"real": real, "fake": fake, "weights": weights, "bend": bend, "seed": seed}

    yield "a straight critic, too steep", case(values(5, 2), values(5, 2), 4 + float(rng.random()))
    yield (
        "a straight critic, too flat (float64)",
        case(values(4, 3).double(), values(4, 3).double(), 0.3 + 0.2 * float(rng.random())),
    )
    yield (
        "a straight critic of pictures",
        case(values(3, 2, 4, 5), values(3, 2, 4, 5), 2 + float(rng.random())),
    )
    # As many pictures as columns, so that a factor of shape N fits, the wrong way.
    yield (
        "a bent critic of pictures",
        case(
            values(8, 1, 3, 8, mean=1), values(8, 1, 3, 8, mean=-1), 3.0, float(rng.uniform(0.5, 1))
        ),
    )


# %% observe
import torch

from autograder import raw


def observe(gradient_penalty, real, fake, weights, bend, seed):
    weights = weights.clone().requires_grad_()
    seen = []

    def critic(samples):
        """A plane, or a bowl on a plane; it writes down where it is asked."""
        seen.append(samples.detach().clone())
        return (samples * weights).flatten(1).sum(1) + bend / 2 * samples.square().flatten(1).sum(1)

    def slope_of(penalty):
        if not getattr(penalty, "requires_grad", False):
            return torch.zeros_like(weights)
        (slope,) = torch.autograd.grad(penalty.sum(), weights, allow_unused=True)
        return torch.zeros_like(weights) if slope is None else slope

    generator = torch.Generator().manual_seed(seed)
    if bend == 0:
        penalty = gradient_penalty(critic, real, fake, generator)
        return {"penalty": penalty, "its slope for the critic's weights": slope_of(penalty)}

    def draw(generator):
        seen.clear()
        penalty = gradient_penalty(critic, real, fake, generator)
        return torch.cat(seen), penalty

    points, penalties = zip(*[draw(generator) for _ in range(150)])
    again, _ = draw(torch.Generator().manual_seed(seed))
    return {
        "points": raw(torch.stack(points)),
        "points again": raw(again),
        "penalties": raw(torch.stack([torch.as_tensor(p).detach().reshape(()) for p in penalties])),
        "slopes": raw(torch.stack([slope_of(penalty) for penalty in penalties[:10]])),
    }


# %% conclude
import numpy as np
from scipy.stats import kstest

from autograder import between, equal


def conclude(observed, inputs):
    if "points" not in observed:
        return {}
    real, fake, weights, points, penalties, slopes = (
        np.asarray(array, dtype=float)
        for array in (
            *(inputs[name] for name in ("real", "fake", "weights")),
            *(observed[name] for name in ("points", "penalties", "slopes")),
        )
    )
    axes = (-3, -2, -1)
    direction = real - fake
    places = ((points - fake) * direction).sum(axes) / (direction**2).sum(axes)
    off = np.abs(points - fake - places[..., None, None, None] * direction).max()
    # What the penalty, and its slope, must be at these points, by the bowl's own formula.
    gradients = weights + inputs["bend"] * points
    norms = np.sqrt((gradients**2).sum(axes, keepdims=True))
    found = penalties / ((norms - 1) ** 2).mean((1, 2, 3, 4))
    slope = (2 * (1 - 1 / norms) * gradients).mean(1)[: len(slopes)]
    # 150 batches of 8 are n = 1,200 places. Uniform ones have a distribution function that is off
    # by more than d with a probability of at most 2 exp(-2 n d²): 5.6e-10 for d = sqrt(11 / n).
    uneven = kstest(places.ravel(), "uniform").statistic / (11 / places.size) ** 0.5
    # Their mean has the standard deviation 1 / sqrt(12 n) = 0.0083, and leaves seven of it with a
    # probability of 3e-12.
    # Correlations of 150 independent pairs leave ±0.6 with a probability of 5e-16 (Student's t with
    # 148 degrees of freedom is 9.1 then); there are 28 of them.
    alike = np.nan_to_num(np.corrcoef(places.T) - np.eye(places.shape[1]), nan=1.0)
    return {
        "the points lie on the lines from real to fake": equal(bool(off < 1e-3)),
        "penalty, as a multiple of what it should be at its points": between(
            np.array([found.min(), found.max()]), 0.999, 1.001
        ),
        "slope for the critic's weights, against what it should be": between(
            np.abs(slopes - slope).max() / np.abs(slope).max(), 0, 1e-3
        ),
        "places on the lines: distance from evenly spread ones": between(uneven, 0, 1),
        "mean place on the lines, from 0 at the fakes to 1": between(places.mean(), 0.44, 0.56),
        "places of two samples: largest correlation": between(np.abs(alike).max(), 0, 0.6),
        "the same seed gives the same points": equal(
            bool(np.allclose(points[0], observed["points again"], atol=1e-6))
        ),
        "call after call is drawn anew": equal(bool((np.abs(places - places[0]) > 1e-6).any())),
    }


# %% right "sample by sample"
def gradient_penalty(critic, real, fake, generator):
    total = 0
    for x, y in zip(real, fake):
        t = torch.rand((), generator=generator).item()
        point = (y + t * (x - y)).unsqueeze(0).requires_grad_(True)
        (slope,) = torch.autograd.grad(critic(point).sum(), point, create_graph=True)
        total = total + (slope.pow(2).sum().sqrt() - 1) ** 2
    return total / len(real)


# %% right "with grad_outputs"
def gradient_penalty(critic, real, fake, generator):
    t = torch.empty(real.shape[0]).uniform_(generator=generator).to(real.dtype)
    t = t.reshape(-1, *([1] * (real.dim() - 1)))
    points = torch.lerp(real, fake, t.expand_as(real)).requires_grad_(True)
    scores = critic(points)
    gradients = torch.autograd.grad(
        outputs=scores,
        inputs=points,
        grad_outputs=torch.ones_like(scores),
        create_graph=True,
        retain_graph=True,
    )[0]
    return ((gradients.reshape(len(real), -1).norm(2, dim=1) - 1) ** 2).mean()


# %% right "by backward"
# - (slopes,) = torch.autograd.grad(critic(points).sum(), points, create_graph=True)
# + critic(points).sum().backward(create_graph=True)
# + slopes = points.grad

# %% wrong "mix per value"
# You draw a number for every value of a sample, so the points leave the line between real and fake.
# One for each sample: shape N×1, or N×1×1×1.
# - t = torch.rand(len(real), *[1] * (real.ndim - 1), generator=generator).to(real)
# + t = torch.rand(real.shape, generator=generator).to(real)

# %% wrong "a factor of shape N"
# Your factors have the shape N, and PyTorch matches N with the *last* axis of the samples. They
# need N×1, or N×1×1×1: as many axes as the samples.
# - t = torch.rand(len(real), *[1] * (real.ndim - 1), generator=generator).to(real)
# + t = torch.rand(len(real), generator=generator).to(real)

# %% wrong "one mix for the batch"
# All samples are mixed by the same number. Draw one for each.
# - t = torch.rand(len(real), *[1] * (real.ndim - 1), generator=generator).to(real)
# + t = torch.rand((), generator=generator).to(real)

# %% wrong "at the fakes only"
# You look at the gradient where the fakes are. Look at a random point between each and its real
# partner.
# - points = (t * real + (1 - t) * fake).detach().requires_grad_()
# + points = fake.clone().requires_grad_()

# %% wrong "at the real points only"
# You look at the gradient where the real points are. Look at a random point between each and its
# fake partner.
# - points = (t * real + (1 - t) * fake).detach().requires_grad_()
# + points = real.clone().requires_grad_()

# %% wrong "always the middle"
# You look half way between real and fake, always. The place on the line is random.
# - points = (t * real + (1 - t) * fake).detach().requires_grad_()
# + points = ((real + fake) / 2).requires_grad_()

# %% wrong "norm per value"
# You compare every single partial derivative with 1. The norm is over all values of a sample:
# flatten first.
# - norms = torch.linalg.vector_norm(slopes.flatten(1), dim=1)
# + norms = slopes.abs()

# %% wrong "norm over the channels"
# You take the norm along axis 1 only. For pictures that is a norm for each pixel; flatten them
# first, for one norm for each sample.
# - norms = torch.linalg.vector_norm(slopes.flatten(1), dim=1)
# + norms = slopes.norm(dim=1)

# %% wrong "one norm for the batch"
# You take one norm over all samples together, which grows with the batch. Each sample has its own.
# - norms = torch.linalg.vector_norm(slopes.flatten(1), dim=1)
# + norms = slopes.norm()

# %% wrong "no create_graph"
# The number is right, but nothing can be learned from it: its slope for the critic's weights is 0.
# Pass `create_graph=True`, and detach nothing after it.
# - (slopes,) = torch.autograd.grad(critic(points).sum(), points, create_graph=True)
# + (slopes,) = torch.autograd.grad(critic(points).sum(), points)

# %% wrong "one-sided"
# You punish steep slopes only. Here flat ones count, too: (norm − 1)², on both sides of 1.
# - return (norms - 1).square().mean()
# + return F.relu(norms - 1).square().mean()

# %% wrong "towards slope 0"
# You punish any slope at all. The aim is a slope of 1: subtract 1 from the norm before you square.
# - return (norms - 1).square().mean()
# + return norms.square().mean()

# %% wrong "squared norm"
# You subtract 1 from the *squared* norm. Take the root first.
# - norms = torch.linalg.vector_norm(slopes.flatten(1), dim=1)
# + norms = slopes.flatten(1).square().sum(dim=1)

# %% wrong "not squared"
# You take the plain difference of norm and 1, where flat and steep places cancel. Square it for
# each sample.
# - return (norms - 1).square().mean()
# + return (norms - 1).mean()

# %% wrong "the mean of the scores"
# You differentiate the *mean* of the scores, so every gradient is N times too small. Differentiate
# their sum.
# - (slopes,) = torch.autograd.grad(critic(points).sum(), points, create_graph=True)
# + (slopes,) = torch.autograd.grad(critic(points).mean(), points, create_graph=True)

# %% wrong "sums"
# You add the penalties of all samples, so they grow with the batch. Take their mean.
# - return (norms - 1).square().mean()
# + return (norms - 1).square().sum()

# %% wrong "weighted by ten"
# The factor λ is included already. Return the plain mean: whoever trains the critic weights it.
# - return (norms - 1).square().mean()
# + return 10 * (norms - 1).square().mean()

# %% wrong "points without gradients" raises="One of the differentiated Tensors"
# PyTorch was never told that you want the gradient at these points. Call `points.requires_grad_()`
# before the critic sees them.
# - points = (t * real + (1 - t) * fake).detach().requires_grad_()
# + points = t * real + (1 - t) * fake

# %% wrong "ignores the generator"
# You draw from the global generator, so the same seed gives other points. Pass
# `generator=generator` to `torch.rand`.
# - t = torch.rand(len(real), *[1] * (real.ndim - 1), generator=generator).to(real)
# + t = torch.rand(len(real), *[1] * (real.ndim - 1)).to(real)

# %% equivalent "the order of real and fake on a line"
# - points = (t * real + (1 - t) * fake).detach().requires_grad_()
# + points = (t * fake + (1 - t) * real).detach().requires_grad_()
