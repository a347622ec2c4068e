"""What an exception tells, and which known mistake it is taken for."""

import numpy as np
import pytest
import torch

from autograder.check.crash import IN_ANSWER, IN_CALL, IN_LIBRARY, IN_USE, normalised
from autograder.check.data import Case, CheckData, Crash, Mistake, Outcome, Record
from autograder.check.diagnose import resembling
from autograder.check.explain import explanation
from autograder.check.judge import judge
from autograder.check.observe import observe_answer, run_case
from autograder.check.rules import Rule
from autograder.check.values import encode

FORWARD = "def observe(make, x):\n    return {'y': make()(x)}"


def crash(function, **inputs):
    case = Case("a case", {name: encode(value) for name, value in inputs.items()})
    return run_case({"f": function}, case, None)[0].crash


def no_grad(x):
    x.sum().backward()


def twice(x):
    y = (x.requires_grad_() ** 2).sum()
    y.backward()
    y.backward()


def leaf(x):
    x.requires_grad_()
    x += 1


def undefined(x):
    return nowhere(x)


def unimported(x):
    return np_.ones(3)


X = torch.ones(2, 3)
A = np.ones((5, 7, 3))


@pytest.mark.parametrize(
    ("function", "x", "words"),
    [
        (lambda x: x + torch.ones(2), X, "here: `x` (2, 3)"),
        (lambda x: x + np.ones((5, 7)), A, "from the right, each pair of sizes"),
        (lambda x: x @ torch.ones(2, 4), X, "Is one of them transposed"),
        (lambda x: torch.cat([x, torch.ones(3, 4)]), X, "the side along which they are joined"),
        (lambda x: x.view(4, 4), X, "The number of values must stay the same"),
        (lambda: 1, X, "keep the line `def ...` as it was given"),
        (lambda x, y: 1, X, "keep the line `def ...` as it was given"),
        (lambda x: None + x, X, "A function whose `return` is missing gives None"),
        (no_grad, X, "no way from this value back"),
        (twice, X, "was walked once"),
        (leaf, X, "not `x += 1`"),
        (lambda x: x.double() @ torch.ones(3, 2), X, "float64 (Double)"),
        (lambda x: torch.nn.Linear(3, 2)(x.double()), X, "float64 (Double)"),
        (lambda x: x.byte().mean(), X, "Convert first, with `.float()`"),
        (lambda x: x[2], X, "There is no place 2: 2 places count from 0"),
        (lambda x: x.sum(2), X, "There is no such side"),
        (lambda x: x[..., 0, 0, 0, 0], A, "more indices than sides"),
        (undefined, X, "Nothing is called `nowhere`"),
        (lambda x: x.permute(2, 0, 1), A, "`permute` belongs to PyTorch"),
        (lambda x: x.astype(float), X, "`astype` belongs to NumPy"),
        (lambda x: x.requires_grad_().numpy(), X, "`.detach().numpy()`"),
        (lambda x: 1 - list(x), A, "lists and tuples don't compute"),
        (lambda x: torch.exp(x), A, "takes tensors, and gets a"),
        (lambda x: 1 if x > 0 else 0, A, "many values where one is needed"),
    ],
)
def test_what_students_meet_most_is_explained(function, x, words):
    assert words in explanation(crash(function, x=x))


def test_a_missing_import_is_given():
    found = Crash("NameError", "name 'np' is not defined", "", IN_ANSWER)
    assert "add `import numpy as np`" in explanation(found)


def test_what_is_not_in_the_table_stays_as_it_is():
    assert explanation(Crash("ValueError", "bad luck")) == ""


@pytest.mark.parametrize(
    ("function", "place", "line"),
    [
        (lambda x: x[9], IN_ANSWER, "(lambda x: x[9], IN_ANSWER"),
        (lambda x: np.linalg.inv(x), IN_LIBRARY, "(lambda x: np.linalg.inv(x)"),
        (lambda: 1, IN_CALL, ""),
    ],
)
def test_the_place_of_an_exception(function, place, line):
    found = crash(function, x=np.zeros((2, 2)))
    assert found.place == place
    assert line in found.line


def test_a_network_that_crashes_while_the_check_uses_it_keeps_its_message():
    case = Case("points", {"x": encode(torch.ones(4, 3))})
    data = CheckData("u.make", 1, ["make"], [], [], FORWARD, [case], [])
    record = observe_answer({"make": lambda: torch.nn.Linear(2, 5)}, data)
    assert record.outcomes[0].crash.place == IN_USE
    (line,) = judge(data, record).lines
    assert "your function returned a Linear, and using it raised RuntimeError: " in line
    assert "nothing can be done" not in line


def test_an_exception_in_all_cases_is_said_once():
    cases = [Case(f"case {n}", {"x": encode(np.zeros(n + 2))}) for n in range(4)]
    data = CheckData("u.f", 1, ["f"], [], [], None, cases, [])
    verdict = judge(data, observe_answer({"f": lambda x: x[len(x)]}, data))
    assert [line.partition(":")[0] for line in verdict.lines] == ["in all 4 cases"]
    assert verdict.cases_failed == 4


def named(raises, mistaken, got, text=None, when=""):
    """Titles of the mistakes that three outcomes resemble; None is a right one."""
    right = Outcome({"result": encode(1.0)})
    rules = {"result": Rule("close", 1e-4)}
    cases = [Case(f"{n}", {}, right.observed, rules) for n in range(3)]
    mistake = Mistake("known", "", mistaken, raises, when)
    data = CheckData("u.f", 1, ["f"], [], [], None, cases, [mistake])
    record = Record([outcome or right for outcome in got])
    return [one.title for one in resembling(data, record, text)]


def raised(message, place=IN_ANSWER, kind="IndexError"):
    return Outcome(crash=Crash(kind, message, place=place))


STORED = raised(normalised("index 5 is out of bounds for axis 0 with size 5"))
SAME = raised("index 9 is out of bounds for axis 1 with size 9")
TWO = Outcome({"result": encode(2.0)})


@pytest.mark.parametrize(
    ("raises", "mistaken", "got", "found"),
    [
        ("", [STORED, TWO, None], [SAME, TWO, None], True),
        ("", [STORED, STORED, STORED], [SAME, SAME, SAME], False),
        ("out of bounds", [STORED] * 3, [SAME] * 3, True),
        ("out of luck", [STORED] * 3, [SAME] * 3, False),
        ("", [STORED, TWO, None], [raised("list index out of range"), TWO, None], False),
        ("", [STORED, TWO, None], [raised(SAME.crash.message, IN_LIBRARY), TWO, None], False),
        (
            "",
            [STORED, TWO, None],
            [raised(SAME.crash.message, kind="ValueError"), TWO, None],
            False,
        ),
    ],
)
def test_an_exception_names_a_mistake_only_with_its_message_its_place_and_values(
    raises, mistaken, got, found
):
    assert named(raises, mistaken, got) == (["known"] if found else [])


@pytest.mark.parametrize(
    ("when", "text", "found"),
    [
        ("clip", "def f(x):\n    return np.clip(x, 0, 1)", True),
        ("clip|clamp", "def f(x):\n    return x.clamp(0, 1)", True),
        ("clip", "def f(x):\n    return x  # clip", False),
        ("!clip", "def f(x):\n    return x", True),
        ("!clip", "def f(x):\n    return np.clip(x, 0, 1)", False),
        ("clip", None, False),
        ("", None, True),
    ],
)
def test_a_condition_on_the_text(when, text, found):
    assert bool(named("", [TWO, TWO, TWO], [TWO, TWO, TWO], text, when)) == found
