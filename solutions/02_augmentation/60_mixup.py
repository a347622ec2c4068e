# %% [markdown]
# ## Two pictures at once
#
# **Goal.** Blend every picture of the batch with another one, *and their labels with them*.
#
# Labels are **one-hot** here: N×K, a row of zeros with a 1 at the class. That is what lets you
# blend them: 70 % shirt, 30 % bag. With one number $\lambda$ and one permutation $\pi$ (all
# of them equally likely) for the batch, drawn anew for each batch,
#
# $$\tilde x_i = \lambda\, x_i + (1 - \lambda)\, x_{\pi(i)}, \qquad
#   \tilde y_i = \lambda\, y_i + (1 - \lambda)\, y_{\pi(i)}, \qquad
#   \lambda \sim \text{Beta}(\alpha, \alpha)$$
#
# | | type | shape | values |
# |---|---|---|---|
# | `images` | float tensor | N×C×H×W | any |
# | `labels` | float tensor | N×K | one-hot |
# | `alpha` | `float` | | $\alpha$, above 0 |
# | `generator` | `torch.Generator` | | |
# | result | `(images, labels)` | as they came | |
#
# By hand, with $\lambda = 0.7$, the labels `[[1, 0], [0, 1]]` and $\pi = (1, 0)$: the first label
# becomes 0.7 · (1, 0) + 0.3 · (0, 1) = (0.7, 0.3), the second (0.3, 0.7).
#
# **The Beta distribution** lives on 0 … 1. For $\alpha = 1$ every $\lambda$ is equally likely. For
# small $\alpha$ most are near 0 or 1, so most pictures are hardly mixed; for large $\alpha$ most
# are near a half. PyTorch's own draws from it take no generator, so one that does is given:
# **`draw_beta(alpha, generator)`**.
#
# **Why it matters.** Nobody has seen a boot that is 30 % dress, and still it helps: between its
# examples the network has to change its mind *gradually*, and it stops being sure of everything.

# %% setup
from scipy.special import betaincinv


def draw_beta(alpha, generator):
    """One number from Beta(alpha, alpha), as a float in 0 … 1."""
    uniform = torch.rand((), generator=generator, dtype=torch.float64)
    return float(betaincinv(alpha, alpha, uniform.item()))


# %% exercise points=2 forbid="retouch.pixels torchvision"
def mixup(images, labels, alpha, generator):
    """Blend every image and its label with another's, by one random share for the batch.

    Args:
        images: float tensor N×C×H×W.
        labels: float tensor N×K, one-hot.
        alpha: the share is drawn from Beta(alpha, alpha).
        generator: torch.Generator that every draw comes from.

    Returns:
        The blended images and the blended labels, of the same shapes.
    """
    ### BEGIN SOLUTION
    share = draw_beta(alpha, generator)
    order = torch.randperm(len(images), generator=generator)
    mixed_images = share * images + (1 - share) * images[order]
    mixed_labels = share * labels + (1 - share) * labels[order]
    return mixed_images, mixed_labels
    ### END SOLUTION


# %% hint
# How many random things does a batch need? If a picture is 70 % coat and 30 % bag, what should its
# label say?

# %% hint
# `draw_beta(alpha, generator)` is λ. `torch.randperm(n, generator=generator)` is a random order of
# 0 … n − 1, and `images[order]` are the pictures in it.

# %% hint
# With `share` and `order` drawn once: return `share * images + (1 - share) * images[order]`, and
# the same with `labels`, as a pair.

# %% cases
import numpy as np
import torch


def cases(rng):
    def case(alpha, *shape):
        images = torch.from_numpy(rng.uniform(size=shape).astype("float32"))
        names = np.eye(5, dtype="float32")[rng.permutation(5)[: shape[0]]]
        seed = int(rng.integers(2**31))
        return {"images": images, "labels": torch.from_numpy(names), "alpha": alpha, "seed": seed}

    yield "α below 1: most are hardly mixed", case(0.2, 4, 2, 2, 3)
    even = case(1.0, 4, 1, 3, 2)
    doubles = {name: even[name].double() for name in ("images", "labels")}
    yield "α = 1: all shares are equally likely (float64)", {**even, **doubles}
    yield "α above 1: about half and half", case(8.0, 3, 2, 2, 3)


# %% observe
import torch

from autograder import raw


def observe(mixup, images, labels, alpha, seed):
    def batches(number, generator):
        results = [mixup(images.clone(), labels.clone(), alpha, generator) for _ in range(number)]
        return [torch.stack(list(parts)) for parts in zip(*results)]

    generator = torch.Generator().manual_seed(seed)
    pictures, names = batches(600, generator)
    again, names_again = batches(20, torch.Generator().manual_seed(seed))
    mixup(images, labels, alpha, generator)  # no copies, for once
    return {
        "pictures": raw(pictures),
        "labels": raw(names),
        "pictures again": raw(again),
        "labels again": raw(names_again),
    }


# %% conclude
from itertools import permutations

import numpy as np
import torch
from scipy.special import betainc
from scipy.stats import binom, kstest

from autograder import between, equal


def conclude(observed, inputs):
    images, labels = inputs["images"], inputs["labels"]
    pictures, names = observed["pictures"], observed["labels"]
    if pictures.shape[1:] != images.shape or names.shape[1:] != labels.shape:
        return {"shapes of the results": equal([list(pictures.shape[1:]), list(names.shape[1:])])}
    flat, mixed = images.double().flatten(1), pictures.double().flatten(2)
    # How much of each picture of the batch is in each result.
    weights = mixed @ torch.linalg.pinv(flat)
    far = (weights @ flat - mixed).abs().max()
    off = (names.double() - weights @ labels.double()).abs().max()
    again = (pictures[:20] == observed["pictures again"]).all()
    again &= (names[:20] == observed["labels again"]).all()
    found = {
        "shapes of the results": equal([list(pictures.shape[1:]), list(names.shape[1:])]),
        "the same seed gives the same batch": equal(bool(again)),
        "batch after batch is drawn anew": equal(bool((weights - weights[0]).abs().max() > 1e-3)),
        "every result is a blend of pictures of the batch": equal(bool(far < 1e-3)),
        "the shares of a picture add up to 1": equal(bool((weights.sum(2) - 1).abs().max() < 1e-3)),
        "pictures and labels are blended alike": equal(bool(off < 1e-3)),
        "how a label's share follows its picture's": between(
            slope(weights, names, labels), 0.9, 1.1
        ),
        "share of labels that name a single class": between(
            (names.amax(2) > 0.999).double().mean(), 0, 0.9
        ),
    }
    blended = list(found)[2:6]
    if not all(found[name].value for name in blended):
        return found
    return {**found, **draws(weights.numpy(), inputs["alpha"])}


def slope(weights, names, labels):
    """By how much a picture's own class counts more where more of the picture is left."""
    own = weights.diagonal(dim1=1, dim2=2) - 0.5
    named = (names.double() * labels).sum(2) - 0.5
    return (own * named).sum() / own.square().sum()


def draws(weights, alpha):
    """The share and the order of each batch, and how they are distributed."""
    number = weights.shape[1]
    own = weights.diagonal(axis1=1, axis2=2)
    rest = weights * (1 - np.eye(number))
    # A picture that met itself, or of which all is left, says nothing of the share.
    met = rest.max(2) > 1e-3
    seen = met.any(1)
    low, high = np.where(met, own, np.inf).min(1)[seen], np.where(met, own, -np.inf).max(1)[seen]
    alone = abs(weights.sum(1) - 1).max()
    found = {
        "one share for the whole batch": equal(bool((high - low).max() < 1e-3)),
        "every picture is a partner once": equal(bool(alone < 1e-3)),
    }
    if not all(value.value for value in found.values()):
        return found
    partner = np.where(met, rest.argmax(2), np.arange(number))[seen]
    moved = [order for order in permutations(range(number)) if order != tuple(range(number))]
    often = np.array([(partner == order).all(1).mean() for order in moved])
    # Shares above 0.999 are not seen, so the distribution ends there. A distance above e from it
    # has probability below 2 exp(-2 n e²) (Dvoretzky, Kiefer, Wolfowitz); with 500 batches, an e
    # of 0.16 is left by chance once in 1e11 tries.
    end = betainc(alpha, alpha, 0.999)
    distance = kstest(low, lambda x: betainc(alpha, alpha, np.clip(x, 0, 0.999)) / end).statistic
    pairs = (low > np.median(low))[: len(low) // 2 * 2].reshape(-1, 2)
    return {
        **found,
        "distance of the shares from Beta(α, α)": between(
            distance, 0, np.sqrt(np.log(2e11) / (2 * len(low)))
        ),
        "how often each order comes": between(often, *fair(len(low), 1 / len(moved))),
        "how often a share is as large as the one before": between(
            (pairs[:, 0] == pairs[:, 1]).mean(), *fair(len(pairs), 0.5)
        ),
    }


def fair(number, p):
    """Bounds of a share of independent draws, which chance leaves once in 5e10 tries.

    The share is binomial; of 500 batches with 23 orders, each order has at most 0.116.
    """
    low, high = binom.ppf([1e-11, 1 - 1e-11], number, p) / number
    return low, high


# %% right "with lerp"
def mixup(images, labels, alpha, generator):
    order = torch.randperm(images.shape[0], generator=generator)
    share = draw_beta(alpha, generator)
    return torch.lerp(images[order], images, share), torch.lerp(labels[order], labels, share)


# %% right "picture by picture, Beta from two Gammas"
def mixup(images, labels, alpha, generator):
    from scipy.special import gammaincinv

    u, v = torch.rand(2, generator=generator, dtype=torch.float64).tolist()
    a, b = gammaincinv(alpha, u), gammaincinv(alpha, v)
    share = float(a / (a + b))
    order = torch.argsort(torch.rand(len(images), generator=generator)).tolist()
    pictures = [share * x + (1 - share) * images[j] for x, j in zip(images, order)]
    names = [share * y + (1 - share) * labels[j] for y, j in zip(labels, order)]
    return torch.stack(pictures), torch.stack(names)


# %% wrong "labels not mixed"
# The pictures are blended and the labels are not: a picture that is half a bag is called a coat,
# for sure. Blend the labels in the same way.
# - mixed_labels = share * labels + (1 - share) * labels[order]
# + mixed_labels = labels.clone()

# %% wrong "shares of the labels swapped"
# The picture is λ of itself, and its label λ of the *other*. Both get λ of their own and 1 − λ
# of the other's.
# - mixed_labels = share * labels + (1 - share) * labels[order]
# + mixed_labels = (1 - share) * labels + share * labels[order]


# %% wrong "two permutations"
# The picture meets one partner and its label another. Draw one order, and use it for both.
# - mixed_labels = share * labels + (1 - share) * labels[order]
# + order = torch.randperm(len(images), generator=generator)
# + mixed_labels = share * labels + (1 - share) * labels[order]

# %% wrong "two shares"
# You draw one λ for the pictures and another for the labels. Draw it once, and use it for both.
# - mixed_labels = share * labels + (1 - share) * labels[order]
# + share = draw_beta(alpha, generator)
# + mixed_labels = share * labels + (1 - share) * labels[order]

# %% wrong "the label of the larger part"
# You keep one label, that of the picture with the larger share. The network is to learn the shares:
# blend the labels.
# - mixed_labels = share * labels + (1 - share) * labels[order]
# + mixed_labels = labels.clone() if share > 0.5 else labels[order]


# %% wrong "a share for each picture"
# Every picture has a λ of its own. Here one λ is drawn for the whole batch.
def mixup(images, labels, alpha, generator):
    share = torch.tensor([draw_beta(alpha, generator) for _ in images]).to(images)
    order = torch.randperm(len(images), generator=generator)
    s = share[:, None, None, None]
    mixed = s * images + (1 - s) * images[order]
    return mixed, share[:, None] * labels + (1 - share[:, None]) * labels[order]


# %% wrong "a uniform share"
# λ is uniform, whatever α is. Draw it with `draw_beta(alpha, generator)`.
# - share = draw_beta(alpha, generator)
# + share = torch.rand((), generator=generator).item()

# %% wrong "alpha as the share"
# You blend with α itself. α only shapes the distribution that λ is drawn from.
# - share = draw_beta(alpha, generator)
# + share = alpha

# %% wrong "always at least a half"
# You replace λ by the larger of λ and 1 − λ, so a picture always keeps its larger part. Use λ as it
# is drawn.
# - share = draw_beta(alpha, generator)
# + share = draw_beta(alpha, generator)
# + share = max(share, 1 - share)

# %% wrong "adds without weights"
# You add the second picture instead of blending: the sum is too bright, and the label counts more
# than 1. The first picture has to be multiplied by λ, too.
# - mixed_images = share * images + (1 - share) * images[order]
# - mixed_labels = share * labels + (1 - share) * labels[order]
# + mixed_images = images + (1 - share) * images[order]
# + mixed_labels = labels + (1 - share) * labels[order]

# %% wrong "always the same partner"
# Each picture meets its neighbour in the batch, always. Draw a random order with `torch.randperm`.
# - order = torch.randperm(len(images), generator=generator)
# + order = torch.arange(len(images)) - 1

# %% wrong "partners drawn with repeats"
# You draw each picture's partner on its own, so some pictures come twice and some never. An order
# of the batch, from `torch.randperm`, has each of them once.
# - order = torch.randperm(len(images), generator=generator)
# + order = torch.randint(len(images), (len(images),), generator=generator)

# %% wrong "a shift in place of an order"
# You shift the batch by a random number of places, so the same pictures always stay neighbours.
# Draw a random order with `torch.randperm`.
# - order = torch.randperm(len(images), generator=generator)
# + shift = torch.randint(len(images), (1,), generator=generator)
# + order = (torch.arange(len(images)) - shift) % len(images)

# %% wrong "ignores the generator"
# NumPy and `torch.randperm` without a generator draw from global ones, so the same seed gives
# another batch. Use `draw_beta(alpha, generator)`, and pass the generator to `torch.randperm`.
# - share = draw_beta(alpha, generator)
# - order = torch.randperm(len(images), generator=generator)
# + share = float(np.random.beta(alpha, alpha))
# + order = torch.randperm(len(images))


# %% wrong "changes its input"
# The results are right, but they are written into the batch that was passed in. Write
# `images * share`, which makes a new tensor.
def mixup(images, labels, alpha, generator):
    share = draw_beta(alpha, generator)
    order = torch.randperm(len(images), generator=generator)
    others, other_labels = images[order], labels[order]
    images.mul_(share).add_((1 - share) * others)
    labels.mul_(share).add_((1 - share) * other_labels)
    return images, labels


# %% [markdown]
# ### Look at it
#
# A batch of eight and what it becomes, with $\lambda$ as the draw has it. Then the distribution
# that it comes from.

# %%
eight = torch.stack([train.images[train.labels == c][3] for c in (0, 1, 3, 4, 5, 7, 8, 9)])
names = F.one_hot(torch.tensor([0, 1, 3, 4, 5, 7, 8, 9]), 10).float()
mixed, mixed_names = mixup(eight, names, 1.0, torch.Generator().manual_seed(26))
wall(torch.cat([eight, mixed]), "above eight pieces of clothing, below each blended with another")
for label in mixed_names[:3]:
    parts = [f"{label[c]:.0%} {CLASS_NAMES[c]}" for c in label.nonzero().flatten().tolist()]
    print(" + ".join(parts))

draws = torch.Generator().manual_seed(0)
plot_histograms(
    {f"α = {a}": np.array([draw_beta(a, draws) for _ in range(4000)]) for a in (0.2, 1.0, 4.0)},
    xlabel="λ",
    bins=25,
    alt="Alpha 0.2 crowds at 0 and 1, alpha 1 is level, alpha 4 is a hill around one half.",
)
