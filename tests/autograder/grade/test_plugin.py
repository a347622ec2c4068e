"""`nbgrader autograde`, and what the formgrader's button does, by Retouch's engine."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbgrader.apps.api
import nbgrader.apps.autogradeapp
import pytest
from nbgrader.apps import NbGraderAPI
from nbgrader.apps.autogradeapp import AutogradeApp
from nbgrader.converters import Autograde

from autograder.cli import main
from autograder.grade import plugin, run
from autograder.grade.pages.cells import CleanAnswers
from autograder.released import settings_warning
from tests.autograder.grade.teaching import UNIT, Here, here

SQUARES = "def double(image):\n    return image * image\n"


@pytest.fixture
def installed(monkeypatch):
    """The plug-in in this process, with answers observed here, and all undone at the end."""
    for name in plugin.USERS:
        monkeypatch.setattr(f"{name}.Autograde", Autograde)
    plugin.install()
    monkeypatch.setattr(run.grade_unit, "__defaults__", (run.grade_unit.__defaults__[0], here))


def nbgrader_command(teaching, *arguments):
    path = os.pathsep.join(entry for entry in sys.path if entry)
    tools = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    command = [sys.executable, "-m", "nbgrader", *arguments]
    environment = {**os.environ, "PYTHONPATH": path, "PATH": tools, "PYTHONWARNINGS": "ignore"}
    return subprocess.run(
        command, cwd=teaching.directory, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def class_of_three(teaching):
    teaching.submit("ada", essay="Because.")
    teaching.submit("bob", double=SQUARES)
    teaching.hand_in("cleo", b"[" * 100_000)


def test_nbgraders_own_commands_lead_through_the_engine(teaching):
    """autograde, generate_feedback and export: sandboxed, with a broken notebook in between."""
    class_of_three(teaching)
    done = nbgrader_command(teaching, "autograde", UNIT)
    assert done.returncode == 0, done.stderr
    assert re.search("cleo: 0 of 5 the file is nested too deeply", done.stderr)
    done = nbgrader_command(teaching, "generate_feedback", UNIT)
    assert done.returncode == 0, done.stderr
    page = (teaching.folder("bob", "feedback") / f"{UNIT}.html").read_text()
    assert "that squares it" in page
    page = (teaching.folder("cleo", "feedback") / f"{UNIT}.html").read_text()
    assert "nested too deeply" in page
    done = nbgrader_command(teaching, "export", "--to", "grades.csv")
    assert done.returncode == 0, done.stderr
    with (teaching.directory / "grades.csv").open(newline="") as file:
        scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert scores == {"ada": 5, "bob": 3, "cleo": 0}


def test_the_formgraders_button_grades_one_submission(teaching, installed):
    class_of_three(teaching)
    app = AutogradeApp()
    app.initialize(["--log-level=ERROR"], str(teaching.directory))
    api = NbGraderAPI(coursedir=app.coursedir, parent=app)
    result = api.autograde(UNIT, "bob", force=True)
    assert result["success"], result
    assert set(teaching.book()) == {"bob"}
    assert api.get_submission(UNIT, "bob")["score"] == 3
    assert api.get_submission(UNIT, "bob")["autograded"]
    assert not api.autograde(UNIT, "nobody")["success"]


def test_jupyter_started_on_a_course_keeps_its_widgets(teaching, installed):
    """The settings are read in JupyterLab too, whose kernels inherit what they set."""
    before = dict(os.environ)
    AutogradeApp().initialize(["--log-level=ERROR"], str(teaching.directory))
    changed = {name for name, value in os.environ.items() if before.get(name) != value}
    assert changed <= {"PATH"}


def test_force_and_skipping_keep_nbgraders_meaning(teaching, installed):
    class_of_three(teaching)
    app = AutogradeApp()
    app.initialize(["--log-level=ERROR", "--student=ada"], str(teaching.directory))
    for force, seen in ((False, 1), (False, 1), (True, 2)):
        app.coursedir.assignment_id = UNIT
        converter = nbgrader.apps.api.Autograde(coursedir=app.coursedir, parent=app)
        converter.force = force
        converter.start()
        assert Here.seen == ["ada"] * seen


def test_what_cannot_be_graded_is_one_line_and_a_failure(teaching, installed):
    (teaching.directory / "gradebook.db").unlink()
    class_of_three(teaching)
    done = nbgrader_command(teaching, "autograde", UNIT)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "run `nbgrader generate_assignment 01_counting`" in done.stderr


def test_other_assignments_are_left_to_nbgrader(teaching, installed, monkeypatch):
    started = []
    monkeypatch.setattr(Autograde, "start", lambda self: started.append(self))
    app = AutogradeApp()
    app.initialize(["--log-level=ERROR"], str(teaching.directory))
    app.coursedir.assignment_id = "ps1"
    nbgrader.apps.autogradeapp.Autograde(coursedir=app.coursedir, parent=app).start()
    assert len(started) == 1


def test_students_that_must_exist_are_not_made(teaching, installed):
    """`create_student = False` is nbgrader's way to say that the list of students is closed."""
    class_of_three(teaching)
    with (teaching.directory / "nbgrader_config.py").open("a") as file:
        file.write("\nc.Autograde.create_student = False\n")
    with pytest.raises(Exception, match="No such student: ada"):
        teaching.grade()
    assert teaching.book() == {}


TAG = "<img src=x onerror=alert(1)>"
FOLDER = "<img src=x onerror=1>\x1b]0;owned\x07"


def test_pages_are_safe_from_autograde_to_feedback(teaching):
    """A hostile answer and attachment, and a folder that is no student, by nbgrader's commands."""
    path = teaching.submit("ada", essay=f"Because {TAG} ![p](attachment:nothing.png) $a<b$.")
    shutil.copytree(path.parent, teaching.folder(FOLDER), dirs_exist_ok=True)
    done = nbgrader_command(teaching, "autograde", UNIT)
    assert "\x1b" not in done.stderr
    assert "\x07" not in done.stderr
    assert "cannot be a student's id" in done.stderr
    assert set(teaching.book()) == {"ada"}
    assert TAG not in json.dumps(teaching.autograded("ada"))
    done = nbgrader_command(teaching, "generate_feedback", UNIT)
    assert done.returncode == 0, done.stderr
    page = (teaching.folder("ada", "feedback") / f"{UNIT}.html").read_text()
    assert TAG not in page
    assert "&lt;img src=x onerror=alert(1)&gt; p (not shown: attachment nothing.png)" in page
    assert re.search(r"<head><meta content=|<head><meta http-equiv=.Content-Security", page)


def test_a_notebook_with_a_missing_picture_still_has_its_feedback(teaching):
    """As an older version left it in `autograded/`."""
    teaching.submit("ada", essay="Because.")
    assert nbgrader_command(teaching, "autograde", UNIT).returncode == 0
    path = teaching.folder("ada", "autograded") / f"{UNIT}.ipynb"
    path.write_text(path.read_text().replace("Because.", f"![a](attachment:b.png) {TAG[:-1]}>"))
    done = nbgrader_command(teaching, "generate_feedback", UNIT)
    assert done.returncode == 0, done.stderr
    page = (teaching.folder("ada", "feedback") / f"{UNIT}.html").read_text()
    assert TAG not in page
    assert "attachment:b.png" in page


def test_what_is_left_to_nbgrader_is_cleaned_by_it(teaching, installed):
    """Another assignment is run by nbgrader itself; its answers and ids are held to the same."""
    app = AutogradeApp()
    app.initialize(["--log-level=ERROR"], str(teaching.directory))
    converter = nbgrader.apps.autogradeapp.Autograde(coursedir=app.coursedir, parent=app)
    converter.coursedir.assignment_id = "ps1"
    assert not converter.init_destination("ps1", "<b>")
    converter.exporter = converter.exporter_class(parent=converter, config=converter.config)
    for converter._sanitizing in (True, False):
        converter._init_preprocessors()
        assert isinstance(converter.exporter._preprocessors[-1], CleanAnswers)


@pytest.mark.parametrize("text", ["c = get_config()\n", "# install()\n", ""])
def test_settings_without_the_protection_are_named(teaching, text, monkeypatch, capsys):
    teaching.submit("ada")
    (teaching.directory / "nbgrader_config.py").write_text(text)
    warning = settings_warning(teaching.directory)
    assert re.search("add `from autograder.grade.plugin import install` and `install.._?", warning)
    assert "\n" not in warning
    monkeypatch.chdir(teaching.directory)
    monkeypatch.setattr(run.grade_unit, "__defaults__", (run.grade_unit.__defaults__[0], here))
    assert main(["grade", "01"]) == 0
    assert capsys.readouterr().err == f"retouch: {warning}\n"


def test_the_settings_that_release_writes_are_protected(teaching):
    assert settings_warning(teaching.directory) == ""
