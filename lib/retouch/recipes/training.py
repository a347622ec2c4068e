"""The one loop that runs any recipe: lessons, `retouch train` and the benches all use it."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import torch
from lightning_fabric import Fabric
from torch.optim import Optimizer
from tqdm.auto import tqdm

from retouch.recipes.base import Batch, Losses, Recipe, Run
from retouch.recipes.batches import Batches, seeded
from retouch.recipes.checkpoints import resume, save
from retouch.recipes.fabric import make_fabric
from retouch.recipes.record import Record

Watch = Callable[[Run, Losses], object]
"""Called after each step with the run and the step's losses, tensors on the device."""


class Interrupted(KeyboardInterrupt):
    """Control-C ended a training between two steps; the text says how to go on."""


def train(  # noqa: PLR0913 - how to run it, apart from what is run
    recipe: Recipe,
    *,
    data: Batch | None = None,
    fabric: Fabric | None = None,
    checkpoint: Path | None = None,
    every: int = 500,
    until: int | None = None,
    watch: Watch | None = None,
    progress: bool = True,
) -> Run:
    """Run a recipe to its last step, from its checkpoint where there is one.

        network = train(RECIPES["deepsim"](steps=200)).product()

    Args:
        recipe: what to train, with all of its settings.
        data: to learn from instead of `recipe.load()`, under the same names.
        fabric: where; without it, `make_fabric()`.
        checkpoint: file to go on from and to write to; without it, none is written.
        every: steps between two checkpoints; the last step always gets one.
        until: stop after this step instead of after the recipe's last.
        watch: called after each step; `run.step` steps are done, and `run.stop()` ends it.
        progress: show a bar with the losses.

    Raises:
        TrainingError: the data or the checkpoint cannot be used, or a loss is not finite.
        Interrupted: Control-C was pressed; the step was finished, and the checkpoint written.
    """
    fabric = fabric or make_fabric()
    fabric.launch()
    batches = Batches(recipe, fabric, data)
    run = start(recipe, fabric)
    if checkpoint and checkpoint.is_file():
        resume(run, checkpoint)
    record, saved = Record(run, checkpoint), run.step
    last = recipe.steps if until is None else min(until, recipe.steps)
    with _bar(run, last, progress) as bar, _control_c(fabric) as interrupted:
        while run.step < last and not (run.stopped or interrupted.is_set()):
            losses = one_step(run, batches)
            record.add(losses)
            if watch:
                watch(run, losses)
            _advance(bar, run)
            if checkpoint and run.step % every == 0:
                record.settle()
                save(run, checkpoint)
                saved = run.step
    record.settle()
    if checkpoint and run.step > saved:
        save(run, checkpoint)
    if interrupted.is_set():
        raise Interrupted(_how_to_go_on(run, checkpoint))
    return run


def start(recipe: Recipe, fabric: Fabric) -> Run:
    """Networks and optimisers as the recipe's seed makes them, on fabric's device."""
    with torch.random.fork_rng():
        torch.manual_seed(recipe.seed)
        networks = recipe.make_networks()
    trained: dict[str, torch.nn.Module] = {}
    for name, network in networks.items():
        network.to(memory_format=torch.channels_last)
        learns = any(parameter.requires_grad for parameter in network.parameters())
        trained[name] = fabric.setup_module(network) if learns else fabric.to_device(network)
    optimizers: dict[str, Optimizer] = {
        name: fabric.setup_optimizers(optimizer)  # type: ignore[misc]
        for name, optimizer in recipe.make_optimizers(trained).items()
    }
    return Run(recipe, fabric, trained, optimizers)


def one_step(run: Run, batches: Batches) -> Losses:
    """One update, as a function of the run's state, the seed and the step alone."""
    recipe = run.recipe
    for optimizer in run.optimizers.values():
        for group in optimizer.param_groups:
            group["lr"] = optimizer.defaults["lr"] * recipe.schedule(run.step)
    generator = seeded(recipe.seed, run.step, run.fabric.global_rank)
    losses = recipe.update(run, batches[run.step], generator)
    run.step += 1
    return losses


def _bar(run: Run, last: int, progress: bool) -> "tqdm[None]":
    shown = progress and run.fabric.is_global_zero
    return tqdm(total=last, initial=run.step, desc=run.recipe.name, disable=not shown)


def _advance(bar: "tqdm[None]", run: Run) -> None:
    bar.update()
    if run.step % 50 == 0 and run.history:
        bar.set_postfix({name: f"{value:.3f}" for name, value in run.history[-1][1].items()})


@contextmanager
def _control_c(fabric: Fabric) -> Iterator[threading.Event]:
    """An event that Control-C sets instead of ending the step halfway; the second time it ends.

    Several processes would stop at different steps and wait for each other: there, and in
    threads, which get no signals, everything stays as it was.
    """
    came, before = threading.Event(), signal.getsignal(signal.SIGINT)

    def finish_the_step(_number: int, _frame: FrameType | None) -> None:
        came.set()
        signal.signal(signal.SIGINT, before)

    alone = fabric.world_size == 1 and threading.current_thread() is threading.main_thread()
    if not alone or not callable(before):  # not callable: Control-C is ignored here
        yield came
        return
    signal.signal(signal.SIGINT, finish_the_step)
    try:
        yield came
    finally:
        signal.signal(signal.SIGINT, before)


def _how_to_go_on(run: Run, checkpoint: Path | None) -> str:
    done = f"stopped after {run.step} of {run.recipe.steps} steps"
    return f"{done}; the same again goes on from {checkpoint}" if checkpoint else done
