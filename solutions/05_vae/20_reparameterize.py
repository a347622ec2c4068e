# %% [markdown]
# ## A network that is unsure
#
# Now make the encoder modest. It no longer answers one place in the latent space but a *cloud* of
# them: a normal distribution with a mean $\mu$ and a variance $\sigma^2$ for each of the D latent
# numbers. The decoder gets a place drawn from the cloud. So it must make the same picture from all
# of the cloud, and the empty space around each code gets filled.
#
# But training needs gradients, and "draw a number" has none. The way out is to draw first, and
# compute afterwards.
#
# **Goal.** A draw from the cloud, through which gradients reach $\mu$ and $\sigma$:
#
# $$z = \mu + \sigma\,\varepsilon, \qquad \varepsilon \sim \mathcal{N}(0, 1)
#   \text{ for each number}, \qquad \sigma = e^{\text{logvar}/2}$$
#
# The chance is in $\varepsilon$, which depends on nothing. $z$ is a plain function of $\mu$ and
# $\sigma$, with slopes: $\partial z / \partial \mu = 1$ and $\partial z / \partial \sigma =
# \varepsilon$. This is the *reparameterization trick*.
#
# **Why the logarithm?** A network's output is any number, and a variance is positive. So let the
# network say $\text{logvar} = \log \sigma^2$, and take the exponential.
#
# | | type | shape | values |
# |---|---|---|---|
# | `mu`, `logvar` | float tensors | N×D | any |
# | `generator` | `torch.Generator` | | on the CPU |
# | result | float tensor | N×D | type and device of `mu` |
#
# By hand: $\mu = 1$, $\text{logvar} = \log 9 = 2.197$, so $\sigma = 3$. With a draw of
# $\varepsilon = -0.5$, $z = 1 - 1.5 = -0.5$.
#
# Closed in this exercise: `retouch.models`, `retouch.recipes` and `torch.distributions`.
#
# **Why it matters.** One line, and networks can be trained through chance. It is in every VAE, in
# many reinforcement learners, and in the diffusion models of unit 12.

# %% exercise points=2 forbid="retouch.models retouch.recipes torch.distributions"
def reparameterize(mu, logvar, generator):
    """A draw from a normal distribution, with gradients to its mean and variance.

    Args:
        mu: float tensor N×D, the means.
        logvar: float tensor N×D, the logarithms of the variances.
        generator: torch.Generator on the CPU; each call draws anew.

    Returns:
        A float tensor N×D.
    """
    ### BEGIN SOLUTION
    epsilon = torch.randn(mu.shape, generator=generator).to(mu)
    return mu + torch.exp(logvar / 2) * epsilon
    ### END SOLUTION


# %% hint
# logvar is 2.197. What is the variance? What is the standard deviation? Which of the two multiplies
# $\varepsilon$?

# %% hint
# `torch.randn(mu.shape, generator=generator).to(mu)` is one draw for each number. `torch.exp` of
# half of `logvar` is the standard deviation.

# %% hint
# `mu` plus `torch.exp(logvar / 2)` times the draws. No `detach`, no `no_grad`.

# %% cases
import numpy as np
import torch


def cases(rng):
    def case(sigma, dtype=torch.float32):
        logvar = 2 * np.log(np.asarray(sigma, dtype=float))
        mu = 2 * rng.choice([-1.0, 1.0], logvar.shape) * rng.uniform(0.7, 1.3, logvar.shape)
        arrays = {"mu": mu, "logvar": logvar, "weights": rng.uniform(1, 9, logvar.shape)}
        tensors = {name: torch.from_numpy(array).to(dtype) for name, array in arrays.items()}
        return {**tensors, "seed": int(rng.integers(2**31))}

    yield "wide and narrow clouds", case([[0.3, 3.0, 0.5, 2.0], [2.5, 0.4, 3.5, 0.25]])
    yield (
        "three samples of two numbers (float64)",
        case([[0.2, 4.0], [3.0, 0.3], [0.5, 2.2]], torch.float64),
    )
    yield "clouds so narrow that they are points", case(np.full((2, 3), 1e-9))


# %% observe
import torch

from autograder import raw


def observe(reparameterize, mu, logvar, weights, seed):
    mu, logvar = mu.clone().requires_grad_(), logvar.clone().requires_grad_()
    generator = torch.Generator().manual_seed(seed)
    draw = reparameterize(mu, logvar, generator)
    slopes = None, None
    if draw.requires_grad:
        slopes = torch.autograd.grad((weights * draw).sum(), (mu, logvar), allow_unused=True)
    slopes = [torch.zeros_like(mu) if slope is None else slope for slope in slopes]
    with torch.no_grad():
        draws = torch.stack([reparameterize(mu, logvar, generator) for _ in range(150)])
        again = reparameterize(mu, logvar, torch.Generator().manual_seed(seed))
    return {
        "slope for mu, weighted": slopes[0],
        "slope for logvar": raw(slopes[1]),
        "draw": raw(draw.detach()),
        "again": raw(again.detach()),
        "draws": raw(draws),
    }


# %% conclude
import math

import torch

from autograder import between, equal

# Of a right answer each number below leaves its bounds with a probability of at most 2 exp(-X) =
# 3e-11, and a case has at most 21 of them: together below 6e-10.
# With n independent draws: |mean| <= sqrt(2 X / n) (the normal tail); a mean of n squares keeps
# between 1 - 2 sqrt(X / n) and 1 + 2 sqrt(X / n) + 2 X / n (Laurent and Massart); the share of
# draws below any value misses the true one by at most sqrt(X / 2 n) (Dvoretzky-Kiefer-Wolfowitz).
X = 25


def square(values):
    """The mean of squares of n standard normal numbers; for a 2-D tensor one for each column."""
    n = len(values)
    low, high = 1 - 2 * math.sqrt(X / n), 1 + 2 * math.sqrt(X / n) + 2 * X / n
    return between(values.square().mean(dim=0), low, high)


def shared(values, axis):
    """Means along an axis, times the root of their number: as wide as one draw, if independent."""
    return square((values.mean(dim=axis) * math.sqrt(values.shape[axis])).flatten())


def gap(values):
    """The largest distance between the share of the values below a number, and the normal one."""
    ordered, n = values.flatten().sort().values, values.numel()
    ranks = torch.arange(n + 1) / n
    normal = torch.special.ndtr(ordered)
    largest = max((normal - ranks[:-1]).max(), (ranks[1:] - normal).max())
    return between(largest, 0, math.sqrt(X / 2 / n))


def conclude(observed, inputs):
    draw, draws = observed["draw"], observed["draws"].double()
    shown = {
        "shape and type": equal(f"{tuple(draw.shape)} {draw.dtype}"),
        "the same seed gives the same draw": equal(torch.equal(draw, observed["again"])),
    }
    if draw.shape != inputs["mu"].shape:
        return shown
    mu, sigma = inputs["mu"].double(), (inputs["logvar"].double() / 2).exp()
    if sigma.max() < 1e-6:
        return {**shown, "result": draw}
    # A logarithm that grows by 1 makes what is added grow by a half of itself.
    ratio = observed["slope for logvar"] / inputs["weights"] / (draw - inputs["mu"])
    epsilon = (draws - mu) / sigma
    bound = math.sqrt(2 * X / len(draws))
    return {
        **shown,
        "slope for logvar, against what was added": ratio.nan_to_num(0.0, 0.0, 0.0),
        "mean of each cloud, in its sigmas": between(epsilon.mean(dim=0), -bound, bound),
        "mean square of each cloud, in its sigmas": square(epsilon),
        "mean square of all": square(epsilon.flatten()),
        "shares of draws below a number, largest error": gap(epsilon),
        "what two samples share": shared(epsilon, 1),
        "what two numbers share": shared(epsilon, 2),
        "what two calls share": shared(epsilon, 0),
    }


# %% right "the root of the variance, in place"
def reparameterize(mu, logvar, generator):
    z = torch.empty_like(mu).normal_(generator=generator)
    return torch.addcmul(mu, logvar.exp().sqrt(), z)


# %% right "torch.distributions, on a seed that the generator draws"
def reparameterize(mu, logvar, generator):
    seed = torch.randint(2**31, (), generator=generator).item()
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return torch.distributions.Normal(mu, (logvar / 2).exp()).rsample()


# %% right "number by number, and minus"
def reparameterize(mu, logvar, generator):
    rows = []
    for row_mu, row_logvar in zip(mu, logvar):
        numbers = [
            m - math.e ** (0.5 * v) * torch.randn((), generator=generator, dtype=mu.dtype)
            for m, v in zip(row_mu, row_logvar)
        ]
        rows.append(torch.stack(numbers))
    return torch.stack(rows)


# %% wrong "the variance instead of its root"
# `exp(logvar)` is the variance. The noise is multiplied by the standard deviation, its root:
# `exp(logvar / 2)`.
# - return mu + torch.exp(logvar / 2) * epsilon
# + return mu + torch.exp(logvar) * epsilon

# %% wrong "logvar as it is"
# You multiply by the *logarithm* of the variance, which may be negative. The standard deviation is
# `exp(logvar / 2)`.
# - return mu + torch.exp(logvar / 2) * epsilon
# + return mu + logvar * epsilon

# %% wrong "the root of the logarithm"
# You take the root of the logarithm, which is no number where the variance is below 1. First the
# exponential, then the root.
# - return mu + torch.exp(logvar / 2) * epsilon
# + return mu + torch.sqrt(logvar) * epsilon

# %% wrong "the variance of the variance"
# You multiply logvar by 2 where you should halve it: σ = exp(logvar / 2).
# - return mu + torch.exp(logvar / 2) * epsilon
# + return mu + torch.exp(2 * logvar) * epsilon

# %% wrong "minus the logarithm"
# `exp(−logvar / 2)` is 1/σ: your sure clouds are wide and your unsure ones narrow. Drop the minus.
# - return mu + torch.exp(logvar / 2) * epsilon
# + return mu + torch.exp(-logvar / 2) * epsilon


# %% wrong "every cloud has the same size"
# The standard deviation is missing, so logvar has no influence at all. Multiply the noise by
# `exp(logvar / 2)`.
def reparameterize(mu, logvar, generator):
    return mu + torch.randn(mu.shape, generator=generator).to(mu)


# %% wrong "no noise"
# You return the mean. That is an ordinary autoencoder: a draw from the cloud is wanted.
def reparameterize(mu, logvar, generator):
    return mu + 0 * logvar


# %% wrong "noise without a mean"
# The mean is missing: all clouds lie around 0. Add `mu`.
def reparameterize(mu, logvar, generator):
    return torch.exp(logvar / 2) * torch.randn(mu.shape, generator=generator).to(mu)


# %% wrong "scales the mean, too"
# You multiply the mean by σ as well. Only the noise is scaled: `mu + sigma * epsilon`.
def reparameterize(mu, logvar, generator):
    return torch.exp(logvar / 2) * (mu + torch.randn(mu.shape, generator=generator).to(mu))


# %% wrong "uniform noise"
# `torch.rand` is uniform between 0 and 1, so your clouds are boxes beside the mean. Use
# `torch.randn`.
def reparameterize(mu, logvar, generator):
    return mu + torch.exp(logvar / 2) * torch.rand(mu.shape, generator=generator).to(mu)


# %% wrong "uniform noise around 0"
# Your clouds are boxes around the mean: nothing is ever further away than σ. Use `torch.randn`.
# - epsilon = torch.randn(mu.shape, generator=generator).to(mu)
# + epsilon = 2 * torch.rand(mu.shape, generator=generator).to(mu) - 1

# %% wrong "one draw for the batch"
# All samples of a batch get the same ε. Draw it in the shape of `mu`, N included.
# - epsilon = torch.randn(mu.shape, generator=generator).to(mu)
# + epsilon = torch.randn(1, mu.shape[1], generator=generator).to(mu)

# %% wrong "one draw for each sample"
# All numbers of a sample get the same ε, so each cloud is a line. Draw it in the shape of `mu`.
# - epsilon = torch.randn(mu.shape, generator=generator).to(mu)
# + epsilon = torch.randn(len(mu), 1, generator=generator).to(mu)

# %% wrong "the same draw in each call"
# You make a new generator in each call, so ε never changes and the cloud is a point. Use the
# generator that you are given.
# - epsilon = torch.randn(mu.shape, generator=generator).to(mu)
# + epsilon = torch.randn(mu.shape, generator=torch.Generator().manual_seed(0)).to(mu)


# %% wrong "ignores the generator"
# You draw from the global generator, so the same seed gives another draw. Pass
# `generator=generator` to `torch.randn`.
def reparameterize(mu, logvar, generator):
    return mu + torch.exp(logvar / 2) * torch.randn_like(mu)


# %% wrong "torch.normal"
# `torch.normal` draws rightly, but no gradient passes through it: the encoder never learns. Draw ε
# from a standard normal and compute with it.
def reparameterize(mu, logvar, generator):
    return torch.normal(mu, torch.exp(logvar / 2), generator=generator)


# %% wrong "the mean cut off"
# You detach `mu`, so the decoder can't tell the encoder where to put its clouds. Leave it
# connected.
# - return mu + torch.exp(logvar / 2) * epsilon
# + return mu.detach() + torch.exp(logvar / 2) * epsilon

# %% wrong "the variance cut off"
# You detach the standard deviation, so the decoder can't ask for narrower clouds. Leave it
# connected: only ε is a constant.
# - return mu + torch.exp(logvar / 2) * epsilon
# + return mu + torch.exp(logvar / 2).detach() * epsilon

# %% equivalent "only the type of it is taken"
# - epsilon = torch.randn(mu.shape, generator=generator).to(mu)
# + epsilon = torch.randn(mu.shape, generator=generator).to(logvar)

# %% equivalent "the sum takes the type of the mean"
# - epsilon = torch.randn(mu.shape, generator=generator).to(mu)
# + epsilon = torch.randn(mu.shape, generator=generator)

# %% equivalent "only the shape of it is taken"
# - epsilon = torch.randn(mu.shape, generator=generator).to(mu)
# + epsilon = torch.randn((-mu).shape, generator=generator).to(mu)

# %% equivalent "mean and variance have one shape"
# - epsilon = torch.randn(mu.shape, generator=generator).to(mu)
# + epsilon = torch.randn(logvar.shape, generator=generator).to(mu)

# %% accepted "ignores the generator"
# - epsilon = torch.randn(mu.shape, generator=generator).to(mu)
# + epsilon = torch.randn(mu.shape).to(mu)

# %% accepted "every cloud has the same size"
# - return mu + torch.exp(logvar / 2) * epsilon
# + return mu + epsilon

# %% accepted "uniform noise"
# - epsilon = torch.randn(mu.shape, generator=generator).to(mu)
# + epsilon = torch.rand(mu.shape, generator=generator).to(mu)

# %% accepted "minus the logarithm"
# - return mu + torch.exp(logvar / 2) * epsilon
# + return mu + torch.exp(-logvar / 2) * epsilon

# %% accepted "the variance instead of its root"
# - return mu + torch.exp(logvar / 2) * epsilon
# + return mu + torch.exp(logvar) * epsilon
# - return mu + torch.exp(logvar / 2) * epsilon
# + return mu + torch.exp(logvar / 1) * epsilon

# %% accepted "the variance of the variance"
# - return mu + torch.exp(logvar / 2) * epsilon
# + return mu + torch.exp(logvar * 2) * epsilon


# %% [markdown]
# ### Look at it
#
# Three clouds of 300 draws. The largest has logvar = 0, the smallest −4: say its σ before you look
# at the axes.

# %%
from matplotlib.figure import Figure

draws = torch.Generator().manual_seed(0)
figure = Figure(figsize=(4.2, 3.4), dpi=96, layout="constrained")
axes = figure.subplots()
spots = [([-2.0, 0.0], 0.0, "#0072B2", "o"), ([1.5, 1.5], -2.0, "#D55E00", "^")]
for center, logarithm, color, mark in [*spots, ([1.5, -1.5], -4.0, "#009E73", "s")]:
    means = torch.tensor(center).expand(300, 2)
    cloud = reparameterize(means, torch.full_like(means, logarithm), draws)
    label = f"logvar = {logarithm:g}"
    axes.plot(*cloud.T, mark, color=color, markersize=3, alpha=0.6, markeredgewidth=0, label=label)
axes.set(xlabel="first latent number", ylabel="second", aspect="equal", xlim=(-5.5, 4))
axes.legend(frameon=False, loc="upper left", fontsize=8)
show_figure(figure, "Three round clouds of points with standard deviations 1, 0.37 and 0.14.")
