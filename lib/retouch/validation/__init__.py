"""Checks of what a caller hands in, and the one line that says what is wrong with it.

Every refusal reads "NAME: expected WHAT, got FOUND; ADVICE": a TypeError for another kind of
thing, a ValueError for a wrong shape or value. A check of a number returns it as Python's own,
so that NumPy's are as welcome. Here and in `arrays` PyTorch is not imported; tensors are checked
by `retouch.validation.tensors`.
"""

import math
import operator
from collections.abc import Collection, Sequence
from numbers import Real

__all__ = ["choice", "height_and_width", "number", "whole", "wrong_type", "wrong_value"]


def wrong_type(name: str, expected: str, got: object, advice: str = "") -> TypeError:
    """The error for an argument of another type or dtype, to be raised.

    >>> wrong_type("labels", "whole numbers", "torch.float32", "round them")
    TypeError('labels: expected whole numbers, got torch.float32; round them')
    """
    return TypeError(_line(name, expected, got, advice))


def wrong_value(name: str, expected: str, got: object, advice: str = "") -> ValueError:
    """The error for an argument of another shape or value, to be raised."""
    return ValueError(_line(name, expected, got, advice))


def whole(
    value: object,
    name: str,
    *,
    at_least: int | None = None,
    at_most: int | None = None,
    advice: str = "",
) -> int:
    """A whole number (Python's, NumPy's or a tensor of one) as an int.

    Raises:
        TypeError: not a whole number; a boolean is none.
        ValueError: outside its bounds.
    """
    expected = "a whole number" + _bounds(at_least=at_least, at_most=at_most)
    try:
        if "bool" in type(value).__name__:
            raise TypeError
        result = operator.index(value)  # type: ignore[arg-type]  # it asks whether it can
    except TypeError:
        raise wrong_type(name, expected, repr(value), advice) from None
    if (at_least is not None and result < at_least) or (at_most is not None and result > at_most):
        raise wrong_value(name, expected, result, advice)
    return result


def number(  # noqa: PLR0913 - the four bounds
    value: object,
    name: str,
    *,
    at_least: float | None = None,
    above: float | None = None,
    at_most: float | None = None,
    below: float | None = None,
    advice: str = "",
) -> float:
    """A finite number (Python's or NumPy's) as a float.

    Raises:
        TypeError: not a number; a boolean is none.
        ValueError: NaN, infinite or outside its bounds.
    """
    expected = "a finite number" + _bounds(at_least, above, at_most, below)
    if not isinstance(value, Real) or "bool" in type(value).__name__:
        raise wrong_type(name, expected, repr(value), advice)
    result = float(value)
    fits = (
        math.isfinite(result)
        and (at_least is None or result >= at_least)
        and (above is None or result > above)
        and (at_most is None or result <= at_most)
        and (below is None or result < below)
    )
    if not fits:
        raise wrong_value(name, expected, f"{result:g}", advice)
    return result


def height_and_width(size: object, name: str = "size", *, at_least: int = 1) -> tuple[int, int]:
    """Height and width in pixels: from a pair of whole numbers, or from one for a square.

    Raises:
        TypeError: neither.
        ValueError: a side is under its minimum.
    """
    pair = (size, size) if not isinstance(size, Sequence) else tuple(size)
    if len(pair) != 2 or isinstance(size, str):
        raise wrong_value(name, "(height, width) in pixels, or one number for both", repr(size))
    height, width = (whole(side, name, at_least=at_least, advice="in pixels") for side in pair)
    return height, width


def choice(value: object, name: str, choices: Collection[str]) -> str:
    """One of a few names.

    Raises:
        ValueError: another name, or no name at all.
    """
    if not isinstance(value, str) or value not in choices:
        raise wrong_value(name, f"one of {', '.join(choices)}", repr(value))
    return value


def _bounds(
    at_least: float | None = None,
    above: float | None = None,
    at_most: float | None = None,
    below: float | None = None,
) -> str:
    """Bounds in words: " in [0, 1)" where there are two, " of at least 1" and so on for one."""
    low, high = at_least if above is None else above, at_most if below is None else below
    if low is not None and high is not None:
        brackets = "[" if above is None else "(", "]" if below is None else ")"
        return f" in {brackets[0]}{low:g}, {high:g}{brackets[1]}"
    if low is not None:
        return f" of at least {low:g}" if above is None else f" above {low:g}"
    if high is not None:
        return f" of at most {high:g}" if below is None else f" below {high:g}"
    return ""


def _line(name: str, expected: str, got: object, advice: str) -> str:
    found = " ".join(str(got).split())
    found = found if len(found) <= 200 else found[:199] + "…"
    return f"{name}: expected {expected}, got {found}" + (f"; {advice}" if advice else "")
