# %% [markdown]
# ## Error in pixels
#
# **Goal.** Two functions: the mean squared error of each image, and the same on a scale that
# people quote, in decibels.
#
# $$\text{MSE}_n = \frac{1}{CHW} \sum_{c,y,x} (\text{image}_{ncyx} - \text{target}_{ncyx})^2
#   \qquad
#   \text{PSNR}_n = 10 \log_{10} \frac{\text{data\_range}^2}{\text{MSE}_n}$$
#
# | | type | shape | values |
# |---|---|---|---|
# | `image`, `target` | float tensors | N×C×H×W | 0 … `data_range` |
# | `data_range` | `float` | | largest *possible* value minus smallest |
# | `mse` | float tensor | N | 0 or more |
# | `psnr` | float tensor | N | decibels; ∞ where the two are identical |
#
# By hand: every pixel off by 0.1, in images of [0, 1]: the MSE is 0.01, the PSNR
# $10 \log_{10}(1 / 0.01)$ = 20 dB. Every pixel off by 0.01: 40 dB. Ten times the error costs 20 dB.
#
# **The peak is a property of the *format*, not of the picture.** A dark photograph in [0, 1] still
# has a range of 1, even if its brightest pixel is 0.3.
#
# **One value per image.** An average of decibels is not the decibels of the average, so papers
# report the mean of the images' PSNRs. Keep the images apart; whoever wants a mean can take it.
#
# **Why it matters.** This is the number in the tables of restoration and compression. Between the
# right one and that with a wrong peak lie 48 dB, and nothing crashes.

# %% exercise points=2 forbid="retouch.metrics torchmetrics skimage.metrics"
def mse(image, target):
    """Mean squared error of each image.

    Args:
        image, target: float tensors N×C×H×W.

    Returns:
        A float tensor of N numbers, 0 where the two are identical.
    """
    ### BEGIN SOLUTION
    return (image - target).square().mean(dim=(1, 2, 3))
    ### END SOLUTION


def psnr(image, target, data_range=1.0):
    """Peak signal-to-noise ratio of each image, in decibels.

    Args:
        image, target: float tensors N×C×H×W, values in [0, data_range].
        data_range: distance between the smallest and the largest possible value.

    Returns:
        A float tensor of N numbers; infinity where the two are identical.
    """
    ### BEGIN SOLUTION
    return 10 * torch.log10(data_range**2 / mse(image, target))
    ### END SOLUTION


# %% hint
# Over which of the four axes do you average, and which one stays?

# %% hint
# `tensor.mean(dim=(1, 2, 3))` leaves one number for each image; `torch.log10` is the logarithm
# to the base 10. A float tensor divided by 0 is `inf`, without an error.

# %% hint
# `(image - target).square().mean(dim=(1, 2, 3))`, and `10 * torch.log10(data_range**2 / ...)` of
# that.

# %% cases
import numpy as np
import torch


def cases(rng):
    def pair(*shape, peak=1.0, error=0.1, dtype="float32"):
        target = rng.uniform(0, peak, shape)
        # Each image has an error of its own size, or a mean over the batch would not show.
        size = error * peak * (1 + np.arange(shape[0])).reshape(-1, 1, 1, 1)
        image = np.clip(target + rng.normal(0, 1, shape) * size, 0, peak)
        image, target = (torch.from_numpy(a.astype(dtype)) for a in (image, target))
        return {"image": image, "target": target, "data_range": peak}

    yield "values in [0, 1]", pair(3, 3, 6, 5)
    yield "values in [0, 255] (float64)", pair(2, 1, 4, 7, peak=255.0, dtype="float64")
    dark = pair(2, 3, 5, 4, error=0.05)
    yield "a dark picture", {**dark, "image": dark["image"] / 4, "target": dark["target"] / 4}
    bright = pair(2, 2, 3, 5, error=0.05)
    yield (
        "a bright picture without black",
        {**bright, "image": 0.6 + bright["image"] / 5, "target": 0.6 + bright["target"] / 5},
    )
    same = pair(3, 2, 4, 3)
    same["image"][1] = same["target"][1]
    yield "one of three is identical", same


# %% observe
def observe(mse, psnr, image, target, data_range):
    return {"mse": mse(image, target), "psnr": psnr(image, target, data_range)}


# %% right "on flat images, with a difference of logarithms"
def mse(image, target):
    flat = (image - target).flatten(1)
    return (flat * flat).sum(1) / flat.shape[1]


def psnr(image, target, data_range=1.0):
    return 20 * math.log10(data_range) - 10 * torch.log10(mse(image, target))


# %% right "with F.mse_loss, image by image"
# - return (image - target).square().mean(dim=(1, 2, 3))
# + return torch.stack([F.mse_loss(one, other) for one, other in zip(image, target)])


# %% right "scikit-image"
def psnr(image, target, data_range=1.0):
    import warnings

    from skimage.metrics import peak_signal_noise_ratio

    with warnings.catch_warnings(), np.errstate(divide="ignore"):
        warnings.simplefilter("ignore")
        values = [
            peak_signal_noise_ratio(t.numpy(), i.numpy(), data_range=data_range)
            for i, t in zip(image, target)
        ]
    return torch.tensor(values, dtype=image.dtype)


# %% wrong "one number for the batch"
# You average over the images, too. Each image has its own error: leave the first axis, with
# `dim=(1, 2, 3)`.
# - return (image - target).square().mean(dim=(1, 2, 3))
# + return (image - target).square().mean()

# %% wrong "a mean over the batch, repeated"
# Your result has N numbers, but all are the batch's mean error. Each image has its own.
# - return (image - target).square().mean(dim=(1, 2, 3))
# + return (image - target).square().mean().expand(len(image))

# %% wrong "one number per channel"
# You average over rows and columns only. The channels belong to the image: `dim=(1, 2, 3)`.
# - return (image - target).square().mean(dim=(1, 2, 3))
# + return (image - target).square().mean(dim=(2, 3))

# %% wrong "root of the MSE"
# You return the *root* of the mean squared error, in units of the images. The MSE has no root, and
# the decibels become half as many.
# - return (image - target).square().mean(dim=(1, 2, 3))
# + return (image - target).square().mean(dim=(1, 2, 3)).sqrt()

# %% wrong "sum of squares"
# You add the squares up, so a larger picture has a larger error. Divide by the number of values.
# - return (image - target).square().mean(dim=(1, 2, 3))
# + return (image - target).square().sum(dim=(1, 2, 3))

# %% wrong "absolute error"
# You average absolute differences: that is the mean absolute error. Square them.
# - return (image - target).square().mean(dim=(1, 2, 3))
# + return (image - target).abs().mean(dim=(1, 2, 3))

# %% wrong "signed error"
# You average the differences first, so that + and − cancel, and square after that. Square first.
# - return (image - target).square().mean(dim=(1, 2, 3))
# + return (image - target).mean(dim=(1, 2, 3)).square()

# %% wrong "half of it"
# There is a factor ½, which some write for the sake of the derivative. The mean has none.
# - return (image - target).square().mean(dim=(1, 2, 3))
# + return (image - target).square().mean(dim=(1, 2, 3)) / 2

# %% wrong "relative to the target"
# You divide by the target's energy. The error of a dark picture counts as much as that of a bright
# one.
# - return (image - target).square().mean(dim=(1, 2, 3))
# + return (image - target).square().mean((1, 2, 3)) / target.square().mean((1, 2, 3))

# %% wrong "peak from the image"
# Your peak is the brightest pixel of the *picture*. It is the largest value that the format
# allows: `data_range`.
# - return 10 * torch.log10(data_range**2 / mse(image, target))
# + return 10 * torch.log10(image.amax((1, 2, 3)) ** 2 / mse(image, target))

# %% wrong "peak from the target"
# Your peak is the brightest pixel of the *target*. It is the largest value that the format
# allows: `data_range`.
# - return 10 * torch.log10(data_range**2 / mse(image, target))
# + return 10 * torch.log10(target.amax((1, 2, 3)) ** 2 / mse(image, target))


# %% wrong "range from the target"
# You measure the target's range, largest minus smallest. The range belongs to the format, not to
# the picture: `data_range`.
def psnr(image, target, data_range=1.0):
    spread = target.amax((1, 2, 3)) - target.amin((1, 2, 3))
    return 10 * torch.log10(spread**2 / mse(image, target))


# %% wrong "255, whatever the range"
# Your peak is 255 for every picture. On values in [0, 1] that is a present of 48 dB: use
# `data_range`.
# - return 10 * torch.log10(data_range**2 / mse(image, target))
# + return 10 * torch.log10(255**2 / mse(image, target))

# %% wrong "1, whatever the range"
# Your peak is 1 for every picture. On values up to 255 that costs 48 dB: use `data_range`.
# - return 10 * torch.log10(data_range**2 / mse(image, target))
# + return -10 * torch.log10(mse(image, target))

# %% wrong "peak not squared"
# A squared error wants a squared peak: `data_range**2`.
# - return 10 * torch.log10(data_range**2 / mse(image, target))
# + return 10 * torch.log10(data_range / mse(image, target))

# %% wrong "natural logarithm"
# `torch.log` is the natural logarithm. Decibels are defined with base 10: `torch.log10`.
# - return 10 * torch.log10(data_range**2 / mse(image, target))
# + return 10 * torch.log(data_range**2 / mse(image, target))

# %% wrong "20 instead of 10"
# 20 goes with a ratio of amplitudes, peak over *root* of the error. With squares it is 10.
# - return 10 * torch.log10(data_range**2 / mse(image, target))
# + return 20 * torch.log10(data_range**2 / mse(image, target))

# %% wrong "10 with amplitudes"
# You divide the peak by the root of the error: then the factor is 20.
# - return 10 * torch.log10(data_range**2 / mse(image, target))
# + return 10 * torch.log10(data_range / mse(image, target).sqrt())

# %% wrong "the sign"
# You divide the error by the peak, so that better pictures get fewer decibels. Turn it round.
# - return 10 * torch.log10(data_range**2 / mse(image, target))
# + return 10 * torch.log10(mse(image, target) / data_range**2)

# %% wrong "a small number for safety"
# 1e-8 below the fraction caps identical pictures at 80 dB, and on [0, 255] at 128 dB. Dividing
# by 0 is right here: infinity.
# - return 10 * torch.log10(data_range**2 / mse(image, target))
# + return 10 * torch.log10(data_range**2 / (mse(image, target) + 1e-8))


# %% wrong "identical is 100 dB"
# You put 100 dB where the two are identical. No error at all is infinitely many decibels; let the
# division give `inf`.
def psnr(image, target, data_range=1.0):
    error = mse(image, target)
    return torch.where(error == 0, 100.0, 10 * torch.log10(data_range**2 / error))


# %% wrong "signal instead of peak"
# You compare the error with the picture's own energy: that is the SNR. PSNR compares it with the
# *peak*.
# - return 10 * torch.log10(data_range**2 / mse(image, target))
# + return 10 * torch.log10(target.square().mean((1, 2, 3)) / mse(image, target))

# %% equivalent "the order of the two, and that of the axes, doesn't matter"
# - return (image - target).square().mean(dim=(1, 2, 3))
# + return (target - image).square().mean(dim=(1, 2, 3))
# - return (image - target).square().mean(dim=(1, 2, 3))
# + return (image - target).square().mean(dim=(2, 1, 3))

# %% accepted "one number for the batch"
# - return (image - target).square().mean(dim=(1, 2, 3))
# + return (image - target).square().mean()

# %% accepted "peak not squared"
# - return 10 * torch.log10(data_range**2 / mse(image, target))
# + return 10 * torch.log10(data_range**1 / mse(image, target))

# %% accepted "sum of squares"
# - return (image - target).square().mean(dim=(1, 2, 3))
# + return (image - target).square().sum(dim=(1, 2, 3))

# %% accepted "the sign"
# - return 10 * torch.log10(data_range**2 / mse(image, target))
# + return 10 * torch.log10(mse(image, target) / data_range ** 2)


# %% [markdown]
# ### Feel a decibel
#
# Move the slider. Where do you begin to see the noise, and where does it hurt?

# %%
cup = picture("coffee", (128, 160))
grain = torch.randn(cup.shape, generator=torch.Generator().manual_seed(1))


def add_noise(strength):
    noisy = (cup + strength * grain).clamp(0, 1)
    return {"the photograph": cup[0], f"{psnr(noisy, cup).item():.1f} dB": noisy[0]}


explore(add_noise, alt="a cup of coffee, with and without noise", strength=(0.0, 0.3, 0.01, 0.1))
