"""The warm process: the first and only program in the sandbox that bubblewrap makes.

`python -I -S -B -c BOOT SETTINGS`, with the grader's end of a local socket as standard input. It
imports what every exercise of a unit needs, then forks once per exercise
(`autograder.grade.exercise`), which forks once per answer.
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

from autograder.grade import exercise, room, syscalls, wire

# Sets sys.path before anything but `sys` is imported; the environment has no say in it.
BOOT = (
    "import sys; sys.path += __import__('json').loads(sys.argv[1])['folders']; "
    "from autograder.grade.warm import main; main(sys.argv[1])"
)


def main(settings: str) -> None:
    """Serve the grader until it goes away."""
    options = json.loads(settings)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    orders = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    syscalls.adopt_orphans()
    room.make_blanks()
    for module in options["preload"]:
        with contextlib.suppress(Exception):
            importlib.import_module(module)
    exercise.rehearse()
    gc.collect()
    gc.freeze()
    nested, reason = (True, "") if options["nested"] and not _why_not() else (False, _why_not())
    wire.send(orders, {"ready": True, "nested": nested, "reason": reason})
    with contextlib.suppress(wire.Gone):
        _serve(orders, nested)


def _why_not() -> str:
    """Why no room can be made within this sandbox; empty if one can."""
    try:
        pid = room.fork_room(_try_room, nested=True)
    except (room.RoomError, OSError) as error:
        return str(error)
    return "" if os.waitpid(pid, 0)[1] == 0 else "mounting in a new namespace failed"


def _try_room() -> NoReturn:
    status = 1
    try:
        room.furnish(exercise.Limits())
        status = 0
    finally:
        os._exit(status)


def _serve(orders: socket.socket, nested: bool) -> None:
    """Start a process for each exercise that the grader names."""
    while True:
        _, files = wire.receive(orders)
        if os.fork() == 0:
            orders.close()
            exercise.start(socket.socket(fileno=files[0]), files[1:], nested)
        wire.close_all(files)
        _reap()


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
