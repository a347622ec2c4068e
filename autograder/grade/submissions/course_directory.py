"""An instructor's course directory: nbgrader's settings for it, and what was submitted."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from nbgrader.converters import Autograde
from nbgrader.utils import parse_utc

from autograder.errors import UserError
from autograder.grade.submissions.candidates import choose, read_notebooks
from autograder.grade.submissions.files import Unreadable, names_beneath, read_beneath
from autograder.grade.submissions.notebook import Submission, Wanted

ID = re.compile(r"[\w.@+ -]{1,128}")
NOT_AN_ID = (
    "the folder's name cannot be a student's id (up to 128 letters, digits, blanks and . _ @ + -, "
    "neither a dot nor a blank first or last); rename it, and grade again"
)
TIMESTAMP = "timestamp.txt"
_HERE = "\x01"


def is_student_id(name: str) -> bool:
    """Whether a name can be a student's id: in a gradebook, in a path, and on a page."""
    composed = unicodedata.normalize("NFC", name)
    return ID.fullmatch(composed) is not None and composed.strip(". ") == composed


@dataclass(frozen=True)
class Incoming:
    """One submission as it was read.

    Attributes:
        student: the name of its folder in `submitted/`.
        digest: changes when anything does that its grade depends on.
        submission: its answers; None where nothing could be read.
        problem: why nothing could be read.
        timestamp: when it was submitted, as `timestamp.txt` says it; "" if it doesn't.
        notes: what was odd about its files.
    """

    student: str
    digest: str
    submission: Submission | None = None
    problem: str = ""
    timestamp: str = ""
    notes: tuple[str, ...] = ()

    @property
    def can_be_recorded(self) -> bool:
        """Whether the folder's name can be a student's id in a gradebook."""
        return is_student_id(self.student)


@dataclass(frozen=True)
class Course:
    """A course directory, seen through nbgrader's own converter and its settings."""

    converter: Autograde
    unit: str
    _split: list[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        path = self.path("submitted", _HERE)
        object.__setattr__(self, "_split", _around(path))

    @property
    def root(self) -> Path:
        """The course directory."""
        return Path(self.converter.coursedir.root)

    def path(self, step: str, student: str) -> Path:
        """A unit's folder in "source", "submitted" or "autograded", as nbgrader finds it."""
        course = self.converter.coursedir
        folder = getattr(course, f"{step}_directory")
        return Path(os.path.normpath(course.format_path(folder, student, self.unit)))

    def students(self, pattern: str = "*", exclude: Iterable[str] = ()) -> list[str]:
        """Who has submitted the unit, in order.

        Raises:
            UserError: nobody whom the pattern fits.
        """
        above, prefix, suffix, *inner = self._split
        found = []
        for name in _names(Path(above)):
            student = name[len(prefix) : len(name) - len(suffix)]
            fits = name.startswith(prefix) and name.endswith(suffix) and student
            meant = student == pattern or fnmatchcase(student, pattern)
            if fits and meant and student not in set(exclude):
                found.append((student, name))
        students = [s for s, name in found if _has_submitted(Path(above), (name, *inner))]
        if not students:
            where = self.path("submitted", pattern)
            raise UserError(
                f"expected submissions such as {where}/{self.unit}.ipynb, found none; collect "
                "them with nbgrader, or copy them there"
            )
        return students

    def read(self, student: str, release: str, wanted: Iterable[Wanted]) -> Incoming:
        """What a student has submitted; never raises for what that is."""
        above, prefix, suffix, *inner = self._split
        parts = (prefix + student + suffix, *inner)
        stamp, notes = self._timestamp(Path(above), parts)
        files = read_notebooks(Path(above), parts, f"{self.unit}.ipynb")
        found = choose(files, self.unit, release, list(wanted))
        digest = _digest(files, stamp)
        problem, submission = found.problem, found.submission
        return Incoming(student, digest, submission, problem, stamp, (*notes, *found.notes))

    def _timestamp(self, above: Path, parts: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
        """When a submission was made, and a note where its file doesn't say so."""
        try:
            stamp = read_beneath(above, (*parts, TIMESTAMP), 1000).decode().strip()
            if stamp:
                parse_utc(stamp)
        except Unreadable:
            return "", ()
        except (ValueError, OverflowError):
            return "", (f"{TIMESTAMP} holds no time, so whether it was late is unknown",)
        return stamp, ()


def open_course(root: Path, unit: str, converter: type[Autograde] = Autograde) -> Course:
    """A course directory with the settings that nbgrader itself would read.

    Raises:
        UserError: no unit of this name was released there.
    """
    from nbgrader.apps import AutogradeApp

    from autograder.grade.unit import load_unit

    load_unit(root, unit)
    app = AutogradeApp()
    app.initialize(["--log-level=ERROR", f"--course-dir={root.resolve()}"], str(root.resolve()))
    return Course(converter(coursedir=app.coursedir, parent=app), unit)


def _around(path: Path) -> list[str]:
    """The folder above the students', what surrounds a student's id, and what lies below it."""
    parts = path.parts
    places = [number for number, part in enumerate(parts) if _HERE in part]
    if len(places) != 1:
        raise UserError(
            "expected CourseDirectory.directory_structure with one {student_id}, found "
            f"{len(places)} of them; correct nbgrader_config.py"
        )
    prefix, _, suffix = parts[places[0]].partition(_HERE)
    return [str(Path(*parts[: places[0]])), prefix, suffix, *parts[places[0] + 1 :]]


def _names(folder: Path) -> Iterator[str]:
    """The names of the folders of students; hidden ones are no students, as in nbgrader."""
    if folder.is_dir():
        yield from (
            name
            for name in sorted(path.name for path in folder.iterdir())
            if not name.startswith(".")
        )


def _has_submitted(above: Path, parts: tuple[str, ...]) -> bool:
    """Whether a student's folder holds the unit; a link, or an unreadable one, counts."""
    if (above / parts[0]).is_symlink():
        return True
    try:
        return len(parts) == 1 or parts[1] in names_beneath(above, parts[:1])
    except Unreadable:
        return (above / parts[0]).is_dir()


def _digest(files: dict[str, bytes | Unreadable], stamp: str) -> str:
    digest = hashlib.sha256(stamp.encode())
    for name, content in files.items():
        data = content if isinstance(content, bytes) else str(content).encode()
        digest.update(hashlib.sha256(os.fsencode(name)).digest() + hashlib.sha256(data).digest())
    return digest.hexdigest()
