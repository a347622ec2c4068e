"""The autograded notebook: the trusted one, with a student's answers and the verdicts on them."""

from __future__ import annotations

import copy
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_output

from autograder.cell_ids import check_id
from autograder.check.answer import Answer
from autograder.grade.pages.markdown import clean_answer, without_controls
from autograder.grade.verdict import ExerciseVerdict, SubmissionVerdict
from autograder.text import one_line

SUMMARY_ID = "retouch-verdict"


def rebuild(
    template: NotebookNode, answers: dict[str, Answer], verdict: SubmissionVerdict
) -> NotebookNode:
    """A notebook as nbgrader would have autograded it.

    Args:
        template: the unit's notebook with stubs, and nbgrader's metadata from the gradebook.
        answers: what the student wrote, by nbgrader id.
        verdict: the outcome; its reports become the outputs of the check cells.
    """
    notebook = copy.deepcopy(template)
    checks = {check_id(exercise.exercise): exercise for exercise in verdict.exercises}
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in answers:
            _fill(cell, answers[name])
        if name in checks:
            cell.outputs = check_outputs(checks[name])
    notebook.cells.insert(0, _summary(verdict))
    return notebook


def check_outputs(verdict: ExerciseVerdict) -> list[NotebookNode]:
    """What the check cell shows: a panel, and an error where nbgrader is to give no points."""
    bundle = {"text/html": verdict.html, "text/plain": verdict.text}
    outputs = [new_output("display_data", data=bundle)]
    if not verdict.passed:
        error: dict[str, Any] = {
            "ename": "CheckFailed",
            "evalue": verdict.text,
            "traceback": verdict.text.splitlines(),
        }
        outputs.append(new_output("error", **error))
    return outputs


def _fill(cell: NotebookNode, answer: Answer) -> None:
    """Write an answer into its cell: a written one as Markdown that can't run in a browser."""
    if cell.cell_type != "markdown":
        cell.source = without_controls(answer.text)
        return
    cell.source, pictures = clean_answer(answer.text, answer.attachments)
    if pictures:
        cell.attachments = nbformat.from_dict(pictures)


def _summary(verdict: SubmissionVerdict) -> NotebookNode:
    """The cell on top that says how the submission was read."""
    lines = [f"**Checks: {verdict.score:g} of {verdict.max_score:g} points.**"]
    if verdict.problem:
        lines.append(f"Nothing could be graded: {_plain(verdict.problem)}.")
    lines += [f"Note: {_plain(note)}." for note in verdict.notes]
    cell = new_markdown_cell("\n\n".join(lines), metadata={"tags": [SUMMARY_ID]})
    cell.id = SUMMARY_ID
    return cell


def _plain(text: str) -> str:
    """Text in one line that Markdown leaves as it is."""
    text = one_line(text)
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]<>()#+!|~$" else sign for sign in text)
