"""An instructor in the formgrader: grades, and a question that waits with its rubric."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

from autograder.build.release import release_unit
from autograder.units import find_unit
from tests.browser.conftest import free_port, serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def formgrader(tmp_path_factory):
    """The address of a formgrader over two graded submissions of unit 01's pattern."""
    directory = tmp_path_factory.mktemp("teaching")
    unit = find_unit("basic_processing")
    release_unit(unit, directory)
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}

    def nbgrader(*arguments):
        subprocess.run([sys.executable, "-m", "nbgrader", *arguments], cwd=directory, check=True,
                       env=environment, capture_output=True)  # fmt: skip

    nbgrader("generate_assignment", unit.folder)
    source = directory / "source" / unit.folder / f"{unit.folder}.ipynb"
    released = directory / "release" / unit.folder / f"{unit.folder}.ipynb"
    for student, origin in (("ada", source), ("bob", released)):
        submit(origin, directory / "submitted" / student / unit.folder / source.name)
    nbgrader("autograde", unit.folder)
    port = free_port()
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}",
        "--IdentityProvider.token=", f"--ServerApp.root_dir={directory}",
    ]  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    with serving(command, f"{address}/lab", cwd=directory, env=environment):
        yield f"{address}/formgrader", unit


def submit(origin, target):
    """Hand in a notebook, with an answer to the question that a person grades."""
    notebook = nbformat.read(origin, as_version=4)
    for cell in notebook.cells:
        meta = cell.metadata.get("nbgrader", {})
        if meta.get("grade") and meta.get("solution") and origin.parts[-3] == "source":
            cell.source = "I chose the rocket, and a strong gamma."
    target.parent.mkdir(parents=True)
    nbformat.write(notebook, target)


def test_the_gradebook_shows_the_scores(formgrader, page):
    address, unit = formgrader
    page.goto(f"{address}/gradebook/{unit.folder}/{unit.folder}")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(page.locator("tbody")).to_contain_text("Submission #1")


def test_a_question_waits_with_its_rubric(formgrader, page):
    address, unit = formgrader
    page.goto(f"{address}/gradebook/{unit.folder}/{unit.folder}")
    page.get_by_role("link", name="Submission #1").click()
    page.wait_for_load_state()
    rubric = page.get_by_text("One point for each part").first
    rubric.scroll_into_view_if_needed()
    expect(rubric).to_be_visible()
    box = page.locator("input#basic_processing-poster")
    expect(box).to_be_visible()
    box.fill("3.5")
    with page.expect_response(lambda answer: "/api/grade/" in answer.url) as saved:
        box.blur()
    assert saved.value.json()["manual_score"] == 3.5
