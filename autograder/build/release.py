"""Preparing an instructor's course directory for nbgrader: `retouch release`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from autograder.build.course import build_unit, public
from autograder.build.notebook import instructor_notebook, release_hash, to_json
from autograder.build.proof import proved_data
from autograder.build.source import UnitSource, read_unit
from autograder.check import public_unit
from autograder.check.data import CheckData
from autograder.errors import UserError
from autograder.released import (
    CONFIG_FILE,
    GRADING_FOLDER,
    HIDDEN_FOLDER,
    course_seed,
    unit_file,
)
from autograder.units import CHECKS, Unit

CONFIG = '''"""nbgrader's settings for this course; made by `retouch release`, and yours to edit."""

import os
import sys

c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "retouch"
c.CourseDirectory.root = os.path.dirname(os.path.abspath(__file__))

# A question's rubric stands in the question's own cell, which students get without it.
c.ClearMarkScheme.enforce_metadata = False

# nbgrader calls `alembic`, which stands beside it also when the environment isn't activated.
os.environ["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])

# `nbgrader autograde` and the formgrader's button grade as `retouch grade` does: answers run in
# a sandbox, and one submission never stops the others. What students wrote is cleaned before the
# formgrader and feedback show it. Without these lines, nbgrader runs each notebook itself, and
# your browser whatever is in it, unprotected.
from autograder.grade.plugin import install  # noqa: E402

install()
'''


Progress = Callable[[str], None]


def release_unit(
    unit: Unit, directory: Path, progress: Progress = lambda _line: None
) -> list[Path]:
    """Write a unit into a course directory; the written files, in order.

    Args:
        unit: the unit.
        directory: the course directory.
        progress: called with a line about each exercise.

    Raises:
        UserError: the directory cannot be written, or the secret's cases can't be proved.
    """
    source = read_unit(unit)
    try:
        seed = course_seed(directory)
        files = _files(source, seed, progress)
        for path, content in files.items():
            _write(directory / path, content)
    except OSError as error:
        raise UserError(
            f"{directory}: expected a directory to write to, found {error.strerror}; "
            "choose another with --to"
        ) from error
    return list(files)


def _files(source: UnitSource, seed: int, progress: Progress) -> dict[Path, bytes]:
    """Everything that a release consists of, by path below the course directory."""
    folder = source.unit.folder
    files = {Path(CONFIG_FILE): CONFIG.encode()}
    notebook = to_json(instructor_notebook(source)).encode()
    files[Path("source") / folder / f"{folder}.ipynb"] = notebook
    texts = f"{CHECKS}/{public_unit.FILE}"
    files[Path("source") / folder / texts] = public(source).dump()
    visible = {item.path: item.content for item in build_unit(source) if item.is_check_data}
    for path, content in visible.items():
        files[Path("source") / folder / path] = content
    draws = {}
    for exercise, content in zip(source.exercises, visible.values(), strict=True):
        shown = CheckData.load(content)
        hidden, draws[exercise.file] = proved_data(source, exercise, seed, shown, progress)
        files[HIDDEN_FOLDER / folder / exercise.file] = hidden.dump()
        files[GRADING_FOLDER / folder / exercise.file] = shown.joined(hidden).dump()
    return files | _texts(source, draws)


def _texts(source: UnitSource, draws: dict[str, int]) -> dict[Path, bytes]:
    """What answers may build on while they are graded: setup cells, and earlier solutions."""
    setup = [cell.text for cell in source.setup()]
    solutions = {exercise.file: exercise.answer.text for exercise in source.exercises}
    return unit_file(source.unit.folder, release_hash(source), setup, solutions, draws)


def _write(path: Path, content: bytes) -> None:
    if path.name == CONFIG_FILE and path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
