import pytest
from retouch.recipes import RECIPES
from retouch.recipes.command import main, make_parser
from retouch.recipes.shipped import load_product

SMALL = ["--width", "4", "--batch-size", "8", "--accelerator", "cpu", "--precision", "32-true"]


def test_train_measures_and_stores(tmp_path, capsys):
    ruler, output = tmp_path / "c.safetensors", tmp_path / "v.safetensors"
    assert main(["classifier", "--steps", "2", *SMALL, "--output", str(ruler)]) == 0
    assert "| model | test accuracy |" in capsys.readouterr().out
    options = ["--steps", "2", *SMALL, "--output", str(output), "--classifier", str(ruler)]
    assert main(["dcgan", *options, "--lr", "0.001"]) == 0
    assert "Fréchet distance, classifier features" in capsys.readouterr().out
    _, recipe, card = load_product(output)
    assert recipe == RECIPES["dcgan"](steps=2, width=4, batch_size=8, lr=0.001)
    assert card.quality["diversity"] > 0


def test_without_a_classifier_it_says_so_and_stores(tmp_path, capsys):
    output = tmp_path / "v.safetensors"
    missing = ["--classifier", str(tmp_path / "none")]
    assert main(["vae", "--steps", "1", *SMALL, *missing, "--output", str(output)]) == 0
    assert "so nothing is measured: train the recipe classifier" in capsys.readouterr().out
    assert load_product(output)[2].quality == {}


@pytest.mark.parametrize("name", RECIPES)
def test_every_setting_is_an_option(name):
    options = vars(make_parser().parse_args([name, "--full", "--seed", "4"]))
    assert options["full"] is True
    assert options["seed"] == 4


def test_unknown_recipe_lists_the_known_ones(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["pixelrnn"])
    assert "choose from" in capsys.readouterr().err
