import pytest
import torch

from retouch.models.features import feature_extractor
from retouch.models.style import style_loss
from retouch.models.style_networks import FastStyleNetwork
from retouch.recipes import RECIPES, TrainingError, make_fabric, train
from retouch.recipes.command import main
from retouch.recipes.pretrained import load_product, pretrained
from retouch.recipes.style import Style, random_squares

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
    network = FastStyleNetwork(4)
    torch.nn.init.zeros_(network.layers[-1].bias)  # drawn at random, it tints the picture
    measured = RECIPES["style"](**TINY).measure(network)
    assert measured["style loss"] == pytest.approx(1, abs=0.05)
    assert measured["content loss"] == pytest.approx(0, abs=0.05)


def test_held_out_photographs_are_not_learned_from():
    recipe = RECIPES["style"](**TINY)
    train, test = recipe.load()["images"], recipe.unseen()
    assert train.shape[1:] == test.shape[1:] == (3, 72, 72)
    nearest = (test[:, None] - train[None]).abs().mean((2, 3, 4)).min()
    assert nearest > 0.02


def test_pretrained_network_paints_pictures_that_it_never_saw():
    network, recipe, card = pretrained("style")
    assert recipe == RECIPES["style"](**card.settings)
    assert card.quality["style loss"] < 0.5
    with torch.no_grad():
        images = recipe.unseen()
        painted = network(images)
    assert 0 <= painted.min() < painted.max() <= 1
    assert (painted - images).abs().mean() > 0.05


def test_training_brings_the_style_closer():
    recipe = Style(steps=25, batch_size=2, crop=64, side=72, scenes=3, width=8, lr=5e-3)
    network = train(recipe, fabric=make_fabric("cpu"), progress=False).product()
    extractor, weights = feature_extractor(), [1.0] * 5
    images, painting = recipe.load()["images"][-3:], recipe.painting()
    with torch.no_grad():
        before, after = (
            style_loss(extractor(x), extractor(painting), weights)
            for x in (images, network(images))
        )
    assert after < 0.8 * before


def test_squares_are_pieces_of_their_image_and_reach_every_corner():
    image = torch.arange(3 * 4 * 5.0).view(1, 3, 4, 5)
    generator, seen = torch.Generator().manual_seed(0), set()
    for _ in range(300):
        (square,) = random_squares(image, 3, generator)
        seen.add(tuple(square[0].flatten().tolist()))
    windows = image[0, 0].unfold(0, 3, 1).unfold(1, 3, 1).reshape(-1, 3, 3)
    expected = {tuple(w.flatten().tolist()) for w in torch.cat([windows, windows.flip(-1)])}
    assert seen == expected
    with pytest.raises(TrainingError, match="expected crop from 1 to side, which is 4; got 5"):
        random_squares(image, 5, generator)
