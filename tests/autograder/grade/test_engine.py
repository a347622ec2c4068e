"""From a folder of submissions to a gradebook: every one gets the verdict that it must get."""

import json
import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from nbgrader.api import Gradebook

from autograder.errors import UserError
from autograder.sample.adversarial import MISCHIEF
from autograder.sample.classroom import generate_assignment
from tests.autograder.grade.teaching import UNIT, Here

HARMLESS = MISCHIEF[: [m.__name__ for m in MISCHIEF].index("always_equal")]
SQUARES = "def double(image):\n    return image * image\n"


def write(folder, paper):
    files = paper.files or {f"{UNIT}.ipynb": json.dumps(paper.notebook).encode()}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    for name, target in paper.links.items():
        (folder / name).unlink()
        (folder / name).symlink_to(target)


def scores(verdict):
    return {exercise.exercise: exercise.score for exercise in verdict.exercises}


def test_every_broken_notebook_gets_its_verdict(teaching):
    """All kinds in one batch: none stops another, and each keeps what it has earned."""
    papers = {}
    for mischief in HARMLESS:
        paper = teaching.paper()
        mischief(paper, teaching.source.exercises[0], teaching.source)
        write(teaching.folder(mischief.__name__), paper)
        papers[mischief.__name__] = paper
    verdicts = teaching.grade()
    assert {n: scores(v) for n, v in verdicts.items()} == {n: p.scores for n, p in papers.items()}
    book = teaching.book()
    for name, paper in papers.items():
        auto = sum(grade[1] or 0 for grade in book[name]["grades"])
        assert auto == sum(paper.scores.values()), name
        assert teaching.autograded(name)["cells"], name


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("empty_file", "the file is empty"),
        ("truncated", "its end is missing"),
        ("not_utf8", "not in UTF-8"),
        ("nested", "nested too deeply"),
        ("huge", "more than 32 MB"),
        ("missing", "there is no 01_counting.ipynb"),
        ("linked", "symbolic link"),
        ("other_unit", "the notebook of 99_elsewhere, not of 01_counting"),
        ("deleted_answer", "double: the answer cell is missing"),
    ],
)
def test_the_reason_says_what_happened(teaching, kind, reason):
    paper = teaching.paper()
    mischief = next(m for m in MISCHIEF if m.__name__ == kind)
    mischief(paper, teaching.source.exercises[0], teaching.source)
    write(teaching.folder("ada"), paper)
    verdict = teaching.grade()["ada"]
    with pytest.raises(UserError, match=reason):
        raise UserError(verdict.reason)


@pytest.mark.parametrize(
    ("kind", "note"),
    [
        ("retyped", "turned into a markdown cell; it is read as code"),
        ("duplicated", None),
        ("renamed", "graded is my homework (1).ipynb; the notebook should be called"),
        ("renamed_answer", "`double` was taken from another cell"),
        ("elsewhere", "`double` was taken from another cell"),
        ("second_notebook", "01_counting.ipynb is not graded: it has 0 answers"),
    ],
)
def test_what_was_odd_is_noted(teaching, kind, note):
    paper = teaching.paper()
    mischief = next(m for m in MISCHIEF if m.__name__ == kind)
    mischief(paper, teaching.source.exercises[0], teaching.source)
    write(teaching.folder("ada"), paper)
    assert teaching.grade()["ada"].score == 5
    text = json.dumps(teaching.autograded("ada")).replace("\\\\", "")
    assert note is None or note in text


def test_an_older_release_is_graded_and_noted(teaching):
    paper = teaching.paper()
    paper.notebook["metadata"]["retouch"]["release"] = "0123456789ab"
    write(teaching.folder("ada"), paper)
    verdict = teaching.grade()["ada"]
    assert verdict.score == 5
    assert verdict.notes == (
        "the notebook is of an older release of this unit; it is graded by today's",
    )


def test_a_mistake_is_charged_once(teaching):
    """`quadruple` builds on `double`; it is judged with the right one."""
    quadruple = "def quadruple(image):\n    return double(double(image))\n"
    teaching.submit("ada", double=SQUARES, quadruple=quadruple)
    assert scores(teaching.grade()["ada"]) == {"counting.double": 0, "counting.quadruple": 3}


def test_a_mistake_is_named_in_the_feedback_without_hidden_values(teaching):
    teaching.submit("ada", double=SQUARES)
    teaching.grade()
    text = json.dumps(teaching.autograded("ada"))
    assert "that squares it" in text
    data = teaching.directory / ".retouch" / "hidden" / UNIT / "10_double.npz"
    from autograder.check.data import CheckData

    arrays = [c.inputs["image"].data for c in CheckData.read(data).cases]
    arrays += [c.expected["result"].data for c in CheckData.read(data).cases]
    numbers = {f"{number:.6g}" for array in arrays for number in array.ravel()}
    long = [number for number in numbers if len(number) > 7]
    assert len(long) > 500
    assert not [number for number in long if number in text]


def test_a_forbidden_use_costs_its_own_exercise_only(teaching):
    teaching.submit("ada", double="def double(image):\n    return np.multiply(image, 2)\n")
    verdict = teaching.grade()["ada"]
    assert scores(verdict) == {"counting.double": 0, "counting.quadruple": 3}
    assert "without numpy.multiply" in verdict.reason


def test_a_missing_import_is_explained(teaching):
    teaching.submit("ada", double="def double(image):\n    return math.fsum([2]) * image\n")
    teaching.grade()
    assert "`math` is defined nowhere in the notebook" in json.dumps(teaching.autograded("ada"))


def test_notebook_commands_are_not_run(teaching):
    text = "%matplotlib inline\n!touch file\ndef double(image):\n    return 2 * image\n"
    teaching.submit("ada", double=text)
    assert teaching.grade()["ada"].score == 5
    sources = [cell["source"] for cell in teaching.autograded("ada")["cells"]]
    assert text in sources


def test_every_folder_gets_a_verdict(teaching):
    """Folders and files where a notebook should be, links, pipes, and names of any kind."""
    teaching.submit("ada")
    (teaching.folder("folder") / f"{UNIT}.ipynb").mkdir()
    os.mkfifo(teaching.folder("pipe") / f"{UNIT}.ipynb")
    (teaching.directory / "submitted" / "file").mkdir()
    (teaching.directory / "submitted" / "file" / UNIT).write_text("a file")
    (teaching.directory / "submitted" / "linked").symlink_to("ada")
    (teaching.directory / "submitted" / "half").mkdir()
    (teaching.directory / "submitted" / "half" / UNIT).symlink_to(f"../ada/{UNIT}")
    refused = ("a b*[c]", "${HOME}", "'; DROP TABLE grade; --", "<img src=x onerror=alert(1)>")
    for name in ("-rf", "zoë", *refused):
        teaching.submit(name)
    verdicts = teaching.grade()
    assert {n: v.score for n, v in verdicts.items()} == {
        "ada": 5, "folder": 0, "pipe": 0, "file": 0, "linked": 0, "half": 0,
        "-rf": 5, "zoë": 5, **dict.fromkeys(refused, 0),
    }  # fmt: skip
    assert set(teaching.book()) == set(verdicts) - set(refused)
    assert "link" in verdicts["linked"].problem
    assert "a folder, not a file" in verdicts["folder"].problem


def test_a_name_that_no_gradebook_takes_is_reported(teaching):
    teaching.submit("ada")
    folder = os.fsencode(teaching.directory / "submitted") + b"/\xff\n/" + UNIT.encode()
    Path(os.fsdecode(folder)).mkdir(parents=True)
    odd = os.fsdecode(b"\xff\n")
    verdict = teaching.grade()[odd]
    assert not verdict.recorded
    assert "cannot be a student's id" in verdict.problem
    assert set(teaching.book()) == {"ada"}


def test_units_of_others_and_stray_files_are_no_submissions(teaching):
    teaching.submit("ada")
    (teaching.directory / "submitted" / "readme.txt").write_text("hello")
    (teaching.directory / "submitted" / ".hidden").mkdir()
    (teaching.directory / "submitted" / "bob" / "02_other").mkdir(parents=True)
    assert set(teaching.grade()) == {"ada"}


def test_nothing_submitted_is_one_line(teaching):
    with pytest.raises(UserError, match=r"expected submissions such as .*01_counting.ipynb"):
        teaching.grade()


def test_nothing_is_graded_twice(teaching):
    teaching.submit("ada")
    teaching.submit("bob", double=SQUARES)
    first = teaching.grade()
    book = teaching.book()
    teaching.submit("bob")
    second = teaching.grade()
    assert Here.seen == ["ada", "bob", "bob"]
    assert (first["bob"].score, second["bob"].score) == (3, 5)
    assert first["ada"] == second["ada"]
    assert teaching.book()["ada"] == book["ada"]
    teaching.grade(force=True, student="a*")
    assert Here.seen[3:] == ["ada"]


def test_a_submission_that_left_the_gradebook_is_graded_again(teaching):
    teaching.submit("ada")
    teaching.grade()
    with Gradebook(teaching.url) as book:
        book.remove_submission(UNIT, "ada")
    assert teaching.grade()["ada"].score == 5
    assert "ada" in teaching.book()


def grade_of(book, cell, student="ada"):
    return book.find_grade(cell, UNIT, UNIT, student)


def test_manual_grades_and_extra_credit_are_kept_and_flagged(teaching):
    """A score that a person gave stands, and asks to be looked at when the answer changed."""
    teaching.submit("ada", essay="Because.", double=SQUARES)
    assert teaching.grade()["ada"].manual == 1
    with Gradebook(teaching.url) as book:
        assert grade_of(book, "counting-essay").needs_manual_grade
        grade_of(book, "counting-essay").manual_score = 3
        grade_of(book, "counting-essay").needs_manual_grade = False
        check = grade_of(book, "counting-double-check")
        check.manual_score, check.extra_credit = 1.5, 0.5
        book.db.commit()
    teaching.submit("ada", essay="Because it is brighter.")
    teaching.grade()
    with Gradebook(teaching.url) as book:
        essay, check = (grade_of(book, f"counting-{n}") for n in ("essay", "double-check"))
        assert (essay.score, essay.needs_manual_grade) == (3, True)
        assert (check.auto_score, check.manual_score, check.score) == (2, 1.5, 2)
        assert check.needs_manual_grade
        assert book.find_submission(UNIT, "ada").score == 3 + 2 + 3
    sources = [cell["source"] for cell in teaching.autograded("ada")["cells"]]
    assert "Because it is brighter." in sources


def test_an_unanswered_question_is_worth_nothing_and_waits_for_nobody(teaching):
    teaching.submit("ada")
    teaching.grade()
    with Gradebook(teaching.url) as book:
        grade = grade_of(book, "counting-essay")
        assert (grade.auto_score, grade.needs_manual_grade) == (0, False)
        assert book.find_comment("counting-essay", UNIT, UNIT, "ada").auto_comment == "No response."


def test_late_submissions_get_the_penalty_of_the_course(teaching):
    with (teaching.directory / "nbgrader_config.py").open("a") as file:
        file.write("\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
    with Gradebook(teaching.url) as book:
        book.update_or_create_assignment(UNIT, duedate="2026-01-01 12:00:00 UTC")
    teaching.submit("early", stamp="2026-01-01 11:59:59 UTC")
    teaching.submit("late", stamp="2026-01-01 12:00:01 UTC")
    teaching.submit("odd", stamp="the day before yesterday")
    verdicts = teaching.grade()
    book = teaching.book()
    assert {name: book[name]["penalty"] for name in book} == {
        "early": [None],
        "late": [5.0],
        "odd": [None],
    }
    assert book["late"]["time"] == "2026-01-01 12:00:01"
    assert "lateness" in verdicts["odd"].notes[0] or "late" in verdicts["odd"].notes[0]
    with Gradebook(teaching.url) as gradebook:
        gradebook.update_or_create_assignment(UNIT, duedate="2027-01-01 12:00:00 UTC")
    teaching.grade(force=True)
    assert teaching.book()["late"]["penalty"] == [None]


def edit_source(teaching, edit):
    """Change the instructor's own notebook, as one does in JupyterLab."""
    source = teaching.directory / "source" / UNIT / f"{UNIT}.ipynb"
    document = json.loads(source.read_text())
    edit(document)
    source.write_text(json.dumps(document))


def _worth_seven(document):
    for cell in document["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "counting-double-check":
            cell["metadata"]["nbgrader"]["points"] = 7


def _without_essay(document):
    document["cells"] = [c for c in document["cells"] if "essay" not in json.dumps(c["metadata"])]


def _with_a_test(document):
    for cell in document["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "counting-double-check":
            cell["metadata"]["nbgrader"]["grade_id"] = "my-own-test"


def test_points_are_those_of_the_gradebook(teaching):
    """An instructor may change what a check is worth."""
    edit_source(teaching, _worth_seven)
    generate_assignment(teaching.directory, UNIT)
    teaching.submit("ada")
    assert teaching.grade()["ada"].score == 10
    assert teaching.book()["ada"]["grades"][0][:2] == ("counting-double-check", 7)


@pytest.mark.parametrize("edit", [_worth_seven, _without_essay])
def test_a_changed_source_asks_to_generate_the_assignment_again(teaching, edit):
    edit_source(teaching, edit)
    teaching.submit("ada")
    with pytest.raises(UserError, match="run `nbgrader generate_assignment 01_counting --force`"):
        teaching.grade()


def test_a_test_cell_of_the_instructors_own_is_refused(teaching):
    edit_source(teaching, _with_a_test)
    (teaching.directory / "gradebook.db").unlink()
    generate_assignment(teaching.directory, UNIT)
    teaching.submit("ada")
    with pytest.raises(UserError, match="found the test cell 'my-own-test'"):
        teaching.grade()


def test_a_course_without_a_gradebook_says_what_to_run(teaching):
    (teaching.directory / "gradebook.db").unlink()
    teaching.submit("ada")
    with pytest.raises(UserError, match="run `nbgrader generate_assignment 01_counting`"):
        teaching.grade()
    assert not (teaching.directory / "gradebook.db").exists()


def test_the_graders_own_failure_costs_a_student_nothing(teaching):
    """An observer that breaks leaves the submission ungraded, for the next run to grade."""

    def broken(unit, settings):
        return SimpleNamespace(size=1, submit=_fails, close=lambda: None)

    teaching.submit("ada")
    teaching.submit("bob")
    verdicts = teaching.grade(broken)
    assert [verdict.is_final for verdict in verdicts.values()] == [False, False]
    assert teaching.book() == {}
    assert teaching.grade()["ada"].score == 5


def _fails(name, answers):
    from concurrent.futures import Future

    future = Future()
    future.set_exception(RuntimeError("the sandbox fell over"))
    return future
