"""Answers that run in a process of their own, whatever they do to it."""

import pytest

from autograder.build.data import visible_data
from autograder.build.source import read_unit
from autograder.check.judge import judge
from autograder.check.runner import run_answer
from autograder.cli import main


def verdict(course, answer, timeout=30):
    unit = read_unit(course.unit)
    data = visible_data(unit, unit.exercises[0])
    return judge(data, run_answer(data, ["import numpy as np", "1 / 0"], answer, timeout))


def test_a_right_answer_passes_and_a_failing_prelude_does_not_stop_it(course):
    assert verdict(course, "def double(image):\n    return np.add(image, image)").passed


@pytest.mark.parametrize(
    ("answer", "remark"),
    [
        ("def double(image)\n    return image", "SyntaxError: expected ':' (<answer>, line 1)"),
        ("double = 3", "it defines no function named `double`"),
        ("", "it defines no function named `double`"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("raise SystemExit(0)", "SystemExit: 0"),
        ("import os\nos._exit(7)", "it ended Python with status 7"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", "it ended Python with status"),
        pytest.param(
            "while True: pass", "it was still running after 5 seconds", marks=pytest.mark.slow
        ),
    ],
)
def test_what_stops_an_answer_is_said_once(course, answer, remark):
    found = verdict(course, answer, timeout=5)
    assert found.score == 0
    (line,) = found.lines
    assert line.startswith("your code could not be judged: ")
    assert remark in line


def test_the_line_that_fails_is_quoted(course):
    answer = "def double(image):\n    rows = image[1000]\n    return rows"
    assert "in the line `rows = image[1000]`" in verdict(course, answer).lines[0]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["judge", "numbers", "x.py"], "expected an exercise such as"),
        (["judge", "nowhere.double", "x.py"], "expected an exercise of a unit"),
        (["judge", "basic_processing.nothing", "x.py"], "basic_processing.convolve2d"),
        (["judge", "basic_processing.convolve2d", "absent.py"], "found no such file"),
    ],
)
def test_what_cannot_be_judged_is_one_line(arguments, words, capsys):
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1
