# %% [markdown]
# ## Two pictures at once
#
# **Goal.** Blend every picture of the batch with another one, *and their labels with them*.
#
# Labels are **one-hot** here: N×K, a row of zeros with a 1 at the class. That is what lets you
# blend them: 70 % shirt, 30 % bag. With one number $\lambda$ and one permutation $\pi$ for the
# batch,
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
import torch


def cases(rng):
    def images(*shape):
        return torch.from_numpy(rng.uniform(size=shape).astype("float32"))

    def seed():
        return int(rng.integers(2**31))

    yield (
        "α below 1: most are hardly mixed",
        {"images": images(4, 2, 3, 5), "labels": torch.eye(4), "alpha": 0.4, "seed": seed()},
    )
    yield (
        "α = 1: all shares are equally likely (float64)",
        {
            "images": images(5, 1, 4, 3).double(),
            "labels": torch.eye(5, dtype=torch.float64),
            "alpha": 1.0,
            "seed": seed(),
        },
    )
    yield (
        "α above 1: about half and half",
        {"images": images(3, 3, 2, 4), "labels": torch.eye(3), "alpha": 4.0, "seed": seed()},
    )


# %% observe
import torch

from autograder import between, equal


def observe(mixup, images, labels, alpha, seed):
    n = len(images)

    def draw(generator, batches=600):
        """Of many batches: how much of each picture is in each, by the pictures and the labels."""
        pictures, names = [], []
        for _ in range(batches):
            mixed, mixed_labels = mixup(images.clone(), labels.clone(), alpha, generator)
            pictures.append(mixed.view(images.shape))
            names.append(mixed_labels.view(labels.shape))
        flat = images.double().flatten(1)
        weights = torch.stack(pictures).double().flatten(2) @ torch.linalg.pinv(flat)
        rebuilt = weights @ flat - torch.stack(pictures).double().flatten(2)
        return weights, torch.stack(names).double(), rebuilt.abs().max()

    generator = torch.Generator().manual_seed(seed)
    weights, names, off = draw(generator)
    again, names_again, _ = draw(torch.Generator().manual_seed(seed), 20)
    mixup(images, labels, alpha, generator)  # no copies, for once

    def own_share(table):
        """Of every picture its own share in the mix; not a number where it met itself."""
        own = torch.diagonal(table, dim1=1, dim2=2)
        rest = table - torch.diag_embed(own)
        return torch.where(rest.abs().amax(2) > 1e-3, own, torch.nan), rest.argmax(2)

    own, partner = own_share(weights)
    known = ~own.isnan()
    label_share = names.diagonal(dim1=1, dim2=2)
    highest = torch.where(known, own, -1.0).amax(1)
    lowest = torch.where(known, own, 2.0).amin(1)
    mixed = known.any(1)
    shares = own[known]
    pairs = torch.stack(
        [((partner == k) & known).double().mean(0) / known.double().mean(0) for k in range(n)]
    )
    spread = 0.5 / (2 * alpha + 1) ** 0.5
    return {
        "every result is a blend of pictures of the batch": equal(bool(off < 1e-3)),
        "the shares of a picture add up to 1": equal(bool((weights.sum(2) - 1).abs().max() < 1e-3)),
        "pictures and labels are blended alike": equal(bool((weights - names).abs().max() < 1e-3)),
        "correlation of a picture's share with its label's": between(
            _correlation(shares, label_share[known]), 0.99, 1.001
        ),
        "share of labels that name a single class": between(
            (names.amax(2) > 0.999).double().mean(), 0, 0.55
        ),
        "one share for the whole batch": equal(bool((highest - lowest)[mixed].max() < 1e-3)),
        "mean share": between(shares.mean(), 0.4, 0.6),
        "spread of the shares, against Beta(α, α)'s": between(shares.std() / spread, 0.85, 1.15),
        "least frequent pair, against a fair share": between(
            (pairs + torch.eye(n)).min() * (n - 1), 0.5, 1
        ),
        "share of pictures that meet another": between(
            (weights.diagonal(dim1=1, dim2=2) < 0.999).double().mean(), 0.3, 0.999
        ),
        "the same seed gives the same batch": equal(
            bool((weights[:20] == again).all() and (names[:20] == names_again).all())
        ),
        "batch after batch is drawn anew": equal(bool((weights != weights[0]).any())),
    }


def _correlation(one, other):
    """Of two rows of numbers; 0 where one of them does not vary."""
    if len(one) < 2 or one.std() < 1e-6 or other.std() < 1e-6:
        return torch.tensor(0.0)
    return torch.corrcoef(torch.stack([one, other]))[0, 1]


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
def mixup(images, labels, alpha, generator):
    share = draw_beta(alpha, generator)
    order = torch.randperm(len(images), generator=generator)
    return share * images + (1 - share) * images[order], labels.clone()


# %% wrong "shares of the labels swapped"
# The picture is λ of itself, and its label λ of the *other*. Both get λ of their own and 1 − λ
# of the other's.
# - mixed_labels = share * labels + (1 - share) * labels[order]
# - return mixed_images, mixed_labels
# + return mixed_images, (1 - share) * labels + share * labels[order]


# %% wrong "two permutations"
# The picture meets one partner and its label another. Draw one order, and use it for both.
def mixup(images, labels, alpha, generator):
    share = draw_beta(alpha, generator)
    one = torch.randperm(len(images), generator=generator)
    two = torch.randperm(len(images), generator=generator)
    mixed = share * images + (1 - share) * images[one]
    return mixed, share * labels + (1 - share) * labels[two]


# %% wrong "two shares"
# You draw one λ for the pictures and another for the labels. Draw it once, and use it for both.
def mixup(images, labels, alpha, generator):
    one, two = draw_beta(alpha, generator), draw_beta(alpha, generator)
    order = torch.randperm(len(images), generator=generator)
    mixed = one * images + (1 - one) * images[order]
    return mixed, two * labels + (1 - two) * labels[order]


# %% wrong "the label of the larger part"
# You keep one label, that of the picture with the larger share. The network is to learn the shares:
# blend the labels.
# - mixed_labels = share * labels + (1 - share) * labels[order]
# - return mixed_images, mixed_labels
# + return mixed_images, labels.clone() if share > 0.5 else labels[order]


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
def mixup(images, labels, alpha, generator):
    share = torch.rand((), generator=generator).item()
    order = torch.randperm(len(images), generator=generator)
    mixed = share * images + (1 - share) * images[order]
    return mixed, share * labels + (1 - share) * labels[order]


# %% wrong "alpha as the share"
# You blend with α itself. α only shapes the distribution that λ is drawn from.
def mixup(images, labels, alpha, generator):
    order = torch.randperm(len(images), generator=generator)
    mixed = alpha * images + (1 - alpha) * images[order]
    return mixed, alpha * labels + (1 - alpha) * labels[order]


# %% wrong "always at least a half"
# You replace λ by the larger of λ and 1 − λ, so a picture always keeps its larger part. Use λ as it
# is drawn.
def mixup(images, labels, alpha, generator):
    share = draw_beta(alpha, generator)
    share = max(share, 1 - share)
    order = torch.randperm(len(images), generator=generator)
    mixed = share * images + (1 - share) * images[order]
    return mixed, share * labels + (1 - share) * labels[order]


# %% wrong "adds without weights"
# You add the second picture instead of blending: the sum is too bright, and the label counts more
# than 1. The first picture has to be multiplied by λ, too.
def mixup(images, labels, alpha, generator):
    share = draw_beta(alpha, generator)
    order = torch.randperm(len(images), generator=generator)
    return images + (1 - share) * images[order], labels + (1 - share) * labels[order]


# %% wrong "always the same partner"
# Each picture meets its neighbour in the batch, always. Draw a random order with `torch.randperm`.
def mixup(images, labels, alpha, generator):
    share = draw_beta(alpha, generator)
    mixed = share * images + (1 - share) * images.roll(1, 0)
    return mixed, share * labels + (1 - share) * labels.roll(1, 0)


# %% wrong "ignores the generator"
# NumPy and `torch.randperm` without a generator draw from global ones, so the same seed gives
# another batch. Use `draw_beta(alpha, generator)`, and pass the generator to `torch.randperm`.
def mixup(images, labels, alpha, generator):
    share = float(np.random.beta(alpha, alpha))
    order = torch.randperm(len(images))
    mixed = share * images + (1 - share) * images[order]
    return mixed, share * labels + (1 - share) * labels[order]


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
