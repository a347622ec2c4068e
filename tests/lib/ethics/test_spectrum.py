"""The trace of upsampling: found in generated images, not in photographs, gone by a blur."""

import numpy as np
import pytest
import torch
from skimage import data
from torch.nn import functional as F
from torchvision.transforms.functional import gaussian_blur

from retouch.ethics import power_spectrum, upsampling_peak

UNEVEN = torch.tensor([0.9, 2.0, 1.1, 0.05])


def photographs(dtype=torch.float32):
    crops = [image[:200, 30:280] for image in (data.astronaut(), data.coffee(), data.rocket())]
    return (torch.from_numpy(np.stack(crops)).permute(0, 3, 1, 2) / 255).to(dtype)


def upsample(images, kernel=UNEVEN):
    """What a stride-2 transposed convolution does to an image half the size."""
    half = F.avg_pool2d(images, 2)
    weight = torch.outer(kernel, kernel)
    weight = (4 * weight / weight.sum()).expand(3, 1, -1, -1).to(images)
    padding = (len(kernel) - 2) // 2
    return F.conv_transpose2d(half, weight, stride=2, padding=padding, groups=3).clamp(0, 1)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_spectrum_agrees_with_a_plain_fourier_transform(dtype):
    images = photographs(dtype)[:, :, :9, :14]
    got = power_spectrum(images)
    window = np.outer(np.hanning(10)[:-1], np.hanning(15)[:-1])
    for image, spectrum in zip(images.double().numpy(), got, strict=True):
        centered = image - (image * window).sum(axis=(1, 2), keepdims=True) / window.sum()
        expected = np.mean(np.abs(np.fft.fft2(centered * window)) ** 2, axis=0)
        np.testing.assert_allclose(spectrum, expected, atol=1e-9)


def test_found_after_upsampling_and_not_in_photographs():
    images = photographs()
    assert bool((upsampling_peak(images) < 10).all())
    assert bool((upsampling_peak(upsample(images)) > 100).all())


def test_nearest_neighbours_leave_far_less():
    nearest = upsampling_peak(upsample(photographs(), torch.ones(2)))
    assert bool((nearest < 0.1 * upsampling_peak(upsample(photographs()))).all())


def test_a_blur_and_rounding_to_eight_bits_defeat_it():
    blurred = gaussian_blur(upsample(photographs()), [9, 9], [1.5, 1.5])
    stored = (blurred * 255).round() / 255
    assert bool((upsampling_peak(stored) < 5).all())


def test_two_stages_are_found_at_quarters():
    images = photographs()
    twice = upsample(F.interpolate(upsample(F.avg_pool2d(images, 2)), scale_factor=2))
    small = F.avg_pool2d(twice, 2)
    smooth = F.interpolate(small, scale_factor=2, mode="bicubic").clamp(0, 1)
    # The first stage's trace, halved in frequency, survives a smooth second stage.
    assert bool((upsampling_peak(smooth, stages=2) > 3 * upsampling_peak(images, 2)).all())


def test_chessboard_of_one_pixel_is_all_peak():
    rows, columns = torch.meshgrid(torch.arange(32), torch.arange(48), indexing="ij")
    board = ((rows + columns) % 2).float()[None, None]
    noise = torch.rand(1, 1, 32, 48, generator=torch.Generator().manual_seed(0))
    assert float(upsampling_peak(board)) > 1e4
    assert float(upsampling_peak(noise)) < 5


def test_constant_images_have_no_peak():
    assert upsampling_peak(torch.full((2, 3, 32, 32), 0.4)).tolist() == pytest.approx([0, 0])


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="at least 32×32 pixels, got 31×64"):
        upsampling_peak(torch.zeros(1, 3, 31, 64), stages=2)
    with pytest.raises(ValueError, match=r"stages: expected .* in \[1, 8\], got 0"):
        upsampling_peak(torch.zeros(1, 3, 32, 32), stages=0)
    with pytest.raises(ValueError, match=r"values in \[0, 1\], got \[-1"):
        upsampling_peak(torch.zeros(1, 3, 32, 32) - 1)
