"""A tiny exercise, and a sandbox to run its answers in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from autograder.check.data import Case, CheckData, load_record
from autograder.check.judge import Verdict, judge
from autograder.check.observe import run_case
from autograder.check.values import encode
from autograder.sandbox.host.observer import SandboxedObserver, sandbox_problem
from autograder.sandbox.job import MIB, Job, Limits, Result, Task

HIDE = ("retouch.pixels",)
PRELUDE = ("import numpy as np", "def half(x):\n    return x / 2")
DOUBLE = "def double(x):\n    return 2 * x"
FORBID = ["scipy", "numpy.linalg", "retouch.pixels"]
LIMITS = Limits(
    seconds=2,
    submission_seconds=60,
    memory=256 * MIB,
    processes=16,
    files=50,
    scratch=8 * MIB,
    output=4 * MIB,
)


def exercise(name: str, solution: Callable[..., object], forbid: list[str]) -> CheckData:
    """An exercise with two cases and what its solution returns."""
    inputs = [np.array([1.0, 5.0, 6.0]), np.array([[3.0, -2.0]])]
    cases = [Case(f"case {n}", {"x": encode(x)}) for n, x in enumerate(inputs)]
    cases = [replace(case, expected=_expected(name, solution, case)[0]) for case in cases]
    cases = [replace(case, rules=_expected(name, solution, case)[1]) for case in cases]
    return CheckData(f"attack.{name}", 1.0, [name], forbid, [], None, cases, [])


def _expected(name, solution, case):
    outcome, rules = run_case({name: solution}, case, None)
    return outcome.observed, rules


ATTACKED = exercise("double", lambda x: 2 * x, FORBID)
SIBLING = exercise("quadruple", lambda x: 4 * x, [])


def job(answer: str, name: str = "berta") -> Job:
    """A submission: an answer to `double`, and an honest one to an exercise that builds on it."""
    return Job(
        name,
        (
            Task(ATTACKED.exercise, ATTACKED.questions().dump(), PRELUDE, answer),
            Task(
                SIBLING.exercise,
                SIBLING.questions().dump(),
                (*PRELUDE, DOUBLE),
                "def quadruple(x):\n    return double(double(x))",
            ),
        ),
        HIDE,
    )


def verdict(data: CheckData, result: Result) -> Verdict:
    """The judgement of a result that has a record."""
    assert result.record is not None, result.ended
    return judge(data, load_record(result.record))


@pytest.fixture(scope="session")
def tiny() -> SimpleNamespace:
    """The helpers above, for tests in any folder."""
    return SimpleNamespace(
        **{item.__name__: item for item in (exercise, job, verdict, descendants)},
        attacked=ATTACKED,
        sibling=SIBLING,
        honest=DOUBLE,
        limits=LIMITS,
        hide=HIDE,
        prelude=PRELUDE,
    )


@pytest.fixture(scope="session")
def working_sandbox() -> None:
    """Skip, and say why, where there is no sandbox; on CI there must be one."""
    problem = sandbox_problem()
    if problem and os.environ.get("CI") == "true":
        pytest.fail(problem)
    if problem:
        pytest.skip(problem)


@pytest.fixture(scope="module")
def observer(working_sandbox) -> Iterator[SandboxedObserver]:
    observer = SandboxedObserver(LIMITS)
    yield observer
    observer.close()


def descendants() -> set[tuple[int, str]]:
    """The processes below this one, with what they run."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, rest = path.read_text(encoding="utf-8", errors="replace").split(" (", 1)
        except OSError:
            continue
        name, _, fields = rest.rpartition(") ")
        parents[int(pid)] = (int(fields.split()[1]), name)
    found, last = {os.getpid()}, set()
    while found != last:
        last = found
        found = found | {pid for pid, (parent, _) in parents.items() if parent in found}
    return {(pid, parents[pid][1]) for pid in found - {os.getpid()} if pid in parents}
