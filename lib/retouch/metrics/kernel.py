"""Kernel distance: maximum mean discrepancy of features (KID)."""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from retouch.device import double
from retouch.metrics.frechet import ONE_EXTRACTOR
from retouch.validation import whole, wrong_value
from retouch.validation.tensors import require_rows


class KernelDistance(NamedTuple):
    """Mean and (population) standard deviation over the subsets; float64."""

    mean: Float[Tensor, ""]
    std: Float[Tensor, ""]


def polynomial_mmd(
    features1: Float[Tensor, "n d"], features2: Float[Tensor, "m d"]
) -> Float[Tensor, ""]:
    """Unbiased squared maximum mean discrepancy under the kernel (x·y/D + 1)³, in float64.

    Gretton et al. 2012, equation 3, with the kernel of Bińkowski et al. 2018. Unbiased at
    any number of samples, unlike a Fréchet distance, and so now and then below 0.

    Args:
        features1, features2: one row per image, at least two each.

    Returns:
        One value; around 0 where both sets come from one distribution.

    Raises:
        TypeError: the features are not floating-point.
        ValueError: fewer than two rows, or different numbers of features.
    """
    _check_features(features1, features2)
    x, y = double(features1), double(features2)
    n, m = len(x), len(y)
    within_x, within_y, between = _kernel(x, x), _kernel(y, y), _kernel(x, y)
    same = (within_x.sum() - within_x.trace()) / (n * (n - 1))
    other = (within_y.sum() - within_y.trace()) / (m * (m - 1))
    return same + other - 2 * between.mean()


def kernel_distance(
    features1: Float[Tensor, "n d"],
    features2: Float[Tensor, "m d"],
    subsets: int = 100,
    subset_size: int = 1000,
    generator: torch.Generator | None = None,
) -> KernelDistance:
    """Kernel (Inception) distance: `polynomial_mmd` over random subsets.

    Bińkowski et al. 2018, section 4. It is called KID only on Inception's features.

    Args:
        features1, features2: one row per image, at least `subset_size` each.
        subsets: how many pairs of subsets are drawn.
        subset_size: rows in each, without replacement; at least 2.
        generator: draws the subsets; on the CPU.

    Returns:
        Mean and standard deviation over the subsets.

    Raises:
        TypeError: the features are not floating-point.
        ValueError: fewer rows than `subset_size`, different numbers of features, or no subsets.
    """
    _check_features(features1, features2)
    subsets = whole(subsets, "subsets", at_least=1)
    fewest = min(len(features1), len(features2))
    advice = f"there are {len(features1)} and {len(features2)} samples"
    subset_size = whole(subset_size, "subset_size", at_least=2, at_most=fewest, advice=advice)
    values = [
        polynomial_mmd(
            _subset(features1, subset_size, generator), _subset(features2, subset_size, generator)
        )
        for _ in range(subsets)
    ]
    distances = torch.stack(values)
    return KernelDistance(distances.mean(), distances.std(correction=0))


def _kernel(x: Tensor, y: Tensor) -> Tensor:
    return (x @ y.T / x.shape[1] + 1) ** 3


def _subset(features: Tensor, size: int, generator: torch.Generator | None) -> Tensor:
    return features[torch.randperm(len(features), generator=generator)[:size].to(features.device)]


def _check_features(features1: Tensor, features2: Tensor) -> None:
    require_rows(features1, "features1", minimum=2)
    require_rows(features2, "features2", minimum=2)
    if features1.shape[1] != features2.shape[1]:
        got = f"{features1.shape[1]} and {features2.shape[1]}"
        expected = "the same number of features"
        raise wrong_value("features1 and features2", expected, got, ONE_EXTRACTOR)
