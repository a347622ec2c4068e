"""From an answer to a verdict: observing, judging and naming the mistake."""

import random

import numpy as np
import pytest
import torch

from autograder.build.data import full_data, hidden_data, visible_data
from autograder.build.source import read_unit
from autograder.check.data import CheckData, Record, dump_record, load_record
from autograder.check.judge import NOT_WRITTEN, judge
from autograder.check.observe import observe_answer
from autograder.check.report import html_report, text_report
from autograder.check.runner import observe_source


@pytest.fixture
def data(course):
    unit = read_unit(course.unit)
    return visible_data(unit, unit.exercises[0])


def verdict_on(data, function):
    record = observe_answer({"double": function}, data)
    return judge(data, load_record(dump_record(record)))


def test_a_right_answer_passes(data):
    verdict = verdict_on(data, lambda image: image * 2.0)
    assert verdict.passed
    assert verdict.score == 2
    assert text_report(verdict) == "✓ numbers.double: all 2 cases pass"


@pytest.mark.parametrize(
    ("function", "title"),
    [
        (lambda image: image**2, "squares"),
        (lambda image: image**2 + 1e-4, "squares"),
        (lambda image: 2 + image, "adds two"),
        (lambda image: np.swapaxes(image, 0, 1) * 2, "transposed"),
    ],
)
def test_a_known_mistake_is_named(data, function, title):
    verdict = verdict_on(data, function)
    assert verdict.score == 0
    assert verdict.mistake.title == title
    assert title in text_report(verdict)
    assert title in html_report(verdict)


def test_changing_the_input_is_named(data):
    def in_place(image):
        image += image
        return image

    verdict = verdict_on(data, in_place)
    assert verdict.mistake.title == "in place"
    assert "your function changed its input; work on a copy" in text_report(verdict)


@pytest.mark.parametrize(
    "function",
    [lambda image: image * 3, lambda image: image**3, lambda image: image * 2 + 0.1],
)
def test_an_unknown_mistake_gets_no_name(data, function):
    verdict = verdict_on(data, function)
    assert not verdict.passed
    assert verdict.mistake is None


def crash(image):
    return image[100]


def yields(image):
    yield image


def quits(image):
    raise SystemExit


def recurses(image):
    return recurses(image)


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda image: None, "got None; is a `return` missing?"),
        (yields, "got a generator"),
        (crash, "raised IndexError"),
        (crash, "in the line `return image[100]`"),
        (quits, "your function ended Python; return a value instead"),
        (recurses, "raised RecursionError"),
        (lambda image: image * np.nan, "are nan or infinite"),
        (lambda image: torch.from_numpy(2 * image), "turn the tensor into an array"),
        (lambda image: "double", "got 'double' (a str)"),
        (lambda: 1, "your function could not be called: TypeError"),
        (lambda image: print, "got a builtin_function_or_method"),
    ],
)
def test_whatever_an_answer_does_is_said_in_a_students_words(data, function, words):
    text = text_report(verdict_on(data, function))
    assert words in text
    assert len(text.splitlines()) <= 6


def test_a_stub_is_not_written_yet(data):
    def stub(image):
        raise NotImplementedError

    assert verdict_on(data, stub).remark == NOT_WRITTEN


def test_forbidden_functions_are_named(data):
    answer = "def double(image):\n    return np.multiply(image, 2)"
    verdict = judge(data, observe_source(data, ["import numpy as np"], answer))
    assert verdict.score == 0
    assert "without numpy.multiply" in verdict.remark


def test_nothing_reaches_stderr_and_printing_is_kept_short(data, capfd):
    def loud(image):
        import sys
        import warnings

        print("x" * 100_000)
        print("to stderr", file=sys.stderr)
        warnings.warn("careful", stacklevel=1)
        return np.array(image) / 0

    verdict = verdict_on(data, loud)
    out, err = capfd.readouterr()
    assert (out, err) == ("", "")
    assert len(verdict.failures[0].outcome.printed) == 500


def test_random_state_is_given_back(data):
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    expected = random.random(), np.random.rand(), torch.rand(())
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    verdict_on(data, lambda image: image * np.random.rand() * torch.rand(()).item())
    assert (random.random(), np.random.rand(), torch.rand(())) == expected


def test_questions_hold_nothing_of_the_answer(data):
    questions = CheckData.load(data.questions().dump())
    assert [case.inputs.keys() for case in questions.cases] == [{"image"}, {"image"}]
    assert all(not case.expected and not case.rules for case in questions.cases)
    assert questions.mistakes == []
    assert questions.hints == []


def test_a_record_from_questions_is_judged_like_one_from_the_data(data):
    record = observe_answer({"double": lambda image: image * 2}, data.questions())
    assert judge(data, record).passed


def test_hidden_cases_differ_by_seed_and_say_no_values(course):
    unit = read_unit(course.unit)
    (exercise,) = unit.exercises
    one, other = (hidden_data(unit, exercise, seed) for seed in (1, 2))
    inputs = [data.cases[0].inputs["image"].data for data in (one, other)]
    assert not np.array_equal(*inputs)
    record = observe_answer({"double": lambda image: image * 3}, one)
    text = text_report(judge(one, record))
    assert "in a hidden case (a wide image): result is not as expected" in text
    assert not any(character.isdigit() for character in text.split("\n", 1)[1])


def test_an_answer_made_for_the_visible_cases_fails_the_hidden_ones(course):
    unit = read_unit(course.unit)
    data = full_data(unit, unit.exercises[0], seed=5)
    known = {c.inputs["image"].data.tobytes(): c.expected["result"].data
             for c in data.cases if c.source == "visible"}  # fmt: skip
    verdict = verdict_on(data, lambda image: known.get(image.tobytes(), image))
    assert not verdict.passed
    assert {failure.case.source for failure in verdict.failures} == {"hidden"}


def test_a_short_record_does_not_pass(data):
    assert judge(data, Record([])).remark == "0 of 2 cases were run"


def test_panels_show_input_expected_yours_and_difference(data):
    text = html_report(verdict_on(data, lambda image: image * 3))
    for panel in ("input", "expected", "yours", "difference"):
        assert panel in text
    assert text.count("<img") == 4
    assert text.count("alt=") == 4


def test_reports_escape_what_a_student_wrote(data):
    def evil(image):
        raise ValueError("<script>alert(1)</script>")

    assert "<script>" not in html_report(verdict_on(data, evil))


def test_backticks_become_code_on_a_page(data):
    def crashes(image):
        return image["row"]

    assert "<code>return image[&quot;row&quot;]</code>" in html_report(verdict_on(data, crashes))
