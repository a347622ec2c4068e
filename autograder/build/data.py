"""Making check data: the solution and every wrong answer are run on the cases, and recorded."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.build.answers import solution_functions, variant_functions
from autograder.build.digest import sources_digest
from autograder.build.exercise import Exercise, diagnosis
from autograder.build.forgery import telling_cases
from autograder.build.percent import Cell
from autograder.build.side_effects import effects_in, held_effects, only_held
from autograder.build.source import UnitSource
from autograder.check import archive
from autograder.check.compare import difference
from autograder.check.conclude import compile_conclude, concluded, conclusions
from autograder.check.crash import normalised
from autograder.check.data import Case, CheckData, Crash, Mistake, Outcome
from autograder.check.judge import judge
from autograder.check.observe import Functions, compile_observe, observe_answer, run_case
from autograder.check.rules import RAW
from autograder.check.values import Value, decode, encode
from autograder.units import CHECKS

PUBLIC_SEED = 0
HIDDEN_ROUNDS = 2


def visible_data(unit: UnitSource, exercise: Exercise) -> CheckData:
    """The check data that every student has."""
    return _with_mistakes(unit, exercise, visible_questions(unit, exercise))


def visible_questions(unit: UnitSource, exercise: Exercise) -> CheckData:
    """The visible check data without the known mistakes, which take the longest to make."""
    cases = _draw(exercise, PUBLIC_SEED, 0, "visible")
    data = expected_data(unit, exercise, cases)
    return only_held(data, held_effects(unit, exercise, data))


def shipped_data(unit: UnitSource, exercise: Exercise) -> CheckData:
    """The visible check data in `course/` where they are fresh, else new ones."""
    content = fresh_content(unit, exercise)
    return CheckData.load(content) if content else visible_data(unit, exercise)


def fresh_content(unit: UnitSource, exercise: Exercise) -> bytes | None:
    """The file of an exercise's check data in `course/`, if it is what the sources make."""
    path = unit.unit.course / CHECKS / exercise.file
    content = path.read_bytes() if path.is_file() else b""
    return content if content and not staleness(unit, exercise, content) else None


def staleness(unit: UnitSource, exercise: Exercise, content: bytes) -> str:
    """Why check data are not what the sources make, in a few words; empty where they are.

    The sources are compared by their digest, and the solution's values by the exercise's own
    rules. What wrong answers do may differ in the last digits from processor to processor.
    """
    try:
        data = CheckData.load(content)
    except (archive.ArchiveError, TypeError):
        return "holds no check data of this version"
    if data.sources != sources_digest(unit, exercise):
        return "differs from its source in solutions/"
    verdict = judge(data, observe_answer(solution_functions(unit, exercise), data))
    return "" if verdict.passed else f"differs from its solution: {verdict.lines[0]}"


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
        draw: how many draws from this seed were discarded before.
        visible: the visible check data, if they are there; made anew otherwise.
    """
    visible = visible or visible_questions(unit, exercise)
    return _with_mistakes(unit, exercise, hidden_questions(unit, exercise, seed, draw, visible))


def hidden_questions(
    unit: UnitSource, exercise: Exercise, seed: int, draw: int, visible: CheckData
) -> CheckData:
    """The hidden check data without the known mistakes.

    A case that a copy of what is recorded of the visible one would pass hides nothing, and is
    left out; unless none is left.
    """
    hidden = drawn_data(unit, exercise, seed, draw, visible)
    telling = telling_cases(unit, exercise, visible, hidden)
    return replace(hidden, cases=telling or hidden.cases)


def drawn_data(
    unit: UnitSource, exercise: Exercise, seed: int, draw: int, visible: CheckData
) -> CheckData:
    """All hidden cases of a draw, with what the solution does on them."""
    first = 1 + draw * HIDDEN_ROUNDS
    rounds = range(first, first + HIDDEN_ROUNDS)
    cases = [case for n in rounds for case in _draw(exercise, seed, n, "hidden")]
    return only_held(expected_data(unit, exercise, cases), effects_in(visible))


def full_data(unit: UnitSource, exercise: Exercise, seed: int, draw: int = 0) -> CheckData:
    """The visible and the hidden cases together, for judging outside a notebook."""
    visible = shipped_data(unit, exercise)
    return visible.joined(hidden_data(unit, exercise, seed, draw, visible))


def _draw(exercise: Exercise, seed: int, number: int, source: str) -> list[Case]:
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


def expected_data(unit: UnitSource, exercise: Exercise, cases: list[Case]) -> CheckData:
    """Check data with what the solution does on these cases, and no mistakes."""
    data = CheckData(
        exercise.id,
        exercise.points,
        exercise.functions,
        exercise.forbid,
        exercise.hints,
        exercise.observe.text if exercise.observe else None,
        cases,
        [],
        exercise.conclude.text if exercise.conclude else None,
        sources_digest(unit, exercise),
    )
    solution = solution_functions(unit, exercise)
    return replace(data, cases=[_expect(exercise, data, case, solution) for case in cases])


def _with_mistakes(unit: UnitSource, exercise: Exercise, data: CheckData) -> CheckData:
    """Check data together with what each wrong answer does on their cases."""
    mistakes = [
        _mistake(data, cell, variant_functions(unit, exercise, cell)) for cell in exercise.wrongs
    ]
    return replace(data, mistakes=mistakes)


def _expect(exercise: Exercise, data: CheckData, case: Case, solution: Functions) -> Case:
    """A case with what the solution does on it, and what is concluded from that."""
    outcome, rules = run_case(solution, case, compile_observe(data.observe, exercise.id))
    if outcome.crash:
        exercise.answer.fail(
            f"the solution raises {outcome.crash.type}: {outcome.crash.message} in the case "
            f"{case.name!r} {outcome.crash.line}; correct the solution, the case or `observe`"
        )
    conclude = compile_conclude(data.conclude, exercise.id)
    drawn = conclusions(conclude, case, outcome) if conclude else {}
    held = {name: rule for name, rule in rules.items() if rule.name != RAW}
    values = {name: outcome.observed[name] for name in held}
    for name, (value, rule) in drawn.items():
        values[name], held[name] = value, rule
    return replace(case, expected=values, rules=held, concluded=list(drawn))


def _mistake(data: CheckData, cell: Cell, functions: Functions) -> Mistake:
    """A wrong answer's outcomes; None where it does what is right."""
    record = concluded(data, observe_answer(functions, data))
    pairs = zip(data.cases, record.outcomes, strict=True)
    outcomes = [
        None if _is_right(case, outcome) else _terse(case, outcome) for case, outcome in pairs
    ]
    raises, when = (cell.options.get(name, "") for name in ("raises", "when"))
    return Mistake(cell.title, diagnosis(cell), outcomes, raises, when)


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
