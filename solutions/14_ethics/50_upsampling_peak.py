# %% [markdown]
# # Who made it?
#
# ## The trace of upsampling
#
# **Goal.** One number that is large for pictures whose last step was an upsampling network, and
# small for most photographs.
#
# A generator doubles the size of its pictures again and again. To double, a transposed convolution
# puts **zeros** between the pixels and then smooths. But zeros in between repeat the spectrum: what
# was at frequency 0, the brightest spot of any picture's spectrum, appears again at half the
# sampling rate, along y, along x, and both. What the smoothing leaves of it is a faint
# checkerboard. In the power spectrum $P$ of an H×W picture (H and W even) these places are
#
# $$(H/2,\, 0), \qquad (0,\, W/2), \qquad (H/2,\, W/2)$$
#
# Compare the power there with the power around:
#
# 1. Multiply every channel with a **Hann window**, $h_y h_x$
#    (`torch.hann_window(n, dtype=torch.float64)`, periodic, as it is by default), so that the
#    picture's borders leave no cross in the spectrum.
# 2. $P$ = `torch.fft.fft2`, absolute value, squared, **then** the mean over the channels.
# 3. *Around* each place: the mean of $P$ over the 13×13 square around it **without** the inner 5×5.
#    Frequencies repeat, so what leaves on one side comes in on the other.
# 4. Rounding to 8 bits adds noise of its own: $f = \frac{1}{12 \cdot 255^2} \sum_{y,x} (h_y
#    h_x)^2$.
#
# $$\text{peak} = \frac{\text{mean of } P \text{ at the three places}}
#   {\text{mean of the three surroundings} \;+\; f}$$
#
# | | type | shape | values |
# |---|---|---|---|
# | `image` | float tensor | N×C×H×W; H, W even, 16 or more | 0 … 1 |
# | result | float tensor | N | 0 or more |
#
# Compute in float64. By hand: a gray picture (all pixels 0.5) has power at frequency 0 and next to
# it, none at the three places: 0. A checkerboard of 0.45 and 0.55 has power only at and next to
# (H/2, W/2): the surroundings are 0 and the answer is in the hundreds of thousands.
#
# **Why it matters.** A. Odena and others (2016) found checkerboards in what GANs draw, and R.
# Durall and others (2020) that the spectrum betrays most generators. It is a clue that needs no
# training data. You will also see how little it takes to remove it.

# %% exercise points=3 forbid="retouch.ethics scipy"
def upsampling_peak(image):
    """Power at the frequencies that stride-2 upsampling leaves, over the power around them.

    Args:
        image: float tensor N×C×H×W in [0, 1]; H and W even, at least 16.

    Returns:
        A float tensor of N ratios.
    """
    ### BEGIN SOLUTION
    height, width = image.shape[2:]
    rows = torch.hann_window(height, dtype=torch.float64)
    window = rows[:, None] * torch.hann_window(width, dtype=torch.float64)
    power = torch.fft.fft2(image.double() * window).abs().square().mean(dim=1)
    offset = torch.arange(-6, 7)
    ring = torch.maximum(offset.abs()[:, None], offset.abs()) > 2
    peaks, surroundings = [], []
    for y, x in [(height // 2, 0), (0, width // 2), (height // 2, width // 2)]:
        square = power[:, ((y + offset) % height)[:, None], (x + offset) % width]
        peaks.append(power[:, y, x])
        surroundings.append(square[:, ring].mean(dim=1))
    floor = window.square().sum() / (12 * 255**2)
    return torch.stack(peaks).mean(dim=0) / (torch.stack(surroundings).mean(dim=0) + floor)
    ### END SOLUTION


# %% hint
# `torch.fft.fft2` has frequency 0 at index [0, 0], in the corner. Which index is half the sampling
# rate along the rows, and what lies 6 steps to the left of column 0?

# %% hint
# `torch.roll(power, (6 - y, 6 - x), dims=(1, 2))[:, :13, :13]` is the 13×13 square around (y, x),
# wrapped around. A mask of ones, 13×13, whose inner `[4:9, 4:9]` is False, picks the ring.

# %% hint
# `window = hann(H)[:, None] * hann(W)`; `power = torch.fft.fft2(image.double() *
# window).abs().square().mean(dim=1)`. For each of the three places collect `power[:, y, x]` and the
# mean over the ring of its square. Then divide the mean of the three peaks by (the mean of the
# three rings + f).

# %% cases
import numpy as np
import torch

from retouch.data import photograph


def cases(rng):
    def tensor(pixels):
        return torch.from_numpy(np.ascontiguousarray(pixels)).movedim(-1, -3).float() / 255

    def crop(name, height, width, size=(64, 96)):
        photo = photograph(name, size=size)
        top, left = (int(rng.integers(0, s - n + 1)) for s, n in zip(size, (height, width)))
        return photo[top : top + height, left : left + width]

    pair = np.stack([crop("coffee", 36, 48), crop("chelsea", 36, 48)])
    yield "two photographs", {"image": tensor(pair)}

    half = crop("rocket", 20, 28)
    doubled = np.zeros((40, 56, 3))
    doubled[::2, ::2] = half * float(rng.uniform(2.2, 2.6))
    # Uneven smoothing, such as an untrained transposed convolution's.
    for axis in (0, 1):
        doubled = (
            0.55 * doubled + 0.28 * np.roll(doubled, 1, axis) + 0.17 * np.roll(doubled, -1, axis)
        )
    gray = doubled.mean(axis=2, keepdims=True)
    both = np.stack([gray, gray[::-1]]).clip(0, 255).round()
    yield "upsampled, gray", {"image": tensor(both)}

    y, x = np.indices((24, 40))
    contrast = float(rng.uniform(0.06, 0.1))
    stripes = [0.5 + contrast * (-1.0) ** pattern for pattern in (y, x)]
    noise = rng.normal(0, 0.02, (2, 3, 24, 40))
    lines = np.stack(stripes)[:, None] + noise
    yield "stripes along one axis", {"image": torch.from_numpy(lines.clip(0, 1))}

    signs = np.array([1, -1])[:, None, None]  # opposite in two channels, so they cancel in gray
    board = 0.5 + contrast * signs * (-1.0) ** (y + x) + rng.normal(0, 0.03, (3, 2, 24, 40))
    yield "a checkerboard of colours", {"image": torch.from_numpy(board.clip(0, 1)).float()}

    ramp = 0.1 + 0.7 * (3 * y + x) / (3 * 23 + 39) * np.ones((2, 1, 1, 1))
    yield "a smooth ramp, brighter at one end", {"image": torch.from_numpy(ramp).float()}
    flat = torch.full((2, 1, 16, 18), float(rng.uniform(0.2, 0.8)))
    yield "flat", {"image": flat}


# %% observe
from autograder import close


def observe(upsampling_peak, image):
    return {"peak": close(upsampling_peak(image), rtol=1e-3, atol=1e-6)}


# %% right "with roll, the mean taken away first"
def upsampling_peak(image):
    n, c, h, w = image.shape
    window = torch.outer(*(torch.hann_window(side, dtype=torch.float64) for side in (h, w)))
    image = image.double()
    image = image - image.mean(dim=(2, 3), keepdim=True)
    power = torch.fft.fft2(image * window).abs().pow(2).mean(1)
    keep = torch.ones(13, 13, dtype=torch.bool)
    keep[4:9, 4:9] = False
    peak = around = 0
    for y in (0, h // 2):
        for x in (0, w // 2):
            if y or x:
                square = power.roll((6 - y, 6 - x), (1, 2))[:, :13, :13]
                peak = peak + square[:, 6, 6]
                around = around + square[:, keep].mean(1)
    return peak / (around + 3 * (window**2).sum() / 12 / 255**2)


# %% right "frequency 0 in the middle, with NumPy"
def upsampling_peak(image):
    values = image.double().numpy()
    h, w = values.shape[2:]
    window = np.hanning(h + 1)[:h, None] * np.hanning(w + 1)[:w]
    power = (np.abs(np.fft.fft2(values * window)) ** 2).mean(axis=1)
    padded = np.pad(np.fft.fftshift(power, axes=(1, 2)), [(0, 0), (6, 7), (6, 7)], mode="wrap")
    peaks, rings = [], []
    for y, x in [(0, w // 2), (h // 2, 0), (0, 0)]:
        square = padded[:, y : y + 13, x : x + 13]
        peaks.append(square[:, 6, 6])
        rings.append((square.sum((1, 2)) - square[:, 4:9, 4:9].sum((1, 2))) / 144)
    floor = (window**2).sum() / (12 * 255**2)
    return torch.from_numpy(np.mean(peaks, axis=0) / (np.mean(rings, axis=0) + floor))


# %% wrong "over the mean of the whole spectrum" of "the middle of an unshifted spectrum"
# You divide by the mean of the whole spectrum, which the low frequencies of the picture rule.
# Compare with the ring around each place.
# - power = torch.fft.fftshift(power, dim=(1, 2))
# - keep = torch.ones(13, 13, dtype=torch.bool)
# - keep[4:9, 4:9] = False
#
# - around = torch.stack([square[:, keep].mean(dim=1) for square in squares]).mean(dim=0)
# + around = power.mean(dim=(1, 2))

# %% wrong "frequency 0 among the places" of "the middle of an unshifted spectrum"
# You count index [0, 0] as one of the places: that is the picture's brightness, by far its largest
# power. There are three places, without it.
# - power = torch.fft.fftshift(power, dim=(1, 2))
#
# - places = [(height // 2, 0), (0, width // 2), (height // 2, width // 2)]
# + places = [(0, 0), (height // 2, 0), (0, width // 2), (height // 2, width // 2)]

# %% wrong "one axis only" of "the middle of an unshifted spectrum"
# You look at (H/2, 0) only. Upsampling leaves its trace along x and in the corner (H/2, W/2), too.
# - power = torch.fft.fftshift(power, dim=(1, 2))
#
# - places = [(height // 2, 0), (0, width // 2), (height // 2, width // 2)]
# + places = [(height // 2, 0)]

# %% wrong "without the corner" of "the middle of an unshifted spectrum"
# You left out (H/2, W/2), where a checkerboard has *all* of its power.
# - power = torch.fft.fftshift(power, dim=(1, 2))
#
# - places = [(height // 2, 0), (0, width // 2), (height // 2, width // 2)]
# + places = [(height // 2, 0), (0, width // 2)]

# %% wrong "height and width swapped" of "the middle of an unshifted spectrum"
# You take W/2 for the rows and H/2 for the columns. The spectrum is H×W, like the picture.
# - power = torch.fft.fftshift(power, dim=(1, 2))
#
# - places = [(height // 2, 0), (0, width // 2), (height // 2, width // 2)]
# + places = [(width // 2, 0), (0, height // 2), (width // 2, height // 2)]

# %% wrong "a quarter of the sampling rate" of "the middle of an unshifted spectrum"
# You look at H/4 and W/4, the frequencies that an *earlier* doubling left. The last one leaves half
# of the sampling rate.
# - power = torch.fft.fftshift(power, dim=(1, 2))
#
# - places = [(height // 2, 0), (0, width // 2), (height // 2, width // 2)]
# + places = [(height // 4, 0), (0, width // 4), (height // 4, width // 4)]


# %% wrong "the middle of an unshifted spectrum"
# You shift frequency 0 to the middle and still read at H/2 and W/2: that is frequency 0 itself, and
# its axes. Leave out `fftshift`.
def upsampling_peak(image):
    height, width = image.shape[2:]
    window = torch.outer(*(torch.hann_window(n, dtype=torch.float64) for n in (height, width)))
    power = torch.fft.fft2(image.double() * window).abs().square().mean(dim=1)
    power = torch.fft.fftshift(power, dim=(1, 2))
    keep = torch.ones(13, 13, dtype=torch.bool)
    keep[4:9, 4:9] = False
    places = [(height // 2, 0), (0, width // 2), (height // 2, width // 2)]
    squares = [power.roll((6 - y, 6 - x), (1, 2))[:, :13, :13] for y, x in places]
    peak = torch.stack([square[:, 6, 6] for square in squares]).mean(dim=0)
    around = torch.stack([square[:, keep].mean(dim=1) for square in squares]).mean(dim=0)
    return peak / (around + window.square().sum() / (12 * 255**2))


# %% wrong "magnitude instead of power" of "the middle of an unshifted spectrum"
# You forgot the square: the magnitude's ratio is about the root of the power's.
# - power = torch.fft.fft2(image.double() * window).abs().square().mean(dim=1)
# - power = torch.fft.fftshift(power, dim=(1, 2))
# + power = torch.fft.fft2(image.double() * window).abs().mean(dim=1)

# %% wrong "logarithms" of "the middle of an unshifted spectrum"
# You divide *logarithms* of the power, which presses every ratio towards 1. Divide the powers.
# - power = torch.fft.fftshift(power, dim=(1, 2))
# + power = torch.log1p(power)

# %% wrong "no window" of "the middle of an unshifted spectrum"
# Without the window the jump between opposite borders draws a cross through the spectrum, and the
# places lie on its arms. Multiply the picture by `h_y h_x`.
# - power = torch.fft.fft2(image.double() * window).abs().square().mean(dim=1)
# - power = torch.fft.fftshift(power, dim=(1, 2))
# + power = torch.fft.fft2(image.double()).abs().square().mean(dim=1)

# %% wrong "window along one axis" of "the middle of an unshifted spectrum"
# You apply the window along the rows only. It is a product, $h_y h_x$.
# - power = torch.fft.fft2(image.double() * window).abs().square().mean(dim=1)
# - power = torch.fft.fftshift(power, dim=(1, 2))
# + power = (
# +     torch.fft.fft2(image.double() * torch.hann_window(height, dtype=torch.float64)[:, None])
# +     .abs()
# +     .square()
# +     .mean(dim=1)
# + )

# %% wrong "a symmetric window" of "the middle of an unshifted spectrum"
# Your window is symmetric (as `np.hanning(n)` is). The periodic one, `torch.hann_window(n)`, keeps
# the brightness out of the surroundings.
# - window = torch.outer(*(torch.hann_window(n, dtype=torch.float64) for n in (height, width)))
# + window = torch.outer(
# +     *(torch.hann_window(n, periodic=False, dtype=torch.float64) for n in (height, width))
# + )
# - power = torch.fft.fftshift(power, dim=(1, 2))

# %% wrong "without the noise of rounding" of "the middle of an unshifted spectrum"
# You left out $f$. Where the picture is smooth, you divide by almost nothing (or by 0), and find
# peaks that no 8-bit picture could hold.
# - power = torch.fft.fftshift(power, dim=(1, 2))
#
# - return peak / (around + window.square().sum() / (12 * 255**2))
# + return peak / (around + 1e-30)

# %% wrong "the noise without the window" of "the middle of an unshifted spectrum"
# Your $f$ counts the noise of the whole picture, but the window keeps only some of it: multiply by
# the sum of the *squared window*, not by H·W.
# - power = torch.fft.fftshift(power, dim=(1, 2))
#
# - return peak / (around + window.square().sum() / (12 * 255**2))
# + return peak / (around + height * width / (12 * 255**2))

# %% wrong "the peak in its own surroundings" of "the middle of an unshifted spectrum"
# The inner 5×5 is still in your surroundings, and with it the peak itself. Leave it out.
# - power = torch.fft.fftshift(power, dim=(1, 2))
#
# - keep[4:9, 4:9] = False

# %% wrong "the inner square too small" of "the middle of an unshifted spectrum"
# You leave out the inner 3×3 only. The window spreads a peak further than that: leave out 5×5.
# - power = torch.fft.fftshift(power, dim=(1, 2))
#
# - keep[4:9, 4:9] = False
# + keep[5:8, 5:8] = False

# %% wrong "colours mixed before the spectrum" of "the middle of an unshifted spectrum"
# You average the channels *before* the transform, and patterns of opposite sign cancel. Average
# their powers.
# - power = torch.fft.fft2(image.double() * window).abs().square().mean(dim=1)
# - power = torch.fft.fftshift(power, dim=(1, 2))
# + power = torch.fft.fft2(image.double().mean(dim=1) * window).abs().square()

# %% wrong "one number for the batch" of "the middle of an unshifted spectrum"
# You average the spectra of all pictures. Each picture has its own ratio: N of them.
# - power = torch.fft.fft2(image.double() * window).abs().square().mean(dim=1)
# - power = torch.fft.fftshift(power, dim=(1, 2))
# + power = (
# +     torch.fft.fft2(image.double() * window)
# +     .abs()
# +     .square()
# +     .mean(dim=(0, 1))[None]
# +     .expand(len(image), -1, -1)
# + )


# %% wrong "the largest of the three"
# You take the largest of the three ratios. The formula averages the peaks, averages the
# surroundings, then divides.
def upsampling_peak(image):
    height, width = image.shape[2:]
    window = torch.outer(*(torch.hann_window(n, dtype=torch.float64) for n in (height, width)))
    power = torch.fft.fft2(image.double() * window).abs().square().mean(dim=1)
    keep = torch.ones(13, 13, dtype=torch.bool)
    keep[4:9, 4:9] = False
    places = [(height // 2, 0), (0, width // 2), (height // 2, width // 2)]
    squares = [power.roll((6 - y, 6 - x), (1, 2))[:, :13, :13] for y, x in places]
    peak = torch.stack([square[:, 6, 6] for square in squares])
    around = torch.stack([square[:, keep].mean(dim=1) for square in squares])
    return (peak / (around + window.square().sum() / (12 * 255**2))).amax(dim=0)


# %% wrong "the mean of three ratios" of "the largest of the three"
# You divide at each place and average the three ratios. Average the peaks and the surroundings
# first, so that a place with hardly any power cannot decide.
# - return (peak / (around + window.square().sum() / (12 * 255**2))).amax(dim=0)
# + return (peak / (around + window.square().sum() / (12 * 255**2))).mean(dim=0)

# %% wrong "cut off at the border" of "the middle of an unshifted spectrum"
# Near the edge you cut the square off. Frequencies repeat: what leaves the spectrum on one side
# comes in on the other.
# - power = torch.fft.fftshift(power, dim=(1, 2))
#
# - squares = [power.roll((6 - y, 6 - x), (1, 2))[:, :13, :13] for y, x in places]
# + padded = F.pad(power, (6, 6, 6, 6), value=float("nan"))
# + squares = [padded[:, y : y + 13, x : x + 13] for y, x in places]
# - around = torch.stack([square[:, keep].mean(dim=1) for square in squares]).mean(dim=0)
# + around = torch.stack([square[:, keep].nanmean(dim=1) for square in squares]).mean(dim=0)
