"""Against torch's own schedulers, step by step."""

import pytest
import torch
from torch.optim.lr_scheduler import (
    ConstantLR,
    CosineAnnealingLR,
    LinearLR,
    SequentialLR,
)

from retouch.recipes.schedules import constant_then_linear, cosine


def torch_rates(make, steps):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler, rates = make(optimizer), []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


@pytest.mark.filterwarnings("ignore")  # SequentialLR's note on its own use of `epoch`
@pytest.mark.parametrize("steps", [1, 2, 7, 10])
def test_constant_then_linear(steps):
    half = steps // 2

    def make(optimizer):
        parts = [ConstantLR(optimizer, 1.0), LinearLR(optimizer, 1.0, 0.0, steps - half)]
        return SequentialLR(optimizer, parts, [half])

    found = [constant_then_linear(step, steps) for step in range(steps)]
    assert found == pytest.approx(torch_rates(make, steps))
    assert constant_then_linear(steps, steps) == 0


@pytest.mark.parametrize("steps", [1, 5, 40])
def test_cosine(steps):
    found = [cosine(step, steps) for step in range(steps)]
    expected = torch_rates(lambda optimizer: CosineAnnealingLR(optimizer, steps), steps)
    assert found == pytest.approx(expected, abs=1e-9)


@pytest.mark.filterwarnings("ignore")
def test_cosine_after_a_warm_up():
    def make(optimizer):
        parts = [LinearLR(optimizer, 1 / 4, 1.0, 3), CosineAnnealingLR(optimizer, 16)]
        return SequentialLR(optimizer, parts, [4])

    found = [cosine(step, 20, warmup=4) for step in range(20)]
    assert found == pytest.approx(torch_rates(make, 20), abs=1e-9)
    assert cosine(0, 1, warmup=1) == 1
