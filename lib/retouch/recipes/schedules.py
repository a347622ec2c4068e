"""Learning-rate schedules: what the rate is multiplied by at a step, from 0 on."""

import math


def constant_then_linear(step: int, steps: int) -> float:
    """1 for the first half of the steps, then down in a straight line, to 0 after the last.

    >>> [constant_then_linear(step, 4) for step in range(4)]
    [1.0, 1.0, 1.0, 0.5]
    """
    half = steps // 2
    return 1.0 - max(0, step - half) / (steps - half)


def cosine(step: int, steps: int, warmup: int = 0) -> float:
    """Up in a straight line for `warmup` steps, then down to 0 along half a cosine.

    >>> [round(cosine(step, 4, 2), 2) for step in range(4)]
    [0.5, 1.0, 1.0, 0.5]
    """
    if step < warmup:
        return (step + 1) / warmup
    return (1 + math.cos(math.pi * (step - warmup) / max(1, steps - warmup))) / 2
