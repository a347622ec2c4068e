"""A keyed watermark that survives JPEG, cropping and resizing, and its blind detector.

The key draws the phases of some 300 plane waves, which repeat every 64 pixels, so that any
part of the image carries all of them (spread spectrum, Cox et al. 1997; a periodic pattern,
Kutter 1998). The detector needs no original: it reads the phases at the frequencies of each
possible scale, and adds them up along the key's for every possible shift.

It does not survive rotation, mirroring or a generative model, and who has the key, or many
images marked with one key, can remove it.
"""

import hashlib
import math
from collections.abc import Sequence

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional as F

from retouch.validation import number, wrong_type
from retouch.validation.tensors import require_images

Key = str | int | bytes
PERIOD = 64
# Waves of 5 to 21 pixels: most of an image's energy is in longer ones, JPEG's loss in shorter.
LOWEST, HIGHEST = 3, 14
# From 0.8 to 1.25, in steps that shift a corner of the window by less than a wave.
SCALES = torch.logspace(math.log10(0.8), math.log10(1.25), 61, dtype=torch.float64)
WINDOW = 640
SMALLEST = 64


def embed_watermark(
    image: Float[Tensor, "n c h w"], key: Key, strength: float = 0.008
) -> Float[Tensor, "n c h w"]:
    """Add the key's pattern to every channel, and clamp.

    Args:
        image: values in [0, 1], at least 64 pixels high and wide. So small a picture seldom holds
            enough of the pattern: found in 3 of the 15 `PHOTOGRAPHS` at 64×64
            pixels, in 10 at 128×128, in all at 256×256.
        key: anything secret; without it the pattern can be neither found nor told from noise.
        strength: root mean square of the pattern. The PSNR of the marked image is about
            −20 log₁₀(strength): 42 dB by default.

    Returns:
        Marked images of the same shape and dtype, in [0, 1].

    Raises:
        TypeError: the images or the key have a wrong type.
        ValueError: a wrong shape, range or size, or strength not in (0, 1).
    """
    _check(image)
    strength = number(strength, "strength", above=0, below=1)
    tile = _plane_waves(_key_phasors(key))
    tile = tile / tile.square().mean().sqrt()
    rows, columns = (-(-side // PERIOD) for side in image.shape[2:])
    pattern = tile.repeat(rows, columns)[: image.shape[2], : image.shape[3]]
    return (image + strength * pattern.to(image)).clamp(0, 1)


def detect_watermark(
    image: Float[Tensor, "n c h w"], key: Key, false_alarms: float = 1e-6
) -> Bool[Tensor, " n"]:
    """Whether each image carries the key's watermark, at a scale from 0.8 to 1.25.

    Args:
        image: values in [0, 1], at least 64 pixels high and wide.
        key: the key that the image may have been marked with.
        false_alarms: the largest share of unrelated keys that may be found in an image.

    Raises:
        TypeError: the images or the key have a wrong type.
        ValueError: a wrong shape, range or size, or false_alarms not in (0, 1).
    """
    return watermark_scores(image, [key])[:, 0] > watermark_threshold(false_alarms)


def watermark_scores(
    image: Float[Tensor, "n c h w"], keys: Sequence[Key]
) -> Float[Tensor, "n keys"]:
    """How strongly each image agrees with each key, in standard deviations of pure chance.

    The best over all shifts and scales; with an unrelated key about 4.5, at most 24.

    Raises:
        TypeError: the images or a key have a wrong type.
        ValueError: a wrong shape, range or size.
    """
    _check(image)
    phases = torch.stack([_image_phases(gray) for gray in image.mean(dim=1)])
    scores = [_score(phases, _key_phasors(key).to(phases)) for key in keys]
    return torch.stack(scores, dim=1) if keys else phases.real.new_empty(len(image), 0)


def watermark_threshold(false_alarms: float) -> float:
    """The score that at most this share of random keys exceeds, on any image.

    For a random key each wave adds cos(U), U uniform, so the sum over the waves exceeds t
    standard deviations with a probability of at most exp(−t²/2) (Chernoff's bound, with
    I₀(s) ≤ exp(s²/4)); that is summed over all shifts and scales.

    Raises:
        ValueError: not in (0, 1).
    """
    false_alarms = number(false_alarms, "false_alarms", above=0, below=1)
    return math.sqrt(2 * math.log(len(SCALES) * PERIOD**2 / false_alarms))


def _check(image: Tensor) -> None:
    require_images(image, "image", data_range=1.0, smallest=SMALLEST)


def _wave_numbers() -> tuple[Tensor, Tensor]:
    """Vertical and horizontal cycles per period; one of each pair ±k."""
    vertical = torch.arange(-HIGHEST, HIGHEST + 1)[:, None].expand(-1, HIGHEST + 1)
    horizontal = torch.arange(HIGHEST + 1).expand_as(vertical)
    radius = (vertical.square() + horizontal.square()).sqrt()
    half = (horizontal > 0) | (vertical > 0)
    kept = half & (radius >= LOWEST) & (radius <= HIGHEST)
    return vertical[kept], horizontal[kept]


def _key_phasors(key: Key) -> Tensor:
    """One unit complex number per wave, from the key alone (SHAKE-256)."""
    if isinstance(key, bool) or not isinstance(key, str | int | bytes):
        raise wrong_type("key", "str, int or bytes", type(key).__name__)
    secret = key if isinstance(key, bytes) else f"{type(key).__name__}:{key}".encode()
    count = len(_wave_numbers()[0])
    digest = hashlib.shake_256(b"retouch watermark\0" + secret).digest(2 * count)
    numbers = [int.from_bytes(digest[i : i + 2], "little") for i in range(0, 2 * count, 2)]
    angles = torch.tensor(numbers, dtype=torch.float64) * (2 * math.pi / 2**16)
    return torch.polar(torch.ones_like(angles), angles)


def _plane_waves(amplitudes: Tensor) -> Tensor:
    """Sum of 2 Re(a·exp(2πi k·x / 64)) over the waves: ...×waves to ...×64×64."""
    vertical, horizontal = _wave_numbers()
    spectrum = amplitudes.new_zeros(*amplitudes.shape[:-1], PERIOD, PERIOD // 2 + 1)
    spectrum[..., vertical % PERIOD, horizontal] = amplitudes
    upright = horizontal == 0  # whose mirror image lies in the stored half as well
    spectrum[..., -vertical[upright] % PERIOD, 0] = amplitudes[..., upright].conj()
    return torch.fft.irfft2(spectrum, s=(PERIOD, PERIOD), norm="forward")


def _image_phases(gray: Tensor) -> Tensor:
    """Unit phasors of the waves in an image H×W at every scale: scales×waves, complex64."""
    flat = _flatten(_central_window(gray.float())).to(torch.complex64)
    rows, columns = (_fourier_basis(size, gray.device) for size in flat.shape)
    spectrum = rows @ flat @ columns[:, HIGHEST:].mT
    vertical, horizontal = (index.to(gray.device) for index in _wave_numbers())
    waves = spectrum[:, vertical + HIGHEST, horizontal]
    return waves / waves.abs().clamp(min=1e-12)


def _central_window(gray: Tensor) -> Tensor:
    height, width = (min(WINDOW, side) for side in gray.shape)
    top, left = (gray.shape[0] - height) // 2, (gray.shape[1] - width) // 2
    return gray[top : top + height, left : left + width]


def _flatten(gray: Tensor) -> Tensor:
    """Subtract the local mean, divide by the local deviation, and limit what is left."""
    residual = gray - _box_mean(gray, 9)
    deviation = _box_mean(residual.square(), 17).clamp(min=0).sqrt()
    return (residual / (deviation + 2 / 255)).clamp(-3, 3)


def _box_mean(gray: Tensor, size: int) -> Tensor:
    padded = F.pad(gray[None, None], (size // 2,) * 4, mode="reflect")
    return F.avg_pool2d(padded, size, stride=1)[0, 0]


def _fourier_basis(size: int, device: torch.device) -> Tensor:
    """exp(−2πi k x / (64 s)) for each scale s, wave number k and pixel x."""
    waves = torch.arange(-HIGHEST, HIGHEST + 1, dtype=torch.float64)
    pixels = torch.arange(size, dtype=torch.float64) - size / 2
    frequencies = waves / (PERIOD * SCALES[:, None])
    angles = -2 * math.pi * frequencies[:, :, None] * pixels
    return torch.polar(torch.ones_like(angles), angles).to(torch.complex64).to(device)


def _score(phases: Tensor, key_phasors: Tensor) -> Tensor:
    agreement = _plane_waves(phases * key_phasors.conj()).amax(dim=(-2, -1))
    deviation = (2 * phases.abs().square().sum(dim=-1)).sqrt()
    return (agreement / deviation.clamp(min=1e-12)).amax(dim=-1)
