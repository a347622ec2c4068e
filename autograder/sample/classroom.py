"""A sample class: `retouch demo-class` writes submissions, and the grade that each must get.

Honest students pick among an exercise's right, other right and wrong answers and its stub. The
others hand in what breaks graders, or attacks them (`autograder.sample.adversarial`).
"""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from autograder.build.answers import prelude, stub_text
from autograder.build.edits import without_marks
from autograder.build.exercise import Exercise
from autograder.build.percent import Cell
from autograder.build.release import release_unit
from autograder.build.source import UnitSource, read_unit
from autograder.cell_ids import answer_id
from autograder.check.forbid import forbidden_uses, origins
from autograder.errors import UserError
from autograder.units import Unit

EXPECTED = "expected.json"
EVERY = 4
SHARES = {"solution": 0.3, "right": 0.3, "wrong": 0.3, "stub": 0.1}


@dataclass(frozen=True)
class Choice:
    """An answer that a student may hand in: its text, what it is, and whether it is right."""

    text: str
    what: str
    right: bool


@dataclass
class Paper:
    """One submission in the making.

    Attributes:
        notebook: the JSON document.
        scores: the points that each exercise must get.
        files: other files to write, by name, instead of or beside the notebook.
        what: in words, what is handed in.
        plain: whether nbgrader without Retouch's engine must come to the same scores.
    """

    notebook: dict[str, Any]
    scores: dict[str, float]
    what: str = "honest"
    honest: bool = True
    plain: bool = True
    files: dict[str, bytes] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    def fail(self, exercise: Exercise | None = None) -> None:
        """Expect no points for one exercise, or for all."""
        for name in [exercise.id] if exercise else list(self.scores):
            self.scores[name] = 0.0

    def cell(self, exercise: Exercise) -> dict[str, Any]:
        """The answer cell of an exercise."""
        return next(c for c in self.notebook["cells"] if grade_id(c) == answer_id(exercise.id))


def write_demo_class(directory: Path, unit: Unit, students: int, seed: int) -> None:
    """Prepare a course directory with a sample class and `expected.json`.

    Args:
        directory: where; it must be empty or not exist.
        unit: which unit they submit.
        students: how many.
        seed: the same seed gives the same class.

    Raises:
        UserError: the directory is in use, or the numbers make no sense.
    """
    if students < 1:
        raise UserError(f"expected --students of 1 or more, found {students}")
    if directory.exists() and any(directory.iterdir()):
        raise UserError(f"expected an empty or new directory, found files in {directory}")
    prepare_course(directory, unit)
    source = read_unit(unit)
    expected = {}
    for name, paper in papers(source, released(directory, unit), students, seed):
        hand_in(directory, name, unit.folder, paper)
        expected[name] = {
            "what": paper.what,
            "honest": paper.honest,
            "plain_nbgrader": paper.plain,
            "score": sum(paper.scores.values()),
            "exercises": paper.scores,
        }
    total = sum(exercise.points for exercise in source.exercises)
    document = {"unit": unit.folder, "seed": seed, "max_score": total, "students": expected}
    (directory / EXPECTED).write_text(json.dumps(document, indent=1, ensure_ascii=False))


def prepare_course(directory: Path, unit: Unit) -> None:
    """Release a unit into a directory, and generate nbgrader's assignment there.

    Raises:
        UserError: the directory cannot be written, or nbgrader fails.
    """
    release_unit(unit, directory)
    generate_assignment(directory, unit.folder)


def generate_assignment(directory: Path, assignment: str) -> None:
    """Run nbgrader's `generate_assignment --force` in a course directory.

    Raises:
        UserError: it fails.
    """
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", assignment, "--force"]
    # nbgrader starts `alembic` by name, which lies beside this Python.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        [*command, "--log-level=ERROR"],
        cwd=directory,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise UserError(f"`nbgrader generate_assignment` failed: {done.stderr.strip()[-300:]}")


def released(directory: Path, unit: Unit) -> dict[str, Any]:
    """The notebook that students of a prepared course get."""
    path = directory / "release" / unit.folder / f"{unit.folder}.ipynb"
    return json.loads(path.read_text(encoding="utf-8"))


def papers(
    source: UnitSource, notebook: dict[str, Any], students: int, seed: int, every: int = EVERY
) -> Iterator[tuple[str, Paper]]:
    """The submissions of a class, by the students' names; one of `every` is mischief."""
    from autograder.sample.adversarial import MISCHIEF

    rng = np.random.default_rng(seed)
    choices = {exercise.id: list(_choices(source, exercise)) for exercise in source.exercises}
    kinds = [MISCHIEF[number] for number in rng.permutation(len(MISCHIEF))]
    for number in range(1, students + 1):
        if number % every:
            yield f"student-{number:04}", _honest(source, notebook, choices, rng)
        else:
            paper = solved(source, notebook)
            paper.honest = paper.plain = False
            mischief = kinds[(number // every - 1) % len(kinds)]
            exercise = source.exercises[int(rng.integers(len(source.exercises)))]
            paper.what = f"{(mischief.__doc__ or '').rstrip('.')} ({exercise.id})"
            mischief(paper, exercise, source)
            yield f"student-{number:04}", paper


def solved(source: UnitSource, notebook: dict[str, Any]) -> Paper:
    """A submission in which every answer is the solution."""
    paper = Paper(copy.deepcopy(notebook), {e.id: e.points for e in source.exercises})
    for exercise in source.exercises:
        paper.cell(exercise)["source"] = without_marks(exercise.answer.text)
    return paper


def grade_id(cell: dict[str, Any]) -> str:
    """A cell's nbgrader id, or an empty text."""
    return cell["metadata"].get("nbgrader", {}).get("grade_id", "")


def _choices(source: UnitSource, exercise: Exercise) -> Iterator[Choice]:
    solution = without_marks(exercise.answer.text)
    yield Choice(solution, "solution", True)
    yield Choice(stub_text(exercise.answer.text), "stub", False)
    for cell in [*exercise.rights, *exercise.wrongs]:
        text = f"{solution}\n\n\n{cell.text}"
        yield Choice(text, cell.kind, cell.kind == "right" and _is_allowed(source, exercise, cell))


def _is_allowed(source: UnitSource, exercise: Exercise, right: Cell) -> bool:
    """Whether a right answer keeps to the rules for students; as an oracle it need not."""
    texts = tuple(cell.text for cell in prelude(source, exercise))
    return not forbidden_uses(right.text, exercise.forbid, origins(texts))


def _honest(
    source: UnitSource,
    notebook: dict[str, Any],
    choices: dict[str, list[Choice]],
    rng: np.random.Generator,
) -> Paper:
    paper = Paper(copy.deepcopy(notebook), {})
    bad: list[str] = []
    for exercise in source.exercises:
        kind = rng.choice(list(SHARES), p=list(SHARES.values()))
        fitting = [choice for choice in choices[exercise.id] if choice.what == kind]
        choice = fitting[int(rng.integers(len(fitting)))]
        paper.cell(exercise)["source"] = choice.text
        paper.scores[exercise.id] = exercise.points if choice.right else 0.0
        # nbgrader alone runs an answer with the student's own earlier functions.
        paper.plain &= not any(re.search(rf"\b{name}\b", choice.text) for name in bad)
        if not choice.right:
            bad += exercise.functions
    return paper


def hand_in(directory: Path, student: str, unit: str, paper: Paper) -> None:
    """Write a submission into a course directory."""
    folder = directory / "submitted" / student / unit
    folder.mkdir(parents=True)
    files = paper.files or {f"{unit}.ipynb": json.dumps(paper.notebook).encode()}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    for name, target in paper.links.items():
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(target)
