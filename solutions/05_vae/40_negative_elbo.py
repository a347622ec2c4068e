# %% [markdown]
# ## The whole loss: the negative ELBO
#
# **Goal.** One number for a batch: how many nats it takes to describe a picture, by way of the
# code.
#
# 1. **The code**, sent for the price of the last exercise: $\mathrm{KL}_i$.
# 2. **The rest**, which the code did not say. Let pixels be 0 or 1, and let the decoder say for
#    each of them, by a logit $l$, how probable a 1 is: $p = \sigma(l)$. Then the picture $x$ costs
#    $-\log p(x \mid z)$: for each pixel $-\log p$ if it is 1 and $-\log(1 - p)$ if it is 0. That is
#    the binary cross-entropy that you know, *added up over all pixels* of the picture.
#
# $$L = \frac1N \sum_{i=1}^{N} \Bigl[ \underbrace{\sum_{\text{pixels}} \mathrm{BCE}(l_i, x_i)}
#   _{\text{reconstruction}} \;+\; \beta \cdot \mathrm{KL}_i \Bigr]$$
#
# With $\beta = 1$ the result, with its sign turned, is the *evidence lower bound* (ELBO): on
# average $\log p(x)$ is never below it. With another $\beta$ you pay more or less for the code, and
# no bound is promised.
#
# | | type | shape | values |
# |---|---|---|---|
# | `logits` | float tensor | N×C×H×W | any; ±100 happens |
# | `images` | float tensor | N×C×H×W | 0 or 1; gray values work, too |
# | `mu`, `logvar` | float tensors | N×D | of the clouds |
# | `beta` | `float` | | 0 or more; 1 unless given |
# | result | float tensor | no axes | in nats for each picture |
#
# By hand: 28×28 pixels, all logits 0, the clouds equal to the prior. That is a decoder that knows
# nothing: $784 \cdot \log 2 = 543.4$ nats. A code that costs 10 nats and halves the rest has
# brought it down to 281.7.
#
# **The trap.** `F.mse_loss` and the cross-entropies take the *mean* over everything, unless told.
# The mean over 784 pixels makes the reconstruction 784 times too small beside the KL. Then it is
# best to say nothing at all, and your network will find out.
#
# Closed in this exercise: `retouch.models`, `retouch.recipes` and `torch.distributions`; your own
# `kl_divergence` is there to be called.
#
# **Why it matters.** It trains a model of pictures without a judge. And it has a unit, so you can
# compare yours with others', which no loss of a GAN allows.

# %% exercise points=2 forbid="retouch.models retouch.recipes torch.distributions"
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    """Reconstruction plus beta times KL divergence, each added up per sample; batch mean.

    Args:
        logits: float tensor N×C×H×W, the decoder's answer.
        images: float tensor N×C×H×W, in [0, 1].
        mu, logvar: float tensors N×D, the encoder's answer.
        beta: weight of the KL divergence.

    Returns:
        A float tensor without axes, in nats; finite for any finite logits.
    """
    ### BEGIN SOLUTION
    pixels = F.binary_cross_entropy_with_logits(logits, images, reduction="none")
    rest = pixels.flatten(1).sum(dim=1)
    return (rest + beta * kl_divergence(mu, logvar)).mean()
    ### END SOLUTION


# %% hint
# What has one value for each *pixel*, what has one for each *picture*, and over what is the mean in
# the end?

# %% hint
# `F.binary_cross_entropy_with_logits(logits, images, reduction="none")` keeps one value for each
# pixel. `.flatten(1).sum(dim=1)` makes one for each picture of it. `kl_divergence` gives you the
# other half.

# %% hint
# For each picture: the summed cross-entropy of its pixels, plus `beta * kl_divergence(mu, logvar)`.
# Both are N numbers. Return the `.mean()` of their sum.

# %% cases
import torch


def cases(rng):
    def case(shape, d, beta, spread=2.0, binary=True, dtype=torch.float32):
        gray = rng.uniform(0, 1, shape)
        values = {
            "logits": rng.normal(0.5, spread, shape),
            "images": (gray > 0.6) if binary else gray,
            "mu": rng.normal(0.7, 1.5, (shape[0], d)),
            "logvar": rng.normal(-0.5, 1, (shape[0], d)),
        }
        tensors = {name: torch.from_numpy(value).to(dtype) for name, value in values.items()}
        return {**tensors, "beta": beta}

    yield "black and white pictures, beta 1", case((3, 2, 5, 4), 6, 1.0)
    yield "beta 4 (float64)", case((4, 1, 3, 6), 2, 4.0, dtype=torch.float64)
    yield "beta 0", case((2, 3, 4, 5), 3, 0.0)
    yield "gray pictures, beta 0.5", case((5, 1, 6, 3), 4, 0.5, binary=False)
    yield "the decoder is very sure, and often wrong", case((3, 1, 4, 6), 2, 1.0, spread=150.0)
    nothing = {
        "logits": torch.zeros(2, 1, 7, 5),
        "images": torch.from_numpy(rng.integers(0, 2, (2, 1, 7, 5))).float(),
        "mu": torch.zeros(2, 3),
        "logvar": torch.zeros(2, 3),
        "beta": 1.0,
    }
    yield "it knows nothing", nothing


# %% observe
import torch


def observe(negative_elbo, logits, images, mu, logvar, beta):
    weights = [tensor.clone().requires_grad_() for tensor in (logits, mu, logvar)]
    loss = negative_elbo(weights[0], images, *weights[1:], beta)
    slopes = [torch.zeros_like(weight) for weight in weights]
    if loss.requires_grad:
        found = torch.autograd.grad(loss.sum(), weights, allow_unused=True)
        slopes = [zero if slope is None else slope for zero, slope in zip(slopes, found)]
    unweighted = {}
    if beta == 1:
        default = negative_elbo(logits, images, mu, logvar)
        unweighted = {"loss when no beta is given": default.detach()}
    return {
        "loss": loss.detach(),
        "slope for the logits": slopes[0],
        "slope for mu": slopes[1],
        "slope for logvar": slopes[2],
        **unweighted,
    }


# %% right "torch.distributions"
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    from torch.distributions import Bernoulli, Independent, Normal
    from torch.distributions import kl_divergence as divergence

    pixels = Independent(Bernoulli(logits=logits, validate_args=False), 3, validate_args=False)
    cloud = Independent(Normal(mu, (logvar / 2).exp()), 1)
    prior = Independent(Normal(torch.zeros_like(mu), torch.ones_like(mu)), 1)
    return torch.mean(beta * divergence(cloud, prior) - pixels.log_prob(images))


# %% right "two sums, divided by N"
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    rest = F.binary_cross_entropy_with_logits(logits, images, reduction="sum")
    code = -0.5 * (1 + logvar - mu.pow(2) - logvar.exp()).sum()
    return (rest + beta * code) / logits.shape[0]


# %% right "softplus"
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    rest = (F.softplus(logits) - images * logits).sum(dim=(1, 2, 3)).mean()
    return rest + beta * kl_divergence(mu, logvar).mean()


# %% wrong "mean over the pixels"
# The reconstruction is a mean over the pixels, so the KL outweighs it by far and the code will stay
# empty. Add up the pixels of each picture.
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    rest = F.binary_cross_entropy_with_logits(logits, images)
    return rest + beta * kl_divergence(mu, logvar).mean()


# %% wrong "means of everything"
# You take the mean over the pixels *and* over the latent numbers. Both are added up for each
# picture; the mean is over the batch only.
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    rest = F.binary_cross_entropy_with_logits(logits, images)
    return rest + beta * kl_divergence(mu, logvar).mean() / mu.shape[1]


# %% wrong "KL as a mean over the latent numbers"
# You divide the KL divergence by the number of latent numbers. Each of them costs: add them.
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    rest = F.binary_cross_entropy_with_logits(logits, images, reduction="none").flatten(1).sum(1)
    return (rest + beta * kl_divergence(mu, logvar) / mu.shape[1]).mean()


# %% wrong "KL divided by the pixels"
# You divide the KL divergence by the number of pixels, but not the reconstruction. Leave both as
# sums.
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    rest = F.binary_cross_entropy_with_logits(logits, images, reduction="none").flatten(1).sum(1)
    return (rest + beta * kl_divergence(mu, logvar) / logits[0].numel()).mean()


# %% wrong "sum over the batch"
# You add over the batch, too. Many programs do, but then the loss (and each step) grows with the
# batch: take the mean over the N pictures.
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    rest = F.binary_cross_entropy_with_logits(logits, images, reduction="sum")
    return rest + beta * kl_divergence(mu, logvar).sum()


# %% wrong "KL added over the batch"
# The reconstruction is a mean over the batch, the KL divergence a sum, so the code costs N times
# too much. Take the mean of both.
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    rest = F.binary_cross_entropy_with_logits(logits, images, reduction="sum") / len(images)
    return rest + beta * kl_divergence(mu, logvar).sum()


# %% wrong "reconstruction added over the batch"
# The reconstruction is a sum over the batch, the KL divergence a mean, so the code is N times too
# cheap. Take the mean of both.
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    rest = F.binary_cross_entropy_with_logits(logits, images, reduction="sum")
    return rest + beta * kl_divergence(mu, logvar).mean()


# %% wrong "one value for each picture"
# You return N numbers. The loss is their mean.
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    rest = F.binary_cross_entropy_with_logits(logits, images, reduction="none").flatten(1).sum(1)
    return rest + beta * kl_divergence(mu, logvar)


# %% wrong "beta ignored"
# `beta` has no influence. Multiply the KL divergence by it.
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    rest = F.binary_cross_entropy_with_logits(logits, images, reduction="none").flatten(1).sum(1)
    return (rest + kl_divergence(mu, logvar)).mean()


# %% wrong "beta on the wrong term"
# You weight the reconstruction. `beta` belongs to the KL divergence.
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    rest = F.binary_cross_entropy_with_logits(logits, images, reduction="none").flatten(1).sum(1)
    return (beta * rest + kl_divergence(mu, logvar)).mean()


# %% wrong "beta on both terms"
# You weight the sum of both. `beta` belongs to the KL divergence alone.
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    rest = F.binary_cross_entropy_with_logits(logits, images, reduction="none").flatten(1).sum(1)
    return beta * (rest + kl_divergence(mu, logvar)).mean()


# %% wrong "a blend of the two"
# You give (1 − β) of the reconstruction and β of the KL divergence. The reconstruction always
# counts in full.
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    rest = F.binary_cross_entropy_with_logits(logits, images, reduction="none").flatten(1).sum(1)
    return ((1 - beta) * rest + beta * kl_divergence(mu, logvar)).mean()


# %% wrong "reconstruction only"
# The KL divergence is missing: this trains an ordinary autoencoder.
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    rest = F.binary_cross_entropy_with_logits(logits, images, reduction="none").flatten(1).sum(1)
    return (rest + 0 * kl_divergence(mu, logvar)).mean()


# %% wrong "KL subtracted"
# You subtract the KL divergence, so the loss rewards codes that are far from the prior. Both are
# costs: add them.
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    rest = F.binary_cross_entropy_with_logits(logits, images, reduction="none").flatten(1).sum(1)
    return (rest - beta * kl_divergence(mu, logvar)).mean()


# %% wrong "the ELBO itself"
# That is the ELBO, which is *maximized*. A loss is minimized: turn the sign.
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    rest = F.binary_cross_entropy_with_logits(logits, images, reduction="none").flatten(1).sum(1)
    return -(rest + beta * kl_divergence(mu, logvar)).mean()


# %% wrong "cross-entropy of probabilities"
# `F.binary_cross_entropy` of a sigmoid is capped at 100 for each pixel, and its slope is lost
# there. Give the logits to `F.binary_cross_entropy_with_logits`.
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    rest = F.binary_cross_entropy(logits.sigmoid(), images, reduction="none").flatten(1).sum(1)
    return (rest + beta * kl_divergence(mu, logvar)).mean()


# %% wrong "a small number in the logarithm"
# 1e-8 in the logarithm prevents −∞, but caps the loss of a pixel at 18 and kills the slope where
# the decoder is most wrong. Use `F.binary_cross_entropy_with_logits`.
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    p = logits.sigmoid()
    each = images * torch.log(p + 1e-8) + (1 - images) * torch.log(1 - p + 1e-8)
    return (beta * kl_divergence(mu, logvar) - each.flatten(1).sum(1)).mean()


# %% wrong "two sigmoids"
# You take the sigmoid, and the loss "with logits" takes another one. Give it the logits.
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    p = torch.sigmoid(logits)
    rest = F.binary_cross_entropy_with_logits(p, images, reduction="none").flatten(1).sum(1)
    return (rest + beta * kl_divergence(mu, logvar)).mean()


# %% wrong "squared errors"
# Squared errors belong to pixels with normal noise, and are no probability of a 0 or a 1. Use the
# binary cross-entropy.
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    rest = (logits.sigmoid() - images).square().flatten(1).sum(1)
    return (rest + beta * kl_divergence(mu, logvar)).mean()


# %% wrong "squared errors of the logits"
# You compare logits with pixels. A logit has to go through the sigmoid, which the binary
# cross-entropy with logits does for you.
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    rest = (logits - images).square().flatten(1).sum(1)
    return (rest + beta * kl_divergence(mu, logvar)).mean()


# %% wrong "logits and pictures swapped"
# You gave the pictures as logits and the logits as labels. The logits come first.
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    each = F.binary_cross_entropy_with_logits(images, logits, reduction="none")
    return (each.flatten(1).sum(1) + beta * kl_divergence(mu, logvar)).mean()


# %% wrong "only where the picture is white"
# Black pixels cost nothing with you, so an all-white answer is perfect. The term $(1 - x)\log(1 -
# p)$ is missing.
def negative_elbo(logits, images, mu, logvar, beta=1.0):
    rest = -(images * F.logsigmoid(logits)).flatten(1).sum(1)
    return (rest + beta * kl_divergence(mu, logvar)).mean()


# %% equivalent "the divergence depends on the square of the mean"
# - return (rest + beta * kl_divergence(mu, logvar)).mean()
# + return (rest + beta * kl_divergence(-mu, logvar)).mean()

# %% accepted "KL subtracted"
# - return (rest + beta * kl_divergence(mu, logvar)).mean()
# + return (rest - beta * kl_divergence(mu, logvar)).mean()
# - return (rest + beta * kl_divergence(mu, logvar)).mean()
# + return (rest + -beta * kl_divergence(mu, logvar)).mean()

# %% accepted "reconstruction added over the batch"
# - rest = pixels.flatten(1).sum(dim=1)
# + rest = pixels.flatten(1).sum()

# %% accepted "logits and pictures swapped"
# - pixels = F.binary_cross_entropy_with_logits(logits, images, reduction="none")
# + pixels = F.binary_cross_entropy_with_logits(images, logits, reduction='none')

# %% accepted "sum over the batch"
# - return (rest + beta * kl_divergence(mu, logvar)).mean()
# + return (rest + beta * kl_divergence(mu, logvar)).sum()

# %% accepted "mean over the pixels"
# - rest = pixels.flatten(1).sum(dim=1)
# + rest = pixels.flatten(1).mean(dim=1)

# %% accepted "one value for each picture"
# - return (rest + beta * kl_divergence(mu, logvar)).mean()
# + return rest + beta * kl_divergence(mu, logvar)
