import pytest

from autograder.build.course import write_unit
from autograder.build.release import release_unit
from autograder.check import notebook
from autograder.check.notebook import CheckFailed, ForTheStudent, check, hint
from autograder.cli import main
from autograder.progress import log as progress
from autograder.progress import widget
from autograder.progress.status import status_rows


@pytest.fixture
def unit_folder(course, monkeypatch):
    write_unit(course.unit, lambda line: None)
    monkeypatch.chdir(course.unit.course)
    monkeypatch.setattr(notebook, "_hints_given", {})
    monkeypatch.setattr(widget, "_live", [])
    monkeypatch.setattr(progress, "listeners", [])
    return course.unit.course


def test_pass_and_fail(unit_folder, capsys):
    check("numbers.double", lambda image: 2 * image)
    assert "all 2 cases pass" in capsys.readouterr().out
    with pytest.raises(CheckFailed, match="squares: You multiplied") as caught:
        check("numbers.double", lambda image: image * image)
    assert 'hint("numbers.double")' in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), 'expected `check\\("numbers.double", double\\)`, found 0 functions'),
        ((None,), "expected `double` to be a function, found a NoneType"),
    ],
)
def test_not_a_function(unit_folder, arguments, words):
    with pytest.raises(CheckFailed, match=words):
        check("numbers.double", *arguments)


@pytest.mark.parametrize("name", ["numbers.triple", "double", "numbers.", ""])
def test_unknown_exercise(unit_folder, name):
    with pytest.raises(ForTheStudent, match="expected"):
        check(name, abs)


def test_damaged_check_data(unit_folder):
    (unit_folder / "checks" / "10_double.npz").write_bytes(b"oops")
    with pytest.raises(ForTheStudent, match="expected check data of this version"):
        check("numbers.double", abs)


def test_hints_come_one_at_a_time(unit_folder, capsys):
    for _ in range(4):
        hint("numbers.double")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Hint 1 of 3: What is a number plus itself?"
    assert lines[2:] == [lines[2]] * 2
    assert lines[2].startswith("Hint 3 of 3")


def test_hidden_cases_are_found_from_within_a_course_directory(course, tmp_path, monkeypatch):
    directory = tmp_path / "teaching"
    release_unit(course.unit, directory)
    place = directory / "autograded" / "ada" / "01_numbers"
    place.mkdir(parents=True)
    monkeypatch.chdir(place)
    check("numbers.double", lambda image: 2 * image, hidden=True)
    with pytest.raises(CheckFailed, match="in a hidden case"):
        check("numbers.double", lambda image: 3 * image, hidden=True)
    assert progress.attempts() == []


def test_hidden_cases_that_are_not_there(unit_folder):
    with pytest.raises(ForTheStudent, match=r"expected hidden cases of numbers.double"):
        check("numbers.double", abs, hidden=True)


def test_progress_survives_and_counts(unit_folder):
    with pytest.raises(CheckFailed, match="squares"):
        check("numbers.double", lambda image: image * image)
    (row,) = status_rows(unit_folder.parent)
    assert (row["solved"], row["attempts"], row["last_mistake"]) == (False, 1, "squares")
    check("numbers.double", lambda image: 2 * image)
    with pytest.raises(CheckFailed, match="wrong"):
        check("numbers.double", lambda image: 3 * image)
    (row,) = status_rows(unit_folder.parent)
    assert (row["solved"], row["attempts"], row["last_mistake"]) == (True, 3, "")


def test_a_damaged_progress_line_costs_only_itself(unit_folder):
    check("numbers.double", lambda image: 2 * image)
    with (progress.folder() / "progress.jsonl").open("a") as file:
        file.write('{"exercise": "numbers.double", "ti\n[]\n')
    check("numbers.double", lambda image: 2 * image)
    assert len(progress.attempts()) == 2


def test_progress_that_cannot_be_written_stops_nothing(unit_folder, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RETOUCH_HOME", str(tmp_path / "file" / "below"))
    check("numbers.double", lambda image: 2 * image)


def test_grading_is_nobodys_progress(unit_folder, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    check("numbers.double", lambda image: 2 * image)
    assert progress.attempts() == []


def test_the_widget_follows_checks(unit_folder):
    shown = notebook_widget = widget.progress()
    assert "0 of 1 exercises solved" in shown.value
    check("numbers.double", lambda image: 2 * image)
    assert "1 of 1 exercises solved" in notebook_widget.value


def test_check_command_reads_a_notebook(course, tmp_path, monkeypatch, capsys):
    release_unit(course.unit, tmp_path / "teaching")
    solved = tmp_path / "teaching" / "source" / "01_numbers" / "01_numbers.ipynb"
    assert main(["check", str(solved)]) == 0
    write_unit(course.unit, lambda line: None)
    assert main(["check", str(course.unit.course / "01_numbers.ipynb")]) == 1
    out = capsys.readouterr().out
    assert "✓ numbers.double" in out
    assert "there is no answer in the answer cell yet" in out


@pytest.mark.parametrize("content", [None, b"not json", b"{}", b"\xff\xfe"])
def test_check_command_refuses_what_is_no_notebook(tmp_path, content, capsys):
    path = tmp_path / "x.ipynb"
    if content is not None:
        path.write_bytes(content)
    assert main(["check", str(path)]) == 2
    assert capsys.readouterr().err.count("expected a notebook, found") == 1
