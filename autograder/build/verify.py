"""The self-check: does every exercise hold, and does nothing leak to students?"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from typing import Any

from autograder.build.answers import (
    prelude,
    solution_functions,
    solution_lines,
    stub_functions,
    variant_functions,
)
from autograder.build.course import stale_files
from autograder.build.data import full_data
from autograder.build.exercise import Exercise, diagnosis
from autograder.build.forgery import forgery_problems
from autograder.build.pairs import false_names
from autograder.build.percent import Cell
from autograder.build.skeleton import left_to_do
from autograder.build.source import UnitSource, read_unit
from autograder.check.conclude import concluded
from autograder.check.data import CheckData, Record
from autograder.check.diagnose import resembling
from autograder.check.forbid import forbidden_uses, origins
from autograder.check.judge import judge, without
from autograder.check.observe import Functions, observe_answer
from autograder.errors import UserError
from autograder.units import CHECKS, Unit

SEEDS = (1, 2)
LEAK_LENGTH = 24
PAIRS = 12


@dataclass
class Report:
    """What `retouch verify` found of one exercise."""

    exercise: str
    points: float
    wrong: int
    right: int
    problems: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """The report in the form of `--json`."""
        return dict(vars(self))


def verify_units(
    units: list[Unit], only: str | None = None, jobs: int = 0, *, forgers: bool = False
) -> Iterator[Report]:
    """Verify units' exercises and their files in `course/`, one report at a time, in order.

    Args:
        units: the units.
        only: the id of the one exercise to verify; None for all, and the units' files.
        jobs: processes that share the work; 0 for one per core.
        forgers: find also what can be passed by guessing.

    Raises:
        UserError: fewer than that.
    """
    if jobs < 0:
        raise UserError(f"expected --jobs of 1 or more, found {jobs}")
    jobs = jobs or os.cpu_count() or 1
    tasks = [(*task, forgers) for unit in units for task in _tasks(unit, only)]
    if jobs == 1 or len(tasks) < 2:
        found = map(_verify, tasks)
        yield from (report for report in found if report)
        return
    # Two processes with a pool of threads each would take turns instead of running side by side.
    with ProcessPoolExecutor(min(jobs, len(tasks)), get_context("spawn"), _use_one_thread) as pool:
        yield from (report for report in pool.map(_verify, tasks) if report)


def _tasks(unit: Unit, only: str | None) -> Iterator[tuple[Unit, str | None]]:
    """The exercises of a unit, by id, and None for its files."""
    for exercise in read_unit(unit).exercises:
        if only in (None, exercise.id):
            yield unit, exercise.id
    if only is None:
        yield unit, None


def _verify(task: tuple[Unit, str | None, bool]) -> Report | None:
    """The report on one exercise, or on a unit's files where something is wrong with them."""
    unit, name, forgers = task
    source = read_unit(unit)
    for exercise in source.exercises:
        if exercise.id == name:
            return verify_exercise(source, exercise, forgers)
    pages = [lesson.path for lesson in source.lessons if not lesson.exercise]
    problems = [line for path in pages for line in left_to_do(path)]
    problems += stale_files(unit) + list(_leaks(source))
    return Report(unit.folder, 0, 0, 0, problems) if problems else None


def _use_one_thread() -> None:
    import torch

    torch.set_num_threads(1)


def verify_exercise(unit: UnitSource, exercise: Exercise, forgers: bool = False) -> Report:
    """Prove one exercise: solution, stub, right and wrong answers, on several hidden seeds."""
    counts = len(exercise.wrongs), len(exercise.rights)
    report = Report(exercise.id, exercise.points, *counts)
    if unfinished := left_to_do(exercise.answer.path):
        report.problems = unfinished  # what it does besides says nothing yet
        return report
    try:
        report.problems += _points_problems(exercise)
        for seed in SEEDS:
            data = full_data(unit, exercise, seed)
            report.problems += _problems(unit, exercise, data)
            if seed == SEEDS[0]:
                report.problems += false_names(unit, exercise, data, PAIRS)
            if forgers:
                report.problems += forgery_problems(unit, exercise, data)
    except UserError as error:
        report.problems.append(str(error))
    report.problems = list(dict.fromkeys(report.problems))
    return report


def _points_problems(exercise: Exercise) -> Iterator[str]:
    texts = [diagnosis(wrong) for wrong in exercise.wrongs]
    for text in sorted({text for text in texts if texts.count(text) > 1}):
        yield f"two wrong answers have the same diagnosis: {text}"


def _problems(unit: UnitSource, exercise: Exercise, data: CheckData) -> Iterator[str]:
    yield from _must_pass("the solution", solution_functions(unit, exercise), data)
    for cell in exercise.rights:
        functions = variant_functions(unit, exercise, cell)
        yield from _must_pass(f"the right answer {cell.title!r}", functions, _permissive(data))
    texts = tuple(cell.text for cell in prelude(unit, exercise))
    used = forbidden_uses(exercise.answer.text, exercise.forbid, origins(texts))
    if used:
        yield f"the solution fails: {without(used)}"
    stub = judge(data, observe_answer(stub_functions(unit, exercise), data))
    if stub.passed:
        yield "the stub passes; add a case that an empty answer fails"
    for cell in exercise.wrongs:
        yield from _must_be_named(cell, variant_functions(unit, exercise, cell), data)


def _permissive(data: CheckData) -> CheckData:
    """A right answer may use what students may not: it is an oracle."""
    return replace(data, forbid=[])


def _must_pass(what: str, functions: Functions, data: CheckData) -> Iterator[str]:
    verdict = judge(data, observe_answer(functions, data))
    if not verdict.passed:
        yield f"{what} fails: {verdict.lines[0]}"


def _must_be_named(cell: Cell, functions: Functions, data: CheckData) -> Iterator[str]:
    """A wrong answer fails, and it resembles itself and no other wrong answer."""
    raw = observe_answer(functions, _permissive(data))
    if judge(_permissive(data), raw).passed:
        yield f"the wrong answer {cell.title!r} passes; add a case in which it shows"
        return
    record = concluded(data, raw)
    visible = [case.source == "visible" for case in data.cases]
    for what, view in (("", None), (" on the visible cases", visible)):
        names = [mistake.title for mistake in resembling(*_view(data, record, view), cell.text)]
        if names[:1] != [cell.title]:
            found = repr(names[0]) if names else "none"
            yield f"the wrong answer {cell.title!r} is diagnosed as {found}{what}"
        elif len(names) > 1:
            yield (
                f"the wrong answer {cell.title!r} resembles {names[1]!r} too{what}; "
                "add a case in which they differ"
            )


def _view(data: CheckData, record: Record, keep: list[bool] | None) -> tuple[CheckData, Record]:
    """The data and the record of some of the cases only."""
    if keep is None:
        return data, record

    def chosen(items: list[Any]) -> list[Any]:
        return [item for item, kept in zip(items, keep, strict=True) if kept]

    mistakes = [replace(mistake, outcomes=chosen(mistake.outcomes)) for mistake in data.mistakes]
    part = replace(data, cases=chosen(data.cases), mistakes=mistakes)
    return part, replace(record, outcomes=chosen(record.outcomes))


def _leaks(unit: UnitSource) -> Iterator[str]:
    """Lines of solutions and of right and wrong answers that stand in `course/`."""
    public = "\n".join(_public_texts(unit))
    for exercise in unit.exercises:
        secret = [li for li in solution_lines(exercise.answer.text) if _is_telling(li)]
        for cell in [*exercise.rights, *exercise.wrongs]:
            secret += _code_lines(cell.text)
        allowed = "\n".join([*exercise.hints, _without_solution(exercise)])
        for line in dict.fromkeys(secret):
            if len(line) >= LEAK_LENGTH and line in public and line not in allowed:
                yield f"{exercise.id}: this line of an answer stands in course/: {line}"


def _code_lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if _is_telling(line.strip())]


def _is_telling(line: str) -> bool:
    """Whether a line says something of an answer: comments, imports and signatures don't."""
    return not line.startswith(("#", "def ", "import ", "from ", '"""'))


def _without_solution(exercise: Exercise) -> str:
    secret = set(solution_lines(exercise.answer.text))
    return "\n".join(li for li in exercise.answer.text.splitlines() if li.strip() not in secret)


def _public_texts(unit: UnitSource) -> Iterator[str]:
    """The texts that students get: cells, and the documents in the check data."""
    for path in sorted(unit.unit.course.glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            yield "".join(cell["source"])
    for path in sorted((unit.unit.course / CHECKS).glob("*.npz")):
        data = CheckData.read(path)
        yield data.observe or ""
        yield from (f"{mistake.title} {mistake.diagnosis}" for mistake in data.mistakes)
