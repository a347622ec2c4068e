import dataclasses

import numpy as np
import pytest
import torch
from PIL import Image

from retouch.models.deepsim import primitive
from retouch.recipes import TrainingError, make_fabric, train
from retouch.recipes.command import main
from retouch.recipes.deepsim import DeepSIM
from retouch.recipes.edits import edit_quality, in_parts
from retouch.recipes.pretrained import load_product, pretrained
from tests.lib.recipes.small import small

SMALL = ["--steps", "1", "--width", "4", "--blocks", "1", "--accelerator", "cpu"]
SIZE = ["--height", "48", "--columns", "64"]


def quick(recipe, **options):
    return train(recipe, fabric=make_fabric("cpu"), progress=False, **options)


@pytest.mark.parametrize("picture", ["lake", "coffee"])
def test_trains_measures_and_loads(picture, tmp_path, capsys):
    output = tmp_path / "d.safetensors"
    options = [*SMALL, *SIZE, "--picture", picture, "--output", str(output)]
    assert main(["deepsim", *options]) == 0
    assert "PSNR (dB), itself" in capsys.readouterr().out
    network, recipe, card = load_product(output)
    assert recipe.picture == picture
    assert ("PSNR (dB), edits" in card.quality) == (picture == "lake")
    data = recipe.load()
    assert network(data["given"]).shape == data["target"].shape == (1, 3, 48, 64)
    again = recipe.measure(network)
    assert again == pytest.approx(dict(card.quality), rel=1e-4)


def test_ones_own_photograph_is_learned_from(tmp_path):
    photo = tmp_path / "mine (1).jpg"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (60, 90, 3), np.uint8)).save(photo)
    output = tmp_path / "d.safetensors"
    assert main(["deepsim", *SMALL, *SIZE, "--picture", str(photo), "--output", str(output)]) == 0
    _, recipe, card = load_product(output)
    assert recipe.picture == str(photo)
    assert "PSNR (dB), itself" in card.quality


def test_a_gray_photograph_is_one_too():
    data = DeepSIM(picture="camera", height=32, columns=48).load()
    assert torch.equal(data["target"][:, 0], data["target"][:, 2])


def test_a_short_training_learns_the_image():
    run = quick(small("deepsim", steps=60))
    first, last = run.history[0][1], run.history[-1][1]
    assert list(first) == ["discriminator", "adversarial", "feature matching", "perceptual"]
    assert last["perceptual"] < 0.75 * first["perceptual"]
    data = run.recipe.load()
    with torch.no_grad():
        error = (run.product()(data["given"]) - data["target"]).square().mean()
    assert error < 0.6 * data["target"].var()


def test_settings_matter():
    base = small("deepsim", steps=3, perceptual=0)
    given = base.load()["given"]
    plain = quick(base).product()(given)
    for changed in ({"seed": 1}, {"augmentation": "none"}, {"pixel": 50.0}, {"beta1": 0.9}):
        other = quick(dataclasses.replace(base, **changed)).product()(given)
        assert not torch.equal(plain, other), changed


@pytest.mark.parametrize("augmentation", ["tps", "flips", "none"])
def test_a_batch_holds_copies_changed_alike(augmentation):
    recipe = DeepSIM(height=32, columns=48, batch_size=8, augmentation=augmentation)
    given, target = recipe.load().values()
    copies = given.clone(), target.clone()
    inputs, images = recipe.augment(given, target, torch.Generator().manual_seed(0))
    assert inputs.shape == images.shape == (8, 3, 32, 48)
    assert torch.equal(given, copies[0])
    assert torch.equal(target, copies[1])
    different = {image.numpy().tobytes() for image in images}
    assert len(different) == {"tps": 8, "flips": 2, "none": 1}[augmentation]
    colors = {tuple(color) for color in given[0].flatten(1).T.tolist()}
    assert {tuple(color) for color in inputs[0].flatten(1).T.tolist()} <= colors
    # An image that is its own primitive stays so (but at a bend, where it is interpolated).
    inputs, images = recipe.augment(given, given, torch.Generator().manual_seed(0))
    assert torch.equal(inputs, images) == (augmentation != "tps")
    assert (inputs - images).abs().mean() < 0.1


def test_the_pair_is_the_primitive_and_its_image():
    recipe = DeepSIM(height=48, columns=64, picture="coffee", segments=5)
    image, labels = recipe.example()
    assert labels.shape == (1, 48, 64)
    assert 2 <= labels.max() + 1 <= 5
    data = recipe.load()
    assert torch.equal(data["given"], primitive(image, labels, recipe.sigma))
    assert torch.equal(data["target"], image)


def test_own_pairs_can_be_learned_from():
    generator = torch.Generator().manual_seed(0)
    pair = {name: torch.rand(1, 3, 40, 40, generator=generator) for name in ("given", "target")}
    run = quick(small("deepsim", steps=2), data=pair)
    assert run.product()(pair["given"]).shape == (1, 3, 40, 40)
    with pytest.raises(TrainingError, match=r"expected given as float images in .*255"):
        quick(small("deepsim"), data={"given": 255 * pair["given"], "target": pair["target"]})


def test_the_papers_generator_has_182_million_weights():
    with torch.device("meta"):
        network = DeepSIM.paper(steps=5).make_networks()["generator"]
    assert sum(p.numel() for p in network.parameters()) == pytest.approx(182e6, rel=0.01)
    assert DeepSIM.paper(steps=5).steps == 5


@pytest.mark.parametrize("name", ["deepsim", "deepsim_coffee"])
def test_pretrained_is_worth_what_its_card_says(name):
    network, recipe, card = pretrained(name)
    data = recipe.load()
    found = edit_quality(in_parts(network, data["given"]), data["target"])
    assert found["PSNR (dB)"] == pytest.approx(card.quality["PSNR (dB), itself"], abs=0.05)
    if name == "deepsim":
        assert card.quality["PSNR (dB), edits"] > card.quality["PSNR (dB), itself"] - 1
