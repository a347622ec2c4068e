"""A student in JupyterLab: a failing check, a right answer, Validate, a slider."""

import re

import pytest
from playwright.sync_api import expect

from autograder.units import ROOT

UNIT = "01_basic_processing/01_basic_processing.ipynb"
WRAPS = "def adjust_brightness(image, delta):\n    return image + np.uint8(delta % 256)\n"
RIGHT = (
    "def adjust_brightness(image, delta):\n"
    "    return np.clip(image.astype(int) + delta, 0, 255).astype(np.uint8)\n"
)
ANSWER = "def adjust_brightness("
CHECK = 'check("basic_processing.adjust_brightness"'

pytestmark = pytest.mark.browser


@pytest.fixture
def unit(notebook):
    opened = notebook(UNIT)
    opened.run("import numpy as np")
    return opened


def test_a_failing_check_shows_a_picture_and_names_the_mistake(unit):
    unit.write(ANSWER, WRAPS)
    unit.run(ANSWER)
    cell = unit.run(CHECK)
    panel = cell.locator(".retouch-check")
    expect(panel).to_contain_text("This looks like a known mistake: never clips")
    expect(panel.locator("img")).to_have_count(4)
    for image in panel.locator("img").all():
        assert image.get_attribute("alt")
        assert image.evaluate("image => image.complete && image.naturalWidth > 0")
    assert "Traceback" not in cell.inner_text()


def test_a_stub_is_told_kindly(unit):
    unit.run(ANSWER)
    cell = unit.run(CHECK)
    expect(cell.locator(".retouch-check")).to_contain_text("there is no answer here yet")


def test_a_right_answer_passes(unit):
    unit.write(ANSWER, RIGHT)
    unit.run(ANSWER)
    cell = unit.run(CHECK)
    expect(cell.locator(".retouch-check")).to_contain_text("cases pass")


def test_hints_come_one_at_a_time(unit):
    unit.insert_below(CHECK, 'hint("basic_processing.adjust_brightness")')
    expect(unit.run("hint(").locator(".jp-OutputArea")).to_contain_text("Hint 1 of 3")
    expect(unit.run("hint(").locator(".jp-OutputArea")).to_contain_text("Hint 2 of 3")


def test_validate_says_what_still_fails(unit):
    unit.write(ANSWER, RIGHT)
    unit.save()
    unit.page.get_by_role("button", name="Validate").click()
    dialog = unit.page.locator(".jp-Dialog")
    expect(dialog).to_contain_text("The following cell failed", timeout=120_000)
    expect(dialog).to_contain_text("there is no answer here yet")
    expect(dialog).not_to_contain_text('check("basic_processing.adjust_brightness"')


def test_a_slider_changes_the_image(unit):
    unit.write("def adjust_gamma(", "def adjust_gamma(image, gamma):\n    return image**gamma\n")
    unit.run("def adjust_gamma(")
    cell = unit.run("explore(")
    original, picture = cell.locator(".jp-OutputArea img").all()
    before, source = picture.get_attribute("src"), original.get_attribute("src")
    cell.locator("[role=slider]").click()
    for _ in range(8):
        unit.page.keyboard.press("ArrowRight")
    expect(picture).not_to_have_attribute("src", before)
    expect(picture).to_have_attribute("alt", re.compile("gamma 0.9"))
    assert original.get_attribute("src") == source


@pytest.mark.parametrize("path", sorted((ROOT / "course").glob("*/*.ipynb")), ids=lambda p: p.stem)
def test_a_fresh_notebook_opens_without_complaint(notebook, path):
    opened = notebook(path.relative_to(ROOT / "course").as_posix())
    expect(opened.page.locator(".jp-Dialog")).to_have_count(0)
    broken = opened.page.locator(".jp-RenderedMarkdown .jp-RenderedText-error, .mjx-merror")
    expect(broken).to_have_count(0)
