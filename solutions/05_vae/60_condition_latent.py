# %% [markdown]
# ## Tell it the class
#
# A *conditional* VAE is told what it is looking at: encoder and decoder both get the label. Then
# the code need not say that this is a shoe; it can say which one. And you can ask for a class.
#
# **Goal.** The decoder's input: the code, and after it the label as a *one-hot* row.
#
# | | type | shape | values |
# |---|---|---|---|
# | `latent` | float tensor | N×D | |
# | `labels` | `int64` tensor | N | 0 … K−1 |
# | `num_classes` | `int` | | K |
# | result | float tensor | N×(D+K) | type and device of `latent` |
#
# By hand: the code (0.3, −1.2), label 2 of 4 classes: (0.3, −1.2, 0, 0, 1, 0).
#
# One-hot, and not the number itself: class 9 is not three times class 3. (Unit 4's `condition` does
# this for a generator's noise. Write it again, without looking.)
#
# Closed in this exercise: `retouch.models` and `retouch.recipes`.
#
# **Why it matters.** It is how most networks are told things: by more inputs. The text of a
# text-to-image model comes in by a longer way, but it comes in just so.

# %% exercise points=1 forbid="retouch.models retouch.recipes"
def condition_latent(latent, labels, num_classes):
    """Codes with the one-hot label appended.

    Args:
        latent: float tensor N×D.
        labels: int64 tensor of N class numbers, 0 to num_classes - 1.
        num_classes: how many classes there are, K.

    Returns:
        A float tensor N×(D+K).
    """
    ### BEGIN SOLUTION
    return torch.cat([latent, F.one_hot(labels, num_classes).to(latent)], dim=1)
    ### END SOLUTION


# %% hint
# How many numbers has a row of the result? Would that still be so if no sample of this batch had
# the last class?

# %% hint
# `F.one_hot(labels, num_classes)` gives whole numbers, N×K; `.to(latent)` brings them to the type
# and device. `torch.cat([...], dim=1)` puts tables side by side.

# %% hint
# `torch.cat` of `latent` and `F.one_hot(labels, num_classes).to(latent)`, along `dim=1`.

# %% cases
import torch


def cases(rng):
    def case(labels, d, num_classes, dtype=torch.float32):
        return {
            "latent": torch.from_numpy(rng.normal(0.5, 1.5, (len(labels), d))).to(dtype),
            "labels": torch.tensor(labels),
            "num_classes": num_classes,
        }

    yield "five codes of three numbers, four classes", case([2, 0, 3, 1, 2], 3, 4)
    yield "the last class is not in the batch", case([1, 5, 0], 2, 10)
    yield "float64", case([3, 1, 4, 1], 6, 5, torch.float64)
    yield "half precision", case([1, 2, 0], 4, 3, torch.float16)
    yield "as many codes as numbers and classes", case([2, 1, 0], 3, 3)


# %% observe
import torch

from autograder import equal


def observe(condition_latent, latent, labels, num_classes):
    result = condition_latent(latent, labels, num_classes)
    return {"result": result, "type": equal(str(getattr(result, "dtype", type(result))))}


# %% right "rows of an identity matrix"
def condition_latent(latent, labels, num_classes):
    rows = torch.eye(num_classes, dtype=latent.dtype, device=latent.device)[labels]
    return torch.hstack((latent, rows))


# %% right "filled by scatter"
def condition_latent(latent, labels, num_classes):
    n, d = latent.shape
    result = latent.new_zeros(n, d + num_classes)
    result[:, :d] = latent
    return result.scatter(1, d + labels[:, None], 1.0)


# %% right "comparisons"
def condition_latent(latent, labels, num_classes):
    same = labels.unsqueeze(1) == torch.arange(num_classes)
    return torch.cat([latent, same.to(latent.dtype)], -1)


# %% wrong "the label as a number"
# You append the label itself, so class 9 looks like three times class 3. Append a one-hot row.
# - return torch.cat([latent, F.one_hot(labels, num_classes).to(latent)], dim=1)
# + return torch.cat([latent, labels[:, None].to(latent)], dim=1)

# %% wrong "the label as a fraction"
# You append the label divided by the number of classes: still one number, in which neighbouring
# classes look alike. Append a one-hot row.
# - return torch.cat([latent, F.one_hot(labels, num_classes).to(latent)], dim=1)
# + return torch.cat([latent, labels[:, None].to(latent) / num_classes], dim=1)

# %% wrong "the label in front"
# The one-hot row stands before the code. It belongs after it.
# - return torch.cat([latent, F.one_hot(labels, num_classes).to(latent)], dim=1)
# + return torch.cat([F.one_hot(labels, num_classes).to(latent), latent], dim=1)

# %% wrong "as many classes as the batch has"
# Without `num_classes`, `one_hot` makes as many columns as this batch happens to need. Pass it.
# - return torch.cat([latent, F.one_hot(labels, num_classes).to(latent)], dim=1)
# + return torch.cat([latent, F.one_hot(labels).to(latent)], dim=1)

# %% wrong "a class too many"
# Your row has a place for class `num_classes`, which does not exist: the classes are 0 … K−1.
# - return torch.cat([latent, F.one_hot(labels, num_classes).to(latent)], dim=1)
# + return torch.cat([latent, F.one_hot(labels, num_classes + 1).to(latent)], dim=1)


# %% wrong "counted from one"
# Your 1 stands a place too early, and for class 0 it is at the end: you count classes from 1. They
# start at 0.
def condition_latent(latent, labels, num_classes):
    rows = F.one_hot((labels - 1) % num_classes, num_classes)
    return torch.cat([latent, rows.to(latent)], dim=1)


# %% wrong "the first class as zeros"
# You drop the first column, as statisticians do in a regression. Keep a place for every class.
# - return torch.cat([latent, F.one_hot(labels, num_classes).to(latent)], dim=1)
# + return torch.cat([latent, F.one_hot(labels, num_classes)[:, 1:].to(latent)], dim=1)


# %% wrong "one label for the batch"
# All rows get the label of the first sample. Each has its own.
def condition_latent(latent, labels, num_classes):
    rows = F.one_hot(labels[:1], num_classes).expand(len(latent), -1)
    return torch.cat([latent, rows.to(latent)], dim=1)


# %% wrong "minus ones"
# You put −1 where the class is not. One-hot rows have 0 there.
def condition_latent(latent, labels, num_classes):
    rows = 2 * F.one_hot(labels, num_classes).to(latent) - 1
    return torch.cat([latent, rows], dim=1)


# %% wrong "multiplied instead of appended"
# You make a table of the code times the one-hot row. Put the two side by side.
def condition_latent(latent, labels, num_classes):
    rows = F.one_hot(labels, num_classes).to(latent)
    return (latent[:, :, None] * rows[:, None]).flatten(1)


# %% wrong "added to the code"
# You add the 1 to a number of the code, which damages it. Append new columns.
def condition_latent(latent, labels, num_classes):
    result = latent.clone()
    place = labels % latent.shape[1]
    result[torch.arange(len(latent)), place] += 1
    return result


# %% wrong "one below the other"
# You put the tables one below the other. They belong side by side: `dim=1`.
def condition_latent(latent, labels, num_classes):
    rows = F.one_hot(labels, num_classes).to(latent)
    width = max(rows.shape[1], latent.shape[1])
    pad = [F.pad(table, (0, width - table.shape[1])) for table in (latent, rows)]
    return torch.cat(pad, dim=0)


# %% wrong "always float32"
# `.float()` makes float32, so a code in half precision comes out as float32 and the next layer
# refuses it. Use `.to(latent)`.
# - return torch.cat([latent, F.one_hot(labels, num_classes).to(latent)], dim=1)
# + return torch.cat([latent.float(), F.one_hot(labels, num_classes).float()], dim=1)

# %% equivalent "joining takes the type of the floats"
# - return torch.cat([latent, F.one_hot(labels, num_classes).to(latent)], dim=1)
# + return torch.cat([latent, F.one_hot(labels, num_classes).to(labels)], dim=1)
# - return torch.cat([latent, F.one_hot(labels, num_classes).to(latent)], dim=1)
# + return torch.cat([latent, F.one_hot(labels, num_classes)], dim=1)

# %% equivalent "only the type of it is taken"
# - return torch.cat([latent, F.one_hot(labels, num_classes).to(latent)], dim=1)
# + return torch.cat([latent, F.one_hot(labels, num_classes).to(-latent)], dim=1)

# %% accepted "as many classes as the batch has"
# - return torch.cat([latent, F.one_hot(labels, num_classes).to(latent)], dim=1)
# + return torch.cat([latent, F.one_hot(labels).to(latent)], dim=1)
