"""Reading a submitted notebook strictly as data: its answers, and what is odd about it.

Nothing of it is executed, converted or validated by a library that could stop at it. Only the
sources of the answer cells are taken, by their nbgrader ids.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from autograder.text import printable

MAX_BYTES = 32 * 2**20
MAX_PARTS = 500_000
MAX_ANSWER = 200_000
Cell = dict[str, Any]


class NotANotebook(Exception):
    """The file holds no notebook of this unit; the text is the reason, for the student."""


@dataclass(frozen=True)
class Wanted:
    """A cell that students fill in.

    Attributes:
        name: its nbgrader id.
        stub: its text before anyone has written into it.
        type: "code", or "markdown" for an answer that a person grades.
        functions: the functions that an answer must define.
    """

    name: str
    stub: str
    type: str = "code"
    functions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What a student wrote into one cell.

    Attributes:
        text: the source; the stub where nothing was written, or nothing was found.
        attachments: pictures that a markdown answer holds.
        problem: why there is nothing to judge; empty when there is.
        notes: what was odd, and how it was read.
    """

    text: str
    attachments: dict[str, Any] = field(default_factory=dict)
    problem: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Submission:
    """The answers of one notebook, by the ids of their cells, and notes on the whole of it."""

    answers: dict[str, Answer]
    notes: tuple[str, ...] = ()


def read_submission(
    content: bytes, unit: str, release: str, wanted: Iterable[Wanted]
) -> Submission:
    """The answers in the bytes of a notebook.

    Args:
        content: the file as it was submitted.
        unit: the unit's folder name.
        release: which release of the unit is graded.
        wanted: the cells to look for.

    Raises:
        NotANotebook: there is nothing in it that could be graded.
    """
    document = parse_notebook(content)
    cells = [cell for cell in document["cells"] if isinstance(cell, dict)]
    found: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        found[cell_name(cell)].append(cell)
    slots = list(wanted)
    stamp = _mapping(_mapping(document.get("metadata")).get("retouch"))
    names = {slot.name for slot in slots}
    if not names & set(found):
        raise NotANotebook(_stranger(stamp, unit))
    loose = [source(cell) for cell in cells if cell_name(cell) not in names]
    answers = {slot.name: _answer(slot, found.get(slot.name, []), loose) for slot in slots}
    return Submission(answers, tuple(_notes(stamp, unit, release)))


def parse_notebook(content: bytes) -> dict[str, Any]:
    """The JSON document of a notebook in format 4, unchecked but for its list of cells.

    Raises:
        NotANotebook: it is none.
    """
    if not content.strip():
        raise NotANotebook("the file is empty")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotANotebook(
            "the file is not in UTF-8, as notebooks are: save it again in JupyterLab"
        ) from error
    if content.count(b"{") + content.count(b"[") > MAX_PARTS:
        raise NotANotebook(f"the notebook has more than {MAX_PARTS:,} parts: clear its outputs")
    try:
        document = json.loads(text)
    except RecursionError as error:
        raise NotANotebook("the file is nested too deeply to be a notebook") from error
    except ValueError as error:
        raise NotANotebook(
            "the file is not a notebook, or its end is missing: save it again in JupyterLab"
        ) from error
    if isinstance(document, dict) and "worksheets" in document:
        raise NotANotebook("the notebook has an old format: save it again in JupyterLab")
    if not isinstance(document, dict) or not isinstance(document.get("cells"), list):
        raise NotANotebook("the file is not a notebook: it has no list of cells")
    return document


def cell_name(cell: Cell) -> str:
    """A cell's nbgrader id; where that is lost, its own id, which the build makes the same."""
    grading = _mapping(_mapping(cell.get("metadata")).get("nbgrader"))
    name = grading.get("grade_id") or cell.get("id")
    return name if isinstance(name, str) else ""


def source(cell: Cell) -> str:
    """A cell's text, in characters that can be written to a file."""
    lines = cell.get("source")
    if isinstance(lines, list):
        lines = "".join(line for line in lines if isinstance(line, str))
    text = lines if isinstance(lines, str) else ""
    return text.encode("utf-8", "replace").decode("utf-8")


def runnable(answer: str) -> str:
    """An answer without the notebook's own commands, such as `%timeit` or `!pip`."""
    return re.sub(r"(?m)^(%{1,2}[A-Za-z]|!\S|\?).*$", "# (not run while grading)", answer)


def _answer(slot: Wanted, cells: list[Cell], loose: list[str]) -> Answer:
    if not cells:
        return Answer(slot.stub, problem=_missing(slot, loose))
    written = [cell for cell in cells if _plain(source(cell)) not in ("", _plain(slot.stub))]
    if not written:
        return Answer(slot.stub, problem=_untouched(slot, loose))
    cell = written[-1]
    text = source(cell)
    if len(text) > MAX_ANSWER:
        problem = f"your answer has {len(text):,} characters; at most {MAX_ANSWER:,} are graded"
        return Answer(slot.stub, problem=problem)
    notes = tuple(_cell_notes(slot, cell, {_plain(source(cell)) for cell in written}))
    return Answer(text, _attachments(cell), notes=notes)


def _cell_notes(slot: Wanted, cell: Cell, versions: set[str]) -> Iterable[str]:
    if len(versions) > 1:
        yield f"the answer cell was there {len(versions)} times; the last one counts"
    if cell.get("cell_type") != slot.type:
        kind = printable(str(cell.get("cell_type")), 20)
        yield f"the answer cell was turned into a {kind} cell; it is read as {slot.type}"


def _missing(slot: Wanted, loose: list[str]) -> str:
    return "the answer cell is missing: it was deleted, or its label was changed" + _elsewhere(
        slot, loose
    )


def _untouched(slot: Wanted, loose: list[str]) -> str:
    return "there is no answer in the answer cell yet" + _elsewhere(slot, loose)


def _elsewhere(slot: Wanted, loose: list[str]) -> str:
    """Where the student may have written the answer instead."""
    for name in slot.functions:
        pattern = rf"(?m)^\s*(async\s+def|def|class)\s+{re.escape(name)}\b|^{re.escape(name)}\s*="
        if any(re.search(pattern, text) for text in loose):
            return (
                f"; `{name}` is written in another cell, but only the exercise's own answer "
                "cell is graded"
            )
    return ""


def _stranger(stamp: Mapping[str, Any], unit: str) -> str:
    other = stamp.get("unit")
    if isinstance(other, str) and other != unit:
        return f"this is the notebook of {printable(other, 40)}, not of {unit}"
    return f"none of the answer cells of {unit} are in this notebook"


def _notes(stamp: Mapping[str, Any], unit: str, release: str) -> Iterable[str]:
    if stamp.get("unit", unit) != unit:
        yield f"the notebook says that it belongs to {printable(str(stamp['unit']), 40)}"
    elif stamp.get("release", release) != release:
        yield "the notebook is of an older release of this unit; it is graded by today's"


def _attachments(cell: Cell) -> dict[str, Any]:
    """What is attached to a cell; `autograder.grade.pages.pictures` draws the pictures anew."""
    return {
        name.encode("utf-8", "replace").decode(): bundle
        for name, bundle in _mapping(cell.get("attachments")).items()
        if isinstance(bundle, dict)
    }


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _mapping(item: Any) -> Mapping[str, Any]:
    return item if isinstance(item, dict) else {}
