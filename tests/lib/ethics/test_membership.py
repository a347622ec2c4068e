"""Membership inference against SciPy's Kolmogorov–Smirnov test and a plain loop."""

import math

import numpy as np
import pytest
import scipy.stats
import torch
from hypothesis import given
from hypothesis import strategies as st

from retouch.ethics import loss_attack, membership_advantage, true_positives_at

LOSSES = st.lists(st.integers(0, 8).map(lambda i: i / 4), min_size=1, max_size=30)


@given(LOSSES, LOSSES)
def test_advantage_is_the_one_sided_kolmogorov_smirnov_statistic(train, test):
    expected = scipy.stats.ks_2samp(train, test, alternative="greater").statistic
    got = membership_advantage(torch.tensor(train), torch.tensor(test))
    assert float(got) == pytest.approx(expected)


@given(LOSSES, LOSSES, st.floats(0, 1))
def test_true_positives_agree_with_trying_every_threshold(train, test, allowed):
    best = 0.0
    for threshold in train:
        if np.mean(np.array(test) <= threshold) <= allowed:
            best = max(best, float(np.mean(np.array(train) <= threshold)))
    got = true_positives_at(torch.tensor(train), torch.tensor(test), allowed)
    assert float(got) == pytest.approx(best)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_extremes(dtype):
    low, high = torch.tensor([0.1, 0.2], dtype=dtype), torch.tensor([0.5, 0.6, 0.7], dtype=dtype)
    assert float(membership_advantage(low, high)) == 1
    assert float(membership_advantage(high, low)) == 0
    assert float(membership_advantage(low, low)) == 0


def test_a_monotone_change_of_the_losses_changes_nothing():
    train, test = torch.rand(2, 40, generator=torch.Generator().manual_seed(0))
    expected = membership_advantage(train, test)
    torch.testing.assert_close(membership_advantage(train.exp(), test.exp()), expected)


def test_attack_runs_from_nobody_to_everybody():
    attack = loss_attack(torch.tensor([0.1, 0.3]), torch.tensor([0.2, 0.3, torch.inf]))
    np.testing.assert_allclose(attack.thresholds, [-math.inf, 0.1, 0.2, 0.3, math.inf], rtol=1e-6)
    np.testing.assert_allclose(attack.true_positive, [0, 0.5, 0.5, 1, 1])
    np.testing.assert_allclose(attack.false_positive, [0, 0, 1 / 3, 2 / 3, 1])


def test_bad_input_is_refused():
    losses = torch.ones(3)
    with pytest.raises(ValueError, match=r"test_losses: .*got shape \(0,\); one loss per image"):
        membership_advantage(losses, torch.zeros(0))
    with pytest.raises(ValueError, match=r"train_losses: .*got shape \(3, 1\)"):
        membership_advantage(losses[:, None], losses)
    with pytest.raises(ValueError, match="train_losses: expected numbers, got NaN"):
        membership_advantage(losses * math.nan, losses)
    with pytest.raises(TypeError, match="test_losses: expected a floating-point tensor"):
        membership_advantage(losses, losses.int())
    with pytest.raises(ValueError, match=r"false_positive: expected .* in \[0, 1\], got 1.5"):
        true_positives_at(losses, losses, 1.5)
