"""Fréchet distance against torchmetrics, SciPy and closed forms; streams against batches."""

import numpy as np
import pytest
import scipy.linalg
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torchmetrics.image.fid import FrechetInceptionDistance

from retouch.metrics import (
    FeatureStatistics,
    extrapolated_frechet_distance,
    feature_statistics,
    frechet_distance,
    single_image_frechet_distance,
)
from retouch.metrics.frechet import covariance_factor


class PixelFeatures(torch.nn.Module):
    """Features for torchmetrics: a fixed mix of an image's pixels, in float64."""

    num_features = 24

    def __init__(self):
        super().__init__()
        generator = torch.Generator().manual_seed(2)
        self.register_buffer("mix", torch.randn(3 * 4 * 4, 24, generator=generator).double())

    def forward(self, images):
        return images.double().flatten(1) @ self.mix


def gaussian_features(n, d=6, seed=0, rank=None):
    generator = torch.Generator().manual_seed(seed)
    rank = rank or d
    mix = torch.randn(rank, d, generator=generator, dtype=torch.float64)
    return torch.randn(n, rank, generator=generator, dtype=torch.float64) @ mix + seed


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_statistics_agree_with_numpy(dtype):
    features = gaussian_features(9).to(dtype)
    mean, covariance = feature_statistics(features)
    assert mean.dtype == covariance.dtype == torch.float64
    np.testing.assert_allclose(mean, features.double().numpy().mean(axis=0))
    np.testing.assert_allclose(covariance, np.cov(features.double().numpy(), rowvar=False))


@pytest.mark.parametrize(("real", "fake"), [(80, 90), (10, 90), (10, 12), (2, 3)])
def test_agrees_with_torchmetrics_whatever_the_rank(real, fake):
    extractor = PixelFeatures()
    metric = FrechetInceptionDistance(feature=extractor, input_img_size=(3, 4, 4))
    metric.set_dtype(torch.float64)
    generator = torch.Generator().manual_seed(4)
    sets = []
    for count, is_real in ((real, True), (fake, False)):
        images = torch.randint(0, 256 if is_real else 200, (count, 3, 4, 4), generator=generator)
        metric.update(images.to(torch.uint8), real=is_real)
        sets.append(feature_statistics(extractor(images)))
    ours = frechet_distance(*sets[0], *sets[1])
    # Their square roots of zero eigenvalues are noise of some 1e-8 of the largest.
    torch.testing.assert_close(ours, metric.compute().double(), rtol=1e-6, atol=0)


@pytest.mark.parametrize(("n", "rank"), [(50, 6), (50, 3), (4, 6)])
def test_agrees_with_the_matrix_square_root_of_scipy(n, rank):
    first = feature_statistics(gaussian_features(n, rank=rank))
    second = feature_statistics(gaussian_features(n + 3, seed=1, rank=rank))
    root = scipy.linalg.sqrtm((first[1] @ second[1]).numpy() + 1e-14 * np.eye(6))
    expected = float((first[0] - second[0]).square().sum() + first[1].trace() + second[1].trace())
    expected -= 2 * float(np.trace(root).real)
    assert float(frechet_distance(*first, *second)) == pytest.approx(expected, rel=1e-5)


def test_commuting_gaussians_have_a_closed_form():
    variances1, variances2 = torch.tensor([4.0, 0.0, 1.0]), torch.tensor([1.0, 9.0, 1.0])
    rotation = torch.linalg.qr(gaussian_features(3, 3))[0]
    covariances = [rotation @ v.double().diag() @ rotation.T for v in (variances1, variances2)]
    mean1, mean2 = torch.tensor([0.0, 1.0, 2.0]), torch.tensor([0.0, 1.0, 4.0])
    distance = frechet_distance(mean1, covariances[0], mean2, covariances[1])
    # (2 − 0)² of the means, and (√4 − √1)² + (√0 − √9)² of the deviations.
    assert float(distance) == pytest.approx(4 + 1 + 9, rel=1e-12)


@pytest.mark.parametrize("condition", [1e2, 1e8, 1e12])
def test_nearly_singular_covariances_keep_their_digits(condition):
    d = 40
    rotation = torch.linalg.qr(gaussian_features(d, d))[0]
    decay = torch.logspace(0, -float(np.log10(condition)), d, dtype=torch.float64)
    covariance = rotation @ decay.diag() @ rotation.T
    covariance = (covariance + covariance.T) / 2
    mean = torch.zeros(d)
    # The deviations of 4 Σ are twice those of Σ: distance tr Σ.
    distance = frechet_distance(mean, covariance, mean, 4 * covariance)
    assert float(distance) == pytest.approx(float(decay.sum()), rel=1e-8)
    assert float(frechet_distance(mean, covariance, mean, covariance)) == pytest.approx(0, abs=1e-7)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**31), st.integers(2, 12), st.floats(0.1, 10))
def test_symmetric_invariant_to_rotation_and_quadratic_in_scale(seed, n, scale):
    first, second = (
        gaussian_features(n, seed=seed % 1000),
        gaussian_features(n + 2, seed=seed % 999),
    )
    distance = frechet_distance(*feature_statistics(first), *feature_statistics(second))
    swapped = frechet_distance(*feature_statistics(second), *feature_statistics(first))
    rotation = torch.linalg.qr(gaussian_features(6, seed=5))[0] * scale
    turned = frechet_distance(
        *feature_statistics(first @ rotation), *feature_statistics(second @ rotation)
    )
    torch.testing.assert_close(distance, swapped, rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(turned, distance * scale**2, rtol=1e-6, atol=1e-4)


@settings(max_examples=30, deadline=None)
@given(
    st.integers(0, 2**31), st.lists(st.integers(1, 7), min_size=1, max_size=6), st.floats(0, 1e6)
)
def test_a_stream_cut_anyhow_has_the_statistics_of_the_whole(seed, sizes, offset):
    features = gaussian_features(sum(sizes) + 1, 3, seed=seed % 1000) + offset
    whole = FeatureStatistics()
    parts = []
    for batch in features.split([1, *sizes]):
        whole.update(batch)
        parts.append(FeatureStatistics())
        parts[-1].update(batch)
    merged = FeatureStatistics()
    for part in reversed(parts):
        merged.merge(part)
    mean, covariance = feature_statistics(features)
    for statistics in (whole, merged):
        assert statistics.count == len(features)
        torch.testing.assert_close(statistics.mean, mean, rtol=1e-12, atol=1e-12)
        torch.testing.assert_close(statistics.covariance, covariance, rtol=1e-7, atol=1e-7)


def test_merging_leaves_the_other_stream_alone():
    first, second = FeatureStatistics(), FeatureStatistics()
    second.update(gaussian_features(4))
    first.merge(second)
    first.update(gaussian_features(3, seed=1))
    expected = feature_statistics(gaussian_features(4))
    torch.testing.assert_close((second.mean, second.covariance), expected)
    assert (first.count, second.count) == (7, 4)
    first.merge(FeatureStatistics())
    assert first.count == 7


def test_extrapolation_is_the_line_through_the_measured_distances():
    features = gaussian_features(200, 5)
    reference = feature_statistics(gaussian_features(500, 5, seed=1))
    sizes = [20, 50, 100, 200]
    generator = torch.Generator().manual_seed(0)
    distances = [
        float(
            frechet_distance(
                *feature_statistics(features[torch.randperm(200, generator=generator)[:size]]),
                *reference,
            )
        )
        for size in sizes
    ]
    expected = np.polyfit(1 / np.array(sizes), distances, 1)[1]
    got = extrapolated_frechet_distance(
        features, *reference, sizes, torch.Generator().manual_seed(0)
    )
    assert float(got) == pytest.approx(expected, rel=1e-8)


def test_extrapolation_removes_most_of_the_bias():
    d = 16
    reference = torch.zeros(d).double(), torch.eye(d).double()
    generator = torch.Generator().manual_seed(0)
    plain, extrapolated = [], []
    for _ in range(20):
        features = torch.randn(400, d, generator=generator)  # true distance: 0
        plain.append(float(frechet_distance(*feature_statistics(features), *reference)))
        extrapolated.append(
            float(extrapolated_frechet_distance(features, *reference, generator=generator))
        )
    assert np.mean(plain) > 0.2
    assert abs(np.mean(extrapolated)) < 0.25 * np.mean(plain)


@pytest.mark.parametrize("samples", [3, 60])
def test_distance_without_forming_the_covariance_is_the_same(samples):
    features = gaussian_features(max(samples, 20), 6)
    reference = feature_statistics(gaussian_features(50, 6, seed=1))
    sizes = [samples, samples - 1]
    generator = torch.Generator().manual_seed(0)
    subset = [features[torch.randperm(len(features), generator=generator)[:n]] for n in sizes]
    y = [float(frechet_distance(*feature_statistics(part), *reference)) for part in subset]
    x = [1 / n for n in sizes]
    expected = y[0] - x[0] * (y[1] - y[0]) / (x[1] - x[0])
    got = extrapolated_frechet_distance(
        features, *reference, sizes, torch.Generator().manual_seed(0)
    )
    assert float(got) == pytest.approx(expected, rel=1e-7)


def test_single_image_distance_uses_positions_as_samples():
    generator = torch.Generator().manual_seed(0)
    maps1 = torch.randn(2, 4, 5, 6, generator=generator)
    maps2 = torch.randn(2, 4, 7, 3, generator=generator) + 1
    expected = [
        frechet_distance(
            *feature_statistics(x.reshape(4, -1).T), *feature_statistics(y.reshape(4, -1).T)
        )
        for x, y in zip(maps1, maps2, strict=True)
    ]
    torch.testing.assert_close(single_image_frechet_distance(maps1, maps2), torch.stack(expected))
    # Where the patches are, does not count; which they are, does.
    shuffled = maps1.flatten(2)[:, :, torch.randperm(30, generator=generator)].view_as(maps1)
    assert bool((single_image_frechet_distance(maps1, shuffled).abs() < 1e-9).all())


@pytest.mark.parametrize(("n", "rank"), [(30, 6), (30, 2), (3, 6)])
def test_factor_times_its_transpose_is_the_covariance(n, rank):
    _, covariance = feature_statistics(gaussian_features(n, rank=rank))
    factor = covariance_factor(covariance)
    assert factor.shape == (6, min(rank, n - 1, 6))
    torch.testing.assert_close(factor @ factor.T, covariance)


def test_bad_input_is_refused():
    mean, covariance = feature_statistics(gaussian_features(9))
    with pytest.raises(ValueError, match="at least 2 samples, got 1; use more images"):
        feature_statistics(torch.ones(1, 3))
    with pytest.raises(
        ValueError, match=r"features: expected N×D, got shape \(2, 3, 4\); one row per image"
    ):
        feature_statistics(torch.ones(2, 3, 4))
    with pytest.raises(TypeError, match=r"floating-point tensor N×D, got torch.int64"):
        feature_statistics(torch.ones(2, 3, dtype=torch.int64))
    with pytest.raises(ValueError, match="expected finite values, got NaN or infinity"):
        feature_statistics(torch.full((2, 3), torch.nan))
    with pytest.raises(ValueError, match=r"shapes \(D,\) and \(D, D\), got \(6,\) and \(5, 6\)"):
        frechet_distance(mean, covariance[:5], mean, covariance)
    with pytest.raises(ValueError, match="of the same features, got 6 and 5 features"):
        frechet_distance(mean, covariance, mean[:5], covariance[:5, :5])
    with pytest.raises(ValueError, match="cov2: expected a symmetric matrix"):
        frechet_distance(mean, covariance, mean, covariance.triu())
    with pytest.raises(ValueError, match="no negative eigenvalue, got -"):
        frechet_distance(mean, covariance, mean, -covariance)
    with pytest.raises(ValueError, match="mean1: expected finite values"):
        frechet_distance(mean * torch.nan, covariance, mean, covariance)
    statistics = FeatureStatistics()
    statistics.update(gaussian_features(4))
    with pytest.raises(ValueError, match="expected 6 per image as before, got 5"):
        statistics.update(gaussian_features(4, 5))
    with pytest.raises(ValueError, match="covariance: expected at least 2 samples, got 0"):
        _ = FeatureStatistics().covariance
    with pytest.raises(ValueError, match=r"subset sizes from 2 to 30, got \[10, 31\]"):
        extrapolated_frechet_distance(gaussian_features(30), mean, covariance, [10, 31])
    with pytest.raises(ValueError, match=r"subset sizes from 2 to 30, got \[10, 10\]"):
        extrapolated_frechet_distance(gaussian_features(30), mean, covariance, [10, 10])
    with pytest.raises(ValueError, match=r"with the same N and C, got shapes \(1, 4, 5, 6\)"):
        single_image_frechet_distance(torch.zeros(1, 4, 5, 6), torch.zeros(1, 3, 5, 6))
    with pytest.raises(ValueError, match="at least 2 samples, got 1"):
        single_image_frechet_distance(torch.zeros(1, 4, 1, 1), torch.zeros(1, 4, 5, 6))
