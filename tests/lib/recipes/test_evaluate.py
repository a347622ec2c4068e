import dataclasses
from functools import partial

import numpy as np
import pytest
import torch
from torch import nn

from retouch.data.fashion_mnist import LabelledImages, fashion_mnist
from retouch.models.classifier import FeatureClassifier
from retouch.models.vae import VAE
from retouch.recipes import RECIPES, make_fabric, train
from retouch.recipes import evaluate as module
from retouch.recipes.fashion import FashionMNIST
from retouch.recipes.pretrained import load_product, save_product
from retouch.recipes.training import start

WIDTH = {"width": 8}
MEASURED_HERE = [name for name, recipe in RECIPES.items() if issubclass(recipe, FashionMNIST)]


@pytest.fixture(scope="module")
def fabric():
    return make_fabric("cpu", precision="32-true")


@pytest.fixture(scope="module")
def yardstick():
    torch.manual_seed(0)
    return module.make_yardstick(FeatureClassifier(width=4, features=6), full=False)


def test_yardstick_holds_the_training_sets_statistics(yardstick):
    features = yardstick.classifier.features(fashion_mnist("train", size=32)[0]).detach().double()
    assert np.allclose(yardstick.train[0], features.mean(0), atol=1e-6)
    assert np.allclose(yardstick.train[1], torch.cov(features.T), atol=1e-6)
    assert yardstick.test.images.shape == (1000, 1, 32, 32)
    assert not yardstick.classifier.training


def test_real_images_score_better_than_noise_and_one_repeated(yardstick):
    name = "Fréchet distance, classifier features"
    real = module.floor(yardstick)
    noise = module._scores(yardstick, torch.rand(1000, 1, 32, 32))
    repeated = module._scores(yardstick, yardstick.test.images[:1].expand(1000, -1, -1, -1))
    assert real[name] < min(noise[name], repeated[name]) / 10
    assert repeated["diversity"] == 0 < real["diversity"]


def test_accuracy_is_the_share_of_right_answers(yardstick):
    class Knows(nn.Module):
        def forward(self, images):
            logits = nn.functional.one_hot(yardstick.test.labels[:500], 10).float()
            return logits if torch.equal(images, yardstick.test.images[:500]) else -logits

    first = yardstick.test.labels[:500]
    wrong_half = nn.functional.one_hot(first, 10).neg().argmax(1) == yardstick.test.labels[500:]
    expected = 0.5 + float(wrong_half.double().mean()) / 2
    assert module.accuracy(Knows(), yardstick.test) == pytest.approx(expected)


@pytest.mark.parametrize("name", MEASURED_HERE)
def test_every_recipe_is_measured_saved_and_loaded(fabric, yardstick, name, tmp_path):
    brief = LabelledImages(*(values[:60] for values in yardstick.test))
    yardstick = dataclasses.replace(yardstick, test=brief)
    recipe = RECIPES[name](steps=1, batch_size=8, **WIDTH)
    run = train(recipe, fabric=fabric, progress=False)
    measure = partial(module.quality, recipe, yardstick=yardstick)
    card = save_product(run, tmp_path / "a.safetensors", measure)
    product, again, loaded = load_product(tmp_path / "a.safetensors")
    assert loaded == card
    assert again == recipe
    assert not product.training
    assert all(np.isfinite(value) for value in card.quality.values())
    assert module.quality(again, product, yardstick) == pytest.approx(dict(card.quality), rel=1e-4)
    if name != "classifier":
        labels = torch.tensor([0, 3, 9])
        samples = recipe.sample(product, labels, torch.Generator().manual_seed(0))
        assert samples.shape == (3, 1, 32, 32)
        assert 0 <= samples.min() < samples.max() <= 1


@pytest.mark.parametrize("name", ["conditional_dcgan", "cvae"])
def test_conditional_models_are_told_the_class(fabric, name):
    recipe = RECIPES[name](steps=1, batch_size=8, **WIDTH)
    product = start(recipe, fabric).product()
    generators = [torch.Generator().manual_seed(0) for _ in range(2)]
    samples = [
        recipe.sample(product, torch.full((4,), label), generator)
        for label, generator in zip((1, 2), generators, strict=True)
    ]
    assert not torch.allclose(*samples)


class Half(VAE):
    """Every pixel is a fair coin, whatever the latent; q(z|x) is the prior."""

    def encode(self, images):
        mu = torch.zeros(len(images), self.latent_dim)
        return mu, mu

    def decode(self, latent):
        return torch.zeros(len(latent), 1, 28, 28)


@pytest.mark.parametrize("pixels", ["threshold", "stochastic"])
def test_likelihood_of_fair_coins_is_known(yardstick, pixels):
    recipe = RECIPES["vae"](pixels=pixels)
    generator = torch.Generator().manual_seed(0)
    nats = module.likelihood(recipe, Half(), yardstick.test, generator, draws=2)
    assert list(nats.values()) == pytest.approx([784 * np.log(2)] * 2)
    assert list(nats) == ["negative ELBO (nats)", "−log p(x), 2 draws (nats)"]


def test_likelihood_sees_the_inner_binary_images(yardstick):
    seen = []

    class Look(Half):
        def encode(self, images):
            seen.append(images)
            return super().encode(images)

    recipe = RECIPES["vae"]()
    module.likelihood(recipe, Look(), yardstick.test, torch.Generator(), draws=1)
    expected = (fashion_mnist("test")[0] > 0.5).float()
    assert torch.equal(torch.cat(seen[::2]), expected)


def test_importance_weighted_estimate_is_below_the_negative_elbo(fabric, yardstick):
    recipe = RECIPES["vae"](steps=60, batch_size=32, **WIDTH)
    product = train(recipe, fabric=fabric, progress=False).product()
    with torch.no_grad():
        elbo, estimate = module.likelihood(
            recipe, product, yardstick.test, torch.Generator().manual_seed(0), draws=8
        ).values()
    assert estimate < elbo < 784 * np.log(2)


def test_rounded_weights_are_what_is_measured(fabric, tmp_path):
    recipe = RECIPES["vae"](steps=1, batch_size=8, **WIDTH)
    run = start(recipe, fabric)
    with torch.no_grad():
        for parameter in run.networks["vae"].parameters():
            parameter.add_(1e-5)
    save_product(run, tmp_path / "a.safetensors")
    product = load_product(tmp_path / "a.safetensors")[0]
    kept = run.product().state_dict()
    assert all(torch.equal(value, kept[name]) for name, value in product.state_dict().items())
    assert dataclasses.asdict(recipe) == dict(load_product(tmp_path / "a.safetensors")[2].settings)


def test_table_has_a_column_for_all_that_was_measured():
    table = module.quality_table({"one": {"x": 1, "y": 2.5}, "two": {"y": 0.1234, "z": 3}})
    assert table.splitlines() == [
        "| model | x | y | z |",
        "|---|---:|---:|---:|",
        "| one | 1.000 | 2.500 | |",
        "| two | | 0.123 | 3.000 |",
    ]
