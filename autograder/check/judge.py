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
from autograder.check.effects import MESSAGES
from autograder.check.failure import Failure, crash_text, merged
from autograder.check.observe import UNCHANGED
from autograder.check.values import Value

NOT_WRITTEN = "there is no answer here yet: write the function in the cell above and run it"


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
    def told(self) -> list[Failure]:
        """The failures as they are told: what happens in several cases alike, once."""
        return merged(self.failures, self.cases)

    @property
    def is_explained(self) -> bool:
        """Whether what is shown says more than what was expected and what came."""
        return bool(self.remark) or any(failure.is_explained for failure in self.failures)

    @property
    def lines(self) -> list[str]:
        """Everything that is wrong, a line each."""
        return ([self.remark] if self.remark else []) + [f.text for f in self.told]


def without(forbidden: Iterable[str]) -> str:
    """The remark on an answer that uses what its exercise forbids."""
    return f"this exercise is about writing it yourself, without {', '.join(forbidden)}"


def judge(data: CheckData, record: Record, text: str | None = None) -> Verdict:
    """The verdict on an answer from what was observed of it.

    Args:
        data: the exercise.
        record: what was observed of the answer.
        text: the answer's source text, which some mistakes are known by; None if unknown.
    """
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
        mistakes = resembling(data, record, text) if failures else []
    return replace(verdict, failures=failures, mistake=mistakes[0] if mistakes else None)


def _failures(case: Case, outcome: Outcome) -> list[Failure]:
    if outcome.crash:
        return [Failure(case, outcome, "", crash_text(outcome.crash))]
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
    return MESSAGES.get(name, problem) if problem else None


def _joined(stopped: Crash) -> str:
    """What stopped an answer: an exception with its message, or a plain sentence."""
    separator = ": " if stopped.type.isidentifier() else " "
    return f"{stopped.type}{separator}{stopped.message}"
