"""What a grading run has done so far, so that a killed one resumes where it was.

For each submission two lines are appended: "judged", once the verdict and the rebuilt notebook
are on disk, and "written", once the gradebook and `autograded/` have them. Every step after
"judged" may be done again without a difference, so a submission's code is run once, and its
grade arrives once, wherever a run is killed.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from autograder.errors import UserError
from autograder.released import RUN_FOLDER

JUDGED, WRITTEN = "judged", "written"


@dataclass(frozen=True)
class Entry:
    """What is known of one submission.

    Attributes:
        digest: of all that the grade depends on.
        state: "judged" or "written".
        verdict: as plain data.
        timestamp: when it was submitted, as text, or "".
    """

    student: str
    digest: str
    state: str
    verdict: dict[str, Any]
    timestamp: str = ""


class Journal:
    """The journal of one unit's grading; only one process at a time can have it open."""

    def __init__(self, root: Path, unit: str) -> None:
        self.folder = root / RUN_FOLDER / unit
        with reported(self.folder):
            self.staged.mkdir(parents=True, exist_ok=True)
            self._lock = _locked(self.folder / "lock", unit)
            self.entries = {entry.student: entry for entry in _read(self._path)}
            self._file: TextIO = self._compacted()

    @property
    def staged(self) -> Path:
        """Where rebuilt notebooks wait to be written."""
        return self.folder / "staged"

    def close(self) -> None:
        """Let another process have the journal."""
        self._file.close()
        self._lock.close()

    def judged(self, entry: Entry, notebook: str) -> None:
        """Keep a verdict and its notebook before anything else learns of it."""
        with reported(self.folder):
            write_whole(self.staged_path(entry.student), notebook)
            self._append(entry)

    def written(self, student: str) -> None:
        """Note that a submission's grade has arrived; its staged notebook may go."""
        with reported(self.folder):
            self._append(Entry(**{**vars(self.entries[student]), "state": WRITTEN}))
            self.staged_path(student).unlink(missing_ok=True)

    def staged_path(self, student: str) -> Path:
        """Where a student's rebuilt notebook waits; any name is a safe file name here."""
        name = hashlib.sha256(student.encode("utf-8", "surrogateescape")).hexdigest()[:32]
        return self.staged / f"{name}.ipynb"

    @property
    def _path(self) -> Path:
        return self.folder / "journal.jsonl"

    def _append(self, entry: Entry) -> None:
        self._file.write(_line(entry))
        self._file.flush()
        os.fsync(self._file.fileno())
        self.entries[entry.student] = entry

    def _compacted(self) -> TextIO:
        """The journal with one line per submission, and no half-written one at its end."""
        write_whole(self._path, "".join(map(_line, self.entries.values())))
        return self._path.open("a", encoding="utf-8")


def write_whole(path: Path, text: str) -> None:
    """Write a file so that at every moment its old or its new content is there, complete."""
    other = path.with_name(f".{path.name}.new")
    try:
        with other.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        other.replace(path)
    except OSError:
        other.unlink(missing_ok=True)
        raise


@contextmanager
def reported(folder: Path) -> Iterator[None]:
    """Turn what a disk complains about into a line for a person."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        reason = "the disk full" if full else (error.strerror or str(error)).lower()
        advice = "make room" if full else "correct that"
        raise UserError(
            f"expected to write to {folder}, found {reason}; {advice}, and run the same command "
            "again: nothing is lost"
        ) from error


def _locked(path: Path, unit: str) -> TextIO:
    file = path.open("a", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise UserError(
            f"expected to grade {unit} alone, found another run at it; wait until it has finished"
        ) from error
    return file


def _line(entry: Entry) -> str:
    return json.dumps(vars(entry), separators=(",", ":")) + "\n"


def _read(path: Path) -> Iterator[Entry]:
    """The entries of a journal; a line that a killed run left unfinished counts for nothing."""
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                yield Entry(**json.loads(line))
            except (ValueError, TypeError):
                continue
