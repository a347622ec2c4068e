"""`retouch lab`: JupyterLab on a course, quiet and apart from a person's own Jupyter."""

import json
import os
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import psutil
import pytest

from autograder.errors import UserError
from autograder.lab import first_notebook, lab_arguments, launch
from tests.waiting import wait_until

TOKEN = "a-token-for-tests"
LAUNCH = (
    "import sys; from pathlib import Path; from autograder.lab import launch;"
    "sys.exit(launch(Path(sys.argv[1]), port=int(sys.argv[2]), browser=False, extra=sys.argv[3:]))"
)


@dataclass
class Lab:
    address: str
    root: Path
    home: Path
    cpu_seconds: float

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page."""
        join = "&" if "?" in path else "?"
        try:
            with urllib.request.urlopen(f"{self.address}{path}{join}token={TOKEN}") as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, ""

    def page_config(self) -> dict:
        return json.loads(re.search(r'"jupyter-config-data"[^>]*>(.*?)</script>',
                                    self.get("/lab")[1], re.S)[1])  # fmt: skip


def make_course(root: Path) -> Path:
    for unit in ("01_second", "00_start"):
        path = root / "course" / unit / f"{unit}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(nbformat.v4.new_notebook(), path)
    return root


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A running `launch` on a course of two notebooks, for a person with an empty home."""
    root = make_course(tmp_path_factory.mktemp("a checkout"))
    home = tmp_path_factory.mktemp("home")
    port = free_port()
    command = [
        sys.executable,
        "-c",
        LAUNCH,
        str(root),
        str(port),
        f"--IdentityProvider.token={TOKEN}",
    ]
    with subprocess.Popen(command, env={**os.environ, "HOME": str(home)}) as server:
        lab = Lab(f"http://127.0.0.1:{port}", root, home, 0)
        try:
            wait_until(lambda: answers(lab), "the page of JupyterLab")
            used = psutil.Process(server.pid).cpu_times()
            lab.cpu_seconds = used.user + used.system
            yield lab
        finally:
            server.terminate()


def answers(lab: Lab) -> bool:
    try:
        return lab.get("/lab")[0] == 200
    except urllib.error.URLError:
        return False


def test_the_page_answers_after_15_seconds_of_work(lab: Lab):
    assert 0 < lab.cpu_seconds < 15


def test_the_first_units_notebook_opens_by_default(lab: Lab):
    with urllib.request.urlopen(f"{lab.address}/?token={TOKEN}") as answer:
        assert "/lab/tree/00_start/00_start.ipynb" in answer.url


def test_only_the_course_is_served(lab: Lab):
    names = [entry["name"] for entry in json.loads(lab.get("/api/contents")[1])["content"]]
    assert names == ["00_start", "01_second"]


def test_an_instructors_tools_are_hidden_and_validate_is_not(lab: Lab):
    disabled = lab.page_config()["disabledExtensions"]
    for tool in ("formgrader", "assignment-list", "course-list", "create-assignment"):
        assert f"@jupyter/nbgrader:{tool}" in disabled
    assert "@jupyter/nbgrader:validate-assignment" not in disabled
    assert lab.get("/formgrader")[0] == 404
    assert lab.get("/assignments")[0] == 404
    assert lab.get("/assignments/validate")[0] == 405  # it is there, for POST


def test_nothing_is_fetched_from_outside(lab: Lab):
    assert lab.page_config()["news"] == {"disabled": True}
    assert lab.page_config()["extensionManager"]["can_install"] is False
    status, text = lab.get("/lab/api/settings/@jupyterlab/apputils-extension:notification")
    defaults = json.loads(text)["schema"]["properties"]
    assert status == 200
    assert defaults["fetchNews"]["default"] == "false"
    assert defaults["checkForUpdates"]["default"] is False


def test_a_persons_own_jupyter_is_left_alone(lab: Lab):
    assert lab.cpu_seconds > 0
    assert not (lab.home / ".jupyter").exists()


def test_a_course_without_notebooks_is_an_error(tmp_path: Path):
    with pytest.raises(UserError, match=r"expected notebooks in .*course.*run `make course`"):
        launch(tmp_path, port=None, browser=False, extra=[])


def test_a_taken_port_is_an_error(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UserError, match=rf"port {port} is taken"):
            launch(make_course(tmp_path), port=port, browser=False, extra=[])


def test_an_impossible_port_is_an_error(tmp_path: Path):
    with pytest.raises(UserError, match="expected a port from 0 to 65535, found 70000"):
        launch(make_course(tmp_path), port=70000, browser=False, extra=[])


def test_a_notebooks_name_is_quoted_in_the_address(tmp_path: Path):
    path = tmp_path / "course" / "02_a b" / "ü.ipynb"
    path.parent.mkdir(parents=True)
    path.touch()
    assert first_notebook(tmp_path / "course") == path
    assert "--LabApp.default_url=/lab/tree/02_a%20b/%C3%BC.ipynb" in lab_arguments(
        tmp_path, None, True
    )
