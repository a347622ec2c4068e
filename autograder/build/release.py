"""Preparing an instructor's course directory for nbgrader: `retouch release`.

nbgrader_config.py            made once; the instructor's to edit
source/UNIT/                  the notebook with solutions, and the visible check data
.retouch/seed                 the secret that hidden cases come from; made once
.retouch/hidden/UNIT/         the hidden cases, outside everything that nbgrader hands out
.retouch/grading/UNIT/        all cases and the solutions, for `retouch grade`
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from autograder.build.course import build_unit
from autograder.build.data import hidden_data
from autograder.build.notebook import instructor_notebook, to_json
from autograder.build.source import UnitSource, read_unit
from autograder.check.data import CheckData
from autograder.check.notebook import HIDDEN_FOLDER
from autograder.errors import UserError
from autograder.grade.unit import grading_files
from autograder.units import Unit

SEED_FILE = Path(".retouch") / "seed"
CONFIG_FILE = "nbgrader_config.py"
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
# a sandbox, and one submission never stops the others. Without these lines, nbgrader runs each
# notebook itself, unprotected.
from autograder.grade.plugin import install  # noqa: E402

install()
'''


def release_unit(unit: Unit, directory: Path) -> list[Path]:
    """Write a unit into a course directory; the written files, in order.

    Raises:
        UserError: the directory cannot be written.
    """
    source = read_unit(unit)
    try:
        seed = course_seed(directory)
        files = _files(source, seed)
        for path, content in files.items():
            _write(directory / path, content)
    except OSError as error:
        raise UserError(
            f"{directory}: expected a directory to write to, found {error.strerror}; "
            "choose another with --to"
        ) from error
    return list(files)


def course_seed(directory: Path) -> int:
    """The course's secret seed, made the first time that it is asked for.

    Raises:
        UserError: the seed's file holds anything else.
    """
    path = directory / SEED_FILE
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        _create_secret(path, f"{secrets.randbits(63)}\n")
    text = path.read_text(encoding="utf-8").strip()
    if not text.isdigit():
        raise UserError(
            f"{path}: expected a number, found {text[:20]!r}; restore it from a backup, or "
            "delete it and release every unit again"
        )
    return int(text)


def _create_secret(path: Path, text: str) -> None:
    """Create a file that only its owner may read, unless another process was first."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _files(source: UnitSource, seed: int) -> dict[Path, bytes]:
    """Everything that a release consists of, by path below the course directory."""
    folder = source.unit.folder
    notebook = to_json(instructor_notebook(source)).encode()
    files = {Path("source") / folder / f"{folder}.ipynb": notebook}
    visible, hidden = [], []
    for item in build_unit(source):
        if not item.path.endswith(".ipynb"):
            files[Path("source") / folder / item.path] = item.content
            visible.append(CheckData.load(item.content))
    for exercise in source.exercises:
        hidden.append(hidden_data(source, exercise, seed))
        files[HIDDEN_FOLDER / folder / exercise.file] = hidden[-1].dump()
    files |= grading_files(source, visible, hidden)
    return files | {Path(CONFIG_FILE): CONFIG.encode()}


def _write(path: Path, content: bytes) -> None:
    if path.name == CONFIG_FILE and path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
