import dataclasses

import pytest
import torch

from retouch.data.scenes import sample_scene
from retouch.models.deepsim import primitive
from retouch.recipes import RECIPES, make_fabric, train
from retouch.recipes.command import main
from retouch.recipes.edits import edit_quality, edited_pairs, in_parts, rearranged, scene_edits
from retouch.recipes.shipped import load_product, shipped

SMALL = ["--steps", "1", "--width", "4", "--blocks", "1", "--accelerator", "cpu"]
SIZE = ["--height", "48", "--columns", "64"]


@pytest.mark.parametrize("picture", ["lake", "coffee"])
def test_deepsim_trains_measures_and_loads(picture, tmp_path, capsys):
    output = tmp_path / "d.safetensors"
    options = [*SMALL, *SIZE, "--picture", picture, "--output", str(output)]
    assert main(["deepsim", *options]) == 0
    assert "PSNR (dB), itself" in capsys.readouterr().out
    network, recipe, card = load_product(output)
    assert recipe.picture == picture
    assert ("PSNR (dB), edits" in card.quality) == (picture == "lake")
    given, target = recipe.pairs()
    assert network(given).shape == target.shape == (1, 3, 48, 64)
    again = recipe.measure(network)
    assert again == pytest.approx(dict(card.quality), rel=1e-4)


def test_sunset_is_measured_beside_its_rivals(tmp_path):
    output = tmp_path / "s.safetensors"
    size = ["--scenes", "4", "--side", "48", "--crop", "40", "--held-out", "2"]
    assert main(["sunset", *SMALL, *size, "--output", str(output)]) == 0
    _, recipe, card = load_product(output)
    assert set(card.quality) == {
        f"{name}{rival}"
        for name in ("PSNR (dB)", "SSIM")
        for rival in ("", ", input", ", histogram match")
    }
    before, after = recipe.unseen()
    mse = (before - after).square().mean((1, 2, 3))
    assert card.quality["PSNR (dB), input"] == pytest.approx(-10 * mse.log10().mean().item())


@pytest.mark.parametrize("change", ["noon_to_sunset", "beach_to_snow"])
def test_a_short_training_beats_copying_the_input(change):
    recipe = RECIPES["sunset"](
        change=change, scenes=6, side=48, crop=40, held_out=3, steps=60, width=8, blocks=2,
        judge_width=8, perceptual=0,
    )  # fmt: skip
    run = train(recipe, fabric=make_fabric("cpu"))
    before, after = recipe.unseen()
    error = (in_parts(recipe.product(run.networks), before) - after).square().mean()
    assert error < 0.5 * (before - after).square().mean()


def test_a_batch_holds_differently_bent_copies():
    recipe = RECIPES["deepsim"](height=32, columns=48, batch_size=3)
    given, target = recipe.load().images.split(3, dim=1)
    copies = given.clone()
    inputs, images = recipe.augment(given, target, torch.Generator().manual_seed(0))
    assert inputs.shape == images.shape == (3, 3, 32, 48)
    assert not torch.equal(images[0], images[1])
    assert torch.equal(given, copies)
    colors = {tuple(color) for color in given[0].flatten(1).T.tolist()}
    assert {tuple(color) for color in inputs[0].flatten(1).T.tolist()} <= colors


def test_pairs_are_the_primitive_and_its_image():
    recipe = RECIPES["deepsim"](height=48, columns=64, picture="coffee", segments=5)
    image, labels = recipe.example()
    assert labels.shape == (1, 48, 64)
    assert 2 <= labels.max() + 1 <= 5
    assert torch.equal(recipe.pairs()[0], primitive(image, labels, recipe.sigma))


def test_edits_change_one_thing_each():
    scene = sample_scene(1, "lake")
    edits = list(scene_edits(scene))
    assert all(edit != scene for edit in edits)
    assert len(set(map(repr, edits))) == len(edits) > 10
    for edit in edits:
        rest = dataclasses.replace(edit, trees=scene.trees, houses=scene.houses)
        assert dataclasses.replace(rest, clouds=scene.clouds) == scene
    drawings, images = edited_pairs(edits, 32, 48)
    assert drawings.shape == images.shape == (len(edits), 3, 32, 48)


def test_rearranged_scenes_differ_in_everything_and_repeat():
    scene = sample_scene(1, "lake")
    edits = list(rearranged(scene, 3))
    assert edits == list(rearranged(scene, 3))
    assert edits != list(rearranged(scene, 3, seed=1))
    for edit in edits:
        assert edit.names() == scene.names()
        for old, new in zip(scene.trees + scene.lands, edit.trees + edit.lands, strict=True):
            assert old != new


def test_quality_is_perfect_only_for_the_answer():
    _, images = edited_pairs(scene_edits(sample_scene(1, "lake")), 48, 64)
    perfect = edit_quality(images[:2], images[:2])
    assert perfect["perceptual distance"] == pytest.approx(0, abs=1e-6)
    assert perfect["single-image Fréchet distance"] == pytest.approx(0, abs=1e-3)
    assert perfect["SSIM"] == pytest.approx(1)
    worse = edit_quality(images[:2], images[2:4])
    assert worse["perceptual distance"] > 1e-3
    assert worse["PSNR (dB)"] < 40


@pytest.mark.parametrize("name", ["deepsim", "deepsim_coffee"])
def test_shipped_deepsim_is_worth_what_its_card_says(name):
    network, recipe, card = shipped(name)
    given, target = recipe.pairs()
    found = edit_quality(in_parts(network, given), target)
    assert found["PSNR (dB)"] == pytest.approx(card.quality["PSNR (dB), itself"], abs=0.05)
    if name == "deepsim":
        assert card.quality["PSNR (dB), edits"] > card.quality["PSNR (dB), itself"] - 1


def test_shipped_sunset_beats_its_rivals():
    network, recipe, card = shipped("sunset")
    quality = card.quality
    assert quality["PSNR (dB)"] > quality["PSNR (dB), input"] + 6
    assert quality["PSNR (dB)"] > quality["PSNR (dB), histogram match"] + 6
    before, after = dataclasses.replace(recipe, held_out=4).unseen()
    found = edit_quality(in_parts(network, before), after)
    assert found["PSNR (dB)"] == pytest.approx(quality["PSNR (dB)"], abs=2)
