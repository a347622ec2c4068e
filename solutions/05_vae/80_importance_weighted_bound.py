# %% [markdown]
# ## A better estimate: the importance-weighted bound
#
# How probable is a picture under your model? $p(x)$ is an integral over all codes, and the ELBO is
# only a lower bound of its logarithm. With several draws from the cloud you get nearer.
#
# **Goal.** For each picture, a bound on $\log p(x)$ from K draws $z_1 \ldots z_K$ of its cloud:
#
# $$\text{bound} = \log \frac1K \sum_{k=1}^{K} w_k, \qquad
#   \log w_k = \log p(x \mid z_k) + \log p(z_k) - \log q(z_k)$$
#
# Here $p(z)$ is the standard normal prior and $q(z)$ the cloud. Both are products over the D
# numbers, so their logarithms are sums, each of terms
#
# $$\log \mathcal{N}(z;\, \mu, \sigma^2) = -\tfrac12 \Bigl( \frac{(z - \mu)^2}{\sigma^2} +
#   \log \sigma^2 + \log 2\pi \Bigr)$$
#
# A draw that the cloud makes often counts less, one that it makes too rarely counts more: so the
# mean of the weights is right, whatever the cloud. That is *importance sampling*.
#
# | | type | |
# |---|---|---|
# | `log_likelihood` | function | N×D codes → N values $\log p(x_i \mid z_i)$, in nats |
# | `mu`, `logvar` | float tensors N×D | of the clouds |
# | `samples` | `int` | K, 1 or more draws for each picture |
# | `generator` | `torch.Generator` | where the draws come from |
# | result | float tensor of N values | lower bounds of $\log p(x_i)$, in nats |
#
# By hand: two draws with $\log w = -100$ and $-102$. The ELBO would be their mean, −101. The bound
# is $-100 + \log\frac{1 + e^{-2}}{2} = -100.57$: the logarithm of a mean is above the mean of the
# logarithms.
#
# **The trap.** A picture of 784 pixels has $\log w$ about −140, and $e^{-140}$ is 0 in float32
# (and $e^{-800}$ in any float). So never take the exponential: `torch.logsumexp` subtracts the
# largest first: of each picture its own, as pictures may lie hundreds of nats apart.
#
# Closed in this exercise: `retouch.models` and `retouch.recipes`.
#
# **Why it matters.** The ELBO mixes two faults: a model that is wrong, and clouds that don't fit.
# With many draws the second one fades, and what is left is the model.

# %% exercise points=3 forbid="retouch.models retouch.recipes"
def importance_weighted_bound(log_likelihood, mu, logvar, samples, generator):
    """Log of the mean importance weight of several draws, for each sample.

    Args:
        log_likelihood: function from codes N×D, one for each sample, to N values log p(x|z).
        mu, logvar: float tensors N×D, means and logarithms of the variances of the clouds.
        samples: number of draws for each sample.
        generator: torch.Generator that the draws come from.

    Returns:
        A float tensor of N values, in nats; finite also where all weights are below 1e-300.
    """
    ### BEGIN SOLUTION
    log_weights = []
    for _ in range(samples):
        z = reparameterize(mu, logvar, generator)
        # log 2π is in the prior and in the cloud, and cancels.
        log_prior = -0.5 * z.square().sum(dim=1)
        log_cloud = -0.5 * ((z - mu).square() / logvar.exp() + logvar).sum(dim=1)
        log_weights.append(log_likelihood(z) + log_prior - log_cloud)
    return torch.logsumexp(torch.stack(log_weights), dim=0) - math.log(samples)
    ### END SOLUTION


# %% hint
# What are the μ and σ² of the prior? The draws of one picture make one number: over which axis do
# you gather, when the logarithms of the weights are K×N?

# %% hint
# `reparameterize` draws. `torch.logsumexp(table, dim=0)` is the logarithm of a sum of exponentials,
# safely; a mean is a sum divided by K, which is minus `math.log(K)` in logarithms.
# `torch.distributions.Normal(m, s).log_prob(z)` is allowed here.

# %% hint
# For each of `samples` draws `z`: `log_likelihood(z)` plus the prior's log-density minus the
# cloud's, each density summed over `dim=1`. Stack them, `logsumexp` over `dim=0`, subtract
# `math.log(samples)`.

# %% cases
import numpy as np
import torch


def cases(rng):
    def case(n, d, offset=0.0, wide=1.0, moved=0.0, dtype=torch.float64):
        """Pictures of D pixels, each with a code number of its own: p(z|x) is known."""
        # Pictures differ by far more nats than an exponential can hold.
        offsets = offset - 900.0 * np.arange(n) * (offset < 0)
        slope = rng.uniform(0.6, 1.4, (n, d)) * rng.choice([-1, 1], (n, d))
        noise = rng.uniform(0.5, 0.8, (n, d))
        total = slope**2 + noise**2
        x = rng.choice([-1, 1], (n, d)) * rng.uniform(0.5, 1.5, (n, d)) * np.sqrt(total)
        variance = noise**2 / total
        arrays = {
            "x": x,
            "slope": slope,
            "noise": noise,
            "mu": variance * slope * x / noise**2 + moved * np.sqrt(variance),
            "logvar": np.log(variance * wide),
            "offset": offsets,
        }
        tensors = {name: torch.from_numpy(array).to(dtype) for name, array in arrays.items()}
        fits = wide == 1 and not moved
        return {**tensors, "fits": fits, "seed": int(rng.integers(2**31))}

    yield "the cloud is what it should be", case(4, 3)
    yield "likewise, and the weights are tiny (float32)", case(3, 5, -700.0, dtype=torch.float32)
    yield "likewise, and the weights are below any float", case(3, 2, -2000.0)
    yield "the cloud is too wide, and beside the place", case(2, 3, wide=2.2, moved=0.6)


# %% observe
import torch

from autograder import raw


def observe(importance_weighted_bound, x, slope, noise, mu, logvar, offset, fits, seed):
    generator = torch.Generator().manual_seed(seed)

    def bounds(samples, copies):
        """The answer's bounds for many copies of the pictures, and all codes that it asks for."""
        many = [tensor.repeat(copies, 1) for tensor in (x, slope, noise, mu, logvar)]
        asked = []

        def log_likelihood(z):
            if z.shape != many[0].shape:
                raise ValueError(
                    f"log_likelihood wants a code for each picture, {tuple(many[0].shape)}, "
                    f"got {tuple(z.shape)}"
                )
            asked.append(z.detach().clone())
            pixels = torch.distributions.Normal(many[1] * z, many[2])
            return pixels.log_prob(many[0]).sum(dim=1) + offset.repeat(copies)

        result = importance_weighted_bound(log_likelihood, *many[3:], samples, generator)
        return raw(result), raw(torch.stack(asked))

    names = ("one", "codes of one", "many", "codes of many")
    many = bounds(5, 40) if fits else bounds(30, 60)
    return dict(zip(names, (*bounds(1, 200), *many)))


# %% conclude
import math

import torch

from autograder import between, close, equal

# Of a right answer each number below leaves its bounds with a probability of at most 2 exp(-X) =
# 3e-11, and a case has 13 of them: together below 4e-10.
# With n independent draws: |mean| <= sqrt(2 X / n) (the normal tail); a mean of n squares keeps
# between 1 - 2 sqrt(X / n) and 1 + 2 sqrt(X / n) + 2 X / n (Laurent and Massart); the share of
# draws below any value misses the true one by at most sqrt(X / 2 n) (Dvoretzky-Kiefer-Wolfowitz).
X = 25


def square(values):
    """The mean of squares of standard normal numbers."""
    n = values.numel()
    low, high = 1 - 2 * math.sqrt(X / n), 1 + 2 * math.sqrt(X / n) + 2 * X / n
    return between(values.square().mean(), low, high)


def shared(values, axis):
    """Means along an axis, times the root of their number: as wide as one draw, if independent."""
    return square(values.mean(dim=axis) * math.sqrt(values.shape[axis]))


def gap(values):
    """The largest distance between the share of the values below a number, and the normal one."""
    ordered, n = values.flatten().sort().values, values.numel()
    ranks = torch.arange(n + 1) / n
    normal = torch.special.ndtr(ordered)
    largest = max((normal - ranks[:-1]).max(), (ranks[1:] - normal).max())
    return between(largest, 0, math.sqrt(X / 2 / n))


def log_weights(codes, inputs):
    """Of codes K×copies×N×D, K×copies×N logarithms of weights."""
    names = ("x", "slope", "noise", "mu", "logvar")
    x, slope, noise, mu, logvar = (inputs[name].double() for name in names)
    pixels = torch.distributions.Normal(slope * codes, noise).log_prob(x).sum(dim=-1)
    ratio = 0.5 * ((codes - mu).square() / logvar.exp() + logvar - codes.square())
    return pixels + inputs["offset"].double() + ratio.sum(dim=-1)


def conclude(observed, inputs):
    n, d = inputs["mu"].shape
    found = {}
    for name, samples in (("one", 1), ("many", 5 if inputs["fits"] else 30)):
        what = "one draw" if samples == 1 else f"{samples} draws"
        bound, codes = observed[name], observed[f"codes of {name}"].double()
        found[f"bounds from {what}: shape"] = equal(tuple(bound.shape))
        found[f"draws that are weighted, for {what}"] = equal(len(codes))
        bound, codes = bound.double(), codes.reshape(len(codes), -1, n, d)
        bound = bound.expand(codes[0, ..., 0].numel()).reshape(-1, n)
        if inputs["fits"]:
            # Every draw then has the same weight, so the bound is exact, whatever is drawn. The
            # sums are of some ten terms, the largest the offset.
            found[f"bound from {what}"] = close(bound.mean(dim=0), rtol=1e-5, atol=1e-3)
            continue
        made = log_weights(codes, inputs).logsumexp(dim=0) - math.log(len(codes))
        error = bound - made
        found[f"bound from {what}, less what its draws make, mean"] = between(
            error.mean(), -1e-3, 1e-3
        )
        found[f"the same, largest, {what}"] = between(error.abs().max().clamp(max=9), 0, 1e-3)
        epsilon = (codes - inputs["mu"]) / (inputs["logvar"] / 2).exp()
        limit = math.sqrt(2 * X / epsilon.numel())
        found[f"mean of what is drawn, in sigmas, {what}"] = between(epsilon.mean(), -limit, limit)
        found[f"its mean square, {what}"] = square(epsilon)
        found[f"shares of it below a number, largest error, {what}"] = gap(epsilon)
        for axis, pair in enumerate(("draws", "copies", "pictures", "numbers")):
            if epsilon.shape[axis] > 1:
                found[f"what two {pair} share, {what}"] = shared(epsilon, axis)
    return found


# %% right "torch.distributions"
def importance_weighted_bound(log_likelihood, mu, logvar, samples, generator):
    from torch.distributions import Independent, Normal

    cloud = Independent(Normal(mu, torch.exp(logvar / 2)), 1)
    prior = Independent(Normal(torch.zeros_like(mu), torch.ones_like(mu)), 1)
    total = torch.full((len(mu),), -math.inf, dtype=mu.dtype)
    for _ in range(samples):
        z = mu + cloud.stddev * torch.randn(mu.shape, generator=generator, dtype=mu.dtype)
        weight = log_likelihood(z) + prior.log_prob(z) - cloud.log_prob(z)
        total = torch.logaddexp(total, weight)
    return total - math.log(samples)


# %% right "the largest weight taken out by hand"
def importance_weighted_bound(log_likelihood, mu, logvar, samples, generator):
    logs = []
    for _ in range(samples):
        epsilon = torch.randn(mu.shape, generator=generator).to(mu)
        z = mu + (logvar / 2).exp() * epsilon
        logs.append(log_likelihood(z) + ((epsilon**2 + logvar - z**2) / 2).sum(1))
    logs = torch.stack(logs, dim=1)
    largest = logs.max(dim=1, keepdim=True).values
    return (logs - largest).exp().mean(dim=1).log() + largest[:, 0]


# %% wrong "mean of the logarithms"
# You take the mean of the log-weights: that is the ELBO, however many draws you make. Take the
# logarithm of the mean of the weights.
def importance_weighted_bound(log_likelihood, mu, logvar, samples, generator):
    logs = []
    for _ in range(samples):
        z = reparameterize(mu, logvar, generator)
        log_q = -0.5 * ((z - mu).square() / logvar.exp() + logvar).sum(dim=1)
        logs.append(log_likelihood(z) - 0.5 * z.square().sum(dim=1) - log_q)
    return torch.stack(logs).mean(dim=0)


# %% wrong "the sum of the weights" of "mean of the logarithms"
# Your bound grows with every draw without limit: `logsumexp` is the logarithm of the *sum*. For the
# mean, subtract `math.log(samples)`.
# - return torch.stack(logs).mean(dim=0)
# + return torch.stack(logs).logsumexp(dim=0)

# %% wrong "divides the logarithm by K" of "mean of the logarithms"
# You divide the logarithm of the sum by K. In logarithms, a division is a subtraction of
# `math.log(samples)`.
# - return torch.stack(logs).mean(dim=0)
# + return torch.stack(logs).logsumexp(dim=0) / samples

# %% wrong "subtracts K" of "mean of the logarithms"
# You subtract K. Its logarithm is to be subtracted, `math.log(samples)`.
# - return torch.stack(logs).mean(dim=0)
# + return torch.stack(logs).logsumexp(dim=0) - samples

# %% wrong "the exponential of the weights" of "mean of the logarithms"
# `exp` of such numbers is 0 in a computer, and the logarithm of 0 is −∞. Use `torch.logsumexp`.
# -     logs.append(log_likelihood(z) - 0.5 * z.square().sum(dim=1) - log_q)
# - return torch.stack(logs).mean(dim=0)
# +     logs.append((log_likelihood(z) - 0.5 * z.square().sum(dim=1) - log_q).exp())
# + return torch.stack(logs).mean(dim=0).log()

# %% wrong "one largest weight for all pictures" of "mean of the logarithms"
# You subtract the largest log-weight of the whole batch, so the weights of a picture far below it
# are 0. Take the largest of each picture, over its own draws.
# - return torch.stack(logs).mean(dim=0)
# + logs = torch.stack(logs)
# + return (logs - logs.max()).exp().mean(dim=0).log() + logs.max()

# %% wrong "the best draw" of "mean of the logarithms"
# You keep the largest weight only. Take the mean of all of them.
# - return torch.stack(logs).mean(dim=0)
# + return torch.stack(logs).amax(dim=0)

# %% wrong "no prior" of "the cloud's width is missing from its density"
# The prior is missing from the weights: a code far from 0 is improbable, and that counts. Add
# log p(z).
# - log_q = -0.5 * ((z - mu).square() / logvar.exp()).sum(dim=1)
# - logs.append(log_likelihood(z) - 0.5 * z.square().sum(dim=1) - log_q)
# + squares = (z - mu).square() / logvar.exp() + logvar + math.log(2 * math.pi)
# + logs.append(log_likelihood(z) + 0.5 * squares.sum(dim=1))

# %% wrong "the cloud is not divided out" of "the cloud's width is missing from its density"
# You don't divide by the cloud's density, so the draws count as if they came from nowhere in
# particular. Subtract log q(z).
# - log_q = -0.5 * ((z - mu).square() / logvar.exp()).sum(dim=1)
# - logs.append(log_likelihood(z) - 0.5 * z.square().sum(dim=1) - log_q)
# + log_p = -0.5 * (z.square() + math.log(2 * math.pi)).sum(dim=1)
# + logs.append(log_likelihood(z) + log_p)


# %% wrong "the likelihood alone"
# You take the mean of p(x|z) over the cloud's draws. Each draw has to be weighted by p(z)/q(z),
# because it comes from the cloud and not from the prior.
def importance_weighted_bound(log_likelihood, mu, logvar, samples, generator):
    draws = [reparameterize(mu, logvar, generator) for _ in range(samples)]
    logs = torch.stack([log_likelihood(z) for z in draws])
    return logs.logsumexp(dim=0) - math.log(samples)


# %% wrong "draws from the prior"
# You draw from the prior, which is right on average, but hardly any of those draws fits the
# picture. Draw from the cloud, and weight.
def importance_weighted_bound(log_likelihood, mu, logvar, samples, generator):
    logs = []
    for _ in range(samples):
        z = torch.randn(mu.shape, generator=generator).to(mu)
        logs.append(log_likelihood(z))
    return torch.stack(logs).logsumexp(dim=0) - math.log(samples)


# %% wrong "prior and cloud swapped" of "the cloud's width is missing from its density"
# You divide by the prior and multiply by the cloud. It is the other way round: + log p(z) −
# log q(z).
# - log_q = -0.5 * ((z - mu).square() / logvar.exp()).sum(dim=1)
# - logs.append(log_likelihood(z) - 0.5 * z.square().sum(dim=1) - log_q)
# + log_q = -0.5 * ((z - mu).square() / logvar.exp() + logvar).sum(dim=1)
# + logs.append(log_likelihood(z) + 0.5 * z.square().sum(dim=1) + log_q)


# %% wrong "the cloud's width is missing from its density"
# In log q(z) the term log σ² is missing, without which a narrow cloud is no denser than a wide one.
def importance_weighted_bound(log_likelihood, mu, logvar, samples, generator):
    logs = []
    for _ in range(samples):
        z = reparameterize(mu, logvar, generator)
        log_q = -0.5 * ((z - mu).square() / logvar.exp()).sum(dim=1)
        logs.append(log_likelihood(z) - 0.5 * z.square().sum(dim=1) - log_q)
    return torch.stack(logs).logsumexp(dim=0) - math.log(samples)


# %% wrong "squares not divided by the variance" of "the cloud's width is missing from its density"
# In log q(z) you forgot to divide the squares by σ².
# - log_q = -0.5 * ((z - mu).square() / logvar.exp()).sum(dim=1)
# + log_q = -0.5 * ((z - mu).square() + logvar).sum(dim=1)

# %% wrong "2π in one density only" of "the cloud's width is missing from its density"
# log 2π stands in the cloud's density and not in the prior's. In both it cancels; in one it adds
# 0.92 nats for each latent number.
# - log_q = -0.5 * ((z - mu).square() / logvar.exp()).sum(dim=1)
# + squares = (z - mu).square() / logvar.exp() + logvar + math.log(2 * math.pi)
# + log_q = -0.5 * squares.sum(dim=1)


# %% wrong "the KL divergence in every weight"
# You subtract the KL divergence, which is log p(z) − log q(z) *averaged* over the cloud. Here it is
# needed at the draw itself.
def importance_weighted_bound(log_likelihood, mu, logvar, samples, generator):
    draws = [reparameterize(mu, logvar, generator) for _ in range(samples)]
    logs = torch.stack([log_likelihood(z) - kl_divergence(mu, logvar) for z in draws])
    return logs.logsumexp(dim=0) - math.log(samples)


# %% wrong "one draw only"
# You draw once and use it K times. Draw anew for each of the K.
def importance_weighted_bound(log_likelihood, mu, logvar, samples, generator):
    z = reparameterize(mu, logvar, generator)
    log_q = -0.5 * ((z - mu).square() / logvar.exp() + logvar).sum(dim=1)
    weight = log_likelihood(z) - 0.5 * z.square().sum(dim=1) - log_q
    return torch.stack([weight] * samples).logsumexp(dim=0) - math.log(samples)


# %% wrong "mean over the pictures" of "mean of the logarithms"
# You return one number. Return a bound for each picture.
# - return torch.stack(logs).mean(dim=0)
# + return (torch.stack(logs).logsumexp(dim=0) - math.log(samples)).mean()

# %% wrong "all pictures in one sum" of "mean of the logarithms"
# You gather the weights of all pictures together. Each picture has draws and a bound of its own:
# gather over the draws alone, `dim=0`.
# - return torch.stack(logs).mean(dim=0)
# + logs = torch.stack(logs)
# + return torch.logsumexp(logs.flatten(), dim=0) - math.log(logs.numel())

# %% wrong "the sign" of "mean of the logarithms"
# You return −log p(x), which falls with more draws. Here the bound of log p(x) is wanted; whoever
# prints it, turns the sign.
# - return torch.stack(logs).mean(dim=0)
# + return math.log(samples) - torch.stack(logs).logsumexp(dim=0)

# %% wrong "in bits" of "mean of the logarithms"
# You divide by log 2, which makes bits of it. Stay with nats.
# - return torch.stack(logs).mean(dim=0)
# + return (torch.stack(logs).logsumexp(dim=0) - math.log(samples)) / math.log(2)

# %% accepted "the sign"
# - return torch.logsumexp(torch.stack(log_weights), dim=0) - math.log(samples)
# + return math.log(samples) - torch.logsumexp(torch.stack(log_weights), dim=0)
