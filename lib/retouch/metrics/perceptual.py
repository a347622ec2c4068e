"""Learned perceptual image patch similarity (LPIPS)."""

from collections.abc import Sequence
from importlib.resources import files
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor, nn

from retouch.taps import activations
from retouch.validation import choice, wrong_value
from retouch.validation.tensors import require_floating, require_layers, require_pair

Backbone = Literal["alex", "vgg"]
# The layers after which torchvision's `features` are tapped: each block's last ReLU.
TAPS = {"alex": (1, 4, 7, 9, 11), "vgg": (3, 8, 15, 22, 29)}
CHANNELS = {"alex": (64, 192, 384, 256, 256), "vgg": (64, 128, 256, 512, 512)}
# The authors' normalisation, for images in [−1, 1].
SHIFT = (-0.030, -0.088, -0.188)
SCALE = (0.458, 0.448, 0.450)
EPSILON = 1e-10


def perceptual_distance(
    features1: Sequence[Float[Tensor, "n _ _ _"]],
    features2: Sequence[Float[Tensor, "n _ _ _"]],
    weights: Sequence[Float[Tensor, " _"]],
) -> Float[Tensor, " n"]:
    """LPIPS from the features of two batches of images: 0 where identical.

    Zhang et al. 2018, equation 1: at each layer the features are scaled to unit length over
    the channels, their squared differences weighted per channel, averaged over the
    positions, and summed over the layers.

    Args:
        features1, features2: one N×C×H×W tensor per layer; C, H and W differ by layer.
        weights: C non-negative numbers per layer.

    Returns:
        One value per pair. Differentiable.

    Raises:
        ValueError: different numbers of layers, or shapes that do not fit.
    """
    require_layers(features1, features2, weights, names="features1, features2 and weights")
    layers = zip(features1, features2, weights, strict=True)
    return torch.stack([_layer_distance(*layer) for layer in layers]).sum(dim=0)


def _layer_distance(x: Tensor, y: Tensor, weight: Tensor) -> Tensor:
    require_floating(features1=x, features2=y, weights=weight)
    if x.ndim != 4 or x.shape != y.shape or weight.shape != x.shape[1:2]:
        got = f"shapes {tuple(x.shape)}, {tuple(y.shape)} and {tuple(weight.shape)}"
        expected = "two N×C×H×W maps of one shape and C weights"
        raise wrong_value("features1, features2 and weights", expected, got)
    squares = (_unit_normalize(x) - _unit_normalize(y)).square()
    return torch.einsum("nchw,c->nhw", squares, weight).mean(dim=(1, 2))


def _unit_normalize(features: Tensor) -> Tensor:
    # Safe at all-zero positions, where the gradient of a plain norm is not a number.
    squares = features.square().sum(dim=1, keepdim=True)
    length = torch.where(squares > 0, squares, 1.0).sqrt()
    return features / (length + EPSILON)


class LPIPS(nn.Module):
    """LPIPS between images, on AlexNet's or VGG-16's features.

    `LPIPS.pretrained()` has the authors' weights and is what papers report; the plain
    constructor is untrained, for tests and for weights of your own (`load_state_dict`).

    Args:
        backbone: "alex", the authors' choice to evaluate, or "vgg", theirs to optimise.

    Examples:
        >>> images = torch.rand(2, 3, 64, 64)
        >>> LPIPS("alex")(images, images)
        tensor([0., 0.])
    """

    shift: Tensor
    scale: Tensor

    def __init__(self, backbone: Backbone = "alex") -> None:
        from torchvision import models

        super().__init__()
        choice(backbone, "backbone", TAPS)
        with torch.device("meta"):  # the unused classifier would take up to half a gigabyte
            network = {"alex": models.alexnet, "vgg": models.vgg16}[backbone](weights=None)
        self.backbone: str = backbone
        self.features = network.features[: TAPS[backbone][-1] + 1].to_empty(device="cpu")
        for layer in self.features:
            if isinstance(layer, nn.Conv2d):
                layer.reset_parameters()
            if isinstance(layer, nn.ReLU):
                layer.inplace = False  # a tapped activation must not be overwritten
        self.weights = nn.ParameterList(torch.full((c,), 1 / c) for c in CHANNELS[backbone])
        self.register_buffer("shift", torch.tensor(SHIFT).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("scale", torch.tensor(SCALE).view(1, 3, 1, 1), persistent=False)
        self.requires_grad_(False).eval()

    @classmethod
    def pretrained(cls, backbone: Backbone = "alex") -> "LPIPS":
        """LPIPS version 0.1 as published.

        The backbone comes from torchvision (a download of 233 MB for AlexNet, of 528 MB for
        VGG-16, once) and the channel weights from the `lpips` package, which ships them.

        Raises:
            RuntimeError: the weights cannot be downloaded, or `lpips` is not installed.
        """
        from retouch.metrics._weights import torchvision_state

        model = cls(backbone)
        name = {"alex": "AlexNet_Weights", "vgg": "VGG16_Weights"}[backbone]
        state = torchvision_state(name, "IMAGENET1K_V1")
        prefix = "features."
        state = {key.removeprefix(prefix): v for key, v in state.items() if key.startswith(prefix)}
        model.features.load_state_dict(
            {key: state[key] for key in model.features.state_dict()}, strict=True
        )
        model.load_channel_weights()
        return model

    def load_channel_weights(self) -> None:
        """Load the channel weights that the `lpips` package ships for this backbone.

        Raises:
            RuntimeError: `lpips` is not installed.
        """
        try:
            path = files("lpips") / "weights" / "v0.1" / f"{self.backbone}.pth"
        except ModuleNotFoundError as error:
            raise RuntimeError(
                "LPIPS' channel weights come with the package lpips: pip install lpips"
            ) from error
        with path.open("rb") as stream:
            state = torch.load(stream, map_location="cpu", weights_only=True)
        for index, weight in enumerate(self.weights):
            weight.data.copy_(state[f"lin{index}.model.1.weight"].flatten())

    def forward(
        self, image: Float[Tensor, "n 3 h w"], target: Float[Tensor, "n 3 h w"]
    ) -> Float[Tensor, " n"]:
        """Distance of each pair of images in [0, 1]; differentiable.

        Raises:
            TypeError: the images are not floating-point.
            ValueError: not RGB, different shapes, a wrong range, or too small.
        """
        require_pair(image, target, 1.0, channels=3, smallest=32)
        return perceptual_distance(self._tap(image), self._tap(target), list(self.weights))

    def _tap(self, images: Tensor) -> list[Tensor]:
        normalized = (2 * images.to(self.shift.dtype) - 1 - self.shift) / self.scale
        return activations(self.features, map(str, TAPS[self.backbone]), normalized)
