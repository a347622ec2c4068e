"""Finding what `retouch judge` is asked for: an exercise, a file, and the hidden cases' seed."""

from __future__ import annotations

from pathlib import Path

from autograder.build.exercise import Exercise
from autograder.build.source import UnitSource, read_unit
from autograder.errors import UserError
from autograder.released import course_seed, find_course_directory
from autograder.units import ROOT, split_exercise, units


def find_exercise(text: str, root: Path = ROOT) -> tuple[UnitSource, Exercise]:
    """The exercise that `unit.name` names.

    Raises:
        UserError: there is none; the message lists the unit's exercises, or the units.
    """
    unit_name, _ = split_exercise(text)
    known = units(root)
    for unit in known:
        if unit.name == unit_name:
            source = read_unit(unit)
            break
    else:
        names = ", ".join(unit.name for unit in known)
        raise UserError(f"expected an exercise of a unit ({names}), found {text!r}")
    for exercise in source.exercises:
        if exercise.id == text:
            return source, exercise
    names = ", ".join(exercise.id for exercise in source.exercises)
    raise UserError(f"expected one of {names}, found {text!r}")


def read_answer(path: Path) -> str:
    """The text of an answer file.

    Raises:
        UserError: it does not exist, or is no UTF-8 text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "no UTF-8 text"
        raise UserError(f"{path}: expected a Python file, found {reason.lower()}") from error


def course_seed_near(folder: Path) -> int:
    """The seed of the course directory that a folder lies in; 0 outside of any."""
    directory = find_course_directory(folder)
    return course_seed(directory) if directory else 0
