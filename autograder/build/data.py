"""Making check data: the solution and every wrong answer are run on the cases, and recorded."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.build.answers import solution_functions, variant_functions
from autograder.build.side_effects import effects_in, held_effects, only_held
from autograder.build.source import Cell, Exercise, UnitSource, diagnosis
from autograder.check.compare import difference
from autograder.check.crash import normalised
from autograder.check.data import Case, CheckData, Crash, Mistake, Outcome, Record
from autograder.check.observe import Functions, compile_observe, observe_answer, run_case
from autograder.check.values import Value, decode, encode

PUBLIC_SEED = 0
HIDDEN_ROUNDS = 2


def visible_data(unit: UnitSource, exercise: Exercise) -> CheckData:
    """The check data that every student has."""
    cases = _expected(exercise, solution_functions(unit, exercise), _visible(unit, exercise))
    held = held_effects(unit, exercise, cases)
    return _with_mistakes(unit, exercise, check_data(exercise, only_held(cases, held)))


def hidden_data(
    unit: UnitSource,
    exercise: Exercise,
    seed: int,
    draw: int = 0,
    visible: CheckData | None = None,
) -> CheckData:
    """Check data that nobody knows who doesn't know the seed.

    Args:
        unit: the exercise's unit.
        exercise: the exercise.
        seed: the secret.
        draw: how often to draw again.
        visible: the visible check data, if they are there; made anew otherwise.
    """
    held = effects_in(visible or visible_data(unit, exercise))
    return _with_mistakes(unit, exercise, hidden_questions(unit, exercise, seed, draw, held))


def hidden_questions(
    unit: UnitSource, exercise: Exercise, seed: int, draw: int, held: set[str]
) -> CheckData:
    """Hidden check data without the known mistakes, which take the longest to make."""
    first = 1 + draw * HIDDEN_ROUNDS
    rounds = range(first, first + HIDDEN_ROUNDS)
    cases = [case for n in rounds for case in _draw(exercise, unit, seed, n, "hidden")]
    expected = _expected(exercise, solution_functions(unit, exercise), cases)
    return check_data(exercise, only_held(expected, held))


def full_data(unit: UnitSource, exercise: Exercise, seed: int, draw: int = 0) -> CheckData:
    """The visible and the hidden cases together, for judging outside a notebook."""
    visible = visible_data(unit, exercise)
    return visible.joined(hidden_data(unit, exercise, seed, draw, visible))


def _visible(unit: UnitSource, exercise: Exercise) -> list[Case]:
    return _draw(exercise, unit, PUBLIC_SEED, 0, "visible")


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


def check_data(exercise: Exercise, cases: list[Case]) -> CheckData:
    """Check data without mistakes."""
    return CheckData(
        exercise.id,
        exercise.points,
        exercise.functions,
        exercise.forbid,
        exercise.hints,
        exercise.observe.text if exercise.observe else None,
        cases,
        [],
    )


def _with_mistakes(unit: UnitSource, exercise: Exercise, data: CheckData) -> CheckData:
    mistakes = [
        _mistake(data, cell, variant_functions(unit, exercise, cell)) for cell in exercise.wrongs
    ]
    return replace(data, mistakes=mistakes)


def _expected(exercise: Exercise, solution: Functions, cases: list[Case]) -> list[Case]:
    """Cases with what the solution does on them."""
    source = exercise.observe.text if exercise.observe else None
    return [_expect(exercise, case, solution, source) for case in cases]


def _expect(exercise: Exercise, case: Case, solution: Functions, source: str | None) -> Case:
    """A case with what the solution does on it."""
    outcome, rules = run_case(solution, case, compile_observe(source, exercise.id))
    if outcome.crash:
        exercise.answer.fail(
            f"the solution raises {outcome.crash.type}: {outcome.crash.message} in the case "
            f"{case.name!r} {outcome.crash.line}; correct the solution, the case or `observe`"
        )
    return Case(case.name, case.inputs, outcome.observed, rules, case.source)


def _mistake(data: CheckData, cell: Cell, functions: Functions) -> Mistake:
    """A wrong answer's outcomes; None where it does what is right."""
    record: Record = observe_answer(functions, data)
    pairs = zip(data.cases, record.outcomes, strict=True)
    outcomes = [
        None if _is_right(case, outcome) else _terse(case, outcome) for case, outcome in pairs
    ]
    return Mistake(cell.title, diagnosis(cell), outcomes, **cell.options)


def _is_right(case: Case, outcome: Outcome) -> bool:
    return outcome.crash is None and all(
        name in outcome.observed
        and difference(value, case.rules[name], outcome.observed[name]) is None
        for name, value in case.expected.items()
    )


def _terse(case: Case, outcome: Outcome) -> Outcome:
    """An outcome without the mistake's own code and prints, which students must not see.

    Half the digits are enough to recognise a mistake by.
    """
    crash = outcome.crash
    if crash is None:
        kept = {name: outcome.observed[name] for name in case.expected if name in outcome.observed}
        return Outcome({name: _halved(value) for name, value in kept.items()})
    return Outcome(crash=Crash(crash.type, normalised(crash.message), place=crash.place))


def _halved(value: Value) -> Value:
    if value.kind == "array" and value.data.dtype == np.float64:
        return replace(value, data=value.data.astype(np.float32))
    return value
