"""What grading a unit needs, kept privately in the course directory at release time.

`.retouch/grading/UNIT/unit.json` holds the texts that answers may build on, and beside it lie
the complete check data: visible and hidden cases, expected values, mistakes. So an edit of the
checkout doesn't change an assignment that students already have, and grading needs no
`solutions/`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.build.notebook import answer_id, check_id, release_hash
from autograder.build.source import UnitSource
from autograder.check.data import CheckData, Mistake
from autograder.errors import UserError

GRADING_FOLDER = Path(".retouch") / "grading"
UNIT_FILE = "unit.json"
FORMAT = 1


@dataclass(frozen=True)
class GradedExercise:
    """One exercise with all that judging an answer needs.

    Attributes:
        data: visible and hidden cases, with expected values and mistakes.
        prelude: source texts that an answer may build on: the unit's setup cells and the
            *solutions* of earlier exercises, so that a mistake is charged once.
    """

    data: CheckData
    prelude: tuple[str, ...]

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


def released_unit(root: Path, text: str) -> str:
    """The unit that a person means by `01_basic_processing`, `basic_processing` or `01`.

    Raises:
        UserError: none of this name was released into this course directory.
    """
    known = _released(root)
    wanted = text.strip("/")
    for folder in known:
        if wanted in (folder, folder.partition("_")[2], folder.partition("_")[0]):
            return folder
    raise UserError(
        f"{root}: expected the released unit {text!r}, found {', '.join(known) or 'none'}; change "
        f"to the course directory, or run `retouch release {text}` there"
    )


def is_released(root: Path, unit: str) -> bool:
    """Whether `retouch release` has put this unit into this course directory."""
    return (root / GRADING_FOLDER / unit / UNIT_FILE).is_file()


def grading_files(
    source: UnitSource, visible: Iterable[CheckData], hidden: Iterable[CheckData]
) -> dict[Path, bytes]:
    """The private files of a release, by path below the course directory."""
    folder = GRADING_FOLDER / source.unit.folder
    document = {
        "format": FORMAT,
        "folder": source.unit.folder,
        "release": release_hash(source),
        "setup": [cell.text for cell in source.setup()],
        "exercises": [{"file": e.file, "solution": e.answer.text} for e in source.exercises],
    }
    files = {folder / UNIT_FILE: json.dumps(document, indent=1, ensure_ascii=False).encode()}
    for exercise, one, other in zip(source.exercises, visible, hidden, strict=True):
        files[folder / exercise.file] = joined(one, other).dump()
    return files


def joined(visible: CheckData, hidden: CheckData) -> CheckData:
    """The visible and the hidden cases of one exercise together."""
    mistakes = [
        Mistake(one.title, one.diagnosis, one.outcomes + other.outcomes)
        for one, other in zip(visible.mistakes, hidden.mistakes, strict=True)
    ]
    return replace(visible, cases=visible.cases + hidden.cases, mistakes=mistakes)


def load_unit(root: Path, unit: str) -> GradedUnit:
    """Read what a release has put into a course directory.

    Raises:
        UserError: the unit was not released here, or by another version of Retouch.
    """
    folder = root / GRADING_FOLDER / unit
    document = _document(folder, unit)
    data = [CheckData.read(folder / entry["file"]) for entry in document["exercises"]]
    texts = [entry["solution"] for entry in document["exercises"]]
    exercises = [
        GradedExercise(one, (*document["setup"], *texts[:number]))
        for number, one in enumerate(data)
    ]
    return GradedUnit(unit, document["release"], tuple(exercises), _hidden_modules(data))


def _document(folder: Path, unit: str) -> dict[str, Any]:
    try:
        document = json.loads((folder / UNIT_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(
            f"{folder}: expected the released unit {unit!r}, found none; run "
            f"`retouch release {unit}` in the course directory"
        ) from error
    if document.get("format") != FORMAT:
        raise UserError(
            f"{folder}: expected a release by this version of Retouch, found another; "
            f"run `retouch release {unit}` again"
        )
    return document


def _released(root: Path) -> list[str]:
    return sorted(path.parent.name for path in root.glob(f"{GRADING_FOLDER}/*/{UNIT_FILE}"))


def _hidden_modules(data: list[CheckData]) -> tuple[str, ...]:
    """The unit's reference modules: what its exercises forbid of the library itself."""
    names = {name for one in data for name in one.forbid}
    return tuple(sorted(name for name in names if name.partition(".")[0] == "retouch"))
