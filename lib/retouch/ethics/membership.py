"""Membership inference: does a model's loss tell who was in its training set?"""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from retouch.device import double
from retouch.validation import number, wrong_value
from retouch.validation.tensors import require_tensor


class LossAttack(NamedTuple):
    """Guess "member" where the loss is at most each threshold, in ascending order.

    Between two thresholds the rates do not change; the first threshold is −∞.
    """

    thresholds: Float[Tensor, " t"]
    true_positive: Float[Tensor, " t"]
    false_positive: Float[Tensor, " t"]


def loss_attack(train_losses: Float[Tensor, " n"], test_losses: Float[Tensor, " m"]) -> LossAttack:
    """The attack of Yeom et al. 2018 (their adversary 2) at every threshold; float64.

    Args:
        train_losses: of the images that the model was trained on.
        test_losses: of images like them that it has never seen.

    Raises:
        TypeError: the losses are not floating-point.
        ValueError: not one loss per image, none, or NaN.
    """
    train, test = _check(train_losses, "train_losses"), _check(test_losses, "test_losses")
    losses = torch.unique(torch.cat([train, test]))
    thresholds = torch.cat([losses.new_tensor([-torch.inf]), losses])
    rates = [
        torch.searchsorted(part.sort().values, thresholds, right=True).double() / len(part)
        for part in (train, test)
    ]
    return LossAttack(thresholds, *rates)


def membership_advantage(
    train_losses: Float[Tensor, " n"], test_losses: Float[Tensor, " m"]
) -> Float[Tensor, ""]:
    """Largest true minus false positive rate over all thresholds, float64.

    Yeom et al. 2018, definition 4, for the best threshold: 0 where the losses tell nothing,
    1 where they tell all. Equals the one-sided Kolmogorov–Smirnov statistic.

    Args:
        train_losses: of the images that the model was trained on.
        test_losses: of images like them that it has never seen.

    Returns:
        One value in [0, 1].

    Raises:
        TypeError, ValueError: as `loss_attack`.

    Examples:
        >>> membership_advantage(torch.tensor([0.1, 0.2, 0.9]), torch.tensor([0.5, 0.6, 0.7]))
        tensor(0.6667, dtype=torch.float64)
    """
    attack = loss_attack(train_losses, test_losses)
    return (attack.true_positive - attack.false_positive).max()


def true_positives_at(
    train_losses: Float[Tensor, " n"], test_losses: Float[Tensor, " m"], false_positive: float
) -> Float[Tensor, ""]:
    """Largest share of members found with at most this share of false accusations; float64.

    Carlini et al. 2022 ask for it at a small share, such as 0.001: a model can leak a few
    images for certain and still look safe on average.

    Raises:
        TypeError, ValueError: as `loss_attack`, or a share outside [0, 1].
    """
    false_positive = number(false_positive, "false_positive", at_least=0, at_most=1)
    attack = loss_attack(train_losses, test_losses)
    return attack.true_positive[attack.false_positive <= false_positive].max()


def _check(losses: Tensor, name: str) -> Tensor:
    require_tensor(losses, name, "n", advice="one loss per image")
    if bool(losses.isnan().any()):
        raise wrong_value(name, "numbers", "NaN")
    return double(losses.detach())
