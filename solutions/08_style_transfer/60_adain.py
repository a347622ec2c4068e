# %% [markdown]
# ## Style in one line: AdaIN
#
# **Goal.** Features of one picture with the statistics of another's, without any optimisation.
#
# The Gram matrix has C² numbers. Huang and Belongie asked how few will do, and took 2·C: mean and
# standard deviation of each channel. *Adaptive instance normalisation* takes those of the content
# away and puts those of the style in their place:
#
# $$\text{AdaIN}(x, y) = \sigma(y) \, \frac{x - \mu(x)}{\sigma(x)} + \mu(y)$$
#
# $\mu$ and $\sigma$ are taken over the places, H×W, for each sample and each channel on its own.
# $\sigma$ is $\sqrt{\text{variance} + \varepsilon}$, with the *unbiased* variance (divided by
# H·W − 1, as in `torch.var`), for both: the small $\varepsilon$ keeps a channel that is constant
# from dividing by 0.
#
# | | type | shape | values |
# |---|---|---|---|
# | `content` | float tensor | N×C×H×W | any |
# | `style` | float tensor | N×C×H′×W′ or 1×C×H′×W′ | any |
# | `eps` | number | | above 0 |
# | result | float tensor | N×C×H×W | content's shape |
#
# By hand: a channel of content (0, 2) has mean 1 and variance 2; a channel of style (10, 14) has
# mean 12 and variance 8. With $\varepsilon = 0$: $\sqrt{8/2} = 2$, so the result is
# $2 \cdot (-1, 1) + 12 = (10, 14)$.
#
# **Why it matters.** It is fast, it works for styles that no network was trained for, and later it
# became the part of StyleGAN through which noise decides what a face looks like.

# %% exercise points=2 forbid="retouch.models retouch.recipes"
def adain(content, style, eps=1e-5):
    """Content with the mean and deviation of style, for each sample and channel.

    Args:
        content: float tensor N×C×H×W.
        style: float tensor, N or 1 samples, C channels, of any height and width.
        eps: added to the (unbiased) variances, under the root.

    Returns:
        Float tensor of content's shape.
    """
    ### BEGIN SOLUTION
    places = (2, 3)
    content_std = (content.var(dim=places, keepdim=True) + eps).sqrt()
    style_std = (style.var(dim=places, keepdim=True) + eps).sqrt()
    normalized = (content - content.mean(dim=places, keepdim=True)) / content_std
    return normalized * style_std + style.mean(dim=places, keepdim=True)
    ### END SOLUTION


# %% hint
# How many means has a batch of 4 samples with 16 channels: 16, or 64?

# %% hint
# `x.mean(dim=(2, 3), keepdim=True)` is N×C×1×1, and so fits to x. `x.var` is unbiased by default.

# %% hint
# `(content - its mean) / sqrt(its variance + eps) * sqrt(style's variance + eps) + style's mean`,
# with `dim=(2, 3), keepdim=True` in all four.

# %% cases
import torch


def cases(rng):
    def features(*shape, shift=0.0, scale=1.0):
        values = rng.normal(0, 1, shape) * scale
        offsets = rng.normal(shift, 0.7, (*shape[:2], 1, 1))
        stretch = rng.uniform(0.5, 2, (*shape[:2], 1, 1))
        return torch.from_numpy((values * stretch + offsets).astype("float32"))

    yield (
        "two samples, style of another size",
        {
            "content": features(2, 3, 4, 5, shift=1.0),
            "style": features(2, 3, 3, 6, shift=-2.0, scale=3.0),
            "eps": 1e-5,
        },
    )
    yield (
        "one style for all samples",
        {
            "content": features(3, 4, 2, 5),
            "style": features(1, 4, 6, 3, shift=1.0, scale=0.3),
            "eps": 1e-5,
        },
    )
    yield (
        "a large eps, in float64",
        {
            "content": features(2, 5, 3, 2, scale=0.4).double(),
            "style": features(2, 5, 2, 4, shift=0.5, scale=0.8).double(),
            "eps": 0.3,
        },
    )
    flat = features(2, 3, 4, 3)
    flat[:, 1] = 0.75
    yield (
        "a channel that is constant",
        {"content": flat, "style": features(2, 3, 5, 2, shift=1.0), "eps": 1e-3},
    )


# %% right "torch.var_mean"
def adain(content, style, eps=1e-5):
    variance, mean = torch.var_mean(content, dim=(2, 3), keepdim=True)
    style_variance, style_mean = torch.var_mean(style, dim=(2, 3), keepdim=True)
    return (content - mean) * ((style_variance + eps) / (variance + eps)).sqrt() + style_mean


# %% right "flattened, with the variance by hand"
def adain(content, style, eps=1e-5):
    def statistics(x):
        flat = x.flatten(2)
        mean = flat.mean(dim=2, keepdim=True)
        variance = (flat - mean).square().sum(dim=2, keepdim=True) / (flat.shape[2] - 1)
        return mean[..., None], torch.sqrt(variance + eps)[..., None]

    mean, std = statistics(content)
    style_mean, style_std = statistics(style)
    return style_mean + style_std * (content - mean) / std


# %% right "sample by sample"
def adain(content, style, eps=1e-5):
    results = []
    for i, sample in enumerate(content):
        manner = style[min(i, len(style) - 1)]
        rows = []
        for x, y in zip(sample, manner):
            rows.append(
                (x - x.mean()) / torch.sqrt(x.var() + eps) * torch.sqrt(y.var() + eps) + y.mean()
            )
        results.append(torch.stack(rows))
    return torch.stack(results)


# %% wrong "statistics of the batch"
# You take mean and deviation over the batch as well: that is batch normalisation. Each sample has
# its own: `dim=(2, 3)`.
# - places = (2, 3)
# + places = (0, 2, 3)

# %% wrong "statistics over the channels, too"
# You take one mean and one deviation for all channels of a sample: that is layer normalisation.
# Each channel has its own: `dim=(2, 3)`.
# - places = (2, 3)
# + places = (1, 2, 3)


# %% wrong "statistics over the channels only"
# You take mean and deviation over the channels of each place. Take them over the places of each
# channel: `dim=(2, 3)`.
def adain(content, style, eps=1e-5):
    normalized = content - content.mean(dim=1, keepdim=True)
    normalized = normalized / (content.var(dim=1, keepdim=True) + eps).sqrt()
    std = (style.var(dim=1, keepdim=True) + eps).sqrt().mean(dim=(2, 3), keepdim=True)
    return normalized * std + style.mean(dim=(1, 2, 3), keepdim=True)


# %% wrong "the variance for the deviation"
# You divide by the variance and multiply with the variance. Take the root of both.
def adain(content, style, eps=1e-5):
    places = (2, 3)
    normalized = content - content.mean(dim=places, keepdim=True)
    normalized = normalized / (content.var(dim=places, keepdim=True) + eps)
    variance = style.var(dim=places, keepdim=True) + eps
    return normalized * variance + style.mean(dim=places, keepdim=True)


# %% wrong "content and style swapped"
# You give the style the statistics of the content. It is the other way round, so the result has
# content's shape.
def adain(content, style, eps=1e-5):
    places = (2, 3)
    content_std = (content.var(dim=places, keepdim=True) + eps).sqrt()
    style_std = (style.var(dim=places, keepdim=True) + eps).sqrt()
    normalized = (style - style.mean(dim=places, keepdim=True)) / style_std
    return normalized * content_std + content.mean(dim=places, keepdim=True)


# %% wrong "the biased variance"
# Your variance is divided by H·W. The unbiased one, which is torch's default, is divided by
# H·W − 1.
def adain(content, style, eps=1e-5):
    places = (2, 3)
    content_std = (content.var(dim=places, keepdim=True, correction=0) + eps).sqrt()
    style_std = (style.var(dim=places, keepdim=True, correction=0) + eps).sqrt()
    normalized = (content - content.mean(dim=places, keepdim=True)) / content_std
    return normalized * style_std + style.mean(dim=places, keepdim=True)


# %% wrong "eps outside the root"
# You add ε to the deviation. It belongs to the variance, under the root.
def adain(content, style, eps=1e-5):
    places = (2, 3)
    content_std = content.std(dim=places, keepdim=True) + eps
    style_std = style.std(dim=places, keepdim=True) + eps
    normalized = (content - content.mean(dim=places, keepdim=True)) / content_std
    return normalized * style_std + style.mean(dim=places, keepdim=True)


# %% wrong "eps in the content's deviation only"
# The style's deviation has no ε. The formula has it in both, so that a picture in its own style
# stays what it was.
# - style_std = (style.var(dim=places, keepdim=True) + eps).sqrt()
#
# - return normalized * style_std + style.mean(dim=places, keepdim=True)
# + return normalized * style.std(dim=places, keepdim=True) + style.mean(dim=places, keepdim=True)


# %% wrong "no eps"
# There is no ε at all, so a channel that is constant is divided by 0. Add it to both variances.
def adain(content, style, eps=1e-5):
    places = (2, 3)
    normalized = content - content.mean(dim=places, keepdim=True)
    normalized = normalized / content.std(dim=places, keepdim=True)
    return normalized * style.std(dim=places, keepdim=True) + style.mean(dim=places, keepdim=True)


# %% wrong "eps fixed"
# You use 1e-5 whatever `eps` says. Use the parameter.
def adain(content, style, eps=1e-5):
    places = (2, 3)
    content_std = (content.var(dim=places, keepdim=True) + 1e-5).sqrt()
    style_std = (style.var(dim=places, keepdim=True) + 1e-5).sqrt()
    normalized = (content - content.mean(dim=places, keepdim=True)) / content_std
    return normalized * style_std + style.mean(dim=places, keepdim=True)


# %% wrong "the style's mean is missing"
# You scale to the style's deviation, but leave the mean at 0. Add the style's mean.
# - normalized = (content - content.mean(dim=places, keepdim=True)) / content_std
# - return normalized * style_std + style.mean(dim=places, keepdim=True)
# + return (content - content.mean(dim=places, keepdim=True)) / content_std * style_std

# %% wrong "the content's mean is left in"
# You scale content with its mean still in it. Subtract it first.
# - normalized = (content - content.mean(dim=places, keepdim=True)) / content_std
# - return normalized * style_std + style.mean(dim=places, keepdim=True)
# + return content / content_std * style_std + style.mean(dim=places, keepdim=True)


# %% wrong "not normalised first"
# You shift and scale the content by the style's numbers, but never take its own away. Normalise it
# first.
def adain(content, style, eps=1e-5):
    places = (2, 3)
    style_std = (style.var(dim=places, keepdim=True) + eps).sqrt()
    return content * style_std + style.mean(dim=places, keepdim=True)


# %% wrong "the first style for all"
# Every sample gets the statistics of the first style. Each has its own, unless there is only one.
# - places = (2, 3)
# + style, places = style[:1], (2, 3)


# %% wrong "changes the content"
# The result is right, but `-=`, `/=`, `*=` and `+=` work in place: they change the tensor that you
# were given.
def adain(content, style, eps=1e-5):
    places = (2, 3)
    content_std = (content.var(dim=places, keepdim=True) + eps).sqrt()
    style_std = (style.var(dim=places, keepdim=True) + eps).sqrt()
    content -= content.mean(dim=places, keepdim=True)
    content /= content_std
    content *= style_std
    content += style.mean(dim=places, keepdim=True)
    return content


# %% [markdown]
# ### Try it on colours
#
# A picture is a tensor N×3×H×W as well. So apply your function to the *pixels* themselves: each
# colour channel gets the style's mean and deviation. The slider mixes before and after; all of it
# is one line, so it reacts at once.
#
# > **Predict:** the cat with the statistics of the night. Will the strokes come along?


# %%
SOURCES = {"rocket, painted": painting("rocket", 128)}
SOURCES |= {name: photo(name, 128) for name in ("ihc", "coffee", "retina", "astronaut")}
PORTRAIT = photo("chelsea", 192)


def recolored(style, strength):
    mixed = PORTRAIT.lerp(adain(PORTRAIT, SOURCES[style]), strength).clamp(0, 1)
    return {"style": SOURCES[style][0], f"{strength:.0%} of the style's statistics": mixed[0]}


shown = {"the photograph": PORTRAIT[0]}
for style in ("rocket, painted", "ihc"):
    for strength in (0.5, 1.0):
        shown[f"{style}, {strength:.0%}"] = [*recolored(style, strength).values()][1]
show_images(
    shown,
    alt="the cat, with more and more of the statistics of the style's colours",
    columns=5,
    height=150,
)

# %%
explore(
    recolored,
    alt="a style, and the cat with the statistics of its colours",
    height=240,
    style=list(SOURCES),
    strength=(0.0, 1.5, 0.1, 1.0),
)

# %% [markdown]
# Colours, yes; strokes, no: a pixel does not know what it is part of. Features do. So change the
# *features* of the cat by AdaIN, then look for the picture that has such features, from the
# photograph on. (Huang and Belongie train a decoder for this last step, and so need no search.)
#
# About 4 seconds.


# %%
def decode_slowly(content, style, layers, steps):
    """A picture whose features are content's after AdaIN with style's."""
    eye = feature_extractor(layers=layers).to(device)
    with torch.no_grad():
        wanted = [adain(x, y) for x, y in zip(eye(content), eye(style))]
    pixels = content.detach().clone().requires_grad_()
    optimizer = torch.optim.Adam([pixels], lr=0.04)
    for _ in range(steps):
        losses = [content_loss(x, t) / t.var() for x, t in zip(eye(pixels), wanted)]
        loss = sum(losses) + 8 * total_variation(pixels) / pixels[0].numel()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            pixels.clamp_(0, 1)
    return pixels.detach()


show_images(
    {
        "pixels": adain(cat, small_night)[0].clamp(0, 1),
        "stem": decode_slowly(cat, small_night, ["stem"], FEW)[0],
        "stem, expand2, expand3": decode_slowly(
            cat, small_night, ["stem", "expand2", "expand3"], FEW
        )[0],
        "Gram matrices": steps_of_weight[0.03],
    },
    alt="the cat with the painting's statistics, by AdaIN at different layers",
    height=180,
)

# %% [markdown]
# The colours follow, and by the features in deeper layers they go where the network sees other
# things: to the nose, the eyes. The strokes hardly come. AdaIN asks each place to be what it was,
# *relative* to the others: the order of values in each channel stays, and with it every line of the
# fur. That is its strength, too: nothing gets lost. Huang and Belongie's strokes come from much
# deeper features, and from the decoder, which has to invent what these do not hold.
