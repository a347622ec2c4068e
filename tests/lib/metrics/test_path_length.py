"""Path length against closed forms on linear generators, and what a path must be."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torchmetrics.functional.image.perceptual_path_length import _interpolate

from retouch.metrics import lerp, mean_path_length, path_length, slerp

DTYPES = [torch.float32, torch.float64]


def latents(n=3, d=5, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return tuple(torch.randn(2, n, d, generator=generator, dtype=torch.float64).to(dtype))


def squared_distance(x, y):
    return (x - y).square().sum(dim=1)


def linear_generator(d=5, seed=9, outputs=8):
    matrix = torch.randn(
        d, outputs, generator=torch.Generator().manual_seed(seed), dtype=torch.float64
    )
    return matrix, lambda latent: latent.double() @ matrix


@pytest.mark.parametrize("dtype", DTYPES)
def test_linear_path_of_a_linear_generator_has_a_closed_form(dtype):
    matrix, generator = linear_generator()
    start, end = latents(dtype=dtype)
    position = torch.tensor([0.0, 0.3, 0.9], dtype=dtype)
    expected = ((end - start).double() @ matrix).square().sum(dim=1)
    epsilon = 1e-4 if dtype == torch.float64 else 1e-2
    got = path_length(generator, squared_distance, start, end, position, epsilon, "w")
    torch.testing.assert_close(got, expected, rtol=1e-4, atol=0)


def test_spherical_path_of_a_linear_generator_has_a_closed_form():
    matrix, generator = linear_generator()
    start, end = latents()
    position = torch.tensor([0.1, 0.5, 0.8], dtype=torch.float64)
    angle = torch.acos(torch.nn.functional.cosine_similarity(start, end))
    # The derivative of slerp along the path, through G(z) = zA.
    first = -angle * torch.cos((1 - position) * angle) / torch.sin(angle)
    second = angle * torch.cos(position * angle) / torch.sin(angle)
    speed = (first[:, None] * start + second[:, None] * end) @ matrix
    got = path_length(generator, squared_distance, start, end, position, 1e-6)
    torch.testing.assert_close(got, speed.square().sum(dim=1), rtol=1e-5, atol=0)


def test_unit_latents_move_at_the_speed_of_their_angle():
    start, end = (x / x.norm(dim=1, keepdim=True) for x in latents())
    angle = torch.acos((start * end).sum(dim=1))
    position = torch.tensor([0.0, 0.4, 0.7], dtype=torch.float64)
    got = path_length(lambda z: z, squared_distance, start, end, position)
    torch.testing.assert_close(got, angle.square(), rtol=1e-6, atol=0)


def test_images_stay_floats_and_keep_the_generators_dtype():
    seen = []

    def generator(latent):
        seen.append(latent.dtype)
        return latent * 1e-3  # a change far below one 255th

    start, end = latents(dtype=torch.float32)
    got = path_length(generator, squared_distance, start, end, torch.full((3,), 0.5), 1e-2, "w")
    assert seen == [torch.float32, torch.float32]
    torch.testing.assert_close(got, 1e-6 * squared_distance(start, end), rtol=1e-2, atol=0)


def test_single_precision_latents_do_not_lose_the_step():
    matrix, generator = linear_generator(64, outputs=200)
    start, end = latents(500, 64, dtype=torch.float32)
    position = torch.rand(500, generator=torch.Generator().manual_seed(1))
    wide = start.double(), end.double(), position.double()
    expected = path_length(lambda z: z @ matrix, squared_distance, *wide)
    got = path_length(generator, squared_distance, start, end, position)
    torch.testing.assert_close(got, expected, rtol=6e-4, atol=0)


@pytest.mark.parametrize(("function", "method"), [(slerp, "slerp_any"), (lerp, "lerp")])
def test_interpolation_agrees_with_torchmetrics(function, method):
    start, end = latents()
    step = 0.3
    expected = _interpolate(start, end, step, interpolation_method=method)
    got = function(start, end, torch.full((3,), step, dtype=torch.float64))
    torch.testing.assert_close(got, expected)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31), st.floats(0, 1))
def test_slerp_keeps_the_norm_and_divides_the_angle(seed, position):
    start, end = (x / x.norm(dim=1, keepdim=True) for x in latents(2, seed=seed))
    middle = slerp(start, end, torch.full((2,), position, dtype=torch.float64))
    torch.testing.assert_close(middle.norm(dim=1), torch.ones(2, dtype=torch.float64))
    whole, part = (torch.acos((start * x).sum(dim=1).clamp(-1, 1)) for x in (end, middle))
    torch.testing.assert_close(part, position * whole, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("function", [slerp, lerp])
def test_both_ends_are_on_the_path(function):
    start, end = latents()
    torch.testing.assert_close(function(start, end, torch.zeros(3, dtype=torch.float64)), start)
    torch.testing.assert_close(function(start, end, torch.ones(3, dtype=torch.float64)), end)


@pytest.mark.parametrize("dtype", DTYPES)
def test_slerp_of_latents_that_point_the_same_way_is_linear(dtype):
    start, _ = latents(dtype=dtype)
    middle = slerp(start, 3 * start, torch.full((3,), 0.5, dtype=dtype))
    torch.testing.assert_close(middle, 2 * start, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("n", [1, 2, 99, 1000])
@pytest.mark.parametrize("quantiles", [(0.01, 0.99), (0.1, 0.8), (0, 1)])
def test_mean_is_between_numpys_percentiles(n, quantiles):
    lengths = torch.randn(n, generator=torch.Generator().manual_seed(n)).exp().double()
    values = lengths.numpy()
    low = np.percentile(values, 100 * quantiles[0], method="lower")
    high = np.percentile(values, 100 * quantiles[1], method="higher")
    expected = values[(values >= low) & (values <= high)].mean()
    assert float(mean_path_length(lengths, quantiles)) == pytest.approx(expected, rel=1e-12)


def test_mean_leaves_out_the_extremes():
    lengths = torch.cat([torch.full((990,), 2.0), torch.zeros(5), torch.full((5,), 1e9)])
    assert float(mean_path_length(lengths)) == 2


def test_bad_input_is_refused():
    start, end = latents()
    position = torch.full((3,), 0.5, dtype=torch.float64)
    with pytest.raises(ValueError, match="epsilon: expected a finite number above 0, got 0"):
        path_length(lambda z: z, squared_distance, start, end, position, 0)
    with pytest.raises(ValueError, match="space: expected one of z, w, got 'x'"):
        path_length(lambda z: z, squared_distance, start, end, position, 1e-4, "x")
    with pytest.raises(ValueError, match=r"one value per pair, shape \(3,\), got \(\)"):
        path_length(lambda z: z, lambda x, y: (x - y).norm(), start, end, position)
    with pytest.raises(ValueError, match=r"got shapes \(3, 5\), \(3, 5\) and \(2,\)"):
        slerp(start, end, position[:2])
    with pytest.raises(ValueError, match="opposite directions"):
        slerp(start, -start, position)
    with pytest.raises(
        ValueError, match=r"lengths: expected N with something in it, got shape \(0,\)"
    ):
        mean_path_length(torch.zeros(0))
    with pytest.raises(ValueError, match=r"low < high ≤ 1, got \(0.5, 0.2\)"):
        mean_path_length(torch.ones(3), (0.5, 0.2))
