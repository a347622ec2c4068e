"""Each function against scikit-image, SciPy or a plain loop, and against the laws it obeys."""

import math
from typing import Any

import numpy as np
import pytest
import scipy.signal
import skimage.color
import skimage.exposure
import skimage.filters
import skimage.transform
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from retouch.data import photograph
from retouch.pixels import (
    adjust_brightness,
    adjust_gamma,
    convolve2d,
    downscale,
    equalize_histogram,
    rgb_to_gray,
    rotate,
    sample_bilinear,
    sobel_edges,
    unsharp_mask,
)

GRAY = [(7, 10), (8, 6), (9, 9), (6, 6), (1, 5), (4, 1)]
RGB = [(7, 10, 3), (8, 6, 3), (5, 5, 3)]
FLOATS = [np.float32, np.float64]

sides = st.integers(1, 9)
gray_levels = arrays(np.uint8, st.tuples(sides, sides))
unit = st.floats(0, 1, width=32)
gray_images = arrays(np.float64, st.tuples(sides, sides), elements=unit)
rgb_images = arrays(np.float64, st.tuples(sides, sides, st.just(3)), elements=unit)
images = gray_images | rgb_images


def random_image(shape, dtype=np.float64):
    return np.random.default_rng(sum(shape)).random(shape).astype(dtype)


def tolerance(dtype):
    return {"rtol": 0, "atol": 1e-5 if dtype == np.float32 else 1e-12}


# Independent answers


@pytest.mark.parametrize("shape", [*GRAY, *RGB])
@pytest.mark.parametrize("delta", [-300, -90, 0, 40, 255, np.int16(77)])
def test_brightness_is_the_loop_over_python_integers(shape, delta):
    image = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    expected = [min(255, max(0, level + int(delta))) for level in image.ravel().tolist()]
    result = adjust_brightness(image, delta)
    assert result.dtype == np.uint8
    np.testing.assert_array_equal(result, np.reshape(expected, shape))


@pytest.mark.parametrize("shape", [*GRAY, *RGB])
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("gamma", [0.4, 1, 2.2])
def test_gamma_agrees_with_scikit_image(shape, dtype, gamma):
    image = random_image(shape, dtype)
    result = adjust_gamma(image, gamma)
    assert result.dtype == dtype
    np.testing.assert_allclose(
        result, skimage.exposure.adjust_gamma(image, gamma), **tolerance(dtype)
    )


@pytest.mark.parametrize("shape", RGB)
@pytest.mark.parametrize("dtype", FLOATS)
def test_gray_agrees_with_scikit_image(shape, dtype):
    image = random_image(shape, dtype)
    result = rgb_to_gray(image)
    assert result.dtype == dtype
    np.testing.assert_allclose(result, skimage.color.rgb2gray(image), **tolerance(dtype))


@pytest.mark.parametrize("shape", GRAY)
@pytest.mark.parametrize("sides", [(1, 1), (3, 3), (5, 3), (1, 7), (9, 11)])
@pytest.mark.parametrize("dtype", [*FLOATS, np.uint8])
def test_convolution_agrees_with_scipy(shape, sides, dtype):
    image = (random_image(shape) * (200 if dtype == np.uint8 else 1)).astype(dtype)
    kernel = np.random.default_rng(2).normal(size=sides)
    expected = scipy.signal.convolve2d(image, kernel, mode="same")
    result = convolve2d(image, kernel)
    assert result.dtype == np.float64
    np.testing.assert_allclose(result, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    ("shape", "factor"), [((6, 9), 3), ((8, 4, 3), 4), ((5, 7), 1), ((2, 6, 3), 2)]
)
@pytest.mark.parametrize("dtype", FLOATS)
def test_downscale_agrees_with_scikit_image(shape, factor, dtype):
    image = random_image(shape, dtype)
    factors = (factor, factor) + (1,) * (len(shape) - 2)
    result = downscale(image, factor)
    assert result.dtype == dtype
    expected = skimage.transform.downscale_local_mean(image, factors)
    np.testing.assert_allclose(result, expected, **tolerance(dtype))


@pytest.mark.parametrize("shape", [*GRAY, *RGB])
@pytest.mark.parametrize("degrees", [0, 10, 45, 90, 123.4, 180, -37, 270, 725])
@pytest.mark.parametrize("dtype", FLOATS)
def test_rotation_agrees_with_scikit_image(shape, degrees, dtype):
    image = random_image(shape, dtype)
    options = {"order": 1, "mode": "constant", "cval": 0, "preserve_range": True}
    expected = skimage.transform.rotate(image, degrees, clip=False, **options)
    result = rotate(image, degrees)
    assert result.dtype == dtype
    np.testing.assert_allclose(result, expected, **tolerance(dtype))
    image.flat[0] = 0  # with a black pixel, clipping to the image's range changes nothing
    clipped = skimage.transform.rotate(image, degrees, **options)
    np.testing.assert_allclose(rotate(image, degrees), clipped, **tolerance(dtype))


def test_rotation_keeps_the_range_of_uint8():
    image = photograph("chelsea", size=(21, 30))
    expected = skimage.transform.rotate(image, 25, clip=False, preserve_range=True)
    np.testing.assert_allclose(rotate(image, 25), expected, atol=1e-9)


def test_samples_lie_between_their_four_pixels_and_fade_to_zero():
    image = np.array([[1.0, 2.0], [3.0, 5.0]])
    y = np.array([[0, 0.5, 0.5, 1, -0.25, 9, -9]])
    x = np.array([[0, 0.0, 0.5, 1, 1.00, 0, 0.5]])
    np.testing.assert_allclose(
        sample_bilinear(image, y, x), [[1, 2, 2.75, 5, 1.5, 0, 0]], atol=1e-12
    )


def equalized_by_loop(image):
    """The formula in Python integers, rounding halves to even."""
    pixels = image.ravel().tolist()
    first = pixels.count(min(pixels))
    levels = []
    for level in pixels:
        up_to = sum(other <= level for other in pixels)
        share, rest = divmod(255 * (up_to - first), len(pixels) - first)
        twice = 2 * rest - (len(pixels) - first)
        levels.append(share + (twice > 0 or (twice == 0 and share % 2 == 1)))
    return np.reshape(levels, image.shape)


@given(gray_levels.filter(lambda image: image.min() < image.max()))
def test_equalization_is_the_formula(image):
    np.testing.assert_array_equal(equalize_histogram(image), equalized_by_loop(image))


def test_equalization_of_the_moon_is_nearly_scikit_images():
    image = photograph("moon")
    # scikit-image leaves out cdf_min, which is 1 pixel in 250 here: one level at most.
    expected = 255 * skimage.exposure.equalize_hist(image)
    assert np.abs(equalize_histogram(image) - expected).max() < 2


@pytest.mark.parametrize("shape", [*GRAY, *RGB])
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(("sigma", "amount"), [(0.7, 1.5), (2, 0.5), (1, -1), (0, 3)])
def test_unsharp_mask_agrees_with_scikit_images_blur(shape, dtype, sigma, amount):
    image = random_image(shape, dtype)
    channel_axis = -1 if len(shape) == 3 else None
    blur = skimage.filters.gaussian(image, sigma, channel_axis=channel_axis)
    result = unsharp_mask(image, sigma, amount)
    assert result.dtype == dtype
    np.testing.assert_allclose(
        result, np.clip(image + amount * (image - blur), 0, 1), **tolerance(dtype)
    )


@pytest.mark.parametrize("shape", GRAY)
@pytest.mark.parametrize("dtype", FLOATS)
def test_sobel_agrees_with_scikit_image(shape, dtype):
    image = random_image(shape, dtype)
    result = sobel_edges(image)
    assert result.dtype == dtype
    np.testing.assert_allclose(result, skimage.filters.sobel(image), **tolerance(dtype))


# Laws


@given(gray_levels, st.integers(-255, 255))
def test_brightness_can_be_undone_where_nothing_saturated(image, delta):
    moved = image.astype(int) + delta
    inside = (moved >= 0) & (moved <= 255)
    back = adjust_brightness(adjust_brightness(image, delta), -delta)
    np.testing.assert_array_equal(back[inside], image[inside])


@given(images)
def test_gamma_1_is_identity(image):
    np.testing.assert_array_equal(adjust_gamma(image, 1), image)


@given(images, st.floats(0.2, 5))
def test_gamma_and_its_inverse_cancel(image, gamma):
    darkest = image >= 1e-3  # below, the power underflows
    back = adjust_gamma(adjust_gamma(image, gamma), 1 / gamma)
    np.testing.assert_allclose(back[darkest], image[darkest], rtol=1e-6)


@given(gray_images)
def test_gray_of_gray_is_identity(image):
    colored = np.stack([image] * 3, axis=2)
    np.testing.assert_allclose(rgb_to_gray(colored), image, atol=1e-12)


kernels = st.tuples(st.sampled_from([1, 3, 5]), st.sampled_from([1, 3, 5])).flatmap(
    lambda sides: arrays(np.float64, sides, elements=st.floats(-2, 2, width=32))
)


@given(gray_images, st.sampled_from([1, 3, 5]), st.sampled_from([1, 3, 5]))
def test_convolving_with_a_delta_is_identity(image, rows, columns):
    delta = np.zeros((rows, columns))
    delta[rows // 2, columns // 2] = 1
    np.testing.assert_array_equal(convolve2d(image, delta), image)


@given(gray_images, kernels, st.floats(-3, 3), st.integers(0, 99))
def test_convolution_is_linear(image, kernel, weight, seed):
    other = np.random.default_rng(seed).random(image.shape)
    expected = weight * convolve2d(image, kernel) + convolve2d(other, kernel)
    np.testing.assert_allclose(convolve2d(weight * image + other, kernel), expected, atol=1e-9)


@given(kernels)
def test_convolving_a_delta_draws_the_kernel_unflipped(kernel):
    delta = np.zeros((9, 9))
    delta[4, 4] = 1
    rows, columns = (side // 2 for side in kernel.shape)
    drawn = convolve2d(delta, kernel)[4 - rows : 5 + rows, 4 - columns : 5 + columns]
    np.testing.assert_array_equal(drawn, kernel)


@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4), st.integers(0, 99))
def test_downscaling_preserves_the_mean_of_each_channel(rows, columns, factor, seed):
    image = np.random.default_rng(seed).random((rows * factor, columns * factor, 3))
    np.testing.assert_allclose(downscale(image, factor).mean((0, 1)), image.mean((0, 1)))


@given(images)
def test_rotating_by_0_is_identity(image):
    np.testing.assert_array_equal(rotate(image, 0), image)


@given(st.integers(1, 9), st.integers(-8, 8), st.integers(0, 99))
def test_quarter_turns_of_a_square_move_pixels(side, quarters, seed):
    image = np.random.default_rng(seed).random((side, side, 3))
    np.testing.assert_allclose(rotate(image, 90 * quarters), np.rot90(image, quarters), atol=1e-12)


@given(gray_levels)
def test_equalization_is_monotone_and_reaches_both_ends(image):
    result = equalize_histogram(image)
    order = np.argsort(image, axis=None)
    assert (np.diff(result.ravel()[order].astype(int)) >= 0).all()
    if image.min() < image.max():
        assert (result.min(), result.max()) == (0, 255)
    else:
        np.testing.assert_array_equal(result, image)


@given(images, st.floats(0, 3))
def test_unsharp_mask_of_amount_0_is_identity(image, sigma):
    np.testing.assert_array_equal(unsharp_mask(image, sigma, 0), image)


@given(gray_images, st.floats(0.1, 4), st.floats(0, 9))
def test_unsharp_mask_stays_in_range(image, sigma, amount):
    result = unsharp_mask(image, sigma, amount)
    assert result.min() >= 0
    assert result.max() <= 1


@given(unit, sides, sides)
def test_a_flat_image_has_no_edges(level, height, width):
    np.testing.assert_allclose(sobel_edges(np.full((height, width), level)), 0, atol=1e-15)


@given(gray_images)
def test_edges_turn_with_the_image_and_stay_in_range(image):
    edges = sobel_edges(image)
    np.testing.assert_allclose(sobel_edges(np.rot90(image)), np.rot90(edges), atol=1e-12)
    assert edges.max() <= 1


def test_a_steepest_corner_reaches_its_strength():
    step = np.zeros((5, 6))
    step[:, 3:] = 1
    assert sobel_edges(step).max() == pytest.approx(math.sqrt(0.5))


# Inputs are left alone


CALLS = {
    adjust_brightness: (np.uint8, (6, 4, 3), (30,)),
    adjust_gamma: (np.float64, (6, 4, 3), (0.5,)),
    rgb_to_gray: (np.float64, (6, 4, 3), ()),
    convolve2d: (np.float64, (6, 4), (np.arange(9.0).reshape(3, 3),)),
    downscale: (np.float64, (6, 4, 3), (2,)),
    rotate: (np.float64, (6, 4, 3), (30,)),
    equalize_histogram: (np.uint8, (6, 4), ()),
    unsharp_mask: (np.float64, (6, 4, 3), (1, 2)),
    sobel_edges: (np.float64, (6, 4), ()),
}


@pytest.mark.parametrize("function", CALLS, ids=lambda function: function.__name__)
def test_inputs_are_unchanged_and_results_are_new(function):
    dtype, shape, arguments = CALLS[function]
    image = (random_image(shape) * (200 if dtype == np.uint8 else 1)).astype(dtype)
    before = image.copy()
    result = function(image, *arguments)
    np.testing.assert_array_equal(image, before)
    assert not np.shares_memory(result, image)


def test_results_are_new_where_nothing_changes():
    image, flat = random_image((4, 6)), np.full((3, 4), 7, np.uint8)
    results = [adjust_gamma(image, 1), downscale(image, 1), rotate(image, 0)]
    results += [unsharp_mask(image, 1, 0), convolve2d(image, np.ones((1, 1)))]
    assert not any(np.shares_memory(result, image) for result in results)
    assert not np.shares_memory(equalize_histogram(flat), flat)


def test_half_precision_is_computed_in_single():
    image = random_image((6, 4), np.float16)
    assert sobel_edges(image).dtype == rotate(image, 5).dtype == np.float32


# Bad input


@pytest.mark.parametrize("function", CALLS, ids=lambda function: function.__name__)
@pytest.mark.parametrize(
    ("image", "error", "message"),
    [
        ([[0.5]], TypeError, "got list"),
        (np.array([["a"]]), TypeError, "got dtype <U1"),
        (np.zeros((2, 2), complex), TypeError, "got dtype complex128"),
        (np.zeros((2, 4, 4, 3)), ValueError, r"got \(2, 4, 4, 3\)"),
        (np.zeros((4, 4, 2)), ValueError, r"got \(4, 4, 2\)"),
        (np.zeros((0, 4, 3)), ValueError, r"got \(0, 4, 3\)"),
        (np.zeros(4), ValueError, r"got \(4,\)"),
    ],
    ids=["list", "text", "complex", "batch", "two channels", "empty", "one axis"],
)
def test_what_is_no_image_is_refused(function, image, error, message):
    arguments = CALLS[function][2]
    with pytest.raises(error, match=message) as caught:
        function(image, *arguments)
    assert "\n" not in str(caught.value)


LEVELS, UNIT = np.zeros((4, 6), np.uint8), np.zeros((4, 6))
FRACTION: Any = 0.2
NESTED: Any = [[1]]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: adjust_brightness(UNIT, 3), TypeError, "dtype uint8 .* got float64"),
        (
            lambda: adjust_brightness(LEVELS, FRACTION),
            TypeError,
            "delta: expected a whole number, got 0.2",
        ),
        (lambda: adjust_gamma(LEVELS, 2), TypeError, "got dtype uint8; divide it by 255"),
        (lambda: adjust_gamma(UNIT + 255, 2), ValueError, r"in \[0, 1\], got 255 to 255"),
        (lambda: adjust_gamma(UNIT * np.nan, 2), ValueError, "got nan to nan"),
        (
            lambda: adjust_gamma(UNIT, 0),
            ValueError,
            "gamma: expected a finite number above 0, got 0",
        ),
        (
            lambda: adjust_gamma(UNIT, math.nan),
            ValueError,
            "gamma: expected a finite number above 0, got nan",
        ),
        (lambda: rgb_to_gray(UNIT), ValueError, r"shape H×W×3 .* got \(4, 6\)"),
        (lambda: convolve2d(UNIT, np.ones((3, 2))), ValueError, r"odd sides, got \(3, 2\)"),
        (lambda: convolve2d(UNIT, np.ones((4, 3))), ValueError, r"odd sides, got \(4, 3\)"),
        (lambda: convolve2d(UNIT, NESTED), TypeError, "got list"),
        (lambda: downscale(UNIT, 4), ValueError, "height 4 and width 6, got 4"),
        (
            lambda: downscale(UNIT, 0),
            ValueError,
            "factor: expected a whole number of at least 1, got 0",
        ),
        (
            lambda: downscale(UNIT, FRACTION),
            TypeError,
            "factor: expected a whole number of at least 1, got 0.2",
        ),
        (lambda: rotate(UNIT, math.inf), ValueError, "degrees: expected a finite number, got inf"),
        (lambda: equalize_histogram(UNIT), TypeError, "dtype uint8 .* got float64"),
        (lambda: unsharp_mask(LEVELS, 1, 1), TypeError, "got dtype uint8"),
        (lambda: unsharp_mask(UNIT - 1, 1, 1), ValueError, r"in \[0, 1\], got -1 to -1"),
        (lambda: unsharp_mask(UNIT, -1, 1), ValueError, "at least 0, got -1"),
        (lambda: sobel_edges(LEVELS), TypeError, "got dtype uint8"),
        (lambda: sobel_edges(np.zeros((4, 6, 3))), ValueError, r"got \(4, 6, 3\)"),
    ],
)
def test_bad_arguments_get_one_clear_line(call, error, message):
    with pytest.raises(error, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)
