"""Judging within limits: what is too much costs its own exercise only."""

import multiprocessing
import os
import resource
import signal
from dataclasses import replace

import numpy as np
import pytest

from autograder.check.data import Outcome, Record, dump_record
from autograder.check.runner import observe_source
from autograder.check.values import Value, encode
from autograder.grade import judging
from autograder.grade.judging import JudgingProcess, Request
from autograder.grade.unit import load_unit
from autograder.sandbox.job import Ending, Limits, Result
from autograder.sandbox.messages import Gone
from tests.autograder.grade.teaching import UNIT

RIGHT = (
    "def double(image):\n    return 2 * image\n",
    "def quadruple(image):\n    return 4 * image\n",
)
HOG = "def conclude(observed, inputs):\n    return {'size': len('x' * 10**10)}\n"
LOOP = "def conclude(observed, inputs):\n    while True:\n        pass\n"


@pytest.fixture
def unit(teaching):
    return load_unit(teaching.directory, UNIT)


def right(unit, number):
    """What a right answer leaves behind, as a request."""
    exercise = unit.exercises[number]
    results = [
        Result(
            exercise.id,
            dump_record(observe_source(part, list(exercise.prelude), RIGHT[number])),
            Ending.RECORDED,
            0.1,
        )
        for part in exercise.data.by_source()
    ]
    return Request(number, tuple(results), 2.0)


@pytest.fixture
def judge(unit):
    started = []

    def start(data=None):
        data = data or [exercise.data for exercise in unit.exercises]
        started.append(JudgingProcess(data, Limits()))
        return started[-1]

    yield start
    for one in started:
        one.close()


def test_several_exercises_are_judged_in_order(unit, judge):
    found = judge().verdicts([right(unit, 0), right(unit, 1)])
    assert [(one.exercise, one.passed) for one in found] == [
        ("counting.double", True),
        ("counting.quadruple", True),
    ]


@pytest.mark.parametrize("conclude", [HOG, LOOP], ids=["memory", "time"])
def test_what_takes_too_much_to_judge_costs_its_own_exercise_only(
    unit, judge, monkeypatch, conclude
):
    monkeypatch.setattr(judging, "SECONDS", 1)
    data = [exercise.data for exercise in unit.exercises]
    data[0] = replace(data[0], conclude=conclude)
    first, second = judge(data).verdicts([right(unit, 0), right(unit, 1)])
    assert first.exercise == "counting.double"
    assert (first.reason == judging.TOO_MUCH) == (conclude == LOOP)
    assert second.passed


def test_a_judging_process_that_was_killed_is_started_again(unit, judge):
    one = judge()
    os.kill(one._pid, signal.SIGKILL)
    (verdict,) = one.verdicts([right(unit, 0)])
    assert verdict.passed


def test_who_could_not_be_judged_is_not_charged(teaching, monkeypatch):
    def gone(*_):
        raise Gone("killed")

    monkeypatch.setattr(JudgingProcess, "_ask", gone)
    teaching.submit("ada")
    verdict = teaching.grade()["ada"]
    assert (verdict.recorded, verdict.is_final) == (False, False)
    assert teaching.book() == {}


LARGEST = 32 * 2**20


@pytest.mark.parametrize(
    "value",
    [
        encode(np.zeros(4_000_000, bool)),
        encode(np.random.default_rng(0).integers(0, 256, (2000, 2000), np.uint8)),
        encode([0.0] * 2000),
        encode({str(n): "x" * 500 for n in range(2000)}),
        Value("sequence", "list", tuple(encode(np.zeros(3)) for _ in range(2000))),
    ],
    ids=lambda value: value.kind,
)
def test_the_largest_records_are_judged_within_a_gigabyte_and_a_minute(unit, value):
    """As many copies of a large value as a record may hold."""
    exercise = unit.exercises[0]
    one = len(dump_record(Record([Outcome({"result": value})])))
    copies = max(1, min(LARGEST // one - 1, 40))
    observed = {"result": value, **{f"copy {n}": value for n in range(copies)}}
    parts = exercise.data.by_source()
    results = tuple(
        Result(
            exercise.id,
            dump_record(Record([Outcome(observed)] + [Outcome()] * (len(part.cases) - 1))),
            Ending.RECORDED,
            0.1,
        )
        for part in parts
    )
    passed, length, seconds, memory = measured(exercise.data, Request(0, results, 2.0))
    assert not passed
    assert length < 1_000_000
    assert seconds < 60
    assert memory < 2**30


def measured(data, request):
    """Judge in a child of this process, whose own children are these alone."""
    ours, theirs = multiprocessing.Pipe()

    def judge_alone():
        process = JudgingProcess([data], Limits())
        (found,) = process.verdicts([request])
        process.close()
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        length = len(found.html) + len(found.text)
        theirs.send((found.passed, length, usage.ru_utime, usage.ru_maxrss * 1024))

    child = multiprocessing.get_context("fork").Process(target=judge_alone)
    child.start()
    child.join()
    return ours.recv()
