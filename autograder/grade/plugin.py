"""`nbgrader autograde` and the formgrader, by the engine of `retouch grade` and on safe pages.

`retouch release` writes `install()` into a course's nbgrader_config.py.
"""

from __future__ import annotations

import importlib
from pathlib import Path

from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from traitlets import Bool, Float, Integer, Unicode

from autograder.errors import UserError
from autograder.grade.pages.cells import CleanAnswers
from autograder.grade.pages.formgrader import clean_log, protect
from autograder.grade.submissions.course_directory import NOT_AN_ID, is_student_id
from autograder.text import one_line, printable

USERS = ("nbgrader.apps.api", "nbgrader.apps.autogradeapp")


class RetouchAutograde(Autograde):
    """nbgrader's autograder, which leaves units of Retouch to Retouch's engine."""

    jobs = Integer(0, help="How many submissions to run at a time; 0: one per core").tag(
        config=True
    )
    dask = Unicode("", help="The address of a Dask scheduler to run them on").tag(config=True)
    seconds = Float(30, help="Processor time that an answer may take").tag(config=True)
    memory = Integer(2048, help="Memory that an answer may use, in MB").tag(config=True)
    trust = Bool(False, help="Run submissions without a sandbox").tag(config=True)

    def start(self) -> None:
        """Grade the submissions that nbgrader was asked to grade.

        Raises:
            NbGraderException: they could not be graded; the reason is in the log, in one line.
        """
        from autograder.released import is_released, settings_warning

        clean_log(self.log)
        if warning := settings_warning(Path(self.coursedir.root)):
            self.log.warning(warning)
        if not is_released(Path(self.coursedir.root), self.coursedir.assignment_id):
            super().start()
            return
        try:
            self._grade()
        except UserError as error:
            self.log.error(str(error))
            raise NbGraderException(str(error)) from error

    def _grade(self) -> None:
        from autograder.grade.run import Settings, grade_unit, limits_of
        from autograder.grade.submissions.course_directory import Course

        excluded = self.coursedir.student_id_exclude
        settings = Settings(
            jobs=self.jobs,
            dask=self.dask,
            trust=self.trust,
            force=self.force,
            student=self.coursedir.student_id,
            exclude=tuple(excluded.split(",")) if excluded else (),
            limits=limits_of(self.seconds, self.memory),
        )
        verdicts = grade_unit(Course(self, self.coursedir.assignment_id), settings)
        for verdict in verdicts:
            grade = f"{verdict.score:g} of {verdict.max_score:g}"
            name = printable(verdict.student, 40)
            self.log.info("%s: %s %s", name, grade, one_line(verdict.reason))
        unfinished = [verdict for verdict in verdicts if not verdict.recorded]
        if unfinished:
            first = unfinished[0]
            raise UserError(f"{printable(first.student, 40)}: {one_line(first.problem)}")

    def init_destination(self, assignment_id: str, student_id: str) -> bool:
        """Whether nbgrader is to grade a student: not one whose id isn't one."""
        if is_student_id(student_id):
            return super().init_destination(assignment_id, student_id)
        self.log.error("%s: %s", printable(student_id, 40), NOT_AN_ID)
        return False

    def _init_preprocessors(self) -> None:
        """nbgrader's own steps, and then ours, which clean what a page would render."""
        super()._init_preprocessors()
        self.exporter.register_preprocessor(CleanAnswers, enabled=True)


def install() -> None:
    """Have nbgrader's commands and its formgrader use `RetouchAutograde`, and safe pages."""
    protect()
    for name in USERS:
        importlib.import_module(name).Autograde = RetouchAutograde  # type: ignore[attr-defined]
