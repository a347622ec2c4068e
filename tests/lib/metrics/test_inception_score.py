"""Inception Score against torchmetrics and its bounds; a stream against the whole."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torchmetrics.image.inception import InceptionScore as TorchmetricsScore

from retouch.metrics import InceptionScore, inception_score, split_inception_scores


class Logits(torch.nn.Module):
    """Passes logits through torchmetrics, which asks for a module."""

    def forward(self, logits):
        return logits


def probabilities(n, classes=7, seed=0, sharpness=2.0):
    generator = torch.Generator().manual_seed(seed)
    logits = sharpness * torch.randn(n, classes, generator=generator, dtype=torch.float64)
    return logits.softmax(dim=1)


@pytest.mark.parametrize("splits", [1, 4])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_agrees_with_torchmetrics(splits, dtype):
    generator = torch.Generator().manual_seed(1)
    logits = (3 * torch.randn(40, 9, generator=generator)).to(dtype)
    metric = TorchmetricsScore(feature=Logits(), splits=splits)
    metric.update(logits)
    torch.manual_seed(5)
    mean, std = metric.compute()
    torch.manual_seed(5)  # torchmetrics shuffles with the global generator
    shuffled = logits[torch.randperm(40)].softmax(dim=1)
    assert float(inception_score(shuffled, splits)) == pytest.approx(float(mean), abs=1e-4)
    if splits > 1:
        scores = split_inception_scores(shuffled, splits)
        assert float(scores.std()) == pytest.approx(float(std), abs=1e-4)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**31), st.floats(0, 20))
def test_between_one_and_the_number_of_classes(seed, sharpness):
    score = float(inception_score(probabilities(12, 5, seed, sharpness), splits=3))
    assert 1 - 1e-9 <= score <= 5 + 1e-9


@pytest.mark.parametrize("classes", [2, 10])
def test_extremes(classes):
    certain = torch.eye(classes).repeat(3, 1)
    assert float(inception_score(certain, splits=3)) == pytest.approx(classes)
    uniform = torch.full((6, classes), 1 / classes)
    assert float(inception_score(uniform, splits=2)) == pytest.approx(1)
    collapsed = torch.eye(classes)[:1].repeat(6, 1)
    assert float(inception_score(collapsed, splits=2)) == pytest.approx(1)


def test_splits_are_consecutive_and_may_be_uneven():
    rows = probabilities(11)
    scores = split_inception_scores(rows, 3)
    parts = [inception_score(part, 1) for part in (rows[:4], rows[4:8], rows[8:])]
    torch.testing.assert_close(scores, torch.stack(parts))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(1, 3))
def test_a_stream_cut_anyhow_scores_its_interleaved_splits(sizes, splits):
    rows = probabilities(sum(sizes) + 3)
    stream = InceptionScore(splits)
    for batch in rows.split([3, *sizes]):
        stream.update(batch)
    expected = torch.stack([inception_score(rows[i::splits], 1) for i in range(splits)]).mean()
    torch.testing.assert_close(stream.compute(), expected)


def test_bad_input_is_refused():
    rows = probabilities(5)
    with pytest.raises(
        ValueError, match=r"rows from 0 that sum to 1, got sums from .*apply softmax"
    ):
        inception_score(rows.log(), 1)
    with pytest.raises(ValueError, match="at least 10 samples, got 5"):
        inception_score(rows)
    with pytest.raises(ValueError, match="splits: expected a whole number of at least 1, got 0"):
        inception_score(rows, 0)
    with pytest.raises(ValueError, match="splits: expected a whole number of at least 1, got 0"):
        InceptionScore(0)
    stream = InceptionScore()
    stream.update(rows)
    with pytest.raises(ValueError, match=r"one image per split \(10\), got 5"):
        stream.compute()
