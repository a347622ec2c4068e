"""The cells of a notebook of which nothing is ours, cleaned in place."""

from __future__ import annotations

from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.grade.pages.markdown import clean_answer
from autograder.grade.pages.policy import clean_html

SHOWN = ("text/html", "text/plain", "text/latex", "image/png", "image/jpeg", "image/svg+xml")


def clean_cell(cell: NotebookNode) -> None:
    """Clean what of a cell a page would render: its Markdown, pictures, tags and outputs."""
    tags = cell.metadata.get("tags", [])
    cell.metadata["tags"] = [tag for tag in tags if isinstance(tag, str) and tag.isidentifier()]
    if cell.cell_type == "markdown" and not _is_the_teachers(cell):
        cell.source, pictures = clean_answer(cell.source, cell.get("attachments", {}))
        cell.pop("attachments", None)
        if pictures:
            cell.attachments = nbformat.from_dict(pictures)
    for output in cell.get("outputs", []):
        _clean_output(output)


def _is_the_teachers(cell: NotebookNode) -> bool:
    """Whether nbgrader has put the teacher's own text into the cell."""
    meta = cell.metadata.get("nbgrader", {})
    return bool((meta.get("locked") or meta.get("grade")) and not meta.get("solution"))


def _clean_output(output: NotebookNode) -> None:
    if "data" not in output:
        return
    kept = {kind: output.data[kind] for kind in SHOWN if kind in output.data}
    if "text/html" in kept:
        kept["text/html"] = clean_html(str(kept["text/html"]))
    output.data, output.metadata = nbformat.from_dict(kept), nbformat.from_dict({})


class CleanAnswers(NbGraderPreprocessor):
    """nbgrader's step that cleans a notebook which a student has handed in, or run."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: Any, _cell_index: int
    ) -> tuple[NotebookNode, Any]:
        """Clean one cell."""
        clean_cell(cell)
        return cell, resources
