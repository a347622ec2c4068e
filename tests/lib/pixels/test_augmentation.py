import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from torch import Generator
from torchvision.transforms.v2 import functional as TF

from retouch.pixels import augmentation as aug

DTYPES = [torch.float32, torch.float64]
SEEDS = st.integers(0, 2**31)


def make_images(n=4, dtype=torch.float32, channels=3, height=6, width=9, seed=0):
    rng = Generator().manual_seed(seed)
    return torch.rand(n, channels, height, width, generator=rng, dtype=dtype)


def rng(seed=0):
    return Generator().manual_seed(seed)


ONE_HOT = F.one_hot(torch.tensor([2, 0, 1, 4]), 5).float()
EVERY = {
    "random_hflip": lambda x, g: aug.random_hflip(x, 0.5, g),
    "random_crop": lambda x, g: aug.random_crop(x, (4, 5), 1, g),
    "jitter_color": lambda x, g: aug.jitter_color(x, 0.4, 0.4, g),
    "rotate_pair": lambda x, g: aug.rotate_pair(x, x[:, :1], 30.0, g)[0],
    "cutout": lambda x, g: aug.cutout(x, 3, g),
    "mixup": lambda x, g: aug.mixup(x, ONE_HOT.to(x.dtype), 1.0, g)[0],
    "standardize": lambda x, g: aug.standardize(x, [0.1, 0.5, 0.4], [0.5, 0.2, 1.5]),
}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", EVERY)
def test_keeps_dtype_and_inputs_and_repeats_with_its_seed(name, dtype):
    images = make_images(dtype=dtype)
    before = images.clone()
    result = EVERY[name](images, rng(3))
    assert result.dtype == dtype
    assert torch.equal(images, before)
    assert torch.equal(result, EVERY[name](images, rng(3)))


@pytest.mark.parametrize("name", EVERY)
def test_wants_a_batch_of_float_images(name):
    with pytest.raises(
        ValueError, match=r"images: expected N×C×H×W, got shape \(3, 6, 9\); add a batch axis"
    ):
        EVERY[name](make_images()[0], rng())
    with pytest.raises(
        TypeError, match=r"images: expected a floating-point tensor.*uint8; convert"
    ):
        EVERY[name]((255 * make_images()).byte(), rng())


@given(SEEDS)
def test_certain_flip_twice_is_identity(seed):
    images = make_images(seed=seed)
    once = aug.random_hflip(images, 1.0, rng(seed))
    assert torch.equal(once, torch.from_numpy(images.numpy()[..., ::-1].copy()))
    assert torch.equal(aug.random_hflip(once, 1.0, rng(seed)), images)


def test_flip_probability_is_each_images_own():
    images = make_images(2000, height=2, width=3)
    moved = (aug.random_hflip(images, 0.3, rng()) != images).flatten(1).any(1)
    assert stats.binomtest(int(moved.sum()), 2000, 0.3).pvalue > 1e-6
    assert torch.equal(aug.random_hflip(images, 0.0, rng()), images)


def test_flip_rejects_what_is_no_probability():
    with pytest.raises(ValueError, match=r"p: expected .* in \[0, 1\], got 1.5"):
        aug.random_hflip(make_images(), 1.5, rng())


def test_crop_reaches_every_offset_equally_and_cuts_what_a_loop_cuts():
    n, padding, size = 4000, 1, (6, 10)
    images = make_images(n, channels=1, height=6, width=9)
    crops = aug.random_crop(images, size, padding, rng())
    padded = np.pad(images.numpy(), ((0, 0), (0, 0), (1, 1), (1, 1)))
    offsets = [(top, left) for top in range(3) for left in range(2)]
    windows = np.stack([padded[:, :, t : t + 6, x : x + 10] for t, x in offsets])
    found = (windows == crops.numpy()).all(axis=(2, 3, 4))
    assert (found.sum(axis=0) == 1).all()
    assert stats.chisquare(found.sum(axis=1)).pvalue > 1e-6


def test_crop_accepts_one_number_and_names_what_does_not_fit():
    assert aug.random_crop(make_images(), 7, 2, rng()).shape == (4, 3, 7, 7)
    with pytest.raises(
        ValueError, match=r"size: .*padded image of 10×13, got 11×11; use a smaller"
    ):
        aug.random_crop(make_images(), 11, 2, rng())


def test_jitter_factors_are_uniform_and_each_images_own():
    images = torch.full((4000, 2, 2, 3), 0.5, dtype=torch.float64)
    bright = aug.jitter_color(images, 0.4, 0.0, rng()) / images
    assert torch.equal(bright.amax((1, 2, 3)), bright.amin((1, 2, 3)))
    assert stats.kstest(bright[:, 0, 0, 0], stats.uniform(0.6, 0.8).cdf).pvalue > 1e-6
    images = 0.5 + (make_images(4000, torch.float64) - 0.5) / 4
    centered = [
        x - x.mean((1, 2, 3), keepdim=True)
        for x in (images, aug.jitter_color(images, 0.0, 0.6, rng(1)))
    ]
    factor = (centered[1] / centered[0]).flatten(1)
    assert torch.allclose(factor, factor[:, :1])
    assert stats.kstest(factor[:, 0], stats.uniform(0.4, 1.2).cdf).pvalue > 1e-6


def test_jitter_of_gray_images_is_torchvisions(monkeypatch):
    images = make_images(channels=1, dtype=torch.float64) / 3
    factors = iter([torch.tensor([1.3, 0.8, 1.0, 1.1]), torch.tensor([0.6, 1.9, 1.4, 1.0])])
    monkeypatch.setattr(aug, "_uniform", lambda *_: next(factors).double())
    result = aug.jitter_color(images, 0.5, 0.95, rng())
    for k, (gain, spread) in enumerate([(1.3, 0.6), (0.8, 1.9), (1.0, 1.4), (1.1, 1.0)]):
        expected = TF.adjust_contrast(TF.adjust_brightness(images[k], gain), spread)
        assert torch.allclose(result[k], expected)


def test_jitter_stays_in_range_and_rejects_strengths_beyond_it():
    result = aug.jitter_color(make_images(200), 1.0, 1.0, rng())
    assert result.min() == 0
    assert result.max() == 1
    assert torch.equal(aug.jitter_color(make_images(), 0.0, 0.0, rng()), make_images())
    with pytest.raises(ValueError, match=r"contrast: expected .* in \[0, 1\], got -0.1"):
        aug.jitter_color(make_images(), 0.5, -0.1, rng())


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("mask_dtype", [torch.int64, torch.uint8, torch.float32])
@pytest.mark.parametrize("shape", [(12, 17), (17, 12), (8, 8)])
def test_pair_is_rotated_as_torchvision_rotates(monkeypatch, dtype, mask_dtype, shape):
    images = make_images(3, dtype, height=shape[0], width=shape[1])
    masks = torch.randint(0, 7, (3, 1, *shape), generator=rng(2)).to(mask_dtype)
    angles = torch.tensor([27.3, -71.9, 133.1], dtype=torch.float64)
    monkeypatch.setattr(aug, "_uniform", lambda *_: angles)
    rotated, labels = aug.rotate_pair(images, masks, 180.0, rng())
    assert labels.dtype == mask_dtype
    for k, angle in enumerate(angles.tolist()):
        expected = TF.rotate(images[k], angle, TF.InterpolationMode.BILINEAR)
        assert torch.allclose(rotated[k], expected, atol=2e-5)
        expected = TF.rotate(masks[k], angle, TF.InterpolationMode.NEAREST)
        assert torch.equal(labels[k], expected)


def test_pair_shares_its_angle_which_differs_between_images():
    ramp = (10 + torch.arange(16.0)).expand(6, 1, 16, 16)
    rotated, labels = aug.rotate_pair(ramp, ramp, 90.0, rng())
    inside = F.avg_pool2d((labels > 0).float(), 3, 1, 1) == 1  # where no border was read
    assert inside.float().mean() > 0.5
    # The nearest pixel's column is within half a pixel of where bilinear reads.
    assert (rotated - labels)[inside].abs().max() <= 0.5 + 1e-4
    images = make_images(6, height=16, width=16)
    same = aug.rotate_pair(images[:1].expand(6, -1, -1, -1), images, 90.0, rng())[0]
    assert len(torch.unique(same, dim=0)) == 6


def test_pair_wants_a_mask_of_the_images_size():
    with pytest.raises(
        ValueError, match=r"one mask per image.*\(4, 3, 6, 9\), got shape \(4, 1, 9, 6\)"
    ):
        aug.rotate_pair(make_images(), torch.zeros(4, 1, 9, 6), 10.0, rng())


@given(SEEDS, st.integers(0, 6))
@settings(max_examples=30)
def test_cutout_zeroes_one_whole_square(seed, size):
    images = make_images(seed=seed) + 0.1
    hole = aug.cutout(images, size, rng(seed)) == 0
    assert torch.equal(aug.cutout(images, size, rng(seed))[~hole], images[~hole])
    for k in range(len(images)):
        rows, columns = hole[k, 0].any(1).nonzero(), hole[k, 0].any(0).nonzero()
        assert (hole[k] == hole[k, 0]).all()
        assert hole[k, 0].sum() == size**2
        if size:
            assert rows.max() - rows.min() == columns.max() - columns.min() == size - 1


def test_cutout_reaches_every_place_equally_for_each_image():
    holes = aug.cutout(torch.ones(4000, 1, 4, 5), 3, rng())[:, 0] == 0
    top, left = holes.any(2).int().argmax(1), holes.any(1).int().argmax(1)
    counts = torch.bincount(3 * top + left, minlength=6)
    assert len(counts) == 6
    assert stats.chisquare(counts).pvalue > 1e-6


def test_cutout_names_a_square_that_is_too_large():
    with pytest.raises(ValueError, match=r"a square that fits into 6×9 pixels, got 7×7"):
        aug.cutout(make_images(), 7, rng())


@given(SEEDS, st.floats(0.05, 5))
@settings(max_examples=30)
def test_mixup_uses_one_weight_and_one_permutation_for_both(seed, alpha):
    images = make_images(dtype=torch.float64, seed=seed)
    labels = torch.eye(4, dtype=torch.float64)
    mixed, shares = aug.mixup(images, labels, alpha, rng(seed))
    assert torch.allclose(shares.sum(dim=1), torch.ones(4, dtype=torch.float64))
    assert torch.allclose(torch.einsum("ij,jchw->ichw", shares, images), mixed)


@pytest.mark.parametrize("alpha", [0.3, 1.0, 2.5])
def test_mixup_weight_is_beta(alpha):
    images, labels, generator = make_images(3, channels=1, height=1, width=1), torch.eye(3), rng()
    draws = []
    while len(draws) < 600:
        shares = aug.mixup(images, labels, alpha, generator)[1]
        moved = shares.diagonal() < 1 - 1e-6
        draws += shares.diagonal()[moved][:1].tolist()
    assert stats.kstest(draws, stats.beta(alpha, alpha).cdf).pvalue > 1e-6


def test_mixup_wants_one_hot_labels_and_a_positive_alpha():
    with pytest.raises(
        TypeError, match=r"labels: expected a floating-point tensor 4×K, got torch.int64; .*one_hot"
    ):
        aug.mixup(make_images(), torch.arange(4), 1.0, rng())
    with pytest.raises(ValueError, match=r"alpha: expected a finite number above 0, got 0"):
        aug.mixup(make_images(), ONE_HOT, 0.0, rng())


@pytest.mark.parametrize("dtype", DTYPES)
def test_standardize_is_torchvisions_normalize_and_centres_its_own_statistics(dtype):
    images = make_images(dtype=dtype)
    mean, std = images.mean((0, 2, 3)), images.std((0, 2, 3))
    result = aug.standardize(images, mean, std)
    assert torch.allclose(result, TF.normalize(images, mean.tolist(), std.tolist()))
    assert torch.allclose(result.mean((0, 2, 3)), torch.zeros(3, dtype=dtype), atol=1e-6)
    assert torch.allclose(result.std((0, 2, 3)), torch.ones(3, dtype=dtype))
    assert torch.equal(result, aug.standardize(images, mean.tolist(), std.tolist()))


def test_standardize_wants_one_number_per_channel():
    with pytest.raises(ValueError, match=r"std: expected one for each of 3 channels.*\(2,\)"):
        aug.standardize(make_images(), [0.5] * 3, [0.5] * 2)
    assert math.isinf(aug.standardize(make_images(), [0.0] * 3, [0.0] * 3).max())
