"""Kernel distance against torchmetrics and a plain loop."""

import pytest
import torch
from torchmetrics.image.kid import poly_mmd

from retouch.metrics import kernel_distance, polynomial_mmd


def features(n, seed, d=5, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return (torch.randn(n, d, generator=generator, dtype=torch.float64) + 0.2 * seed).to(dtype)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_agrees_with_torchmetrics(dtype):
    x, y = features(30, 0, dtype=dtype), features(30, 1, dtype=dtype)
    expected = poly_mmd(x.double(), y.double())
    torch.testing.assert_close(polynomial_mmd(x, y), expected, rtol=1e-9, atol=0)


def test_agrees_with_a_plain_loop_on_sets_of_two_sizes():
    x, y = features(4, 0), features(6, 1)

    def kernel(u, v):
        return float((u @ v / 5 + 1) ** 3)

    same = [kernel(x[i], x[j]) for i in range(4) for j in range(4) if i != j]
    other = [kernel(y[i], y[j]) for i in range(6) for j in range(6) if i != j]
    between = [kernel(u, v) for u in x for v in y]
    expected = sum(same) / 12 + sum(other) / 30 - 2 * sum(between) / 24
    assert float(polynomial_mmd(x, y)) == pytest.approx(expected, rel=1e-12)


def test_unbiased_at_any_number_of_samples():
    generator = torch.Generator().manual_seed(0)
    values = torch.stack(
        [polynomial_mmd(*torch.randn(2, 5, 3, generator=generator)) for _ in range(2000)]
    )
    error = values.std() / 2000**0.5
    assert abs(values.mean()) < 4 * error
    assert bool((values < 0).any())


def test_subsets_of_everything_give_one_value():
    x, y = features(20, 0), features(20, 1)
    mean, std = kernel_distance(x, y, subsets=3, subset_size=20)
    torch.testing.assert_close(mean, polynomial_mmd(x, y))
    assert float(std) < 1e-12


def test_mean_and_deviation_are_over_random_subsets():
    x, y = features(20, 0), features(25, 1)
    got = kernel_distance(x, y, 50, 10, torch.Generator().manual_seed(0))
    again = kernel_distance(x, y, 50, 10, torch.Generator().manual_seed(0))
    other = kernel_distance(x, y, 50, 10, torch.Generator().manual_seed(1))
    torch.testing.assert_close(tuple(got), tuple(again), rtol=0, atol=0)
    assert float(got.std) > 0
    assert got.mean != other.mean
    assert abs(got.mean - polynomial_mmd(x, y)) < 4 * got.std / 50**0.5 + 0.1 * got.std


def test_bad_input_is_refused():
    x = features(20, 0)
    with pytest.raises(
        ValueError, match=r"subset_size: expected a whole number in \[2, 20\], got 1000"
    ):
        kernel_distance(x, x)
    with pytest.raises(ValueError, match=r"subsets: expected a whole number of at least 1, got 0"):
        kernel_distance(x, x, subsets=0, subset_size=10)
    with pytest.raises(ValueError, match="same number of features, got 5 and 4"):
        polynomial_mmd(x, x[:, :4])
    with pytest.raises(ValueError, match="features2: expected at least 2 samples, got 1"):
        polynomial_mmd(x, x[:1])
