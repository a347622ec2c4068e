"""Lessons: the percent files of a unit, in order, with no id claimed twice."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from autograder.build.exercise import Exercise, points_of, read_exercise
from autograder.build.percent import PRIVATE, Cell, SourceError, parse_cells, shown
from autograder.units import Unit


@dataclass(frozen=True)
class Lesson:
    """One source file: its cells in order, and its exercise if it has one."""

    path: Path
    cells: list[Cell]
    exercise: Exercise | None = None


@dataclass(frozen=True)
class UnitSource:
    """All lesson sources of one unit, in order."""

    unit: Unit
    lessons: list[Lesson]

    @property
    def exercises(self) -> list[Exercise]:
        """The unit's exercises, in order."""
        return [lesson.exercise for lesson in self.lessons if lesson.exercise]

    def setup(self) -> list[Cell]:
        """The cells that run before any answer does."""
        return [cell for lesson in self.lessons for cell in lesson.cells if cell.kind == "setup"]


def read_unit(unit: Unit) -> UnitSource:
    """Read and check all lesson sources of a unit.

    Raises:
        SourceError: a file is malformed, or two claim the same id.
    """
    paths = sorted(unit.sources.glob("*.py"))
    if not paths:
        raise SourceError(f"{shown(unit.sources)}: expected lesson files NN_name.py, found none")
    lessons = [read_lesson(path, unit) for path in paths]
    _check_ids(lessons)
    return UnitSource(unit, lessons)


def read_lesson(path: Path, unit: Unit) -> Lesson:
    """Read and check one lesson source.

    Raises:
        SourceError: the file is malformed.
    """
    if not re.fullmatch(r"\d\d_[a-z][a-z0-9_]*", path.stem):
        raise SourceError(f"{shown(path)}:1: expected a name such as 40_convolve2d.py; rename it")
    cells = parse_cells(path)
    answers = [cell for cell in cells if cell.kind == "exercise"]
    if len(answers) > 1:
        answers[1].fail("expected one exercise in a file, found a second; move it to its own file")
    if answers:
        return Lesson(path, cells, read_exercise(path, unit, cells, answers[0]))
    stray = [cell for cell in cells if cell.kind in PRIVATE]
    if stray:
        stray[0].fail(f"found a {stray[0].kind} without an exercise; write a `# %% exercise` cell")
    return Lesson(path, cells)


@dataclass
class _Ids:
    """The ids that a unit's files claim, to find two claims of one."""

    seen: dict[str, Cell] = field(default_factory=dict)

    def claim(self, name: str, cell: Cell) -> None:
        if name in self.seen:
            other = self.seen[name]
            cell.fail(
                f"the id {name!r} is already taken at {shown(other.path)}:{other.line}; "
                "choose another name"
            )
        self.seen[name] = cell


def _check_ids(lessons: list[Lesson]) -> None:
    ids = _Ids()
    for lesson in lessons:
        if lesson.exercise:
            ids.claim(lesson.exercise.id.partition(".")[2], lesson.exercise.answer)
        for cell, follower in zip(lesson.cells, [*lesson.cells[1:], None], strict=True):
            if cell.kind == "question":
                _check_question(cell, follower)
                ids.claim(cell.title, cell)
            if cell.kind in ("right", "wrong") and cell.title:
                _claim_title(ids, lesson, cell)


def _claim_title(ids: _Ids, lesson: Lesson, cell: Cell) -> None:
    ids.claim(f"{lesson.path.stem}: {cell.kind} {cell.title}", cell)


def _check_question(cell: Cell, follower: Cell | None) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", cell.title):
        cell.fail(f"expected a name, such as `# %% question poster points=4`, found {cell.title!r}")
    points_of(cell)
    if follower is None or follower.kind != "rubric":
        cell.fail("expected a `# %% rubric` cell right after the question, found none")
