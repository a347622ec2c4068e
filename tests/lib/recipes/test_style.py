import pytest
import torch

from retouch.data.scenes import render, sample_scene
from retouch.models.features import feature_extractor
from retouch.models.style import style_loss
from retouch.models.style_networks import AdaINNetwork, FastStyleNetwork
from retouch.recipes import RECIPES
from retouch.recipes.command import main
from retouch.recipes.shipped import load_product, shipped
from retouch.recipes.style import Settings, train_adain, train_fast


@pytest.fixture(scope="module")
def contents():
    pictures = [render(sample_scene(i), 72, 72).image for i in range(3)]
    return torch.stack([torch.tensor(p).permute(2, 0, 1) for p in pictures])


@pytest.fixture(scope="module")
def styles():
    return torch.stack(
        [
            torch.tensor(render(sample_scene(i), 72, 72, season, hour).image).permute(2, 0, 1)
            for i, season, hour in ((7, "autumn", 17.8), (8, "winter", 22))
        ]
    )


def test_fast_training_brings_the_style_closer(contents, styles):
    losses = []
    settings = Settings(steps=25, batch=2, crop=64, width=8, learning_rate=5e-3, accelerator="cpu")
    network = train_fast(styles[:1], contents, settings, lambda step, loss: losses.append(loss))
    extractor, weights = feature_extractor(), [1.0] * 5
    with torch.no_grad():
        before, after = (
            style_loss(extractor(x), extractor(styles[:1]), weights)
            for x in (contents, network(contents))
        )
    assert len(losses) == 25
    assert after < 0.8 * before


def test_adain_training_learns_to_decode(contents, styles):
    settings = Settings(steps=50, batch=2, crop=64, learning_rate=2e-3, accelerator="cpu")
    losses = []
    trained = train_adain(contents, styles, settings, lambda step, loss: losses.append(loss))
    untrained = AdaINNetwork(trained.extractor)

    def error(network):
        """Mean difference of the result's colours to the style's, for both styles."""
        with torch.no_grad():
            colors = [network(contents, styles[[i]]).mean((0, 2, 3)) for i in (0, 1)]
        return (torch.stack(colors) - styles.mean((2, 3))).abs().mean()

    assert len(losses) == 50
    assert error(trained) < 0.6 * error(untrained)


def test_training_repeats_for_one_seed(contents, styles):
    settings = Settings(steps=2, batch=1, crop=64, width=4, accelerator="cpu")
    first, again = (train_fast(styles[:1], contents, settings)(contents) for _ in range(2))
    assert torch.equal(first, again)


def test_crops_must_fit(contents, styles):
    with pytest.raises(ValueError, match=r"at least 128×128 \(settings.crop\), got 72×72"):
        train_fast(styles[:1], contents, Settings(accelerator="cpu"))


TINY = {"steps": 1, "width": 4, "side": 72, "crop": 64, "scenes": 1}


def test_recipe_trains_measures_and_loads(tmp_path, capsys):
    output = tmp_path / "style.safetensors"
    options = [word for k, v in TINY.items() for word in (f"--{k}", str(v))]
    assert main(["style", *options, "--accelerator", "cpu", "--output", str(output)]) == 0
    assert "| model | style loss | content loss |" in capsys.readouterr().out
    network, recipe, card = load_product(output)
    assert recipe == RECIPES["style"](**TINY)
    assert network(recipe.painting()).shape == (1, 3, 72, 72)
    assert recipe.measure(network) == pytest.approx(dict(card.quality), rel=1e-4)


def test_a_network_that_changes_nothing_keeps_its_style_and_loses_no_content():
    measured = RECIPES["style"](**TINY).measure(FastStyleNetwork(4))
    assert measured["style loss"] == pytest.approx(1, abs=0.05)
    assert measured["content loss"] == pytest.approx(0, abs=0.05)


def test_held_out_photographs_are_not_learned_from():
    recipe = RECIPES["style"](**TINY)
    train, test = recipe.load().images, recipe.load("test").images
    assert train.shape[1:] == test.shape[1:] == (3, 72, 72)
    nearest = (test[:, None] - train[None]).abs().mean((2, 3, 4)).min()
    assert nearest > 0.02


def test_shipped_network_paints_pictures_that_it_never_saw():
    network, recipe, card = shipped("style")
    assert recipe == RECIPES["style"](**card.settings)
    assert card.quality["style loss"] < 0.5
    with torch.no_grad():
        images = recipe.load("test").images
        painted = network(images)
    assert 0 <= painted.min() < painted.max() <= 1
    assert (painted - images).abs().mean() > 0.05
