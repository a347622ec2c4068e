"""The sample class, from end to end: every score is the one that it must be."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.errors import UserError
from autograder.grade.run import Settings, grade_unit
from autograder.grade.submissions.course_directory import open_course
from autograder.released import CONFIG_FILE
from autograder.sample.adversarial import MISCHIEF
from autograder.sample.classroom import EXPECTED, generate_assignment, write_demo_class
from autograder.sandbox.job import Limits
from autograder.units import find_unit

STUDENTS, SEED, PLAIN = 60, 3, 2


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    directory = tmp_path_factory.mktemp("class") / "course"
    unit = find_unit("basic_processing")
    write_demo_class(directory, unit, STUDENTS, SEED)
    return directory, unit, json.loads((directory / EXPECTED).read_text())["students"]


def test_the_same_seed_makes_the_same_class(sample, tmp_path):
    directory, unit, expected = sample
    write_demo_class(tmp_path / "again", unit, 9, SEED)
    again = json.loads((tmp_path / "again" / EXPECTED).read_text())["students"]
    assert again == {name: expected[name] for name in again}
    for name in again:
        one, other = (folder / "submitted" / name / unit.folder for folder in
                      (directory, tmp_path / "again"))  # fmt: skip
        assert {path.name: path.read_bytes() for path in one.iterdir()} == {
            path.name: path.read_bytes() for path in other.iterdir()
        }


def test_the_class_is_mixed(sample):
    expected = sample[2]
    honest = [entry for entry in expected.values() if entry["honest"]]
    assert len(honest) == 45
    assert len({entry["what"].split(" (")[0] for entry in expected.values()}) == 16
    assert 0.3 < sum(e["score"] for e in honest) / sum(17 for e in honest) < 0.8


def test_every_score_of_the_sample_class_is_right(sample, tmp_path):
    directory, unit, expected = sample
    settings = Settings(jobs=2, limits=Limits(seconds=10))
    verdicts = grade_unit(open_course(directory, unit.folder), settings)
    got = {v.student: {e.exercise: e.score for e in v.exercises} for v in verdicts}
    assert got == {name: entry["exercises"] for name, entry in expected.items()}
    with Gradebook(f"sqlite:///{directory / 'gradebook.db'}") as book:
        scores = {s.student_id: s.score for s in book.assignment_submissions(unit.folder)}
    assert scores == {name: entry["score"] for name, entry in expected.items()}


def test_plain_nbgrader_agrees_on_the_honest(sample, tmp_path):
    """Without our engine, nbgrader runs the notebooks itself and comes to the same scores."""
    directory, unit, expected = sample
    plain = tmp_path / "plain"
    ignore = shutil.ignore_patterns("submitted", "autograded", "gradebook.db", "runs")
    shutil.copytree(directory, plain, ignore=ignore)
    names = [name for name, entry in expected.items() if entry["plain_nbgrader"]][:PLAIN]
    for name in names:
        shutil.copytree(directory / "submitted" / name, plain / "submitted" / name)
    config = (plain / CONFIG_FILE).read_text().splitlines()
    (plain / CONFIG_FILE).write_text("\n".join(li for li in config if "install" not in li))
    generate_assignment(plain, unit.folder)
    nbgrader(plain, "autograde", unit.folder)
    with Gradebook(f"sqlite:///{plain / 'gradebook.db'}") as book:
        scores = {s.student_id: s.score for s in book.assignment_submissions(unit.folder)}
    assert scores == {name: expected[name]["score"] for name in names}


def nbgrader(directory, *arguments):
    tools = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    path = os.pathsep.join(entry for entry in sys.path if entry)
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=directory,
        env={**os.environ, "PATH": tools, "PYTHONPATH": path, "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_every_mischief_says_what_it_is():
    texts = [mischief.__doc__ for mischief in MISCHIEF]
    assert all(text and text.endswith(".") for text in texts)
    assert len(set(texts)) == len(texts) >= 28


def test_a_directory_in_use_is_left_alone(tmp_path):
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(UserError, match="expected an empty or new directory"):
        write_demo_class(tmp_path, find_unit("basic_processing"), 4, 0)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
