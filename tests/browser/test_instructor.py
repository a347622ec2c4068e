"""An instructor in the formgrader: grades, a question with its rubric, and nothing that runs."""

import base64
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from autograder.build.release import release_unit
from autograder.units import find_unit
from tests.browser.conftest import SCREENSHOTS, free_port, serving

pytestmark = pytest.mark.browser

RUN = "window.canary=1;fetch('/canary')"
TAG = f'<img src=x onerror="{RUN}">'
FOLDER = "<img src=x onerror=window.canary=1>"
HOSTILE = f"""# My poster {TAG}

{TAG} <script>{RUN}</script> <svg onload="{RUN}"></svg> <b style="position:fixed">big</b>

<details open ontoggle="{RUN}"><iframe srcdoc="<script>parent.canary=1</script>"></iframe></details>

[a link](javascript:{RUN}) and [another](JAVA&#115;CRIPT:window.canary=1) ![p](https://x.test/canary)

[reference]: data:text/html,<script>{RUN}</script>

A [reference], ![a picture](attachment:pixel.png) and ![none](attachment:"onerror="{RUN}.png).

```mermaid
{TAG}
```

The end of the answer, with *emphasis*.
"""
HONEST = """## My poster

The background is dark where $a < b$, so that **the rocket** stands out:

$$g(x) = x^{\\gamma}, \\qquad \\gamma < 1$$

| step | value |
|------|------:|
| gamma | 0.4 |
| edges | a<b |

```python
if a < b:
    print("<dark>")
```

![the poster](attachment:my%20poster.png)
"""


def picture():
    """A PNG that is larger than a page, in base64."""
    rows, columns = np.mgrid[0:900, 0:2000]
    pixels = np.stack([rows // 4 % 256, columns // 8, (rows + columns) // 12], -1).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


PAPERS = {
    "ada": (HONEST, {"my poster.png": {"image/png": picture()}}),
    "mallory": (
        HOSTILE,
        {
            "pixel.png": {"image/svg+xml": f'<svg xmlns="x" onload="{RUN}"/>'},
            f'"onerror="{RUN}.png': {"image/png": f'"><img src=x onerror="{RUN}">'},
            "x": ["no", "picture"],
        },
    ),
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A function that runs nbgrader in a course with graded submissions, and its directory."""
    directory = tmp_path_factory.mktemp("teaching")
    unit = find_unit("basic_processing")
    release_unit(unit, directory)
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}

    def nbgrader(*arguments):
        subprocess.run([sys.executable, "-m", "nbgrader", *arguments], cwd=directory, check=True,
                       env=environment, capture_output=True)  # fmt: skip

    nbgrader("generate_assignment", unit.folder)
    name = f"{unit.folder}.ipynb"
    source, released = (directory / step / unit.folder / name for step in ("source", "release"))
    for student, (answer, attachments) in PAPERS.items():
        origin = source if student == "ada" else released
        submit(origin, directory / "submitted" / student / unit.folder / name, answer, attachments)
    nbgrader("autograde", unit.folder)
    shutil.copytree(directory / "submitted" / "mallory", directory / "submitted" / FOLDER)
    return directory, unit, environment, nbgrader


@pytest.fixture(scope="module")
def formgrader(course):
    """The address of a formgrader over the submissions, and the unit."""
    directory, unit, environment, _ = course
    port = free_port()
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}",
        "--IdentityProvider.token=", f"--ServerApp.root_dir={directory}",
    ]  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    with serving(command, f"{address}/lab", cwd=directory, env=environment):
        yield f"{address}/formgrader", unit


def submit(origin, target, answer, attachments):
    """Hand in a notebook, with an answer to the question that a person grades."""
    notebook = nbformat.read(origin, as_version=4)
    for cell in notebook.cells:
        meta = cell.metadata.get("nbgrader", {})
        if meta.get("grade") and meta.get("solution"):
            cell.source, cell.attachments = answer, attachments
    target.parent.mkdir(parents=True)
    target.write_text(json.dumps(notebook))


@pytest.fixture
def canary(page):
    """What ran, or was blocked from running, on the pages that are opened: a list of lines."""
    seen = []
    page.on("request", lambda request: seen.append(request.url) if "canary" in request.url else 0)
    # Feedback asks for a font of Bootstrap's that nbgrader doesn't ship with it.
    page.on(
        "console",
        lambda line: (
            seen.append(line.text)
            if "Content Security Policy" in line.text and "glyphicons" not in line.text
            else 0
        ),
    )
    page.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
    return seen


def nothing_ran(page, canary):
    """Nothing of a student's ran on a page, nor did the policy stop anything of nbgrader's."""
    page.wait_for_timeout(300)
    assert page.evaluate("() => window.canary") is None
    assert canary == []


def open_submission(page, address, unit, student):
    """The formgrader's page of a student's notebook."""
    page.goto(f"{address}/manage_students/{student}/{unit.folder}")
    page.get_by_role("link", name=unit.folder, exact=True).last.click()
    page.locator("input#basic_processing-poster").wait_for()


def answer_of(page):
    """The rendered answer to the question that a person grades."""
    cell = page.locator(".nbgrader_cell", has_text="My poster").locator(".rendered_html")
    cell.scroll_into_view_if_needed()
    return cell


def picture_of(page, name):
    """Keep a picture of what is shown now, for a person to look at."""
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"instructor_{name}.png")


def test_the_gradebook_shows_the_scores(formgrader, page, canary):
    address, unit = formgrader
    page.goto(f"{address}/gradebook/{unit.folder}/{unit.folder}")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(page.locator("tbody")).to_contain_text("Submission #1")
    page.get_by_role("button", name="Show All Names").click()
    expect(page.locator("tbody")).to_contain_text("mallory")
    nothing_ran(page, canary)


def test_a_question_waits_with_its_rubric(formgrader, page, canary):
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
    nothing_ran(page, canary)


def test_an_honest_answer_keeps_its_formula_table_code_and_picture(formgrader, page, canary):
    address, unit = formgrader
    open_submission(page, address, unit, "ada")
    answer = answer_of(page)
    expect(answer.locator("table td").nth(3)).to_have_text("a<b")
    expect(answer.locator("pre")).to_contain_text('print("<dark>")')
    expect(answer).to_contain_text("where $a < b$, so")
    expect(answer.locator("strong")).to_have_text("the rocket")
    shown = answer.get_by_alt_text("the poster")
    assert shown.evaluate("image => [image.complete, image.naturalWidth]") == [True, 1000]
    picture_of(page, "honest")
    nothing_ran(page, canary)


def test_the_page_still_shows_names_and_saves_comments(formgrader, page, canary):
    """The only code in attributes of nbgrader's templates is allowed by the policy."""
    address, unit = formgrader
    open_submission(page, address, unit, "ada")
    page.locator(".glyphicon-eye-open").click()
    expect(page.locator("a.name-shown")).to_contain_text("ada")
    with page.expect_response(lambda answer: "/api/comment/" in answer.url) as saved:
        page.locator("textarea.comment").first.fill("Well done.")
        page.locator("textarea.comment").first.blur()
    assert saved.value.json()["manual_comment"] == "Well done."
    nothing_ran(page, canary)


def test_a_hostile_answer_does_not_run_and_reads_well(formgrader, page, canary):
    address, unit = formgrader
    open_submission(page, address, unit, "mallory")
    answer = answer_of(page)
    expect(answer).to_contain_text("The end of the answer")
    assert answer.locator("img, script, svg, iframe, details, [onerror]").count() == 0
    picture_of(page, "hostile")
    nothing_ran(page, canary)


def test_no_folder_name_is_html(formgrader, page, canary):
    address, unit = formgrader
    page.goto(f"{address}/manage_submissions/{unit.folder}")
    expect(page.locator("tbody tr")).to_have_count(2)
    for path in ("manage_assignments", "manage_students", "manage_students/ada", "gradebook"):
        page.goto(f"{address}/{path}")
        expect(page.locator("tbody")).not_to_contain_text("Loading")
        nothing_ran(page, canary)
    page.goto(f'{address}/manage_students/";window.canary=1;"')
    page.goto(f"{address}/gradebook/<script>window.canary=1<%2Fscript>")
    assert page.evaluate("() => window.canary") is None


def test_feedback_does_not_run_either(course, page, canary):
    directory, unit, _, nbgrader = course
    nbgrader("generate_feedback", unit.folder)
    for student in ("mallory", "ada"):
        page.goto((directory / "feedback" / student / unit.folder / f"{unit.folder}.html").as_uri())
        expect(page.get_by_role("heading", name="My poster").first).to_be_visible()
        answer_of(page)
        picture_of(page, f"feedback_{student}")
        nothing_ran(page, canary)


def test_a_notebook_that_was_not_cleaned_does_not_run(formgrader, course, page, canary):
    """What an older version, or nbgrader itself, left in `autograded/` is cleaned when shown."""
    address, unit = formgrader
    directory, _, _, nbgrader = course
    path = directory / "autograded" / "mallory" / unit.folder / f"{unit.folder}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    data = [{"text/html": TAG}, {"application/javascript": RUN}, {"image/svg+xml": "<svg/>"}]
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source, cell.attachments = HOSTILE, {}
        else:
            cell.outputs = [nbformat.v4.new_output("display_data", one) for one in data]
    nbformat.write(notebook, path)
    open_submission(page, address, unit, "mallory")
    nothing_ran(page, canary)
    page.evaluate("tag => document.body.insertAdjacentHTML('beforeend', tag)", TAG)
    page.wait_for_timeout(300)
    assert page.evaluate("() => window.canary") is None, "the policy lets attributes run"
    nbgrader("generate_feedback", unit.folder, "--student=mallory", "--force")
    canary.clear()
    page.goto((directory / "feedback/mallory" / unit.folder / f"{unit.folder}.html").as_uri())
    nothing_ran(page, canary)
