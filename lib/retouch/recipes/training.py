"""The loop that runs any recipe: device, precision, checkpoints, progress."""

import dataclasses
import json
import os
from functools import lru_cache
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np
import torch
from lightning_fabric import Fabric
from lightning_fabric.strategies import DDPStrategy
from torch import Generator, Tensor
from torch.nn.parallel import DistributedDataParallel
from tqdm.auto import tqdm

from retouch.data.fashion_mnist import LabelledImages
from retouch.recipes.base import Losses, Recipe, Run

PRECISIONS = ("32-true", "bf16-mixed")
# torch 2.15 gave the option another name.
_SHARE_STATISTICS = (
    "forward_sync_buffers"
    if "forward_sync_buffers" in signature(DistributedDataParallel).parameters
    else "broadcast_buffers"
)


def make_fabric(
    accelerator: str = "auto", devices: int = 1, precision: str | None = None
) -> Fabric:
    """Lightning Fabric for one machine.

    Args:
        accelerator: "auto", "cpu", "cuda" or "mps".
        devices: processes, one per GPU (or, for a test, several on the CPU).
        precision: "32-true" or "bf16-mixed"; without it, the latter where a GPU has it.

    Raises:
        ValueError: another precision.
    """
    if precision is None:
        fast = accelerator in ("auto", "cuda", "gpu") and torch.cuda.is_available()
        precision = PRECISIONS[fast and torch.cuda.is_bf16_supported(including_emulation=False)]
    if precision not in PRECISIONS:
        raise ValueError(f"expected a precision among {PRECISIONS}, got {precision!r}")
    # Each process keeps its own batch statistics between two passes of one step; sharing them
    # in between would change, in place, what the backward pass needs.
    own_statistics: dict[str, Any] = {_SHARE_STATISTICS: False}
    strategy = DDPStrategy(**own_statistics) if devices > 1 else "auto"
    return Fabric(
        accelerator=accelerator,
        devices=devices,
        precision=precision,  # type: ignore[arg-type]
        strategy=strategy,
    )


def train(  # noqa: PLR0913 - how to run it, apart from what is run
    recipe: Recipe,
    *,
    fabric: Fabric | None = None,
    checkpoint: Path | None = None,
    every: int = 500,
    until: int | None = None,
    progress: bool = True,
) -> Run:
    """Run a recipe to its last step, from its checkpoint where there is one.

    Args:
        recipe: what to train, with all of its settings.
        fabric: where; without it, `make_fabric()`.
        checkpoint: file to go on from and to write to; without it, none is written.
        every: steps between two checkpoints; the last step always gets one.
        until: stop after this step instead of after the recipe's last.
        progress: show a bar with the losses.

    Raises:
        ValueError: the checkpoint was made with other settings, or a batch is larger than
            the data.
    """
    fabric = fabric or make_fabric()
    fabric.launch()
    run = start(recipe, fabric)
    if checkpoint and checkpoint.is_file():
        resume(run, recipe, checkpoint)
    batches = Batches(recipe, fabric)
    recorded: list[tuple[int, Losses]] = []
    last = recipe.steps if until is None else min(until, recipe.steps)
    with tqdm(
        total=last, initial=run.step, desc=recipe.name, disable=not (progress and is_first(fabric))
    ) as bar:
        while run.step < last:
            recorded.append((run.step, one_step(run, recipe, batches)))
            bar.update()
            if run.step % 50 == 0:
                bar.set_postfix({name: f"{value:.3f}" for name, value in recorded[-1][1].items()})
            if checkpoint and (run.step % every == 0 or run.step == last):
                save(run, recipe, checkpoint)
    run.history += [(step, {k: float(v) for k, v in losses.items()}) for step, losses in recorded]
    return run


def start(recipe: Recipe, fabric: Fabric) -> Run:
    """Networks and optimisers as the recipe's seed makes them, on fabric's device."""
    with torch.random.fork_rng():
        torch.manual_seed(recipe.seed)
        networks = recipe.make_networks()
    for network in networks.values():
        network.to(memory_format=torch.channels_last)
    trained = {}
    for name, network in networks.items():
        learns = any(parameter.requires_grad for parameter in network.parameters())
        trained[name] = fabric.setup_module(network) if learns else fabric.to_device(network)
    optimizers = {
        name: fabric.setup_optimizers(optimizer)
        for name, optimizer in recipe.make_optimizers(trained).items()
    }
    return Run(fabric, trained, optimizers)  # type: ignore[arg-type]


def one_step(run: Run, recipe: Recipe, batches: "Batches") -> Losses:
    """One update, as a function of the run's state, the seed and the step alone."""
    for optimizer in run.optimizers.values():
        for group in optimizer.param_groups:
            group["lr"] = optimizer.defaults["lr"] * recipe.schedule(run.step)
    generator = seeded(recipe.seed, run.step, run.fabric.global_rank)
    losses = recipe.update(run, batches[run.step], generator)
    run.step += 1
    return losses


def save(run: Run, recipe: Recipe, path: Path) -> None:
    """Write a checkpoint that is either whole or not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    run.fabric.save(part, {**_state(run), "step": run.step, "settings": _settings(recipe)})
    if is_first(run.fabric):
        os.replace(part, path)
    run.fabric.barrier()


def resume(run: Run, recipe: Recipe, path: Path) -> None:
    """Bring a fresh run to where a checkpoint was written.

    Raises:
        ValueError: the checkpoint was made with other settings.
    """
    saved: dict[str, Any] = run.fabric.load(path, weights_only=True)
    if saved["settings"] != _settings(recipe):
        raise ValueError(
            f"{path} was made with {saved['settings']}, not with {_settings(recipe)}: "
            "use its settings, or another file"
        )
    run.fabric.load(path, _state(run), strict=False, weights_only=True)
    run.step = saved["step"]


class Batches:
    """The k-th batch of a recipe's shuffled data, for any k, on the device.

    All of the data is kept there. Each epoch has an order of its own; what does not fill a
    batch is left out. Each process gets its share.
    """

    def __init__(self, recipe: Recipe, fabric: Fabric):
        self.data = LabelledImages(*(fabric.to_device(tensor) for tensor in recipe.load()))
        self.seed, self.count = recipe.seed, recipe.images_per_step()
        self.share = slice(fabric.global_rank, None, fabric.world_size)
        if self.count > len(self.data.labels):
            raise ValueError(
                f"a step takes {self.count} images and there are {len(self.data.labels)}: "
                "use a smaller batch_size, or full=True"
            )
        self.order = lru_cache(maxsize=1)(self._order)

    def __getitem__(self, step: int) -> LabelledImages:
        """The images and labels of one step."""
        epoch, place = divmod(step, len(self.data.labels) // self.count)
        index = self.order(epoch)[place * self.count : (place + 1) * self.count][self.share]
        return LabelledImages(self.data.images[index], self.data.labels[index])

    def _order(self, epoch: int) -> Tensor:
        generator = seeded(self.seed, epoch, -1)
        order = torch.randperm(len(self.data.labels), generator=generator)
        return order.to(self.data.labels.device)


def seeded(seed: int, step: int, stream: int) -> Generator:
    """A generator on the CPU, unrelated to those of other seeds, steps and streams."""
    # torch takes 32 bits of a seed, and neighbouring ones start alike: so mix them first.
    mixed = np.random.SeedSequence([seed, step, stream + 1]).generate_state(1)[0]
    return Generator().manual_seed(int(mixed))


def is_first(fabric: Fabric) -> bool:
    """Whether this process is the one that prints and writes."""
    return fabric.is_global_zero


def _state(run: Run) -> dict[str, Any]:
    return {**run.networks, **run.optimizers}


def _settings(recipe: Recipe) -> str:
    return json.dumps({"recipe": recipe.name, **dataclasses.asdict(recipe)}, sort_keys=True)
