"""The exponential moving average (EMA) of a network's weights."""

from typing import Any

import torch
from torch import nn
from torch.optim.swa_utils import get_ema_multi_avg_fn

from retouch.recipes.base import bare


def ema_decay(step: int, decay: float) -> float:
    """What an average keeps of itself at a step: less in the first ones, then `decay`.

    So the initial weights are soon forgotten.

    >>> [round(ema_decay(step, 0.9), 2) for step in (0, 8, 1000)]
    [0.1, 0.5, 0.9]
    """
    return min(decay, (1 + step) / (10 + step))


@torch.no_grad()
def update_ema(ema: nn.Module, network: nn.Module, step: int, decay: float) -> None:
    """Move `ema`'s weights and statistics a little towards `network`'s.

    Karras et al. 2018: samples from the moving average are better than from any one step.

    Args:
        ema: changed in place; of the network's architecture.
        network: as trained, with Fabric's wrapper or without.
        step: updates made before this one.
        decay: share that the average keeps, in [0, 1); `ema_decay` says of which step on.
    """
    pairs = zip(ema.state_dict().values(), bare(network).state_dict().values(), strict=True)
    means, values = zip(*(pair for pair in pairs if pair[0].is_floating_point()), strict=True)
    make_average: Any = get_ema_multi_avg_fn  # torch does not annotate it
    make_average(ema_decay(step, decay))(list(means), list(values), 0)
