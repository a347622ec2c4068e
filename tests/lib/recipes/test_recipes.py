"""What holds for every recipe."""

import dataclasses

import pytest
import torch

from retouch.recipes import RECIPES, make_fabric, train
from tests.lib.recipes.small import equal, everything, small

FALLS = {
    "toy": "critic",
    "classifier": "loss",
    "dcgan": "discriminator",
    "conditional_dcgan": "discriminator",
    "example_dcgan": "discriminator",
    "wgan_gp": "critic",
    "vae": "negative_elbo",
    "cvae": "negative_elbo",
    "style": "loss",
    "adain": "loss",
    "deepsim": "perceptual",
    "sunset": "pixel",
}


@pytest.fixture(scope="module")
def fabric():
    return make_fabric("cpu", precision="32-true")


@pytest.mark.parametrize("name", RECIPES)
def test_loss_falls(fabric, name):
    steps = 80 if "vae" in name else 24
    run = train(small(name, steps=steps), fabric=fabric, progress=False)
    losses = [values[FALLS[name]] for _, values in run.history]
    assert [step for step, _ in run.history] == list(range(steps))
    assert sum(losses[-4:]) / 4 < losses[0] - 0.05 * abs(losses[0])


@pytest.mark.parametrize("name", RECIPES)
def test_resuming_is_exact(fabric, name, tmp_path):
    recipe, path = small(name, steps=4), tmp_path / "run.ckpt"
    whole = train(recipe, fabric=fabric, progress=False)
    train(recipe, fabric=fabric, progress=False, checkpoint=path, until=2)
    resumed = train(recipe, fabric=fabric, progress=False, checkpoint=path)
    assert [step for step, _ in resumed.history] == [2, 3]
    assert equal(whole, resumed)
    assert whole.history[2:] == resumed.history


def test_global_random_state_changes_nothing_and_is_not_changed(fabric):
    recipe = small("dcgan", steps=2)
    torch.manual_seed(1)
    first = train(recipe, fabric=fabric, progress=False)
    after = torch.rand(1)
    torch.manual_seed(1)
    assert torch.equal(torch.rand(1), after)
    assert equal(first, train(recipe, fabric=fabric, progress=False))
    other = train(dataclasses.replace(recipe, seed=1), fabric=fabric, progress=False)
    assert not equal(first, other)


@pytest.mark.parametrize("name", ["toy", "dcgan", "wgan_gp", "vae"])
def test_bfloat16_trains_and_keeps_its_weights_in_float32(name):
    fabric = make_fabric("cpu", precision="bf16-mixed")
    run = train(small(name, steps=8), fabric=fabric, progress=False)
    assert run.history[-1][1][FALLS[name]] < run.history[0][1][FALLS[name]]
    floats = [value for value in everything(run).values() if value.is_floating_point()]
    assert {value.dtype for value in floats} == {torch.float32}


@pytest.mark.parametrize("name", RECIPES)
def test_data_is_named_and_of_one_length(name):
    data = small(name).load()
    assert len({len(tensor) for tensor in data.values()}) == 1
    assert all(len(images) for images in data.values())
