"""What a recipe's settings may be: found out before anything is trained."""

import math
import operator
from collections.abc import Callable
from dataclasses import fields
from typing import Any, Literal, get_args, get_origin, get_type_hints

FROM_ZERO = ("seed", "scene", "blocks")
"""Whole numbers that may be 0; the others count something that there must be one of."""


class TrainingError(ValueError):
    """Something that a person gave to a training is wrong.

    The text is one line: what was expected, what was found, what to do. `retouch train` prints
    it without a traceback and exits with status 2.
    """


def check_settings(recipe: Any) -> None:
    """Refuse settings of a frozen dataclass that cannot be meant; make NumPy's numbers Python's.

    Raises:
        TrainingError: a choice that there isn't, a count below 1, a number that is negative or
            not finite, or something that is no number where one is needed.
    """
    hints = get_type_hints(type(recipe))
    for setting in fields(recipe):
        value = _checked(setting.name, getattr(recipe, setting.name), hints[setting.name])
        object.__setattr__(recipe, setting.name, value)


def require_square(crop: int, side: int, least: int = 1) -> None:
    """Refuse squares that do not fit into images of `side`×`side` pixels.

    Raises:
        TrainingError: crop is not between least and side.
    """
    if not least <= crop <= side:
        raise TrainingError(f"expected crop from {least} to side, which is {side}; got {crop}")


def _checked(name: str, value: Any, hint: Any) -> Any:
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            raise TrainingError(f"expected {name} among {get_args(hint)}, got {value!r}")
        return value
    return _CHECKS[hint](name, value)


def _count(name: str, value: Any) -> int:
    least = 0 if name in FROM_ZERO else 1
    try:
        count = operator.index(value)
    except TypeError:
        count = least - 1
    if count < least:
        raise TrainingError(f"expected {name} as a whole number from {least} on, got {value!r}")
    return count


def _number(name: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not (math.isfinite(number) and number >= 0):
        raise TrainingError(f"expected {name} as a number from 0 on, got {value!r}")
    return number


_CHECKS: dict[type, Callable[[str, Any], Any]] = {
    int: _count,
    float: _number,
    bool: lambda _, value: bool(value),
    str: lambda _, value: str(value),
}
