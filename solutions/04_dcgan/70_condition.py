# %% [markdown]
# ## To order
#
# **Goal.** Tell the generator *what* to make: append to each noise vector its class, as a *one-hot*
# vector.
#
# One-hot: as many numbers as there are classes, all 0, but 1 in the place of the class. Noise
# first, then the one-hot.
#
# | | type | shape | values |
# |---|---|---|---|
# | `noise` | float tensor | N×latent | |
# | `labels` | integer tensor | N | 0 … `num_classes` − 1 |
# | `num_classes` | `int` | | 1 or more |
# | result | float tensor, noise's type | N×(latent + `num_classes`) | |
#
# By hand: noise (0.3, −1.2), label 2 of 4 classes. The result is (0.3, −1.2, 0, 0, 1, 0).
#
# **Why not the number 2 itself?** Then class 2 would be *twice* class 1, and lie between 1 and 3.
# But a pullover isn't halfway from trousers to a dress: the numbers are names. In the first layer
# each place of the one-hot switches weights of its own on.
#
# **Why it matters.** It is the same generator with ten more inputs. What makes it *listen* is that
# the discriminator is told the class, too, and calls a perfect boot a fake when a bag was ordered.

# %% exercise points=1 forbid="retouch.models retouch.recipes"
def condition(noise, labels, num_classes):
    """Noise with the one-hot labels appended.

    Args:
        noise: float tensor N×latent.
        labels: integer tensor of N class numbers.
        num_classes: how many classes there are, whether or not all occur.

    Returns:
        A float tensor N×(latent + num_classes).
    """
    ### BEGIN SOLUTION
    return torch.cat([noise, F.one_hot(labels, num_classes).to(noise)], dim=1)
    ### END SOLUTION


# %% hint
# How many columns has the result, if the labels are 0, 2 and 2, and there are five classes?

# %% hint
# `F.one_hot(labels, num_classes)` gives integers, N×`num_classes`; `.to(noise)` gives them the
# noise's type and device. `torch.cat([...], dim=...)` puts tensors side by side.

# %% hint
# `torch.cat` of `noise` and the one-hot, along `dim=1`.

# %% cases
import torch


def cases(rng):
    def case(labels, latent, num_classes, dtype=torch.float32):
        noise = rng.normal(0, 1, (len(labels), latent))
        return {
            "noise": torch.tensor(noise, dtype=dtype),
            "labels": torch.tensor(labels),
            "num_classes": num_classes,
        }

    yield "three of four classes", case([2, 0, 3, 2], 3, 4)
    yield "the last classes don't occur", case([1, 0, 2, 1, 0], 4, 7)
    yield "as many pictures as classes (float64)", case([3, 1, 0, 2], 5, 4, torch.float64)
    yield "one picture", case([1], 6, 3)


# %% observe
import torch

from autograder import equal


def observe(condition, noise, labels, num_classes):
    leaf = noise.clone().requires_grad_()
    result = condition(leaf, labels, num_classes)
    slope = torch.zeros_like(noise)
    if result.requires_grad:
        (slope,) = torch.autograd.grad(result.sum(), leaf)
    return {
        "result": result,
        "type of its numbers": equal(str(result.dtype)),
        "gradients reach the noise": equal(bool((slope == 1).all())),
    }


# %% right "rows of the identity"
def condition(noise, labels, num_classes):
    rows = torch.eye(num_classes, dtype=noise.dtype, device=noise.device)
    return torch.hstack([noise, rows[labels]])


# %% right "by comparison"
def condition(noise, labels, num_classes):
    places = torch.arange(num_classes, device=labels.device)
    return torch.cat((noise, (labels[:, None] == places).type_as(noise)), -1)


# %% wrong "the label as a number"
# You append the class *number*, so class 2 is twice class 1. Numbers of classes are names: use
# `F.one_hot`.
# - return torch.cat([noise, F.one_hot(labels, num_classes).to(noise)], dim=1)
# + return torch.cat([noise, labels[:, None].to(noise)], dim=1)

# %% wrong "the label as a fraction"
# You append label / num_classes, one number. That makes neighbours of classes that have nothing in
# common. Use `F.one_hot`.
# - return torch.cat([noise, F.one_hot(labels, num_classes).to(noise)], dim=1)
# + return torch.cat([noise, labels[:, None].to(noise) / num_classes], dim=1)

# %% wrong "one-hot first"
# The one-hot stands before the noise. Noise first: a generator that was trained in one order can't
# read the other.
# - return torch.cat([noise, F.one_hot(labels, num_classes).to(noise)], dim=1)
# + return torch.cat([F.one_hot(labels, num_classes).to(noise), noise], dim=1)

# %% wrong "as many classes as occur"
# You take the number of classes from the labels, so the width changes with the batch. Pass
# `num_classes` to `F.one_hot`.
# - return torch.cat([noise, F.one_hot(labels, num_classes).to(noise)], dim=1)
# + return torch.cat([noise, F.one_hot(labels).to(noise)], dim=1)

# %% wrong "only the one-hot"
# The noise is gone: every order for a boot would give the same boot. Append the one-hot to it.
# - return torch.cat([noise, F.one_hot(labels, num_classes).to(noise)], dim=1)
# + return F.one_hot(labels, num_classes).to(noise) + 0 * noise.sum()

# %% wrong "minus one instead of zero"
# Your places are −1 where they should be 0. A one-hot has one 1 and zeros.
# - return torch.cat([noise, F.one_hot(labels, num_classes).to(noise)], dim=1)
# + return torch.cat([noise, 2 * F.one_hot(labels, num_classes).to(noise) - 1], dim=1)

# %% wrong "one-cold"
# Your vectors are 1 everywhere but at the class. Turn them round.
# - return torch.cat([noise, F.one_hot(labels, num_classes).to(noise)], dim=1)
# + return torch.cat([noise, 1 - F.one_hot(labels, num_classes).to(noise)], dim=1)

# %% wrong "one place too far"
# Classes are counted from 0, and your 1 is one place too far to the right.
# - return torch.cat([noise, F.one_hot(labels, num_classes).to(noise)], dim=1)
# + return torch.cat([noise, F.one_hot(labels + 1, num_classes + 1).to(noise)[:, :-1]], dim=1)


# %% wrong "the labels of the whole batch"
# Every row got all classes that occur in the batch. Each row has its own class only.
def condition(noise, labels, num_classes):
    rows = F.one_hot(labels, num_classes).amax(dim=0, keepdim=True).to(noise)
    return torch.cat([noise, rows.expand(len(noise), -1)], dim=1)


# %% wrong "noise of its own"
# You draw new noise and ignore what you were given, so the same noise can't be ordered in two
# classes. Use `noise`.
# - return torch.cat([noise, F.one_hot(labels, num_classes).to(noise)], dim=1)
# + return torch.cat([torch.randn_like(noise), F.one_hot(labels, num_classes).to(noise)], dim=1)


# %% wrong "overwrites the noise"
# You write the one-hot over the last places of the noise, instead of adding places.
def condition(noise, labels, num_classes):
    hot = F.one_hot(labels, num_classes).to(noise)[:, : noise.shape[1]]
    return torch.cat([noise[:, : noise.shape[1] - hot.shape[1]], hot], dim=1)


# %% wrong "cut off from the noise"
# The numbers are right, but `torch.tensor`, `.data` or `.detach()` cuts the result off from the
# noise, and no gradient gets there.
# - return torch.cat([noise, F.one_hot(labels, num_classes).to(noise)], dim=1)
# + return torch.cat([noise.detach(), F.one_hot(labels, num_classes).to(noise)], dim=1)

# %% wrong "always 32 bits"
# You made everything `float32`. Give the one-hot the noise's type: `.to(noise)`.
# - return torch.cat([noise, F.one_hot(labels, num_classes).to(noise)], dim=1)
# + return torch.cat([noise.float(), F.one_hot(labels, num_classes).float()], dim=1)
