"""The fork server: the first and only program in the sandbox that bubblewrap makes.

`python -I -S -B -c BOOT SETTINGS`, with the grader's end of a local socket as standard input. It
imports what every exercise of a unit needs, then forks once per exercise
(`autograder.sandbox.inside.exercise`), which forks once per answer.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import signal
import socket
from typing import NoReturn

from autograder.sandbox import messages
from autograder.sandbox.inside import exercise, isolation
from autograder.sandbox.job import Limits

# Sets sys.path before anything but `sys` is imported; the environment has no say in it.
BOOT = (
    "import sys; sys.path += __import__('json').loads(sys.argv[1])['folders']; "
    "from autograder.sandbox.inside.fork_server import main; main(sys.argv[1])"
)


def main(settings: str) -> None:
    """Serve the grader until it goes away."""
    options = json.loads(settings)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    orders = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    isolation.make_blanks()
    for module in options["preload"]:
        with contextlib.suppress(Exception):
            importlib.import_module(module)
    exercise.rehearse()
    gc.collect()
    gc.freeze()
    reason = _why_not_nested() if options["nested"] else "not asked for"
    messages.send(orders, {"ready": True, "nested": not reason, "reason": reason})
    with contextlib.suppress(messages.Gone):
        _serve(orders, nested=not reason)


def _why_not_nested() -> str:
    """Why no process can be isolated within this sandbox; empty if one can."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        _try_isolation(writing)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        answer = pipe.read()
    os.wait()
    return "" if answer == "isolated" else answer or "the trial ended"


def _try_isolation(report: int) -> NoReturn:
    def inside() -> NoReturn:
        try:
            isolation.mount_scratch(Limits())
            os.write(report, b"isolated")
        except OSError as error:
            os.write(report, str(error).encode())
        os._exit(0)

    try:
        os.waitpid(isolation.make_spawner().fork(inside), 0)
    except OSError as error:
        os.write(report, str(error).encode())
    os._exit(0)


def _serve(orders: socket.socket, nested: bool) -> None:
    """Start a process for each exercise that the grader names."""
    while True:
        _, files = messages.receive(orders)
        if os.fork() == 0:
            orders.close()
            exercise.start(socket.socket(fileno=files[0]), files[1:], nested)
        messages.close_all(files)
        _reap()


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
