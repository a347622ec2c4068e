"""Which known mistake a failing answer makes, found by what it does.

An answer resembles a mistake when, wherever the mistake shows, the answer's values lie much
nearer to the mistake's than to the expected ones, and wherever it doesn't, the answer is right.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.check.compare import difference, dtype_family, numbers
from autograder.check.data import Case, CheckData, Mistake, Outcome, Record
from autograder.check.rules import Rule
from autograder.check.values import Value, identical

NEAR = 0.05
NEAR_BETWEEN = 0.25
ROUNDING = 1e-6


def resembling(data: CheckData, record: Record) -> list[Mistake]:
    """The mistakes that an answer resembles, the nearest first."""
    distances = [(_distance(data, mistake, record), mistake) for mistake in data.mistakes]
    near = [(distance, mistake) for distance, mistake in distances if distance <= 1]
    return [mistake for _, mistake in sorted(near, key=lambda pair: pair[0])]


def _distance(data: CheckData, mistake: Mistake, record: Record) -> float:
    """0 where the answer does what the mistake does, above 1 where it doesn't."""
    triples = zip(data.cases, mistake.outcomes, record.outcomes, strict=True)
    return _largest(_case_distance(case, wrong, got) for case, wrong, got in triples)


def _largest(distances: Iterator[float]) -> float:
    """The largest distance, or the first above 1: the answer does something else then."""
    largest = 0.0
    for distance in distances:
        largest = max(largest, distance)
        if largest > 1:
            break
    return largest


def _case_distance(case: Case, wrong: Outcome | None, got: Outcome) -> float:
    if wrong is None:
        wrong = Outcome(case.expected)
    if wrong.crash or got.crash:
        same = wrong.crash and got.crash and wrong.crash.type == got.crash.type
        return 0.0 if same else np.inf
    if set(got.observed) != set(wrong.observed):
        return np.inf
    names = [name for name in case.expected if name in wrong.observed]
    return _largest(
        _value_distance(case.expected[n], case.rules[n], wrong.observed[n], got.observed[n])
        for n in names
    )


def _value_distance(expected: Value, rule: Rule, wrong: Value, got: Value) -> float:
    if difference(expected, rule, wrong) is None:
        return 0.0 if difference(expected, rule, got) is None else np.inf
    if wrong.kind in ("sequence", "mapping") and wrong.kind == got.kind:
        return 0.0 if difference(wrong, rule, got) is None else np.inf
    near, far = numbers(wrong), numbers(expected)
    have = numbers(got)
    if near is None or have is None:
        return 0.0 if identical(wrong, got) else np.inf
    if near.shape != have.shape or _family(wrong) != _family(got):
        return np.inf
    if far is None or far.shape != near.shape or _family(expected) != _family(wrong):
        return 0.0 if np.allclose(near, have, rtol=1e-2, equal_nan=True) else np.inf
    return _ratio(near, far, have) / (NEAR_BETWEEN if rule.name == "between" else NEAR)


def _family(value: Value) -> tuple[str, str]:
    return value.type, dtype_family(value.data) if value.kind == "array" else value.kind


def _ratio(near: np.ndarray, far: np.ndarray, have: np.ndarray) -> float:
    """How far an answer is from the mistake, in units of the mistake's own distance."""
    if not np.array_equal(np.isfinite(near), np.isfinite(have)):
        return np.inf
    if not np.array_equal(near[~np.isfinite(near)], have[~np.isfinite(near)], equal_nan=True):
        return np.inf
    # From infinity everything is equally far: there the answer has to give what the mistake gives.
    alone = np.isfinite(near) & ~np.isfinite(far)
    if not np.allclose(near[alone], have[alone], rtol=1e-2):
        return np.inf
    usable = np.isfinite(near) & np.isfinite(far)
    off = np.linalg.norm(have[usable] - near[usable])
    # Mistakes are stored in single precision. Where one shows only in what is not finite, that
    # rounding is also all that lies between it and the expected values.
    if off <= ROUNDING * np.linalg.norm(near[usable]):
        return 0.0
    width = np.linalg.norm(near[usable] - far[usable])
    return float(off / width) if width else np.inf
