"""Where the course's files are, and which unit a person means."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.errors import UserError

ROOT = Path(__file__).resolve().parent.parent
CHECKS = "checks"


@dataclass(frozen=True)
class Unit:
    """A unit of the course, such as `01_basic_processing`.

    Attributes:
        folder: the name of its folder in `solutions/` and `course/`.
        root: the checkout that it belongs to.
    """

    folder: str
    root: Path = ROOT

    @property
    def name(self) -> str:
        """The name without its number: `basic_processing`."""
        return self.folder.partition("_")[2]

    @property
    def sources(self) -> Path:
        """The folder of its hand-written files."""
        return self.root / "solutions" / self.folder

    @property
    def course(self) -> Path:
        """The folder of its generated files."""
        return self.root / "course" / self.folder

    @property
    def title(self) -> str:
        """The name in words: `Basic processing`."""
        return self.name.replace("_", " ").capitalize()


def units(root: Path = ROOT) -> list[Unit]:
    """All units of a checkout, in the order of the course.

    Raises:
        UserError: there is no `solutions/` folder, as in an installed package.
    """
    folder = root / "solutions"
    if not folder.is_dir():
        raise UserError(
            f"expected the lesson sources in {folder}, found none; "
            "run this in a clone of the course installed with `make env`"
        )
    return [Unit(path.name, root) for path in sorted(folder.glob("[0-9][0-9]_*")) if path.is_dir()]


def find_unit(text: str, root: Path = ROOT) -> Unit:
    """The unit that a person means by `01_basic_processing`, `basic_processing` or `01`.

    Raises:
        UserError: no such unit; the message lists those that exist.
    """
    known = units(root)
    wanted = text.strip("/")
    for unit in known:
        if wanted in (unit.folder, unit.name, unit.folder.partition("_")[0]):
            return unit
    names = ", ".join(unit.folder for unit in known)
    raise UserError(f"expected a unit ({names}), found {text!r}")


def split_exercise(text: str) -> tuple[str, str]:
    """The unit's and the exercise's name in `unit.exercise`.

    Raises:
        UserError: the text has another form.
    """
    unit, dot, name = text.partition(".")
    if not (unit and dot and name.isidentifier()):
        raise UserError(f"expected an exercise such as basic_processing.convolve2d, found {text!r}")
    return unit, name
