"""Which notebook of a submission is graded: the one of the unit, whatever its file is called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.grade.submissions.files import Unreadable, names_beneath, read_beneath
from autograder.grade.submissions.notebook import (
    NotANotebook,
    Submission,
    Wanted,
    read_submission,
)
from autograder.text import printable

MAX_RAW = 200 * 2**20
MAX_FILES = 10
Files = dict[str, bytes | Unreadable]


@dataclass(frozen=True)
class Chosen:
    """The submission that is graded, or why there is none; and notes on the other files."""

    submission: Submission | None
    problem: str = ""
    notes: tuple[str, ...] = ()


def read_notebooks(above: Path, parts: tuple[str, ...], expected: str) -> Files:
    """The notebooks in a submission's folder, by name, the one that is called right first.

    Each is its content, or the reason why it cannot be read.
    """
    try:
        names = names_beneath(above, parts)
    except Unreadable:
        names = []
    others = [n for n in names if n.lower().endswith(".ipynb") and n != expected and n[0] != "."]
    files: Files = {}
    total = 0
    for name in [expected, *others[:MAX_FILES]]:
        try:
            files[name] = content = read_beneath(above, (*parts, name), MAX_RAW - total)
            total += len(content)
        except Unreadable as error:
            files[name] = error
    return files


def choose(files: Files, unit: str, release: str, wanted: Sequence[Wanted]) -> Chosen:
    """The notebook with the most answers; the one that is called right where that decides nothing.

    Args:
        files: what `read_notebooks` found.
    """
    expected, *others = files
    read = {name: _read(content, unit, release, wanted) for name, content in files.items()}
    good = {name: item for name, item in read.items() if isinstance(item, Submission)}
    if not good:
        return Chosen(None, _problem(read, expected, others))
    name = max(good, key=lambda name: good[name].answered)  # the first of those with the most
    return Chosen(good[name], "", tuple(_notes(read, name, expected)))


def _read(
    content: bytes | Unreadable, unit: str, release: str, wanted: Sequence[Wanted]
) -> Submission | Exception:
    if isinstance(content, Unreadable):
        return content
    try:
        return read_submission(content, unit, release, wanted)
    except NotANotebook as error:
        return error


def _problem(read: Mapping[str, Submission | Exception], expected: str, others: list[str]) -> str:
    """Why nothing can be graded, in the words for the file that should be there."""
    problem = str(read[expected])
    if not others or not isinstance(read[expected], Unreadable):
        return problem
    found = ", ".join(f"{printable(name)} ({read[name]})" for name in others)
    return f"{problem}, only {found}"


def _notes(read: Mapping[str, Submission | Exception], chosen: str, expected: str) -> Iterator[str]:
    if chosen != expected:
        yield f"graded is {printable(chosen)}; the notebook should be called {printable(expected)}"
    for name, item in read.items():
        absent = name == expected and isinstance(item, Unreadable)
        if name != chosen and not absent:
            why = f"it has {item.answered} answers" if isinstance(item, Submission) else str(item)
            yield f"{printable(name)} is not graded: {why}"
