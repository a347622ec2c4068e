"""Mutants, pairs of mistakes, and what is measured with them."""

import ast

import pytest

from autograder.build.data import full_data
from autograder.build.fairness import bench_fairness, measure
from autograder.build.fork import Ended, in_fork
from autograder.build.mutants import mutants
from autograder.build.pairs import combined, false_names
from autograder.build.source import read_unit
from autograder.errors import UserError

ANSWER = '''def f(image, delta):
    """Add 1 to 2."""
    if delta < 0:
        raise ValueError("below 0")
    wide = image.astype(int, copy=True) + delta
    return np.clip(wide, 0, max(255, delta))
'''


def test_mutants_differ_from_the_answer_and_from_each_other():
    found = mutants(ANSWER, 100)
    dumps = {ast.dump(ast.parse(mutant.text)) for mutant in found}
    assert len(dumps) == len(found) >= 20
    assert ast.dump(ast.parse(ANSWER)) not in dumps
    assert found == mutants(ANSWER, 100)


@pytest.mark.parametrize(
    "new",
    [
        "if delta <= 0:",
        "wide = image.astype(int, copy=True) - delta",
        "wide = image.astype(int) + delta",
        "wide = image + delta",
        "return np.clip(wide, 0, min(255, delta))",
        "return np.clip(wide, 1, max(255, delta))",
        "return wide",
        "return np.clip(image, 0, max(255, delta))",
    ],
)  # fmt: skip
def test_each_kind_of_change_is_there(new):
    expected = new != "return np.clip(image, 0, max(255, delta))"  # `wide` is no parameter
    assert (new in {mutant.new for mutant in mutants(ANSWER, 200)}) == expected


def test_docstrings_and_messages_stay():
    assert all("Add 1 to 2." in m.text and '"below 0"' in m.text for m in mutants(ANSWER, 200))


def test_few_mutants_are_spread_over_the_lines():
    lines = {mutant.old for mutant in mutants(ANSWER, 9)}
    assert len(lines) == 3


def measured(course, secrets=3, number=50):
    unit = read_unit(course.unit)
    return measure(unit, unit.exercises[0], secrets, number)


def test_an_exercise_is_measured(course):
    found = measured(course)
    assert found.failures == found.survivors == found.false_names == []
    assert found.failed == found.mutants == 5
    assert ("- doubled_values = image + image\n+ doubled_values = image * image", "squares") in (
        found.named
    )


def test_what_is_accepted_or_equivalent_is_not_asked_again(course):
    course.replace(
        '# %% right "a loop"',
        '# %% accepted "squares"\n# - doubled_values = image + image\n'
        "# + doubled_values = image * image\n\n"
        '# %% equivalent "as a test says"\n# - doubled_values = image + image\n'
        '# + doubled_values = image\n\n# %% right "a loop"',
    )
    found = measured(course)
    assert all(title != "squares" for _, title in found.named)
    assert found.diagnosed > 0
    assert found.equivalent == 1


def test_a_right_answer_that_fails_with_some_secrets_is_listed_with_them(course):
    course.replace("2 * image[index]", "(2 + (image.flat[0] > 0.9)) * image[index]")
    failures = measured(course, 20, 0).failures
    assert failures
    assert all("the right answer 'a loop' fails: a " in line for line in failures)
    assert failures[0].startswith("--seed ")


def test_a_wrong_answer_that_passes_hidden_cases_is_listed(course):
    course.replace("return image * image", "return image * (2 + (image.flat[0] > 0.9))")
    assert any("'squares' passes the hidden cases" in line for line in measured(course, 5).failures)


TWO_LINES = '''def double(image):
    """Twice the image."""
    ### BEGIN SOLUTION
    first = image + 0
    second = image + 0
    third = 1
    return third * (first + second)
    ### END SOLUTION
'''


def test_changes_that_are_apart_are_combined(course):
    text = (course.unit.sources / "10_double.py").read_text()
    start, end = text.index("def double"), text.index("# %% hint")
    course.write("10_double.py", text[:start] + TWO_LINES + "\n" + text[end:])
    body = "    first = image + {}\n    second = image + 0\n    third = {}\n"
    body += "    return third * (first + second)"
    course.replace("    return image * image", body.format(1, 1))
    course.replace("    return image + 2", body.format(0, 2))
    unit = read_unit(course.unit)
    (exercise,) = unit.exercises
    pairs = [(one.title, other.title, text) for one, other, text in combined(exercise)]
    assert [pair[:2] for pair in pairs] == [("squares", "adds two")]
    assert "first = image + 1" in pairs[0][2]
    assert "third = 2" in pairs[0][2]
    assert list(false_names(unit, exercise, full_data(unit, exercise, 0))) == []


def test_a_fork_gives_its_result_back_or_says_why_not():
    assert in_fork(lambda: {"x": [1, 2]}) == {"x": [1, 2]}
    with pytest.raises(ValueError, match="bad"):
        in_fork(lambda: int("bad"))


def forever():
    while True:
        pass


def test_a_fork_that_computes_for_ever_is_ended():
    with pytest.raises(Ended, match="ran out of time"):
        in_fork(forever, cpu_seconds=1)


def test_an_unknown_exercise_is_one_line():
    with pytest.raises(UserError, match=r"expected an exercise .*, found 'start\.nothing'"):
        list(bench_fairness("start.nothing", 1, 0))
