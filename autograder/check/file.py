"""`retouch check`: the answers in a notebook file, checked without opening it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat

from autograder.cell_ids import answer_id
from autograder.check.data import CheckData
from autograder.check.judge import Verdict, judge
from autograder.check.runner import run_answer
from autograder.errors import UserError
from autograder.units import CHECKS


def check_notebook(path: Path) -> Iterator[Verdict]:
    """The verdict on each exercise of a notebook, from the visible cases beside it.

    Raises:
        UserError: the file is no notebook of the course.
    """
    notebook = read_notebook(path)
    sources = sorted((path.parent / CHECKS).glob("*.npz"))
    if not sources:
        raise UserError(f"expected check data in {path.parent / CHECKS}, found none")
    setup = [cell.source for cell in notebook.cells if "setup" in cell.metadata.get("tags", [])]
    answers = answer_cells(notebook)
    earlier = list(setup)
    for source in sources:
        data = CheckData.read(source)
        answer = answers.get(answer_id(data.exercise), "")
        yield judge(data, run_answer(data, earlier, answer), answer)
        earlier.append(answer)


def read_notebook(path: Path) -> nbformat.NotebookNode:
    """A notebook file.

    Raises:
        UserError: it does not exist, or is no notebook.
    """
    try:
        return nbformat.read(path, as_version=4)
    except OSError as error:
        reason = (error.strerror or "an unreadable file").lower()
        raise UserError(f"{path}: expected a notebook, found {reason}") from error
    except Exception as error:
        raise UserError(f"{path}: expected a notebook, found something else") from error


def answer_cells(notebook: nbformat.NotebookNode) -> dict[str, str]:
    """The source of each answer cell, by its nbgrader id."""
    return {_meta(cell)["grade_id"]: cell.source for cell in notebook.cells if _is_answer(cell)}


def _meta(cell: nbformat.NotebookNode) -> dict[str, Any]:
    return cell.metadata.get("nbgrader", {})


def _is_answer(cell: nbformat.NotebookNode) -> bool:
    return bool(cell.cell_type == "code" and _meta(cell).get("solution"))
