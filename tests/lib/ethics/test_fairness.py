"""Group rates, their disparity, and resampling, against plain loops and NumPy."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from retouch.ethics import disparity, group_rates, resample_weights

CASES = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 1), st.integers(0, 3)), min_size=1, max_size=40
)


def rate(cases, group, truth):
    predictions = [p for t, p, g in cases if g == group and t == truth]
    return sum(predictions) / len(predictions) if predictions else math.nan


@given(CASES)
def test_rates_agree_with_counting(cases):
    truth, prediction, group = torch.tensor(cases).T
    rates = group_rates(truth, prediction, group)
    groups = range(max(g for *_, g in cases) + 1)
    np.testing.assert_allclose(rates.true_positive, [rate(cases, g, 1) for g in groups])
    np.testing.assert_allclose(rates.false_positive, [rate(cases, g, 0) for g in groups])


def test_booleans_and_floats_of_zero_and_one_count_alike():
    truth, prediction = torch.tensor([1, 0, 1, 1]), torch.tensor([1, 1, 0, 1])
    group = torch.tensor([0, 1, 1, 1])
    expected = group_rates(truth, prediction, group)
    for convert in (torch.Tensor.bool, torch.Tensor.float):
        got = group_rates(convert(truth), convert(prediction), group)
        torch.testing.assert_close(tuple(got), tuple(expected), equal_nan=True)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_disparity_ignores_nan_and_order(dtype):
    rates = torch.tensor([0.9, math.nan, 0.25, 0.5], dtype=dtype)
    assert float(disparity(rates)) == pytest.approx(0.65)
    assert float(disparity(rates.flip(0))) == pytest.approx(0.65)
    assert math.isnan(disparity(torch.tensor([math.nan, math.nan], dtype=dtype)))


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_weights_agree_with_numpys_histograms(dtype, smoothing):
    generator = torch.Generator().manual_seed(0)
    latents = torch.randn(50, 3, generator=generator).square().to(dtype)
    expected = np.ones(50)
    for column in latents.double().numpy().T:
        density, edges = np.histogram(column, bins=7, density=True)
        place = np.clip(np.digitize(column, edges) - 1, 0, 6)
        expected /= density[place] + smoothing
    weights = resample_weights(latents, 7, smoothing)
    np.testing.assert_allclose(weights, expected / expected.sum(), rtol=1e-9)


def test_resampling_evens_out_a_rare_group():
    latents = torch.cat([torch.zeros(990, 1), torch.ones(10, 1)])
    weights = resample_weights(latents, 10)
    assert float(weights[990:].sum()) == pytest.approx(0.5)


@given(st.integers(1, 30), st.integers(1, 200), st.integers(1, 12), st.integers(0, 2**31))
def test_weights_are_a_distribution_even_over_many_latents(n, d, bins, seed):
    latents = torch.randn(n, d, generator=torch.Generator().manual_seed(seed))
    weights = resample_weights(latents, bins)
    assert float(weights.sum()) == pytest.approx(1)
    assert bool((weights > 0).any())
    assert bool(torch.isfinite(weights).all())


def test_a_latent_that_never_varies_changes_nothing():
    latents = torch.randn(20, 2, generator=torch.Generator().manual_seed(0))
    with_constant = torch.cat([latents, torch.full((20, 1), 3.0)], dim=1)
    torch.testing.assert_close(resample_weights(with_constant, 5), resample_weights(latents, 5))


def test_bad_input_is_refused():
    ones = torch.ones(3)
    with pytest.raises(ValueError, match=r"got shapes \(3,\), \(3,\) and \(2,\)"):
        group_rates(ones, ones, torch.zeros(2))
    with pytest.raises(ValueError, match=r"prediction: expected 0 or 1, got \[0.5\]; apply"):
        group_rates(ones, ones / 2, torch.zeros(3))
    with pytest.raises(ValueError, match="group: expected whole numbers from 0"):
        group_rates(ones, ones, -ones)
    with pytest.raises(ValueError, match=r"rates: expected .*got shape \(0,\); one per group"):
        disparity(torch.zeros(0))
    with pytest.raises(ValueError, match=r"latents: expected N×D, got shape \(3,\)"):
        resample_weights(ones)
    with pytest.raises(ValueError, match="bins: expected a whole number of at least 1, got 0"):
        resample_weights(torch.ones(3, 2), 0)
    with pytest.raises(ValueError, match="expected finite values, got NaN"):
        resample_weights(torch.full((3, 2), math.nan))
    with pytest.raises(TypeError, match=r"floating-point tensor N×D, got torch.int64"):
        resample_weights(torch.ones(3, 2, dtype=torch.int64))
