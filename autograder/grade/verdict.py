"""The outcome of grading: a score and a reason that a student understands."""

from __future__ import annotations

import html
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from autograder.check.archive import ArchiveError
from autograder.check.data import CheckData, Crash, Record, load_record
from autograder.check.judge import Verdict, judge
from autograder.check.report import html_report, text_report
from autograder.sandbox.job import MEMORY, OUTPUT, PROCESSES, TIMEOUT, Limits, Result

MAX_REASON = 300


@dataclass(frozen=True)
class ExerciseVerdict:
    """The judgement of one exercise.

    Attributes:
        score, max_score: in the points of the gradebook.
        reason: one line; empty where the answer passes.
        text, html: the whole report, as it stands under the check in the autograded notebook.
    """

    exercise: str
    score: float
    max_score: float
    passed: bool
    reason: str = ""
    text: str = ""
    html: str = ""


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


def judge_results(
    data: CheckData,
    results: Sequence[Result],
    points: float,
    limits: Limits,
    notes: tuple[str, ...] = (),
) -> ExerciseVerdict:
    """The verdict on what came back from a sandbox; whatever that is, there is one.

    Args:
        results: one for the visible cases, and one for the hidden ones if there are any.
    """
    return _reported(verdict_of(data, results, limits), points, notes)


def verdict_of(data: CheckData, results: Sequence[Result], limits: Limits) -> Verdict:
    """The judgement of what came back from a sandbox; whatever that is, there is one."""
    for result in results:
        if result.record is None:
            return remarked(data, ended_reason(result, limits))
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return judge(data, _joined(data, results, limits))
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


def ended_reason(result: Result, limits: Limits) -> str:
    """Why an answer's run was ended, for the student."""
    reasons = {
        TIMEOUT: f"still running after {limits.seconds:g} seconds; is there a loop without end?",
        MEMORY: f"it used more than the {limits.memory / 2**20:.0f} MB of memory allowed",
        OUTPUT: f"it returned or printed more than the {limits.output / 2**20:.0f} MB allowed",
        PROCESSES: f"it started more than the {limits.processes} processes or threads allowed",
    }
    if result.ended in reasons:
        return reasons[result.ended]
    if result.ended.startswith("not run"):
        return (
            f"not run: the exercises before it used up the {limits.submission_seconds:g} seconds "
            "of a submission"
        )
    detail = result.ended.partition(": ")[2]
    return "Python ended in the middle of your answer" + (f" ({detail})" if detail else "")


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
