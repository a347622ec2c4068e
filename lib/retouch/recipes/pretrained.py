"""From a finished run to a file of weights, and from the file to a model."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import torch
from torch import nn

from retouch.recipes.base import Recipe, Run
from retouch.recipes.evaluate import Quality, Yardstick, make_yardstick
from retouch.weights import FOLDER, Card, load_weights, save_weights

Measure = Callable[[nn.Module], Quality]


def save_product(
    run: Run,
    path: Path,
    measure: Measure | None = None,
    dtype: torch.dtype = torch.float16,
) -> Card:
    """Store what a run was for, with its recipe and the quality of what is stored.

    Args:
        run: a finished training.
        path: ends in .safetensors.
        measure: says what the product is worth; without it, the recipe's own way.
        dtype: of the weights in the file; the quality is that of the rounded weights.
    """
    recipe, product = run.recipe, run.product()
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
        quality=(measure or recipe.measure)(product),
        dtype=dtype,
    )


def load_product(path: Path) -> tuple[nn.Module, Recipe, Card]:
    """The model of a file, in evaluation mode on the CPU, its recipe, and its card.

    Raises:
        FileNotFoundError, ValueError: see `retouch.weights.load_weights`; or the card names a
            recipe or settings that there aren't, or its weights are not such a network's.
    """
    tensors, card = load_weights(path)
    recipe = _recipe_of(card, path)
    product = recipe.product(recipe.make_networks())
    try:
        product.load_state_dict(tensors)
    except RuntimeError as error:
        raise ValueError(
            f"the weights in {path} are not those of the recipe {card.recipe!r} with the "
            "settings on its card: train it anew"
        ) from error
    return product.eval(), recipe, card


def pretrained(name: str) -> tuple[nn.Module, Recipe, Card]:
    """The model that ships under a name, usually its recipe's.

    Raises:
        FileNotFoundError: none does.
    """
    path = FOLDER / f"{name}.safetensors"
    if not path.is_file():
        names = ", ".join(sorted(file.stem for file in FOLDER.glob("*.safetensors")))
        raise FileNotFoundError(f"no weights ship under {name!r}; choose one of {names}")
    return load_product(path)


def pretrained_yardstick(
    full: bool = True, device: torch.device | str = "cpu", path: Path | None = None
) -> Yardstick:
    """A yardstick with the classifier that ships, or with the one at `path`."""
    classifier = load_product(path or FOLDER / "classifier.safetensors")[0]
    return make_yardstick(classifier.to(device), full)


def _recipe_of(card: Card, path: Path) -> Recipe:
    from retouch.recipes import RECIPES

    try:
        return RECIPES[card.recipe](**card.settings)
    except (KeyError, TypeError) as error:
        raise ValueError(
            f"the card of {path} is of another version: its recipe {card.recipe!r} or one of its "
            f"settings is unknown ({error}); train it anew"
        ) from error
