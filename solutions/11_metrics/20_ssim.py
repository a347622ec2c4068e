# %% [markdown]
# ## Structure instead of pixels
#
# **Goal.** Compare small *windows* of two images by their brightness, their contrast, and whether
# they rise and fall together.
#
# For each window, with means $\mu_x, \mu_y$, variances $\sigma_x^2, \sigma_y^2$ and covariance
# $\sigma_{xy}$:
#
# $$\text{SSIM} = \frac{(2 \mu_x \mu_y + C_1)(2 \sigma_{xy} + C_2)}
#   {(\mu_x^2 + \mu_y^2 + C_1)(\sigma_x^2 + \sigma_y^2 + C_2)}
#   \qquad C_1 = (0.01\,L)^2,\ C_2 = (0.03\,L)^2$$
#
# $L$ is the `data_range`. The value of the image is the mean over all windows and all channels.
#
# | | type | shape | values |
# |---|---|---|---|
# | `image`, `target` | float tensors | N×C×H×W | 0 … `data_range`; H, W ≥ 11 |
# | `data_range` | `float` | | largest possible value minus smallest |
# | result | float tensor | N | at most 1; 1 where identical |
#
# The details are part of the definition. Papers whose numbers don't agree mostly differ in these:
#
# 1. **The window** is a Gaussian of 11×11 pixels with σ = 1.5, and its weights sum to 1.
# 2. **Moments are weighted means**: $\mu_x = \text{blur}(x)$ and
#    $\sigma_x^2 = \text{blur}(x^2) - \mu_x^2$, $\sigma_{xy} = \text{blur}(xy) - \mu_x \mu_y$. There
#    is no $N/(N-1)$.
# 3. **Only windows wholly inside the image count**: the map is H−10 by W−10.
# 4. **Each channel by itself**, then a plain mean over all.
#
# By hand: two flat images, 0.5 and 0.6, in [0, 1]. There is no contrast, so the second factor is
# $C_2 / C_2 = 1$, and $(0.6 + 0.0001) / (0.25 + 0.36 + 0.0001) = 0.984$. A *shift* of the
# brightness costs SSIM hardly anything.
#
# **Why it matters.** It is the second number in every table. And the constants make it depend on
# the range: see what that does, after this exercise.

# %% exercise points=3 forbid="retouch.metrics torchmetrics skimage"
def ssim(image, target, data_range=1.0):
    """Structural similarity of each image, as Wang et al. defined it in 2004.

    Args:
        image, target: float tensors N×C×H×W, values in [0, data_range], H and W at least 11.
        data_range: distance between the smallest and the largest possible value.

    Returns:
        A float tensor of N numbers: the mean over all windows inside the image and all channels.
    """
    ### BEGIN SOLUTION
    n, c, h, w = image.shape
    steps = torch.arange(-5, 6, dtype=image.dtype, device=image.device)
    line = torch.exp(-(steps**2) / (2 * 1.5**2))
    line = line / line.sum()

    def blur(maps):
        rows = F.conv2d(maps.reshape(n * c, 1, h, w), line.view(1, 1, 1, 11))
        return F.conv2d(rows, line.view(1, 1, 11, 1)).view(n, c, h - 10, w - 10)

    c1, c2 = (0.01 * data_range) ** 2, (0.03 * data_range) ** 2
    mean_x, mean_y = blur(image), blur(target)
    variance_x = blur(image**2) - mean_x**2
    variance_y = blur(target**2) - mean_y**2
    covariance = blur(image * target) - mean_x * mean_y
    luminance = (2 * mean_x * mean_y + c1) / (mean_x**2 + mean_y**2 + c1)
    structure = (2 * covariance + c2) / (variance_x + variance_y + c2)
    return (luminance * structure).mean(dim=(1, 2, 3))
    ### END SOLUTION


# %% hint
# You need five blurred maps: which? And how do you blur so that only whole windows count?

# %% hint
# A Gaussian is separable: `F.conv2d(maps.reshape(n * c, 1, h, w), line.view(1, 1, 1, 11))`, then
# the same with `line.view(1, 1, 11, 1)`, both without padding. `line` is
# `torch.exp(-steps**2 / 4.5)` for `steps` from −5 to 5, divided by its sum.

# %% hint
# With `blur`: the means of `image` and `target`; of `image**2`, `target**2` and `image * target`,
# each minus the product of the means. Put them into the formula, with
# `c1 = (0.01 * data_range) ** 2` and `c2 = (0.03 * data_range) ** 2`, and take the mean over
# `(1, 2, 3)`.

# %% cases
import numpy as np
import torch

from retouch.data import photograph


def cases(rng):
    def pair(target, noise, peak=1.0, dtype="float64"):
        sizes = noise * peak * (1 + np.arange(len(target))).reshape(-1, 1, 1, 1)
        image = np.clip(target + sizes * rng.normal(0, 1, target.shape), 0, peak)
        image, target = (torch.from_numpy(a.astype(dtype)) for a in (image, target))
        return {"image": image, "target": target, "data_range": peak}

    pixels = photograph("chelsea", size=(30, 44)).transpose(2, 0, 1) / 255.0
    pixels = np.stack([pixels[:, :24, :30], pixels[:, 5:29, 12:42]])
    yield "a photograph with noise", pair(pixels, 0.05, dtype="float32")
    yield "values in [0, 255]", pair(np.rint(255 * pixels[:, :2, 3:, :26]), 0.1, peak=255.0)
    # Where the contrast is of C2's size, the constants and the kind of covariance show.
    faint = 0.4 + 0.03 * rng.normal(0, 1, (2, 3, 18, 15))
    yield "faint texture (float64)", pair(faint, 0.02)
    dark = 0.08 + 0.15 * rng.random((3, 1, 14, 17))
    yield "nearly black, of a range of 4", pair(dark, 0.006, peak=4.0)
    coarse = np.kron(rng.random((2, 2, 4, 5)), np.ones((5, 4)))
    yield (
        "blocks against their mirror image",
        {**pair(coarse, 0), "image": pair(coarse, 0)["image"].flip(3)},
    )
    yield "one window", pair(rng.random((2, 3, 11, 11)), 0.2)


# %% observe
import torch

from autograder import close


def observe(ssim, image, target, data_range):
    # Squares of numbers up to 255 cost float32 a few digits, in any right program.
    fine = image.dtype == torch.float64
    rules = {"rtol": 1e-6, "atol": 1e-6} if fine else {"rtol": 1e-4, "atol": 2e-4}
    return {
        "similarity": close(ssim(image, target, data_range), **rules),
        "of a picture with itself": close(ssim(target, target, data_range), atol=1e-4),
    }


# %% right "one convolution with the 11×11 window"
def ssim(image, target, data_range=1.0):
    n, c, h, w = image.shape
    y, x = torch.meshgrid(torch.arange(11) - 5, torch.arange(11) - 5, indexing="ij")
    window = torch.exp(-(x**2 + y**2) / 4.5).to(image)
    window = (window / window.sum())[None, None]
    maps = torch.stack([image, target, image**2, target**2, image * target])
    blurred = F.conv2d(maps.reshape(-1, 1, h, w), window).view(5, n, c, h - 10, w - 10)
    mx, my, xx, yy, xy = blurred
    c1, c2 = (0.01 * data_range) ** 2, (0.03 * data_range) ** 2
    top = (2 * mx * my + c1) * (2 * (xy - mx * my) + c2)
    bottom = (mx**2 + my**2 + c1) * (xx - mx**2 + yy - my**2 + c2)
    return (top / bottom).flatten(1).mean(1)


# %% right "grouped, as most programs do it"
def ssim(image, target, data_range=1.0):
    c = image.shape[1]
    line = torch.exp(-0.5 * (torch.arange(11.0, dtype=image.dtype) - 5) ** 2 / 2.25)
    window = torch.outer(line, line) / line.sum() ** 2
    window = window.expand(c, 1, 11, 11)
    blur = lambda maps: F.conv2d(maps, window, groups=c)
    mx, my = blur(image), blur(target)
    sx, sy = blur(image * image) - mx * mx, blur(target * target) - my * my
    s = blur(image * target) - mx * my
    c1, c2 = (0.01 * data_range) ** 2, (0.03 * data_range) ** 2
    a, b = (2 * mx * my + c1) / (mx**2 + my**2 + c1), (2 * s + c2) / (sx + sy + c2)
    return (a * b).mean((1, 2, 3))


# %% right "scikit-image"
def ssim(image, target, data_range=1.0):
    from skimage.metrics import structural_similarity

    options = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
    values = [
        structural_similarity(
            i.double().numpy(), t.double().numpy(), data_range=data_range, channel_axis=0, **options
        )
        for i, t in zip(image, target)
    ]
    return torch.tensor(values, dtype=image.dtype)


# %% wrong "255, whatever the range"
# The constants are those of images in [0, 255]. In [0, 1] they drown every difference, and anything
# scores near 1: use `data_range`.
# - c1, c2 = (0.01 * data_range) ** 2, (0.03 * data_range) ** 2
# + c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2

# %% wrong "1, whatever the range"
# The constants are those of images in [0, 1], whatever `data_range` says. Multiply 0.01 and 0.03 by
# it.
# - c1, c2 = (0.01 * data_range) ** 2, (0.03 * data_range) ** 2
# + c1, c2 = 0.01**2, 0.03**2

# %% wrong "range not squared"
# `data_range` belongs inside the square: (0.01 · L)², not 0.01² · L.
# - c1, c2 = (0.01 * data_range) ** 2, (0.03 * data_range) ** 2
# + c1, c2 = 0.01**2 * data_range, 0.03**2 * data_range

# %% wrong "constants not squared"
# C₁ and C₂ are *squares*: (0.01 · L)² and (0.03 · L)².
# - c1, c2 = (0.01 * data_range) ** 2, (0.03 * data_range) ** 2
# + c1, c2 = 0.01 * data_range, 0.03 * data_range

# %% wrong "range from the picture"
# You measure the range of the picture's values. It belongs to the format: a picture in gray mist
# still has all of [0, 1] to itself.
# - c1, c2 = (0.01 * data_range) ** 2, (0.03 * data_range) ** 2
# + spread = (target.amax() - target.amin()).item()
# + c1, c2 = (0.01 * spread) ** 2, (0.03 * spread) ** 2

# %% wrong "no constants"
# Without C₁ and C₂ flat and dark windows divide almost 0 by almost 0, and noise decides.
# - c1, c2 = (0.01 * data_range) ** 2, (0.03 * data_range) ** 2
# + c1, c2 = 1e-12, 1e-12

# %% wrong "constants swapped"
# 0.01 belongs to the means (C₁), 0.03 to the variances (C₂). You have them the other way round.
# - c1, c2 = (0.01 * data_range) ** 2, (0.03 * data_range) ** 2
# + c1, c2 = (0.03 * data_range) ** 2, (0.01 * data_range) ** 2

# %% wrong "uniform window"
# All 121 pixels of your window count alike. Wang's window is a Gaussian with σ = 1.5.
# - line = torch.exp(-(steps**2) / (2 * 1.5**2))
# - line = line / line.sum()
# + line = torch.ones_like(steps) / 11

# %% wrong "sigma 1"
# Your Gaussian has σ = 1. It is 1.5.
# - line = torch.exp(-(steps**2) / (2 * 1.5**2))
# + line = torch.exp(-(steps**2) / (2 * 1.0**2))

# %% wrong "sigma squared by mistake"
# The exponent is −x²/(2σ²), with 2σ² = 4.5. You divide by 2σ = 3.
# - line = torch.exp(-(steps**2) / (2 * 1.5**2))
# + line = torch.exp(-(steps**2) / (2 * 1.5))

# %% wrong "no factor 2 in the Gaussian"
# The exponent is −x²/(2σ²). You divide by σ² only, so your window is too narrow.
# - line = torch.exp(-(steps**2) / (2 * 1.5**2))
# + line = torch.exp(-(steps**2) / 1.5**2)

# %% wrong "window of 7"
# Your window is 7 pixels wide, scikit-image's default for its *uniform* window. Here it is 11.
# - steps = torch.arange(-5, 6, dtype=image.dtype, device=image.device)
# + steps = torch.arange(-3, 4, dtype=image.dtype, device=image.device)
# - rows = F.conv2d(maps.reshape(n * c, 1, h, w), line.view(1, 1, 1, 11))
# - return F.conv2d(rows, line.view(1, 1, 11, 1)).view(n, c, h - 10, w - 10)
# + rows = F.conv2d(maps.reshape(n * c, 1, h, w), line.view(1, 1, 1, 7))
# + return F.conv2d(rows, line.view(1, 1, 7, 1)).view(n, c, h - 6, w - 6)

# %% wrong "weights that do not sum to 1"
# Your window's weights don't sum to 1, so a mean is no mean. Divide them by their sum.
# - line = line / line.sum()

# %% wrong "zeros around the picture"
# With `padding` the windows reach over the border, into zeros that both pictures share. Only whole
# windows count.
# - rows = F.conv2d(maps.reshape(n * c, 1, h, w), line.view(1, 1, 1, 11))
# - return F.conv2d(rows, line.view(1, 1, 11, 1)).view(n, c, h - 10, w - 10)
# + maps = F.pad(maps.reshape(n * c, 1, h, w), (5, 5, 5, 5), "constant")
# + rows = F.conv2d(maps, line.view(1, 1, 1, 11))
# + return F.conv2d(rows, line.view(1, 1, 11, 1)).view(n, c, h, w)

# %% wrong "mirrored border"
# Your windows reach over the border into mirrored pixels. Only windows wholly inside count: no
# padding.
# - rows = F.conv2d(maps.reshape(n * c, 1, h, w), line.view(1, 1, 1, 11))
# - return F.conv2d(rows, line.view(1, 1, 11, 1)).view(n, c, h - 10, w - 10)
# + maps = F.pad(maps.reshape(n * c, 1, h, w), (5, 5, 5, 5), "reflect")
# + rows = F.conv2d(maps, line.view(1, 1, 1, 11))
# + return F.conv2d(rows, line.view(1, 1, 11, 1)).view(n, c, h, w)

# %% wrong "sample covariance"
# You multiply the variances by 121/120, as if the window held 121 equal draws. The moments are
# weighted means, without N/(N − 1).
#   covariance = blur(image * target) - mean_x * mean_y
# + variance_x, variance_y = variance_x * 121 / 120, variance_y * 121 / 120
# + covariance = covariance * 121 / 120


# %% wrong "whole picture as one window"
# You take the moments of the whole picture. SSIM looks through a small window at each place and
# averages.
def ssim(image, target, data_range=1.0):
    axes = (2, 3)
    c1, c2 = (0.01 * data_range) ** 2, (0.03 * data_range) ** 2
    mx, my = image.mean(axes), target.mean(axes)
    xx, yy = image.var(axes, correction=0), target.var(axes, correction=0)
    xy = (image * target).mean(axes) - mx * my
    top = (2 * mx * my + c1) * (2 * xy + c2)
    return (top / ((mx**2 + my**2 + c1) * (xx + yy + c2))).mean(1)


# %% wrong "blocks without overlap"
# Your windows lie side by side. There is one at *every* place: stride 1.
# - rows = F.conv2d(maps.reshape(n * c, 1, h, w), line.view(1, 1, 1, 11))
# - return F.conv2d(rows, line.view(1, 1, 11, 1)).view(n, c, h - 10, w - 10)
# + rows = F.conv2d(maps.reshape(n * c, 1, h, w), line.view(1, 1, 1, 11), stride=(1, 11))
# + columns = F.conv2d(rows, line.view(1, 1, 11, 1), stride=(11, 1))
# + return columns.view(n, c, *columns.shape[2:])

# %% wrong "structure only"
# The first factor is missing, so a picture that is brighter all over counts as perfect. Multiply
# both factors.
# - return (luminance * structure).mean(dim=(1, 2, 3))
# + return structure.mean(dim=(1, 2, 3))

# %% wrong "luminance only"
# The second factor, with variances and covariance, is missing: you only compare blurred pictures.
# - return (luminance * structure).mean(dim=(1, 2, 3))
# + return luminance.mean(dim=(1, 2, 3))

# %% wrong "product of the means"
# You average each factor over the picture and multiply the averages. Multiply first, window by
# window.
# - return (luminance * structure).mean(dim=(1, 2, 3))
# + return luminance.mean(dim=(1, 2, 3)) * structure.mean(dim=(1, 2, 3))

# %% wrong "first channel only"
# You look at the first channel only. All channels count.
# - return (luminance * structure).mean(dim=(1, 2, 3))
# + return (luminance * structure)[:, 0].mean(dim=(1, 2))

# %% wrong "mixes the channels first"
# You average the channels to gray first, and errors in colour disappear. Each channel by itself,
# then the mean.
# + image, target = image.mean(1, keepdim=True), target.mean(1, keepdim=True)
#   n, c, h, w = image.shape

# %% wrong "one number for the batch"
# You average over the images, too. Each has its own value: `dim=(1, 2, 3)`.
# - return (luminance * structure).mean(dim=(1, 2, 3))
# + return (luminance * structure).mean()

# %% wrong "a dissimilarity"
# You return 1 − SSIM, which is a loss. The similarity itself is 1 where two pictures are identical.
# - return (luminance * structure).mean(dim=(1, 2, 3))
# + return 1 - (luminance * structure).mean(dim=(1, 2, 3))

# %% wrong "no factor 2 with the covariance"
# The numerator has 2σ_xy, as (a + b)² has 2ab. Without the 2, a picture is only half like itself.
# - structure = (2 * covariance + c2) / (variance_x + variance_y + c2)
# + structure = (covariance + c2) / (variance_x + variance_y + c2)

# %% wrong "no factor 2 with the means"
# The numerator has 2µ_xµ_y. Without the 2, a picture is only half like itself.
# - luminance = (2 * mean_x * mean_y + c1) / (mean_x**2 + mean_y**2 + c1)
# + luminance = (mean_x * mean_y + c1) / (mean_x**2 + mean_y**2 + c1)

# %% wrong "means not subtracted"
# You take blur(x²) for the variance. Subtract the square of the mean.
# - variance_x = blur(image**2) - mean_x**2
# - variance_y = blur(target**2) - mean_y**2
# - covariance = blur(image * target) - mean_x * mean_y
# + variance_x, variance_y = blur(image**2), blur(target**2)
# + covariance = blur(image * target)

# %% wrong "deviations for variances"
# The denominator has variances. You take their roots, standard deviations.
#   covariance = blur(image * target) - mean_x * mean_y
# + variance_x, variance_y = variance_x.clamp(0).sqrt(), variance_y.clamp(0).sqrt()

# %% wrong "the size of the covariance"
# You take the absolute value of the covariance, so a negative counts as a likeness. Keep the sign.
# - structure = (2 * covariance + c2) / (variance_x + variance_y + c2)
# + structure = (2 * covariance.abs() + c2) / (variance_x + variance_y + c2)

# %% wrong "clamped at 0"
# You cut negative values off. SSIM may be below 0, where one picture rises as the other falls.
# - return (luminance * structure).mean(dim=(1, 2, 3))
# + return (luminance * structure).clamp(0, 1).mean(dim=(1, 2, 3))
