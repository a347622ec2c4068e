# %% [markdown]
# ## What the referee noticed
#
# **Goal.** Compare real and fake by what the discriminator *sees* in them.
#
# A score says "this patch looks fake", and not why. But on its way to the score the discriminator
# computes features, layer by layer, and they say it: here is an edge too many, there the grass is
# too even. The generator of pix2pixHD is asked that its picture have the *same features* as the
# real one, in each layer $l$ of each scale $s$:
#
# $$L_{FM} = \frac1S \sum_{s=1}^{S} \frac{1}{L} \sum_{l=1}^{L}
#   \operatorname{mean} \bigl| D_s^{(l)}(\text{fake}) - D_s^{(l)}(\text{real}) \bigr|$$
#
# | | type | shape | values |
# |---|---|---|---|
# | `real_features`, `fake_features` | lists (scales) of lists (layers) of tensors | N×C×h×w | any |
# | result | float tensor | no axes | 0 or more |
#
# The real features are a *target*: no gradient may go through them (`.detach()`). The loss says "be
# like the real picture", never "change what you see in the real picture".
#
# By hand: if all fake features are 0.5 too high, everywhere, the loss is 0.5, for any number of
# layers and scales.
#
# **Why it matters.** It is weighted by 10, and is most of what the generator learns from. The
# discriminator is used twice: as a referee, and as a teacher who knows this one picture as nobody
# else does. (The third loss, also weighted by 10, is unit 8's: the features of a network that knows
# ImageNet.)

# %% exercise points=2 forbid="retouch.models"
def feature_matching_loss(real_features, fake_features):
    """Mean absolute difference of features, averaged over layers and then over scales.

    Args:
        real_features, fake_features: for each scale a list with a float tensor for each layer.
            No gradient goes through the real ones.

    Returns:
        A float tensor without axes.
    """
    ### BEGIN SOLUTION
    scales = []
    for real, fake in zip(real_features, fake_features):
        layers = [(f - r.detach()).abs().mean() for r, f in zip(real, fake)]
        scales.append(torch.stack(layers).mean())
    return torch.stack(scales).mean()
    ### END SOLUTION


# %% hint
# How many means are there, one within the other? Which of the two pictures should this loss change?

# %% hint
# Two loops of `zip`: over scales, then over layers. `F.l1_loss(fake, real.detach())` is one layer's
# mean absolute difference. `torch.stack(list).mean()` averages.

# %% hint
# `torch.stack([torch.stack([F.l1_loss(f, r.detach()) for r, f in zip(real, fake)]).mean() for real,
# fake in zip(real_features, fake_features)]).mean()`

# %% cases
import torch


def cases(rng):
    def features(shift, *scales):
        return [
            [torch.from_numpy(rng.normal(shift, 1, shape).astype("float32")) for shape in layers]
            for layers in scales
        ]

    two = (
        [(2, 3, 6, 9), (2, 5, 3, 5)],
        [(2, 3, 3, 5), (2, 5, 2, 3)],
    )
    uneven = (
        [(3, 2, 5, 4), (3, 4, 3, 2), (3, 6, 2, 1)],
        [(3, 2, 3, 2), (3, 4, 2, 1)],
    )
    real = features(0, *two)
    yield (
        "half too high everywhere",
        {"real_features": real, "fake_features": [[x + 0.5 for x in layers] for layers in real]},
    )
    yield (
        "two scales of two layers",
        {"real_features": features(0, *two), "fake_features": features(1, *two)},
    )
    yield (
        "scales with other numbers of layers (float64)",
        {
            "real_features": [[x.double() for x in s] for s in features(0.5, *uneven)],
            "fake_features": [[3 * x.double() for x in s] for s in features(-1, *uneven)],
        },
    )


# %% observe
import torch


def observe(feature_matching_loss, real_features, fake_features):
    real = [[x.clone().requires_grad_() for x in scale] for scale in real_features]
    fake = [[x.clone().requires_grad_() for x in scale] for scale in fake_features]
    loss = feature_matching_loss(real, fake)
    every = [x for scale in real + fake for x in scale]
    slopes = [None] * len(every)
    if loss.requires_grad:
        slopes = torch.autograd.grad(loss.sum(), every, allow_unused=True)
    sizes = torch.stack(
        [torch.zeros(()).to(x) if s is None else s.abs().sum() for x, s in zip(every, slopes)]
    )
    half = len(every) // 2
    return {
        "loss": loss,
        "gradients that reach the real features, layer by layer": sizes[:half],
        "gradients that reach the fake features, layer by layer": sizes[half:],
    }


# %% right "with l1_loss"
def feature_matching_loss(real_features, fake_features):
    total = 0
    for real, fake in zip(real_features, fake_features):
        for r, f in zip(real, fake):
            total = total + F.l1_loss(f, r.detach()) / len(real)
    return total / len(real_features)


# %% right "real features without gradients from the start"
def feature_matching_loss(real_features, fake_features):
    with torch.no_grad():
        real_features = [[x.clone() for x in scale] for scale in real_features]
    scales = [
        sum((r - f).abs().sum() / f.numel() for r, f in zip(real, fake)) / len(fake)
        for real, fake in zip(real_features, fake_features)
    ]
    return sum(scales) / len(scales)


# %% right "the library's"
def feature_matching_loss(real_features, fake_features):
    from retouch.models.patchgan import feature_matching_loss

    return feature_matching_loss(real_features, fake_features)


# %% wrong "not detached"
# Gradients reach the real features, so the loss also pulls what is seen in the real picture towards
# the fake. Real features are targets: `.detach()` them.
def feature_matching_loss(real_features, fake_features):
    scales = [
        torch.stack([F.l1_loss(f, r) for r, f in zip(real, fake)]).mean()
        for real, fake in zip(real_features, fake_features)
    ]
    return torch.stack(scales).mean()


# %% wrong "the fake is detached" of "not detached"
# You detach the fake features, and the generator learns nothing from this loss. Detach the real
# ones.
# - torch.stack([F.l1_loss(f, r) for r, f in zip(real, fake)]).mean()
# + torch.stack([F.l1_loss(f.detach(), r) for r, f in zip(real, fake)]).mean()

# %% wrong "both detached" of "not detached"
# You detach both, so no gradient reaches anything. Detach the real features only.
# - torch.stack([F.l1_loss(f, r) for r, f in zip(real, fake)]).mean()
# + torch.stack([F.l1_loss(f.detach(), r.detach()) for r, f in zip(real, fake)]).mean()

# %% wrong "squared" of "not detached"
# You square the differences, so a few large ones rule. Feature matching takes absolute values.
# - torch.stack([F.l1_loss(f, r) for r, f in zip(real, fake)]).mean()
# + torch.stack([F.mse_loss(f, r.detach()) for r, f in zip(real, fake)]).mean()


# %% wrong "the sum over scales"
# You add the scales. Feature matching is averaged over them, unlike the adversarial losses.
def feature_matching_loss(real_features, fake_features):
    return sum(
        torch.stack([F.l1_loss(f, r.detach()) for r, f in zip(real, fake)]).mean()
        for real, fake in zip(real_features, fake_features)
    )


# %% wrong "the sum over layers" of "not detached"
# You add the layers of a scale. Take their mean.
# - torch.stack([F.l1_loss(f, r) for r, f in zip(real, fake)]).mean()
# + torch.stack([F.l1_loss(f, r.detach()) for r, f in zip(real, fake)]).sum()


# %% wrong "one mean over all layers"
# You average over all layers of all scales at once. If the scales have other numbers of layers,
# they no longer count alike: average over layers first, then over scales.
def feature_matching_loss(real_features, fake_features):
    real = [x for scale in real_features for x in scale]
    fake = [x for scale in fake_features for x in scale]
    return torch.stack([F.l1_loss(f, r.detach()) for r, f in zip(real, fake)]).mean()


# %% wrong "the first scale only"
# You compare at full size only. Average over all scales.
def feature_matching_loss(real_features, fake_features):
    pairs = zip(real_features[0], fake_features[0])
    return torch.stack([F.l1_loss(f, r.detach()) for r, f in pairs]).mean()


# %% wrong "the last layer only"
# You compare the last layer of each scale. Early layers see texture and edges: take all.
def feature_matching_loss(real_features, fake_features):
    pairs = zip(real_features, fake_features)
    return torch.stack([F.l1_loss(f[-1], r[-1].detach()) for r, f in pairs]).mean()


# %% wrong "sums within a layer" of "not detached"
# You add the differences of a layer, so wide layers rule. Take the mean of each layer.
# - torch.stack([F.l1_loss(f, r) for r, f in zip(real, fake)]).mean()
# + torch.stack([(f - r.detach()).abs().sum() for r, f in zip(real, fake)]).mean()


# %% wrong "weighted by ten"
# The weight 10 is included already. Return the plain mean: whoever trains weights it.
def feature_matching_loss(real_features, fake_features):
    scales = [
        torch.stack([F.l1_loss(f, r.detach()) for r, f in zip(real, fake)]).mean()
        for real, fake in zip(real_features, fake_features)
    ]
    return 10 * torch.stack(scales).mean()


# %% wrong "the difference of the means" of "not detached"
# You compare the means of the features, not the features: too much here makes up for too little
# there. Take absolute differences first, then the mean.
# - torch.stack([F.l1_loss(f, r) for r, f in zip(real, fake)]).mean()
# + torch.stack([(f.mean() - r.detach().mean()).abs() for r, f in zip(real, fake)]).mean()
