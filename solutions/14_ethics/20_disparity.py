# %% [markdown]
# ## How far apart?
#
# **Goal.** One number for a whole list of rates: the largest minus the smallest, without those that
# were not measured.
#
# $$\text{disparity} = \max_g r_g - \min_g r_g, \qquad \text{over all } g \text{ where } r_g
#   \text{ is not nan}$$
#
# | | type | shape | values |
# |---|---|---|---|
# | `rates` | float tensor | G | 0 … 1, or nan |
# | result | one number (a float tensor without axes, or a `float`) | | 0 … 1, or nan |
#
# By hand: the disparity of (0.9, nan, 0.25, 0.5) is 0.65. If *every* rate is nan, so is the
# answer: nothing is known. With one known rate it is 0.
#
# **Why it matters.** For true positive rates this is the gap in *equal opportunity*: M. Hardt, E.
# Price and N. Srebro's measure (2016) of how unequally those are treated who deserve a yes. A
# difference between two groups that you picked yourself will miss the third.

# %% exercise points=1 forbid="retouch.ethics"
def disparity(rates):
    """Largest minus smallest rate; nan is ignored, unless there is nothing else.

    Args:
        rates: float tensor of G rates, some of them perhaps nan.

    Returns:
        One number.
    """
    ### BEGIN SOLUTION
    known = rates[~rates.isnan()]
    return known.max() - known.min() if len(known) else rates.sum()
    ### END SOLUTION


# %% hint
# What is `max` of a tensor with a nan in it? Try it. And what should remain if you take all nan
# away?

# %% hint
# `rates.isnan()` is a mask, `~` turns it round. `.max()` of an empty tensor is an error, so ask for
# `len(known)` first. (NumPy's `nanmax` and `nanmin` exist, too.)

# %% hint
# `known = rates[~rates.isnan()]`, then `known.max() - known.min()`; where `known` is empty, return
# `torch.tensor(float("nan"))`.

# %% cases
import numpy as np
import torch

NAN = float("nan")


def cases(rng):
    def rates(*values, dtype=torch.float64):
        shift = rng.uniform(-0.04, 0.04, len(values))
        return {"rates": torch.tensor(np.array(values) + shift, dtype=dtype)}

    yield "in no order", rates(0.6, 0.9, 0.25, 0.5, dtype=torch.float32)
    yield "growing", rates(0.1, 0.3, 0.35, 0.8)
    yield "falling", rates(0.95, 0.5, 0.45, 0.2, 0.3)
    yield "one not measured", rates(0.9, NAN, 0.35, 0.5)
    yield (
        "the first and the last not measured",
        rates(NAN, 0.55, 0.9, 0.7, NAN, dtype=torch.float32),
    )
    yield "one group only", rates(0.4)
    yield "only one measured", rates(NAN, NAN, 0.7)
    yield "none measured", rates(NAN, NAN)
    yield "one of them zero", {"rates": torch.tensor([0.3, 0.0, NAN, float(rng.uniform(0.5, 0.9))])}


# %% observe
def observe(disparity, rates):
    return {"disparity": float(disparity(rates))}


# %% right "with NumPy"
def disparity(rates):
    values = rates.numpy()
    return float(np.nanmax(values) - np.nanmin(values))


# %% right "every pair"
def disparity(rates):
    gaps = (rates[:, None] - rates[None, :]).abs()
    return gaps[~gaps.isnan()].max() if (~gaps.isnan()).any() else torch.tensor(float("nan"))


# %% right "sorted"
def disparity(rates):
    known = sorted(rate for rate in rates.tolist() if rate == rate)
    return known[-1] - known[0] if known else float("nan")


# %% wrong "signed, by order"
# You subtract the last group from the first. Which group has the largest rate is not known
# beforehand, and a disparity has no sign.
# - return known.max() - known.min() if len(known) else rates.sum()
# + return known[0] - known[-1] if len(known) else torch.tensor(float("nan"))

# %% wrong "the first and the last group"
# You compare the first group with the last one only. The groups between count, too.
# - return known.max() - known.min() if len(known) else rates.sum()
# + return (known[0] - known[-1]).abs() if len(known) else torch.tensor(float("nan"))


# %% wrong "a nan spoils it"
# One group that was not measured makes your whole answer nan. Take the nan away first.
def disparity(rates):
    return rates.max() - rates.min()


# %% wrong "nan counts as zero"
# You treat "not measured" as a rate of 0, which makes a huge gap out of nothing. Leave those groups
# out.
def disparity(rates):
    rates = rates.nan_to_num(0.0)
    return rates.max() - rates.min()


# %% wrong "a ratio"
# You divide the smallest by the largest (some laws do: the "four-fifths rule"). Here it is the
# difference.
# - return known.max() - known.min() if len(known) else rates.sum()
# + return known.min() / known.max() if len(known) else torch.tensor(float("nan"))

# %% wrong "a standard deviation"
# You measure the spread around the mean, in which one group among many that fares badly almost
# disappears. Take largest minus smallest.
# - return known.max() - known.min() if len(known) else rates.sum()
# + return known.std(unbiased=False) if len(known) else torch.tensor(float("nan"))

# %% wrong "distance from the mean"
# You take the largest distance from the mean of the rates. Take the distance between the largest
# and the smallest.
# - return known.max() - known.min() if len(known) else rates.sum()
# + return (known - known.mean()).abs().max() if len(known) else torch.tensor(float("nan"))


# %% wrong "neighbours only"
# You compare each group with the next one only, and the two that are farthest apart need not be
# neighbours.
def disparity(rates):
    known = rates[~rates.isnan()]
    if len(known) < 2:
        return known.sum() * 0 if len(known) else torch.tensor(float("nan"))
    return known.diff().abs().max()


# %% wrong "fair when nothing is known"
# Where no group was measured you answer 0, "perfectly fair". Nothing is known there, so the answer
# is nan.
# - return known.max() - known.min() if len(known) else rates.sum()
# + return known.max() - known.min() if len(known) else torch.tensor(0.0)


# %% wrong "ignores zeros, too"
# You drop groups with a rate of 0 together with the unmeasured ones. A zero was measured: it is the
# worst that can happen to a group.
def disparity(rates):
    known = rates[rates > 0]
    return known.max() - known.min() if len(known) else torch.tensor(float("nan"))
