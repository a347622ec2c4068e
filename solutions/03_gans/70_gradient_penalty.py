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
    def values(*shape, scale=1.0):
        return torch.from_numpy(rng.normal(0, scale, shape).astype("float32"))

    def seed():
        return int(rng.integers(2**31))

    yield (
        "a straight critic of points, too steep",
        {
            "real": values(5, 2),
            "fake": values(5, 2),
            "weights": torch.tensor([3.0, 4.0]) * float(rng.uniform(0.8, 1.2)),
            "bend": 0.0,
            "seed": seed(),
        },
    )
    yield (
        "a straight critic, too flat (float64)",
        {
            "real": values(4, 3).double(),
            "fake": values(4, 3).double(),
            "weights": torch.tensor([0.1, -0.3, 0.2]).double() * float(rng.uniform(0.8, 1.2)),
            "bend": 0.0,
            "seed": seed(),
        },
    )
    yield (
        "a straight critic of pictures",
        {
            "real": values(3, 2, 4, 5),
            "fake": values(3, 2, 4, 5),
            "weights": values(2, 4, 5, scale=0.4),
            "bend": 0.0,
            "seed": seed(),
        },
    )
    yield (
        "a bent critic of pictures",
        {
            "real": values(4, 1, 3, 2) + 1,
            "fake": values(4, 1, 3, 2) - 1,
            "weights": values(1, 3, 2),
            "bend": float(rng.uniform(0.5, 1.0)),
            "seed": seed(),
        },
    )


# %% observe
import torch

from autograder import between, equal


def observe(gradient_penalty, real, fake, weights, bend, seed):
    weights = weights.clone().requires_grad_()
    seen = []

    def critic(samples):
        """A plane, or a bowl on a plane; it writes down where it is asked."""
        seen.append(samples.detach().clone())
        return (samples * weights).flatten(1).sum(1) + bend / 2 * samples.square().flatten(1).sum(1)

    generator = torch.Generator().manual_seed(seed)
    penalty = gradient_penalty(critic, real, fake, generator)

    def slope_of(penalty):
        if not penalty.requires_grad:
            return torch.zeros_like(weights)
        (slope,) = torch.autograd.grad(penalty.sum(), weights, allow_unused=True)
        return torch.zeros_like(weights) if slope is None else slope

    if bend == 0:
        return {"penalty": penalty, "its slope for the critic's weights": slope_of(penalty)}

    seen.clear()
    direction = (real - fake).flatten(1)

    def draw(batches):
        """Where on its line each point lies, how far off it, and the penalties."""
        generator = torch.Generator().manual_seed(seed)
        places, off, excess = [], [], []
        for _ in range(batches):
            seen.clear()
            penalty = gradient_penalty(critic, real, fake, generator)
            points = torch.cat(seen)
            step = (points - fake).flatten(1)
            t = (step * direction).sum(1) / direction.square().sum(1)
            places.append(t)
            off.append((step - t[:, None] * direction).abs().max())
            # What the penalty must be at these points, by the gradient's formula.
            norms = (weights.detach() + bend * points).flatten(1).norm(dim=1)
            excess.append(penalty.detach() / (norms - 1).square().mean())
        return torch.stack(places).double(), torch.stack(off).max(), torch.stack(excess)

    places, off, ratio = draw(300)
    again, _, _ = draw(20)
    alike = ((places - places[:, :1]).abs() < 1e-4).all(1).double().mean()
    return {
        "the points lie on the lines from real to fake": equal(bool(off < 1e-3)),
        "penalty, against what it should be at its points": between(
            torch.stack([ratio.min(), ratio.max()]), 0.999, 1.001
        ),
        "nearest and farthest place on the line": between(
            torch.stack([places.min(), 1 - places.max()]), -0.001, 0.03
        ),
        "mean place on the line": between(places.mean(), 0.45, 0.55),
        "spread of the places": between(places.std(), 0.26, 0.32),
        "share of batches with one place for all": between(alike, 0, 0.05),
        "it has a slope for the critic's weights": equal(bool(slope_of(penalty).abs().max() > 0)),
        "the same seed gives the same points": equal(bool((places[:20] == again).all())),
        "call after call is drawn anew": equal(bool((places != places[0]).any())),
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
    slopes = torch.autograd.grad(
        outputs=scores,
        inputs=points,
        grad_outputs=torch.ones_like(scores),
        create_graph=True,
        retain_graph=True,
    )[0]
    return ((slopes.reshape(len(real), -1).norm(2, dim=1) - 1) ** 2).mean()


# %% wrong "mix per value"
# You draw a number for every value of a sample, so the points leave the line between real and fake.
# One for each sample: shape N×1, or N×1×1×1.
def gradient_penalty(critic, real, fake, generator):
    t = torch.rand(real.shape, generator=generator).to(real)
    points = (t * real + (1 - t) * fake).requires_grad_()
    (slopes,) = torch.autograd.grad(critic(points).sum(), points, create_graph=True)
    return (slopes.flatten(1).norm(dim=1) - 1).square().mean()


# %% wrong "one mix for the batch" of "mix per value"
# All samples are mixed by the same number. Draw one for each.
# - t = torch.rand(real.shape, generator=generator).to(real)
# + t = torch.rand((), generator=generator).to(real)


# %% wrong "at the fakes only"
# You look at the gradient where the fakes are. Look at a random point between each and its real
# partner.
def gradient_penalty(critic, real, fake, generator):
    points = fake.clone().requires_grad_()
    (slopes,) = torch.autograd.grad(critic(points).sum(), points, create_graph=True)
    return (slopes.flatten(1).norm(dim=1) - 1).square().mean()


# %% wrong "always the middle"
# You look half way between real and fake, always. The place on the line is random.
def gradient_penalty(critic, real, fake, generator):
    points = ((real + fake) / 2).requires_grad_()
    (slopes,) = torch.autograd.grad(critic(points).sum(), points, create_graph=True)
    return (slopes.flatten(1).norm(dim=1) - 1).square().mean()


# %% wrong "norm per value"
# You compare every single partial derivative with 1. The norm is over all values of a sample:
# flatten first.
def gradient_penalty(critic, real, fake, generator):
    t = torch.rand(len(real), *[1] * (real.ndim - 1), generator=generator).to(real)
    points = (t * real + (1 - t) * fake).requires_grad_()
    (slopes,) = torch.autograd.grad(critic(points).sum(), points, create_graph=True)
    return (slopes.abs() - 1).square().mean()


# %% wrong "norm over the channels" of "norm per value"
# You take the norm along axis 1 only. For pictures that is a norm for each pixel; flatten them
# first, for one norm for each sample.
# - return (slopes.abs() - 1).square().mean()
# + return (slopes.norm(dim=1) - 1).square().mean()

# %% wrong "one norm for the batch" of "norm per value"
# You take one norm over all samples together, which grows with the batch. Each sample has its own.
# - return (slopes.abs() - 1).square().mean()
# + return (slopes.norm() - 1).square()


# %% wrong "no create_graph"
# The number is right, but nothing can be learned from it: its slope for the critic's weights is 0.
# Pass `create_graph=True`.
def gradient_penalty(critic, real, fake, generator):
    t = torch.rand(len(real), *[1] * (real.ndim - 1), generator=generator).to(real)
    points = (t * real + (1 - t) * fake).requires_grad_()
    (slopes,) = torch.autograd.grad(critic(points).sum(), points)
    return (slopes.flatten(1).norm(dim=1) - 1).square().mean()


# %% wrong "one-sided" of "norm per value"
# You punish steep slopes only. Here flat ones count, too: (norm − 1)², on both sides of 1.
# - return (slopes.abs() - 1).square().mean()
# + return F.relu(slopes.flatten(1).norm(dim=1) - 1).square().mean()

# %% wrong "towards slope 0" of "norm per value"
# You punish any slope at all. The aim is a slope of 1: subtract 1 from the norm before you square.
# - return (slopes.abs() - 1).square().mean()
# + return slopes.flatten(1).norm(dim=1).square().mean()

# %% wrong "squared norm" of "norm per value"
# You subtract 1 from the *squared* norm. Take the root first.
# - return (slopes.abs() - 1).square().mean()
# + return (slopes.flatten(1).square().sum(dim=1) - 1).square().mean()


# %% wrong "the mean of the scores"
# You differentiate the *mean* of the scores, so every gradient is N times too small. Differentiate
# their sum.
def gradient_penalty(critic, real, fake, generator):
    t = torch.rand(len(real), *[1] * (real.ndim - 1), generator=generator).to(real)
    points = (t * real + (1 - t) * fake).requires_grad_()
    (slopes,) = torch.autograd.grad(critic(points).mean(), points, create_graph=True)
    return (slopes.flatten(1).norm(dim=1) - 1).square().mean()


# %% wrong "sums" of "norm per value"
# You add the penalties of all samples, so they grow with the batch. Take their mean.
# - return (slopes.abs() - 1).square().mean()
# + return (slopes.flatten(1).norm(dim=1) - 1).square().sum()

# %% wrong "weighted by ten" of "norm per value"
# The factor λ is included already. Return the plain mean: whoever trains the critic weights it.
# - return (slopes.abs() - 1).square().mean()
# + return 10 * (slopes.flatten(1).norm(dim=1) - 1).square().mean()


# %% wrong "points without gradients"
# PyTorch was never told that you want the gradient at these points. Call `points.requires_grad_()`
# before the critic sees them.
def gradient_penalty(critic, real, fake, generator):
    t = torch.rand(len(real), *[1] * (real.ndim - 1), generator=generator).to(real)
    points = t * real + (1 - t) * fake
    (slopes,) = torch.autograd.grad(critic(points).sum(), points, create_graph=True)
    return (slopes.flatten(1).norm(dim=1) - 1).square().mean()


# %% wrong "ignores the generator" of "mix per value"
# You draw from the global generator, so the same seed gives other points. Pass
# `generator=generator` to `torch.rand`.
# - t = torch.rand(real.shape, generator=generator).to(real)
# + t = torch.rand(len(real), *[1] * (real.ndim - 1)).to(real)
