"""Judging single files in the grading sandbox: `retouch judge` and `retouch check`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.build.answers import prelude, stub_text
from autograder.build.data import full_data
from autograder.build.judging import find_exercise, read_answer
from autograder.cell_ids import answer_id
from autograder.check.answer import Answer, Slot, build_answer, program_of
from autograder.check.data import CheckData
from autograder.check.judge import Verdict, without
from autograder.check.public_unit import PublicUnit
from autograder.errors import UserError
from autograder.grade.pool import observer_maker
from autograder.grade.submissions.candidates import MAX_RAW
from autograder.grade.submissions.notebook import (
    NotANotebook,
    cells_of,
    parse_notebook,
)
from autograder.grade.verdict import remarked, verdict_of
from autograder.sandbox.job import Job, Limits, Observer, Task
from autograder.units import CHECKS

SEVERAL = 10.0**9


@dataclass(frozen=True)
class Judged:
    """The verdict on one answer, and how it was read."""

    verdict: Verdict
    notes: tuple[str, ...] = ()


def judge_files(
    exercise_id: str, files: Sequence[Path], seed: int, trust: bool = False
) -> Iterator[Judged]:
    """The verdict on each answer file, hidden cases included.

    Args:
        exercise_id: such as "basic_processing.convolve2d".
        files: Python files that define the exercise's functions, or notebooks.
        seed: the secret that the hidden cases are drawn from.
        trust: run them without a sandbox.

    Raises:
        UserError: no such exercise or file, or no sandbox.
    """
    unit, exercise = find_exercise(exercise_id)
    earlier = unit.exercises[: unit.exercises.index(exercise)]
    slot = Slot(
        answer_id(exercise.id),
        tuple(exercise.functions),
        stub_text(exercise.answer.text),
        tuple(exercise.forbid),
        tuple(cell.text for cell in prelude(unit, exercise)),
        frozenset(name for other in earlier for name in other.functions),
    )
    answers = [_answer(path, slot) for path in files]
    data = full_data(unit, exercise, seed)
    with closing(_observer(trust)) as observer:
        for answer in answers:
            yield _judged(observer, data, slot, answer, _hidden([data]))


def check_notebook(path: Path, trust: bool = False) -> Iterator[Judged]:
    """The verdict on each exercise of a notebook, from the visible cases beside it.

    Raises:
        UserError: the file is no notebook of the course, or there is no sandbox.
    """
    nodes = _nodes(path)
    folder = path.parent / CHECKS
    sources = [CheckData.read(source) for source in sorted(folder.glob("*.npz"))]
    if not sources:
        raise UserError(f"expected check data in {folder}, found none")
    unit = PublicUnit.read(folder)
    with closing(_observer(trust)) as observer:
        for data in sources:
            slot = unit.slot(data)
            answer = build_answer(cells_of(nodes, [slot.name]), slot)
            yield _judged(observer, data, slot, answer, _hidden(sources))


def _judged(
    observer: Observer, data: CheckData, slot: Slot, answer: Answer, hide: tuple[str, ...]
) -> Judged:
    if answer.problem or answer.forbidden:
        reason = answer.problem or without(answer.forbidden)
        return Judged(remarked(data, reason), answer.notes)
    tasks = [
        Task(data.exercise, part.questions().dump(), slot.prelude, answer.program)
        for part in data.by_source()
    ]
    results = observer.observe(Job("answer", tuple(tasks), hide))
    return Judged(verdict_of(data, results, Limits(), answer.text), answer.notes)


def _observer(trust: bool) -> Observer:
    return observer_maker(trust)(replace(Limits(), submission_seconds=SEVERAL))


def _hidden(data: Sequence[CheckData]) -> tuple[str, ...]:
    names = {name for one in data for name in one.forbid}
    return tuple(sorted(name for name in names if name.partition(".")[0] == "retouch"))


def _answer(path: Path, slot: Slot) -> Answer:
    if path.suffix == ".ipynb":
        return build_answer(cells_of(_nodes(path), [slot.name]), slot)
    return program_of(read_answer(path), slot)


def _nodes(path: Path) -> list[dict[str, Any]]:
    """The cells of a notebook file.

    Raises:
        UserError: it does not exist, or is no notebook.
    """
    try:
        if path.stat().st_size > MAX_RAW:
            raise UserError(f"{path}: expected at most {MAX_RAW // 2**20} MB, found more")
        document = parse_notebook(path.read_bytes())
    except OSError as error:
        reason = (error.strerror or "an unreadable file").lower()
        raise UserError(f"{path}: expected a notebook, found {reason}") from error
    except NotANotebook as error:
        raise UserError(f"{path}: expected a notebook, found none: {error}") from error
    return [node for node in document["cells"] if isinstance(node, dict)]
