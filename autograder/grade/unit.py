"""A unit as it was released into a course directory, with all that grading it needs.

An edit of the checkout doesn't change an assignment that students already have, and grading
needs no `solutions/`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from autograder.cell_ids import answer_id, check_id
from autograder.check.answer import Slot
from autograder.check.data import CheckData
from autograder.released import GRADING_FOLDER, read_unit_file


@dataclass(frozen=True)
class GradedExercise:
    """One exercise with all that judging an answer needs.

    Attributes:
        data: visible and hidden cases, with expected values and mistakes.
        prelude: source texts that an answer may build on: the unit's setup cells and the
            *solutions* of earlier exercises, so that a mistake is charged once.
        earlier: the functions of earlier exercises.
    """

    data: CheckData
    prelude: tuple[str, ...]
    earlier: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        """The exercise's id, such as "basic_processing.convolve2d"."""
        return self.data.exercise

    @property
    def answer_cell(self) -> str:
        """The nbgrader id of its answer cell."""
        return answer_id(self.id)

    @property
    def check_cell(self) -> str:
        """The nbgrader id of the cell that holds its points."""
        return check_id(self.id)

    def slot(self, stub: str) -> Slot:
        """The place for its answer.

        Args:
            stub: the answer cell's text before anyone has written into it.
        """
        functions, forbid = tuple(self.data.functions), tuple(self.data.forbid)
        return Slot(self.answer_cell, functions, stub, forbid, self.prelude, self.earlier)

    @cached_property
    def questions(self) -> tuple[bytes, ...]:
        """The inputs alone, all that a sandbox may see: of the visible cases, of the hidden ones.

        They are run apart, so that nothing of a hidden case can get into what is recorded of a
        visible one, which the student will read.
        """
        return tuple(part.questions().dump() for part in self.data.by_source())


@dataclass(frozen=True)
class GradedUnit:
    """A unit as it was released into a course directory.

    Attributes:
        folder: its name, which is nbgrader's assignment and notebook name too.
        release: changes when any of the unit's sources does.
        exercises: in the order of the unit.
        hide: modules of the reference library that answers must not reach.
    """

    folder: str
    release: str
    exercises: tuple[GradedExercise, ...]
    hide: tuple[str, ...]


def load_unit(root: Path, unit: str) -> GradedUnit:
    """Read what a release has put into a course directory.

    Raises:
        UserError: the unit was not released here, or by another version of Retouch.
    """
    folder = root / GRADING_FOLDER / unit
    document = read_unit_file(root, unit)
    data = [CheckData.read(folder / entry["file"]) for entry in document["exercises"]]
    texts = [entry["solution"] for entry in document["exercises"]]
    exercises = [
        GradedExercise(one, (*document["setup"], *texts[:number]), _functions(data[:number]))
        for number, one in enumerate(data)
    ]
    return GradedUnit(unit, document["release"], tuple(exercises), _hidden_modules(data))


def _functions(data: list[CheckData]) -> frozenset[str]:
    return frozenset(name for one in data for name in one.functions)


def _hidden_modules(data: list[CheckData]) -> tuple[str, ...]:
    """The unit's reference modules: what its exercises forbid of the library itself."""
    names = {name for one in data for name in one.forbid}
    return tuple(sorted(name for name in names if name.partition(".")[0] == "retouch"))
