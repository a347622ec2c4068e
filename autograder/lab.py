"""JupyterLab on the course: `retouch lab`.

The settings in `lab_settings/` make it quiet, offline and free of an instructor's tools.
They are passed as Jupyter's first configuration folder; what a student changes is kept in
the checkout's `.cache/jupyter`, so nothing of the person's own Jupyter is read or written.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path
from urllib.parse import quote

from autograder.errors import UserError

SETTINGS = Path(__file__).with_name("lab_settings")


def launch(root: Path, *, port: int | None, browser: bool, extra: list[str]) -> int:
    """Serve the course in JupyterLab until it is stopped.

    Args:
        root: the checkout, whose `course/` is served.
        port: the port to listen on; `None` takes the first free one from 8888 on.
        browser: whether to open the first notebook in a browser.
        extra: further options of `jupyter lab`.

    Returns:
        JupyterLab's exit status.

    Raises:
        UserError: `course/` has no notebook, or the port cannot be listened on.
    """
    arguments = lab_arguments(root, port, browser)
    if port is not None:
        _require_free(port)
    os.environ.update(lab_environment(root))
    from jupyterlab.labapp import LabApp  # reads the environment when it is imported

    try:
        LabApp.launch_instance([*arguments, *extra])
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    return 0


def lab_arguments(root: Path, port: int | None, browser: bool) -> list[str]:
    """The options of `jupyter lab` that open a checkout's first notebook."""
    course = root / "course"
    notebook = quote(first_notebook(course).relative_to(course).as_posix())
    arguments = [f"--ServerApp.root_dir={course}", f"--LabApp.default_url=/lab/tree/{notebook}"]
    if port is not None:
        arguments += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if not browser:
        arguments.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--allow-root")  # a container: Jupyter would refuse to start
    return arguments


def lab_environment(root: Path) -> dict[str, str]:
    """The variables that put the course's settings first, and a person's own aside."""
    paths = [str(SETTINGS), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    return {
        "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, paths)),
        "JUPYTER_CONFIG_DIR": str(root / ".cache" / "jupyter"),
    }


def first_notebook(course: Path) -> Path:
    """The notebook that a newcomer begins with: the first unit's.

    Raises:
        UserError: no unit has a notebook yet.
    """
    notebooks = sorted(course.glob("[0-9]*/*.ipynb"))
    if not notebooks:
        raise UserError(f"expected notebooks in {course}, found none; run `make course` first")
    return notebooks[0]


def _require_free(port: int) -> None:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except PermissionError as error:
        raise UserError(f"port {port} is reserved; choose one from 1024 on: --port 8888") from error
    except OverflowError as error:
        raise UserError(f"expected a port from 0 to 65535, found {port}") from error
    except OSError as error:
        raise UserError(
            f"port {port} is taken; stop the program that listens there or choose another port"
        ) from error
