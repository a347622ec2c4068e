"""The watermark: what it survives, what it must not find, and what it costs."""

import io
import math

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data

from retouch.ethics import (
    detect_watermark,
    embed_watermark,
    watermark_scores,
    watermark_threshold,
)
from retouch.metrics import psnr

PHOTOGRAPHS = ("astronaut", "coffee", "chelsea", "rocket", "camera", "grass", "gravel", "coins")


def photograph(name):
    array = getattr(data, name)()
    array = np.repeat(array[..., None], 3, axis=2) if array.ndim == 2 else array
    return torch.from_numpy(array.copy()).permute(2, 0, 1)[None].float() / 255


def eight_bit(image):
    array = (image[0].permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)
    return Image.fromarray(array)


def back(picture):
    return torch.from_numpy(np.asarray(picture).copy()).permute(2, 0, 1)[None].float() / 255


def jpeg(picture, quality=75):
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=quality)
    return Image.open(stream).convert("RGB")


def crop(picture, seed=0):
    rng = np.random.default_rng(seed)
    width, height = int(0.9 * picture.width), int(0.9 * picture.height)
    left = int(rng.integers(0, picture.width - width + 1))
    top = int(rng.integers(0, picture.height - height + 1))
    return picture.crop((left, top, left + width, top + height))


def rescale(picture, factor=0.9):
    size = round(factor * picture.width), round(factor * picture.height)
    return picture.resize(size, Image.Resampling.BICUBIC)


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_survives_a_crop_a_rescale_and_jpeg_together(name):
    marked = eight_bit(embed_watermark(photograph(name), f"key of {name}"))
    attacked = back(jpeg(rescale(crop(marked))))
    assert detect_watermark(attacked, f"key of {name}").tolist() == [True]
    assert detect_watermark(attacked, "another key").tolist() == [False]


@pytest.mark.parametrize("factor", [0.81, 0.9, 0.953, 1.1, 1.24])
def test_is_found_at_scales_between_the_ones_tried(factor):
    marked = eight_bit(embed_watermark(photograph("coffee"), 7))
    assert detect_watermark(back(rescale(marked, factor)), 7).tolist() == [True]


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_costs_less_than_38_decibels_allow(name):
    image = photograph(name)
    marked = back(eight_bit(embed_watermark(image, "key")))
    assert float(psnr(marked, image)) > 41
    assert float(marked.min()) >= 0


def test_strength_is_the_root_mean_square():
    gray = torch.full((2, 3, 128, 192), 0.5, dtype=torch.float64)
    marked = embed_watermark(gray, "key", strength=0.02)
    assert marked.dtype == torch.float64
    deviation = (marked - gray).square().mean(dim=(1, 2, 3)).sqrt()
    torch.testing.assert_close(deviation, torch.full((2,), 0.02, dtype=torch.float64))
    assert float(psnr(marked, gray)[0]) == pytest.approx(-20 * math.log10(0.02))


def test_false_alarms_stay_under_the_bound():
    images = torch.cat([photograph(name)[:, :, :200, :200] for name in ("coffee", "chelsea")])
    images[1] = embed_watermark(images[1:], "the right key")[0]
    scores = watermark_scores(images, range(150))
    assert float(scores.max()) < watermark_threshold(1e-3)
    # A detector that always says no would pass so far.
    assert float(watermark_scores(images, ["the right key"])[1]) > watermark_threshold(1e-6)
    assert float(scores.min()) > 3


def test_flat_images_raise_no_alarm():
    flat = torch.stack([torch.full((3, 80, 90), value) for value in (0.0, 0.3, 1.0)])
    assert not bool(detect_watermark(flat, "key", false_alarms=0.5).any())


def test_each_image_and_each_key_stands_alone():
    images = photograph("astronaut")[:, :, :128, :160].repeat(2, 1, 1, 1)
    images[1] = embed_watermark(images[:1], "key")[0]
    assert detect_watermark(images, "key").tolist() == [False, True]
    assert watermark_scores(images, ["key", b"key", 3]).shape == (2, 3)
    assert watermark_scores(images, []).shape == (2, 0)
    scores = watermark_scores(images[1:], ["7", 7, b"7"])
    assert len(set(scores[0].tolist())) == 3


def test_input_is_left_unchanged_and_embedding_repeats_itself():
    image = photograph("rocket")
    before = image.clone()
    first, second = embed_watermark(image, "key"), embed_watermark(image, "key")
    assert torch.equal(image, before)
    assert torch.equal(first, second)


def test_least_significant_bits_are_not_enough_for_the_detector():
    image = (photograph("coffee") * 255).byte() & 254
    bits = torch.randint(0, 2, image.shape, generator=torch.Generator().manual_seed(0))
    assert detect_watermark((image | bits.byte()).float() / 255, "key").tolist() == [False]


def test_threshold_is_where_the_bound_meets_the_share():
    threshold = watermark_threshold(1e-3)
    trials = 61 * 64**2
    assert trials * math.exp(-(threshold**2) / 2) == pytest.approx(1e-3)
    assert watermark_threshold(1e-9) > threshold


def test_bad_input_is_refused():
    image = photograph("coffee")
    with pytest.raises(ValueError, match="at least 64×64 pixels, got 63×600"):
        embed_watermark(image[:, :, :63], "key")
    with pytest.raises(ValueError, match=r"strength: expected .* in \(0, 1\), got 3"):
        embed_watermark(image, "key", strength=3)
    with pytest.raises(TypeError, match="key: expected str, int or bytes, got float"):
        detect_watermark(image, 1.5)
    with pytest.raises(ValueError, match=r"false_alarms: expected .* in \(0, 1\), got 0"):
        detect_watermark(image, "key", false_alarms=0)
    with pytest.raises(TypeError, match=r"got torch.uint8; convert 8-bit images"):
        detect_watermark((image * 255).byte(), "key")
