"""Fréchet distance between two sets of features, whatever network they come from.

With the features of the Inception network of Heusel et al. 2017 it is the FID; with any
others it is a Fréchet distance, and should be reported as one.
"""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from retouch.device import double
from retouch.validation import whole, wrong_value
from retouch.validation.tensors import require_finite, require_rows, require_tensor

ONE_EXTRACTOR = "use one extractor for both sets"

Statistics = tuple[Float[Tensor, " d"], Float[Tensor, "d d"]]
Mean = Float[Tensor, " d"] | Float[np.ndarray, " d"]
Covariance = Float[Tensor, "d d"] | Float[np.ndarray, "d d"]


def feature_statistics(features: Float[Tensor, "n d"]) -> Statistics:
    """Mean and unbiased covariance of feature vectors, in float64.

    Args:
        features: one row per image, at least two. For sets that do not fit into memory,
            see `retouch.metrics.FeatureStatistics`.

    Returns:
        The mean (D) and the covariance (D×D, divided by N − 1).

    Raises:
        TypeError: the features are not floating-point.
        ValueError: not N×D, fewer than two rows, or a value that is not finite.

    Examples:
        >>> mean, covariance = feature_statistics(torch.tensor([[0.0, 1.0], [2.0, 5.0]]))
        >>> mean.tolist(), covariance.tolist()
        ([1.0, 3.0], [[2.0, 4.0], [4.0, 8.0]])
    """
    require_rows(features, "features", minimum=2)
    features = double(features)
    mean = features.mean(dim=0)
    centered = features - mean
    return mean, centered.T @ centered / (len(features) - 1)


def frechet_distance(
    mean1: Mean, cov1: Covariance, mean2: Mean, cov2: Covariance
) -> Float[Tensor, ""]:
    """Squared Fréchet (2-Wasserstein) distance between two Gaussians, in float64.

    Dowson and Landau 1982, as Heusel et al. 2017 use it for generative models:
    ‖μ₁ − μ₂‖² + tr Σ₁ + tr Σ₂ − 2 tr (Σ₁Σ₂)^½. With any factors Σᵢ = FᵢFᵢᵀ the last trace
    is the sum of the singular values of F₁ᵀF₂: real, and exact when a covariance has no
    full rank, as always with fewer images than features.

    Args:
        mean1, mean2: D features; tensors, or NumPy arrays as pytorch-fid and clean-fid store.
        cov1, cov2: symmetric and positive semi-definite; likewise.

    Returns:
        One value, in squared feature units; 0 where the Gaussians are the same.

    Raises:
        ValueError: the shapes do not fit, a value is not finite, or a matrix is no
            covariance (not symmetric, or with a negative eigenvalue).
    """
    mean1, cov1 = _gaussian(mean1, cov1, "1")
    mean2, cov2 = _gaussian(mean2, cov2, "2")
    if mean1.shape != mean2.shape:
        got = f"{len(mean1)} and {len(mean2)} features"
        raise wrong_value("mean1 and mean2", "statistics of the same features", got, ONE_EXTRACTOR)
    overlap = _factor_overlap(covariance_factor(cov1), covariance_factor(cov2))
    distance = (mean1 - mean2).square().sum() + cov1.trace() + cov2.trace() - 2 * overlap
    return distance.clamp(min=0)


def extrapolated_frechet_distance(
    features: Float[Tensor, "n d"],
    mean: Mean,
    cov: Covariance,
    sizes: Sequence[int] | None = None,
    generator: torch.Generator | None = None,
) -> Float[Tensor, ""]:
    """Fréchet distance with infinitely many samples, read off a line in 1/N.

    A Fréchet distance from N samples is too large by about a constant over N, and the
    constant depends on the model, so rankings can flip with N. Chong and Forsyth 2020
    measure it at several N, fit a line in 1/N, and report where 1/N is 0.

    Args:
        features: of the generated images, at least 20 (many more than features, for the
            line to hold).
        mean, cov: statistics of the real images, from as many as there are.
        sizes: the subset sizes, at least two different ones between 2 and N; by default
            15, evenly spaced from N/10 to N, as in the paper.
        generator: draws the subsets; on the CPU.

    Returns:
        The intercept; it may fall below 0 by the noise of the fit.

    Raises:
        TypeError: the features are not floating-point.
        ValueError: too few samples, sizes that cannot be drawn, or statistics of other features.
    """
    require_rows(features, "features", minimum=20)
    if sizes is None:
        sizes = torch.linspace(max(2, len(features) // 10), len(features), 15).int().tolist()
    sizes = _checked_sizes(sizes, len(features))
    mean, cov = _gaussian(mean, cov, "")
    if features.shape[1] != len(mean):
        got = f"{features.shape[1]} and {len(mean)} features"
        raise wrong_value("features and mean", "the same features", got, ONE_EXTRACTOR)
    reference = covariance_factor(cov)
    distances = []
    for size in sizes:
        chosen = torch.randperm(len(features), generator=generator)[:size]
        subset = features[chosen.to(features.device)]
        distances.append(_distance_to_reference(subset, mean, cov, reference))
    return _intercept(torch.tensor(sizes, dtype=torch.float64), torch.stack(distances))


def covariance_factor(cov: Float[Tensor, "d d"]) -> Float[Tensor, "d r"]:
    """A factor F of a covariance, cov = F Fᵀ, with as many columns as its rank.

    Raises:
        ValueError: the matrix has a clearly negative eigenvalue.
    """
    require_tensor(cov, "cov", f"{len(cov)} {len(cov)}", advice="a covariance is square")
    cov = double(require_finite(cov, "cov"))
    factor, failed = torch.linalg.cholesky_ex(cov)
    # A nearly singular matrix can pass Cholesky with pivots that are rounding noise.
    pivots = factor.diagonal().square()
    if not failed and pivots.min() > 1e-10 * cov.diagonal().max():
        return factor
    values, vectors = torch.linalg.eigh(cov)
    noise = len(cov) * torch.finfo(torch.float64).eps * values.abs().max()
    if values.min() < -1e-6 * values.abs().max():
        got = f"{float(values.min()):.3g}"
        advice = "compute it with feature_statistics"
        raise wrong_value("covariance", "no negative eigenvalue", got, advice)
    kept = values > noise
    return vectors[:, kept] * values[kept].sqrt()


def _factor_overlap(factor1: Tensor, factor2: Tensor) -> Tensor:
    """Trace of (Σ₁Σ₂)^½ for Σᵢ = FᵢFᵢᵀ: the nuclear norm of F₁ᵀF₂."""
    product = factor1.T @ factor2
    if product.numel() == 0:
        return product.sum()
    if product.shape[0] > product.shape[1]:
        product = product.T
    # Eigenvalues of the small Gram matrix are several times faster than singular values,
    # but lose the smallest ones to rounding: use them only where that does not matter.
    squares = torch.linalg.eigvalsh(product @ product.T).clamp(min=0)
    noise = len(squares) ** 0.5 * torch.finfo(torch.float64).eps * squares.max()
    total, lost = squares.sqrt().sum(), (noise / squares.clamp(min=noise).sqrt()).sum() / 2
    return total if lost <= 1e-8 * total else torch.linalg.svdvals(product).sum()


def _distance_to_reference(
    features: Tensor, mean: Tensor, cov: Tensor, reference: Tensor
) -> Tensor:
    features = double(features)
    center = features.mean(dim=0)
    # The centred features are a factor already; above D rows a D×D one is smaller.
    factor = (features - center).T / (len(features) - 1) ** 0.5
    trace = factor.square().sum()
    if factor.shape[1] > factor.shape[0]:
        factor = covariance_factor(factor @ factor.T)
    overlap = _factor_overlap(factor, reference)
    return (center - mean).square().sum() + trace + cov.trace() - 2 * overlap


def _intercept(sizes: Tensor, distances: Tensor) -> Tensor:
    inverse = (1 / sizes).to(distances.device)
    design = torch.stack([torch.ones_like(inverse), inverse], dim=1)
    return torch.linalg.lstsq(design, distances[:, None]).solution[0, 0]


def _checked_sizes(sizes: Sequence[int], samples: int) -> list[int]:
    checked = [whole(size, "sizes") for size in sizes]
    if len(set(checked)) < 2 or min(checked) < 2 or max(checked) > samples:
        expected = f"at least two different subset sizes from 2 to {samples}"
        raise wrong_value("sizes", expected, checked)
    return checked


def _gaussian(mean: Mean, cov: Covariance, which: str) -> Statistics:
    """Mean and covariance as tensors in float64, once they are known to be those of a Gaussian."""
    mean, cov = (torch.as_tensor(x) if isinstance(x, np.ndarray) else x for x in (mean, cov))
    require_tensor(mean, f"mean{which}", "d"), require_tensor(cov, f"cov{which}", "d d")
    if cov.shape != (len(mean), len(mean)):
        got = f"{tuple(mean.shape)} and {tuple(cov.shape)}"
        raise wrong_value(f"mean{which} and cov{which}", "shapes (D,) and (D, D)", got)
    require_finite(mean, f"mean{which}"), require_finite(cov, f"cov{which}")
    asymmetry = (cov - cov.T).abs().max()
    if bool(asymmetry > 1e-5 * cov.diagonal().abs().max()):
        raise wrong_value(f"cov{which}", "a symmetric matrix", "one that is not")
    return double(mean), double(cov)
