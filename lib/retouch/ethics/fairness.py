"""Does a classifier fail one group more, and would a fairer sample help?"""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Real
from torch import Tensor

from retouch.device import double
from retouch.validation import number, whole, wrong_value
from retouch.validation.tensors import require_rows, require_tensor

Labels = Real[Tensor, " n"] | Bool[Tensor, " n"]


class GroupRates(NamedTuple):
    """One rate per group 0 … G − 1, float64; nan where a group has no such case."""

    true_positive: Float[Tensor, " g"]
    false_positive: Float[Tensor, " g"]


def group_rates(
    truth: Labels,
    prediction: Labels,
    group: Real[Tensor, " n"],
) -> GroupRates:
    """True and false positive rate of each group (Hardt, Price and Srebro 2016).

    Args:
        truth, prediction: 0 or 1 (or booleans), one per case.
        group: the group of each case, 0 … G − 1. A number that no case has still gets a
            place, with nan.

    Returns:
        P(prediction = 1 | truth = 1) and P(prediction = 1 | truth = 0) for each group.

    Raises:
        ValueError: the shapes differ, there is no case, or values other than 0 and 1 (for a
            group: negative or fractional ones).

    Examples:
        >>> truth, prediction = torch.tensor([1, 1, 0, 1]), torch.tensor([1, 0, 1, 1])
        >>> rates = group_rates(truth, prediction, torch.tensor([0, 0, 0, 1]))
        >>> rates.true_positive.tolist(), rates.false_positive.tolist()
        ([0.5, 1.0], [1.0, nan])
    """
    _check_cases(truth, prediction, group)
    positive, predicted, group = truth.bool(), prediction.bool(), group.long()
    groups = int(group.max()) + 1
    rates = []
    for actual in (positive, ~positive):
        cases = torch.bincount(group[actual], minlength=groups)
        alarms = torch.bincount(group[actual & predicted], minlength=groups)
        rates.append(double(alarms) / double(cases))  # 0 / 0 is nan: not measured, not fair
    return GroupRates(*rates)


def disparity(rates: Float[Tensor, " g"]) -> Float[Tensor, ""]:
    """Largest minus smallest rate; nan is ignored, and the answer only if nothing is left.

    Raises:
        ValueError: not one rate per group, or no group.

    Examples:
        >>> disparity(torch.tensor([0.5, float("nan"), 0.75]))
        tensor(0.2500)
    """
    require_tensor(rates, "rates", "g", advice="one per group")
    known = rates[~rates.isnan()]
    return known.max() - known.min() if len(known) else rates.new_tensor(float("nan"))


def resample_weights(
    latents: Float[Tensor, "n d"], bins: int = 10, smoothing: float = 0.0
) -> Float[Tensor, " n"]:
    """Sampling probabilities that show a model the rare faces as often as the common ones.

    Amini et al. 2019, equation 3: each case weighs ∏ 1 / (density + smoothing), with the
    density of each latent from a histogram, as if the latents were independent.

    Args:
        latents: the latent vectors of the training images.
        bins: of equal width, from each latent's smallest to its largest value.
        smoothing: α of the paper, in units of density; larger weights are more equal.

    Returns:
        One positive weight per case, float64, with sum 1.

    Raises:
        TypeError: the latents are not floating-point.
        ValueError: not N×D, not finite, no bins, or negative smoothing.

    Examples:
        >>> resample_weights(torch.tensor([[0.0], [0.0], [0.0], [1.0]]), bins=2).tolist()
        [0.16666666666666669, 0.16666666666666669, 0.16666666666666669, 0.5]
    """
    require_rows(latents, "latents")
    bins = whole(bins, "bins", at_least=1)
    smoothing = number(smoothing, "smoothing", at_least=0)
    latents = double(latents)
    low, high = latents.amin(dim=0), latents.amax(dim=0)
    width = torch.where(high > low, high - low, 1.0) / bins
    place = ((latents - low) / width).long().clamp(max=bins - 1)
    counts = torch.zeros(bins, latents.shape[1], dtype=torch.float64, device=latents.device)
    counts.scatter_add_(0, place, torch.ones_like(latents))
    density = counts.gather(0, place) / (len(latents) * width)
    # Logarithms, since a product over many latents leaves the range of a float.
    return (-(density + smoothing).log().sum(dim=1)).softmax(dim=0)


def _check_cases(truth: Tensor, prediction: Tensor, group: Tensor) -> None:
    require_tensor(truth, "truth", "n", kind="any", advice="one value per case")
    if not truth.shape == prediction.shape == group.shape:
        got = f"shapes {tuple(truth.shape)}, {tuple(prediction.shape)} and {tuple(group.shape)}"
        raise wrong_value("truth, prediction and group", "one value per case each", got)
    for name, values in (("truth", truth), ("prediction", prediction)):
        if not bool(((values == 0) | (values == 1)).all()):
            others = sorted(set(values.tolist()))[:5]
            raise wrong_value(name, "0 or 1", others, "apply a threshold to scores first")
    if bool((group < 0).any()) or bool((group != group.long()).any()):
        raise wrong_value("group", "whole numbers from 0", sorted(set(group.tolist()))[:5])
