"""Feature statistics of sets too large for memory, one batch at a time."""

import torch
from jaxtyping import Float
from torch import Tensor

from retouch.device import double
from retouch.validation import wrong_value
from retouch.validation.tensors import require_rows


class FeatureStatistics:
    """Mean and covariance of a stream of feature vectors, in float64.

    Batches, and the statistics of other processes, are merged exactly, not averaged (Chan,
    Golub and LeVeque 1983, equations 2.1a and 2.1b), so the result does not depend on how
    the stream was cut. Memory is D×D whatever the number of images.

    Attributes:
        count: how many vectors were seen.
        mean: their mean (D), float64.
        scatter: the sum of outer products of deviations from the mean (D×D), float64.

    Examples:
        >>> statistics = FeatureStatistics()
        >>> for batch in torch.arange(12.0).view(3, 2, 2):
        ...     statistics.update(batch)
        >>> statistics.count, statistics.mean.tolist(), statistics.covariance[0].tolist()
        (6, [5.0, 6.0], [14.0, 14.0])
    """

    def __init__(self) -> None:
        self.count = 0
        self.mean = torch.zeros(0, dtype=torch.float64)
        self.scatter = torch.zeros(0, 0, dtype=torch.float64)

    def update(self, features: Float[Tensor, "n d"]) -> None:
        """Add a batch of at least one feature vector.

        Raises:
            TypeError: the features are not floating-point.
            ValueError: not N×D, empty, not finite, or of another D than before.
        """
        require_rows(features, "features")
        batch = FeatureStatistics()
        features = double(features.detach())
        batch.count = len(features)
        batch.mean = features.mean(dim=0)
        centered = features - batch.mean
        batch.scatter = centered.T @ centered
        self.merge(batch)

    def merge(self, other: "FeatureStatistics") -> None:
        """Add what another stream has seen; the other is left unchanged.

        Raises:
            ValueError: the two streams have different numbers of features.
        """
        if other.count == 0:
            return
        if self.count == 0:
            self.count, self.mean = other.count, other.mean.clone()
            self.scatter = other.scatter.clone()
            return
        if len(self.mean) != len(other.mean):
            expected = f"{len(self.mean)} per image as before"
            raise wrong_value("features", expected, len(other.mean), "use one extractor")
        total = self.count + other.count
        shift = other.mean.to(self.mean.device) - self.mean
        weight = self.count * other.count / total
        self.scatter += other.scatter.to(self.scatter.device) + weight * torch.outer(shift, shift)
        self.mean += shift * (other.count / total)
        self.count = total

    @property
    def covariance(self) -> Float[Tensor, "d d"]:
        """Unbiased covariance (D×D), float64.

        Raises:
            ValueError: fewer than two vectors were seen.
        """
        if self.count < 2:
            raise wrong_value("covariance", "at least 2 samples", self.count, "use more images")
        return self.scatter / (self.count - 1)
