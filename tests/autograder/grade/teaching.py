"""A small released course, submissions to it, and a gradebook that can be compared."""

import copy
import json
import shutil
from pathlib import Path
from typing import ClassVar

import pytest
from nbgrader.api import Gradebook

from autograder.build.source import read_unit
from autograder.check.data import CheckData, dump_record
from autograder.check.runner import observe_source
from autograder.grade.plugin import RetouchAutograde
from autograder.grade.pool import LocalPool
from autograder.grade.run import Settings, grade_unit
from autograder.grade.submissions.course_directory import open_course
from autograder.released import course_seed
from autograder.sample.classroom import Paper, prepare_course, released, solved
from autograder.sandbox.job import Ending, Job, Limits, Result
from autograder.units import Unit

UNIT = "01_counting"
EXERCISE = '''# %% setup
import numpy as np

# %% exercise points={points} forbid="retouch.pixels numpy.multiply"
def {name}(image):
    """{name} it."""
    ### BEGIN SOLUTION
    {line}
    ### END SOLUTION

# %% hint
# A question.

# %% hint
# The API.

# %% hint
# Nearly the code.

# %% cases
def cases(rng):
    yield "a wide image", {{"image": rng.random((9, 12))}}
    yield "a colour image", {{"image": rng.random((8, 9, 3))}}

# %% right "by hand"
def {name}(image):
    return sum([image] * {factor})

# %% wrong "squares"
# {name}: you multiplied the image by itself; that squares it.
def {name}(image):
    return image * image

# %% wrong "adds two"
# {name}: two was added to each value.
def {name}(image):
    return image + 2

# %% wrong "in place"
# {name}: the input itself was changed; make a new array.
def {name}(image):
    image *= {factor}
    return image

# %% wrong "transposed"
# {name}: rows and columns are swapped.
def {name}(image):
    return {factor} * np.swapaxes(image, 0, 1)
'''
INTRO = """# %% [markdown]
# # Counting

# %%
raise SystemExit("a demonstration is never run")

# %% question essay points=4
# Why double anything?

# %% rubric
# - 2 points: names a reason
"""


def write_unit(root: Path) -> Unit:
    """Two exercises, of which the second builds on the first, and a question."""
    unit = Unit(UNIT, root)
    unit.sources.mkdir(parents=True)
    texts = {
        "00_intro.py": INTRO,
        "10_double.py": EXERCISE.format(
            name="double", points=2, factor=2, line="return image + image"
        ),
        "20_quadruple.py": EXERCISE.format(
            name="quadruple", points=3, factor=4, line="return double(double(image))"
        ),
    }
    for name, text in texts.items():
        (unit.sources / name).write_text(text)
    return unit


class Here:
    """An observer in this very process, for answers that harm nobody; it keeps a list of jobs."""

    seen: ClassVar[list[str]] = []

    def __init__(self, limits: Limits) -> None:
        self.limits = limits

    def observe(self, job: Job) -> list[Result]:
        Here.seen.append(job.name)
        return [self._result(task) for task in job.tasks]

    def _result(self, task):
        record = observe_source(CheckData.load(task.questions), list(task.prelude), task.answer)
        return Result(task.exercise, dump_record(record), Ending.RECORDED, 0.01)

    def close(self) -> None:
        pass


def here(unit, settings):
    return LocalPool(unit, settings.limits, 1, Here)


class Teaching:
    """A course directory, and shorthands for what tests do in it."""

    def __init__(self, directory: Path, unit: Unit) -> None:
        self.directory, self.unit = directory, unit
        self.source = read_unit(unit)
        self.notebook = released(directory, unit)

    def folder(self, student: str, step: str = "submitted") -> Path:
        folder = self.directory / step / student / UNIT
        if step == "submitted":
            folder.mkdir(parents=True, exist_ok=True)
        return folder

    def paper(self) -> Paper:
        return solved(self.source, copy.deepcopy(self.notebook))

    def submit(self, student: str, essay: str = "", stamp: str = "", **answers: str) -> Path:
        """Hand in solutions, but for the answers given."""
        paper = self.paper()
        for exercise in self.source.exercises:
            name = exercise.functions[0]
            paper.cell(exercise)["source"] = answers.get(name, paper.cell(exercise)["source"])
        for cell in paper.notebook["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("grade_id") == "counting-essay" and essay:
                cell["source"] = essay
        return self.hand_in(student, json.dumps(paper.notebook).encode(), stamp)

    def hand_in(self, student: str, content: bytes, stamp: str = "") -> Path:
        path = self.folder(student) / f"{UNIT}.ipynb"
        path.write_bytes(content)
        if stamp:
            path.with_name("timestamp.txt").write_text(stamp)
        return path

    def grade(self, pool=here, **settings):
        """Grade with the engine; the verdicts by student."""
        course = open_course(self.directory, UNIT, RetouchAutograde)
        verdicts = grade_unit(course, Settings(**settings), pool=pool)
        return {verdict.student: verdict for verdict in verdicts}

    def autograded(self, student: str) -> dict:
        path = self.folder(student, "autograded") / f"{UNIT}.ipynb"
        return json.loads(path.read_text())

    @property
    def url(self) -> str:
        return f"sqlite:///{self.directory / 'gradebook.db'}"

    def book(self) -> dict:
        return book_of(self.url, self.unit.folder)


def book_of(url: str, unit: str) -> dict:
    """Everything that a gradebook says about a unit, without its random ids."""
    with Gradebook(url) as book:
        return {
            submission.student_id: {
                "time": str(submission.timestamp),
                "penalty": [n.late_submission_penalty for n in submission.notebooks],
                "grades": sorted(
                    (g.name, g.auto_score, g.manual_score, g.extra_credit, g.needs_manual_grade)
                    for n in submission.notebooks
                    for g in n.grades
                ),
                "comments": sorted(
                    (c.name, str(c.auto_comment)) for n in submission.notebooks for c in n.comments
                ),
            }
            for submission in book.assignment_submissions(unit)
        }


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    root = tmp_path_factory.mktemp("counting")
    unit = write_unit(root / "checkout")
    course_seed(root / "course")
    (root / "course" / ".retouch" / "seed").write_text("20261121")
    prepare_course(root / "course", unit)
    return root / "course", unit


@pytest.fixture
def teaching(prepared, tmp_path) -> Teaching:
    shutil.copytree(prepared[0], tmp_path / "course")
    Here.seen = []
    return Teaching(tmp_path / "course", prepared[1])
