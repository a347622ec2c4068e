# %% [markdown]
# ## A referee with two pairs of glasses
#
# **Goal.** The adversarial losses, as least squares, over every scale of a patch discriminator.
#
# The discriminator of unit 3 gave one logit per sample. This one judges *patches*: it is fully
# convolutional, so that it returns a whole map of scores, one for each patch of the picture (Isola
# and others, 2017). And there are two of them: one sees the picture at full size, and judges
# texture; the other sees it at half size, and judges whether things hang together (Wang and others,
# 2018). Both see the drawing beside the picture, so "a nice picture of something else" is a fake.
#
# Scores are not logits here. The losses are **least squares** (Mao and others, 2017): real patches
# should score 1, fakes 0.
#
# $$L_D = \sum_{\text{scales } s} \Bigl( \operatorname{mean}\,(D_s(\text{real}) - 1)^2
#   + \operatorname{mean}\, D_s(\text{fake})^2 \Bigr) \qquad
#   L_G = \sum_s \operatorname{mean}\,(D_s(\text{fake}) - 1)^2$$
#
# | | type | shape | values |
# |---|---|---|---|
# | `real_scores`, `fake_scores` | lists of float tensors, one per scale | N×1×h×w each | any |
# | result | float tensor | no axes | 0 or more |
#
# Each mean is over all patches of its scale; scales are added. So both scales count alike, although
# the finer one has four times as many patches.
#
# By hand, for two scales: a discriminator that says ½ everywhere has $L_D = 2 \cdot (¼ + ¼) = 1$,
# and the generator $L_G = 2 \cdot ¼ = ½$. Remember the 1: you will see it in the training below.
#
# **Why it matters.** Far from the border, a sigmoid is flat and teaches nothing. A square has a
# slope everywhere, which pulls even those fakes that are *better* than needed towards the real
# ones. With one single training picture, a calm game is worth a lot.

# %% exercise points=2 forbid="retouch.models"
def discriminator_loss(real_scores, fake_scores):
    """Least squares: the sum over scales of mean (real - 1)^2 + mean fake^2.

    Args:
        real_scores, fake_scores: lists with one float tensor N×1×h×w per scale.

    Returns:
        A float tensor without axes.
    """
    ### BEGIN SOLUTION
    losses = [
        (real - 1).square().mean() + fake.square().mean()
        for real, fake in zip(real_scores, fake_scores)
    ]
    return torch.stack(losses).sum()
    ### END SOLUTION


def generator_adversarial_loss(fake_scores):
    """Least squares, for the generator: the sum over scales of mean (fake - 1)^2.

    Args:
        fake_scores: a list with one float tensor N×1×h×w per scale.

    Returns:
        A float tensor without axes.
    """
    ### BEGIN SOLUTION
    return torch.stack([(fake - 1).square().mean() for fake in fake_scores]).sum()
    ### END SOLUTION


# %% hint
# What is the loss of one scale, for a discriminator that says ½ everywhere? Which target does the
# generator wish for its fakes?

# %% hint
# Loop over the scales with `zip(real_scores, fake_scores)`. `(real - 1).square().mean()` is one
# term. The scales have other sizes, so take each one's mean before you add.

# %% hint
# `sum((real - 1).square().mean() + fake.square().mean() for real, fake in zip(...))`, and for the
# generator `sum((fake - 1).square().mean() for fake in fake_scores)`.

# %% cases
import torch


def cases(rng):
    def scores(mean, *sizes, n=2):
        return [
            torch.from_numpy(rng.normal(mean + 0.3 * i, 0.7, (n, 1, *size)).astype("float32"))
            for i, size in enumerate(sizes)
        ]

    two, three = ((7, 10), (4, 5)), ((9, 6), (5, 3), (3, 2))
    yield (
        "one half everywhere, two scales",
        {
            "real_scores": [torch.full((2, 1, *size), 0.5) for size in two],
            "fake_scores": [torch.full((2, 1, *size), 0.5) for size in two],
        },
    )
    yield "two scales", {"real_scores": scores(0.8, *two), "fake_scores": scores(0.1, *two)}
    yield (
        "three scales, badly wrong (float64)",
        {
            "real_scores": [x.double() for x in scores(-1.5, *three, n=3)],
            "fake_scores": [x.double() for x in scores(2.5, *three, n=3)],
        },
    )
    yield (
        "a single scale",
        {"real_scores": scores(0.9, (3, 4)), "fake_scores": scores(0.3, (3, 4))},
    )


# %% observe
import torch


def observe(discriminator_loss, generator_adversarial_loss, real_scores, fake_scores):
    def slopes(loss, scores):
        found = torch.autograd.grad(loss.sum(), scores, allow_unused=True)
        return torch.stack(
            [torch.zeros(()).to(s) if g is None else g.sum() for s, g in zip(scores, found)]
        )

    real = [scores.clone().requires_grad_() for scores in real_scores]
    fake = [scores.clone().requires_grad_() for scores in fake_scores]
    judge = discriminator_loss(real, fake)
    maker = generator_adversarial_loss(fake)
    judge_slopes = slopes(judge, real + fake)
    return {
        "the discriminator's loss": judge,
        "its slopes, scale by scale, real then fake": judge_slopes,
        "the generator's loss": maker,
        "its slopes, scale by scale": slopes(maker, fake),
    }


# %% right "with mse_loss"
def discriminator_loss(real_scores, fake_scores):
    loss = 0
    for real in real_scores:
        loss = loss + F.mse_loss(real, torch.ones_like(real))
    for fake in fake_scores:
        loss = loss + F.mse_loss(fake, torch.zeros_like(fake))
    return loss


def generator_adversarial_loss(fake_scores):
    return sum(F.mse_loss(fake, torch.ones_like(fake)) for fake in fake_scores)


# %% right "multiplied out"
def discriminator_loss(real_scores, fake_scores):
    reals = [(real * real).mean() - 2 * real.mean() + 1 for real in real_scores]
    return torch.stack(reals).sum() + torch.stack([(f**2).mean() for f in fake_scores]).sum()


def generator_adversarial_loss(fake_scores):
    zeros = [torch.zeros_like(fake) + 1 for fake in fake_scores]
    return discriminator_loss(fake_scores, [0 * z for z in zeros])


# %% right "the library's"
def discriminator_loss(real_scores, fake_scores):
    from retouch.models import patchgan

    return patchgan.lsgan_discriminator_loss(real_scores, fake_scores)


def generator_adversarial_loss(fake_scores):
    from retouch.models import patchgan

    return patchgan.lsgan_generator_loss(fake_scores)


# %% wrong "the first scale only"
# You judge at full size only. Add the losses of all scales.
def discriminator_loss(real_scores, fake_scores):
    return (real_scores[0] - 1).square().mean() + fake_scores[0].square().mean()


def generator_adversarial_loss(fake_scores):
    return (fake_scores[0] - 1).square().mean()


# %% wrong "the generator sees the last scale only"
# Your generator's loss overwrites itself in the loop, so only the last scale is left. Add them up.
def generator_adversarial_loss(fake_scores):
    for fake in fake_scores:
        loss = (fake - 1).square().mean()
    return loss


# %% wrong "cross-entropy"
# These are the losses of unit 3, for logits. Here scores are compared with 1 and 0 by least
# squares.
def discriminator_loss(real_scores, fake_scores):
    return sum(
        F.softplus(-real).mean() + F.softplus(fake).mean()
        for real, fake in zip(real_scores, fake_scores)
    )


def generator_adversarial_loss(fake_scores):
    return sum(F.softplus(-fake).mean() for fake in fake_scores)


# %% wrong "targets swapped"
# Your discriminator wants 0 for real patches and 1 for fakes. It is the other way round.
def discriminator_loss(real_scores, fake_scores):
    return sum(
        real.square().mean() + (fake - 1).square().mean()
        for real, fake in zip(real_scores, fake_scores)
    )


# %% wrong "the generator wants 0"
# Your generator wants its fakes to score 0, to be found out. It wants 1.
# - return torch.stack([(fake - 1).square().mean() for fake in fake_scores]).sum()
# + return sum(fake.square().mean() for fake in fake_scores)

# %% wrong "minus the discriminator's term"
# You took the negative of the discriminator's term for fakes. It has no lower end: the scores would
# grow for ever. The generator wants 1.
# - return torch.stack([(fake - 1).square().mean() for fake in fake_scores]).sum()
# + return -sum(fake.square().mean() for fake in fake_scores)


# %% wrong "the mean over scales"
# You take the mean over the scales. Here they are added.
def discriminator_loss(real_scores, fake_scores):
    pairs = list(zip(real_scores, fake_scores))
    return sum((r - 1).square().mean() + f.square().mean() for r, f in pairs) / len(pairs)


def generator_adversarial_loss(fake_scores):
    return sum((fake - 1).square().mean() for fake in fake_scores) / len(fake_scores)


# %% wrong "half of it"
# You halve the losses, as the paper on least squares does. The formula here has no ½.
def discriminator_loss(real_scores, fake_scores):
    pairs = zip(real_scores, fake_scores)
    return sum((real - 1).square().mean() + fake.square().mean() for real, fake in pairs) * 0.5


def generator_adversarial_loss(fake_scores):
    return sum((fake - 1).square().mean() for fake in fake_scores) * 0.5


# %% wrong "one mean over all patches"
# You take one mean over the patches of all scales, so the finest, which has the most, rules. Take a
# mean for each scale, and add.
def discriminator_loss(real_scores, fake_scores):
    real = torch.cat([scores.flatten() for scores in real_scores])
    fake = torch.cat([scores.flatten() for scores in fake_scores])
    return (real - 1).square().mean() + fake.square().mean()


def generator_adversarial_loss(fake_scores):
    return (torch.cat([scores.flatten() for scores in fake_scores]) - 1).square().mean()


# %% wrong "sums over the patches"
# You add the squares of all patches, so a larger picture has a larger loss. Take the mean of each
# scale.
def discriminator_loss(real_scores, fake_scores):
    pairs = zip(real_scores, fake_scores)
    return sum((real - 1).square().sum() + fake.square().sum() for real, fake in pairs)


def generator_adversarial_loss(fake_scores):
    return sum((fake - 1).square().sum() for fake in fake_scores)


# %% wrong "the square of the mean"
# You take the mean first and square then, so patches that are too high make up for others that are
# too low. Square each patch.
def discriminator_loss(real_scores, fake_scores):
    pairs = zip(real_scores, fake_scores)
    return sum((real.mean() - 1).square() + fake.mean().square() for real, fake in pairs)


def generator_adversarial_loss(fake_scores):
    return sum((fake.mean() - 1).square() for fake in fake_scores)


# %% wrong "absolute differences"
# You take absolute values. Least squares are squares.
def discriminator_loss(real_scores, fake_scores):
    pairs = zip(real_scores, fake_scores)
    return sum((real - 1).abs().mean() + fake.abs().mean() for real, fake in pairs)


def generator_adversarial_loss(fake_scores):
    return sum((fake - 1).abs().mean() for fake in fake_scores)


# %% wrong "sigmoids first"
# You squeeze the scores through a sigmoid, which brings back the flat ends. Least squares compare
# the scores as they are.
def discriminator_loss(real_scores, fake_scores):
    pairs = zip(real_scores, fake_scores)
    return sum((r.sigmoid() - 1).square().mean() + f.sigmoid().square().mean() for r, f in pairs)


def generator_adversarial_loss(fake_scores):
    return sum((fake.sigmoid() - 1).square().mean() for fake in fake_scores)
