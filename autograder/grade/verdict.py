"""The outcome of grading: a score and a reason that a student understands."""

from __future__ import annotations

import html
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from autograder.check.archive import ArchiveError
from autograder.check.data import CheckData, Crash, Record, load_record
from autograder.check.judge import Verdict, judge
from autograder.check.report import html_report, text_report
from autograder.sandbox.job import Ending, Limits, Result

MAX_REASON = 300


@dataclass(frozen=True)
class ExerciseVerdict:
    """The judgement of one exercise.

    Attributes:
        score, max_score: in the points of the gradebook.
        reason: one line; empty where the answer passes.
        text, html: the whole report, as it stands under the check in the autograded notebook.
        timed_out: whether the answer ran out of time, alone on the machine as well.
    """

    exercise: str
    score: float
    max_score: float
    passed: bool
    reason: str = ""
    text: str = ""
    html: str = ""
    timed_out: bool = False


@dataclass(frozen=True)
class SubmissionVerdict:
    """The judgement of one submission.

    Attributes:
        student: whose it is.
        problem: why nothing of it could be graded; empty where something could.
        notes: what was odd, and how it was read.
        manual: how many answers wait for a person.
        recorded: whether it stands in the gradebook.
        is_final: whether that is all that can be said; not so where the grader itself failed.
    """

    student: str
    exercises: tuple[ExerciseVerdict, ...]
    problem: str = ""
    notes: tuple[str, ...] = ()
    manual: int = 0
    recorded: bool = True
    is_final: bool = True
    seconds: float = field(default=0.0, compare=False)

    @property
    def score(self) -> float:
        """The points of all checks; answers that a person grades are not among them."""
        return sum(exercise.score for exercise in self.exercises)

    @property
    def max_score(self) -> float:
        """The points that the checks can give."""
        return sum(exercise.max_score for exercise in self.exercises)

    @property
    def timed_out(self) -> list[str]:
        """The exercises whose answers ran out of time."""
        return [e.exercise.partition(".")[2] for e in self.exercises if e.timed_out]

    @property
    def reason(self) -> str:
        """Everything that was lost and why, in one line."""
        if self.problem:
            return self.problem
        by_reason: dict[str, list[str]] = {}
        for exercise in self.exercises:
            if exercise.reason:
                by_reason.setdefault(exercise.reason, []).append(exercise.exercise)
        lost = [f"{_short(names)}: {reason}" for reason, names in by_reason.items()]
        return "; ".join([*lost, *self.notes])

    def as_dict(self) -> dict[str, Any]:
        """The verdict as plain data, as `--json` prints it and the journal keeps it."""
        return {
            "student": self.student,
            "score": self.score,
            "max_score": self.max_score,
            "reason": self.reason,
            "problem": self.problem,
            "notes": list(self.notes),
            "manual": self.manual,
            "recorded": self.recorded,
            "is_final": self.is_final,
            "seconds": round(self.seconds, 3),
            "exercises": [_terse(exercise) for exercise in self.exercises],
        }

    @classmethod
    def from_dict(cls, tree: Mapping[str, Any]) -> SubmissionVerdict:
        """The verdict in plain data, without the reports."""
        names = ("student", "problem", "manual", "recorded", "is_final", "seconds")
        exercises = tuple(ExerciseVerdict(**entry) for entry in tree["exercises"])
        plain = {name: tree[name] for name in names}
        return cls(exercises=exercises, notes=tuple(tree["notes"]), **plain)


def _short(exercises: list[str]) -> str:
    return ", ".join(name.partition(".")[2] for name in exercises)


def _terse(exercise: ExerciseVerdict) -> dict[str, Any]:
    return {key: item for key, item in asdict(exercise).items() if key not in ("text", "html")}


def judge_results(  # noqa: PLR0913 (all that a verdict depends on)
    data: CheckData,
    results: Sequence[Result],
    points: float,
    limits: Limits,
    notes: tuple[str, ...] = (),
    text: str = "",
) -> ExerciseVerdict:
    """The verdict on what came back from a sandbox; whatever that is, there is one.

    Args:
        results: one for the visible cases, and one for the hidden ones if there are any.
        text: the answer's, for diagnoses that depend on it.
    """
    verdict = verdict_of(data, results, limits, text)
    timed_out = any(result.ended == Ending.TIMEOUT for result in results)
    return replace(_reported(verdict, points, notes), timed_out=timed_out)


def verdict_of(
    data: CheckData, results: Sequence[Result], limits: Limits, text: str = ""
) -> Verdict:
    """The judgement of what came back from a sandbox; whatever that is, there is one.

    Args:
        text: the answer's, for diagnoses that depend on it.
    """
    for number, result in enumerate(results):
        if result.record is None:
            return remarked(data, ended_reason(result, limits, hidden=number > 0))
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return judge(data, _joined(data, results, limits), text)
    except ArchiveError:
        return remarked(data, "what your answer left behind is no record of a run")
    except (Exception, RecursionError) as error:
        kind = type(error).__name__
        return remarked(data, f"what your answer returned cannot be compared ({kind})")


def remarked(data: CheckData, reason: str) -> Verdict:
    """The judgement of an answer of which nothing could be compared."""
    return Verdict(data.exercise, data.points, len(data.cases), remark=reason)


def _joined(data: CheckData, results: Sequence[Result], limits: Limits) -> Record:
    """One record of all cases, from those that were made of the visible and the hidden ones.

    What an answer could write freely is kept from the visible cases only, since the student
    will read it: why it stopped, and no name that the exercise doesn't forbid.
    """
    records = [load_record(result.record or b"", limits.output) for result in results]
    forbidden = {name for record in records for name in record.forbidden} & set(data.forbid)
    stopped = records[0].stopped
    if not stopped and any(record.stopped for record in records):
        stopped = Crash("it stopped", "in the hidden cases")
    counts = [len(part.cases) for part in data.by_source()]
    if not stopped and [len(record.outcomes) for record in records] != counts:
        raise ArchiveError("not one outcome per case")
    outcomes = [outcome for record in records for outcome in record.outcomes]
    return Record(outcomes, sorted(forbidden), stopped)


def refused(
    data: CheckData, points: float, reason: str, notes: tuple[str, ...] = ()
) -> ExerciseVerdict:
    """The verdict on an answer that could not be judged, with the reason."""
    return _reported(remarked(data, reason), points, notes)


def ended_reason(result: Result, limits: Limits, hidden: bool = False) -> str:
    """Why an answer's run was ended, for the student.

    Args:
        hidden: whether it ran on hidden cases; how it ended there could tell of their inputs.
    """
    if result.ended == Ending.TIMEOUT:
        return f"still running after {limits.seconds:g} seconds; is there a loop without end?"
    if result.ended == Ending.NOT_RUN:
        return (
            f"not run: the exercises before it used up the {limits.submission_seconds:g} seconds "
            "of a submission"
        )
    if result.ended == Ending.LOST:
        return "the sandbox ended while it ran, twice"
    if hidden:
        return "your answer ended before it had done the hidden cases"
    reasons = {
        Ending.MEMORY: f"it used more than the {limits.memory / 2**20:.0f} MB of memory allowed",
        Ending.OUTPUT: f"it returned more than the {limits.output / 2**20:.0f} MB allowed",
        Ending.PROCESSES: f"it started {limits.processes} processes or threads or more at a time",
    }
    died = "Python ended in the middle of your answer"
    return reasons.get(result.ended, f"{died} ({result.detail})" if result.detail else died)


def _reported(verdict: Verdict, points: float, notes: tuple[str, ...]) -> ExerciseVerdict:
    text = "\n".join([text_report(verdict), *(f"  Note: {note}" for note in notes)])
    lines = "".join(f"<div>Note: {html.escape(note)}</div>" for note in notes)
    return ExerciseVerdict(
        verdict.exercise,
        points if verdict.passed else 0.0,
        points,
        verdict.passed,
        _reason(verdict),
        text,
        html_report(verdict) + lines,
    )


def _reason(verdict: Verdict) -> str:
    if verdict.mistake:
        return verdict.mistake.title
    if not verdict.lines:
        return ""
    more = f" (and {len(verdict.lines) - 1} more)" if len(verdict.lines) > 1 else ""
    return verdict.lines[0][:MAX_REASON] + more
