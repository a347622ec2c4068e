"""Single-image Fréchet distance: two images compared by their patches."""

import torch
from jaxtyping import Float
from torch import Tensor

from retouch.metrics.frechet import feature_statistics, frechet_distance
from retouch.validation import wrong_value
from retouch.validation.tensors import require_tensor


def single_image_frechet_distance(
    features1: Float[Tensor, "n c h w"], features2: Float[Tensor, "n c h2 w2"]
) -> Float[Tensor, " n"]:
    """Fréchet distance between the positions of two feature maps, per image, in float64.

    Shaham, Dekel and Michaeli 2019 (SinGAN), section 3.2: each position of an early
    feature map counts as one sample, so that one image has a distribution of its own. It
    is the SIFID on the output of Inception's first pooling, which has 64 channels.

    Args:
        features1, features2: maps of one extractor; the sizes may differ, and each has at
            least two positions (many more than channels, to mean something).

    Returns:
        One value per pair of images.

    Raises:
        TypeError: the features are not floating-point.
        ValueError: not N×C×H×W, another number of images or channels, or one position.
    """
    for name, features in (("features1", features1), ("features2", features2)):
        require_tensor(features, name, "n c h w")
    if features1.shape[:2] != features2.shape[:2]:
        got = f"shapes {tuple(features1.shape)} and {tuple(features2.shape)}"
        raise wrong_value("features1 and features2", "N×C×H×W with the same N and C", got)
    pairs = zip(features1, features2, strict=True)
    return torch.stack(
        [frechet_distance(*_position_statistics(x), *_position_statistics(y)) for x, y in pairs]
    )


def _position_statistics(feature_map: Tensor) -> tuple[Tensor, Tensor]:
    return feature_statistics(feature_map.flatten(1).T)
