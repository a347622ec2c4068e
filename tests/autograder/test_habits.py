"""A pass is a pass: the same verdict on every habit, in all six ways to judge an answer."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shutil

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel
from nbgrader.apps import AutogradeApp
from nbgrader.validator import Validator

from autograder.build.answers import stub_text
from autograder.build.source import read_unit
from autograder.cell_ids import answer_id, check_id
from autograder.cli import main
from autograder.grade.answers import judge_files
from autograder.grade.plugin import RetouchAutograde
from autograder.grade.run import Settings, grade_unit
from autograder.grade.submissions.course_directory import open_course
from autograder.sample.classroom import grade_id, prepare_course, released, solved
from autograder.units import find_unit
from tests.autograder.habits import HABITS, SPLIT, STUB
from tests.autograder.tiny import working_sandbox  # noqa: F401

UNITS = ("01", "03", "05", "11")
FRESH = "%reset -f\nfrom autograder.check import session\nsession._run.clear()\ndel session"


def deal(units):
    """Habits dealt out to exercises: by unit a list of notebooks, each {exercise: habit}."""
    places = [(unit, exercise) for unit in units for exercise in unit.exercises]
    notebooks = {unit.unit.folder: [] for unit in units}
    for number, habit in enumerate(HABITS):
        turn, place = divmod(number, len(places))
        unit, exercise = places[place]
        dealt = notebooks[unit.unit.folder]
        if len(dealt) <= turn:
            dealt.append({})
        dealt[turn][exercise.id] = habit
    return notebooks


def notebook_with(unit, release, habits):
    """A solved notebook without demonstrations, with a habit in some of its answers."""
    document = solved(unit, release).notebook
    cells = [c for c in document["cells"] if "demo" not in c["metadata"].get("tags", [])]
    for cell in cells:
        cell["source"] = "".join(cell["source"])
    setup = next(c for c in cells if "setup" in c["metadata"].get("tags", []))
    for exercise in unit.exercises:
        habit = habits.get(exercise.id)
        if habit is None:
            continue
        place = next(n for n, c in enumerate(cells) if grade_id(c) == answer_id(exercise.id))
        answer = cells[place]
        text = habit.change(answer["source"], exercise.functions[-1])
        text = text.replace(STUB, stub_text(exercise.answer.text))
        parts = text.split(f"\n{SPLIT}\n")
        copies = [{**answer, "id": f"{answer['id'][:40]}-{n}", "source": part}
                  for n, part in enumerate(parts)]  # fmt: skip
        own = {**answer, "id": f"own-{place}", "metadata": {}, "source": habit.before}
        cells[place : place + 1] = [*([own] if habit.before else []), *copies]
        setup["source"] += f"\n{habit.setup}"
    document["cells"] = cells
    return document


class Classroom:
    """A unit's course directory in which each dealt notebook was handed in by one student."""

    def __init__(self, unit, dealt, directory):
        self.unit, self.dealt, self.directory = unit, dealt, directory
        self.folder = unit.unit.folder
        prepare_course(directory, unit.unit)
        release = released(directory, unit.unit)
        self.paths = []
        for number, habits in enumerate(dealt):
            place = directory / "submitted" / f"student{number}" / self.folder
            shutil.copytree(directory / "release" / self.folder, place)
            path = place / f"{self.folder}.ipynb"
            path.write_text(json.dumps(notebook_with(unit, release, habits)))
            self.paths.append(path)

    def expected(self):
        return {
            (number, exercise.id): habits[exercise.id].passes if exercise.id in habits else True
            for number, habits in enumerate(self.dealt)
            for exercise in self.unit.exercises
        }

    def in_a_kernel(self):
        manager, client = start_new_kernel(cwd=str(self.paths[0].parent))
        found = {}
        try:
            for number, path in enumerate(self.paths):
                client.execute_interactive(FRESH, timeout=60, output_hook=lambda message: None)
                for cell in json.loads(path.read_text())["cells"]:
                    if cell["cell_type"] == "code":
                        reply = client.execute_interactive(
                            cell["source"], timeout=60, output_hook=lambda message: None,
                            stop_on_error=False, allow_stdin=False,
                        )  # fmt: skip
                        found[number, grade_id(cell)] = reply["content"]["status"] == "ok"
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
        return self._of_checks(found)

    def validated(self):
        found = {}
        for number, path in enumerate(self.paths):
            with contextlib.chdir(path.parent):
                notebook = _without_repeated_ids(nbformat.read(path, as_version=4))
                found |= {
                    (number, grade_id(cell)): "error" not in [o.output_type for o in cell.outputs]
                    for cell in Validator()._preprocess(notebook).cells
                    if cell.cell_type == "code"
                }  # fmt: skip
        return self._of_checks(found)

    def _of_checks(self, found):
        return {
            (number, exercise.id): found[number, check_id(exercise.id)]
            for number in range(len(self.paths))
            for exercise in self.unit.exercises
        }

    def checked(self):
        found = {}
        for number, path in enumerate(self.paths):
            output = io.StringIO()
            with contextlib.redirect_stdout(output):
                main(["check", str(path)])
            for mark, name in re.findall(r"(?m)^([✓✗]) ([\w.]+):", output.getvalue()):
                found[number, name] = mark == "✓"
        return found

    def judged(self):
        return {
            (number, exercise.id): judged.verdict.passed
            for exercise in self.unit.exercises
            for number, judged in enumerate(judge_files(exercise.id, self.paths, 7))
        }

    def graded(self):
        course = open_course(self.directory, self.folder, RetouchAutograde)
        return self._verdicts(grade_unit(course, Settings(jobs=1)))

    def autograded(self):
        from nbgrader.api import Gradebook

        app = AutogradeApp()
        app.initialize(["--log-level=ERROR"], str(self.directory))
        app.coursedir.assignment_id = self.folder
        converter = RetouchAutograde(coursedir=app.coursedir, parent=app)
        converter.force = True
        converter.start()
        found = {}
        with Gradebook(f"sqlite:///{self.directory / 'gradebook.db'}") as book:
            for number in range(len(self.paths)):
                for exercise in self.unit.exercises:
                    grade = book.find_grade(
                        check_id(exercise.id), self.folder, self.folder, f"student{number}"
                    )
                    found[number, exercise.id] = grade.auto_score == exercise.points
        return found

    def _verdicts(self, verdicts):
        return {
            (int(verdict.student.removeprefix("student")), exercise.exercise): exercise.passed
            for verdict in verdicts
            for exercise in verdict.exercises
        }


def _without_repeated_ids(notebook):
    """nbgrader's Validate refuses a notebook in which two cells have one id, and says so."""
    seen = set()
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name and name in seen:
            cell.metadata["nbgrader"]["grade_id"] = f"{name}-again"
        seen.add(name)
    return notebook


@pytest.fixture(scope="module")
def classrooms(tmp_path_factory, working_sandbox):  # noqa: F811
    units = [read_unit(find_unit(name)) for name in UNITS]
    dealt = deal(units)
    return {
        name: Classroom(unit, dealt[unit.unit.folder], tmp_path_factory.mktemp(name))
        for name, unit in zip(UNITS, units, strict=True)
    }


def test_there_are_many_habits():
    assert len({habit.name for habit in HABITS}) == len(HABITS) >= 60


WAYS = ("in_a_kernel", "validated", "checked", "judged", "graded", "autograded")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", UNITS)
def test_every_way_gives_the_same_verdict(classrooms, name, way):
    room = classrooms[name]
    expected = room.expected()
    found = getattr(room, way)()
    wrong = {
        f"{exercise}: {room.dealt[number].get(exercise)}": passed
        for (number, exercise), passed in found.items()
        if passed != expected[number, exercise]
    }
    assert wrong == {}
    assert set(found) == set(expected)
