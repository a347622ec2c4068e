"""Which side effects an exercise's answers must not have, decided when the check data are made."""

from __future__ import annotations

import re
from dataclasses import replace

from autograder.build.answers import stub_text, variant_functions
from autograder.build.source import Exercise, UnitSource
from autograder.check.data import Case, CheckData
from autograder.check.effects import ANNOUNCED, MESSAGES
from autograder.check.forbid import forbidden_uses
from autograder.check.observe import compile_observe, run_case


def held_effects(unit: UnitSource, exercise: Exercise, cases: list[Case]) -> set[str]:
    """The observations of side effects that the exercise's text announces and its answers keep.

    Args:
        unit: the exercise's unit.
        exercise: the exercise.
        cases: with what the solution does on them.
    """
    text = told(unit, exercise)
    announced = {name for name in MESSAGES if re.search(ANNOUNCED.get(name, ""), text, re.I)}
    held = announced & _kept_by_all([case.expected for case in cases])
    source = compile_observe(exercise.observe.text if exercise.observe else None, exercise.id)
    for cell in exercise.rights:
        functions = variant_functions(unit, exercise, cell)
        if held and not forbidden_uses(list(functions.values()), exercise.forbid):
            outcomes = [run_case(functions, case, source)[0] for case in cases]
            held &= _kept_by_all([outcome.observed for outcome in outcomes])
    return held


def effects_in(data: CheckData) -> set[str]:
    """The observations of side effects that check data hold an answer to."""
    return {name for case in data.cases for name in case.expected} & set(MESSAGES)


def only_held(cases: list[Case], held: set[str]) -> list[Case]:
    """The cases without the observations of side effects that an answer is not held to."""
    dropped = set(MESSAGES) - (held & _kept_by_all([case.expected for case in cases]))
    return [
        replace(
            case,
            expected={name: v for name, v in case.expected.items() if name not in dropped},
            rules={name: rule for name, rule in case.rules.items() if name not in dropped},
        )
        for case in cases
    ]


def told(unit: UnitSource, exercise: Exercise) -> str:
    """What a student reads of an exercise: its prose, and the signature with its docstring."""
    lesson = next(one for one in unit.lessons if one.exercise and one.exercise.id == exercise.id)
    prose = [cell.text for cell in lesson.cells if cell.kind == "markdown"]
    return "\n".join([*prose, stub_text(exercise.answer.text)])


def _kept_by_all(observations: list[dict]) -> set[str]:
    return {name for name in MESSAGES if all(_kept(observed, name) for observed in observations)}


def _kept(observed: dict, name: str) -> bool:
    return name in observed and bool(observed[name].data)
