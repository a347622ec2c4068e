"""The loop: checkpoints, watching, stopping, and what ends it early."""

import signal
import subprocess
import sys
import threading

import pytest
import torch

from retouch.recipes import Interrupted, TrainingError, make_fabric, train
from retouch.recipes.batches import Batches
from retouch.recipes.training import one_step, start
from tests.lib.recipes.small import Line, equal


@pytest.fixture(scope="module")
def fabric():
    return make_fabric("cpu", precision="32-true")


@pytest.fixture
def control_c():
    """Control-C as in a terminal, also where the tests run in a background job."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield lambda: signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    signal.signal(signal.SIGINT, before)


def quick(fabric, recipe=None, **options):
    return train(recipe or Line(), fabric=fabric, progress=False, **options)


def test_checkpoint_is_written_every_few_steps_and_at_the_end(fabric, tmp_path, monkeypatch):
    steps = []
    monkeypatch.setattr("retouch.recipes.training.save", lambda run, path: steps.append(run.step))
    quick(fabric, Line(steps=5), checkpoint=tmp_path / "a", every=2)
    quick(fabric, Line(steps=4), checkpoint=tmp_path / "a", every=2)
    assert steps == [2, 4, 5, 2, 4]


def test_one_step_uses_the_schedule(fabric):
    recipe = Line(steps=4)
    run, batches, rates = start(recipe, fabric), Batches(recipe, fabric), []
    for _ in range(4):
        one_step(run, batches)
        rates.append(run.optimizers["adam"].param_groups[0]["lr"])
    # Half a cosine at 0, 45, 90 and 135 degrees.
    assert rates == pytest.approx([0.1, 0.1 * 0.853553, 0.05, 0.1 * 0.146447], rel=1e-5)


def test_every_step_draws_anew(fabric, monkeypatch):
    seeds = []
    monkeypatch.setattr(Line, "update", lambda *args: seeds.append(args[-1].initial_seed()) or {})
    quick(fabric)
    assert len(set(seeds)) == 8


def test_watch_sees_every_step_and_its_losses(fabric):
    seen = []
    run = quick(fabric, watch=lambda run, losses: seen.append((run.step, float(losses["loss"]))))
    assert seen == [(step + 1, values["loss"]) for step, values in run.history]
    assert [step for step, _ in seen] == list(range(1, 9))


def test_watch_may_look_at_the_networks_and_changes_nothing(fabric):
    outputs = []

    def look(run, losses):
        with torch.no_grad():
            outputs.append(run.networks["line"](torch.ones(1, 1)).item())

    assert equal(quick(fabric, watch=look), quick(fabric))
    assert len(set(outputs)) == 8


def test_stop_ends_after_this_step_and_keeps_it(fabric, tmp_path):
    path = tmp_path / "run.ckpt"
    run = quick(fabric, checkpoint=path, watch=lambda run, _: run.step == 3 and run.stop())
    assert [step for step, _ in run.history] == [0, 1, 2]
    assert equal(quick(fabric, checkpoint=path), quick(fabric))


def test_own_data_is_learned_from(fabric):
    data = {"x": torch.ones(6, 1), "y": torch.full((6, 1), 7.0)}
    run = quick(fabric, Line(steps=400), data=data)
    assert run.product()(torch.ones(1, 1)).item() == pytest.approx(7, abs=0.05)
    assert not run.product().training


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_loss_that_is_not_finite_is_named_with_its_step(fabric, tmp_path, monkeypatch, value):
    path, update = tmp_path / "run.ckpt", Line.update

    def breaks(self, run, batch, generator):
        losses = update(self, run, batch, generator)
        return {"loss": losses["loss"] * value if run.step == 5 else losses["loss"]}

    monkeypatch.setattr(Line, "update", breaks)
    with pytest.raises(TrainingError, match=rf"'loss' is {value} at step 5; nothing was kept: use"):
        quick(fabric)
    with pytest.raises(TrainingError, match=r"at step 5; .*run.ckpt keeps the last good checkpo"):
        quick(fabric, checkpoint=path, every=2)
    monkeypatch.setattr(Line, "update", update)
    resumed = quick(fabric, checkpoint=path)
    assert [step for step, _ in resumed.history] == [4, 5, 6, 7]
    assert equal(resumed, quick(fabric))


def test_weights_that_are_not_finite_do_not_replace_the_checkpoint(fabric, tmp_path):
    path = tmp_path / "run.ckpt"

    def spoil(run, losses):
        if run.step == 4:
            with torch.no_grad():
                next(run.networks["line"].parameters()).fill_(float("nan"))

    with pytest.raises(
        TrainingError, match=r"weight of the network 'line' has NaN .* step 3; .*ru"
    ):
        quick(fabric, checkpoint=path, every=2, watch=spoil)
    assert equal(quick(fabric, checkpoint=path), quick(fabric))


def test_control_c_finishes_the_step_and_says_how_to_go_on(fabric, tmp_path, control_c):
    path = tmp_path / "run.ckpt"
    with pytest.raises(
        Interrupted, match=r"after 3 of 8 steps; the same again goes on from .*ckpt"
    ):
        quick(fabric, checkpoint=path, watch=lambda run, _: run.step == 3 and control_c())
    resumed = quick(fabric, checkpoint=path)
    assert [step for step, _ in resumed.history] == [3, 4, 5, 6, 7]
    assert equal(resumed, quick(fabric))


def test_control_c_without_a_checkpoint_promises_nothing(fabric, control_c):
    with pytest.raises(Interrupted, match=r"^stopped after 2 of 8 steps$"):
        quick(fabric, watch=lambda run, _: run.step == 2 and control_c())


def test_control_c_twice_ends_at_once(fabric, control_c):
    def impatient(run, losses):
        control_c()
        control_c()
        pytest.fail("still there")

    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        quick(fabric, watch=impatient)


def test_a_thread_trains_without_signals(fabric):
    runs = []
    thread = threading.Thread(target=lambda: runs.append(quick(fabric)))
    thread.start()
    thread.join()
    assert equal(runs[0], quick(fabric))


TWO_PROCESSES = """
import torch
from retouch.recipes import RECIPES, make_fabric, train
fabric = make_fabric("cpu", devices=2, precision="32-true")
for name in ("toy", "dcgan", "wgan_gp", "vae"):
    run = train(RECIPES[name](steps=3, batch_size=16, width=8), fabric=fabric, progress=False)
    for key, network in run.networks.items():
        mine = torch.cat([parameter.detach().flatten() for parameter in network.parameters()])
        both = fabric.all_gather(mine)
        assert torch.equal(both[0], both[1]), (name, key)
        assert not torch.equal(mine, torch.zeros_like(mine))
if fabric.is_global_zero:
    print("agreed on", fabric.world_size)
"""


@pytest.mark.slow
def test_two_processes_end_with_the_same_weights(tmp_path):
    script = tmp_path / "two.py"
    script.write_text(TWO_PROCESSES)
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=120, check=False
    )
    assert "agreed on 2" in done.stdout, done.stderr
