"""What can be guessed proves nothing: answers that write their record themselves.

The recorder runs beside the answer, so an answer can write what it likes. It knows the visible
cases. So a hidden case counts only where what is recorded of the visible one would fail it; and a
known mistake that computes its own arrays, but copies each yes, no and number, must fail too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from autograder.build.answers import solution_functions, variant_functions
from autograder.build.exercise import Exercise
from autograder.build.source import UnitSource
from autograder.check.data import Case, CheckData, Outcome, Record
from autograder.check.judge import judge
from autograder.check.observe import Functions, compile_observe, run_case

Outcomes = dict[str, Outcome]
"""What is recorded of cases, by their names."""


def recorded(functions: Functions, data: CheckData) -> Outcomes:
    """What an answer leaves in its record, before anything is concluded from it."""
    observe = compile_observe(data.observe, data.exercise)
    return {case.name: run_case(functions, case, observe)[0] for case in data.cases}


def telling_cases(
    unit: UnitSource, exercise: Exercise, visible: CheckData, hidden: CheckData
) -> list[Case]:
    """The hidden cases that a copy of the visible record would fail."""
    copied = recorded(solution_functions(unit, exercise), visible)
    return [case for case in hidden.cases if not _passes(hidden, case, copied.get(case.name))]


def forgery_problems(unit: UnitSource, exercise: Exercise, data: CheckData) -> Iterator[str]:
    """How the hidden cases of an exercise can be passed without doing the work, a line each."""
    visible, hidden = _part(data, "visible"), _part(data, "hidden")
    copied = recorded(solution_functions(unit, exercise), visible)
    if all(_passes(hidden, case, copied.get(case.name)) for case in hidden.cases):
        yield (
            "what is recorded of the visible cases passes every hidden case; record what depends "
            "on the hidden seed, and draw the yes and no in `conclude`"
        )
    for cell in exercise.wrongs:
        own = recorded(variant_functions(unit, exercise, cell), hidden)
        forged = {name: _with_copied_scalars(own[name], copied.get(name)) for name in own}
        if all(_passes(hidden, case, forged[case.name]) for case in hidden.cases):
            yield (
                f"the wrong answer {cell.title!r} passes the hidden cases with the yes, no and "
                "numbers of the visible ones; record the arrays that they are concluded from"
            )


def _passes(data: CheckData, case: Case, outcome: Outcome | None) -> bool:
    if outcome is None:
        return False
    alone = replace(data, cases=[case], mistakes=[])
    return judge(alone, Record([outcome])).passed


def _with_copied_scalars(own: Outcome, copied: Outcome | None) -> Outcome:
    """A record with its own arrays, and everything else as it is in another one."""
    if copied is None:
        return own
    values = {
        name: own.observed[name]
        if value.kind == "array" and name in own.observed and own.observed[name].kind == "array"
        else value
        for name, value in copied.observed.items()
    }
    return Outcome(values)


def _part(data: CheckData, source: str) -> CheckData:
    cases = [case for case in data.cases if case.source == source]
    return replace(data, cases=cases, mistakes=[])
