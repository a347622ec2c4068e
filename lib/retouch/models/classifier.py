"""A small classifier of 32×32 gray images, on whose features generated ones are measured.

A Fréchet distance between these features is *not* the FID, which is defined on Inception's:
it compares models of Fashion-MNIST with each other and with nothing else. Call it what it
is: the Fréchet distance on the features of this classifier.
"""

from jaxtyping import Float
from torch import Tensor, nn


class FeatureClassifier(nn.Module):
    """Five convolutions, pooled thrice; `features` numbers; one linear layer.

    Args:
        num_classes: number of classes.
        channels: of the images.
        width: channels of the first convolution.
        features: length of the feature vector.
    """

    def __init__(
        self, num_classes: int = 10, channels: int = 1, width: int = 32, features: int = 64
    ) -> None:
        super().__init__()
        self.extractor = nn.Sequential(
            _block(channels, width),
            _block(width, width),
            nn.MaxPool2d(2),  # n w 16 16
            _block(width, 2 * width),
            _block(2 * width, 2 * width),
            nn.MaxPool2d(2),  # n 2w 8 8
            _block(2 * width, 4 * width),
            nn.MaxPool2d(2),  # n 4w 4 4
            nn.Flatten(),
            nn.Linear(4 * width * 16, features),
        )
        self.head = nn.Sequential(nn.ReLU(), nn.Linear(features, num_classes))

    def features(self, images: Float[Tensor, "n c 32 32"]) -> Float[Tensor, "n features"]:
        """What the Fréchet distance is measured on; images in [0, 1]."""
        return self.extractor(images - 0.5)

    def forward(self, images: Float[Tensor, "n c 32 32"]) -> Float[Tensor, "n classes"]:
        """Logits of the classes."""
        return self.head(self.features(images))


def _block(in_channels: int, out_channels: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(inplace=True),
    )
