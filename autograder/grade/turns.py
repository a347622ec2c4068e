"""Whose turn it is: many submissions at a time, or one answer alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Condition

from autograder.sandbox.job import NO_FAULT, Job, Observer, Result


class Turns:
    """A lock for many who share it, or one who has it alone; whoever waits to be alone is next."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._sharing = self._waiting = 0
        self._alone = False

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Run beside others."""
        with self._changed:
            self._changed.wait_for(lambda: not self._alone and not self._waiting)
            self._sharing += 1
        try:
            yield
        finally:
            with self._changed:
                self._sharing -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Run when nobody else does."""
        with self._changed:
            self._waiting += 1
            self._changed.wait_for(lambda: not self._alone and not self._sharing)
            self._waiting -= 1
            self._alone = True
        try:
            yield
        finally:
            with self._changed:
                self._alone = False
                self._changed.notify_all()


def observe_fairly(observer: Observer, job: Job, turns: Turns) -> list[Result]:
    """The results of a submission; an answer that ran out of time had a second try, alone.

    So nobody loses a point because the machine, or another submission on it, was busy.
    """
    with turns.shared():
        results = observer.observe(job)
    again = {result.exercise for result in results if result.ended in NO_FAULT}
    if not again:
        return results
    tasks = tuple(task for task in job.tasks if task.exercise in again)
    with turns.alone():
        second = iter(observer.observe(replace(job, tasks=tasks)))
    return [next(second) if result.exercise in again else result for result in results]
