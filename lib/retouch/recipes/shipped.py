"""From a finished run to a file of weights, and from the file to a model."""

from dataclasses import asdict
from pathlib import Path

import torch
from torch import nn

from retouch.recipes.base import Recipe, Run
from retouch.recipes.evaluate import Yardstick, finished, make_yardstick, quality
from retouch.weights import FOLDER, Card, load_weights, save_weights


def save_product(
    run: Run,
    recipe: Recipe,
    path: Path,
    yardstick: Yardstick | None = None,
    dtype: torch.dtype = torch.float16,
) -> Card:
    """Store what a run was for, with its recipe and the quality of what is stored.

    Args:
        run, recipe: a finished training.
        path: ends in .safetensors.
        yardstick: to measure with, for recipes that do not measure for themselves; without
            it, their card has no quality.
        dtype: of the weights in the file; the quality is that of the rounded weights.
    """
    product = finished(run, recipe)
    rounded = {
        name: value.to(dtype).to(value) if value.is_floating_point() else value
        for name, value in product.state_dict().items()
    }
    product.load_state_dict(rounded)
    return save_weights(
        path,
        rounded,
        recipe=recipe.name,
        seed=recipe.seed,
        settings=asdict(recipe),
        quality=quality(recipe, product, yardstick),
        dtype=dtype,
    )


def load_product(path: Path) -> tuple[nn.Module, Recipe, Card]:
    """The model of a file, in evaluation mode on the CPU, its recipe, and its card.

    Raises:
        FileNotFoundError, ValueError: see `retouch.weights.load_weights`.
    """
    from retouch.recipes import RECIPES

    tensors, card = load_weights(path)
    recipe = RECIPES[card.recipe](**card.settings)
    product = recipe.product(recipe.make_networks())
    product.load_state_dict(tensors)
    return product.eval(), recipe, card


def shipped(name: str) -> tuple[nn.Module, Recipe, Card]:
    """The model that ships under a recipe's name.

    Raises:
        FileNotFoundError: none does.
    """
    return load_product(FOLDER / f"{name}.safetensors")


def shipped_yardstick(
    full: bool = True, device: torch.device | str = "cpu", path: Path | None = None
) -> Yardstick:
    """A yardstick with the shipped classifier, or with the one at `path`."""
    classifier = load_product(path or FOLDER / "classifier.safetensors")[0]
    return make_yardstick(classifier.to(device), full)  # type: ignore[arg-type]
