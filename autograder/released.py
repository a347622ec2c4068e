"""An instructor's course directory: every path in it that is ours, its secret, its private files.

nbgrader_config.py            made once; the instructor's to edit
source/UNIT/                  the notebook with solutions, and the visible check data
.retouch/seed                 the secret that hidden cases come from; made once
.retouch/hidden/UNIT/         the hidden cases, outside everything that nbgrader hands out
.retouch/grading/UNIT/        all cases and the solutions, for `retouch grade`
.retouch/runs/UNIT/           how far grading has come (`autograder.grade.records.journal`)
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.errors import UserError

CONFIG_FILE = "nbgrader_config.py"
PLUGIN = "autograder.grade.plugin"
PRIVATE_FOLDER = Path(".retouch")
SEED_FILE = PRIVATE_FOLDER / "seed"
HIDDEN_FOLDER = PRIVATE_FOLDER / "hidden"
GRADING_FOLDER = PRIVATE_FOLDER / "grading"
RUN_FOLDER = PRIVATE_FOLDER / "runs"
UNIT_FILE = "unit.json"
FORMAT = 1


def find_course_directory(folder: Path) -> Path | None:
    """The course directory that a folder lies in, if it lies in one."""
    return next((path for path in (folder, *folder.parents) if (path / SEED_FILE).is_file()), None)


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


def settings_warning(root: Path) -> str:
    """What to say where nbgrader's settings lack the protection of the teacher's browser; or "".

    It also says so where they can't be read.
    """
    path = root / CONFIG_FILE
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    if re.search(r"^\s*(\w+\.)*install\(\)", text, re.MULTILINE) and PLUGIN in text:
        return ""
    return (
        f"{path}: expected the lines that keep students' texts from running in your browser, "
        f"found none; add `from {PLUGIN} import install` and `install()` at its end"
    )


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


def unit_file(
    folder: str,
    release: str,
    setup: list[str],
    solutions: dict[str, str],
    draws: Mapping[str, int] | None = None,
) -> dict[Path, bytes]:
    """The texts that answers of a unit may build on, as a file of the course directory.

    Args:
        folder: the unit's.
        release: changes when any of the unit's sources does.
        setup: the unit's setup cells.
        solutions: the text of each solution, by the name of the exercise's check data file.
        draws: how many draws of hidden cases were discarded before, by the same names.
    """
    draws = draws or {}
    document = {
        "format": FORMAT,
        "folder": folder,
        "release": release,
        "setup": setup,
        "exercises": [
            {"file": file, "solution": text, "draw": draws.get(file, 0)}
            for file, text in solutions.items()
        ],
    }
    content = json.dumps(document, indent=1, ensure_ascii=False).encode()
    return {GRADING_FOLDER / folder / UNIT_FILE: content}


def read_unit_file(root: Path, unit: str) -> dict[str, Any]:
    """What `unit_file` wrote, from the course directory `root`.

    Raises:
        UserError: the unit was not released there, or by another version of Retouch.
    """
    folder = root / GRADING_FOLDER / unit
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
