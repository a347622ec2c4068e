"""Every unit's solved notebook runs from top to bottom, in time and without complaint."""

import os

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.build.notebook import instructor_notebook
from autograder.build.release import release_unit
from autograder.build.source import read_unit
from autograder.units import units

CPU_SECONDS = {"00_start": 60, "01_basic_processing": 60}
DEFAULT_CPU_SECONDS = 180
CELL_SECONDS = 900  # for a cell that never ends; another program may have the processor


def run_solved(unit, directory):
    """A unit's solved notebook, run in its folder of a course directory; and its CPU time."""
    release_unit(unit, directory)
    notebook = instructor_notebook(read_unit(unit))
    folder = directory / "source" / unit.folder
    started = cpu_seconds_of_children()
    client = NotebookClient(
        notebook, timeout=CELL_SECONDS, resources={"metadata": {"path": folder}}
    )
    # Tests run two at a time on two cores: two pools of threads would take turns, spinning.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")
        client.execute()
    return notebook, cpu_seconds_of_children() - started


def cpu_seconds_of_children() -> float:
    """What processes that have ended, such as a notebook's kernel, took of a processor."""
    times = os.times()
    return times.children_user + times.children_system


def outputs(notebook: nbformat.NotebookNode):
    return [(cell, output) for cell in notebook.cells for output in cell.get("outputs", [])]


@pytest.mark.parametrize("unit", units(), ids=lambda unit: unit.folder)
def test_a_solved_notebook_runs_in_time_and_in_order(unit, tmp_path):
    """One test for each: several could be shared out, and every process would run the notebook."""
    notebook, seconds = run_solved(unit, tmp_path)
    assert 0 < seconds < CPU_SECONDS.get(unit.folder, DEFAULT_CPU_SECONDS)
    every_check_passes(notebook)
    nothing_is_written_to_stderr(notebook)
    every_picture_has_a_text_alternative(notebook)


def every_check_passes(notebook):
    checks = [cell for cell in notebook.cells if cell.source.startswith("check(")]
    assert checks
    for cell in checks:
        texts = [output.data["text/plain"] for output in cell.outputs]
        assert len(texts) == 2, cell.source  # visible and hidden
        assert all(text.startswith("✓") for text in texts)


def nothing_is_written_to_stderr(notebook):
    noisy = [(cell.source, output.text) for cell, output in outputs(notebook)
             if output.output_type == "stream" and output.name == "stderr"]  # fmt: skip
    assert noisy == []


def every_picture_has_a_text_alternative(notebook):
    for cell, output in outputs(notebook):
        data = output.get("data", {})
        assert "image/png" not in data, f"a picture without an alternative: {cell.source}"
        text = data.get("text/html", "")
        tags = text.split("<img")[1:]
        assert all('alt="' in tag.split(">")[0] and 'alt=""' not in tag for tag in tags), (
            cell.source
        )
