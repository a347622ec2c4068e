# %% [markdown]
# # Whose is it?
#
# ## A mark that stays
#
# **Goal.** Two functions. One hides a pattern in a picture, faint enough not to be seen; the other
# says whether a picture carries it, without the original, and only if it knows the **key**.
#
# | | type | shape | values |
# |---|---|---|---|
# | `image` | float tensor | N×C×H×W; H, W at least 64 | 0 … 1 |
# | `key` | `int` | | 0 or more; the secret |
# | `strength` | `float` | | root mean square of the change where nothing is clamped: 0.01, say |
# | `embed_watermark(image, key, strength)` | float tensor | N×C×H×W | 0 … 1: clamped |
# | `detect_watermark(image, key)` | tensor of booleans | N | one answer for each picture |
#
# What is asked of the pair, for photographs of 192×256 pixels at a strength of 0.01 (40 dB):
#
# 1. The mark is **found** as it is, after JPEG at quality 75, after cutting up to 10 pixels off
#    each border, and after both.
# 2. **False alarms**: of the keys that a picture was *not* marked with, fewer than 1 in 100 are
#    found in it. Marks of other keys count as "not marked".
# 3. The key alone makes the pattern. The same key always makes the same one, two keys make
#    different ones.
#
# *How* is up to you. One way that works, "spread spectrum" (I. Cox and others 1997):
#
# - **A tile.** Draw 64×64 normal numbers from `torch.Generator().manual_seed(key)`. In its Fourier
#   transform keep only waves with 4 to 16 periods in 64 pixels (you will see why). Scale it to a
#   root mean square of 1.
# - **Embed.** Repeat the tile over the picture, times the strength, in every channel. As it
#   repeats, any part of the picture carries all of it.
# - **Detect.** Take the mean of the channels; subtract a blurred copy, as most of the picture is in
#   there; limit what is left to ±0.05, so that edges don't shout. Add up all 64×64 tiles. Now the
#   mark lies on itself, wherever the crop has *shifted* it to.
# - **Try all shifts at once.** The inverse Fourier transform of
#   $\frac{S}{|S|} \overline{T}$, where $S$ is the transform of the sum and $T$ that of the tile, is
#   the agreement at each of the 4,096 shifts. Found, if the largest lies more than 5.5 standard
#   deviations high. (Chance alone reaches 4 to 5: the best of 4,096 tries.)
#
# By hand: at a strength of 0.01 the pattern changes a pixel by about 2.5 levels of 255. No single
# pixel says anything. But 49,000 of them, added up in the key's rhythm, grow 49,000-fold, while the
# photograph, which doesn't know the rhythm, grows like $\sqrt{49000} \approx 220$.
#
# **Why it matters.** Laws in several countries ask makers of generated pictures to mark them so
# that machines can tell. Marks like this one are how.

# %% exercise points=3 forbid="retouch.ethics"
def embed_watermark(image, key, strength):
    """Add the key's faint pattern to every channel.

    Args:
        image: float tensor N×C×H×W in [0, 1].
        key: whole number, 0 or more.
        strength: root mean square of the change.

    Returns:
        The marked pictures, N×C×H×W in [0, 1].
    """
    ### BEGIN SOLUTION
    height, width = image.shape[2:]
    waves = torch.fft.fftfreq(64) * 64
    radius = (waves[:, None] ** 2 + waves**2).sqrt()
    noise = torch.randn(64, 64, generator=torch.Generator().manual_seed(key))
    spectrum = torch.fft.fft2(noise) * ((radius >= 4) & (radius <= 16))
    tile = torch.fft.ifft2(spectrum).real
    tile = tile / tile.square().mean().sqrt()
    pattern = tile.repeat(height // 64 + 1, width // 64 + 1)[:height, :width]
    return (image + strength * pattern.to(image)).clamp(0, 1)
    ### END SOLUTION


def detect_watermark(image, key):
    """Whether each picture carries the key's pattern, at any shift.

    Args:
        image: float tensor N×C×H×W in [0, 1].
        key: whole number, 0 or more.

    Returns:
        A tensor of N booleans.
    """
    ### BEGIN SOLUTION
    gray = image.float().mean(dim=1, keepdim=True)
    rest = gray - F.avg_pool2d(gray, 9, stride=1, padding=4, count_include_pad=False)
    height, width = gray.shape[2:]
    rest = F.pad(rest.clamp(-0.05, 0.05), (0, -width % 64, 0, -height % 64))
    tiles = rest.unfold(2, 64, 64).unfold(3, 64, 64)
    spectrum = torch.fft.fft2(tiles.sum(dim=(1, 2, 3)))
    spectrum = spectrum / spectrum.abs().clamp(min=1e-9)
    # The mark on a gray ground is the tile itself.
    ground = torch.full((1, 1, 64, 64), 0.5)
    tile = torch.fft.fft2(embed_watermark(ground, key, 0.01)[0, 0] - 0.5)
    agreement = torch.fft.ifft2(spectrum * tile.conj().to(spectrum)).real.flatten(1)
    return agreement.amax(dim=1) > 5.5 * agreement.std(dim=1).clamp(min=1e-12)
    ### END SOLUTION


# %% hint
# A crop moves the pattern, and the detector cannot know how far. What must the pattern be like, so
# that "how far" has only a few thousand possible answers?

# %% hint
# `tile.repeat(rows, columns)[:H, :W]` covers a picture. `F.pad(x, (0, -W % 64, 0, -H % 64))` makes
# both sides multiples of 64, and `x.unfold(2, 64, 64).unfold(3, 64, 64)` cuts it into tiles. Both
# functions need the same tile: let `detect_watermark` call `embed_watermark` on a gray picture of
# 64×64, and subtract the gray.

# %% hint
# With `s = torch.fft.fft2(sum_of_tiles)` and `t = torch.fft.fft2(tile)`: `agreement =
# torch.fft.ifft2(s / s.abs().clamp(min=1e-9) * t.conj()).real.flatten(1)`, and a picture is marked
# if `agreement.amax(dim=1) > 5.5 * agreement.std(dim=1)`.


# %% cases
def cases(rng):
    def key():
        return int(rng.integers(1_000, 1_000_000))

    def cuts():
        return [int(n) for n in rng.integers(1, 11, 4)]

    def case(what, names, size, key, strength, cuts=(0, 0, 0, 0)):
        inputs = {"what": what, "names": names, "size": size, "key": key}
        return {**inputs, "strength": strength, "cuts": list(cuts)}

    three, size = ["coffee", "astronaut", "rocket"], [192, 256]
    yield (
        "three photographs, through JPEG and scissors",
        case("survives", three, size, key(), 0.01, cuts()),
    )
    others = ["chelsea", "ihc", "retina"]
    yield (
        "three others, stronger and cut at the upper left only",
        case("survives", others, [200, 300], key(), 0.02, [*rng.integers(3, 11, 2).tolist(), 0, 0]),
    )
    four = ["coffee", "chelsea", "rocket", "brick"]
    yield "keys that it was not marked with", case("false alarms", four, [64, 96], key(), 0.02)
    yield "one marked, one not, one with another key", case("mixed", three, size, key(), 0.015)
    yield (
        "the pattern, on gray, black and white",
        case("pattern", [], [128, 192], key(), float(rng.uniform(0.02, 0.03))),
    )


# %% observe
import io

import numpy as np
import torch
from PIL import Image

from autograder import between, equal
from retouch.data import photograph


def observe(embed_watermark, detect_watermark, what, names, size, key, strength, cuts):
    def answers(images, key):
        return torch.as_tensor(detect_watermark(images, key))

    images = torch.stack([load(name, size) for name in names]) if names else None
    watch = {"survives": survival, "false alarms": alarms, "mixed": mixed, "pattern": pattern}[what]
    return watch(embed_watermark, answers, images, size, key, strength, cuts)


def load(name, size):
    pixels = photograph(name, size=tuple(size))
    pixels = pixels if pixels.ndim == 3 else np.stack([pixels] * 3, axis=2)
    return torch.from_numpy(pixels).permute(2, 0, 1).float() / 255


def eight_bit(images):
    return (255 * images).round().clamp(0, 255).byte()


def through_jpeg(images):
    back = []
    for image in eight_bit(images):
        file = io.BytesIO()
        Image.fromarray(image.permute(1, 2, 0).numpy()).save(file, "JPEG", quality=75)
        back.append(np.array(Image.open(file)))
    return torch.from_numpy(np.stack(back)).permute(0, 3, 1, 2).float() / 255


def share(answers):
    return answers.double().mean()


def survival(embed, answers, images, size, key, strength, cuts):
    kept = images.clone()
    marked = embed(images, key, strength)
    change = (marked - kept).square().mean(dim=(1, 2, 3)).sqrt() / strength
    stored = eight_bit(marked).float() / 255
    top, left, bottom, right = cuts
    cut = stored[:, :, top : size[0] - bottom, left : size[1] - right]
    ends = torch.stack([marked.min(), 1 - marked.max()])
    return {
        "shape of the marked pictures": equal(list(marked.shape)),
        "the pictures themselves are left alone": equal(bool((images == kept).all())),
        "lowest value, and highest below 1": between(ends, 0, 1),
        "root mean square of the change, over the strength": between(change, 0.7, 1.15),
        "shape of the answers": equal(list(answers(stored, key).shape)),
        "share found as it is": between(share(answers(stored, key)), 1, 1),
        "share found after JPEG": between(share(answers(through_jpeg(stored), key)), 1, 1),
        "share found after a crop": between(share(answers(cut, key)), 1, 1),
        "share found after a crop and JPEG": between(share(answers(through_jpeg(cut), key)), 1, 1),
    }


def alarms(embed, answers, images, size, key, strength, cuts):
    unmarked = [images, images[1:3].flip(3)]
    others = torch.cat([*unmarked, embed(images[:2], key, strength)])
    flat = torch.stack([torch.full((3, *size), level) for level in (0.0, 0.4, 1.0)])
    shares = torch.stack([share(answers(others, key + 1 + 7 * i)) for i in range(30)])
    return {
        "false alarms, share": between(shares.mean(), 0, 0.02),
        "false alarms in flat pictures, share": between(share(answers(flat, key)), 0, 0),
        "share found with the right key": between(
            share(answers(embed(images, key, 0.06), key)), 0.7, 1
        ),
    }


def mixed(embed, answers, images, size, key, strength, cuts):
    first, other = embed(images[:1], key, strength), embed(images[2:], key + 1, strength)
    batch = torch.cat([first, images[1:2], other])
    return {"which of the three": equal(answers(batch, key).long().flatten().tolist())}


def pattern(embed, answers, images, size, key, strength, cuts):
    gray = torch.full((2, 3, *size), 0.5, dtype=torch.float64)

    def change(key, strength):
        return (embed(gray, key, strength) - gray)[0, 1]

    one, other, twice = change(key, strength), change(key + 1, strength), change(key, 2 * strength)
    likeness = (one * other).mean() / (one.square().mean() * other.square().mean()).sqrt()
    amounts = torch.stack([one.square().mean().sqrt(), twice.square().mean().sqrt() / 2])
    marked = embed(torch.stack([torch.zeros(3, *size), torch.ones(3, *size)]), key, 0.1)
    ends = torch.stack([marked.min(), 1 - marked.max()])
    return {
        "strength of the pattern, over what was asked": between(amounts / strength, 0.85, 1.15),
        "the same key makes the same pattern": equal(bool((change(key, strength) == one).all())),
        "likeness of two keys' patterns": between(likeness, -0.35, 0.35),
        "lowest value, and highest below 1": between(ends, 0, 1),
    }


# %% right "no tiles: a sheet of noise, matched as a whole"
def embed_watermark(image, key, strength):
    height, width = image.shape[2:]
    sheet = torch.randn(352, 352, generator=torch.Generator().manual_seed(key))
    soft = F.avg_pool2d(sheet[None, None], 3, stride=1, padding=1)
    sheet = (soft - F.avg_pool2d(soft, 11, stride=1, padding=5))[0, 0]
    sheet = sheet / sheet.square().mean().sqrt()
    return (image + strength * sheet[:height, :width].to(image)).clamp(0, 1)


def detect_watermark(image, key):
    gray = image.float().mean(dim=1, keepdim=True)
    flat = (gray - F.avg_pool2d(gray, 7, 1, 3, count_include_pad=False)).clamp(-0.04, 0.04)[:, 0]
    # A crop can have taken up to 24 pixels off the top and the left.
    size = [side + 24 for side in flat.shape[1:]]
    ground = torch.full((1, 1, *size), 0.5)
    sheet = (embed_watermark(ground, key, 0.01) - ground)[0, 0]
    picture = torch.fft.rfft2(flat, s=size)
    picture = picture / picture.abs().clamp(min=1e-6)
    matched = torch.fft.irfft2(picture.conj() * torch.fft.rfft2(sheet), s=size)
    best = matched[:, :24, :24].flatten(1).amax(1)
    return best > 6 * matched.flatten(1).std(1).clamp(min=1e-12)


# %% right "black and white blocks, shift by shift"
def embed_watermark(image, key, strength):
    height, width = image.shape[2:]
    generator = torch.Generator().manual_seed(key)
    signs = torch.randint(0, 2, (16, 16), generator=generator).float() * 2 - 1
    tile = (signs - signs.mean()) / signs.std(unbiased=False)
    tile = tile.repeat_interleave(2, 0).repeat_interleave(2, 1)
    pattern = tile.repeat(height // 32 + 1, width // 32 + 1)[:height, :width]
    return (image + strength * pattern.to(image)).clamp(0, 1)


def detect_watermark(image, key):
    gray = image.float().mean(dim=1, keepdim=True)
    rest = (gray - F.avg_pool2d(gray, 7, 1, 3, count_include_pad=False)).clamp(-0.03, 0.03)[:, 0]
    height, width = (side // 32 * 32 for side in rest.shape[1:])
    folded = rest[:, :height, :width].reshape(len(rest), height // 32, 32, width // 32, 32)
    spectrum = torch.fft.fft2(folded.sum(dim=(1, 3)))
    whitened = torch.fft.ifft2(spectrum / spectrum.abs().clamp(min=1e-6)).real
    ground = torch.full((1, 1, 32, 32), 0.5)
    tile = (embed_watermark(ground, key, 0.01) - ground)[0, 0]
    shifts = tile.repeat(2, 2).unfold(0, 32, 1).unfold(1, 32, 1)[:32, :32].reshape(1024, 1024)
    agreement = whitened.flatten(1) @ shifts.T
    return agreement.amax(1) > 7 * agreement.std(1).clamp(min=1e-12)


# %% wrong "the least significant bit"
# You hide the mark in each pixel's lowest bit. It can't be seen, and it is the first thing that
# JPEG throws away; spread it over waves of several pixels instead.
def embed_watermark(image, key, strength):
    bits = torch.randint(0, 2, (64, 64), generator=torch.Generator().manual_seed(key))
    height, width = image.shape[2:]
    bits = bits.repeat(height // 64 + 1, width // 64 + 1)[:height, :width]
    levels = (image * 255).round().long()
    return ((levels - levels % 2 + bits) / 255).to(image)


def detect_watermark(image, key):
    bits = torch.randint(0, 2, (64, 64), generator=torch.Generator().manual_seed(key))
    height, width = image.shape[2:]
    bits = bits.repeat(height // 64 + 1, width // 64 + 1)[:height, :width]
    agreement = ((image * 255).round().long() % 2 == bits).double().mean(dim=(1, 2, 3))
    return agreement > 0.75


# %% wrong "keyless"
# The pattern does not depend on the key, so everybody's key finds it. Seed the generator with the
# key.
# - noise = torch.randn(64, 64, generator=torch.Generator().manual_seed(key))
# + noise = torch.randn(64, 64, generator=torch.Generator().manual_seed(0))

# %% wrong "a pattern from the global generator"
# You draw the pattern without the key, and a new one at every call, so the detector looks for
# something that was never embedded. Use `torch.Generator().manual_seed(key)`.
# - noise = torch.randn(64, 64, generator=torch.Generator().manual_seed(key))
# + noise = torch.randn(64, 64)

# %% wrong "shifts not tried"
# You compare at one place only. A crop moves the pattern, so try all 4,096 shifts, and take the
# best.
# - return agreement.amax(dim=1) > 5.5 * agreement.std(dim=1).clamp(min=1e-12)
# + return agreement[:, 0] > 5.5 * agreement.std(dim=1).clamp(min=1e-12)

# %% wrong "strength ignored"
# The pattern has the same strength whatever is asked for. Multiply it by `strength`.
# - return (image + strength * pattern.to(image)).clamp(0, 1)
# + return (image + 0.01 * pattern.to(image)).clamp(0, 1)

# %% wrong "not clamped"
# Bright and dark pixels leave [0, 1]. Clamp the marked picture.
# - return (image + strength * pattern.to(image)).clamp(0, 1)
# + return image + strength * pattern.to(image)


# %% wrong "always found"
# Your detector says yes to everything, so its yes is worth nothing. Compare with what chance alone
# reaches.
def detect_watermark(image, key):
    return torch.ones(len(image), dtype=torch.bool)


# %% wrong "never found"
# Your detector never finds anything, not even in the picture as it was marked. Is the pattern that
# it looks for the one that was embedded?
def detect_watermark(image, key):
    return torch.zeros(len(image), dtype=torch.bool)


# %% wrong "a threshold within chance"
# Your threshold is one that pure chance reaches for many keys: the best of 4,096 shifts lies 4 to 5
# standard deviations high by itself. Ask for 5.5 or more.
# - return agreement.amax(dim=1) > 5.5 * agreement.std(dim=1).clamp(min=1e-12)
# + return agreement.amax(dim=1) > 4.0 * agreement.std(dim=1).clamp(min=1e-12)


# %% wrong "any agreement above zero"
# You call every positive agreement a mark, and chance is positive half of the time. Ask for several
# standard deviations.
def detect_watermark(image, key):
    height, width = image.shape[2:]
    rest = image.float().mean(dim=1)
    rest = rest - rest.mean(dim=(1, 2), keepdim=True)
    ground = torch.full((1, 1, height, width), 0.5)
    pattern = (embed_watermark(ground, key, 0.01) - ground)[0, 0]
    return (rest * pattern).mean(dim=(1, 2)) > 0


# %% wrong "compares with the original"
# Your detector needs the original, which it has kept from the last call of `embed_watermark`. Who
# finds a picture on the net doesn't have it: look for the pattern itself.
def embed_watermark(image, key, strength):
    embed_watermark.original = image.clone()
    height, width = image.shape[2:]
    waves = torch.fft.fftfreq(64) * 64
    radius = (waves[:, None] ** 2 + waves**2).sqrt()
    noise = torch.randn(64, 64, generator=torch.Generator().manual_seed(key))
    tile = torch.fft.ifft2(torch.fft.fft2(noise) * ((radius >= 4) & (radius <= 16))).real
    tile = tile / tile.square().mean().sqrt()
    pattern = tile.repeat(height // 64 + 1, width // 64 + 1)[:height, :width]
    return (image + strength * pattern.to(image)).clamp(0, 1)


def detect_watermark(image, key):
    original = getattr(embed_watermark, "original", None)
    if original is None or original.shape != image.shape:
        return torch.zeros(len(image), dtype=torch.bool)
    height, width = image.shape[2:]
    ground = torch.full((1, 1, height, width), 0.5)
    change = (image - original).flatten(1).float()
    pattern = (embed_watermark(ground, key, 0.01) - ground).expand_as(original).flatten(1)
    embed_watermark.original = original
    return F.cosine_similarity(change, pattern.float()) > 0.1


# %% wrong "waves too short for JPEG"
# Your pattern lives in the very finest details, which JPEG stores coarsely or not at all. Keep
# waves of 4 to 16 periods in 64 pixels.
# - spectrum = torch.fft.fft2(noise) * ((radius >= 4) & (radius <= 16))
# + spectrum = torch.fft.fft2(noise) * (radius >= 38)

# %% wrong "multiplied"
# You multiply the picture by the pattern, so the mark is weak where the picture is dark, and never
# as strong as asked for. Add it.
# - return (image + strength * pattern.to(image)).clamp(0, 1)
# + return (image * (1 + strength * pattern.to(image))).clamp(0, 1)

# %% wrong "scaled by its largest value"
# You divide the tile by its *largest* value, so its root mean square is about 0.3. Divide by the
# root mean square itself.
# - tile = tile / tile.square().mean().sqrt()
# + tile = tile / tile.abs().max()

# %% wrong "one answer for the batch"
# You give one answer for the whole batch. Each picture has its own: take the maximum over the
# shifts, not over the pictures.
# - return agreement.amax(dim=1) > 5.5 * agreement.std(dim=1).clamp(min=1e-12)
# + found = agreement.amax(dim=1) > 5.5 * agreement.std(dim=1).clamp(min=1e-12)
# + return found.any()

# %% wrong "in one channel only"
# You mark the first channel only: a third of the signal, and JPEG stores colour coarsely. Add the
# pattern to every channel.
# - return (image + strength * pattern.to(image)).clamp(0, 1)
# + marked = image.clone()
# + marked[:, 0] = (marked[:, 0] + strength * pattern.to(image)).clamp(0, 1)
# + return marked

# %% wrong "changes its input"
# You add the pattern to the picture that you were given, so its owner's copy is marked, too. Make a
# new tensor.
# - return (image + strength * pattern.to(image)).clamp(0, 1)
# + image += strength * pattern.to(image)
# + return image.clamp_(0, 1)
