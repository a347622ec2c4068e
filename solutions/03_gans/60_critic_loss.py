# %% [markdown]
# ## A critic instead of a judge
#
# **Goal.** Another game: no probabilities, only scores. The critic $f$ scores real points high and
# fakes low, and its loss is the difference of the means:
#
# $$L_f = \frac1M \sum_j f(\text{fake}_j) \;-\; \frac1N \sum_i f(\text{real}_i)$$
#
# | | type | shape | values |
# |---|---|---|---|
# | `real_scores` | float tensor | N | any |
# | `fake_scores` | float tensor | M, perhaps not N | any |
# | result | float tensor | no axes | any: negative is good for the critic |
#
# By hand: real scores 3 and 5, fake scores 1, 1 and 4. The loss is 2 − 4 = −2.
#
# As it stands, the critic could win without end: multiply all scores by ten, and the loss is ten
# times as low. So it must not be steep. *If no slope is greater than 1*, the least possible loss
# is minus the **Wasserstein distance**: by how much, on average, one has to move the fakes to turn
# them into the data. Keeping it from being steep is the next exercise.
#
# **Why it matters.** A judge that is sure gives no slope to those who are far off. A critic does:
# its score goes on falling with the distance, so the fakes always know the way.

# %% exercise points=1 forbid="retouch.models"
def critic_loss(real_scores, fake_scores):
    """The critic's loss: the mean score of the fakes minus that of the real samples.

    Args:
        real_scores: float tensor of N scores.
        fake_scores: float tensor of M scores.

    Returns:
        A float tensor without axes.
    """
    ### BEGIN SOLUTION
    return fake_scores.mean() - real_scores.mean()
    ### END SOLUTION


# %% hint
# Who should get high scores? If the critic does well, is its loss positive or negative?

# %% hint
# `tensor.mean()`, twice.

# %% hint
# The mean of `fake_scores`, minus the mean of `real_scores`.

# %% cases
import torch


def cases(rng):
    def scores(n, mean, spread=1.0):
        return torch.from_numpy(rng.normal(mean, spread, n).astype("float32"))

    yield "a good critic", {"real_scores": scores(5, 4), "fake_scores": scores(3, 1)}
    yield (
        "a bad critic (float64)",
        {
            "real_scores": scores(4, -2).double(),
            "fake_scores": scores(7, 3).double(),
        },
    )
    yield "large scores", {"real_scores": scores(6, 300, 50), "fake_scores": scores(6, -200, 50)}
    yield "one of each", {"real_scores": scores(1, 2), "fake_scores": scores(1, -1)}


# %% observe
import torch


def observe(critic_loss, real_scores, fake_scores):
    real, fake = (scores.clone().requires_grad_() for scores in (real_scores, fake_scores))
    loss = critic_loss(real, fake)
    slopes = [None, None]
    if getattr(loss, "requires_grad", False):
        slopes = torch.autograd.grad(loss.sum(), (real, fake), allow_unused=True)
    slopes = [torch.zeros(3) if slope is None else slope for slope in slopes]
    return {
        "loss": loss,
        "slope for the real scores": slopes[0],
        "slope for the fakes": slopes[1],
    }


# %% right "minus the other difference"
# - return fake_scores.mean() - real_scores.mean()
# + return -(torch.mean(real_scores) - torch.mean(fake_scores))


# %% right "one weighted sum"
def critic_loss(real_scores, fake_scores):
    weights = torch.cat(
        [
            torch.full_like(real_scores, -1 / len(real_scores)),
            torch.full_like(fake_scores, 1 / len(fake_scores)),
        ]
    )
    return weights @ torch.cat([real_scores, fake_scores])


# %% wrong "the sign"
# That is real minus fake, which the critic makes *large*. Its loss is the other way round.
# - return fake_scores.mean() - real_scores.mean()
# + return real_scores.mean() - fake_scores.mean()

# %% wrong "sums"
# You add the scores up, so the loss depends on the size of the batch. Take means.
# - return fake_scores.mean() - real_scores.mean()
# + return fake_scores.sum() - real_scores.sum()

# %% wrong "the size of the difference"
# You take the absolute value, so that a critic which prefers fakes is as good as one which prefers
# real points. Keep the sign.
# - return fake_scores.mean() - real_scores.mean()
# + return (fake_scores.mean() - real_scores.mean()).abs()

# %% wrong "adds the means"
# You add the two means, so the critic pushes *both* down. Subtract that of the real points.
# - return fake_scores.mean() - real_scores.mean()
# + return fake_scores.mean() + real_scores.mean()

# %% wrong "scores as logits"
# That is the cross-entropy of the first exercise. Scores are no logits: just their means count.
# - return fake_scores.mean() - real_scores.mean()
# + return F.softplus(-real_scores).mean() + F.softplus(fake_scores).mean()

# %% wrong "probabilities"
# You put the scores through a sigmoid first. Then far fakes have no slope again, and that was the
# point of it.
# - return fake_scores.mean() - real_scores.mean()
# + return torch.sigmoid(fake_scores).mean() - torch.sigmoid(real_scores).mean()

# %% wrong "squares"
# That is a least-squares loss, with targets 1 and 0. Here it is just the difference of the means.
# - return fake_scores.mean() - real_scores.mean()
# + return (real_scores - 1).square().mean() + fake_scores.square().mean()

# %% wrong "hinge"
# You stop counting beyond ±1, which is the hinge loss, of other networks. Take the means of the
# scores as they are.
# - return fake_scores.mean() - real_scores.mean()
# + return F.relu(1 - real_scores).mean() + F.relu(1 + fake_scores).mean()

# %% wrong "fakes only"
# The real points are missing: the critic would learn to dislike everything. Subtract their mean.
# - return fake_scores.mean() - real_scores.mean()
# + return fake_scores.mean()

# %% wrong "cut off from the scores"
# The value is right, but cut off from the scores (by `.item()`, `.detach()`, `torch.tensor` or
# `no_grad`), so nothing can be learned from it. Return the tensor as it comes.
# - return fake_scores.mean() - real_scores.mean()
# + return (fake_scores.mean() - real_scores.mean()).detach()

# %% accepted "fakes only"
# - return fake_scores.mean() - real_scores.mean()
# + return fake_scores.mean()

# %% accepted "adds the means"
# - return fake_scores.mean() - real_scores.mean()
# + return fake_scores.mean() + real_scores.mean()
# - return fake_scores.mean() - real_scores.mean()
# + return fake_scores.mean() - (-real_scores).mean()

# %% accepted "the sign"
# - return fake_scores.mean() - real_scores.mean()
# + return real_scores.mean() - fake_scores.mean()
