"""What of the course's forbidden names is walled, and what is a courtesy."""

from dataclasses import replace

import pytest

from autograder.build.answers import prelude
from autograder.build.source import read_unit
from autograder.check.data import CheckData, load_record
from autograder.check.judge import judge
from autograder.sandbox.host.bubblewrap import Sandbox
from autograder.sandbox.host.imports import shared_imports
from autograder.sandbox.host.observer import SandboxedObserver
from autograder.sandbox.host.prelude import imports
from autograder.sandbox.job import Job, Task
from autograder.units import CHECKS, units

COURTESY = {
    "dcgan.conv_out_size": ["torch.nn"],
    "vae.kl_divergence": ["torch.distributions"],
    "vae.negative_elbo": ["torch.distributions"],
    "vae.reparameterize": ["torch.distributions"],
}
"""The names that can't be walled: parts of what the exercise permits. All others are walled."""


def exercises(unit):
    """Each exercise's task without an answer."""
    source = read_unit(unit)
    for exercise in source.exercises:
        data = CheckData.read(unit.course / CHECKS / exercise.file)
        texts = tuple(cell.text for cell in prelude(source, exercise))
        yield data, Task(data.exercise, data.questions().dump(), texts, "")


@pytest.mark.slow
@pytest.mark.parametrize("unit", units(), ids=str)
def test_all_but_the_parts_of_what_is_permitted_is_walled(unit, working_sandbox):
    found = list(exercises(unit))
    names = {name for data, _ in found for name in data.forbid}
    hide = [name for name in names if name.startswith("retouch.")]
    sandbox = Sandbox(hide, shared_imports([task for _, task in found]))
    try:
        for data, task in found:
            prepared = sandbox.exercise(task.questions, imports(task.prelude, data.observe))
            prepared.orders.close()
            assert prepared.courtesy == COURTESY.get(data.exercise, [])
    finally:
        sandbox.close()


@pytest.mark.slow
@pytest.mark.parametrize("unit", units(), ids=str)
def test_every_solution_passes_behind_the_walls_with_a_left_over_import(unit, working_sandbox):
    found = list(exercises(unit))
    texts = {exercise.id: exercise.answer.text for exercise in read_unit(unit).exercises}
    left_over = "import matplotlib.pyplot as plt\n"
    tasks = [replace(task, answer=left_over + texts[task.exercise]) for _, task in found]
    names = {name for data, _ in found for name in data.forbid}
    hide = tuple(sorted(name for name in names if name.startswith("retouch.")))
    observer = SandboxedObserver()
    try:
        results = observer.observe(Job("ada", tuple(tasks), hide))
    finally:
        observer.close()
    for (data, _), result in zip(found, results, strict=True):
        assert result.record is not None, (data.exercise, result.ended, result.detail)
        assert judge(data, load_record(result.record)).lines == []
