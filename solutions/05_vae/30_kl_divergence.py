# %% [markdown]
# ## What a message costs: the KL divergence
#
# Left alone, the encoder would soon stop being unsure: tiny clouds, far apart, and we would be back
# where we were. So being sure must cost something.
#
# **Goal.** For each picture: how far is its cloud from the *prior*, the standard normal
# distribution that we want to draw from later?
#
# The Kullback–Leibler divergence between two normal distributions has a formula. From
# $\mathcal{N}(\mu, \sigma^2)$ to $\mathcal{N}(0, 1)$, added over the D latent numbers:
#
# $$\mathrm{KL} = \frac12 \sum_{d=1}^{D} \bigl( \mu_d^2 + \sigma_d^2 - 1 - \log \sigma_d^2 \bigr)$$
#
# | | type | shape | values |
# |---|---|---|---|
# | `mu`, `logvar` | float tensors | N×D | logvar is $\log \sigma^2$ |
# | result | float tensor | N | 0 or more, in nats |
#
# By hand, for D = 1: the prior itself ($\mu = 0$, $\log \sigma^2 = 0$) costs 0. A cloud of the same
# width around $\mu = 2$ costs $\tfrac12 \cdot 4 = 2$. A cloud around 0 with $\sigma = 0.1$ costs
# $\tfrac12 (0.01 - 1 + 4.605) = 1.81$.
#
# A **nat** is a unit of information, like the bit, but with natural logarithms: 1 nat is 1.44 bits.
# The KL divergence is how many nats the code tells the decoder about this picture, beyond what it
# knew already. Where the cloud *is* the prior, it tells nothing, and costs nothing.
#
# Closed in this exercise: `retouch.models`, `retouch.recipes` and `torch.distributions`.
#
# **Why it matters.** Each sign and each factor in here moves the balance between a code that says
# much and a space without holes. A VAE with a wrong one still trains, and only looks a bit worse.

# %% exercise points=2 forbid="retouch.models retouch.recipes torch.distributions"
def kl_divergence(mu, logvar):
    """KL divergence of each sample's normal distribution to the standard normal one.

    Args:
        mu: float tensor N×D, the means.
        logvar: float tensor N×D, the logarithms of the variances.

    Returns:
        A float tensor of N values, 0 or more, in nats.
    """
    ### BEGIN SOLUTION
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
    ### END SOLUTION


# %% hint
# Which of the four terms are positive? What comes out for μ = 0 and logvar = 0, and is it what it
# should be?

# %% hint
# $\sigma^2$ is `logvar.exp()`, and $\log \sigma^2$ is `logvar` itself. `.sum(dim=1)` adds over the
# latent numbers and leaves one value for each sample.

# %% hint
# Half of the sum over `dim=1` of: `mu` squared, plus `logvar.exp()`, minus 1, minus `logvar`.

# %% cases
import torch


def cases(rng):
    def case(n, d, mu=1.5, logvar=1.0, dtype=torch.float32):
        return {
            "mu": torch.from_numpy(rng.normal(0, mu, (n, d))).to(dtype),
            "logvar": torch.from_numpy(rng.normal(0, logvar, (n, d))).to(dtype),
        }

    yield "five clouds", case(5, 3)
    yield "one number each (float64)", case(4, 1, dtype=torch.float64)
    yield "as many samples as numbers", case(4, 4)
    yield "the prior itself", {"mu": torch.zeros(2, 6), "logvar": torch.zeros(2, 6)}
    yield "moved, and as wide as the prior", case(3, 2, logvar=0.0)
    yield "very sure", {"mu": case(2, 5)["mu"], "logvar": case(2, 5, logvar=0.5)["mu"] - 12}


# %% observe
import torch


def observe(kl_divergence, mu, logvar):
    mu, logvar = mu.clone().requires_grad_(), logvar.clone().requires_grad_()
    result = kl_divergence(mu, logvar)
    slopes = [torch.zeros_like(mu), torch.zeros_like(mu)]
    if result.requires_grad:
        found = torch.autograd.grad(result.sum(), (mu, logvar), allow_unused=True)
        slopes = [torch.zeros_like(mu) if slope is None else slope for slope in found]
    return {
        "result": result.detach(),
        "slope for mu": slopes[0],
        "slope for logvar": slopes[1],
    }


# %% right "torch.distributions"
def kl_divergence(mu, logvar):
    from torch.distributions import Normal
    from torch.distributions import kl_divergence as divergence

    prior = Normal(torch.zeros_like(mu), torch.ones_like(mu))
    return divergence(Normal(mu, (logvar / 2).exp()), prior).sum(dim=1)


# %% right "the paper's order, sample by sample"
def kl_divergence(mu, logvar):
    values = []
    for m, v in zip(mu, logvar):
        values.append(-0.5 * torch.sum(1 + v - m.pow(2) - v.exp()))
    return torch.stack(values)


# %% right "cross-entropy minus entropy"
def kl_divergence(mu, logvar):
    constant = math.log(2 * math.pi)
    cross = (constant + mu.square() + torch.exp(logvar)) / 2
    entropy = (constant + 1 + logvar) / 2
    return cross.sum(-1) - entropy.sum(-1)


# %% wrong "the sign"
# Yours is negative: minimizing it drives the clouds *away* from the prior, for ever. Change the
# sign.
# - return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# + return 0.5 * (1 + logvar - mu**2 - logvar.exp()).sum(dim=1)

# %% wrong "no half"
# The factor ½ is missing.
# - return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# + return (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)

# %% wrong "mean over the latent numbers"
# You take the mean over the D latent numbers. Each of them costs, so add them.
# - return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# + return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).mean(dim=1)

# %% wrong "mean over the batch"
# You return one number, the mean over the batch. Return one value for each sample; whoever trains
# takes the mean.
# - return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# + return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1).mean()

# %% wrong "sum over everything"
# You add over the batch, too. Return one value for each sample: `sum(dim=1)`.
# - return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# + return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum()

# %% wrong "sum over the samples"
# You add over the samples and keep the latent numbers. The samples are the rows: add along them,
# `dim=1`.
# - return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# + return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=0)

# %% wrong "one value for each number"
# You return the N×D terms. Add over the D latent numbers.
# - return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# + return 0.5 * (mu**2 + logvar.exp() - 1 - logvar)

# %% wrong "a column"
# Your result is N×1. Leave `keepdim` out: N values without another axis.
# - return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# + return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1, keepdim=True)

# %% wrong "logvar read as log σ"
# You take `logvar` for the logarithm of the standard deviation. It is that of the *variance*: σ² is
# `exp(logvar)`.
# - return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# + return 0.5 * (mu**2 + (2 * logvar).exp() - 1 - 2 * logvar).sum(dim=1)

# %% wrong "the standard deviation for the variance"
# You put σ where σ² belongs. `exp(logvar)` is the variance; don't halve the logarithm here.
# - return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# + return 0.5 * (mu**2 + (logvar / 2).exp() - 1 - logvar).sum(dim=1)

# %% wrong "the logarithm halved"
# You put log σ where log σ² belongs. That is `logvar` itself.
# - return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# + return 0.5 * (mu**2 + logvar.exp() - 1 - logvar / 2).sum(dim=1)

# %% wrong "1 is missing"
# The prior itself costs ½ for each number with you. Subtract 1.
# - return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# + return 0.5 * (mu**2 + logvar.exp() - logvar).sum(dim=1)

# %% wrong "1 only once"
# You subtract 1 once for each sample. It belongs to every latent number: put it into the sum.
# - return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# + return 0.5 * ((mu**2 + logvar.exp() - logvar).sum(dim=1) - 1)

# %% wrong "the exponential is missing"
# You put `logvar` where the variance belongs, so it cancels out. σ² is `exp(logvar)`.
# - return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# + return 0.5 * (mu**2 + logvar - 1 - logvar).sum(dim=1)

# %% wrong "the logarithm is missing"
# Without the last term nothing keeps the variance from going to 0. Subtract `logvar`.
# - return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# + return 0.5 * (mu**2 + logvar.exp() - 1).sum(dim=1)

# %% wrong "the logarithm added"
# You add the logarithm of the variance; subtract it. As it is, the cheapest cloud is a point.
# - return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# + return 0.5 * (mu**2 + logvar.exp() - 1 + logvar).sum(dim=1)

# %% wrong "the mean is missing"
# The term μ² is missing, so clouds may lie anywhere for nothing.
# - return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# + return 0.5 * (logvar.exp() - 1 - logvar).sum(dim=1)

# %% wrong "the mean is not squared"
# You add |μ|. The formula has μ².
# - return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# + return 0.5 * (mu.abs() + logvar.exp() - 1 - logvar).sum(dim=1)

# %% wrong "the other way round"
# That is the divergence *from the prior to the cloud*. The KL divergence is not symmetric: from the
# cloud to the prior is wanted.
# - return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# + return 0.5 * ((1 + mu**2) / logvar.exp() - 1 + logvar).sum(dim=1)

# %% wrong "in bits"
# You divide by log 2, which makes bits of it. Stay with nats, as the other half of the loss.
# - return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# + return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1) / math.log(2)

# %% wrong "cut off from the encoder"
# The values are right, but cut off from the encoder, so they teach it nothing. Leave `detach` and
# `no_grad` out.
# - return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# + return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1).detach()

# %% equivalent "a square has no sign"
# - return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# + return 0.5 * ((-mu)**2 + logvar.exp() - 1 - logvar).sum(dim=1)

# %% accepted "the sign"
# - return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# + return -0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# - return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# + return 0.5 * (logvar - (mu ** 2 + logvar.exp() - 1)).sum(dim=1)

# %% accepted "sum over everything"
# - return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# + return 0.5 * (mu ** 2 + logvar.exp() - 1 - logvar).sum()

# %% accepted "one value for each number"
# - return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# + return 0.5 * (mu ** 2 + logvar.exp() - 1 - logvar)

# %% accepted "mean over the latent numbers"
# - return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# + return 0.5 * (mu ** 2 + logvar.exp() - 1 - logvar).mean(dim=1)

# %% accepted "the mean is missing"
# - return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# + return 0.5 * (logvar.exp() - 1 - logvar).sum(dim=1)

# %% accepted "the exponential is missing"
# - return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# + return 0.5 * (mu**2 + logvar - 1 - logvar).sum(dim=1)

# %% accepted "the logarithm added"
# - return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# + return 0.5 * (mu**2 + logvar.exp() - 1 - -logvar).sum(dim=1)

# %% accepted "1 is missing"
# - return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(dim=1)
# + return 0.5 * (mu**2 + logvar.exp() - 0 - logvar).sum(dim=1)


# %% [markdown]
# ### Look at it
#
# One latent number: what its cloud costs, over σ, for three means. Being too unsure costs as well,
# but σ → 0 costs without end: that is what keeps clouds from becoming points.

# %%
sigmas = torch.linspace(0.02, 2.5, 120)
logs = 2 * sigmas.log()[:, None]
plot_curve(
    sigmas.numpy(),
    {f"mean {m}": kl_divergence(torch.full_like(logs, m), logs).numpy() for m in (0.0, 1.0, 2.0)},
    xlabel="standard deviation of the cloud",
    ylabel="KL divergence, nats",
    alt="Three curves, all lowest at standard deviation 1: 0, 0.5 and 2 nats; steep towards 0.",
)
