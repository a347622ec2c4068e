"""Submissions that break graders or attack them, for the sample class and the tests.

Each function changes a submission whose answers are all right, in one way that concerns one
exercise, and says which points must be lost by it.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

from autograder.build.answers import stub_text
from autograder.build.exercise import Exercise
from autograder.build.source import UnitSource
from autograder.cell_ids import answer_id, check_id
from autograder.sample.classroom import Paper, grade_id

Mischief = Callable[[Paper, Exercise, UnitSource], None]
MISCHIEF: list[Mischief] = []
DEPTH = 200_000


def _listed(mischief: Mischief) -> Mischief:
    MISCHIEF.append(mischief)
    return mischief


def _file(unit: UnitSource) -> str:
    return f"{unit.unit.folder}.ipynb"


def _dump(paper: Paper) -> bytes:
    return json.dumps(paper.notebook, ensure_ascii=False).encode()


def _code_cell(text: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": "one-more",
        "metadata": {},
        "outputs": [],
        "source": text,
    }


# ------------------------------------------------------------------ files that are no notebook


@_listed
def empty_file(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """An empty file."""
    paper.files[_file(unit)] = b""
    paper.fail()


@_listed
def truncated(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """A file whose second half is missing."""
    content = _dump(paper)
    paper.files[_file(unit)] = content[: len(content) // 2]
    paper.fail()


@_listed
def not_utf8(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """A notebook in UTF-16."""
    paper.files[_file(unit)] = _dump(paper).decode().encode("utf-16")
    paper.fail()


@_listed
def byte_order_mark(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """A notebook that an editor has saved with a byte-order mark."""
    paper.files[_file(unit)] = b"\xef\xbb\xbf" + _dump(paper)


@_listed
def nested(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """A file of brackets within brackets."""
    paper.files[_file(unit)] = b"[" * DEPTH + b"]" * DEPTH
    paper.fail()


@_listed
def huge(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """A notebook of 40 MB."""
    paper.notebook["metadata"]["ballast"] = "x" * (40 * 2**20)
    paper.fail()


@_listed
def missing(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """A folder without a notebook."""
    paper.files["readme.txt"] = b"my notebook is at home"
    paper.fail()


@_listed
def renamed(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """A notebook under another name."""
    paper.files["my homework (1).ipynb"] = _dump(paper)


@_listed
def linked(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """A symbolic link to the instructor's notebook with the solutions."""
    paper.files[_file(unit)] = b""
    paper.links[_file(unit)] = f"../../../source/{unit.unit.folder}/{_file(unit)}"
    paper.fail()


@_listed
def other_unit(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """The notebook of another unit."""
    paper.notebook["metadata"]["retouch"] = {"unit": "99_elsewhere", "release": "0"}
    for cell in paper.notebook["cells"]:
        cell.pop("id", None)
        if grade_id(cell):
            cell["metadata"]["nbgrader"]["grade_id"] = "elsewhere-" + grade_id(cell)[-8:]
    paper.fail()


# ------------------------------------------------------------------- cells and their metadata


@_listed
def raised_points(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """Points raised to a thousand in the metadata of every cell."""
    for cell in paper.notebook["cells"]:
        if grade_id(cell):
            cell["metadata"]["nbgrader"] |= {"points": 1000.0, "grade": True, "schema_version": 99}


@_listed
def deleted_answer(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """An answer cell deleted."""
    paper.notebook["cells"].remove(paper.cell(exercise))
    paper.fail(exercise)


@_listed
def deleted_checks(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """Every check cell deleted."""
    cells = paper.notebook["cells"]
    paper.notebook["cells"] = [c for c in cells if not grade_id(c).endswith("-check")]


@_listed
def emptied_check(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """A wrong answer, with a check cell that says `pass`."""
    paper.cell(exercise)["source"] = _function(exercise, "return None")
    for cell in paper.notebook["cells"]:
        if grade_id(cell) == check_id(exercise.id):
            cell["source"] = "pass"
    paper.fail(exercise)


@_listed
def renamed_answer(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """An answer cell under another id."""
    cell = paper.cell(exercise)
    cell["metadata"]["nbgrader"]["grade_id"] = "mine"
    cell["id"] = "mine"


@_listed
def duplicated(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """Every cell there twice, the second time as it was handed out."""
    cells = []
    stubs = {answer_id(e.id): stub_text(e.answer.text) for e in unit.exercises}
    for cell in paper.notebook["cells"]:
        again = copy.deepcopy(cell)
        again["source"] = stubs.get(grade_id(cell), cell["source"])
        cells += [cell, again]
    paper.notebook["cells"] = cells


@_listed
def reordered(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """The cells in reverse order."""
    paper.notebook["cells"].reverse()


@_listed
def retyped(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """An answer in a cell that was turned into Markdown."""
    cell = paper.cell(exercise)
    cell["cell_type"] = "markdown"
    del cell["outputs"], cell["execution_count"]


@_listed
def elsewhere(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """An answer in a new cell, below the untouched one."""
    cell = paper.cell(exercise)
    paper.notebook["cells"].append(_code_cell(cell["source"]))
    cell["source"] = stub_text(exercise.answer.text)


@_listed
def second_notebook(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """An untouched notebook, beside the answered one under another name."""
    paper.files[f"{unit.unit.folder}-Copy1.ipynb"] = _dump(paper)
    for other in unit.exercises:
        paper.cell(other)["source"] = stub_text(other.answer.text)
    paper.files[_file(unit)] = _dump(paper)


@_listed
def large_outputs(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """A notebook with 40 MB of output."""
    text = "x" * (40 * 2**20)
    paper.cell(exercise)["outputs"] = [{"output_type": "stream", "name": "stdout", "text": text}]


@_listed
def old_format(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """A notebook in nbformat 3."""
    cells = copy.deepcopy(paper.notebook["cells"])
    for cell in cells:
        if cell["cell_type"] == "code":
            cell |= {"input": cell.pop("source"), "prompt_number": None, "language": "python"}
            del cell["execution_count"]
    metadata = {**paper.notebook["metadata"], "name": ""}
    document = {"nbformat": 3, "nbformat_minor": 0, "metadata": metadata}
    paper.files[_file(unit)] = json.dumps(
        {**document, "worksheets": [{"cells": cells, "metadata": {}}]}
    ).encode()


@_listed
def odd_cells(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """Cells that are no cells, among the others."""
    odd: list[Any] = [None, 7, "cell", [], {}, {"cell_type": 1, "source": {"a": 1}, "metadata": []}]
    odd += [{"cell_type": "code", "metadata": {"nbgrader": {"grade_id": [1]}}, "source": [3]}]
    paper.notebook["cells"] = odd + paper.notebook["cells"]


@_listed
def sql(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """A new cell that gives everyone full points in the gradebook."""
    text = (
        "import glob, sqlite3\n"
        "for path in glob.glob('/**/gradebook.db', recursive=True):\n"
        "    book = sqlite3.connect(path)\n"
        "    book.execute('UPDATE grade SET manual_score = 99')\n"
        "    book.commit()"
    )
    paper.notebook["cells"].insert(0, _code_cell(text))


# ------------------------------------------------------------------------------ hostile answers


def _function(exercise: Exercise, body: str, before: str = "") -> str:
    lines = body.replace("\n", "\n    ")
    definitions = (f"def {name}(*args, **kwargs):\n    {lines}" for name in exercise.functions)
    return before + "\n\n\n".join(definitions)


def _hostile(paper: Paper, exercise: Exercise, body: str, before: str = "") -> None:
    paper.cell(exercise)["source"] = _function(exercise, body, before)
    paper.fail(exercise)


@_listed
def always_equal(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """An object that equals everything."""
    before = (
        "class Anything:\n"
        "    def __eq__(self, other): return True\n"
        "    def __getattr__(self, name): return self\n"
        "    def __call__(self, *args, **kwargs): return self\n"
        "    def __array__(self, *args, **kwargs): raise SystemExit(0)\n\n"
    )
    _hostile(paper, exercise, "return Anything()", before)


@_listed
def ends_python(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """An answer that ends Python at once."""
    _hostile(paper, exercise, "import os\nos._exit(0)")


@_listed
def exits(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """An answer cell that exits while it is read."""
    _hostile(paper, exercise, "return None", "raise SystemExit(0)\n\n")


@_listed
def crashes(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """An answer that crashes the interpreter."""
    _hostile(paper, exercise, "import ctypes\nctypes.string_at(0)")


@_listed
def patches(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """An answer that patches the comparison, the judge and numpy.testing."""
    before = (
        "import numpy, numpy.testing\n"
        "import autograder.check.judge, autograder.check.compare, autograder.check.observe\n"
        "autograder.check.judge.judge = lambda data, record: None\n"
        "autograder.check.compare.difference = lambda *args: None\n"
        "autograder.check.judge.difference = lambda *args: None\n"
        "numpy.allclose = numpy.isclose = numpy.array_equal = lambda *args, **kw: True\n"
        "numpy.testing.assert_allclose = lambda *args, **kw: None\n\n"
    )
    _hostile(paper, exercise, "return None", before)


@_listed
def unparsable(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """An answer that no parser likes, with a null byte and half a surrogate."""
    paper.cell(exercise)["source"] = "def f(:\n\x00\ud800" + "(" * 5000
    paper.fail(exercise)


@_listed
def looks_around(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """An answer that searches frames and files for expected values."""
    body = (
        "import gc, glob\n"
        "for item in gc.get_objects():\n"
        "    if type(item).__name__ == 'Case' and item.expected:\n"
        "        return item.expected\n"
        "return [open(path, 'rb').read() for path in glob.glob('/**/*.npz', recursive=True)][:1]"
    )
    _hostile(paper, exercise, body)


@_listed
def endless(paper: Paper, exercise: Exercise, unit: UnitSource) -> None:
    """An endless loop that swallows every exception."""
    body = "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
    _hostile(paper, exercise, body)
