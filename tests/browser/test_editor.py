"""The drawing editor and the control points, by mouse and by keyboard."""

import re

import nbformat
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SCREENSHOTS, Notebook

EDITOR = """
import torch
from retouch.show.editor import drag_points, edit_drawing
labels = torch.zeros(1, 40, 60, dtype=torch.long)
labels[:, 25:] = 1
labels[:, 5:15, 10:20] = 2
calls = []
def network(drawing):
    calls.append(drawing)
    return 1 - drawing
editor = edit_drawing(network, torch.zeros(1, 3, 40, 60), labels, alt="a square over the sea",
                      names=("sky", "sea", "square"), zoom=6)
editor
"""
POINTS = """
def bend(source, target):
    return torch.full((3, 40, 60), float((source - target).norm(dim=1).max()) / 60)
dragger = drag_points(bend, (40, 60), alt="a plate", zoom=6)
dragger
"""
ASK = "print(editor.primitive.shape, 'told:', {})"

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(page, lab):
    address, course = lab
    cells = [nbformat.v4.new_code_cell(text) for text in (EDITOR, POINTS, ASK.format("1"))]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {
        "name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python",
    }  # fmt: skip
    nbformat.write(notebook, course / "editor.ipynb")
    return Notebook(page, address, "editor.ipynb")


def ask(opened, expression):
    """What the kernel answers to an expression."""
    opened.write("print(editor", ASK.format(expression))
    text = opened.run("print(editor").locator(".jp-OutputArea").inner_text()
    return text.partition("told: ")[2].strip()


def drag(page, picture, start, end, size=(60, 40)):
    """Press at one pixel of a picture, let go at another."""
    box = picture.bounding_box()
    places = [
        (box["x"] + (x + 0.5) * box["width"] / size[0],
         box["y"] + (y + 0.5) * box["height"] / size[1])
        for x, y in (start, end)
    ]  # fmt: skip
    page.mouse.move(*places[0])
    page.mouse.down()
    page.mouse.move(*places[1], steps=4)
    page.mouse.up()


def test_segments_are_moved_removed_painted_and_put_back(opened):
    cell = opened.run("editor = edit_drawing")
    canvas, result = cell.locator("canvas"), cell.locator("img.retouch-result")
    status = cell.locator(".retouch-status")
    expect(result).to_have_attribute("alt", "a square over the sea")
    before = result.get_attribute("src")
    drag(opened.page, canvas, (15, 10), (45, 12))
    expect(status).to_contain_text("% of the drawing is changed")
    expect(cell.get_by_label("Segment to paint with")).to_have_value("2")
    expect(result).not_to_have_attribute("src", before)
    opened.page.screenshot(path=SCREENSHOTS / "editor_moved.png")
    where = "editor._now()[0].eq(2).nonzero().float().mean(0).tolist()"
    assert ask(opened, where) == "[11.5, 44.5]"
    assert ask(opened, "int(editor._now()[0].eq(2).sum())") == "100"
    cell = opened.cell("editor = edit_drawing")
    cell.get_by_role("button", name="Remove").click()
    drag(opened.page, cell.locator("canvas"), (45, 12), (45, 12))
    assert ask(opened, "editor._now()[0].unique().tolist()") == "[0, 1]"
    cell = opened.cell("editor = edit_drawing")
    cell.get_by_role("button", name="Undo").click()
    assert ask(opened, "editor._now()[0].unique().tolist()") == "[0, 1, 2]"
    cell = opened.cell("editor = edit_drawing")
    cell.get_by_role("button", name="Paint").click()
    cell.get_by_label("Segment to paint with").select_option("sea")
    drag(opened.page, cell.locator("canvas"), (5, 5), (30, 5))
    assert ask(opened, "int(editor._now()[0][5, 20])") == "1"
    cell = opened.cell("editor = edit_drawing")
    cell.get_by_role("button", name="Draw edge").click()
    drag(opened.page, cell.locator("canvas"), (5, 30), (50, 30))
    assert ask(opened, "int(editor._now()[1][30].sum())") == "46"
    opened.page.screenshot(path=SCREENSHOTS / "editor_drawn.png")
    cell = opened.cell("editor = edit_drawing")
    cell.get_by_role("button", name="Reset").click()
    assert ask(opened, "bool(editor.edited_mask.any())") == "False"


def test_a_box_picks_up_what_lies_wholly_inside(opened):
    cell = opened.run("editor = edit_drawing")
    cell.get_by_role("button", name="Box").click()
    canvas = cell.locator("canvas")
    drag(opened.page, canvas, (5, 2), (25, 20))
    expect(cell.locator(".retouch-status")).to_contain_text("drag what is dotted")
    opened.page.screenshot(path=SCREENSHOTS / "editor_box.png")
    drag(opened.page, canvas, (15, 10), (15, 12))
    where = "editor._now()[0].eq(2).nonzero().float().mean(0).tolist()"
    assert ask(opened, where) == "[11.5, 14.5]"


def test_the_keyboard_moves_a_segment(opened):
    cell = opened.run("editor = edit_drawing")
    cell.locator("canvas").focus()
    keys = ["ArrowUp"] * 10 + ["ArrowLeft"] * 15 + [" "] + ["ArrowRight"] * 7 + [" "]
    for key in keys:
        opened.page.keyboard.press(key)
    expect(cell.locator(".retouch-status")).to_contain_text("% of the drawing is changed")
    where = "editor._now()[0].eq(2).nonzero().float().mean(0).tolist()"
    assert ask(opened, where) == "[9.5, 21.5]"


def test_points_are_dragged_by_mouse_and_keyboard(opened):
    opened.run("editor = edit_drawing")
    cell = opened.run("dragger = drag_points")
    stage, status = cell.locator(".retouch-stage"), cell.locator(".retouch-status")
    image = cell.locator(".retouch-stage img")
    before = image.get_attribute("src")
    assert stage.bounding_box()["width"] == image.bounding_box()["width"]
    drag(opened.page, image, (29.5, 19.5), (37.5, 13.5))
    expect(status).to_contain_text(re.compile("farthest is (9|10|11) pixels"))
    expect(image).not_to_have_attribute("src", before)
    opened.page.screenshot(path=SCREENSHOTS / "points.png")
    cell.locator("circle").first.focus()
    for _ in range(10):
        opened.page.keyboard.press("ArrowRight")
    expect(status).to_contain_text("20 pixels")
    cell.get_by_role("button", name="Reset").click()
    expect(status).to_contain_text("is 0 pixels")
    expect(image).to_have_attribute("src", before)
