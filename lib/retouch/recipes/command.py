"""`retouch train RECIPE`: a recipe's settings as options, and where to run it."""

import argparse
import dataclasses
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from torch import nn

from retouch.recipes import RECIPES, make_fabric, train
from retouch.recipes.base import Batch, Recipe, Run
from retouch.recipes.evaluate import Quality, make_yardstick, quality, quality_table
from retouch.recipes.fabric import ACCELERATORS, PRECISIONS
from retouch.recipes.fashion import FashionMNIST
from retouch.recipes.pretrained import load_product, pretrained_yardstick, save_product
from retouch.recipes.settings import TrainingError
from retouch.recipes.training import Interrupted
from retouch.weights import FOLDER


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, measure, store; the exit status: 0, 2 for bad input, 130 after Control-C."""
    options = vars(make_parser().parse_args(arguments))
    try:
        _train(options)
    except Interrupted as stop:
        print(f"retouch train: {stop}", file=sys.stderr)
        return 130
    except TrainingError as error:
        print(f"retouch train: {error}", file=sys.stderr)
        return 2
    return 0


def _train(options: dict[str, Any]) -> None:
    recipe_class = RECIPES[options["recipe"]]
    recipe = recipe_class(**{s.name: options[s.name] for s in dataclasses.fields(recipe_class)})
    output = options["output"] or Path(f"{recipe.name}.safetensors")
    fabric = make_fabric(options["accelerator"], options["devices"], options["precision"])
    require_writable(output)
    measure, data = _measure(recipe, options["classifier"]), _load(recipe)
    run = train(recipe, data=data, fabric=fabric, checkpoint=output.with_suffix(".ckpt"))
    if fabric.is_global_zero:
        card = save_product(run, output, partial(measure, run))
        print(quality_table({recipe.name: dict(card.quality)}))
        print(f"weights: {output}")


def require_writable(path: Path) -> None:
    """Try, before anything is trained, whether the weights can be written there.

    Raises:
        TrainingError: they can't; the text says why.
    """
    part = path.with_name(path.name + ".part")
    try:
        if path.is_dir():
            raise IsADirectoryError("it is a folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        part.touch()
        part.unlink()
    except OSError as error:
        raise TrainingError(
            f"expected --output as a file that can be written, got {path} "
            f"({error.strerror or error}): name another"
        ) from error


def _load(recipe: Recipe) -> Batch:
    try:
        return recipe.load()
    except (OSError, ValueError) as error:
        raise TrainingError(str(error)) from error


def _measure(recipe: Recipe, classifier: Path) -> Callable[[Run, nn.Module], Quality]:
    """What says how good a run's product is; a classifier's file is looked at at once."""
    if not isinstance(recipe, FashionMNIST):
        return lambda _run, product: recipe.measure(product)
    if recipe.name == "classifier":
        return lambda _run, product: quality(recipe, product, make_yardstick(product, recipe.full))
    if not classifier.is_file():
        print(f"no classifier at {classifier}, so nothing is measured: train the recipe classifier")
        return lambda _run, _product: {}
    try:
        load_product(classifier)
    except ValueError as error:
        raise TrainingError(str(error)) from error

    def measured(run: Run, product: nn.Module) -> Quality:
        yardstick = pretrained_yardstick(recipe.full, run.fabric.device, classifier)
        return quality(recipe, product, yardstick)

    return measured


def make_parser() -> argparse.ArgumentParser:
    """A sub-command per recipe, an option per setting."""
    parser = argparse.ArgumentParser(prog="retouch train", description="Train a recipe.")
    commands = parser.add_subparsers(dest="recipe", required=True, metavar="RECIPE")
    for name, recipe in RECIPES.items():
        title = (recipe.__doc__ or "").splitlines()[0]
        command = commands.add_parser(
            name, help=title, description=recipe.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )  # fmt: skip
        settings, hints = command.add_argument_group("settings"), get_type_hints(recipe)
        for setting in dataclasses.fields(recipe):
            _add_setting(settings, setting.name, hints[setting.name], setting.default)
        _add_place(command.add_argument_group("where"))
    return parser


def _add_setting(group: argparse._ArgumentGroup, name: str, hint: Any, default: object) -> None:
    kind: dict[str, Any] = {"type": hint}
    if hint is bool:
        kind = {"action": argparse.BooleanOptionalAction}
    elif get_origin(hint) is Literal:
        kind = {"choices": get_args(hint)}
    option = "--" + name.replace("_", "-")
    group.add_argument(option, default=default, help="default: %(default)s", **kind)


def _add_place(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--accelerator", choices=ACCELERATORS, default="auto", help="default: the fastest here"
    )
    group.add_argument("--devices", type=int, default=1, help="processes, one per GPU; default: 1")
    group.add_argument("--precision", choices=PRECISIONS, help="default: the device's best")
    group.add_argument(
        "--output", type=Path, help="file for the weights; default: RECIPE.safetensors"
    )
    group.add_argument(
        "--classifier",
        type=Path,
        default=FOLDER / "classifier.safetensors",
        help="weights that measure pictures of clothing; default: those that ship",
    )


if __name__ == "__main__":
    raise SystemExit(main())
