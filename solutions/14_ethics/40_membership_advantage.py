# %% [markdown]
# # Whom does it remember?
#
# ## The advantage of an attacker
#
# **Goal.** How well can somebody who sees only a model's *loss* on a picture tell whether that
# picture was in its training set?
#
# The attack is one line: guess "member" where the loss is at most a threshold $\tau$. (Networks are
# better on what they were trained on, so members have *smaller* losses.) Its advantage is the share
# of members that are found, minus the share of strangers that are accused, at the best threshold
# there is:
#
# $$A = \max_{\tau} \Bigl( \tfrac{1}{N}\,\#\{i : \ell^{\text{train}}_i \le \tau\}
#   \;-\; \tfrac{1}{M}\,\#\{j : \ell^{\text{test}}_j \le \tau\} \Bigr)$$
#
# | | type | shape | values |
# |---|---|---|---|
# | `train_losses` | float tensor | N | any finite number |
# | `test_losses` | float tensor | M, perhaps not N | any finite number |
# | result | one number (a float tensor without axes, or a `float`) | | 0 … 1 |
#
# By hand: train losses 0.1, 0.2, 0.9; test losses 0.5, 0.6, 0.7. At $\tau = 0.2$ two of three
# members are found and nobody is accused: 2/3. At 0.7 it is 2/3 − 1, at 0.9 it is 1 − 1. So
# $A = 2/3$. A threshold below all losses accuses nobody, 0 − 0: the advantage is never negative.
# Losses that are *equal* lie on the same side of every threshold.
#
# **Why it matters.** If the training set is "patients of this clinic", then *having been in it* is
# the secret. S. Yeom and others (2018) define this advantage; R. Shokri and others (2017) showed
# that models on sale had plenty of it.

# %% exercise points=2 forbid="retouch.ethics scipy sklearn"
def membership_advantage(train_losses, test_losses):
    """Largest true positive minus false positive rate of guessing "member" for small losses.

    Args:
        train_losses: float tensor of N losses of members.
        test_losses: float tensor of M losses of strangers.

    Returns:
        One number from 0 (the losses tell nothing) to 1 (they tell all).
    """
    ### BEGIN SOLUTION
    thresholds = torch.cat([train_losses, test_losses])[:, None]
    found = (train_losses <= thresholds).double().mean(dim=1)
    accused = (test_losses <= thresholds).double().mean(dim=1)
    return (found - accused).max().clamp(min=0)
    ### END SOLUTION


# %% hint
# Between two neighbouring losses nothing happens, however you move the threshold. So which
# thresholds are worth trying?

# %% hint
# All losses, of both kinds: `torch.cat`. With `[:, None]` you compare every loss with every
# threshold at once, and `.double().mean(dim=1)` is a share for each threshold.

# %% hint
# `t = torch.cat([train_losses, test_losses])[:, None]`; then the largest of
# `(train_losses <= t).double().mean(dim=1) - (test_losses <= t).double().mean(dim=1)`, and not less
# than 0.

# %% cases
import numpy as np
import torch


def cases(rng):
    def losses(train, test, dtype=torch.float32):
        both = [
            torch.tensor(rng.permutation(np.asarray(part)), dtype=dtype) for part in (train, test)
        ]
        return dict(zip(("train_losses", "test_losses"), both))

    def gamma(shape, scale, n):
        return rng.gamma(shape, scale, n)

    yield "an over-trained model", losses(gamma(1, 0.05, 40), gamma(1, 0.6, 25))
    yield (
        "many more members than strangers (float64)",
        losses(gamma(1, 0.3, 90), gamma(1, 0.7, 12), torch.float64),
    )
    yield "many more strangers than members", losses(gamma(1, 0.3, 10), gamma(1, 0.8, 80))
    # The few members with huge losses drag every mean about, but no threshold.
    heavy = np.concatenate([gamma(1, 0.05, 24), 40 + gamma(2, 5, 6)])
    yield "a few members with huge losses", losses(heavy, gamma(2, 0.5, 30))
    yield "members do worse", losses(gamma(2, 1.0, 20) + 1.0, gamma(2, 0.2, 30))
    ties = rng.integers(0, 4, 30) / 4
    yield "rounded losses, many equal", losses(ties, rng.integers(1, 6, 20) / 4)
    one = float(rng.uniform(0.5, 2))
    yield (
        "told apart without fail",
        losses(one * np.linspace(0.1, 0.4, 9), one * np.linspace(0.5, 3, 14)),
    )
    yield "tiny losses", losses(gamma(1, 1e-6, 30), gamma(1, 1e-5, 20))
    yield "all the same", losses([one] * 5, [one] * 8)


# %% observe
def observe(membership_advantage, train_losses, test_losses):
    return {"advantage": float(membership_advantage(train_losses, test_losses))}


# %% right "along the sorted losses"
def membership_advantage(train_losses, test_losses):
    everything = torch.cat([train_losses, test_losses])
    step = torch.cat(
        [
            torch.full_like(train_losses, 1 / len(train_losses)).double(),
            torch.full_like(test_losses, -1 / len(test_losses)).double(),
        ]
    )
    values, place = everything.unique(return_inverse=True)
    jumps = torch.zeros(len(values), dtype=torch.float64).index_add_(0, place, step)
    return jumps.cumsum(0).max().clamp(min=0)


# %% right "a one-sided Kolmogorov–Smirnov statistic"
def membership_advantage(train_losses, test_losses):
    from scipy.stats import ks_2samp

    return ks_2samp(train_losses.numpy(), test_losses.numpy(), alternative="greater").statistic


# %% right "a plain loop"
def membership_advantage(train_losses, test_losses):
    train, test, best = train_losses.tolist(), test_losses.tolist(), 0.0
    for threshold in train:
        found = sum(loss <= threshold for loss in train) / len(train)
        best = max(best, found - sum(loss <= threshold for loss in test) / len(test))
    return best


# %% wrong "one threshold: the mean training loss"
# You try a single threshold, the members' mean loss, which a few large losses spoil. Take the best
# of all thresholds.
def membership_advantage(train_losses, test_losses):
    threshold = train_losses.mean()
    found = (train_losses <= threshold).double().mean()
    return (found - (test_losses <= threshold).double().mean()).clamp(min=0)


# %% wrong "one threshold in the middle"
# You try a single threshold, the median of all losses. Take the best of all thresholds.
def membership_advantage(train_losses, test_losses):
    threshold = torch.cat([train_losses, test_losses]).median()
    found = (train_losses <= threshold).double().mean()
    return (found - (test_losses <= threshold).double().mean()).clamp(min=0)


# %% wrong "accuracy"
# You return the share of right guesses at the best threshold. With nine members to one stranger
# "always member" has 90 %: subtract the two *rates* instead.
def membership_advantage(train_losses, test_losses):
    thresholds = torch.cat([train_losses, test_losses])[:, None]
    right = (train_losses <= thresholds).sum(1) + (test_losses > thresholds).sum(1)
    return right.max().double() / len(thresholds)


# %% wrong "balanced accuracy"
# You return the mean of the two rates of right guesses, which is ½ + A/2. The advantage is the true
# positive minus the false positive rate.
# - return (found - accused).max().clamp(min=0)
# + return 0.5 + (found - accused).max().clamp(min=0) / 2


# %% wrong "the sign"
# You call large losses members. It is the other way round: a network is better on what it has
# seen.
def membership_advantage(train_losses, test_losses):
    thresholds = torch.cat([train_losses, test_losses])[:, None]
    found = (train_losses >= thresholds).double().mean(dim=1)
    accused = (test_losses >= thresholds).double().mean(dim=1)
    return (found - accused).max().clamp(min=0)


# %% wrong "both directions"
# You take the largest difference of either sign. The attack guesses "member" for *small* losses; if
# members do worse, it has no advantage.
# - return (found - accused).max().clamp(min=0)
# + return (found - accused).abs().max()

# %% wrong "thresholds at the test losses only"
# You try only the strangers' losses as thresholds, and at each of them at least one stranger is
# accused. The best threshold is a member's loss.
# - thresholds = torch.cat([train_losses, test_losses])[:, None]
# + thresholds = test_losses[:, None]


# %% wrong "counts instead of rates"
# You subtract *numbers* of pictures and divide by all. Divide each by the size of its own group
# first: N members, M strangers.
def membership_advantage(train_losses, test_losses):
    thresholds = torch.cat([train_losses, test_losses])[:, None]
    found = (train_losses <= thresholds).sum(dim=1)
    accused = (test_losses <= thresholds).sum(dim=1)
    return (found - accused).max().clamp(min=0) / len(thresholds)


# %% wrong "the gap between the mean losses"
# You subtract the mean losses. That is the generalization gap, in nats; the advantage is a
# difference of two shares.
def membership_advantage(train_losses, test_losses):
    return test_losses.mean() - train_losses.mean()


# %% wrong "the area under the curve"
# You return how often a member's loss is smaller than a stranger's: the area under the ROC curve.
# The advantage is the largest height of that curve over the diagonal.
def membership_advantage(train_losses, test_losses):
    less = (train_losses[:, None] < test_losses).double()
    return (less + 0.5 * (train_losses[:, None] == test_losses)).mean()


# %% wrong "a grid of thresholds"
# You try a hundred thresholds between 0 and 10, and the losses may all lie between two of them. The
# losses themselves are the thresholds to try.
# - thresholds = torch.cat([train_losses, test_losses])[:, None]
# + thresholds = torch.linspace(0, 10, 101)[:, None]


# %% wrong "equal losses on both sides"
# You sort all losses and add up one by one, so members come before strangers that have the *same*
# loss. No threshold can part equal losses.
def membership_advantage(train_losses, test_losses):
    losses = torch.cat([train_losses, test_losses])
    step = torch.cat(
        [
            torch.full_like(train_losses, 1 / len(train_losses)),
            torch.full_like(test_losses, -1 / len(test_losses)),
        ]
    )
    return step[losses.argsort(stable=True)].cumsum(0).max().clamp(min=0)


# %% wrong "only the true positives"
# You return the share of members found at some threshold, which is 1 if you accuse everybody.
# Subtract the share of strangers who are accused.
def membership_advantage(train_losses, test_losses):
    thresholds = torch.cat([train_losses, test_losses])[:, None]
    return (train_losses <= thresholds).double().mean(dim=1).max()
