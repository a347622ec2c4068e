"""`retouch train RECIPE`: a recipe's settings as options, and where to run it."""

import argparse
import dataclasses
from collections.abc import Sequence
from pathlib import Path

from retouch.recipes import RECIPES, make_fabric, train
from retouch.recipes.base import Recipe, Run
from retouch.recipes.evaluate import Yardstick, finished, make_yardstick, quality_table
from retouch.recipes.shipped import save_product, shipped_yardstick
from retouch.recipes.training import PRECISIONS
from retouch.weights import FOLDER


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, measure, store; the exit status."""
    options = vars(make_parser().parse_args(arguments))
    recipe_class = RECIPES[options.pop("recipe")]
    names = [setting.name for setting in dataclasses.fields(recipe_class)]
    recipe = recipe_class(**{name: options[name] for name in names})
    output = options["output"] or Path(f"{recipe.name}.safetensors")
    fabric = make_fabric(options["accelerator"], options["devices"], options["precision"])
    run = train(recipe, fabric=fabric, checkpoint=output.with_suffix(".ckpt"))
    if not fabric.is_global_zero:
        return 0
    card = save_product(run, recipe, output, _yardstick(run, recipe, options["classifier"]))
    print(quality_table({recipe.name: dict(card.quality)}))
    print(f"weights: {output}")
    return 0


def _yardstick(run: Run, recipe: Recipe, path: Path) -> Yardstick | None:
    """What a recipe's product is measured with; None where it is not needed, or not there."""
    if type(recipe).measure is not Recipe.measure:
        return None
    if recipe.name == "classifier":
        return make_yardstick(finished(run, recipe), recipe.full)  # type: ignore[arg-type]
    if path.is_file():
        return shipped_yardstick(recipe.full, run.fabric.device, path)
    print(f"no classifier at {path}, so nothing is measured: train the recipe classifier")
    return None


def make_parser() -> argparse.ArgumentParser:
    """A sub-command per recipe, an option per setting."""
    parser = argparse.ArgumentParser(prog="retouch train", description="Train a recipe.")
    commands = parser.add_subparsers(dest="recipe", required=True, metavar="RECIPE")
    for name, recipe in RECIPES.items():
        title = (recipe.__doc__ or "").splitlines()[0]
        command = commands.add_parser(name, help=title, description=title)
        settings = command.add_argument_group("settings")
        for setting in dataclasses.fields(recipe):
            _add_setting(settings, setting.name, setting.default)
        place = command.add_argument_group("where")
        place.add_argument(
            "--accelerator", default="auto", help="auto (the default), cpu, cuda or mps"
        )
        place.add_argument(
            "--devices", type=int, default=1, help="processes, one per GPU; default: 1"
        )
        place.add_argument("--precision", choices=PRECISIONS, help="without it, the device's best")
        place.add_argument(
            "--output", type=Path, help="file for the weights; default: RECIPE.safetensors"
        )
        place.add_argument(
            "--classifier",
            type=Path,
            default=FOLDER / "classifier.safetensors",
            help="weights that measure the quality; default: those that ship",
        )
    return parser


def _add_setting(group: argparse._ArgumentGroup, name: str, default: object) -> None:
    option = "--" + name.replace("_", "-")
    if isinstance(default, bool):
        group.add_argument(
            option,
            action=argparse.BooleanOptionalAction,
            default=default,
            help="default: %(default)s",
        )
    else:
        group.add_argument(option, type=type(default), default=default, help="default: %(default)s")


if __name__ == "__main__":
    raise SystemExit(main())
