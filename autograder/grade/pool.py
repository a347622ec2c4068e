"""Running many submissions at once: on this machine's cores, each in a process of its own."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from autograder.errors import UserError
from autograder.grade.job import Job, Limits, Observer, Result, Task
from autograder.grade.unit import GradedExercise, GradedUnit

MakeObserver = Callable[[Limits], Observer]


class Pool(Protocol):
    """Somewhere to run answers.

    Attributes:
        size: how many submissions it can run at a time.
    """

    size: int

    def submit(self, name: str, answers: Mapping[str, str]) -> Future[list[Result]]:
        """Run the answers of one submission, by the ids of their exercises."""
        ...

    def close(self) -> None:
        """Stop everything that was started."""
        ...


class LocalPool:
    """Observers on this machine, one for each job, each made when it is first needed."""

    def __init__(self, unit: GradedUnit, limits: Limits, jobs: int, make: MakeObserver) -> None:
        self.size = jobs
        self._unit, self._limits, self._make = unit, limits, make
        self._threads = ThreadPoolExecutor(jobs, thread_name_prefix="observer")
        self._here = threading.local()
        self._observers: list[Observer] = []

    def submit(self, name: str, answers: Mapping[str, str]) -> Future[list[Result]]:
        """Run the answers of one submission in the next observer that is free."""
        job = make_job(name, self._unit.exercises, answers, self._unit.hide)
        return self._threads.submit(self._observe, job)

    def close(self) -> None:
        """End the observers; what is still running in them is lost."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for observer in self._observers:
            observer.close()
        self._threads.shutdown(wait=True)

    def _observe(self, job: Job) -> list[Result]:
        if not hasattr(self._here, "observer"):
            self._here.observer = self._make(self._limits)
            self._observers.append(self._here.observer)
        return self._here.observer.observe(job)


def make_job(
    name: str,
    exercises: tuple[GradedExercise, ...],
    answers: Mapping[str, str],
    hide: tuple[str, ...],
) -> Job:
    """The job of one submission: its answers and what they are run on, in the unit's order."""
    tasks = [
        Task(exercise.id, exercise.questions, exercise.prelude, answers[exercise.id])
        for exercise in exercises
        if exercise.id in answers
    ]
    return Job(name, tuple(tasks), hide)


def observer_maker(trust: bool) -> MakeObserver:
    """How observers are made: sandboxed, unless submissions are trusted.

    Raises:
        UserError: there is no sandbox; the line says what to install.
    """
    from autograder.grade.sandbox import SandboxedObserver, sandbox_problem
    from autograder.grade.trusted import TrustedObserver

    if trust:
        return TrustedObserver
    problem = sandbox_problem()
    if problem:
        raise UserError(f"{problem}; or trust every submission with --trust")
    return SandboxedObserver


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))
