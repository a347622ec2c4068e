"""The commands that a person types, and their exit status."""

import json
import sys

import pytest

from autograder import cli
from autograder.build.course import write_unit
from autograder.cli import main
from autograder.errors import UserError
from autograder.progress.log import standings
from autograder.progress.status import status_rows


@pytest.fixture
def checkout(course, monkeypatch):
    """A built course of one unit, in place of this one."""
    write_unit(course.unit, lambda line: None)
    monkeypatch.setattr(cli, "ROOT", course.unit.root)
    return course.unit


def record(monkeypatch, unit, answer):
    """What a student's check of an answer leaves behind, as the notebook's line does it."""
    from autograder import check

    monkeypatch.chdir(unit.course)
    try:
        check("numbers.double", answer)
    except AssertionError:
        return


def test_status_of_a_fresh_course(checkout, capsys):
    assert main(["status", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row == {
        "unit": "01_numbers", "exercise": "numbers.double", "solved": False, "attempts": 0,
        "last_attempt": None, "last_mistake": "",
    }  # fmt: skip


def test_status_names_the_last_mistake_until_the_exercise_is_solved(checkout, monkeypatch, capsys):
    record(monkeypatch, checkout, lambda image: image * image)
    (row,) = status_rows(checkout.root / "course")
    assert (row["solved"], row["attempts"], row["last_mistake"]) == (False, 1, "squares")
    assert main(["status"]) == 0
    out = capsys.readouterr().out
    assert "squares" in out
    assert out.endswith("0 of 1 exercises solved\n")
    record(monkeypatch, checkout, lambda image: 2 * image)
    (row,) = status_rows(checkout.root / "course")
    assert (row["solved"], row["attempts"], row["last_mistake"]) == (True, 2, "")
    assert main(["status"]) == 0
    assert capsys.readouterr().out.endswith("1 of 1 exercises solved\n")


def test_status_without_a_course_is_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(cli, "ROOT", tmp_path)
    assert main(["status"]) == 2
    assert "found none; run `make course`" in capsys.readouterr().err
    assert standings([]) == []


@pytest.mark.parametrize(
    ("error", "status", "line"),
    [
        (
            UserError("expected this, found that; do so"),
            2,
            "retouch: expected this, found that; do so\n",
        ),
        (KeyboardInterrupt(), 130, "retouch: stopped\n"),
    ],
)
def test_an_error_is_one_line_and_a_status(monkeypatch, capsys, error, status, line):
    def fail(*arguments):
        raise error

    # By module: the name `autograder.progress` is the function that notebooks call.
    monkeypatch.setattr(sys.modules[status_rows.__module__], "status_rows", fail)
    assert main(["status"]) == status
    assert capsys.readouterr().err == line


def test_verify_as_json(checkout, monkeypatch, capsys):
    monkeypatch.setattr(cli, "units", lambda: [checkout])
    assert main(["verify", "--json", "--jobs", "1"]) == 0
    assert json.loads(capsys.readouterr().out) == [
        {"exercise": "numbers.double", "points": 2.0, "wrong": 4, "right": 1, "problems": []}
    ]


def test_verify_of_an_exercise_that_is_not_there(checkout, monkeypatch, capsys):
    monkeypatch.setattr(cli, "find_unit", lambda text: checkout)
    assert main(["verify", "numbers.triple", "--jobs", "1"]) == 2
    assert "expected an exercise of the course, found 'numbers.triple'" in capsys.readouterr().err


def test_build_finds_what_is_stale_and_makes_it(checkout, monkeypatch, capsys):
    monkeypatch.setattr(cli, "units", lambda: [checkout])
    assert main(["build", "--check"]) == 0
    assert capsys.readouterr().out == "course/ is fresh (1 units)\n"
    notebook = checkout.course / "01_numbers.ipynb"
    notebook.unlink()
    assert main(["build", "--check"]) == 1
    assert "01_numbers.ipynb" in capsys.readouterr().out
    assert main(["build"]) == 0
    assert notebook.exists()


def test_judge_as_json_names_the_mistake(tmp_path, capsys):
    answer = tmp_path / "answer.py"
    answer.write_text("def invert(image):\n    return -image\n")
    assert main(["judge", "start.invert", str(answer), "--json", "--seed", "1"]) == 1
    verdict = json.loads(capsys.readouterr().out)
    assert (verdict["exercise"], verdict["passed"], verdict["score"]) == ("start.invert", False, 0)
    assert verdict["max_score"] > 0
    assert verdict["failures"]


def test_train_passes_everything_on(monkeypatch):
    seen = []
    monkeypatch.setattr("retouch.recipes.command.main", lambda rest: seen.append(rest) or 0)
    assert main(["train", "dcgan", "--steps", "3", "--help"]) == 0
    assert seen == [["dcgan", "--steps", "3", "--help"]]
