import dataclasses
import subprocess
import sys
from itertools import chain

import pytest
import torch
from torch import nn

from retouch.data.fashion_mnist import LabelledImages
from retouch.recipes import RECIPES, make_fabric, train
from retouch.recipes.base import update_average
from retouch.recipes.training import Batches, one_step, resume, save, seeded, start

SETTINGS = {"batch_size": 16, "width": 8}
FALLS = {
    "classifier": "loss",
    "dcgan": "discriminator",
    "conditional_dcgan": "discriminator",
    "example_dcgan": "discriminator",
    "wgan_gp": "critic",
    "vae": "negative_elbo",
    "cvae": "negative_elbo",
    "deepsim": "perceptual",
    "sunset": "pixel",
    "style": "loss",
}
PAIRED = {"batch_size": 2, "blocks": 1, "judge_width": 8}
OWN = {
    "deepsim": {**PAIRED, "height": 48, "columns": 56},
    "sunset": {**PAIRED, "scenes": 4, "side": 48, "crop": 40, "held_out": 2},
    "style": {"batch_size": 2, "crop": 64, "side": 72, "scenes": 2, "lr": 5e-3},
}


@pytest.fixture(scope="module")
def fabric():
    return make_fabric("cpu", precision="32-true")


def small(name, **settings):
    return RECIPES[name](**{**SETTINGS, **OWN.get(name, {}), "steps": 24, **settings})


def everything(run):
    """All tensors of a run, by name."""
    tensors = {}
    for name, network in run.networks.items():
        tensors |= {f"{name}.{key}": value for key, value in network.state_dict().items()}
    for name, optimizer in run.optimizers.items():
        for index, state in optimizer.state_dict()["state"].items():
            tensors |= {f"{name}.{index}.{key}": value for key, value in state.items()}
    return tensors


def equal(first, second):
    first, second = everything(first), everything(second)
    return first.keys() == second.keys() and all(torch.equal(first[k], second[k]) for k in first)


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


def test_checkpoint_is_written_every_few_steps_and_at_the_end(fabric, tmp_path, monkeypatch):
    steps = []
    monkeypatch.setattr(
        "retouch.recipes.training.save", lambda run, recipe, path: steps.append(run.step)
    )
    train(small("vae", steps=5), fabric=fabric, progress=False, checkpoint=tmp_path / "a", every=2)
    assert steps == [2, 4, 5]


def test_interrupted_writing_leaves_the_old_checkpoint(fabric, tmp_path, monkeypatch):
    recipe, path = small("vae"), tmp_path / "run.ckpt"
    run = train(recipe, fabric=fabric, progress=False, checkpoint=path, until=2)
    before = path.read_bytes()

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("retouch.recipes.training.os.replace", interrupt)
    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        save(run, recipe, path)
    assert path.read_bytes() == before


def test_checkpoint_of_other_settings_is_refused(fabric, tmp_path):
    path = tmp_path / "run.ckpt"
    train(small("vae"), fabric=fabric, progress=False, checkpoint=path, until=1)
    other = small("vae", beta=2.0)
    with pytest.raises(ValueError, match=r"run.ckpt was made with .*\"beta\": 1.0.*not with.*2.0"):
        resume(start(other, fabric), other, path)


@pytest.mark.parametrize("name", ["dcgan", "wgan_gp", "vae"])
def test_bfloat16_trains_and_keeps_its_weights_in_float32(name):
    fabric = make_fabric("cpu", precision="bf16-mixed")
    run = train(small(name, steps=8), fabric=fabric, progress=False)
    assert run.history[-1][1][FALLS[name]] < run.history[0][1][FALLS[name]]
    floats = [value for value in everything(run).values() if value.is_floating_point()]
    assert {value.dtype for value in floats} == {torch.float32}


def test_other_precisions_are_refused():
    with pytest.raises(ValueError, match=r"among \('32-true', 'bf16-mixed'\), got '16-mixed'"):
        make_fabric("cpu", precision="16-mixed")


def test_one_step_uses_the_schedule(fabric):
    recipe = small("classifier", steps=40)
    run, batches = start(recipe, fabric), Batches(recipe, fabric)
    rates = []
    for _ in range(40):
        one_step(run, recipe, batches)
        rates.append(run.optimizers["adamw"].param_groups[0]["lr"])
    assert rates[:2] == [recipe.lr / 2, recipe.lr]
    assert rates[2:] == sorted(rates[2:], reverse=True)
    assert rates[-1] < 0.01 * recipe.lr


def test_every_step_draws_anew(fabric, monkeypatch):
    seeds = []
    monkeypatch.setattr(
        RECIPES["vae"], "update", lambda *args: seeds.append(args[-1].initial_seed()) or {}
    )
    train(small("vae", steps=6), fabric=fabric, progress=False)
    assert len(set(seeds)) == 6


class Numbered:
    """A recipe whose images are their own numbers."""

    seed = 5

    def __init__(self, n, count):
        self.n, self.count = n, count

    def load(self):
        return LabelledImages(torch.arange(self.n)[:, None, None, None], torch.arange(self.n))

    def images_per_step(self):
        return self.count


def test_batches_of_an_epoch_are_disjoint_and_epochs_differ(fabric):
    batches = Batches(Numbered(10, 3), fabric)
    seen = [batches[step].labels.tolist() for step in range(6)]
    assert all(torch.equal(b.images[:, 0, 0, 0], b.labels) for b in [batches[0], batches[5]])
    epochs = [list(chain(*seen[:3])), list(chain(*seen[3:]))]
    assert [len(set(epoch)) for epoch in epochs] == [9, 9]
    assert epochs[0] != epochs[1]
    assert batches[1].labels.tolist() == seen[1]


def test_batch_larger_than_the_data_is_named(fabric):
    with pytest.raises(ValueError, match=r"takes 11 images and there are 10: use a smaller"):
        Batches(Numbered(10, 11), fabric)


def test_processes_share_a_batch():
    class Rank:
        world_size = 2

        def __init__(self, rank):
            self.global_rank = rank

        def to_device(self, tensor):
            return tensor

    shares = [Batches(Numbered(10, 4), Rank(rank))[0].labels for rank in range(2)]
    whole = Batches(Numbered(10, 4), make_fabric("cpu"))[0].labels
    assert torch.equal(torch.stack(shares, 1).flatten(), whole)


def test_seeds_steps_and_streams_are_unrelated():
    draws = {
        torch.rand(1, generator=seeded(seed, step, stream)).item()
        for seed in range(5)
        for step in range(20)
        for stream in (-1, 0, 1)
    }
    assert len(draws) == 300
    assert seeded(1, 2, 3).initial_seed() == seeded(1, 2, 3).initial_seed()


def test_average_follows_weights_and_statistics():
    networks = [nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3)) for _ in range(2)]
    networks[1](torch.randn(5, 2))
    before = {name: value.clone() for name, value in networks[0].state_dict().items()}
    update_average(*networks, step=10**6, decay=0.75)
    for name, value in networks[0].state_dict().items():
        if value.is_floating_point():
            expected = 0.75 * before[name] + 0.25 * networks[1].state_dict()[name]
            assert torch.allclose(value, expected)
    update_average(*networks, step=0, decay=0.0)
    assert torch.equal(networks[0][1].running_mean, networks[1][1].running_mean)


def test_unknown_pixels_are_refused():
    with pytest.raises(ValueError, match=r"expected pixels among .*'gray'.*got 'grey'"):
        RECIPES["vae"](pixels="grey")


TWO_PROCESSES = """
import torch
from retouch.recipes import RECIPES, make_fabric, train
fabric = make_fabric("cpu", devices=2, precision="32-true")
for name in ("dcgan", "wgan_gp", "vae"):
    run = train(RECIPES[name](steps=3, batch_size=16, width=8), fabric=fabric, progress=False)
    for key, network in run.networks.items():
        mine = torch.cat([parameter.detach().flatten() for parameter in network.parameters()])
        both = fabric.all_gather(mine)
        assert torch.equal(both[0], both[1]), (name, key)
        assert not torch.equal(mine, torch.zeros_like(mine))
if fabric.is_global_zero:
    print("agreed on", fabric.world_size)
"""


def test_two_processes_end_with_the_same_weights(tmp_path):
    script = tmp_path / "two.py"
    script.write_text(TWO_PROCESSES)
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=120, check=False
    )
    assert "agreed on 2" in done.stdout, done.stderr
