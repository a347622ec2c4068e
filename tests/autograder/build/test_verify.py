import pytest

from autograder.build.course import write_unit
from autograder.build.verify import verify_units
from autograder.cli import main


def problems(course):
    write_unit(course.unit, lambda line: None)
    return [
        problem for report in verify_units([course.unit], jobs=1) for problem in report.problems
    ]


def test_a_sound_exercise_has_no_problem(course):
    write_unit(course.unit, lambda line: None)
    (report,) = verify_units([course.unit], jobs=1)
    assert report.as_dict() == {
        "exercise": "numbers.double", "points": 2.0, "wrong": 4, "right": 1, "problems": [],
    }  # fmt: skip


def test_a_wrong_answer_that_passes(course):
    course.replace("return image * image", "return image * 2")
    assert "the wrong answer 'squares' passes; add a case in which it shows" in problems(course)


def test_a_wrong_answer_like_another(course):
    course.replace("return image * image", "return image + 2")
    (line, *_) = problems(course)
    assert "the wrong answer 'squares'" in line
    assert "'adds two'" in line


def test_a_wrong_answer_that_shows_in_hidden_cases_only(course):
    course.replace("return image * image", "return image * (2 + (image[0, 0].sum() > 1.95))")
    assert any("on the visible cases" in line or "passes" in line for line in problems(course))


def test_a_right_answer_that_fails(course):
    course.replace("2 * image[index]", "2.01 * image[index]")
    assert any("the right answer 'a loop' fails" in line for line in problems(course))


def test_a_solution_that_breaks_its_own_rule(course):
    course.replace("image + image", "np.multiply(image, 2)")
    assert any("the solution fails: this exercise is about" in line for line in problems(course))


def test_a_solution_that_crashes_is_one_line_with_its_place(course):
    course.replace("image + image", "image + undefined_name")
    (report,) = verify_units([course.unit], "numbers.double")
    (line,) = report.problems
    assert "10_double.py" in line
    assert "undefined_name" in line


def test_a_stub_that_passes(course):
    course.replace("    ### BEGIN SOLUTION\n", "    return image + image\n    ### BEGIN SOLUTION\n")
    assert "the stub passes; add a case that an empty answer fails" in problems(course)


def test_a_leaked_solution(course):
    course.replace("demonstration_only = 3", "doubled_values = image + image", "00_intro.py")
    assert any("stands in course/: doubled_values = image + image" in p for p in problems(course))


def test_a_leaked_wrong_answer(course):
    course.replace("demonstration_only = 3", "return 2 * np.swapaxes(image, 0, 1)", "00_intro.py")
    assert any("stands in course/: return 2 * np.swapaxes" in p for p in problems(course))


def test_two_mistakes_with_one_diagnosis(course):
    course.replace("# Two was added to each value; doubling multiplies.",
                   "# You multiplied the image by itself; that squares it.")  # fmt: skip
    assert any("have the same diagnosis" in line for line in problems(course))


@pytest.mark.slow
def test_several_processes_find_the_same_in_the_same_order(course):
    write_unit(course.unit, lambda line: None)
    course.replace("return image * image", "return image + 2")
    one, two = (list(verify_units([course.unit], jobs=jobs)) for jobs in (1, 2))
    assert one == two
    assert [report.exercise for report in two] == ["numbers.double", "01_numbers"]


def test_a_negative_number_of_processes_is_one_line(capsys):
    assert main(["verify", "--jobs", "-1"]) == 2
    assert capsys.readouterr().err == "retouch: expected --jobs of 1 or more, found -1\n"


def test_stale_course(course):
    write_unit(course.unit, lambda line: None)
    course.replace("doubles an image", "doubles a picture")
    *_, last = verify_units([course.unit], jobs=1)
    assert last.exercise == "01_numbers"
    assert "01_numbers.ipynb: differs" in last.problems[0]


@pytest.mark.parametrize("name", ["nowhere.double", "nowhere", "start.nothing"])
def test_unknown_names_are_one_line(name, capsys):
    assert main(["verify", name]) == 2
    error = capsys.readouterr().err
    assert error.startswith("retouch: expected ")
    assert error.count("\n") == 1
