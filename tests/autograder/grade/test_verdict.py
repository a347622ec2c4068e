"""Whatever comes back from a sandbox, there is a verdict, and it says nothing hidden."""

import json

import numpy as np
import pytest

from autograder.check.archive import dump
from autograder.check.data import Outcome, Record, dump_record
from autograder.check.runner import observe_source
from autograder.check.values import Value, encode
from autograder.grade.job import MEMORY, NOT_RUN, OUTPUT, PROCESSES, TIMEOUT, Limits, Result
from autograder.grade.unit import load_unit
from autograder.grade.verdict import SubmissionVerdict, judge_result
from tests.autograder.grade.teaching import UNIT

LIMITS = Limits(seconds=7, submission_seconds=99, memory=512 * 2**20, output=2**20)


@pytest.fixture
def exercise(teaching):
    return load_unit(teaching.directory, UNIT).exercises[0]


def verdict(exercise, record, ended=""):
    result = Result(exercise.id, record, ended, 0.1)
    return judge_result(exercise.data, result, 2.0, LIMITS)


@pytest.mark.parametrize(
    ("ended", "reason"),
    [
        (TIMEOUT, "still running after 7 seconds; is there a loop without end?"),
        (MEMORY, "it used more than the 512 MB of memory allowed"),
        (OUTPUT, "it returned or printed more than the 1 MB allowed"),
        (PROCESSES, "it started more than the 64 processes or threads allowed"),
        (NOT_RUN, "not run: the exercises before it used up the 99 seconds of a submission"),
        ("killed: signal 11", "Python ended in the middle of your answer (signal 11)"),
        ("killed", "Python ended in the middle of your answer"),
    ],
)
def test_what_ended_a_run_is_said(exercise, ended, reason):
    found = verdict(exercise, None, ended)
    assert (found.passed, found.score, found.max_score, found.reason) == (False, 0, 2, reason)
    assert reason in found.text


def _deep(depth):
    value = Value("none", "NoneType", None)
    for _ in range(depth):
        value = Value("sequence", "list", (value,))
    return value


FORGED = {
    "nothing": b"",
    "a pickle": b"\x80\x04\x95\x0c\x00\x00\x00\x00\x00\x00\x00\x8c\x08builtins\x94.",
    "a number": dump(3),
    "no outcomes": dump({"outcomes": [], "forbidden": [], "stopped": None}),
    "no values": dump({"outcomes": [{"observed": {"result": 1}}], "forbidden": []}),
    "one case of many": dump_record(Record([Outcome({"result": encode(1)})])),
    "passed": dump({"passed": True, "score": 99}),
    "too large": dump_record(Record([Outcome({"result": encode(np.zeros(10**6))})])),
}


@pytest.mark.parametrize("kind", FORGED)
def test_a_forged_record_is_worth_nothing(exercise, kind):
    found = verdict(exercise, FORGED[kind])
    assert (found.passed, found.score) == (False, 0)
    assert found.reason


@pytest.mark.parametrize(
    "value",
    [
        _deep(200),
        encode(np.full((9, 12), np.nan)),
        encode(float("inf")),
        encode({"a": [1, None, "x"]}),
        encode(np.zeros((0, 3))),
        encode(np.ones((9, 12), complex)),
        Value("object", "Anything", None),
        encode("<script>alert(1)</script>"),
    ],
    ids=repr,
)
def test_any_value_gets_a_verdict(exercise, value):
    record = Record([Outcome({"result": value, "more": value}) for _ in exercise.data.cases])
    found = verdict(exercise, dump_record(record))
    assert not found.passed
    assert "<script>" not in found.html


def test_hidden_values_stay_hidden(exercise):
    """An answer that is right on the visible cases only is told that, and no number."""
    data = exercise.data
    source = (
        "def double(image):\n"
        "    seen = double.__dict__.setdefault('n', 0); double.n = seen + 1\n"
        "    return 2 * image + (0.125 if seen >= 2 else 0)\n"
    )
    record = observe_source(data.questions(), list(exercise.prelude), source)
    found = verdict(exercise, dump_record(record))
    assert not found.passed
    assert "hidden case" in found.reason
    text = found.text + found.html
    hidden = [case for case in data.cases if case.source == "hidden"]
    numbers = [f"{x:.6g}" for c in hidden for x in c.expected["result"].data.ravel()]
    assert not [number for number in numbers if len(number) > 7 and number in text]


def test_a_verdict_survives_its_way_through_the_journal(exercise):
    found = verdict(exercise, None, TIMEOUT)
    whole = SubmissionVerdict("ada", (found,), "", ("a note",), 1, seconds=2.5)
    again = SubmissionVerdict.from_dict(json.loads(json.dumps(whole.as_dict())))
    assert again.as_dict() == whole.as_dict()
    assert again.reason == f"double: {found.reason}; a note"
