"""Reading a submitted notebook strictly as data: its cells, and what is odd about them.

Nothing of it is executed, and no library sees it before its size is judged. What an answer is,
`autograder.check.answer` decides.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from autograder.check.answer import Answer, Cell, Slot, build_answer, normal
from autograder.grade.submissions.json_text import without_outputs
from autograder.text import printable

MAX_BYTES = 32 * 2**20
MAX_PARTS = 500_000
MAX_ESSAY = 200_000
Node = dict[str, Any]


class NotANotebook(Exception):
    """The file holds no notebook of this unit; the text is the reason, for the student."""


@dataclass(frozen=True)
class Wanted:
    """A cell that students fill in.

    Attributes:
        name: its nbgrader id.
        stub: its text before anyone has written into it.
        type: "code", or "markdown" for an answer that a person grades.
        slot: what the answer of a code cell is made for.
    """

    name: str
    stub: str
    type: str = "code"
    slot: Slot | None = None


@dataclass(frozen=True)
class Submission:
    """The answers of one notebook, by the ids of their cells, and notes on the whole of it."""

    answers: dict[str, Answer]
    notes: tuple[str, ...] = ()

    @property
    def answered(self) -> int:
        """How many cells hold an answer."""
        return sum(not answer.problem for answer in self.answers.values())


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
    nodes = [node for node in document["cells"] if isinstance(node, dict)]
    stamp = _mapping(_mapping(document.get("metadata")).get("retouch"))
    slots = list(wanted)
    named = {slot.name for slot in slots} & {cell_name(node) for node in nodes}
    answers = {slot.name: _answer(slot, nodes) for slot in slots}
    submission = Submission(answers, tuple(_notes(stamp, unit, release)))
    if not named and (stamp.get("unit", unit) != unit or not submission.answered):
        raise NotANotebook(_stranger(stamp, unit))
    return submission


def parse_notebook(content: bytes) -> dict[str, Any]:
    """The JSON document of a notebook in format 4, without outputs; else only its list of cells
    is checked.

    Raises:
        NotANotebook: it is none.
    """
    if not content.strip():
        raise NotANotebook("the file is empty")
    if len(content) > MAX_BYTES or _parts(content) > MAX_PARTS:
        content = without_outputs(content)
    if len(content) > MAX_BYTES:
        size = f"{len(content) / 2**20:.0f} MB without its outputs"
        raise NotANotebook(f"the notebook has {size}, more than {MAX_BYTES // 2**20} MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotANotebook(
            "the file is not in UTF-8, as notebooks are: save it again in JupyterLab"
        ) from error
    if _parts(content) > MAX_PARTS:
        raise NotANotebook(f"the notebook has more than {MAX_PARTS:,} parts: clear its outputs")
    document = _document(text)
    if isinstance(document, dict) and isinstance(document.get("worksheets"), list):
        document = _upgraded(document)
    if not isinstance(document, dict) or not isinstance(document.get("cells"), list):
        raise NotANotebook("the file is not a notebook: it has no list of cells")
    return document


def _parts(content: bytes) -> int:
    return content.count(b"{") + content.count(b"[")


def _document(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError as error:
        raise NotANotebook("the file is nested too deeply to be a notebook") from error
    except ValueError as error:
        raise NotANotebook(
            "the file is not a notebook, or its end is missing: save it again in JupyterLab"
        ) from error


def _upgraded(document: dict[str, Any]) -> dict[str, Any]:
    """A notebook of an older format in format 4."""
    import nbformat

    for sheet in document["worksheets"]:
        for node in _mapping(sheet).get("cells", []) if isinstance(sheet, dict) else []:
            if isinstance(node, dict) and "outputs" in node:
                node["outputs"] = []
    try:
        return dict(nbformat.convert(nbformat.from_dict(document), 4))
    except Exception as error:
        raise NotANotebook(
            "the notebook has an old format that cannot be read: save it again in JupyterLab"
        ) from error


def cell_name(cell: Node) -> str:
    """A cell's nbgrader id; where that is lost, its own id, which the build makes the same."""
    grading = _mapping(_mapping(cell.get("metadata")).get("nbgrader"))
    name = grading.get("grade_id") or cell.get("id")
    return name if isinstance(name, str) else ""


def source(cell: Node) -> str:
    """A cell's text, in characters that can be written to a file."""
    lines = cell.get("source")
    if isinstance(lines, list):
        lines = "".join(line for line in lines if isinstance(line, str))
    text = lines if isinstance(lines, str) else ""
    return text.encode("utf-8", "replace").decode("utf-8")


def cells_of(nodes: Iterable[Node], names: Iterable[str] = ()) -> list[Cell]:
    """The code cells among a notebook's, and the cells of these names whatever their type."""
    wanted = set(names)
    return [
        Cell(source(node), cell_name(node))
        for node in nodes
        if node.get("cell_type") == "code" or cell_name(node) in wanted
    ]


def _answer(wanted: Wanted, nodes: list[Node]) -> Answer:
    own = [node for node in nodes if cell_name(node) == wanted.name]
    if wanted.slot:
        answer = build_answer(cells_of(nodes, [wanted.name]), wanted.slot)
    else:
        answer = _essay(wanted, own)
    return replace(answer, notes=(*answer.notes, *_type_notes(wanted, own)))


def _essay(wanted: Wanted, own: list[Node]) -> Answer:
    """A written answer: the parts of its cell, and their pictures."""
    texts = dict.fromkeys(source(node) for node in own)
    written = [text for text in texts if normal(text) not in ("", normal(wanted.stub))]
    text = "\n\n".join(written)
    if not own:
        return Answer(wanted.stub, problem="the answer cell is missing")
    if not written:
        return Answer(wanted.stub, problem="there is no answer in the answer cell yet")
    if len(text) > MAX_ESSAY:
        problem = f"your answer has {len(text):,} characters; at most {MAX_ESSAY:,} are graded"
        return Answer(wanted.stub, problem=problem)
    pictures = {name: data for node in own for name, data in _attachments(node).items()}
    return Answer(text, attachments=pictures)


def _type_notes(wanted: Wanted, own: list[Node]) -> Iterable[str]:
    for kind in {str(node.get("cell_type")) for node in own} - {wanted.type}:
        yield (
            f"the answer cell was turned into a {printable(kind, 20)} cell; "
            f"it is read as {wanted.type}"
        )


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


def _attachments(cell: Node) -> dict[str, Any]:
    """What is attached to a cell; `autograder.grade.pages.pictures` draws the pictures anew."""
    return {
        name.encode("utf-8", "replace").decode(): bundle
        for name, bundle in _mapping(cell.get("attachments")).items()
        if isinstance(bundle, dict)
    }


def _mapping(item: Any) -> Mapping[str, Any]:
    return item if isinstance(item, dict) else {}
