"""Segments for drawings: the colours that stand for them, and a simple way to find some."""

from functools import lru_cache

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy import ndarray
from torch import Tensor

from retouch.validation import whole
from retouch.validation.arrays import require_unit_range


@lru_cache
def segment_colors(count: int) -> Float[Tensor, "k 3"]:
    """`count` colours that differ as far as they can: steps of the golden angle in hue.

    None is white, which stands for edges. The first colours stay when more are asked for.
    """
    from skimage.color import hsv2rgb  # here, so that exercises can forbid skimage

    i = np.arange(whole(count, "count", at_least=0))
    hue, saturation, value = (i * 0.61803) % 1, 0.55 + 0.35 * (i % 2), 0.9 - 0.22 * (i % 3)
    return torch.from_numpy(hsv2rgb(np.stack((hue, saturation, value), axis=1))).float()


def color_segments(
    image: Float[ndarray, "h w 3"], count: int = 16, pieces: int = 200
) -> Int[ndarray, "h w"]:
    """Segments of about one colour: small pieces (SLIC), of which the most alike are merged.

    It knows nothing of things: a red cup on a red saucer may be one segment.

    Args:
        image: values in [0, 1].
        count: at most so many segments.
        pieces: about so many to begin with.

    Returns:
        Numbers from 0, the largest segment first.

    Raises:
        TypeError: the image is not float.
        ValueError: not H×W×3 in [0, 1], or a count below 1.
    """
    require_unit_range(image, channels=(3,))
    count, pieces = whole(count, "count", at_least=1), whole(pieces, "pieces", at_least=1)
    from skimage.color import rgb2lab
    from skimage.graph import cut_threshold, rag_mean_color
    from skimage.segmentation import slic

    labels = slic(image, n_segments=pieces, compactness=10, start_label=0)
    if labels.max() == 0:  # one piece, of which scikit-image makes no graph
        return labels
    graph = rag_mean_color(rgb2lab(image), labels)
    merged = labels
    for threshold in np.arange(2.0, 200.0, 1.0):
        merged = cut_threshold(labels, graph, threshold, in_place=False)
        if merged.max() < count:
            break
    sizes = np.bincount(merged.ravel())
    rank = np.empty_like(sizes)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    return rank[merged]
