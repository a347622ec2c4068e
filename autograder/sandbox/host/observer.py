"""Running submissions where they can do no harm.

`SandboxedObserver` keeps one sandbox (`bubblewrap`) and in it one process per exercise, which
forks an isolated process per answer (`inside.isolation`). Where the kernel allows no namespaces
within namespaces, as under Ubuntu's AppArmor profile for bubblewrap, every answer gets a sandbox
of its own: as safe, but slower.
"""

from __future__ import annotations

import socket
import time
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from autograder.check.data import CheckData
from autograder.errors import UserError
from autograder.sandbox import messages
from autograder.sandbox.host import mounts
from autograder.sandbox.host.bubblewrap import Sandbox, StartError
from autograder.sandbox.host.imports import shared_imports
from autograder.sandbox.host.prelude import imports, needed
from autograder.sandbox.host.reply import Reply, ask
from autograder.sandbox.job import Ending, Job, Limits, Result, Task, spared

_MOST_EXERCISES = 40
_NAMESPACES = (
    "allow unprivileged user namespaces (Ubuntu: an AppArmor profile for bwrap; in a container: "
    "a seccomp profile that permits `unshare` and `mount`)"
)


class _Key(NamedTuple):
    """What the answers to an exercise share."""

    questions: bytes
    imports: bytes


@lru_cache(maxsize=256)
def _key(questions: bytes, prelude: tuple[str, ...]) -> _Key:
    return _Key(questions, imports(prelude, CheckData.load(questions).observe))


def sandbox_problem() -> str | None:
    """The one line that says what to install or allow; None if the sandbox works."""
    problem = mounts.unsupported()
    if problem:
        return problem
    try:
        Sandbox().close()
    except (StartError, OSError) as error:
        advice = f"; {_NAMESPACES}" if str(error).startswith("bwrap") else ""
        return f"expected bubblewrap to make a sandbox, found: {error}{advice}"
    return None


class SandboxedObserver:
    """Runs answers in a sandbox, one submission at a time.

    Make one per worker, in the thread that uses it, and close it in the end.

    Raises:
        UserError: there is no sandbox here; the text is that of `sandbox_problem`.
    """

    def __init__(self, limits: Limits | None = None, nested: bool = True) -> None:
        problem = sandbox_problem()
        if problem:
            raise UserError(problem)
        self.limits = limits or Limits()
        self._nested = nested
        self._sandbox: Sandbox | None = None
        self._unit: tuple[tuple[str, ...], list[str]] = ((), [])
        self._exercises: dict[_Key, socket.socket] = {}
        self._masks: dict[_Key, list[str]] = {}

    def observe(self, job: Job) -> list[Result]:
        """One result per task of a submission, in its order.

        Raises:
            UserError: the sandbox can't be started any more.
        """
        if self._sandbox is None or job.hide != self._unit[0]:
            self.close()
            self._unit = (job.hide, shared_imports(job.tasks))
        results: list[Result] = []
        left = self.limits.submission_seconds
        for task in job.tasks:
            result = spared(task, results) or self._within(task, left)
            left -= result.seconds
            results.append(result)
        return results

    def _within(self, task: Task, left: float) -> Result:
        """A task's result, if there is time left for it."""
        if left <= 0:
            return Result(task.exercise, None, Ending.NOT_RUN, 0.0)
        limits = replace(self.limits, seconds=min(self.limits.seconds, left))
        reply = self._reply(task, limits)
        return Result(task.exercise, reply.record, reply.ended, reply.seconds, reply.detail)

    def _reply(self, task: Task, limits: Limits) -> Reply:
        key = _key(task.questions, task.prelude)
        prelude = needed(task.prelude, task.answer)
        started = time.monotonic()
        try:
            orders = self._exercise(key)
            started = time.monotonic()
            return ask(orders, task.answer, prelude, limits, self._after_one)
        except (StartError, OSError) as error:
            self.close()
            raise UserError(f"expected the sandbox to start, found: {error}") from error
        except messages.Gone:
            self.close()
            return Reply(None, Ending.LOST, time.monotonic() - started)

    def _exercise(self, key: _Key) -> socket.socket:
        """Where the process of an exercise takes orders; it is started if need be."""
        if key in self._exercises and self._sandbox is not None:
            return self._exercises[key]
        if len(self._exercises) >= _MOST_EXERCISES:
            self.close()
        sandbox = self._sandbox or self._start(key)
        orders, walled, _ = sandbox.exercise(*key)
        if not sandbox.nested and key not in self._masks:
            orders.close()
            self.close()
            self._masks[key] = walled
            return self._exercise(key)
        self._exercises[key] = orders
        return orders

    def _start(self, key: _Key) -> Sandbox:
        hide, preload = self._unit
        masks = self._masks.get(key, [])
        self._sandbox = Sandbox(hide, preload if self._nested else (), masks, self._nested)
        self._nested = self._sandbox.nested
        return self._sandbox

    def _after_one(self) -> None:
        """A sandbox for one answer ends with it."""
        if not self._nested:
            self.close()

    def close(self) -> None:
        """End the sandbox and all that is in it; another job starts a new one."""
        for orders in self._exercises.values():
            orders.close()
        self._exercises.clear()
        if self._sandbox is not None:
            self._sandbox.close()
            self._sandbox = None
