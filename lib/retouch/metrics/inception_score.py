"""Inception Score: are single images certain, and all of them varied?"""

import torch
from jaxtyping import Float
from torch import Tensor

from retouch.device import double
from retouch.validation import whole, wrong_value
from retouch.validation.tensors import require_rows


def inception_score(probabilities: Float[Tensor, "n k"], splits: int = 10) -> Float[Tensor, ""]:
    """Mean over splits of exp(E KL(p(y|x) ‖ p(y))), in float64.

    Salimans et al. 2016, section 4. Between 1 (every image gets the same class
    probabilities) and the number of classes.

    Args:
        probabilities: a classifier's softmax output, one row per image. The splits are
            consecutive, so shuffle rows that are sorted by class.
        splits: how many parts are scored on their own; at least 1, at most N.

    Returns:
        One value; `split_inception_scores` gives each part's, for their spread.

    Raises:
        TypeError: the probabilities are not floating-point.
        ValueError: not N×K, fewer rows than splits, or rows that are no distribution.

    Examples:
        >>> float(inception_score(torch.eye(4), splits=1))
        4.0
    """
    return split_inception_scores(probabilities, splits).mean()


def split_inception_scores(
    probabilities: Float[Tensor, "n k"], splits: int = 10
) -> Float[Tensor, " splits"]:
    """The Inception Score of each of `splits` consecutive parts, in float64.

    Raises:
        TypeError, ValueError: as `inception_score`.
    """
    splits = whole(splits, "splits", at_least=1)
    _check_probabilities(probabilities, splits)
    parts = double(probabilities).tensor_split(splits)
    return torch.stack([(_negative_entropy(p).mean() + _entropy_of_mean(p)).exp() for p in parts])


class InceptionScore:
    """The Inception Score of a stream of class probabilities, in float64.

    Image i belongs to split i mod `splits`; memory does not grow with the images.

    Examples:
        >>> score = InceptionScore(splits=1)
        >>> score.update(torch.eye(4)[:3])
        >>> score.update(torch.eye(4)[3:])
        >>> float(score.compute())
        4.0
    """

    def __init__(self, splits: int = 10) -> None:
        self.splits = splits = whole(splits, "splits", at_least=1)
        self.count = 0
        self._sums: list[Tensor | None] = [None] * splits
        self._negative_entropies = torch.zeros(splits, dtype=torch.float64)
        self._counts = torch.zeros(splits, dtype=torch.float64)

    def update(self, probabilities: Float[Tensor, "n k"]) -> None:
        """Add a batch of softmax outputs, one row per image.

        Raises:
            TypeError, ValueError: as `inception_score`.
        """
        _check_probabilities(probabilities, 1)
        rows = double(probabilities.detach())
        for offset in range(min(self.splits, len(rows))):
            split = (self.count + offset) % self.splits
            part = rows[offset :: self.splits]
            total = self._sums[split]
            self._sums[split] = part.sum(0) if total is None else total + part.sum(0)
            self._negative_entropies[split] += _negative_entropy(part).sum().cpu()
            self._counts[split] += len(part)
        self.count += len(rows)

    def compute(self) -> Float[Tensor, ""]:
        """The mean score over the splits.

        Raises:
            ValueError: fewer images than splits were seen.
        """
        sums = [total for total in self._sums if total is not None]
        if len(sums) < self.splits:
            expected = f"at least one image per split ({self.splits})"
            raise wrong_value("probabilities", expected, self.count, "use more images")
        marginals = torch.stack(sums).cpu() / self._counts[:, None]
        entropies = -_negative_entropy(marginals)
        return (self._negative_entropies / self._counts + entropies).exp().mean()


def _negative_entropy(probabilities: Tensor) -> Tensor:
    return torch.xlogy(probabilities, probabilities).sum(dim=-1)


def _entropy_of_mean(probabilities: Tensor) -> Tensor:
    return -_negative_entropy(probabilities.mean(dim=0))


def _check_probabilities(probabilities: Tensor, minimum: int) -> None:
    require_rows(probabilities, "probabilities", minimum=minimum)
    sums = double(probabilities).sum(dim=1)
    if bool((probabilities < 0).any()) or bool((sums - 1).abs().max() > 1e-3):
        got = f"sums from {float(sums.min()):.4g} to {float(sums.max()):.4g}"
        advice = "apply softmax to logits first"
        raise wrong_value("probabilities", "rows from 0 that sum to 1", got, advice)
