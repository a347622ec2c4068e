"""Whatever comes back from a sandbox, there is a verdict, and it says nothing hidden."""

import json

import numpy as np
import pytest

from autograder.check.archive import dump_untrusted as dump
from autograder.check.data import CheckData, Crash, Outcome, Record, dump_record
from autograder.check.runner import observe_source
from autograder.check.values import Value, encode
from autograder.grade.unit import load_unit
from autograder.grade.verdict import SubmissionVerdict, judge_results
from autograder.sandbox.job import Ending, Limits, Result
from tests.autograder.grade.teaching import UNIT

LIMITS = Limits(seconds=7, submission_seconds=99, memory=512 * 2**20, output=2**20)


@pytest.fixture
def exercise(teaching):
    return load_unit(teaching.directory, UNIT).exercises[0]


def verdict(exercise, *records, ended=Ending.RECORDED, detail=""):
    """The verdict on the records of the visible and of the hidden cases (or twice the same)."""
    both = records * (3 - len(records))
    results = [Result(exercise.id, record, ended, 0.1, detail) for record in both]
    return judge_results(exercise.data, results, 2.0, LIMITS)


def observed(exercise, *answers):
    """What answers do: one on the visible cases, the other one on the hidden ones."""
    parts = exercise.data.by_source()
    return [
        dump_record(observe_source(part.questions(), list(exercise.prelude), answer))
        for part, answer in zip(parts, answers, strict=True)
    ]


@pytest.mark.parametrize(
    ("ended", "detail", "reason"),
    [
        (Ending.TIMEOUT, "", "still running after 7 seconds; is there a loop without end?"),
        (Ending.MEMORY, "", "it used more than the 512 MB of memory allowed"),
        (Ending.OUTPUT, "", "it returned more than the 1 MB allowed"),
        (Ending.PROCESSES, "", "it started 16 processes or threads or more at a time"),
        (
            Ending.NOT_RUN,
            "",
            "not run: the exercises before it used up the 99 seconds of a submission",
        ),
        (Ending.LOST, "", "the sandbox ended while it ran, twice"),
        (Ending.DIED, "signal 11", "Python ended in the middle of your answer (signal 11)"),
        (Ending.DIED, "", "Python ended in the middle of your answer"),
    ],
)
def test_what_ended_a_run_is_said(exercise, ended, detail, reason):
    found = verdict(exercise, None, ended=ended, detail=detail)
    assert found.timed_out == (ended == Ending.TIMEOUT)
    assert (found.passed, found.score, found.max_score, found.reason) == (False, 0, 2, reason)
    assert reason in found.text


@pytest.mark.parametrize("detail", ["the answer ended Python (status 77)", "signal 11"])
@pytest.mark.parametrize("ended", [Ending.DIED, Ending.MEMORY, Ending.OUTPUT, Ending.PROCESSES])
def test_how_a_hidden_run_ended_is_not_said(exercise, ended, detail):
    right = "def double(image):\n    return 2 * image\n"
    visible = Result(exercise.id, observed(exercise, right, right)[0], Ending.RECORDED, 0.1)
    hidden = Result(exercise.id, None, ended, 0.1, detail)
    found = judge_results(exercise.data, [visible, hidden], 2.0, LIMITS)
    assert found.reason == "your answer ended before it had done the hidden cases"


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
    records = [
        Record([Outcome({"result": value, "more": value}) for _ in part.cases])
        for part in exercise.data.by_source()
    ]
    found = verdict(exercise, *map(dump_record, records))
    assert not found.passed
    assert "<script>" not in found.html


def test_hidden_values_stay_hidden(exercise):
    """An answer that is right on the visible cases only is told that, and no number."""
    data = exercise.data
    right = "def double(image):\n    return 2 * image\n"
    found = verdict(
        exercise, *observed(exercise, right, right.replace("image\n", "image + 0.125\n"))
    )
    assert not found.passed
    assert "hidden case" in found.reason
    text = found.text + found.html
    hidden = [case for case in data.cases if case.source == "hidden"]
    numbers = [f"{x:.6g}" for c in hidden for x in c.expected["result"].data.ravel()]
    assert not [number for number in numbers if len(number) > 7 and number in text]


def test_a_verdict_survives_its_way_through_the_journal(exercise):
    found = verdict(exercise, None, ended=Ending.TIMEOUT)
    whole = SubmissionVerdict("ada", (found,), "", ("a note",), 1, seconds=2.5)
    again = SubmissionVerdict.from_dict(json.loads(json.dumps(whole.as_dict())))
    assert again.as_dict() == whole.as_dict()
    assert again.reason == f"double: {found.reason}; a note"


def test_an_answer_that_is_right_everywhere_passes(exercise):
    right = "def double(image):\n    return 2 * image\n"
    assert verdict(exercise, *observed(exercise, right, right)).passed


def test_what_runs_on_visible_cases_holds_nothing_of_the_hidden_ones(exercise):
    visible, hidden = (CheckData.load(questions) for questions in exercise.questions)
    names = [case.source for case in exercise.data.cases]
    assert (len(visible.cases), len(hidden.cases)) == (
        names.count("visible"),
        names.count("hidden"),
    )
    content = exercise.questions[0]
    for case in hidden.cases:
        assert case.inputs["image"].data.tobytes() not in content
        assert not any(
            np.array_equal(case.inputs["image"].data, other.inputs["image"].data)
            for other in visible.cases
        )


@pytest.mark.parametrize("way", ["crash", "print", "stop", "forbidden name"])
def test_what_an_answer_writes_about_hidden_cases_reaches_nobody(exercise, way):
    """It runs beside the hidden inputs, so its words could be these inputs."""
    right = "def double(image):\n    return 2 * image\n"
    honest, _ = observed(exercise, right, right)
    secret = "the hidden input is 0.123456789"
    crash = Crash("ValueError", secret, secret)
    count = len(exercise.data.by_source()[1].cases)
    told = {
        "crash": Record([Outcome(crash=crash)] * count),
        "print": Record([Outcome(printed=secret)] * count),
        "stop": Record([], stopped=crash),
        "forbidden name": Record([Outcome(crash=crash)] * count, forbidden=[secret]),
    }
    found = verdict(exercise, honest, dump_record(told[way]))
    assert not found.passed
    assert secret not in found.text + found.html + found.reason
