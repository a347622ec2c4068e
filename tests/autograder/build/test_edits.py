import difflib
import traceback
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from autograder.build.answers import variant_functions
from autograder.build.course import write_unit
from autograder.build.edits import resolve
from autograder.build.exercise import diagnosis
from autograder.build.percent import Cell, SourceError
from autograder.build.source import read_unit
from autograder.build.verify import verify_units

SQUARES = "def double(image):\n    return image * image\n"
EDIT = "# - doubled_values = image + image\n# + doubled_values = image * image\n"


def edited(course, edit, header='# %% wrong "squares"'):
    """The unit's file with the first wrong answer written as an edit."""
    course.replace(SQUARES, edit)
    return course.replace('# %% wrong "squares"', header)


def wrong(course, title):
    (exercise,) = read_unit(course.unit).exercises
    return next(cell for cell in exercise.wrongs if cell.title == title)


def fails(course, path, text, message):
    """The error names the file and the line of this text, and is one line."""
    line = path.read_text().splitlines().index(text) + 1
    with pytest.raises(SourceError, match=rf"{path.name}:{line}: {message}") as caught:
        read_unit(course.unit)
    assert "\n" not in str(caught.value)


def test_an_edit_becomes_the_text_that_it_makes(course):
    edited(course, EDIT)
    cell = wrong(course, "squares")
    assert cell.text.splitlines() == [
        "# You multiplied the image by itself; that squares it.",
        "def double(image):",
        '    """Twice the image."""',
        "    doubled_values = image * image",
        "    return doubled_values",
    ]
    assert diagnosis(cell) == "You multiplied the image by itself; that squares it."


def test_an_edit_of_an_edit(course):
    edited(course, EDIT)
    old = "def double(image):\n    return image + 2\n"
    course.replace(old, "# - return doubled_values\n# + return doubled_values + 2\n")
    course.replace('"adds two"', '"adds two" of "squares"')
    lines = wrong(course, "adds two").text.splitlines()
    assert lines[0] == "# Two was added to each value; doubling multiplies."
    assert lines[-2:] == ["    doubled_values = image * image", "    return doubled_values + 2"]


def test_an_edit_of_a_whole_function(course):
    edited(
        course, "# - return image + 2\n# + return image**2\n", '# %% wrong "squares" of "adds two"'
    )
    assert wrong(course, "squares").text.splitlines()[1:] == [
        "def double(image):",
        "    return image**2",
    ]


def test_indentation_counts_from_the_first_line(course):
    edited(
        course,
        "# - result[index] = 2 * image[index]\n# + if index[0]:\n# +     result[index] = 1\n",
        '# %% wrong "squares" of "a loop"',
    )
    assert wrong(course, "squares").text.splitlines()[-3:] == [
        "        if index[0]:",
        "            result[index] = 1",
        "    return result",
    ]


@pytest.mark.parametrize(
    "edit",
    [
        "#   doubled_values = image + image\n# + doubled_values += 1\n",
        "# + doubled_values += 1\n#   return doubled_values\n",
        "# - return doubled_values\n# + doubled_values += 1\n# + return doubled_values\n",
    ],
    ids=["after a line", "before a line", "written again"],
)
def test_lines_can_be_added(course, edit):
    edited(course, edit)
    assert wrong(course, "squares").text.splitlines()[-3:] == [
        "    doubled_values = image + image",
        "    doubled_values += 1",
        "    return doubled_values",
    ]


def test_two_places_that_take_away_are_parted(course):
    edited(course, '# - """Twice the image."""\n#\n# - doubled_values = image + image\n')
    assert wrong(course, "squares").text.splitlines()[1:] == [
        "def double(image):",
        "    return doubled_values",
    ]


def test_a_traceback_points_to_the_edit_and_to_the_solution(course):
    path = edited(course, EDIT.replace("* image", "@ missing"))
    unit = read_unit(course.unit)
    double = variant_functions(unit, unit.exercises[0], wrong(course, "squares"))["double"]
    with pytest.raises(NameError, match="missing") as caught:
        double(1)
    lines = path.read_text().splitlines()
    place = traceback.extract_tb(caught.tb)[-1]
    assert lines[place.lineno - 1] == "# + doubled_values = image @ missing"
    assert lines[double.__code__.co_firstlineno - 1] == "def double(image):"


def test_a_line_that_is_not_there(course):
    path = edited(course, EDIT.replace("image + image", "2 * image"))
    fails(
        course,
        path,
        "# - doubled_values = 2 * image",
        r"expected 'doubled_values = 2 \* image' once in the solution, found none; "
        "copy what stands there",
    )


def test_lines_that_are_not_together(course):
    path = edited(course, '# - """Twice the image."""\n# - return doubled_values\n')
    fails(course, path, '# - """Twice the image."""', "expected .* and the 1 after it once in")


def test_a_line_that_stands_twice(course):
    path = edited(
        course, "# - image *= 2\n# + image *= image\n", '# %% wrong "squares" of "in place"'
    )
    course.replace("    image *= 2\n", "    image *= 2\n    image *= 2\n")
    fails(
        course,
        path,
        "# - image *= 2",
        r"expected 'image \*= 2' once in 'in place', found it 2 times; "
        "put the line before it in front, as `#   line`",
    )


def test_places_that_overlap(course):
    path = edited(course, EDIT + '# - """Twice the image."""\n# - doubled_values = image + image\n')
    fails(course, path, '# - """Twice the image."""', "expected places apart, .* join them")


def test_an_addition_without_a_place(course):
    path = edited(course, "# + image = 3\n")
    fails(course, path, "# + image = 3", "expected a `# - ` line too, .* say what it replaces")


def test_prose_behind_an_edit(course):
    path = edited(course, EDIT + "# So much for that.\n")
    fails(
        course, path, "# So much for that.", "expected `# - ` or `# \\+ ` in an edit, found '# So"
    )


def test_an_edit_and_a_function(course):
    path = edited(course, EDIT + "double = 3\n")
    fails(course, path, "double = 3", "expected `# - ` or `# \\+ ` in an edit, found 'double = 3'")


def test_an_edit_of_nothing_known(course):
    path = edited(course, EDIT, '# %% wrong "squares" of "cubes"')
    line = "# You multiplied the image by itself; that squares it."
    fails(course, path, line, "expected the title of a right or wrong answer .* found 'cubes'")


def test_an_edit_of_itself(course):
    path = edited(course, EDIT, '# %% wrong "squares" of "adds two"')
    course.replace("def double(image):\n    return image + 2\n", EDIT)
    course.replace('"adds two"\n# Two', '"adds two" of "squares"\n# Two')
    fails(
        course,
        path,
        "# Two was added to each value; doubling multiplies.",
        "expected an edit of the solution in the end, found that 'squares' edits itself",
    )


def test_a_function_that_says_it_is_an_edit(course):
    path = course.replace('# %% wrong "squares"', '# %% wrong "squares" of "adds two"')
    line = "# You multiplied the image by itself; that squares it."
    fails(course, path, line, "expected `# - ` and `# \\+ ` lines in an edit, found none")


def test_a_title_without_quotes(course):
    path = course.replace('# %% wrong "squares"', "# %% wrong squares the image")
    fails(course, path, "# %% wrong squares the image", 'expected `# %% wrong "what it does"`')


def test_an_edit_that_is_no_python(course):
    path = edited(course, EDIT.replace("* image", "*"))
    fails(course, path, "# + doubled_values = image *", "expected Python, found invalid syntax")


def test_a_leaked_line_of_an_edit(course):
    edited(course, EDIT)
    course.replace("demonstration_only = 3", "doubled_values = image * image", "00_intro.py")
    write_unit(course.unit, lambda line: None)
    reports = list(verify_units([course.unit], jobs=1))
    problems = [problem for report in reports for problem in report.problems]
    assert any("stands in course/: doubled_values = image * image" in line for line in problems)


LINES = st.lists(
    st.builds(
        lambda indent, name: " " * indent + name,
        st.sampled_from([0, 4, 8]),
        st.sampled_from(["a = 1", "b = 2", "return a", "# note", "f(a)"]),
    ),
    min_size=1,
    max_size=12,
)


def written(old: list[str], new: list[str]) -> list[str]:
    """An edit as one would write it, with as many lines before a place as make it unique."""
    edit: list[str] = []
    end = 0
    for kind, i, j, k, m in difflib.SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            continue
        start = i
        while start > end and times(old[start:j], old) != 1:
            start -= 1
        if times(old[start:j], old) != 1:
            return [f"# - {line}" for line in old] + [f"# + {line}" for line in new]
        edit += ["#", *(f"#   {line}" for line in old[start:i])]
        edit += [f"# - {line}" for line in old[i:j]] + [f"# + {line}" for line in new[k:m]]
        end = j
    return edit[1:]


def times(part: list[str], text: list[str]) -> int:
    """How often these lines follow each other in a text, whatever the indentation."""
    bare, wanted = [line.strip() for line in text], [line.strip() for line in part]
    return sum(bare[i : i + len(part)] == wanted for i in range(len(text))) if part else 0


@given(LINES, LINES)
def test_an_edit_made_from_two_texts_makes_the_second_of_the_first(old, new):
    assume(old != new)
    answer = Cell("exercise", "", {}, "\n".join(old), Path("10_double.py"), 1)
    text = "\n".join(["# why", *written(old, new)])
    (result,) = resolve([Cell("wrong", "other", {}, text, Path("10_double.py"), 99)], answer)
    assert result.text == "\n".join(["# why", *new])
