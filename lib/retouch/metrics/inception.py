"""Inception-v3, the network behind FID, KID and the Inception Score."""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn

from retouch.metrics.resize import clean_resize
from retouch.taps import activations
from retouch.validation.tensors import require_images

SIDE = 299


class InceptionOutput(NamedTuple):
    """What the Inception metrics read, for N images.

    `first_pooling` (N×64×73×73) is for the single-image Fréchet distance, `features`
    (N×2048) for Fréchet and kernel distances, `probabilities` (N×1000) for the Inception
    Score.
    """

    first_pooling: Float[Tensor, "n 64 h w"]
    features: Float[Tensor, "n 2048"]
    probabilities: Float[Tensor, "n 1000"]


class Inception(nn.Module):
    """Torchvision's Inception-v3 as a feature extractor, with clean resizing.

    Its weights are not those of the 2015 TensorFlow graph that published FIDs use: compare
    the values with each other, not with papers, and say "torchvision's Inception".
    `Inception.pretrained()` has the weights; the plain constructor is untrained.
    """

    def __init__(self) -> None:
        from torchvision.models import inception_v3

        super().__init__()
        self.network = inception_v3(weights=None, aux_logits=True, init_weights=False)
        self.network.AuxLogits = None
        self.network.transform_input = True
        self.requires_grad_(False).eval()

    @classmethod
    def pretrained(cls) -> "Inception":
        """The extractor with torchvision's ImageNet weights (a download of 104 MB, once).

        Raises:
            RuntimeError: the weights are not in the cache and cannot be downloaded.
        """
        from retouch.metrics._weights import torchvision_state

        model = cls()
        state = torchvision_state("Inception_V3_Weights", "IMAGENET1K_V1")
        kept = {key: value for key, value in state.items() if not key.startswith("AuxLogits")}
        model.network.load_state_dict(kept, strict=True)
        return model

    @torch.no_grad()
    def forward(self, images: Float[Tensor, "n 3 h w"]) -> InceptionOutput:
        """Features and class probabilities of RGB images in [0, 1], of any size.

        Raises:
            TypeError: the images are not floating-point.
            ValueError: not N×3×H×W, or a wrong range.
        """
        require_images(images, channels=3)
        # The network's own transform_input expects ImageNet's normalisation.
        resized = _normalize(clean_resize(images.float(), SIDE))
        pooled, features, logits = activations(self.network, ("maxpool1", "avgpool", "fc"), resized)
        return InceptionOutput(pooled, features.flatten(1), logits.softmax(dim=1))


def _normalize(images: Tensor) -> Tensor:
    mean = images.new_tensor((0.485, 0.456, 0.406)).view(1, 3, 1, 1)
    std = images.new_tensor((0.229, 0.224, 0.225)).view(1, 3, 1, 1)
    return (images - mean) / std
