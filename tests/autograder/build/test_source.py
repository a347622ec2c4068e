import re

import pytest

from autograder.build.exercise import diagnosis
from autograder.build.percent import SourceError
from autograder.build.source import read_unit

BLANK = "# %%\n"


def line_of(path, text):
    return path.read_text().splitlines().index(text) + 1


def fails(course, path, line, message):
    pattern = rf"{re.escape(path.name)}:{line}: .*{message}"
    with pytest.raises(SourceError, match=pattern) as caught:
        read_unit(course.unit)
    assert "\n" not in str(caught.value)


def test_reads_every_part_of_an_exercise(course):
    (exercise,) = read_unit(course.unit).exercises
    assert exercise.id == "numbers.double"
    assert exercise.points == 2
    assert exercise.forbid == ["numpy.multiply"]
    assert exercise.functions == ["double"]
    assert exercise.hints[1] == "Arrays add up element by element."
    assert [cell.title for cell in exercise.wrongs][:2] == ["squares", "adds two"]
    assert diagnosis(exercise.wrongs[0]).startswith("You multiplied")


def test_no_solution(course):
    path = course.replace("    ### BEGIN SOLUTION\n", "")
    fails(course, path, line_of(path, "def double(image):"), "expected a solution between")


def test_two_exercises(course):
    path = course.replace(
        "# %% hint\n", "# %% exercise points=1\ndef other():\n    pass\n# %% hint\n"
    )
    fails(course, path, line_of(path, "def other():"), "found a second; move it to its own file")


def test_answer_named_unlike_its_file(course):
    path = course.replace('def double(image):\n    """Twice', 'def triple(image):\n    """Twice')
    fails(course, path, line_of(path, "def triple(image):"), "expected a function `double`")


def test_wrong_answer_of_another_name(course):
    path = course.replace(
        "def double(image):\n    return image * image", "def square(image):\n    return 1"
    )
    line = line_of(path, "# You multiplied the image by itself; that squares it.")
    fails(course, path, line, "expected a function named `double` in the wrong answer 'squares'")


def test_wrong_answer_that_is_no_function(course):
    path = course.replace("def double(image):\n    return image * image", "double = 3")
    line = line_of(path, "# You multiplied the image by itself; that squares it.")
    fails(course, path, line, "found no function")


def test_wrong_answer_without_a_diagnosis(course):
    path = course.replace("# You multiplied the image by itself; that squares it.\n", "")
    fails(course, path, r"\d+", "begin the cell with a comment")


def test_too_few_hints(course):
    path = course.replace("# %% hint\n# What is a number plus itself?\n", "")
    fails(
        course, path, line_of(path, "def double(image):"), "expected 3 `# %% hint` cells, found 2"
    )


def test_too_few_wrong_answers(course):
    path = course.replace('# %% wrong "squares"', '# %% right "squares"')
    fails(course, path, line_of(path, "def double(image):"), "at least 4 wrong answers, found 3")


def test_no_right_answer(course):
    path = course.replace('# %% right "a loop"', '# %% wrong "a loop"\n# why')
    fails(course, path, line_of(path, "def double(image):"), "expected another right answer")


def test_no_cases(course):
    path = course.replace("# %% cases\n", BLANK)
    fails(
        course, path, line_of(path, "def double(image):"), "expected one `# %% cases` cell, found 0"
    )


def test_duplicate_id(course):
    text = (course.unit.sources / "10_double.py").read_text()
    path = course.write("20_double.py", text)
    fails(
        course,
        path,
        line_of(path, "def double(image):"),
        "'double' is already taken at .*10_double.py",
    )


def test_question_without_a_rubric(course):
    path = course.replace("# %% rubric\n", "# %% [markdown]\n", "00_intro.py")
    fails(course, path, line_of(path, "# Why double anything?"), "expected a `# %% rubric` cell")


def test_unknown_cell(course):
    path = course.replace("# %% hint\n", "# %% hnit\n")
    fails(course, path, line_of(path, "# %% hnit"), "found 'hnit'")


def test_unknown_option(course):
    path = course.replace("points=2", "point=2")
    fails(
        course,
        path,
        line_of(path, '# %% exercise point=2 forbid="numpy.multiply"'),
        "found 'point'",
    )


@pytest.mark.parametrize("points", ["0", "-1", "many"])
def test_points_that_are_none(course, points):
    path = course.replace("points=2", f"points={points}")
    fails(course, path, line_of(path, "def double(image):"), f"expected points above 0.*'{points}'")


def test_prose_that_is_no_comment(course):
    path = course.replace("# Write a function", "Write a function")
    fails(course, path, 3, "begin the line with `# `")


def test_syntax_error(course):
    path = course.replace("    doubled_values = image + image", "    doubled_values = image +")
    fails(course, path, line_of(path, "    doubled_values = image +"), "expected Python")


def test_private_cells_without_an_exercise(course):
    path = course.replace("# %%\ndemonstration_only = 3", "# %% hint\n# none", "00_intro.py")
    fails(course, path, line_of(path, "# none"), "found a hint without an exercise")


def test_no_lessons(course):
    for path in course.unit.sources.glob("*.py"):
        path.unlink()
    with pytest.raises(SourceError, match=r"expected lesson files NN_name.py, found none"):
        read_unit(course.unit)


def test_file_name(course):
    course.write("double.py", "# %%\n")
    with pytest.raises(SourceError, match=r"double.py:1: expected a name such as"):
        read_unit(course.unit)
