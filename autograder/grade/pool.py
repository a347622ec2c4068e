"""Running many submissions at once: on this machine's cores, each in a process of its own."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Protocol

from autograder.errors import UserError
from autograder.grade.turns import Turns, observe_fairly
from autograder.grade.unit import GradedExercise, GradedUnit
from autograder.sandbox.job import Job, Limits, Observer, Result, Task

PATIENCE = 2.0
MakeObserver = Callable[[Limits], Observer]
Order = tuple[Job, Future[list[Result]]]


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
    """Observers on this machine, one for each job, each made and closed by its own thread."""

    def __init__(self, unit: GradedUnit, limits: Limits, jobs: int, make: MakeObserver) -> None:
        self.size = jobs
        self._unit, self._limits, self._make = unit, limits, make
        self._turns = Turns()
        self._orders: SimpleQueue[Order | None] = SimpleQueue()
        # Daemons, so that a run which is interrupted needn't wait for an answer's loop to time
        # out: the sandboxes end with this process.
        self._threads = [Thread(target=self._work, daemon=True) for _ in range(jobs)]
        for thread in self._threads:
            thread.start()

    def submit(self, name: str, answers: Mapping[str, str]) -> Future[list[Result]]:
        """Run the answers of one submission in the next observer that is free."""
        job = make_job(name, self._unit.exercises, answers, self._unit.hide)
        future: Future[list[Result]] = Future()
        self._orders.put((job, future))
        return future

    def close(self) -> None:
        """End the observers; what has not begun is dropped, and what has begun is not awaited."""
        with contextlib.suppress(Empty):
            while order := self._orders.get_nowait():
                order[1].cancel()
        for _ in self._threads:
            self._orders.put(None)
        for thread in self._threads:
            thread.join(timeout=PATIENCE)

    def _work(self) -> None:
        """Take orders until there are no more."""
        observer: Observer | None = None
        while order := self._orders.get():
            job, future = order
            try:
                observer = observer or self._make(self._limits)
                future.set_result(observe_fairly(observer, job, self._turns))
            except BaseException as error:
                future.set_exception(error)
        if observer:
            observer.close()


def make_job(
    name: str,
    exercises: tuple[GradedExercise, ...],
    answers: Mapping[str, str],
    hide: tuple[str, ...],
) -> Job:
    """The job of one submission: its answers and what they are run on, in the unit's order."""
    tasks = [
        Task(exercise.id, questions, exercise.prelude, answers[exercise.id])
        for exercise in exercises
        if exercise.id in answers
        for questions in exercise.questions
    ]
    return Job(name, tuple(tasks), hide)


def observer_maker(trust: bool) -> MakeObserver:
    """How observers are made: sandboxed, unless submissions are trusted.

    Raises:
        UserError: there is no sandbox; the line says what to install.
    """
    from autograder.sandbox.host.observer import SandboxedObserver, sandbox_problem
    from autograder.sandbox.trusted import TrustedObserver

    if trust:
        return TrustedObserver
    problem = sandbox_problem()
    if problem:
        raise UserError(f"{problem}; or trust every submission with --trust")
    return SandboxedObserver


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))
