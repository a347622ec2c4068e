"""Grading a unit in a course directory, from the settings to the summary."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from autograder.errors import UserError
from autograder.grade.cluster import ClusterPool
from autograder.grade.engine import Engine, Template
from autograder.grade.judging import JudgingProcess
from autograder.grade.pool import LocalPool, Pool, cores, observer_maker
from autograder.grade.records.gradebook import Book
from autograder.grade.records.journal import Journal
from autograder.grade.submissions.course_directory import Course
from autograder.grade.unit import GradedUnit, load_unit
from autograder.grade.verdict import SubmissionVerdict
from autograder.sandbox.job import MIB, Limits

Progress = Callable[[int, int, SubmissionVerdict], None]


@dataclass(frozen=True)
class Settings:
    """How to grade.

    Attributes:
        jobs: how many submissions to run at a time; 0 for one on each processor.
        dask: the address of a Dask scheduler, to run them there instead; "" for here.
        trust: run answers without a sandbox.
        force: grade also what has been graded and hasn't changed.
        student: whom to grade, as a file pattern.
        exclude: whom not to grade.
        limits: what each answer may use up.
    """

    jobs: int = 0
    dask: str = ""
    trust: bool = False
    force: bool = False
    student: str = "*"
    exclude: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)


def limits_of(seconds: float, megabytes: int) -> Limits:
    """The limits with which to grade: ten times an exercise's seconds for a submission.

    Raises:
        UserError: one of them is not positive.
    """
    if not (seconds > 0 and megabytes > 0):
        raise UserError(
            f"expected limits above 0, found {seconds:g} seconds and {megabytes} MB of memory"
        )
    return Limits(seconds=seconds, submission_seconds=10 * seconds, memory=megabytes * MIB)


def make_pool(unit: GradedUnit, settings: Settings) -> Pool:
    """Where answers are to run: on a cluster, or on this machine."""
    if settings.dask:
        return ClusterPool(unit, settings.limits, settings.dask, settings.trust)
    make = observer_maker(settings.trust)
    return LocalPool(unit, settings.limits, settings.jobs or cores(), make)


def grade_unit(
    course: Course,
    settings: Settings,
    progress: Progress = lambda _done, _total, _verdict: None,
    pool: Callable[[GradedUnit, Settings], Pool] = make_pool,
) -> list[SubmissionVerdict]:
    """Grade what was submitted of a unit.

    Args:
        course: the course directory, opened for the unit.
        settings: how to grade.
        progress: called after each submission with how many are done, of how many.
        pool: makes the pool in which answers run.

    Raises:
        UserError: there is nothing to grade, no sandbox, or the gradebook or disk refuses.
    """
    unit = load_unit(course.root, course.unit)
    students = course.students(settings.student, settings.exclude)
    done = 0

    def report(verdict: SubmissionVerdict) -> None:
        nonlocal done
        done += 1
        progress(done, len(students), verdict)

    with _engine(course, unit, settings, pool) as engine:
        return engine.run(students, report)


@contextmanager
def _engine(
    course: Course,
    unit: GradedUnit,
    settings: Settings,
    make: Callable[[GradedUnit, Settings], Pool],
) -> Iterator[Engine]:
    """An engine with everything that it needs, closed in reverse order at the end."""
    with ExitStack() as stack:
        judging = JudgingProcess([exercise.data for exercise in unit.exercises], settings.limits)
        stack.callback(judging.close)
        journal = Journal(course.root, course.unit)
        stack.callback(journal.close)
        book = Book(course)
        stack.callback(book.close)
        template = Template.of(book.template(), unit)
        pool = make(unit, settings)
        stack.callback(pool.close)
        yield Engine(course, unit, template, book, journal, pool, judging, settings.force)
