"""nbgrader's gradebook, written through nbgrader's own interface, a submission at a time.

All that belongs to one submission is committed at once: it stands in the gradebook completely, or
not at all.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import (
    AssignLatePenalties,
    ClearOutput,
    ClearSolutions,
    LockCells,
    OverwriteCells,
    SaveAutoGrades,
    latesubmissions,
    saveautogrades,
)
from sqlalchemy.engine import Connection
from sqlalchemy.orm import scoped_session, sessionmaker

from autograder.cell_ids import is_check_id
from autograder.errors import UserError
from autograder.grade.records.database import (
    LockedError,
    must_exist,
    quiet,
    reported,
    wait_for_locks,
)
from autograder.grade.submissions.course_directory import Course

STEPS: tuple[Any, ...] = (saveautogrades, latesubmissions)
ATTEMPTS = 4
WAIT = 5.0


class JoinedGradebook(Gradebook):
    """nbgrader's gradebook as a part of a transaction that someone else began and will end.

    nbgrader commits after every cell. Here that only hands the changes to the transaction, which
    is SQLAlchemy's recipe "joining a session into an external transaction".
    """

    def __init__(self, connection: Connection, course_id: str) -> None:
        sessions = sessionmaker(bind=connection, join_transaction_mode="rollback_only")
        self.engine, self.db = connection.engine, scoped_session(sessions)
        self.course_id, self.authenticator = course_id, None

    def close(self) -> None:
        """Forget what was read; the connection stays open, for whoever opened it."""
        self.db.remove()


@contextmanager
def transaction(gradebook: Gradebook) -> Iterator[JoinedGradebook]:
    """Commit everything that is done in the joined gradebook, or, if it raises, nothing of it."""
    with gradebook.engine.connect() as connection, connection.begin():
        joined = JoinedGradebook(connection, gradebook.course_id)
        try:
            yield joined
        finally:
            joined.close()


@contextmanager
def opened_as(gradebook: Gradebook) -> Iterator[None]:
    """Let nbgrader's steps that open a gradebook for themselves have this one."""
    before = [module.Gradebook for module in STEPS]
    for module in STEPS:
        module.Gradebook = lambda _url: gradebook
    try:
        yield
    finally:
        for module, original in zip(STEPS, before, strict=True):
            module.Gradebook = original


class Book:
    """The gradebook of a course, opened for one unit; the only writer of it."""

    def __init__(self, course: Course) -> None:
        self.course = course
        coursedir = course.converter.coursedir
        with reported(str(coursedir.db_url)):
            must_exist(coursedir.db_url, course.unit)
            self.gradebook = Gradebook(coursedir.db_url, coursedir.course_id)
            wait_for_locks(self.gradebook, WAIT)

    def close(self) -> None:
        """Close the connection to the database."""
        self.gradebook.close()

    def template(self) -> NotebookNode:
        """The unit's notebook with stubs, points and locked texts as they are in the gradebook.

        Raises:
            UserError: the assignment was not generated, or its source was changed since.
        """
        unit, coursedir = self.course.unit, self.course.converter.coursedir
        notebook = self._source()
        resources: dict[str, Any] = {"nbgrader": self._names("")}
        resources["nbgrader"]["db_url"] = coursedir.db_url
        with reported(str(coursedir.db_url)):
            self._must_match(notebook)
            for step in (LockCells, ClearSolutions, ClearOutput, OverwriteCells):
                one = step(parent=self.course.converter)
                notebook, resources = self._stepped(one, notebook, resources)
        _must_be_known(notebook, unit)
        return notebook

    def _stepped(self, step: Any, notebook: NotebookNode, resources: Any) -> Any:
        try:
            before = [cell.metadata.get("nbgrader", {}).get("points") for cell in notebook.cells]
            notebook, resources = step.preprocess(notebook, resources)
            after = [cell.metadata.get("nbgrader", {}).get("points") for cell in notebook.cells]
        except RuntimeError as error:
            raise self._differs("a cell's text") from error
        if before != after:
            raise self._differs("points")
        return notebook, resources

    def _differs(self, what: str) -> UserError:
        unit = self.course.unit
        return UserError(
            f"expected the same cells in source/{unit} and in the gradebook, found another {what}; "
            f"run `nbgrader generate_assignment {unit} --force`"
        )

    def graded(self) -> set[str]:
        """The students whose submission stands in the gradebook."""
        with reported("the gradebook"):
            submissions = self.gradebook.assignment_submissions(self.course.unit)
            students = {submission.student_id for submission in submissions}
            self.gradebook.db.remove()
        return students

    def save(self, student: str, timestamp: Any, notebook: NotebookNode) -> None:
        """Put a rebuilt notebook's scores into the gradebook, all or nothing.

        Raises:
            UserError: the database is locked, full, or from another version of nbgrader.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with reported("the gradebook"), quiet(), transaction(self.gradebook) as joined:
                    self._save(joined, student, timestamp, notebook)
                return
            except LockedError:
                if attempt == ATTEMPTS:
                    raise
                time.sleep(0.2 * attempt)

    def _save(
        self, book: JoinedGradebook, student: str, timestamp: Any, notebook: NotebookNode
    ) -> None:
        unit, converter = self.course.unit, self.course.converter
        if not converter.create_student:
            book.find_student(student)
        book.update_or_create_student(student)
        when = {"timestamp": timestamp} if timestamp else {}
        book.update_or_create_submission(unit, student, **when)
        names = {**self._names(student), "db_url": converter.coursedir.db_url}
        with opened_as(book):
            for step in (SaveAutoGrades, AssignLatePenalties):
                step(parent=converter).preprocess(notebook, {"nbgrader": names})

    def _names(self, student: str) -> dict[str, str]:
        unit = self.course.unit
        return {"notebook": unit, "assignment": unit, "student": student}

    def _source(self) -> NotebookNode:
        path = self.course.path("source", ".") / f"{self.course.unit}.ipynb"
        try:
            return nbformat.read(path, as_version=4)
        except Exception as error:
            raise UserError(
                f"expected the unit's own notebook in {path}, found none that can be read; "
                f"run `retouch release {self.course.unit}` again"
            ) from error

    def _must_match(self, notebook: NotebookNode) -> None:
        """The cells of the source are those that the gradebook has scores for."""
        unit = self.course.unit
        again = f"run `nbgrader generate_assignment {unit}`"
        try:
            known = {cell.name for cell in self.gradebook.find_notebook(unit, unit).source_cells}
        except MissingEntry as error:
            raise UserError(
                f"expected the assignment {unit} in the gradebook, found none; {again}"
            ) from error
        found = {name for cell in notebook.cells if (name := _grade_id(cell))}
        if known != found:
            raise self._differs(f"set of them ({', '.join(sorted(known ^ found)[:3])})")


def _must_be_known(notebook: NotebookNode, unit: str) -> None:
    """Checks of the instructor's own would need to be run beside a student's code: refuse them."""
    for cell in notebook.cells:
        name = _grade_id(cell)
        meta = cell.metadata.get("nbgrader", {})
        ours = is_check_id(name, unit.partition("_")[2])
        if cell.cell_type == "code" and meta.get("grade") and not meta.get("solution") and not ours:
            raise UserError(
                f"expected only checks of Retouch in source/{unit}, found the test cell {name!r}; "
                "make it a manually graded answer, or put it into an assignment of its own"
            )


def _grade_id(cell: NotebookNode) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")
