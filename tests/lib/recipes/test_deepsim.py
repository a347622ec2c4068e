import dataclasses

import pytest
import torch

from retouch.data.scenes import PALETTE, render, sample_scene
from retouch.recipes.deepsim import Settings, train

SMALL = Settings(steps=12, width=8, downs=2, blocks=1, judge_width=8, accelerator="cpu")


def pair(seed=1, size=48):
    picture = render(sample_scene(seed, "lake"), size, size)
    drawing = torch.tensor(PALETTE)[torch.tensor(picture.labels)] / 255
    return tuple(x.permute(2, 0, 1)[None] for x in (drawing, torch.tensor(picture.image)))


def test_a_short_training_learns_the_image():
    drawing, image = pair()
    losses = []
    settings = dataclasses.replace(SMALL, steps=60)
    generator = train(drawing, image, settings, watch=lambda step, parts: losses.append(parts))
    assert set(losses[0]) == {"discriminator", "adversarial", "feature matching", "perceptual"}
    assert len(losses) == 60
    assert losses[-1]["perceptual"] < 0.75 * losses[0]["perceptual"]
    with torch.no_grad():
        error = (generator(drawing) - image).square().mean()
    assert error < 0.6 * image.var()
    assert not generator.training


@pytest.mark.parametrize("change", ["tps", "flips", "none"])
def test_training_repeats_and_leaves_the_callers_randomness_alone(change):
    drawing, image = pair()
    settings = dataclasses.replace(SMALL, steps=2, augmentation=change, perceptual=0)
    state, copies = torch.random.get_rng_state(), (drawing.clone(), image.clone())
    first, again = (train(drawing, image, settings)(drawing) for _ in range(2))
    assert torch.equal(first, again)
    assert torch.equal(torch.random.get_rng_state(), state)
    assert torch.equal(drawing, copies[0])
    assert torch.equal(image, copies[1])


def test_settings_matter():
    drawing, image = pair()
    base = dataclasses.replace(SMALL, steps=3, perceptual=0)
    plain = train(drawing, image, base)(drawing)
    for changed in ({"seed": 1}, {"augmentation": "none"}, {"pixel": 50.0}, {"beta1": 0.9}):
        other = train(drawing, image, dataclasses.replace(base, **changed))(drawing)
        assert not torch.equal(plain, other), changed


def test_every_pair_is_drawn_and_augmented_with_its_input():
    inputs = torch.arange(1.0, 5).view(4, 1, 1, 1).expand(4, 2, 32, 40) / 5
    targets = inputs[:, :1].expand(4, 3, 32, 40)
    seen = set()

    def watch_pairs(target, given, random):
        assert torch.equal(target[:, 0], given[:, 0])
        seen.update(given[:, 0, 0, 0].tolist())
        return target, given

    settings = dataclasses.replace(SMALL, steps=8, batch=3, perceptual=0)
    train(inputs, targets, settings, watch_pairs)
    assert len(seen) == 4


def test_rate_is_constant_then_falls_to_zero():
    from retouch.recipes.deepsim import constant_then_linear

    rate = constant_then_linear(10)
    assert [rate(step) for step in range(10)] == pytest.approx([1] * 6 + [0.8, 0.6, 0.4, 0.2])


def test_layouts_give_the_same_result():
    drawing, image = pair()
    settings = dataclasses.replace(SMALL, steps=2, perceptual=0)
    fast = train(drawing, image, settings)(drawing)
    plain = train(drawing, image, dataclasses.replace(settings, channels_last=False))(drawing)
    assert torch.allclose(fast, plain, atol=1e-3)


def test_misfits_are_refused():
    drawing, image = pair()
    with pytest.raises(ValueError, match="as many inputs N×C×H×W as targets"):
        train(drawing, image[..., :40], SMALL)
    with pytest.raises(ValueError, match="expected an augmentation out of tps, flips, none"):
        train(drawing, image, dataclasses.replace(SMALL, augmentation="zoom"))
