import pytest

from autograder.build.course import write_unit
from autograder.build.skeleton import left_to_do, write_skeleton
from autograder.build.source import read_unit
from autograder.build.verify import verify_units
from autograder.cli import main
from autograder.errors import UserError
from autograder.units import Unit


def new(course, unit="numbers", name="half", parameters=("image",), number=None):
    return write_skeleton(unit, name, list(parameters), number, course.unit.root)


def test_a_new_exercise_can_be_read_and_comes_after_the_last(course):
    course.write("20_end.py", "# %% [markdown]\n# The end.\n")
    (path,) = new(course, parameters=["image", "size"])
    assert path == course.unit.sources / "15_half.py"
    _, half = read_unit(course.unit).exercises
    assert (half.id, half.functions) == ("numbers.half", ["half"])
    assert (len(half.hints), len(half.rights), len(half.wrongs)) == (3, 1, 4)
    assert "def half(image, size):" in half.answer.text


def test_verify_lists_what_is_left_to_do_and_nothing_else(course):
    (path,) = new(course)
    (report,) = verify_units([course.unit], "numbers.half", jobs=1)
    assert report.problems == left_to_do(path)
    lines = [(line, text) for line, text in enumerate(path.read_text().splitlines(), 1)]
    marked = [line for line, text in lines if "TODO" in text]
    assert [int(problem.split(":")[1]) for problem in report.problems] == marked
    assert report.problems[3] == "15_half.py:14: left to do: the solution"


def test_what_is_left_to_do_on_a_page_is_a_problem_of_its_unit(course):
    course.replace("# A unit for tests.", "# TODO: say what for", name="00_intro.py")
    write_unit(course.unit, lambda line: None)
    *_, files = verify_units([course.unit], jobs=1)
    assert files.problems == ["00_intro.py:3: left to do: say what for"]


def test_once_all_is_done_the_exercise_itself_is_judged(course):
    (path,) = new(course)
    text = path.read_text().replace("TODO: ", "")
    path.write_text(text.replace("    return image  # the solution", "    return image / 2"))
    (report,) = verify_units([course.unit], "numbers.half", jobs=1)
    assert "the right answer 'another way' fails" in "\n".join(report.problems)


def test_a_new_unit_begins_with_a_page(course):
    paths = new(course, unit="17_video", name="blend", parameters=["first", "second"])
    assert [path.name for path in paths] == ["00_intro.py", "05_blend.py"]
    unit = read_unit(Unit("17_video", course.unit.root))
    assert unit.exercises[0].id == "video.blend"
    assert [cell.kind for cell in unit.lessons[0].cells] == ["markdown", "setup"]
    assert "# # 17 · Video" in paths[0].read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": "Half"}, "expected a name such as median_filter, found 'Half'"),
        ({"name": "a-b"}, "found 'a-b'"),
        ({"parameters": ["lambda"]}, "found 'lambda'"),
        ({"name": "double"}, r"numbers\.double is already there: .*10_double\.py"),
        ({"number": 10}, r"expected a free number from 0 to 99, found 10; taken: \[0, 10\]"),
        ({"number": 100}, "found 100"),
        ({"unit": "01_other"}, "expected a unit .01_numbers., found '01_other'"),
        ({"unit": "video"}, "found 'video'"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(course, arguments, message):
    before = sorted(course.unit.root.rglob("*"))
    with pytest.raises(UserError, match=message):
        new(course, **arguments)
    assert sorted(course.unit.root.rglob("*")) == before


def test_where_no_number_is_free_one_is_asked_for(course):
    course.write("11_next.py", "# %% [markdown]\n# Next.\n")
    with pytest.raises(UserError, match="no number is free after 10; choose one with --number"):
        new(course)
    (path,) = new(course, number=12)
    assert path.name == "12_half.py"


def test_the_command_says_what_to_do_next(course, monkeypatch, capsys):
    monkeypatch.setattr("autograder.cli.ROOT", course.unit.root)
    monkeypatch.setattr(
        "autograder.build.skeleton.write_skeleton",
        lambda *arguments: write_skeleton(*arguments, root=course.unit.root),
    )
    assert main(["new", "numbers", "half", "image", "size", "--number", "30"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "wrote solutions/01_numbers/30_half.py",
        "next: retouch verify numbers.half lists what is left to do",
    ]
