"""What the trained models are worth, measured on the test set, as a table.

The Fréchet distance here is on the features of our own small classifier: it is not the FID.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

import torch
from jaxtyping import Float
from torch import Generator, Tensor, nn

from retouch.data.fashion_mnist import LabelledImages, Split, fashion_mnist
from retouch.metrics import feature_statistics, frechet_distance
from retouch.models.classifier import FeatureClassifier
from retouch.models.dcgan import diversity
from retouch.models.vae import (
    bernoulli_log_likelihood,
    importance_weighted_bound,
    negative_elbo,
)
from retouch.recipes.batches import seeded
from retouch.recipes.fashion import FashionMNIST, Generative
from retouch.recipes.vae import VAERecipe

Quality = dict[str, float]
Statistics = tuple[Tensor, Tensor]


@dataclass
class Yardstick:
    """What generated images are measured with.

    Attributes:
        classifier: trained on the training set, in evaluation mode.
        train: statistics of its features on the training set.
        test: the test set, 32×32.
    """

    classifier: FeatureClassifier
    train: Statistics
    test: LabelledImages


def make_yardstick(classifier: nn.Module, full: bool = True) -> Yardstick:
    """A yardstick from a trained `FeatureClassifier` and the training set."""
    trained = cast(FeatureClassifier, classifier.eval())
    device = next(trained.parameters()).device
    train, test = _load("train", full, device), _load("test", full, device)
    return Yardstick(trained, _statistics(trained, train.images), test)


@torch.no_grad()
def accuracy(classifier: nn.Module, data: LabelledImages) -> float:
    """Share of images, in [0, 1], whose class the classifier names."""
    logits = _in_batches(classifier, data.images)
    return float((logits.argmax(dim=1) == data.labels).double().mean())


def floor(yardstick: Yardstick) -> Quality:
    """What the real test images score: no model should be expected to do better."""
    return _scores(yardstick, yardstick.test.images)


@torch.no_grad()
def quality(recipe: FashionMNIST, product: nn.Module, yardstick: Yardstick) -> Quality:
    """All that is measured of one model, by name.

    Generative models make one image per test image, of its class where they can. Of a VAE, the
    negative ELBO (one draw) and the importance-weighted estimate of −log p(x) are added, in
    nats per test image, with the pixels as its recipe has them.
    """
    if not isinstance(recipe, Generative):
        return {"test accuracy": accuracy(product, yardstick.test)}
    generator = seeded(recipe.seed, 0, 1_000_000)
    labels = yardstick.test.labels
    parts = torch.split(labels, 500)
    samples = torch.cat([recipe.sample(product, part, generator) for part in parts])
    result = _scores(yardstick, samples)
    if isinstance(recipe, VAERecipe):
        result |= likelihood(recipe, product, yardstick.test, generator)
    return result


@torch.no_grad()
def likelihood(
    recipe: VAERecipe, model: nn.Module, test: LabelledImages, generator: Generator, draws: int = 64
) -> Quality:
    """Negative ELBO from one draw, and −log p(x) from `draws`, in nats per image.

    Args:
        recipe: says how pixels become 0 and 1 ("gray" ones stay gray: then these are losses).
        model: a trained VAE.
        test: images of 28×28, or framed to more.
        generator: where all draws come from.
        draws: importance samples per image (Burda et al. 2016).
    """
    border = (test.images.shape[-1] - recipe.size) // 2
    inner = slice(border, border + recipe.size)
    elbo, bound = [], []
    for gray, labels in zip(*(torch.split(x, 500) for x in test), strict=True):
        images = recipe.target(gray[..., inner, inner], generator)
        mu, logvar = recipe.encode(model, images, labels)
        logits = recipe.outputs(model, images, labels, generator)[0]
        elbo.append(negative_elbo(logits, images, mu, logvar) * len(images))

        def given(latent: Tensor, images: Tensor = images, labels: Tensor = labels) -> Tensor:
            return bernoulli_log_likelihood(recipe.decode(model, latent, labels), images)

        bound.append(-importance_weighted_bound(given, mu, logvar, draws, generator).sum())
    count = len(test.labels)
    return {
        "negative ELBO (nats)": float(sum(elbo) / count),
        f"−log p(x), {draws} draws (nats)": float(sum(bound) / count),
    }


def quality_table(rows: Mapping[str, Quality]) -> str:
    """A Markdown table: a row per model, a column per thing that was measured of any.

    >>> print(quality_table({"a": {"x": 1.0}, "b": {"y": 0.25}}))
    | model | x | y |
    |---|---:|---:|
    | a | 1.000 | |
    | b | | 0.250 |
    """
    columns = list(dict.fromkeys(name for row in rows.values() for name in row))
    lines = [["model", *columns]]
    lines += [
        [model, *(f"{row[name]:.3f}" if name in row else "" for name in columns)]
        for model, row in rows.items()
    ]
    text = ["| " + " | ".join(line) + " |" for line in lines]
    text.insert(1, "|---|" + "---:|" * len(columns))
    return "\n".join(text).replace("|  |", "| |").replace("|  |", "| |")


def _scores(yardstick: Yardstick, images: Tensor) -> Quality:
    found = _statistics(yardstick.classifier, images)
    return {
        "Fréchet distance, classifier features": float(frechet_distance(*found, *yardstick.train)),
        "diversity": float(diversity(images)),
    }


def _load(split: Split, full: bool, device: torch.device) -> LabelledImages:
    data = fashion_mnist(split, full=full, size=32)
    return LabelledImages(data.images.to(device), data.labels.to(device))


@torch.no_grad()
def _statistics(classifier: FeatureClassifier, images: Float[Tensor, "n 1 32 32"]) -> Statistics:
    return feature_statistics(_in_batches(classifier.features, images).cpu())


def _in_batches(function: Callable[[Tensor], Tensor], images: Tensor) -> Tensor:
    return torch.cat([function(part) for part in torch.split(images, 500)])
