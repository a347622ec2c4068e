"""MSE and PSNR against scikit-image, their errors, and what must not change."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio

from retouch.metrics import mse, psnr, ssim

DTYPES = [torch.float32, torch.float64]


def pair(dtype, shape=(3, 3, 21, 34), data_range=1.0, seed=0):
    generator = torch.Generator().manual_seed(seed)
    image = torch.rand(shape, generator=generator, dtype=torch.float64)
    noise = 0.1 * torch.randn(shape, generator=generator, dtype=torch.float64)
    return (image * data_range).to(dtype), ((image + noise).clamp(0, 1) * data_range).to(dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("data_range", [1.0, 2.0, 255.0])
def test_agrees_with_scikit_image(dtype, data_range):
    image, target = pair(dtype, data_range=data_range)
    arrays = [(x.double().numpy(), y.double().numpy()) for x, y in zip(image, target, strict=True)]
    errors = [mean_squared_error(x, y) for x, y in arrays]
    ratios = [peak_signal_noise_ratio(x, y, data_range=data_range) for x, y in arrays]
    np.testing.assert_allclose(mse(image, target, data_range), errors, rtol=1e-6)
    np.testing.assert_allclose(psnr(image, target, data_range), ratios, rtol=1e-6)


@pytest.mark.parametrize("dtype", DTYPES)
def test_identical_images_have_no_error_and_infinite_ratio(dtype):
    image, _ = pair(dtype)
    assert mse(image, image).tolist() == [0.0] * 3
    assert psnr(image, image).tolist() == [float("inf")] * 3
    assert psnr(image, image).dtype == dtype


@given(st.integers(0, 2**31), st.floats(0.01, 1.0))
def test_scaling_images_and_range_keeps_the_ratio(seed, scale):
    image, target = pair(torch.float64, (2, 1, 4, 5), seed=seed)
    torch.testing.assert_close(
        psnr(scale * image, scale * target, data_range=scale), psnr(image, target)
    )


def test_gradient_is_that_of_the_plain_formula():
    image, target = pair(torch.float64)
    image.requires_grad_()
    mse(image, target).sum().backward()
    expected = 2 * (image.detach() - target) / image[0].numel()
    torch.testing.assert_close(image.grad, expected)


def test_inputs_in_any_memory_layout_are_left_unchanged():
    image, target = pair(torch.float32)
    permuted = image.contiguous(memory_format=torch.channels_last)
    before = permuted.clone()
    torch.testing.assert_close(mse(permuted, target), mse(image, target))
    assert torch.equal(permuted, before)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_summed_in_single(dtype):
    image, target = pair(dtype, (2, 3, 256, 256))
    expected = (image.double() - target.double()).square().mean(dim=(1, 2, 3))
    torch.testing.assert_close(mse(image, target), expected.float())


@pytest.mark.parametrize("metric", [mse, psnr, ssim])
def test_mixed_precision_is_compared_in_the_wider_one(metric):
    image, target = pair(torch.float64)
    got = metric(image.half(), target)
    assert got.dtype == torch.float64
    torch.testing.assert_close(got, metric(image.half().double(), target))
    assert metric(image.half(), target.bfloat16()).dtype == torch.float32


@pytest.mark.parametrize(
    ("image", "data_range", "error", "message"),
    [
        (torch.zeros(2, 3, 8, 8, dtype=torch.uint8), 1.0, TypeError, r"got torch.uint8.*/ 255"),
        (np.zeros((2, 3, 8, 8)), 1.0, TypeError, "got ndarray"),
        (torch.zeros(3, 8, 8), 1.0, ValueError, r"N×C×H×W, got shape \(3, 8, 8\).*image\[None\]"),
        (torch.zeros(0, 3, 8, 8), 1.0, ValueError, r"got shape \(0, 3, 8, 8\)"),
        (
            torch.zeros(1, 3, 8, 8) - 1,
            1.0,
            ValueError,
            r"values in or near \[0, 1\], got \[-1, -1\]",
        ),
        (
            torch.full((1, 3, 8, 8), 200.0),
            1.0,
            ValueError,
            r"values in or near \[0, 1\], got \[200",
        ),
        (torch.full((1, 3, 8, 8), torch.nan), 1.0, ValueError, r"got \[nan"),
        (torch.full((1, 3, 8, 8), 0.5), 255, ValueError, r"images in \[0, 1\] need data_range=1"),
        (
            torch.zeros(1, 3, 8, 8),
            0,
            ValueError,
            "data_range: expected a finite number above 0, got 0",
        ),
        (torch.zeros(1, 3, 8, 7), 1.0, ValueError, "one shape, got .*8, 7.* and .*8, 8"),
    ],
)
def test_bad_input_is_refused_in_one_line(image, data_range, error, message):
    for metric in (mse, psnr):
        with pytest.raises(error, match=message) as caught:
            metric(image, torch.zeros(1, 3, 8, 8), data_range)
        assert "\n" not in str(caught.value)


def test_a_black_frame_of_an_eight_bit_film_is_accepted():
    black = torch.zeros(1, 3, 8, 8)
    assert psnr(black, black + 1, data_range=255).item() == pytest.approx(48.1308, abs=1e-3)
