import dataclasses

import pytest

from retouch.data.scenes import sample_scene
from retouch.recipes.edits import edit_quality, edited_pairs, rearranged, scene_edits


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
