"""Checkpoints: a training on disk, either whole or not there."""

import dataclasses
import json
import pickle
from pathlib import Path
from typing import Any

from retouch.recipes.base import Recipe, Run
from retouch.recipes.settings import TrainingError


def save(run: Run, path: Path) -> None:
    """Write a checkpoint; what was there is replaced at the very end, and only by sound weights.

    Raises:
        TrainingError: a weight is not finite.
    """
    _require_finite(run, path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    run.fabric.save(part, {**_state(run), "step": run.step, "settings": _settings(run.recipe)})
    if run.fabric.is_global_zero:
        part.replace(path)
    run.fabric.barrier()


def resume(run: Run, path: Path) -> None:
    """Bring a fresh run to where a checkpoint was written.

    Raises:
        TrainingError: it is no checkpoint, or was made with other settings.
    """
    try:
        saved: dict[str, Any] = run.fabric.load(path, weights_only=True)
        settings, step = json.loads(saved["settings"]), int(saved["step"])
    except (OSError, EOFError, RuntimeError, ValueError, LookupError, TypeError,
            pickle.UnpicklingError) as error:  # fmt: skip
        raise TrainingError(
            f"{path} is no checkpoint, or a damaged one: delete it to begin anew, or use another"
        ) from error
    _require_same(settings, json.loads(_settings(run.recipe)), path)
    run.fabric.load(path, _state(run), strict=False, weights_only=True)
    run.step = step


def _require_finite(run: Run, path: Path) -> None:
    for name, network in run.networks.items():
        for key, value in network.state_dict().items():
            if value.is_floating_point() and not value.isfinite().all():
                last = f"{path} keeps an earlier step" if path.is_file() else "nothing is kept"
                raise TrainingError(
                    f"{key} of the network {name!r} has NaN or infinity after step "
                    f"{run.step - 1}; {last}: use a smaller learning rate"
                )


def _require_same(theirs: dict[str, Any], ours: dict[str, Any], path: Path) -> None:
    if theirs != ours:
        names = [name for name in {**ours, **theirs} if theirs.get(name) != ours.get(name)]
        names = ["recipe"] if "recipe" in names else names
        difference = ", ".join(f"{n}={theirs.get(n)!r} and not {ours.get(n)!r}" for n in names)
        raise TrainingError(f"{path} was made with {difference}: use its settings, or another file")


def _state(run: Run) -> dict[str, Any]:
    return {**run.networks, **run.optimizers}


def _settings(recipe: Recipe) -> str:
    return json.dumps({"recipe": recipe.name, **dataclasses.asdict(recipe)}, sort_keys=True)
