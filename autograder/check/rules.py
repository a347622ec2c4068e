"""What an observation is held to: close within a tolerance, equal, or between two bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from autograder.check.values import Value, encode

RTOL, ATOL = 1e-4, 1e-5
RAW = "raw"


@dataclass(frozen=True)
class Rule:
    """How an observed value is compared with the expected one.

    Attributes:
        name: "close", "equal", "between", or "raw" for what is not compared itself.
        first, second: rtol and atol; the lower and upper bound; unused by "equal".
    """

    name: str
    first: float = 0.0
    second: float = 0.0

    @classmethod
    def default(cls, value: Value) -> Rule:
        """Close for floating-point values, equal for everything else."""
        floating = value.kind == "array" and value.data.dtype.kind in "fc"
        floating |= value.kind == "number" and isinstance(value.data, float | complex)
        containers = value.kind in ("sequence", "mapping")
        return cls("close", RTOL, ATOL) if floating or containers else cls("equal")


@dataclass(frozen=True)
class Ruled:
    """A value together with its rule, as `observe` returns it."""

    value: Any
    rule: Rule


def close(value: Any, rtol: float = RTOL, atol: float = ATOL) -> Ruled:
    """Hold a value to `|got - expected| <= atol + rtol * |expected|`, element by element."""
    return Ruled(value, Rule("close", rtol, atol))


def equal(value: Any) -> Ruled:
    """Hold a value to being exactly what the solution's is."""
    return Ruled(value, Rule("equal"))


def between(value: Any, low: float, high: float) -> Ruled:
    """Hold a number, or every element of an array, to `low <= value <= high`."""
    if not low <= high:
        raise ValueError(f"between: expected low <= high, got {low} and {high}")
    return Ruled(value, Rule("between", float(low), float(high)))


def raw(value: Any) -> Ruled:
    """Hand a value over to the exercise's `conclude`, which draws what is compared from it."""
    return Ruled(value, Rule(RAW))


def split(observed: Any) -> tuple[Value, Rule]:
    """The plain value and the rule of what `observe` returned under one name."""
    if isinstance(observed, Ruled):
        return encode(observed.value), observed.rule
    value = encode(observed)
    return value, Rule.default(value)
