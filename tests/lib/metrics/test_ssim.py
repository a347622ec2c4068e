"""SSIM against scikit-image and torchmetrics, and the laws that it obeys."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage import data
from skimage.metrics import structural_similarity
from torchmetrics.functional.image import (
    structural_similarity_index_measure,
)

from retouch.metrics import ms_ssim, ssim

DTYPES = [torch.float32, torch.float64]


def photographs(height=97, width=141):
    crops = [
        photograph[40 : 40 + height, 50 : 50 + width]
        for photograph in (data.astronaut(), data.coffee(), data.chelsea())
    ]
    return torch.from_numpy(np.stack(crops)).permute(0, 3, 1, 2).double() / 255


def degrade(images, sigma=0.08):
    noise = torch.randn(
        images.shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64
    )
    return (images + sigma * noise).clamp(0, 1)


def scikit_image(image, target, data_range):
    return [
        structural_similarity(
            x.double().numpy(),
            y.double().numpy(),
            data_range=data_range,
            channel_axis=0,
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
        )
        for x, y in zip(image, target, strict=True)
    ]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("data_range", [1.0, 255.0])
def test_agrees_with_scikit_image(dtype, data_range):
    image = photographs() * data_range
    target = degrade(photographs()) * data_range
    ours = ssim(image.to(dtype), target.to(dtype), data_range)
    assert ours.dtype == dtype
    tolerance = 1e-5 if dtype == torch.float32 else 1e-12
    np.testing.assert_allclose(ours, scikit_image(image, target, data_range), atol=tolerance)


@pytest.mark.parametrize("low", [0.0, 0.6, 0.98])
def test_single_precision_holds_on_flat_bright_images(low):
    image = low + (1 - low) * photographs()
    target = low + (1 - low) * degrade(photographs())
    ours = ssim(image.float(), target.float())
    np.testing.assert_allclose(ours, scikit_image(image, target, 1.0), atol=1e-5)


@pytest.mark.parametrize("size", [(11, 11), (11, 40), (43, 12), (42, 75), (76, 33)])
def test_every_size_agrees_with_scikit_image(size):
    image = photographs(*size)
    target = degrade(image)
    np.testing.assert_allclose(ssim(image, target), scikit_image(image, target, 1.0), atol=1e-12)


def torchmetrics_maps(image, target):
    """Torchmetrics' SSIM and contrast-structure over the windows wholly inside, per image.

    Its own mean includes windows over a mirrored border, unlike the paper's and ours.
    """
    options = {"data_range": 1.0, "reduction": "none"}
    _, full = structural_similarity_index_measure(image, target, return_full_image=True, **options)
    _, contrast = structural_similarity_index_measure(
        image, target, return_contrast_sensitivity=True, **options
    )
    return full[..., 5:-5, 5:-5].mean(dim=(1, 2, 3)), contrast


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("channels", [1, 3])
def test_agrees_with_torchmetrics_inside_the_border(channels, dtype):
    image = photographs()[:, :channels].to(dtype)
    target = degrade(photographs())[:, :channels].to(dtype)
    expected, _ = torchmetrics_maps(image, target)
    torch.testing.assert_close(ssim(image, target), expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("size", [(176, 200), (193, 177)])
def test_multi_scale_is_the_product_of_torchmetrics_scales(size):
    weights = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
    image = photographs(*size)[:, :1]
    target = degrade(photographs(*size))[:, :1]
    ours = ms_ssim(image, target)
    expected = torch.ones(3, dtype=torch.float64)
    for weight in weights:
        similarity, contrast = torchmetrics_maps(image, target)
        expected *= (similarity if weight == weights[-1] else contrast) ** weight
        image, target = (torch.nn.functional.avg_pool2d(x, 2) for x in (image, target))
    torch.testing.assert_close(ours, expected, rtol=0, atol=1e-5)


def test_multi_scale_of_colour_is_the_mean_over_the_channels():
    image, target = photographs(176, 180), degrade(photographs(176, 180))
    channels = [ms_ssim(image[:, i : i + 1], target[:, i : i + 1]) for i in range(3)]
    torch.testing.assert_close(ms_ssim(image, target), torch.stack(channels).mean(dim=0))


def test_multi_scale_counts_a_negative_structure_as_none():
    image = photographs(176, 180)
    negative = (1 - image).requires_grad_()
    value = ms_ssim(image, negative)
    value.sum().backward()
    assert value.tolist() == [0.0] * 3
    assert negative.grad is not None
    assert bool((negative.grad == 0).all())


def test_one_scale_of_exponent_one_is_ssim():
    image = photographs()
    torch.testing.assert_close(
        ms_ssim(image, degrade(image), weights=(1.0,)), ssim(image, degrade(image))
    )


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**31))
def test_symmetric_at_most_one_and_one_for_itself(seed):
    generator = torch.Generator().manual_seed(seed)
    image, target = torch.rand(2, 2, 1, 13, 17, generator=generator, dtype=torch.float64)
    there, back = ssim(image, target), ssim(target, image)
    torch.testing.assert_close(there, back)
    assert bool((there < 1).all())
    torch.testing.assert_close(ssim(image, image), torch.ones(2, dtype=torch.float64))


def test_a_wrong_range_would_hide_the_difference():
    image = photographs()
    with pytest.raises(ValueError, match=r"images in \[0, 1\] need data_range=1"):
        ssim(image, degrade(image), data_range=255)
    # What the refusal prevents: the constants swamp every variance.
    assert min(scikit_image(image, degrade(image), 255)) > 0.999
    assert bool((ssim(image, degrade(image)) < 0.9).all())


def test_a_training_script_that_allows_coarse_products_changes_nothing():
    image, target = photographs().float(), degrade(photographs()).float()
    expected, allowed = ssim(image, target), torch.get_float32_matmul_precision()
    try:
        torch.set_float32_matmul_precision("medium")
        assert torch.equal(ssim(image, target), expected)
        assert torch.get_float32_matmul_precision() == "medium"
    finally:
        torch.set_float32_matmul_precision(allowed)


def test_gradients_agree_with_finite_differences():
    generator = torch.Generator().manual_seed(0)
    image, target = torch.rand(2, 2, 1, 11, 12, generator=generator, dtype=torch.float64)
    image.requires_grad_()
    assert torch.autograd.gradcheck(lambda x: ssim(x, target), image)


def test_values_are_the_same_with_and_without_gradients():
    image, target = photographs().float(), degrade(photographs()).float()
    with_gradient = ssim(image.clone().requires_grad_(), target)
    torch.testing.assert_close(ssim(image, target), with_gradient.detach(), rtol=0, atol=1e-6)


def test_inputs_are_left_unchanged():
    image, target = photographs(), degrade(photographs())
    copies = image.clone(), target.clone()
    ssim(image, target)
    assert torch.equal(image, copies[0])
    assert torch.equal(target, copies[1])


def test_bad_input_is_refused():
    image = torch.zeros(1, 1, 20, 10)
    with pytest.raises(ValueError, match="at least 11×11 pixels, got 20×10"):
        ssim(image, image)
    image = torch.zeros(1, 1, 175, 300)
    with pytest.raises(ValueError, match="at least 176×176 pixels, got 175×300"):
        ms_ssim(image, image)
    with pytest.raises(ValueError, match="weights: expected one exponent per scale, got none"):
        ms_ssim(image, image, weights=())
    with pytest.raises(ValueError, match=r"one shape, got \(1, 1, 175, 300\)"):
        ssim(image, torch.zeros(2, 1, 175, 300))
