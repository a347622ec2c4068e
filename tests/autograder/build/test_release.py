"""nbgrader's own commands on a released unit, from assignment to exported grades."""

import csv
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.build.course import write_unit
from autograder.build.release import course_seed, release_unit
from autograder.check.data import CheckData
from autograder.cli import main
from autograder.errors import UserError

pytestmark = pytest.mark.slow

RIGHT = "def double(image):\n    return 2 * image\n"
WRONG = "def double(image):\n    return image * image\n"
MEMORISED = """def double(image):
    import glob
    from autograder.check.data import CheckData
    data = CheckData.read(__import__("pathlib").Path("checks/10_double.npz"))
    for case in data.cases:
        if case.inputs["image"].data.tobytes() == image.tobytes():
            return case.expected["result"].data
    return image
"""


def nbgrader(directory: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "nbgrader", *arguments]
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def submit(directory: Path, student: str, answer: str | None, essay: str | None) -> None:
    """Hand in the released notebook, with answers typed into it."""
    released = directory / "release" / "01_numbers"
    notebook = nbformat.read(released / "01_numbers.ipynb", as_version=4)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name == "numbers-double" and answer:
            cell.source = answer
        if name == "numbers-essay" and essay:
            cell.source = essay
    target = directory / "submitted" / student / "01_numbers"
    target.mkdir(parents=True)
    nbformat.write(notebook, target / "01_numbers.ipynb")


@pytest.fixture(scope="module")
def teaching(tmp_path_factory):
    """A course directory in which four students were graded by nbgrader's own commands."""
    from tests.autograder.conftest import Course

    root = tmp_path_factory.mktemp("release")
    course = Course(root / "checkout")
    directory = root / "teaching"
    course_seed(directory)
    (directory / ".retouch/seed").write_text("20260101")  # so that a run tells the same twice
    release_unit(course.unit, directory)
    nbgrader(directory, "generate_assignment", "01_numbers")
    submit(directory, "perfect", RIGHT, "Because it is bright.")
    submit(directory, "stub", None, None)
    submit(directory, "wrong", WRONG, "Because.")
    submit(directory, "memorised", MEMORISED, None)
    nbgrader(directory, "autograde", "01_numbers")
    nbgrader(directory, "generate_feedback", "01_numbers")
    nbgrader(directory, "export", "--to", "grades.csv")
    return course, directory


def score(directory: Path, student: str) -> tuple[float, float, bool]:
    with Gradebook(f"sqlite:///{directory / 'gradebook.db'}") as book:
        submission = book.find_submission("01_numbers", student)
        return submission.score, submission.max_score, submission.needs_manual_grade


@pytest.mark.parametrize(
    ("student", "points", "waits"),
    [("perfect", 2, True), ("stub", 0, False), ("wrong", 0, True), ("memorised", 0, False)],
)
def test_scores(teaching, student, points, waits):
    """A question that was answered waits for a person; one that was not is worth nothing."""
    assert score(teaching[1], student) == (points, 6, waits)


def test_export_holds_every_student(teaching):
    with (teaching[1] / "grades.csv").open(newline="") as file:
        rows = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert rows == {"perfect": 2, "stub": 0, "wrong": 0, "memorised": 0}


def test_released_notebook_is_the_one_in_course(teaching):
    course, directory = teaching
    write_unit(course.unit, lambda line: None)
    ours = nbformat.read(course.unit.course / "01_numbers.ipynb", as_version=4)
    released = nbformat.read(directory / "release/01_numbers/01_numbers.ipynb", as_version=4)
    assert [c.source for c in released.cells] == [c.source for c in ours.cells]
    checksums = [c.metadata.get("nbgrader", {}).get("checksum") for c in ours.cells]
    assert [c.metadata.get("nbgrader", {}).get("checksum") for c in released.cells] == checksums


def hidden_numbers(directory: Path) -> list[str]:
    data = CheckData.read(directory / ".retouch/hidden/01_numbers/10_double.npz")
    arrays = [case.inputs["image"].data for case in data.cases]
    arrays += [case.expected["result"].data for case in data.cases]
    return [f"{number:.6g}" for array in arrays for number in array.ravel()]


@pytest.mark.parametrize("folder", ["release", "feedback"])
def test_nothing_hidden_is_student_visible(teaching, folder):
    _, directory = teaching
    seed = str(course_seed(directory))
    numbers = hidden_numbers(directory)
    paths = [path for path in (directory / folder).rglob("*") if path.is_file()]
    assert paths
    for path in paths:
        text = path.read_bytes().decode("utf-8", "replace")
        assert seed not in text
        assert not [number for number in numbers if number in text], path


def test_feedback_names_the_mistake_but_not_the_hidden_values(teaching):
    _, directory = teaching
    feedback = next((directory / "feedback/wrong").rglob("*.html")).read_text()
    assert "You multiplied the image by itself" in feedback
    memorised = next((directory / "feedback/memorised").rglob("*.html")).read_text()
    assert "in all 6 cases" in memorised


def test_rubric_waits_for_the_grader_but_not_for_the_student(teaching):
    _, directory = teaching
    released = (directory / "release/01_numbers/01_numbers.ipynb").read_text()
    graded = (directory / "autograded/perfect/01_numbers/01_numbers.ipynb").read_text()
    assert "names a reason" not in released
    assert "names a reason" in graded


def test_validate_agrees_with_the_check(teaching, tmp_path):
    _, directory = teaching
    perfect = directory / "submitted/perfect/01_numbers/01_numbers.ipynb"
    wrong = directory / "submitted/wrong/01_numbers/01_numbers.ipynb"
    for path in (perfect, wrong):
        checks = path.parent / "checks"
        if not checks.exists():
            checks.symlink_to(directory / "release/01_numbers/checks")
    assert "Success" in nbgrader(directory, "validate", str(perfect))
    assert "squares: You multiplied" in nbgrader(directory, "validate", str(wrong))


def test_the_seed_is_made_once_and_is_the_owners(teaching):
    course, directory = teaching
    before = course_seed(directory)
    release_unit(course.unit, directory)
    assert course_seed(directory) == before
    assert stat.S_IMODE((directory / ".retouch/seed").stat().st_mode) == 0o600


def test_another_course_has_another_seed(teaching, tmp_path):
    assert course_seed(tmp_path) != course_seed(teaching[1])


def test_a_damaged_seed_is_one_line(tmp_path):
    course_seed(tmp_path)
    (tmp_path / ".retouch/seed").write_text("oops")
    with pytest.raises(UserError, match=r"seed: expected a number, found 'oops'; restore it"):
        course_seed(tmp_path)


def test_the_instructors_settings_are_kept(teaching):
    course, directory = teaching
    config = directory / "nbgrader_config.py"
    config.write_text(config.read_text() + "# mine\n")
    release_unit(course.unit, directory)
    assert config.read_text().endswith("# mine\n")


def test_a_file_in_the_way_is_one_line(course, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="expected a directory to write to"):
        release_unit(course.unit, tmp_path / "file" / "teaching")


def test_unknown_unit_is_one_line(capsys):
    assert main(["release", "99_nothing"]) == 2
    assert "found '99_nothing'" in capsys.readouterr().err


def test_nothing_secret_in_the_submission_json(teaching):
    _, directory = teaching
    released = json.loads((directory / "release/01_numbers/01_numbers.ipynb").read_text())
    assert "hidden" not in json.dumps(released)
