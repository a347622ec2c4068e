"""JupyterLab in a real browser, on copies of the course that tests may write to."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from autograder.units import ROOT
from tests.waiting import wait_until

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREENSHOTS = ROOT / "test-artifacts"
SECONDS = 1000


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(command: list[str], url: str, **options) -> Iterator[None]:
    """Run a server until the block ends, and begin the block once it answers."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          **options) as server:  # fmt: skip
        try:
            _wait_for(url, server)
            yield
        finally:
            server.terminate()
            server.communicate(timeout=20)


def _wait_for(url: str, server: subprocess.Popen) -> None:
    def answers() -> bool:
        if server.poll() is not None:
            raise RuntimeError(f"the server ended: {server.communicate()[0]}")
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            return False
        return True

    wait_until(answers, f"an answer from {url}")


@pytest.fixture(scope="session")
def browser(needs) -> Iterator[Browser]:
    path = needs(*CHROMIUM)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page; what it shows at the end of a test is kept as a picture."""
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.set_default_timeout(60 * SECONDS)
    expect.set_options(timeout=60 * SECONDS)
    yield page
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{request.node.name}.png")
    page.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of `retouch lab` on a copy of the course, and the folder that it serves."""
    root = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "course", root / "course")
    port = free_port()
    code = (
        "import sys; from pathlib import Path; from autograder.lab import launch;"
        f"sys.exit(launch(Path({str(root)!r}), port={port}, browser=False, extra="
        "['--IdentityProvider.token=', '--LabApp.expose_app_in_browser=True', '--allow-root']))"
    )
    environment = {**os.environ, "RETOUCH_HOME": str(root / "home")}
    address = f"http://127.0.0.1:{port}"
    with serving([sys.executable, "-c", code], f"{address}/lab", env=environment):
        yield address, root / "course"


class Notebook:
    """A notebook that is open in JupyterLab, used with mouse and keyboard."""

    def __init__(self, page: Page, address: str, path: str) -> None:
        self.page = page
        page.goto(f"{address}/lab/tree/{path}?reset")
        page.locator(".jp-Notebook .jp-Cell").first.wait_for()
        expect(page.locator(".jp-NotebookPanel-toolbar")).to_contain_text("Python 3")
        self._wait_for_kernel()

    def cell(self, text: str) -> Locator:
        """The first cell whose source holds a text, scrolled into view and made active."""
        index = self.page.evaluate(
            """async text => {
                const notebook = window.jupyterapp.shell.currentWidget.content;
                const cells = notebook.widgets.map(cell => cell.model.sharedModel.getSource());
                const index = cells.findIndex(source => source.includes(text));
                notebook.deselectAll();
                notebook.activeCellIndex = index;
                await notebook.scrollToItem(index, 'start');
                return index;
            }""",
            text,
        )
        assert index >= 0, f"no cell holds {text!r}"
        found = self.page.locator(f'.jp-Cell[data-windowed-list-index="{index}"]')
        found.wait_for()
        return found

    def run(self, text: str) -> Locator:
        """Run a cell as Ctrl+Enter does, and wait for it; the cell."""
        cell = self.cell(text)
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        self.wait_until_idle()
        return self.cell(text)

    def write(self, text: str, source: str) -> None:
        """Replace the source of a cell by typing over it."""
        self.cell(text).locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(source)

    def insert_below(self, text: str, source: str) -> None:
        """Make a new cell below a cell, as Escape and B do, and type into it."""
        self.cell(text).locator(".cm-content").click()
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("b")
        self.page.keyboard.press("Enter")
        self.page.keyboard.insert_text(source)

    def save(self) -> None:
        """Save as Ctrl+S does, and wait until that is done."""
        self.page.keyboard.press("Control+S")
        self.page.wait_for_function(
            "() => !window.jupyterapp.shell.currentWidget.context.model.dirty"
        )

    def run_all(self) -> None:
        """Run > Run All Cells."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        self.wait_until_idle()

    def wait_until_idle(self) -> None:
        """Wait until nothing is left to execute."""
        self.page.wait_for_function(
            """() => {
                const panel = window.jupyterapp.shell.currentWidget;
                const waiting = panel.content.widgets.some(
                    cell => cell.model.type === 'code' && cell.model.executionState === 'running');
                return !waiting && panel.sessionContext.kernelDisplayStatus === 'idle';
            }""",
            timeout=120 * SECONDS,
        )
        self.page.wait_for_timeout(300)

    def _wait_for_kernel(self) -> None:
        self.page.wait_for_function(
            "() => window.jupyterapp.shell.currentWidget?.sessionContext?.kernelDisplayStatus"
            " === 'idle'"
        )


@pytest.fixture
def notebook(page: Page, lab: tuple[str, Path]):
    """Open a notebook of the course by its path, in a copy of its unit that no other test saves."""
    address, course = lab

    def open_copy(path: str) -> Notebook:
        copy = f"test_{len(list(course.iterdir()))}"
        unit, _, _ = path.partition("/")
        shutil.copytree(ROOT / "course" / unit, course / copy / unit)
        return Notebook(page, address, f"{copy}/{path}")

    return open_copy
