"""The hidden cases of a class, drawn until they are known to judge fairly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from autograder.build.answers import solution_functions, variant_functions
from autograder.build.data import hidden_data
from autograder.build.exercise import Exercise
from autograder.build.source import UnitSource
from autograder.check.data import CheckData, Outcome, Record
from autograder.check.diagnose import resembling
from autograder.check.judge import judge
from autograder.check.observe import Functions, observe_answer
from autograder.errors import UserError

DRAWS = 10


def proved_data(
    unit: UnitSource,
    exercise: Exercise,
    seed: int,
    visible: CheckData,
    progress: Callable[[str], None],
) -> tuple[CheckData, int]:
    """Hidden check data that judge every known answer as it deserves; and which draw they are.

    A draw that doesn't is discarded. The outcome depends on the seed alone.

    Raises:
        UserError: no draw does; the exercise is at fault.
    """
    for draw in range(DRAWS):
        hidden = hidden_data(unit, exercise, seed, draw, visible)
        problem = next(_problems(unit, exercise, visible, hidden), "")
        if not problem:
            again = f" (draw {draw + 1})" if draw else ""
            counts = f"{len(hidden.cases)} hidden cases, {1 + len(exercise.rights)} right and "
            progress(f"✓ {exercise.id}: {counts}{len(exercise.wrongs)} wrong answers tried{again}")
            return hidden, draw
        progress(f"  {exercise.id}: {problem}; drawing again")
    raise UserError(
        f"{exercise.id}: expected hidden cases that judge the known answers rightly, found none in "
        f"{DRAWS} draws ({problem}); run `retouch verify {exercise.id}`, and mend the exercise"
    )


def _problems(
    unit: UnitSource, exercise: Exercise, visible: CheckData, hidden: CheckData
) -> Iterator[str]:
    """What is wrong with a draw, a line each."""
    yield from _failure("the solution", solution_functions(unit, exercise), hidden)
    for cell in exercise.rights:
        functions = variant_functions(unit, exercise, cell)
        yield from _failure(f"the right answer {cell.title!r}", functions, hidden)
    yield from _confused(exercise, visible.joined(hidden))


def _failure(what: str, functions: Functions, hidden: CheckData) -> Iterator[str]:
    permissive = replace(hidden, forbid=[])
    verdict = judge(permissive, observe_answer(functions, permissive))
    if not verdict.passed:
        yield f"{what} fails: {verdict.lines[0]}"


def _confused(exercise: Exercise, data: CheckData) -> Iterator[str]:
    """Wrong answers that pass, or are taken for another; from what is stored of them."""
    for mistake, cell in zip(data.mistakes, exercise.wrongs, strict=True):
        pairs = zip(data.cases, mistake.outcomes, strict=True)
        outcomes = [outcome or Outcome(case.expected) for case, outcome in pairs]
        if not any(mistake.outcomes):
            yield f"the wrong answer {cell.title!r} passes"
        for other in resembling(data, Record(outcomes), cell.text):
            if other.title != cell.title:
                yield f"the wrong answer {cell.title!r} is taken for {other.title!r}"
