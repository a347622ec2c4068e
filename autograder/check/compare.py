"""How an observed value misses the expected one, in the words of a student."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from autograder.check.rules import Rule
from autograder.check.values import NUMPY, TORCH, Value, describe, is_generator

_KIND = re.compile(r"expected (a|None|'|\d\S* \(a).*, got (a|None|'|\S+ \(a)")


def difference(expected: Value, rule: Rule, got: Value) -> str | None:
    """What is wrong with `got`, or None where it keeps to the rule."""
    if rule.name == "between":
        return _outside(rule, got)
    problem = _kind_problem(expected, got)
    if problem:
        return problem
    if expected.kind == "array":
        return _array_problem(expected.data, got.data, rule)
    if expected.kind == "number":
        return _number_problem(expected, rule, got)
    if expected.kind == "sequence":
        return _items_problem(dict(enumerate(expected.data)), rule, dict(enumerate(got.data)))
    if expected.kind == "mapping":
        return _items_problem(expected.data, rule, got.data)
    same = expected.data == got.data
    return None if same else f"expected {describe(expected)}, got {describe(got)}"


def is_telling(problem: str) -> bool:
    """Whether a problem's text says more than which number was expected and which came."""
    kinds = (
        "expected shape",
        "expected values of",
        "nan or infinite",
        "(every value is",
        "items, got",
    )
    return any(words in problem for words in kinds) or bool(_KIND.search(problem))


def numbers(value: Value) -> np.ndarray | None:
    """A number or an array of numbers as float64 (complex stays complex), or None."""
    if value.kind == "array":
        array = value.data
    elif value.kind == "number":
        array = np.asarray(value.data)
    else:
        return None
    return array.astype(complex if array.dtype.kind == "c" else float)


def fits(expected: np.ndarray, rule: Rule, got: np.ndarray) -> np.ndarray:
    """Element by element, whether `got` keeps to the rule; NaN fits NaN."""
    if rule.name == "close":
        return np.isclose(got, expected, rtol=rule.first, atol=rule.second, equal_nan=True)
    both_nan = (got != got) & (expected != expected)
    return (got == expected) | both_nan


def _kind_problem(expected: Value, got: Value) -> str | None:
    if expected.kind == "number" and got.kind == "array" and got.data.size == 1:
        return None
    same_kind = expected.kind == got.kind
    if same_kind and (expected.kind != "array" or expected.type == got.type):
        return None
    return f"expected {describe(expected)}, got {describe(got)}{_advice(expected, got)}"


def _advice(expected: Value, got: Value) -> str:
    """What to do about a value of the wrong kind."""
    if got.kind == "none":
        return "; is a `return` missing?"
    if is_generator(got):
        return "; `yield` and `(... for ...)` make generators: build the whole result and return it"
    if (expected.type, got.type) == (NUMPY, TORCH):
        return "; turn the tensor into an array with `.numpy()`"
    if (expected.type, got.type) == (TORCH, NUMPY):
        return "; turn the array into a tensor with `torch.from_numpy`"
    if expected.type == NUMPY and got.kind in ("sequence", "number"):
        return "; make an array of it with `np.array`"
    if expected.type == TORCH and got.kind == "number":
        return "; stay in tensors: a Python number carries no gradient"
    return ""


def _array_problem(expected: np.ndarray, got: np.ndarray, rule: Rule) -> str | None:
    if expected.shape != got.shape:
        return f"expected shape {expected.shape}, got {got.shape}{_shape_advice(expected, got)}"
    if dtype_family(expected) != dtype_family(got):
        return f"expected values of {_family_name(expected)}, got {got.dtype}"
    if not expected.size:
        return None
    good = fits(expected, rule, got)
    return None if good.all() else _values_problem(expected, got, ~good)


def dtype_family(array: np.ndarray) -> str:
    """Dtypes that may stand for one another: any float, any integer, but uint8 is itself."""
    if array.dtype == np.uint8:
        return "uint8"
    return "i" if array.dtype.kind in "iu" else array.dtype.kind


def _family_name(array: np.ndarray) -> str:
    return {"f": "a float type", "i": "an integer type"}.get(dtype_family(array), str(array.dtype))


def _shape_advice(expected: np.ndarray, got: np.ndarray) -> str:
    if expected.ndim == got.ndim and sorted(expected.shape) == sorted(got.shape):
        return ": two sides are swapped"
    return ""


def _values_problem(expected: np.ndarray, got: np.ndarray, bad: np.ndarray) -> str:
    odd = ~np.isfinite(got) & np.isfinite(expected)
    if odd.any():
        return f"{_count(odd, 'value')} nan or infinite, where a finite number is expected"
    with np.errstate(invalid="ignore"):  # where both are infinite, which is good
        distance = np.where(bad, np.abs(_wide(got) - _wide(expected)), -1.0)
    distance = np.where(np.isnan(distance), np.inf, distance)
    worst = np.unravel_index(int(np.argmax(distance)), distance.shape)
    where = f" at [{', '.join(map(str, worst))}]" if worst else ""
    wrong = f"{_count(bad, 'value')} wrong, most of all{where}: "
    found = f"expected {expected[worst]:.6g}, got {got[worst]:.6g}"
    return (wrong if bad.size > 1 else "") + found + _scale_advice(_wide(expected), _wide(got))


def _wide(array: np.ndarray) -> np.ndarray:
    return array.astype(complex if array.dtype.kind == "c" else float)


def _count(bad: np.ndarray, noun: str) -> str:
    number = int(bad.sum())
    return f"{number} of {bad.size} {noun}s {'is' if number == 1 else 'are'}"


def _scale_advice(expected: np.ndarray, got: np.ndarray) -> str:
    """Name the factor when all values are off by the same one."""
    factors = {255: "255 times", 1 / 255: "1/255 of", -1: "minus", 2: "twice", 0.5: "half of"}
    for factor, words in factors.items():
        if expected.any() and np.allclose(got, factor * expected, rtol=1e-3, atol=1e-9):
            return f" (every value is {words} the expected one)"
    return ""


def _number_problem(expected: Value, rule: Rule, got: Value) -> str | None:
    want, have = numbers(expected), numbers(got)
    assert want is not None
    assert have is not None
    if isinstance(expected.data, bool) and got.kind == "number":
        same = expected.data == got.data
        return None if same else f"expected {expected.data}, got {got.data}"
    if fits(want, rule, have.reshape(())).all():
        return None
    return f"expected {want[()]:.6g}, got {have.reshape(())[()]:.6g}" + _scale_advice(want, have)


def _items_problem(expected: dict[Any, Value], rule: Rule, got: dict[Any, Value]) -> str | None:
    if list(expected) != list(got):
        return f"expected {len(expected)} items, got {len(got)}"
    for key, item in expected.items():
        nested = rule if rule.name == "close" and _is_float(item) else Rule.default(item)
        problem = difference(item, nested, got[key])
        if problem:
            return f"in item {key!r}: {problem}"
    return None


def _is_float(value: Value) -> bool:
    return Rule.default(value).name == "close"


def _outside(rule: Rule, got: Value) -> str | None:
    have = numbers(got)
    if have is None or have.dtype.kind == "c":
        return f"expected a number between {rule.first:g} and {rule.second:g}, got {describe(got)}"
    inside = (have >= rule.first) & (have <= rule.second)
    if inside.all():
        return None
    worst = have[~inside].flat[0]
    return f"expected between {rule.first:.4g} and {rule.second:.4g}, got {worst:.4g}"
