"""Lesson sources as notebooks: the instructor's, and made from it the student's."""

from __future__ import annotations

import copy
import hashlib
import json
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.build.exercise import Exercise
from autograder.build.percent import Cell
from autograder.build.source import Lesson, UnitSource
from autograder.cell_ids import answer_id, check_id

SCHEMA_VERSION = 3
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def instructor_notebook(unit: UnitSource) -> nbformat.NotebookNode:
    """The notebook with solutions, hidden checks and rubrics; nbgrader's `source` version."""
    cells = [cell for lesson in unit.lessons for cell in _lesson_cells(unit, lesson)]
    metadata = {
        "kernelspec": KERNEL,
        "language_info": {"name": "python"},
        "retouch": {"unit": unit.unit.folder, "release": release_hash(unit)},
    }
    notebook = new_notebook(cells=cells, metadata=metadata)
    nbformat.validate(notebook)
    return notebook


def student_notebook(unit: UnitSource) -> nbformat.NotebookNode:
    """The notebook that students get, made by nbgrader's own `generate_assignment` steps."""
    notebook = copy.deepcopy(instructor_notebook(unit))
    resources: dict[str, Any] = {"nbgrader": {}}
    for step in _student_steps():
        notebook, resources = step.preprocess(notebook, resources)
    return notebook


def to_json(notebook: nbformat.NotebookNode) -> str:
    """A notebook's file content, the same for the same notebook everywhere."""
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def release_hash(unit: UnitSource) -> str:
    """A short text that changes when any of the unit's sources does."""
    digest = hashlib.sha256()
    for lesson in unit.lessons:
        digest.update(lesson.path.name.encode() + b"\0" + lesson.path.read_bytes())
    return digest.hexdigest()[:12]


def _student_steps() -> list[Any]:
    """nbgrader's steps from source to release, without those that write to a gradebook."""
    from nbgrader.preprocessors import (
        CheckCellMetadata,
        ClearHiddenTests,
        ClearMarkScheme,
        ClearOutput,
        ClearSolutions,
        ComputeChecksums,
        LockCells,
    )

    return [
        LockCells(),
        ClearSolutions(),
        ClearOutput(),
        ClearHiddenTests(),
        ClearMarkScheme(enforce_metadata=False),
        ComputeChecksums(),
        CheckCellMetadata(),
    ]


def _lesson_cells(unit: UnitSource, lesson: Lesson) -> list[nbformat.NotebookNode]:
    """The public cells of one source file, with ids that stay the same when others change."""
    name = lesson.path.stem.partition("_")[2].replace("_", "-")
    cells: list[nbformat.NotebookNode] = []
    for number, cell in enumerate(lesson.cells):
        cells += _notebook_cells(unit, lesson, cell, number)
    plain = [node for node in cells if "nbgrader" not in node.metadata]
    for number, node in enumerate(plain):
        node.id = f"{name[:50]}-{number}"
    return cells


def _notebook_cells(
    unit: UnitSource, lesson: Lesson, cell: Cell, number: int
) -> list[nbformat.NotebookNode]:
    if cell.kind == "markdown":
        return [new_markdown_cell(cell.text)]
    if cell.kind in ("setup", "demo"):
        return [new_code_cell(cell.text, metadata={"tags": [cell.kind]})]
    if cell.kind == "exercise":
        assert lesson.exercise
        return [_answer_cell(lesson.exercise), _check_cell(lesson.exercise)]
    if cell.kind == "question":
        return _question_cells(unit.unit.name, cell, rubric=lesson.cells[number + 1])
    return []


def _answer_cell(exercise: Exercise) -> nbformat.NotebookNode:
    grading = {"grade": False, "locked": False, "solution": True}
    return _graded(new_code_cell(exercise.answer.text), answer_id(exercise.id), grading)


def _check_cell(exercise: Exercise) -> nbformat.NotebookNode:
    arguments = f'"{exercise.id}", {", ".join(exercise.functions)}'
    text = "\n".join(
        [
            f"check({arguments})",
            "### BEGIN HIDDEN TESTS",
            f"check({arguments}, hidden=True)",
            "### END HIDDEN TESTS",
        ]
    )
    grading = {"grade": True, "locked": True, "solution": False, "points": exercise.points}
    return _graded(new_code_cell(text), check_id(exercise.id), grading)


def _question_cells(unit: str, cell: Cell, rubric: Cell) -> list[nbformat.NotebookNode]:
    """The question, whose rubric only graders see, and the cell for the answer."""
    name = f"{unit}-{cell.title}"
    prompt = "\n\n".join(
        [cell.text, "=== BEGIN MARK SCHEME ===", rubric.text, "=== END MARK SCHEME ==="]
    )
    question = {"grade": False, "locked": True, "solution": False}
    answer = {
        "grade": True,
        "locked": False,
        "solution": True,
        "points": float(cell.options["points"]),
    }
    return [
        _graded(new_markdown_cell(prompt), name + "-question", question),
        _graded(new_markdown_cell("YOUR ANSWER HERE"), name, answer),
    ]


def _graded(
    node: nbformat.NotebookNode, grade_id: str, grading: dict[str, Any]
) -> nbformat.NotebookNode:
    node.id = grade_id[:64]
    node.metadata["nbgrader"] = nbformat.from_dict(
        {"grade_id": grade_id, "schema_version": SCHEMA_VERSION, "task": False, **grading}
    )
    return node
