"""Sending one answer into the sandbox, and reading what comes back, however much it is."""

from __future__ import annotations

import os
import select
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from autograder.sandbox import messages
from autograder.sandbox.inside.exercise import SPOILED
from autograder.sandbox.inside.isolation import BROKEN
from autograder.sandbox.job import Ending, Limits

GRACE = 10.0
_CHUNK = 2**16


@dataclass(frozen=True)
class Reply:
    """What became of an answer: its record, or why there is none; and the time that it took."""

    record: bytes | None
    ended: Ending
    seconds: float
    detail: str = ""


def ask(
    orders: socket.socket, answer: str, prelude: bytes, limits: Limits, done: Callable[[], None]
) -> Reply:
    """Have an answer run.

    Args:
        orders: where the exercise's process takes orders.
        answer: source text.
        prelude: the code that it builds on, from `prelude.needed`.
        limits: what it may use up.
        done: called when its process has ended, before its record is read to the end.

    Raises:
        Gone: the sandbox ended or doesn't reply any more.
    """
    reading, writing = os.pipe()
    contents = answer.encode("utf-8", "replace"), prelude
    files = [*map(messages.memory_file, contents), writing]
    try:
        messages.send(orders, {"limits": asdict(limits)}, files)
    finally:
        messages.close_all(files)
    try:
        return _Reading(orders, reading, limits, done).reply()
    finally:
        os.close(reading)


class _Reading:
    """Reads a record and the report on its writer at the same time."""

    def __init__(
        self, orders: socket.socket, pipe: int, limits: Limits, done: Callable[[], None]
    ) -> None:
        self.orders, self.pipe, self.limits, self.done = orders, pipe, limits, done
        self.deadline = time.monotonic() + limits.wall_seconds + GRACE
        self.content = bytearray()
        self.overflow, self.at_end = False, False
        self.report: messages.Message | None = None

    def reply(self) -> Reply:
        while self.report is None or not self.at_end:
            ready = self._ready()
            if self.orders.fileno() in ready:
                self.report, files = messages.receive(self.orders)
                messages.close_all(files)
                self.done()
            if self.pipe in ready:
                self._read()
        return _judge(self.report, bytes(self.content), self.overflow)

    def _ready(self) -> set[int]:
        poll = select.poll()
        if not self.at_end:
            poll.register(self.pipe, select.POLLIN)
        if self.report is None:
            poll.register(self.orders, select.POLLIN)
        left = self.deadline - time.monotonic()
        ready = {number for number, _ in poll.poll(max(left, 0) * 1000)}
        if not ready:
            raise messages.Gone("no reply")
        return ready

    def _read(self) -> None:
        chunk = os.read(self.pipe, _CHUNK)
        self.at_end = not chunk
        if len(self.content) + len(chunk) <= self.limits.output:
            self.content += chunk
        elif not self.overflow:
            self.overflow = True
            messages.send(self.orders, {"stop": True})


def _judge(report: messages.Message, content: bytes, overflow: bool) -> Reply:
    """Whether there is a record to be trusted as this answer's own, or why not."""
    if "broken" in report:
        return Reply(None, Ending.LOST, 0.0, str(report["broken"]))
    seconds = float(report["seconds"])
    if overflow or report["reason"]:
        return Reply(None, Ending.OUTPUT if overflow else Ending(report["reason"]), seconds)
    ended, detail = _death(report["status"], content)
    return Reply(content if ended == Ending.RECORDED else None, ended, seconds, detail)


def _death(status: int, content: bytes) -> tuple[Ending, str]:
    """What a wait status says: how the answer ended, with a detail in words."""
    code = os.waitstatus_to_exitcode(status)
    if code == BROKEN:
        return Ending.LOST, "no isolated process could be made"
    if code == SPOILED:
        return Ending.DIED, "the answer changed Python so that nothing could be recorded"
    if code < 0:
        return Ending.DIED, f"Python crashed ({signal.Signals(-code).name})"
    if code == 0 and content:
        return Ending.RECORDED, ""
    return Ending.DIED, f"the answer ended Python (status {code})"
