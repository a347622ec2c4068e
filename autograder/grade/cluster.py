"""Running submissions on a Dask cluster: its workers need this package and bubblewrap only.

What travels there: inputs, texts that answers build on, and answers. What comes back: bytes
that the instructor's machine judges. Expected values, the gradebook and the other submissions
never leave it.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from autograder.errors import UserError
from autograder.grade.turns import Turns, observe_fairly
from autograder.grade.unit import GradedUnit
from autograder.sandbox.job import Ending, Job, Limits, Result, Task

CONNECT_SECONDS = 15
RETRIES = 5
Questions = tuple[tuple[str, bytes, tuple[str, ...]], ...]
Answered = list[tuple[str, bytes | None, str, float, str]]
_here = threading.local()
_turns = Turns()


@dataclass(frozen=True)
class Terms:
    """How submissions are to be run: what is hidden from them, within which limits."""

    hide: tuple[str, ...]
    limits: Limits
    trust: bool


class ClusterPool:
    """The workers of a Dask scheduler."""

    def __init__(self, unit: GradedUnit, limits: Limits, address: str, trust: bool) -> None:
        self._client = _connect(address)
        self._terms = Terms(unit.hide, limits, trust)
        self.size = _usable(self._client, address, trust)
        parts = tuple((e.id, part, e.prelude) for e in unit.exercises for part in e.questions)
        # A task rather than a scattered value: Dask can make it again when its holder dies.
        self._questions = self._client.submit(_same, parts, key=_key("questions"), retries=RETRIES)

    def submit(self, name: str, answers: Mapping[str, str]) -> Future[list[Result]]:
        """Run the answers of one submission on some worker; on another one if that dies."""
        remote = self._client.submit(
            observe_on_worker,
            self._questions,
            name,
            dict(answers),
            self._terms,
            key=_key("submission"),
            retries=RETRIES,
        )
        future: Future[list[Result]] = Future()
        remote.add_done_callback(lambda done: _hand_over(done, future))
        return future

    def close(self) -> None:
        """Leave the cluster; what is still running there is cancelled."""
        self._client.close()


def observe_on_worker(
    questions: Questions, name: str, answers: Mapping[str, str], terms: Terms
) -> Answered:
    """Run one submission in this worker's own observer, which is kept for the next one.

    A second try is alone in this worker's process; others on the same machine may be busy.
    """
    from autograder.grade.pool import observer_maker

    if getattr(_here, "terms", None) != terms:
        _here.observer = observer_maker(terms.trust)(terms.limits)
        _here.terms = terms
    tasks = [Task(id, data, texts, answers[id]) for id, data, texts in questions if id in answers]
    results = observe_fairly(_here.observer, Job(name, tuple(tasks), terms.hide), _turns)
    return [(r.exercise, r.record, r.ended.value, r.seconds, r.detail) for r in results]


def _hand_over(done: Any, future: Future[list[Result]]) -> None:
    """Turn what Dask has for us into an ordinary future's result."""
    try:
        answered: Answered = done.result()
        future.set_result([Result(i, r, Ending(e), s, d) for i, r, e, s, d in answered])
    except Exception as error:
        future.set_exception(error)


def _connect(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise UserError(
            "expected Dask for --dask, found none; install it with `pip install retouch[cluster]`"
        ) from error
    try:
        return Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UserError(
            f"expected a Dask scheduler at {address}, found none; start one with `dask scheduler` "
            "and give its address, such as tcp://host:8786"
        ) from error


def _usable(client: Any, address: str, trust: bool) -> int:
    """How many submissions the workers run at a time; every one of them must have a sandbox."""
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        problems = {} if trust else client.run(_problem)
    except Exception as error:
        client.close()
        raise UserError(
            f"expected workers with this package at {address}, found {_short(error)}; start them "
            "with `dask worker ADDRESS` in an environment that has Retouch"
        ) from error
    for worker, problem in problems.items():
        if problem:
            client.close()
            raise UserError(f"the worker {worker}: {problem}")
    return sum(client.nthreads().values())


def _problem() -> str | None:
    from autograder.sandbox.host.observer import sandbox_problem

    return sandbox_problem()


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__


def _same(item: Any) -> Any:
    return item


def _key(what: str) -> str:
    return f"retouch-{what}-{uuid.uuid4().hex}"
