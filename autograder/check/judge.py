"""Comparing what was observed of an answer with what is expected, and saying what is wrong.

The judge never runs an answer. It sees a record of plain data only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from autograder.check.compare import difference
from autograder.check.conclude import concluded
from autograder.check.data import Case, CheckData, Crash, Mistake, Outcome, Record
from autograder.check.diagnose import resembling
from autograder.check.observe import RETURNED, UNCHANGED
from autograder.check.values import Value

NOT_WRITTEN = "there is no answer here yet: write the function in the cell above and run it"


@dataclass(frozen=True)
class Failure:
    """One observation that misses: in which case, which observation, and how."""

    case: Case
    outcome: Outcome
    name: str
    problem: str

    @property
    def text(self) -> str:
        """The failure in one line; a hidden case keeps its values to itself."""
        if self.case.source == "hidden":
            return f"in a hidden case ({self.case.name}): {self.name or 'it'} is not as expected"
        subject = f"{self.name}: " if self.name not in ("", "result", UNCHANGED) else ""
        return f"{self.case.name}: {subject}{self.problem}"


@dataclass(frozen=True)
class Verdict:
    """The judgement of one answer.

    Attributes:
        failures: what misses, in the order of the cases; empty when the answer passes.
        remark: a reason that concerns the whole answer ("not written yet", a forbidden name).
        mistake: the known mistake that the answer makes, if it is known.
    """

    exercise: str
    points: float
    cases: int
    failures: list[Failure] = field(default_factory=list)
    remark: str = ""
    mistake: Mistake | None = None

    @property
    def passed(self) -> bool:
        """Whether every observation of every case is as expected."""
        return not self.failures and not self.remark

    @property
    def score(self) -> float:
        """All points or none: an answer is right when it is right in every case."""
        return self.points if self.passed else 0.0

    @property
    def cases_failed(self) -> int:
        """In how many cases something misses."""
        return len({id(failure.case) for failure in self.failures})

    @property
    def lines(self) -> list[str]:
        """Everything that is wrong, a line each."""
        return ([self.remark] if self.remark else []) + [f.text for f in self.failures]


def without(forbidden: Iterable[str]) -> str:
    """The remark on an answer that uses what its exercise forbids."""
    return f"this exercise is about writing it yourself, without {', '.join(forbidden)}"


def judge(data: CheckData, record: Record) -> Verdict:
    """The verdict on an answer from what was observed of it."""
    verdict = Verdict(data.exercise, data.points, len(data.cases))
    if record.forbidden:
        return replace(verdict, remark=without(record.forbidden))
    if record.stopped:
        remark = f"your code could not be judged: {_joined(record.stopped)}"
        return replace(verdict, remark=remark)
    if len(record.outcomes) != len(data.cases):
        remark = f"{len(record.outcomes)} of {len(data.cases)} cases were run"
        return replace(verdict, remark=remark)
    if all(o.crash and o.crash.type == "NotImplementedError" for o in record.outcomes):
        return replace(verdict, remark=NOT_WRITTEN)
    record = concluded(data, record)
    with np.errstate(all="ignore"):
        failures = [
            failure
            for case, outcome in zip(data.cases, record.outcomes, strict=True)
            for failure in _failures(case, outcome)
        ]
        mistakes = resembling(data, record) if failures else []
    return replace(verdict, failures=failures, mistake=mistakes[0] if mistakes else None)


def _failures(case: Case, outcome: Outcome) -> list[Failure]:
    if outcome.crash:
        return [Failure(case, outcome, "", _crash_text(outcome.crash))]
    failures = []
    for name, expected in case.expected.items():
        problem = _problem(name, case, expected, outcome)
        if problem:
            failures.append(Failure(case, outcome, name, problem))
    return failures


def _problem(name: str, case: Case, expected: Value, outcome: Outcome) -> str | None:
    if name not in outcome.observed:
        return "can't be told from what your function returned"
    problem = difference(expected, case.rules[name], outcome.observed[name])
    if problem and name == UNCHANGED:
        return "your function changed its input; work on a copy"
    return problem


def _joined(stopped: Crash) -> str:
    """What stopped an answer: an exception with its message, or a plain sentence."""
    separator = ": " if stopped.type.isidentifier() else " "
    return f"{stopped.type}{separator}{stopped.message}"


def _crash_text(crash: Crash) -> str:
    if crash.type == RETURNED:
        return f"your function returned {crash.message}, with which nothing can be done here"
    if crash.type == "NotImplementedError":
        return "this part is not written yet (NotImplementedError)"
    if crash.type == "SystemExit":
        return "your function ended Python; return a value instead"
    line = f", in the line `{crash.line}`" if crash.line else ""
    message = f": {crash.message}" if crash.message else ""
    return f"your function raised {crash.type}{message}{line}"
