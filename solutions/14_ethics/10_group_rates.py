# %% [markdown]
# # Whom does it fail?
#
# ## Rates, group by group
#
# **Goal.** How often a classifier says yes where the answer is yes, and where it is no: for each
# group of people (or pictures) on its own.
#
# $$\text{TPR}_g = \frac{\#\{\hat y = 1,\, y = 1,\, \text{in } g\}}{\#\{y = 1,\, \text{in } g\}}
#   \qquad
#   \text{FPR}_g = \frac{\#\{\hat y = 1,\, y = 0,\, \text{in } g\}}{\#\{y = 0,\, \text{in } g\}}$$
#
# In words: of those in group $g$ who *should* get a yes, the share who do (true positive rate); of
# those who should not, the share who get one all the same (false positive rate). What you divide by
# comes from the **truth**, never from the prediction.
#
# | | type | shape | values |
# |---|---|---|---|
# | `truth`, `prediction` | integer tensors | N | 0 or 1 |
# | `group` | integer tensor | N | 0 … G − 1 |
# | result | two float tensors, as a tuple | G each | 0 … 1, or nan |
#
# $G$ is the largest number in `group`, plus one. A number that nobody has keeps its place.
# Entry $g$ is always group $g$.
#
# By hand: group 0 has truths 1, 1, 0 and predictions 1, 0, 1; group 1 has one case, truth 1,
# prediction 1. The true positive rates are (0.5, 1), the false positive rates (1, **nan**): of
# group 1 nobody was there who could have had a false alarm. 0/0 is not zero. Zero would say "no
# false alarms, very fair"; nan says "not measured".
#
# **Why it matters.** An accuracy of 95 % can be 100 % for nineteen people in twenty and 0 % for the
# twentieth. In 2018 J. Buolamwini and T. Gebru measured three face classifiers that were on sale:
# at most 0.8 % errors for lighter-skinned men, up to 34.7 % for darker-skinned women. Nobody had
# looked group by group.

# %% exercise points=2 forbid="retouch.ethics sklearn"
def group_rates(truth, prediction, group):
    """True and false positive rate of each group.

    Args:
        truth, prediction: integer tensors of N values, 0 or 1.
        group: integer tensor of N values; groups are numbered 0 … G − 1.

    Returns:
        Two float tensors of G values: true positive rates, false positive rates; nan where a
        group has no case of that kind.
    """
    ### BEGIN SOLUTION
    groups = int(group.max()) + 1
    rates = []
    for actual in (1, 0):
        cases = torch.bincount(group[truth == actual], minlength=groups).double()
        yes = torch.bincount(group[(truth == actual) & (prediction == 1)], minlength=groups)
        rates.append(yes / cases)
    return tuple(rates)
    ### END SOLUTION


# %% hint
# Take group 0 and the true positive rate. Which cases do you divide by, and does the prediction
# have any say in which they are?

# %% hint
# Masks can be joined: `(group == g) & (truth == 1)`. The mean of an *empty* float tensor is nan,
# which is just what you want. Or `torch.bincount(group[mask], minlength=groups)` for all groups at
# once.

# %% hint
# For each `actual` in `(1, 0)` and each `g` in `range(int(group.max()) + 1)`:
# `prediction[(group == g) & (truth == actual)].double().mean()`. Stack the numbers of each rate
# with `torch.stack`.

# %% cases
import torch


def cases(rng):
    def people(counts, right, dtype=torch.int64):
        """counts[g] = (with truth 1, with truth 0); right[g] = chance of a yes for each."""
        rows = []
        for g, (numbers, chances) in enumerate(zip(counts, right)):
            for actual, number, chance in zip((1, 0), numbers, chances):
                yes = round(number * (chance + rng.uniform(-0.06, 0.06)))
                rows += [(actual, int(i < yes), g) for i in range(number)]
        table = torch.tensor(rows)[torch.from_numpy(rng.permutation(len(rows)))].to(dtype)
        return dict(zip(("truth", "prediction", "group"), table.T.contiguous()))

    yield "two groups", people([(30, 70), (50, 20)], [(0.9, 0.1), (0.4, 0.35)])
    yield (
        "three groups of different size",
        people([(60, 25), (17, 40), (20, 18)], [(0.8, 0.2), (0.7, 0.5), (0.2, 0.1)]),
    )
    yield "a group without negatives", people([(20, 30), (25, 0)], [(0.7, 0.3), (0.6, 0)])
    yield (
        "a number that nobody has",
        people([(20, 35), (0, 0), (30, 15), (0, 18)], [(0.8, 0.2), (0, 0), (0.3, 0.6), (0, 0.4)]),
    )
    yield "one group, as int32", people([(18, 33)], [(0.75, 0.4)], torch.int32)


# %% observe
def observe(group_rates, truth, prediction, group):
    true_positive, false_positive = group_rates(truth, prediction, group)
    return {"true positive rates": true_positive, "false positive rates": false_positive}


# %% right "group by group, with means"
def group_rates(truth, prediction, group):
    def rate(g, actual):
        return prediction[(group == g) & (truth == actual)].float().mean()

    groups = range(int(group.max()) + 1)
    return tuple(torch.stack([rate(g, actual) for g in groups]) for actual in (1, 0))


# %% right "with a table of ones"
def group_rates(truth, prediction, group):
    member = F.one_hot(group.long()).double()
    yes, positive = prediction.double(), truth.double()
    true_positive = (member.T @ (positive * yes)) / (member.T @ positive)
    return true_positive, (member.T @ ((1 - positive) * yes)) / (member.T @ (1 - positive))


# %% right "case by case"
def group_rates(truth, prediction, group):
    groups = int(group.max()) + 1
    seen, yes = torch.zeros(2, groups), torch.zeros(2, groups)
    for t, p, g in zip(truth.tolist(), prediction.tolist(), group.tolist()):
        seen[t, g] += 1
        yes[t, g] += p
    return [yes[1] / seen[1], yes[0] / seen[0]]


# %% wrong "accuracy"
# The first number of each group is its accuracy: right answers of both kinds together. A rate of
# true positives counts only cases whose truth is 1.
def group_rates(truth, prediction, group):
    groups = range(int(group.max()) + 1)
    right = [(prediction == truth)[group == g].double().mean() for g in groups]
    false = [prediction[(group == g) & (truth == 0)].double().mean() for g in groups]
    return torch.stack(right), torch.stack(false)


# %% wrong "no groups"
# Every group gets the rate of everybody together, which is what hid the trouble in the first place.
# Select the cases with `group == g`.
def group_rates(truth, prediction, group):
    groups = int(group.max()) + 1
    rates = [prediction[truth == actual].double().mean() for actual in (1, 0)]
    return rates[0].repeat(groups), rates[1].repeat(groups)


# %% wrong "0 for 0/0"
# A group without such cases gets a rate of 0, as if it had been measured and found perfect. What
# was not measured is nan.
# - cases = torch.bincount(group[truth == actual], minlength=groups).double()
# + cases = torch.bincount(group[truth == actual], minlength=groups)
# - rates.append(yes / cases)
# + rates.append(yes.double() / cases.clamp(min=1))


# %% wrong "precision"
# You divide the true positives by the *predicted* positives: that is precision. Divide by the cases
# whose truth is 1.
def group_rates(truth, prediction, group):
    groups = range(int(group.max()) + 1)
    precise = [truth[(group == g) & (prediction == 1)].double().mean() for g in groups]
    false = [prediction[(group == g) & (truth == 0)].double().mean() for g in groups]
    return torch.stack(precise), torch.stack(false)


# %% wrong "false alarms over all alarms"
# You divide the false alarms by the predicted positives (the false *discovery* rate). Divide by the
# cases whose truth is 0.
def group_rates(truth, prediction, group):
    groups = range(int(group.max()) + 1)
    true = [prediction[(group == g) & (truth == 1)].double().mean() for g in groups]
    false = [(1 - truth)[(group == g) & (prediction == 1)].double().mean() for g in groups]
    return torch.stack(true), torch.stack(false)


# %% wrong "divides by the whole group"
# You divide by everybody in the group. Of the true positive rate only those with truth 1 are part,
# of the false positive rate only those with truth 0.
#   groups = int(group.max()) + 1
# + cases = torch.bincount(group, minlength=groups).double()
# - cases = torch.bincount(group[truth == actual], minlength=groups).double()

# %% wrong "divides by everybody"
# You divide by the positives (or negatives) of *all* groups, so a small group seems to fare badly
# just because it is small. Divide by the group's own.
# - cases = torch.bincount(group[truth == actual], minlength=groups).double()
#
# - rates.append(yes / cases)
# + rates.append(yes.double() / (truth == actual).sum())

# %% wrong "the two rates swapped" of "who was missed"
# The false positive rates come first. Return the true positive rates, then the false ones.
# - for a in (1, 0)
# + for a in (0, 1)
# - return 1 - rates[0], rates[1]
# + return tuple(rates)


# %% wrong "groups by position"
# You list only the groups that occur, so a number that nobody has shifts all that follow. Group g
# belongs in place g, from 0 to the largest.
def group_rates(truth, prediction, group):
    return tuple(
        torch.stack(
            [
                prediction[(group == g) & (truth == actual)].double().mean()
                for g in torch.unique(group)
            ]
        )
        for actual in (1, 0)
    )


# %% wrong "who was missed"
# The first number is the share that was *missed* (false negatives), one minus the true positive
# rate. Count where the prediction is 1.
def group_rates(truth, prediction, group):
    groups = range(int(group.max()) + 1)
    rates = [
        torch.stack([prediction[(group == g) & (truth == a)].double().mean() for g in groups])
        for a in (1, 0)
    ]
    return 1 - rates[0], rates[1]


# %% wrong "true negatives" of "who was missed"
# The second number is the share that was rightly refused (specificity), one minus the false
# positive rate. Count where the prediction is 1.
# - return 1 - rates[0], rates[1]
# + return rates[0], 1 - rates[1]


# %% wrong "counts instead of rates"
# You return how many there are. A rate is a share: divide by the cases that could have been
# counted.
def group_rates(truth, prediction, group):
    groups = int(group.max()) + 1
    return tuple(
        torch.bincount(group[(truth == a) & (prediction == 1)], minlength=groups).double()
        for a in (1, 0)
    )
