"""The blind test in JupyterLab: pressed with mouse and keyboard, up to its table."""

import pytest
from playwright.sync_api import expect

UNIT = "01_basic_processing/01_basic_processing.ipynb"
TEST = """\
import numpy as np
from retouch.data import photograph
from retouch.show import blind_test
cup = photograph("coffee", size=(96, 128)) / 255
noisy = np.clip(cup + np.random.default_rng(0).normal(0, 0.2, cup.shape), 0, 1)
eye = blind_test({"photograph": [cup], "noise": [noisy], "dark": [cup / 3]}, trials=6)
eye"""

pytestmark = pytest.mark.browser


@pytest.fixture
def cell(notebook):
    opened = notebook(UNIT)
    opened.insert_below("import numpy as np", TEST)
    return opened.run("eye = blind_test(")


def test_six_answers_make_a_ranking(cell):
    expect(cell.locator("img")).to_have_count(2)
    expect(cell).to_contain_text("Which is better? (1 of 6)")
    for image in cell.locator("img").all():
        assert image.evaluate("image => image.complete && image.naturalWidth > 0")
    cell.get_by_role("button", name="left").click()
    expect(cell).to_contain_text("(2 of 6)")
    for number in range(3, 7):  # the button keeps the focus: the keyboard goes on
        cell.page.keyboard.press("Space")
        expect(cell).to_contain_text(f"({number} of 6)")
    assert "noise" not in cell.locator(".widget-html").inner_text()
    cell.page.keyboard.press("Space")
    expect(cell.locator("table")).to_contain_text("photograph")
    expect(cell.locator("table tbody tr")).to_have_count(3)
    expect(cell.get_by_role("button", name="left")).to_be_disabled()


def test_starting_again_asks_from_the_first(cell):
    cell.get_by_role("button", name="right").click()
    cell.get_by_role("button", name="start again").click()
    expect(cell).to_contain_text("(1 of 6)")
