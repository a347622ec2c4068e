"""`nbgrader autograde` and the formgrader's button, by the same engine as `retouch grade`.

`retouch release` writes `install()` into a course's nbgrader_config.py.
"""

from __future__ import annotations

import importlib
from pathlib import Path

from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from traitlets import Bool, Float, Integer, Unicode

from autograder.errors import UserError

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
        from autograder.released import is_released

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
            self.log.info("%s: %s %s", verdict.student, grade, verdict.reason)
        unfinished = [verdict for verdict in verdicts if not verdict.recorded]
        if unfinished:
            raise UserError(f"{unfinished[0].student}: {unfinished[0].problem}")


def install() -> None:
    """Have nbgrader's commands and its formgrader use `RetouchAutograde`."""
    for name in USERS:
        importlib.import_module(name).Autograde = RetouchAutograde  # type: ignore[attr-defined]
