"""Making check data: the solution and every wrong answer are run on the cases, and recorded."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.build.answers import solution_functions, variant_functions
from autograder.build.exercise import Exercise, diagnosis
from autograder.build.source import UnitSource
from autograder.check.compare import difference
from autograder.check.data import Case, CheckData, Mistake, Outcome, Record
from autograder.check.observe import Functions, compile_observe, observe_answer, run_case
from autograder.check.values import Value, decode, encode

PUBLIC_SEED = 0
HIDDEN_ROUNDS = 2


def visible_data(unit: UnitSource, exercise: Exercise) -> CheckData:
    """The check data that every student has."""
    return _check_data(unit, exercise, _draw(exercise, unit, PUBLIC_SEED, 0, "visible"))


def hidden_data(unit: UnitSource, exercise: Exercise, seed: int) -> CheckData:
    """Check data that nobody knows who doesn't know the seed."""
    cases = [
        case
        for number in range(1, HIDDEN_ROUNDS + 1)
        for case in _draw(exercise, unit, seed, number, "hidden")
    ]
    return _check_data(unit, exercise, cases)


def full_data(unit: UnitSource, exercise: Exercise, seed: int) -> CheckData:
    """The visible and the hidden cases together, for judging outside a notebook."""
    return visible_data(unit, exercise).joined(hidden_data(unit, exercise, seed))


def _draw(exercise: Exercise, unit: UnitSource, seed: int, number: int, source: str) -> list[Case]:
    """The cases of one round, with inputs as plain data."""
    namespace: dict[str, Any] = {"__name__": "cases"}
    exercise.cases.run(namespace)
    rng = np.random.default_rng([seed, number, zlib.crc32(exercise.id.encode())])
    cases = []
    for name, inputs in namespace["cases"](rng):
        plain = {key: _plain(exercise, name, key, value) for key, value in inputs.items()}
        cases.append(Case(name, plain, source=source))
    if not cases:
        exercise.cases.fail("expected `cases` to yield at least one case, found none")
    return cases


def _plain(exercise: Exercise, case: str, key: str, value: Any) -> Value:
    """An input as plain data, in the form in which it comes back from a file."""
    try:
        return encode(decode(encode(value)))
    except TypeError as error:
        exercise.cases.fail(
            f"expected plain data as input {key!r} of case {case!r}, found {error}; "
            "make the object in an `observe` cell"
        )


def _check_data(unit: UnitSource, exercise: Exercise, cases: list[Case]) -> CheckData:
    source = exercise.observe.text if exercise.observe else None
    solution = solution_functions(unit, exercise)
    expected = [_expect(exercise, case, solution, source) for case in cases]
    data = CheckData(
        exercise.id,
        exercise.points,
        exercise.functions,
        exercise.forbid,
        exercise.hints,
        source,
        expected,
        [],
    )
    mistakes = [
        _mistake(data, cell.title, diagnosis(cell), variant_functions(unit, exercise, cell))
        for cell in exercise.wrongs
    ]
    return replace(data, mistakes=mistakes)


def _expect(exercise: Exercise, case: Case, solution: Functions, source: str | None) -> Case:
    """A case with what the solution does on it."""
    outcome, rules = run_case(solution, case, compile_observe(source, exercise.id))
    if outcome.crash:
        exercise.answer.fail(
            f"the solution raises {outcome.crash.type}: {outcome.crash.message} in the case "
            f"{case.name!r} {outcome.crash.line}; correct the solution, the case or `observe`"
        )
    return Case(case.name, case.inputs, outcome.observed, rules, case.source)


def _mistake(data: CheckData, title: str, text: str, functions: Functions) -> Mistake:
    """A wrong answer's outcomes; None where it does what is right."""
    record: Record = observe_answer(functions, data)
    pairs = zip(data.cases, record.outcomes, strict=True)
    return Mistake(title, text, [None if _is_right(c, o) else _terse(o) for c, o in pairs])


def _is_right(case: Case, outcome: Outcome) -> bool:
    return outcome.crash is None and all(
        name in outcome.observed
        and difference(value, case.rules[name], outcome.observed[name]) is None
        for name, value in case.expected.items()
    )


def _terse(outcome: Outcome) -> Outcome:
    """An outcome without the mistake's own code and prints, which students must not see.

    Half the digits are enough to recognise a mistake by.
    """
    if outcome.crash is None:
        return Outcome({name: _halved(value) for name, value in outcome.observed.items()})
    return Outcome(crash=type(outcome.crash)(outcome.crash.type, "", ""))


def _halved(value: Value) -> Value:
    if value.kind == "array" and value.data.dtype == np.float64:
        return replace(value, data=value.data.astype(np.float32))
    return value
