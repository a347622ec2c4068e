"""Which side effects an exercise's answers must not have, decided when the check data are made."""

from __future__ import annotations

import re
from dataclasses import replace

from autograder.build.answers import stub_text, variant_functions
from autograder.build.exercise import Exercise
from autograder.build.source import UnitSource
from autograder.check.data import Case, CheckData
from autograder.check.effects import ANNOUNCED, MESSAGES
from autograder.check.observe import observe_answer
from autograder.check.values import Value


def held_effects(unit: UnitSource, exercise: Exercise, data: CheckData) -> set[str]:
    """The observations of side effects that the exercise's text announces and its answers keep.

    Args:
        unit: the exercise's unit.
        exercise: the exercise.
        data: its visible cases, with what the solution does on them.
    """
    text = told(unit, exercise)
    announced = {name for name in MESSAGES if re.search(ANNOUNCED.get(name, ""), text, re.I)}
    held = announced & _kept_by_all([case.expected for case in data.cases])
    for cell in exercise.rights if held else ():
        record = observe_answer(variant_functions(unit, exercise, cell), data)
        if not record.forbidden:
            held &= _kept_by_all([outcome.observed for outcome in record.outcomes])
    return held


def effects_in(data: CheckData) -> set[str]:
    """The observations of side effects that check data hold an answer to."""
    return {name for case in data.cases for name in case.expected} & set(MESSAGES)


def only_held(data: CheckData, held: set[str]) -> CheckData:
    """Check data without the observations of side effects that an answer is not held to."""
    dropped = set(MESSAGES) - (held & _kept_by_all([case.expected for case in data.cases]))
    return replace(data, cases=[_without(case, dropped) for case in data.cases])


def _without(case: Case, dropped: set[str]) -> Case:
    expected = {name: value for name, value in case.expected.items() if name not in dropped}
    return replace(case, expected=expected, rules={name: case.rules[name] for name in expected})


def told(unit: UnitSource, exercise: Exercise) -> str:
    """What a student reads of an exercise: its prose, and the signature with its docstring."""
    lesson = next(one for one in unit.lessons if one.exercise and one.exercise.id == exercise.id)
    prose = [cell.text for cell in lesson.cells if cell.kind == "markdown"]
    return "\n".join([*prose, stub_text(exercise.answer.text)])


def _kept_by_all(observations: list[dict[str, Value]]) -> set[str]:
    return {name for name in MESSAGES if all(_kept(observed, name) for observed in observations)}


def _kept(observed: dict[str, Value], name: str) -> bool:
    return name in observed and bool(observed[name].data)
