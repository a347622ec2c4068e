"""Writing `course/`, and finding what in it is stale."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from autograder.build.answers import stub_text
from autograder.build.data import visible_data
from autograder.build.notebook import student_notebook, to_json
from autograder.build.source import UnitSource, read_unit
from autograder.check import archive, public_unit
from autograder.check.data import CheckData
from autograder.check.public_unit import PublicUnit
from autograder.units import CHECKS, Unit


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
    """Make the generated files of a unit, one at a time: the notebook, then its check data."""
    notebook = to_json(student_notebook(source))
    yield Built(f"{source.unit.folder}.ipynb", notebook.encode())
    yield Built(f"{CHECKS}/{public_unit.FILE}", public(source).dump())
    for exercise in source.exercises:
        yield Built(f"{CHECKS}/{exercise.file}", visible_data(source, exercise).dump())


def public(source: UnitSource) -> PublicUnit:
    """What a check needs to know of a unit to run what the grader runs."""
    stubs = ((e.id, stub_text(e.answer.text), tuple(e.functions)) for e in source.exercises)
    return PublicUnit(tuple(cell.text for cell in source.setup()), tuple(stubs))


def write_unit(unit: Unit, report: Callable[[str], None]) -> None:
    """Build a unit into `course/`, and remove what it no longer has.

    A file whose meaning is unchanged is left as it is.
    """
    built = list(build_unit(read_unit(unit)))
    for path in _surplus(unit, built):
        path.unlink()
        report(f"removed {path.relative_to(unit.root)}")
    for item in built:
        path = unit.course / item.path
        if _stale(path, item.content):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(item.content)
            report(f"wrote {path.relative_to(unit.root)}")


def stale_files(unit: Unit) -> list[str]:
    """What in `course/` differs from a fresh build of the unit, a line each."""
    built = list(build_unit(read_unit(unit)))
    lines = [
        f"{(unit.course / item.path).relative_to(unit.root)}: {reason}; "
        f"run `retouch build {unit.folder}`"
        for item in built
        if (reason := _stale(unit.course / item.path, item.content))
    ]
    return lines + [
        f"{path.relative_to(unit.root)}: expected no such file; run `retouch build {unit.folder}`"
        for path in _surplus(unit, built)
    ]


def _surplus(unit: Unit, built: list[Built]) -> list[Path]:
    """Generated files in `course/` that the sources no longer account for."""
    known = {item.path for item in built}
    patterns = ("*.ipynb", f"{CHECKS}/*.npz", f"{CHECKS}/*.json")
    found = [path for pattern in patterns for path in sorted(unit.course.glob(pattern))]
    return [path for path in found if path.relative_to(unit.course).as_posix() not in known]


def _stale(path: Path, content: bytes) -> str:
    """Why a file differs from its fresh content, or an empty text."""
    if not path.exists():
        return "expected this file, found none"
    old = path.read_bytes()
    if old == content:
        return ""
    if path.suffix == ".npz" and _same_data(old, content):
        return ""
    return "differs from its source in solutions/"


def _same_data(old: bytes, new: bytes) -> bool:
    """Whether two check-data files agree: texts exactly, numbers but for rounding.

    Another processor or library version may round the last bit of a convolution differently.
    """
    try:
        return _agree(_flat(old), _flat(new))
    except (archive.ArchiveError, TypeError):
        return False


def _flat(content: bytes) -> Any:
    CheckData.load(content)
    return archive.load(content)


def _agree(one: Any, other: Any) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(_agree(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_agree, one, other))
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return _arrays_agree(one, other)
    if isinstance(one, float) and isinstance(other, float):
        return bool(np.isclose(one, other, rtol=1e-4, atol=1e-6, equal_nan=True))
    if hasattr(one, "kind") and hasattr(other, "kind"):
        return (one.kind, one.type) == (other.kind, other.type) and _agree(one.data, other.data)
    return json.dumps(one) == json.dumps(other)


def _arrays_agree(one: np.ndarray, other: np.ndarray) -> bool:
    if (one.dtype, one.shape) != (other.dtype, other.shape):
        return False
    if one.dtype.kind in "fc":
        return bool(np.allclose(one, other, rtol=1e-4, atol=1e-6, equal_nan=True))
    return bool(np.array_equal(one, other))
