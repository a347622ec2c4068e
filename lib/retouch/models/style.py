"""Style transfer by optimisation: a photograph's content with a painting's style.

Gatys et al. 2016: features of a frozen network say what is in an image; their Gram matrices say
how it is painted, because a Gram matrix sums over all places and so forgets them.
Features are N×C×H×W.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from retouch.models.features import FeatureExtractor, smooth_activations
from retouch.validation import number, whole, wrong_value
from retouch.validation.tensors import (
    require_floating,
    require_images,
    require_layers,
    require_same_shape,
    require_tensor,
)

Images = Float[Tensor, "n 3 h w"]
StyleImages = Float[Tensor, "m 3 h2 w2"]
FeatureMap = Float[Tensor, "n c h w"]


def content_loss(features: FeatureMap, target: FeatureMap) -> Float[Tensor, ""]:
    """Mean squared error over all elements (Gatys et al. 2016, equation 1, as a mean).

    Raises:
        ValueError: the shapes differ.
    """
    require_floating(features=features, target=target)
    advice = "content is compared place by place, at one image size"
    require_same_shape(features, target, "features and target", advice)
    return F.mse_loss(features, target)


def gram_matrix(features: FeatureMap) -> Float[Tensor, "n c c"]:
    """How strongly each pair of channels is active at the same places: F Fᵀ / (C·H·W).

    Gatys et al. 2016, equation 3, divided by the number of elements so that layers and image
    sizes compare. Shuffling the places leaves it unchanged.

    Raises:
        ValueError: the features are not N×C×H×W.
    """
    require_tensor(features, "features", "n c h w")
    places = features.flatten(2)  # n c hw
    return places @ places.mT / (places.shape[1] * places.shape[2])


def style_loss(
    features: Sequence[Float[Tensor, "n _ _ _"]],
    targets: Sequence[Float[Tensor, "m _ _ _"]],
    weights: Sequence[float],
) -> Float[Tensor, ""]:
    """Σ wᵢ · MSE of the layers' Gram matrices (Gatys et al. 2016, equations 4 and 5).

    Args:
        features: one tensor per layer.
        targets: the style image's features, with the same channels; height and width may differ.
        weights: one per layer.

    Raises:
        ValueError: not one target and one weight per layer.
    """
    require_layers(features, targets, weights, names="features, targets and weights")
    losses = [
        weight * F.mse_loss(gram_matrix(feature), gram_matrix(target).expand(len(feature), -1, -1))
        for feature, target, weight in zip(features, targets, weights, strict=True)
    ]
    return torch.stack(losses).sum()


def total_variation(images: Float[Tensor, "n c h w"]) -> Float[Tensor, ""]:
    """Sum of squared differences to the right and lower neighbour, meaned over the images."""
    require_tensor(images, "images", "n c h w")
    right = images[..., :, 1:] - images[..., :, :-1]
    down = images[..., 1:, :] - images[..., :-1, :]
    return (right.square().sum((1, 2, 3)) + down.square().sum((1, 2, 3))).mean()


def adain(
    content: FeatureMap, style: Float[Tensor, "m c h2 w2"], eps: float = 1e-5
) -> Float[Tensor, "_ c h w"]:
    """Content features with the mean and deviation of style's, per sample and channel.

    Huang & Belongie 2017, equation 8. The deviation is √(unbiased variance + eps).

    Args:
        content, style: the same number of channels; height and width may differ, and one style
            may serve all samples.
        eps: keeps constant channels finite.

    Raises:
        ValueError: the numbers of channels differ.
    """
    require_tensor(content, "content", "n c h w"), require_tensor(style, "style", "n c h w")
    if content.shape[1] != style.shape[1]:
        expected = f"as many style channels as content has, {content.shape[1]}"
        raise wrong_value("style", expected, style.shape[1], "take both from the same layer")
    if len(content) != len(style) and 1 not in (len(content), len(style)):
        raise wrong_value("style", f"1 sample or {len(content)}, as of content", len(style))
    content_var, content_mean = torch.var_mean(content, dim=(2, 3), keepdim=True)
    style_var, style_mean = torch.var_mean(style, dim=(2, 3), keepdim=True)
    scale = ((style_var + eps) / (content_var + eps)).sqrt()
    return (content - content_mean) * scale + style_mean


@dataclass(frozen=True)
class Balance:
    """What `stylize` weighs against what.

    Attributes:
        content: weight of the content loss; at 0 the image is only what it began as.
        smoothness: weight of the total variation, per pixel.
        content_layer: which of the extractor's layers says what is in the image.
        temperature: of `smooth_activations`, for features off the sum of residuals; None: off.
        learning_rate: of Adam, on pixels in [0, 1].
    """

    content: float = 0.03
    smoothness: float = 8.0
    content_layer: int = 3
    temperature: float | None = None
    learning_rate: float = 0.04


def stylize(
    content: Images,
    style: StyleImages,
    extractor: FeatureExtractor,
    steps: int,
    balance: Balance = Balance(),
) -> Images:
    """Content in the manner of style, by changing the image itself step by step.

    Minimises α·content loss + style loss + smoothness over the pixels (Gatys et al. 2016,
    equation 7), with Adam, from the content image. Each layer's style loss is measured in units
    of what it is at the start, so that every layer counts, whatever its scale.

    Args:
        content: images in [0, 1], at least 64×64.
        style: one image, or one per content image; of any size.
        extractor: of `feature_extractor`, on the images' device.
        steps: about 100 make a picture.
        balance: the weights.

    Returns:
        Images in [0, 1], of content's shape.

    Raises:
        ValueError: fewer than one step.
    """
    ((_, image),) = deque(stylizing(content, style, extractor, steps, balance), maxlen=1)
    return image


def stylizing(
    content: Images,
    style: StyleImages,
    extractor: FeatureExtractor,
    steps: int,
    balance: Balance = Balance(),
) -> Iterator[tuple[float, Images]]:
    """As `stylize`, but yields the loss and the image after every step, to be watched."""
    steps = whole(steps, "steps", at_least=1)
    for name, images in (("content", content), ("style", style)):
        require_images(images, name, channels=3, data_range=1.0)
    number(balance.learning_rate, "learning_rate", above=0)
    objective = TransferLoss(extractor, content, style, balance)
    wanted = objective.content_features(content)
    image = content.detach().clone().requires_grad_()
    rate = balance.learning_rate
    optimizer = torch.optim.Adam([image], rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps, rate / 10)
    for step in range(steps):
        loss = objective(_shifted(image, step), wanted)
        (image.grad,) = torch.autograd.grad(loss, image)
        optimizer.step()
        schedule.step()
        with torch.no_grad():
            image.clamp_(0, 1)
        yield loss.item(), image.detach().clone()


class TransferLoss:
    """α·content loss + style loss + smoothness, as a function of images.

    Args:
        extractor: of `feature_extractor`.
        content: some images to be stylised: each layer's style loss is 1/L on them.
        style: one image, or one per content image.
        balance: the weights.
    """

    def __init__(
        self, extractor: FeatureExtractor, content: Images, style: StyleImages, balance: Balance
    ) -> None:
        self.extractor, self.balance = extractor, balance
        with torch.no_grad():
            self.grams = [gram_matrix(x) for x in self._features(style)]
            pairs = zip(self._features(content), self.grams, strict=True)
            self.scales = [_gram_error(x, g).clamp_min(1e-12) * len(self.grams) for x, g in pairs]

    @torch.no_grad()
    def content_features(self, content: Images) -> Float[Tensor, "n _ _ _"]:
        """What images that are to show this content must have at the content layer."""
        return self._features(content)[self.balance.content_layer]

    def __call__(self, images: Images, wanted: Float[Tensor, "n _ _ _"]) -> Float[Tensor, ""]:
        """The loss of images in [0, 1] that shall have the `content_features` wanted."""
        features = self._features(images)
        layers = zip(features, self.grams, self.scales, strict=True)
        style = torch.stack([_gram_error(x, gram) / scale for x, gram, scale in layers]).sum()
        content = content_loss(features[self.balance.content_layer], wanted) / wanted.var()
        rough = total_variation(images) / images[0].numel()
        return style + self.balance.content * content + self.balance.smoothness * rough

    def _features(self, images: Float[Tensor, "n 3 h w"]) -> list[Float[Tensor, "n _ _ _"]]:
        features: list[Tensor] = self.extractor(images)
        temperature = self.balance.temperature
        if temperature is None:
            return features
        return [smooth_activations(x, temperature) for x in features]


def _gram_error(features: FeatureMap, target: Float[Tensor, "m c c"]) -> Float[Tensor, ""]:
    gram = gram_matrix(features)
    return F.mse_loss(gram, target.expand_as(gram))


def _shifted(image: Images, step: int) -> Images:
    # A network that halves its input at once sees every second pixel in the same way: without
    # this, the optimisation leaves a checkerboard.
    return image.roll((step // 2 % 2, step % 2), dims=(2, 3))
