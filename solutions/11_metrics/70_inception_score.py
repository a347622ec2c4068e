# %% [markdown]
# ## The Inception Score
#
# **Goal.** Ask a classifier. It should be *sure* of each single picture, and all of them together
# should be of *many* classes.
#
# Let $p(y \mid x_i)$ be its probabilities for picture $i$, and $p(y)$ their mean over the pictures
# of one split. For each split:
#
# $$\text{score} = \exp \Bigl( \frac1n \sum_i \mathrm{KL}\bigl( p(y \mid x_i) \,\Vert\, p(y) \bigr)
#   \Bigr) \qquad
#   \mathrm{KL}(p \,\Vert\, q) = \sum_y p(y) \log \frac{p(y)}{q(y)}$$
#
# The result is the mean of the splits' scores. The splits are consecutive and of one size.
#
# | | type | shape | values |
# |---|---|---|---|
# | `probabilities` | float tensor | N×K, one row per picture | 0 … 1, each row adds up to 1 |
# | `splits` | `int` | | divides N |
# | result | float tensor | no axes | 1 … K |
#
# By hand, one split, two pictures, two classes: rows (1, 0) and (0, 1). The mean is (½, ½), each KL
# is $1 \cdot \log(1 / \tfrac12) = \log 2$ (with $0 \log 0 = 0$), and the score is 2: sure, and of
# both classes. Rows (1, 0) and (1, 0): the score is 1.
#
# **Why it matters.** It needs no real pictures at all, and that is its flaw, too: nobody asks
# whether the pictures look like the data. You will see what comes of it.

# %% exercise points=2 forbid="retouch.metrics torchmetrics scipy"
def inception_score(probabilities, splits=10):
    """Mean over splits of exp(mean KL(p(y|x) ‖ p(y))).

    Args:
        probabilities: float tensor N×K, a row of class probabilities for each image.
        splits: number of equal, consecutive parts; divides N.

    Returns:
        A float tensor without axes, from 1 to K.
    """
    ### BEGIN SOLUTION
    scores = []
    for part in probabilities.chunk(splits):
        marginal = part.mean(dim=0)
        divergence = torch.xlogy(part, part) - torch.xlogy(part, marginal)
        scores.append(divergence.sum(dim=1).mean().exp())
    return torch.stack(scores).mean()
    ### END SOLUTION


# %% hint
# Of which pictures is p(y) the mean: of all, or of the split's? And what is 0 · log 0 in a
# computer?

# %% hint
# `probabilities.chunk(splits)` gives the parts. `torch.xlogy(p, q)` is p log q, and 0 where p is 0.

# %% hint
# For each part: `marginal = part.mean(dim=0)`, then
# `(torch.xlogy(part, part) - torch.xlogy(part, marginal)).sum(dim=1).mean().exp()`. The result is
# the mean of these.

# %% cases
import numpy as np
import torch


def cases(rng):
    def rows(n, k, alpha, dtype="float32"):
        return torch.from_numpy(rng.dirichlet(np.full(k, alpha), n).astype(dtype))

    yield "one split", {"probabilities": rows(6, 4, 0.4), "splits": 1}
    yield "three splits", {"probabilities": rows(12, 5, 0.3), "splits": 3}
    yield "quite sure (float64)", {"probabilities": rows(8, 3, 0.05, "float64"), "splits": 2}
    kinds = rng.permutation(np.arange(10) % 5)
    yield (
        "quite sure of every class, exactly 0 and 1",
        {"probabilities": torch.eye(5)[torch.from_numpy(kinds)], "splits": 2},
    )
    yield "sorted by class", {"probabilities": torch.eye(4).repeat_interleave(3, 0), "splits": 4}
    yield "no idea", {"probabilities": torch.full((6, 4), 0.25), "splits": 3}


# %% right "entropy of the mean minus mean of the entropies"
def inception_score(probabilities, splits=10):
    n, k = probabilities.shape
    parts = probabilities.reshape(splits, n // splits, k)

    def entropy(p):
        return torch.special.entr(p).sum(-1)

    return (entropy(parts.mean(1)) - entropy(parts).mean(1)).exp().mean()


# %% right "with F.kl_div"
def inception_score(probabilities, splits=10):
    scores = []
    for part in torch.split(probabilities, len(probabilities) // splits):
        marginal = part.mean(0, keepdim=True).expand_as(part)
        scores.append(torch.exp(F.kl_div((marginal + 1e-30).log(), part, reduction="batchmean")))
    return sum(scores) / splits


# %% right "with a very small number in the logarithms"
def inception_score(probabilities, splits=10):
    scores = []
    for part in probabilities.double().chunk(splits):
        marginal = part.mean(0)
        kl = part * (torch.log(part + 1e-16) - torch.log(marginal + 1e-16))
        scores.append(kl.sum(1).mean().exp())
    return torch.stack(scores).mean().to(probabilities.dtype)


# %% wrong "no exponential"
# You return the mean divergence, the logarithm of the score. Take `exp` of each split's.
def inception_score(probabilities, splits=10):
    scores = []
    for part in probabilities.chunk(splits):
        marginal = part.mean(0)
        kl = (torch.xlogy(part, part) - torch.xlogy(part, marginal)).sum(1)
        scores.append(kl.mean())
    return torch.stack(scores).mean()


# %% wrong "base 2"
# You take the logarithm to the base 2, but the exponential to the base e.
def inception_score(probabilities, splits=10):
    scores = []
    for part in probabilities.chunk(splits):
        marginal = part.mean(0)
        kl = (torch.xlogy(part, part) - torch.xlogy(part, marginal)).sum(1) / math.log(2)
        scores.append(kl.mean().exp())
    return torch.stack(scores).mean()


# %% wrong "exponential of each picture" of "no exponential"
# You take the exponential of each picture's divergence, then the mean. The mean comes first.
# - scores.append(kl.mean())
# + scores.append(kl.exp().mean())


# %% wrong "exponential at the end"
# You average the splits' divergences and take one exponential of that. Each split has a score of
# its own, and the scores are averaged.
def inception_score(probabilities, splits=10):
    divergences = []
    for part in probabilities.chunk(splits):
        kl = (torch.xlogy(part, part) - torch.xlogy(part, part.mean(0))).sum(1)
        divergences.append(kl.mean())
    return torch.stack(divergences).mean().exp()


# %% wrong "mean over all splits" of "splits ignored"
# Your p(y) is the mean over *all* pictures. Each split has its own.
# - for part in [probabilities]:
# -     marginal = part.mean(0)
# + for part in probabilities.chunk(splits):
# +     marginal = probabilities.mean(0)


# %% wrong "splits ignored"
# You score all pictures at once. Score each split, and take the mean.
def inception_score(probabilities, splits=10):
    scores = []
    for part in [probabilities]:
        marginal = part.mean(0)
        kl = (torch.xlogy(part, part) - torch.xlogy(part, marginal)).sum(1)
        scores.append(kl.mean().exp())
    return torch.stack(scores).mean()


# %% wrong "every k-th picture" of "splits ignored"
# Your splits take every k-th picture. They are consecutive: `probabilities.chunk(splits)`.
# - for part in [probabilities]:
# + for part in (probabilities[k::splits] for k in range(splits)):

# %% wrong "splits of a wrong size" of "splits ignored"
# You make parts of `splits` pictures each. `splits` is the number of parts.
# - for part in [probabilities]:
# + for part in probabilities.split(splits):

# %% wrong "divergence the other way round" of "base 2"
# You take KL(p(y) ‖ p(y|x)). It is infinite where a picture excludes a class; p(y|x) comes first.
# - kl = (torch.xlogy(part, part) - torch.xlogy(part, marginal)).sum(1) / math.log(2)
# + kl = (torch.xlogy(marginal, marginal) - torch.xlogy(marginal, part)).sum(1)

# %% wrong "entropy of the mean only" of "base 2"
# You only ask whether the classes are spread evenly. A classifier that has no idea of any picture
# gets the full score then.
# - kl = (torch.xlogy(part, part) - torch.xlogy(part, marginal)).sum(1) / math.log(2)
# + kl = -torch.xlogy(marginal, marginal).sum(0, keepdim=True)

# %% wrong "entropy of one picture" of "base 2"
# You only ask whether single pictures are certain. One picture over and over gets the best score
# then: compare with p(y).
# - marginal = part.mean(0)
# - kl = (torch.xlogy(part, part) - torch.xlogy(part, marginal)).sum(1) / math.log(2)
# + kl = -torch.xlogy(part, part).sum(1)

# %% wrong "compared with even classes" of "splits ignored"
# You compare with even classes, 1/K, in place of p(y). (Did you average over the classes?) Take the
# mean over the split's pictures, one number per class.
# - for part in [probabilities]:
# -     marginal = part.mean(0)
# + for part in probabilities.chunk(splits):
# +     marginal = torch.full_like(part[0], 1 / part.shape[1])

# %% wrong "the sign" of "base 2"
# Your divergence is negative, and the score below 1. KL is p log(p/q), p's own logarithm first.
# - kl = (torch.xlogy(part, part) - torch.xlogy(part, marginal)).sum(1) / math.log(2)
# + kl = (torch.xlogy(part, marginal) - torch.xlogy(part, part)).sum(1)

# %% wrong "mean over the classes" of "base 2"
# You average over the classes. KL is a *sum* over them.
# - kl = (torch.xlogy(part, part) - torch.xlogy(part, marginal)).sum(1) / math.log(2)
# + kl = (torch.xlogy(part, part) - torch.xlogy(part, marginal)).mean(1)

# %% wrong "sum over the pictures" of "no exponential"
# You add up the pictures' divergences. Take their mean.
# - scores.append(kl.mean())
# + scores.append(kl.sum().exp())

# %% wrong "zero times the logarithm of zero" of "base 2"
# 0 · log 0 is 0 · (−∞) = NaN in a computer. Use `torch.xlogy`, which makes 0 of it.
# - kl = (torch.xlogy(part, part) - torch.xlogy(part, marginal)).sum(1) / math.log(2)
# + kl = (part * (part.log() - marginal.log())).sum(1)

# %% wrong "softmax of probabilities" of "splits ignored"
# You apply softmax to what are probabilities already. Take them as they are.
# - for part in [probabilities]:
# + for part in probabilities.softmax(1).chunk(splits):

# %% wrong "best split" of "splits ignored"
# You return the best split's score. Return their mean.
# - for part in [probabilities]:
# + for part in probabilities.chunk(splits):
# - return torch.stack(scores).mean()
# + return torch.stack(scores).max()

# %% accepted "sum over the pictures"
# - scores.append(divergence.sum(dim=1).mean().exp())
# + scores.append(divergence.sum().mean().exp())

# %% accepted "mean over the classes"
# - scores.append(divergence.sum(dim=1).mean().exp())
# + scores.append(divergence.mean().exp())

# %% accepted "the sign"
# - divergence = torch.xlogy(part, part) - torch.xlogy(part, marginal)
# + divergence = torch.xlogy(part, marginal) - torch.xlogy(part, part)

# %% accepted "compared with even classes"
# - marginal = part.mean(dim=0)
# + marginal = part.mean()

# %% accepted "exponential of each picture"
# - scores.append(divergence.sum(dim=1).mean().exp())
# + scores.append(divergence.sum(dim=1).exp())
