"""Running a function in a fork of this process, within limits, and getting its result back."""

from __future__ import annotations

import contextlib
import os
import pickle
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
MEMORY = 4 * 2**30
WALL = 20


class Ended(Exception):
    """The fork ended without a result; the text says why."""


def in_fork(function: Callable[[], T], cpu_seconds: int = 0) -> T:
    """What a function returns, called in a fork of this process.

    Args:
        function: of our own; its result is pickled.
        cpu_seconds: how long it may compute; 0 for as long as it likes.

    Raises:
        Ended: it ran out of time or memory, or ended Python.
    """
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        _call(function, cpu_seconds, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        content = pipe.read()
    _, status = os.waitpid(pid, 0)
    if not content:
        raise Ended(_reason(status))
    worked, result = pickle.loads(content)
    if not worked:
        raise result
    return result


def _call(function: Callable[[], Any], cpu_seconds: int, writing: int) -> None:
    """The life of the fork."""
    try:
        if torch := sys.modules.get("torch"):
            torch.set_num_threads(1)  # this process's pool of threads is not there in a fork
        if cpu_seconds:
            resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
            signal.alarm(WALL * cpu_seconds)  # for whoever waits instead of computing
            _limit_memory()
        try:
            answer: tuple[bool, Any] = True, function()
        except Exception as error:
            answer = False, error
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(answer, pipe)
    finally:
        os._exit(0)


def _limit_memory() -> None:
    """Allow so much more than there is already."""
    with (
        contextlib.suppress(OSError, ValueError),
        Path("/proc/self/statm").open(encoding="ascii") as file,
    ):
        used = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))


def _reason(status: int) -> str:
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL):
        return "ran out of time"
    return "ended Python"
