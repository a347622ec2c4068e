"""Watching a room from outside: its time, its processes, its memory; and ending it."""

from __future__ import annotations

import os
import select
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox.job import MEMORY, MIB, OUTPUT, PROCESSES, TIMEOUT, Limits

_FIRST_TICK, _LAST_TICK = 0.005, 0.1


@dataclass(frozen=True)
class End:
    """How a room ended: for which reason we ended it, if we did, and with what wait status."""

    reason: str
    status: int


def watch(pid: int, limits: Limits, orders: socket.socket, counted: bool) -> End:
    """Wait until a room ends, or end it for what it does; it is gone when this returns.

    Args:
        pid: its first process, a child of the caller.
        limits: what it may use up.
        orders: anything that arrives here means that it has written too much.
        counted: whether it has a process namespace of its own, so that its members are known.
    """
    room = os.pidfd_open(pid)
    try:
        reason = _wait(room, limits, orders, counted)
        if reason:
            signal.pidfd_send_signal(room, signal.SIGKILL)
        return End(reason, os.waitpid(pid, 0)[1])
    finally:
        os.close(room)


def _wait(room: int, limits: Limits, orders: socket.socket, counted: bool) -> str:
    deadline = time.monotonic() + limits.seconds
    tick = _FIRST_TICK
    while (left := deadline - time.monotonic()) > 0:
        ready, _, _ = select.select([room, orders.fileno()], [], [], min(tick, left))
        if room in ready:
            return ""
        if ready:
            return OUTPUT
        if counted and (reason := _excess(limits)):
            return reason
        tick = min(2 * tick, _LAST_TICK)
    return TIMEOUT


def _excess(limits: Limits) -> str:
    """What the processes of the room use up too much of, together."""
    members = [pid for pid in os.listdir("/proc") if pid.isdigit() and _is_in_room(pid)]
    if sum(_threads(pid) for pid in members) >= limits.processes:
        return PROCESSES
    # One process is held by its own limit; that of many is what none of them alone exceeds.
    if len(members) > 1 and sum(_memory(pid) for pid in members) > limits.memory + _own_memory():
        return MEMORY
    return ""


def _status(pid: str, field: str) -> list[str]:
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return []
    return next((li.split()[1:] for li in text.splitlines() if li.startswith(field + ":")), [])


def _is_in_room(pid: str) -> bool:
    """Whether a process has a pid in a namespace below ours."""
    return len(_status(pid, "NSpid")) > len(_status("self", "NSpid"))


def _threads(pid: str) -> int:
    return int((_status(pid, "Threads") or ["0"])[0])


def _memory(pid: str) -> int:
    """The bytes of a process, counting what it shares in proportion."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    line = next((li for li in text.splitlines() if li.startswith("Pss:")), "Pss: 0")
    return int(line.split()[1]) * 1024


def _own_memory() -> int:
    return int((_status("self", "VmRSS") or ["0"])[0]) * 1024 + 64 * MIB
