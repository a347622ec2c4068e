"""Writing `course/`, and finding what in it is stale."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.build.answers import stub_text
from autograder.build.data import fresh_content, staleness, visible_data
from autograder.build.notebook import student_notebook, to_json
from autograder.build.source import UnitSource, read_unit
from autograder.check import public_unit
from autograder.check.public_unit import PublicUnit
from autograder.units import CHECKS, Unit

MISSING = "expected this file, found none"


@dataclass(frozen=True)
class Built:
    """One generated file: its path below the unit's folder in `course/`, and its content."""

    path: str
    content: bytes

    @property
    def is_check_data(self) -> bool:
        """Whether it is the check data of an exercise (and not the unit's notebook)."""
        return self.path.endswith(".npz")


def build_unit(source: UnitSource) -> Iterator[Built]:
    """Make the generated files of a unit, one at a time: the notebook, then its check data.

    Check data in `course/` that are what the sources make are taken as they are.
    """
    yield from _texts(source)
    for exercise in source.exercises:
        content = fresh_content(source, exercise) or visible_data(source, exercise).dump()
        yield Built(f"{CHECKS}/{exercise.file}", content)


def _texts(source: UnitSource) -> Iterator[Built]:
    """The files that hold no numbers: they are fresh when they are equal."""
    notebook = to_json(student_notebook(source))
    yield Built(f"{source.unit.folder}.ipynb", notebook.encode())
    yield Built(f"{CHECKS}/{public_unit.FILE}", public(source).dump())


def public(source: UnitSource) -> PublicUnit:
    """What a check needs to know of a unit to run what the grader runs."""
    stubs = ((e.id, stub_text(e.answer.text), tuple(e.functions)) for e in source.exercises)
    return PublicUnit(tuple(cell.text for cell in source.setup()), tuple(stubs))


def write_unit(unit: Unit, report: Callable[[str], None]) -> None:
    """Build a unit into `course/`, and remove what it no longer has.

    A file that is fresh is left as it is.
    """
    source = read_unit(unit)
    for path in _surplus(source):
        path.unlink()
        report(f"removed {path.relative_to(unit.root)}")
    for item in build_unit(source):
        path = unit.course / item.path
        if not path.is_file() or path.read_bytes() != item.content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(item.content)
            report(f"wrote {path.relative_to(unit.root)}")


def stale_files(unit: Unit) -> list[str]:
    """What in `course/` is not what the unit's sources make, a line each."""
    source = read_unit(unit)
    again = f"run `retouch build {unit.folder}`"
    lines = [
        f"{path.relative_to(unit.root)}: {reason}; {again}"
        for path, reason in _reasons(source)
        if reason
    ]
    return lines + [
        f"{path.relative_to(unit.root)}: expected no such file; {again}"
        for path in _surplus(source)
    ]


def _reasons(source: UnitSource) -> Iterator[tuple[Path, str]]:
    """Each file that the unit should have, and why it is stale if it is."""
    for item in _texts(source):
        path = source.unit.course / item.path
        if not path.is_file():
            yield path, MISSING
        elif path.read_bytes() != item.content:
            yield path, "differs from its source in solutions/"
    for exercise in source.exercises:
        path = source.unit.course / CHECKS / exercise.file
        yield path, staleness(source, exercise, path.read_bytes()) if path.is_file() else MISSING


def _surplus(source: UnitSource) -> list[Path]:
    """Generated files in `course/` that the sources no longer account for."""
    unit = source.unit
    texts = {item.path for item in _texts(source)}
    known = texts | {f"{CHECKS}/{e.file}" for e in source.exercises}
    patterns = ("*.ipynb", f"{CHECKS}/*.npz", f"{CHECKS}/*.json")
    found = [path for pattern in patterns for path in sorted(unit.course.glob(pattern))]
    return [path for path in found if path.relative_to(unit.course).as_posix() not in known]
