"""Which known mistake a failing answer makes, found by what it does.

An answer resembles a mistake when, wherever the mistake shows, the answer's values lie much
nearer to the mistake's than to the expected ones, and wherever it doesn't, the answer is right.

An exception is the mistake's when it says the same in the same kind of place. Many mistakes end
in the same exception, so it names one only where the values of another case agree too, or where
the mistake's cell declares the message by which it is known (`raises`).

Where two mistakes behave alike, a cell may add a condition on the answer's text (`when`): names
that it uses, or with a `!` does not use, several with `|` between them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import numpy as np

from autograder.check.compare import difference, dtype_family, numbers
from autograder.check.crash import normalised, same_crash
from autograder.check.data import Case, CheckData, Crash, Mistake, Outcome, Record
from autograder.check.rules import Rule
from autograder.check.values import Value, identical

NEAR = 0.05
NEAR_BETWEEN = 0.25
ROUNDING = 1e-6


def resembling(data: CheckData, record: Record, text: str | None = None) -> list[Mistake]:
    """The mistakes that an answer resembles, the nearest first.

    Args:
        data: the exercise.
        record: what was observed of the answer, on the same cases.
        text: the answer's source text; without it no mistake with a condition on it is named.
    """
    possible = [mistake for mistake in data.mistakes if _text_fits(mistake.when, text)]
    distances = [(_distance(data, mistake, record), mistake) for mistake in possible]
    near = [(distance, mistake) for distance, mistake in distances if distance <= 1]
    return [mistake for _, mistake in sorted(near, key=lambda pair: pair[0])]


def _text_fits(condition: str, text: str | None) -> bool:
    """Whether a text uses one of the names in `a|b`, or none of those in `!a|b`."""
    if not condition:
        return True
    if text is None:
        return False
    used = bool(names_used(text) & set(condition.removeprefix("!").split("|")))
    return used != condition.startswith("!")


def names_used(text: str) -> set[str]:
    """The names, attributes and keywords that a program uses."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return set()
    names: set[str] = set()
    for node in ast.walk(tree):
        values = (getattr(node, field, None) for field in ("id", "attr", "arg", "name"))
        names |= {value for value in values if isinstance(value, str)}
    return names


def _distance(data: CheckData, mistake: Mistake, record: Record) -> float:
    """0 where the answer does what the mistake does, above 1 where it doesn't."""
    triples = list(zip(data.cases, mistake.outcomes, record.outcomes, strict=True))
    if all(got.crash for _, _, got in triples) and not _declared(mistake, record):
        return np.inf
    return _largest(_case_distance(mistake.raises, *triple) for triple in triples)


def _declared(mistake: Mistake, record: Record) -> bool:
    """Whether the mistake is known by the exceptions alone that an answer raises."""
    crashes = [outcome.crash for outcome in record.outcomes if outcome.crash]
    return bool(mistake.raises) and all(_says(mistake.raises, crash) for crash in crashes)


def _says(pattern: str, crash: Crash) -> bool:
    return re.search(pattern, normalised(crash.message)) is not None


def _largest(distances: Iterator[float]) -> float:
    """The largest distance, or the first above 1: the answer does something else then."""
    largest = 0.0
    for distance in distances:
        largest = max(largest, distance)
        if largest > 1:
            break
    return largest


def _case_distance(raises: str, case: Case, wrong: Outcome | None, got: Outcome) -> float:
    if wrong is None:
        wrong = Outcome(case.expected)
    if wrong.crash or got.crash:
        return 0.0 if _same_crash(raises, wrong.crash, got.crash) else np.inf
    names = [name for name in case.expected if name in wrong.observed]
    if not set(names) <= set(got.observed):
        return np.inf
    return _largest(
        _value_distance(case.expected[n], case.rules[n], wrong.observed[n], got.observed[n])
        for n in names
    )


def _same_crash(raises: str, wrong: Crash | None, got: Crash | None) -> bool:
    if wrong is None or got is None:
        return False
    if raises and _says(raises, wrong):
        return (wrong.type, wrong.place) == (got.type, got.place) and _says(raises, got)
    return same_crash(wrong, got)


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
