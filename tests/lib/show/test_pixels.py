import colorsys

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from retouch.show import difference_image
from retouch.show.pixels import DIVERGING, NOT_A_NUMBER, as_array, as_uint8

shapes = st.sampled_from([(4, 7), (5, 3), (4, 7, 3)])
images = shapes.flatmap(lambda shape: arrays(np.float64, shape, elements=st.floats(0, 1)))


def luminance(color):
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in color]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_floats_go_from_the_value_range_to_0_to_255_and_are_clipped():
    image = np.array([[-2.0, -1.0, 0.0], [0.5, 1.0, np.inf]])
    np.testing.assert_array_equal(as_uint8(image), [[0, 0, 0], [128, 255, 255]])
    np.testing.assert_array_equal(as_uint8(image, (-1, 1)), [[0, 0, 128], [191, 255, 255]])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@given(levels=arrays(np.uint8, (3, 5)))
def test_uint8_survives_the_way_through_float(dtype, levels):
    np.testing.assert_array_equal(as_uint8((levels / 255).astype(dtype)), levels)


def test_uint8_is_shown_as_it_is_whatever_the_range():
    levels = np.arange(12, dtype=np.uint8).reshape(3, 4)
    np.testing.assert_array_equal(as_uint8(levels, (-1, 1)), levels)


def test_masks_are_black_and_white():
    np.testing.assert_array_equal(as_uint8(np.array([[True, False]])), [[255, 0]])


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16, torch.uint8])
def test_a_tensor_is_turned_from_chw_to_hwc(dtype):
    tensor = (torch.rand(3, 4, 6) * 255).round().to(dtype)
    if dtype.is_floating_point:
        tensor.requires_grad_()
    array = as_array(tensor)
    assert array.shape == (4, 6, 3)
    assert array[1, 5, 2] == tensor[2, 1, 5].item()


@pytest.mark.parametrize(
    "image", [np.ones((4, 6)), np.ones((4, 6, 1)), torch.ones(4, 6), torch.ones(1, 4, 6)]
)
def test_one_channel_is_gray(image):
    assert as_array(image).shape == (4, 6)


@pytest.mark.parametrize("shape", [(4, 6), (4, 6, 3)])
def test_what_is_not_a_number_is_magenta(shape):
    image = np.full(shape, 0.5)
    image[(1, 2, *[0] * (len(shape) - 2))] = np.nan
    pixels = as_uint8(image)
    assert pixels.shape == (4, 6, 3)
    assert pixels[1, 2].tolist() == list(NOT_A_NUMBER)
    assert (pixels == 128).all(axis=2).sum() == 23


@pytest.mark.parametrize(
    ("image", "error", "message"),
    [
        ([[1]], TypeError, "got list"),
        (np.array([["a"]]), TypeError, "got dtype <U1"),
        (torch.ones(2, 2, dtype=torch.complex64), TypeError, "got dtype complex64"),
        (np.ones((2, 4, 6, 3)), ValueError, r"got shape \(2, 4, 6, 3\); show the images of a"),
        (torch.ones(2, 3, 4, 6), ValueError, r"got shape \(2, 3, 4, 6\)"),
        (torch.ones(4, 6, 3), ValueError, r"tensor C×H×W, got shape \(4, 6, 3\)"),
        (np.ones((4, 6, 2)), ValueError, r"got shape \(4, 6, 2\)"),
        (np.ones((0, 6)), ValueError, r"got shape \(0, 6\)"),
    ],
)
def test_what_is_no_image_is_refused_in_one_line(image, error, message):
    with pytest.raises(error, match=message) as caught:
        as_uint8(image)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("value_range", [(1, 1), (1, 0), (0, float("nan"))])
def test_a_range_must_grow(value_range):
    with pytest.raises(ValueError, match="low < high"):
        as_uint8(np.ones((2, 2)), value_range)


@given(images)
def test_no_difference_is_white(image):
    assert (difference_image(image, image) == 247).all()


@given(images, st.integers(0, 99))
def test_swapping_the_images_mirrors_the_colours(image, seed):
    other = np.random.default_rng(seed).random(image.shape)
    forward, back = difference_image(image, other), difference_image(other, image)
    # Orange has more red than blue, blue less; near white the last levels are rounded.
    warmth = [pixels[:, :, 0].astype(int) - pixels[:, :, 2] for pixels in (forward, back)]
    strong = np.abs(warmth[0]) > 5
    assert strong.any()
    np.testing.assert_array_equal(np.sign(warmth[0])[strong], -np.sign(warmth[1])[strong])


def test_brighter_is_orange_darker_is_blue_and_the_largest_is_strongest():
    expected, got = np.full((1, 4), 0.5), np.array([[0.9, 0.1, 0.5, 0.7]])
    pixels = difference_image(expected, got)[0].tolist()
    assert pixels == [list(DIVERGING[4]), list(DIVERGING[0]), [247] * 3, list(DIVERGING[3])]


def test_opposite_errors_in_two_channels_do_not_cancel():
    expected = np.zeros((2, 2, 3))
    got = expected + np.array([0.2, 0.0, -0.2])
    assert not (difference_image(expected, got) == 247).all(axis=2).any()


def test_uint8_differences_do_not_wrap_around():
    dark, light = np.full((1, 1), 10, np.uint8), np.full((1, 1), 200, np.uint8)
    assert difference_image(light, dark)[0, 0].tolist() == list(DIVERGING[0])


def test_tensors_and_arrays_compare():
    image = torch.rand(3, 4, 6)
    assert (difference_image(image, image.permute(1, 2, 0).numpy()) == 247).all()


def test_what_is_not_finite_does_not_hide_the_other_differences():
    expected = np.zeros((1, 5))
    got = np.array([[np.nan, np.inf, -np.inf, 0.1, 0.0]])
    pixels = difference_image(expected, got)[0].tolist()
    strongest, weakest = list(DIVERGING[4]), list(DIVERGING[0])
    assert pixels == [list(NOT_A_NUMBER), strongest, weakest, strongest, [247] * 3]


def test_two_shapes_have_no_difference():
    with pytest.raises(ValueError, match=r"one shape, got \(2, 3\) and \(3, 2\)"):
        difference_image(np.ones((2, 3)), np.ones((3, 2)))


def test_the_colours_get_darker_away_from_zero_at_the_same_pace():
    light = [luminance([v / 255 for v in color]) for color in DIVERGING]
    assert light[0] < light[1] < light[2] > light[3] > light[4]
    assert light[1] == pytest.approx(light[3], abs=0.1)
    assert light[0] == pytest.approx(light[4], abs=0.1)


def test_the_two_sides_differ_in_the_blue_yellow_sense_too():
    # Red-blind and green-blind readers see blue against yellow: no green against red here.
    hues = [colorsys.rgb_to_hsv(*(v / 255 for v in color))[0] * 360 for color in DIVERGING]
    assert all(195 < hue < 240 for hue in hues[:2])
    assert all(15 < hue < 45 for hue in hues[3:])
