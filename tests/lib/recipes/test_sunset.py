import dataclasses

import pytest
import torch
from skimage.exposure import match_histograms as oracle

from retouch.recipes import RECIPES, make_fabric, train
from retouch.recipes.command import main
from retouch.recipes.edits import edit_quality, in_parts
from retouch.recipes.pretrained import load_product, pretrained
from retouch.recipes.sunset import crop_pair, match_histograms, scene_pairs

SMALL = ["--steps", "1", "--width", "4", "--blocks", "1", "--accelerator", "cpu"]


def test_pairs_are_batches_of_images():
    before, after = scene_pairs("beach_to_snow", range(2), 32)
    assert before.shape == after.shape == (2, 3, 32, 32)
    assert before.dtype == torch.float32
    assert after.mean() > before.mean()


def test_crops_are_the_same_for_both_and_reach_every_corner():
    image = torch.arange(30.0).view(1, 1, 5, 6)
    generator = torch.Generator().manual_seed(0)
    corners = set()
    for _ in range(200):
        first, second = crop_pair(image, image + 100, 3, generator)
        assert torch.equal(first + 100, second)
        corners.add(int(first[0, 0, 0, 0]))
    assert corners == {6 * row + column for row in range(3) for column in range(4)}
    with pytest.raises(ValueError, match="a square of 6×6 does not fit"):
        crop_pair(image, image, 6, generator)


def test_histogram_match_agrees_with_scikit_image():
    generator = torch.Generator().manual_seed(1)
    before = torch.rand(2, 3, 12, 15, generator=generator)
    reference = torch.rand(1, 3, 12, 15, generator=generator) ** 2
    matched = match_histograms(before, reference)
    for i in range(2):
        expected = oracle(before[i].double().numpy(), reference[0].double().numpy(), channel_axis=0)
        assert torch.allclose(matched[i], torch.tensor(expected).float(), atol=1e-5)
    other_size = match_histograms(before, reference[..., :7])
    assert set(other_size[0, 0].flatten().tolist()) <= set(reference[0, 0].flatten().tolist())


def test_is_measured_beside_its_rivals(tmp_path):
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
        discriminator_width=8, perceptual=0,
    )  # fmt: skip
    run = train(recipe, fabric=make_fabric("cpu"), progress=False)
    before, after = recipe.unseen()
    error = (in_parts(run.product(), before) - after).square().mean()
    assert error < 0.5 * (before - after).square().mean()


def test_pretrained_beats_its_rivals():
    network, recipe, card = pretrained("sunset")
    quality = card.quality
    assert quality["PSNR (dB)"] > quality["PSNR (dB), input"] + 6
    assert quality["PSNR (dB)"] > quality["PSNR (dB), histogram match"] + 6
    before, after = dataclasses.replace(recipe, held_out=4).unseen()
    found = edit_quality(in_parts(network, before), after)
    assert found["PSNR (dB)"] == pytest.approx(quality["PSNR (dB)"], abs=2)
