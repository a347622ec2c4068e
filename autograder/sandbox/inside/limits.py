"""Holding an answer to its time, processes and memory, from outside of it; and ending it.

Time is what the answer takes itself: the processor time of all its processes, and the time in
which every one of them sleeps. While they wait for a processor, the machine is busy with others,
which is not the answer's fault; only the far limit by the clock counts that as well.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox.job import MIB, Ending, Limits

_FIRST_TICK, _LAST_TICK = 0.005, 0.1
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_LOWEST_PRIORITY = 19


@dataclass(frozen=True)
class End:
    """How an answer's process ended.

    Attributes:
        reason: why we ended it; None if it ended by itself.
        status: its wait status.
        seconds: as in `Limits`.
    """

    reason: Ending | None
    status: int
    seconds: float


def watch(pid: int, limits: Limits, orders: socket.socket, isolated: bool) -> End:
    """Wait until an answer ends, or end it for what it does; it is gone when this returns.

    Args:
        pid: its first process, a child of the caller.
        limits: what it may use up.
        orders: anything that arrives here means that it has written too much.
        isolated: whether it has a process namespace of its own, which tells its processes from
            others; if not, they are those that were started after it.
    """
    process = os.pidfd_open(pid)
    meter = _Meter(pid, isolated)
    try:
        reason = _wait(process, limits, orders, meter)
        if reason:
            signal.pidfd_send_signal(process, signal.SIGKILL)
        _, status, used = os.wait4(pid, 0)
        return End(reason, status, max(meter.seconds, used.ru_utime + used.ru_stime))
    finally:
        os.close(process)


def _wait(process: int, limits: Limits, orders: socket.socket, meter: _Meter) -> Ending | None:
    deadline = time.monotonic() + limits.wall_seconds
    tick = _FIRST_TICK
    while time.monotonic() < deadline:
        ready, _, _ = select.select([process, orders.fileno()], [], [], tick)
        if process in ready:
            return None
        if ready:
            return Ending.OUTPUT
        if reason := meter.excess(limits):
            return reason
        tick = min(2 * tick, _LAST_TICK)
    return Ending.TIMEOUT


class _Meter:
    """Measures what the processes of one answer use up together.

    Attributes:
        seconds: processor time, and time in which all of them slept.
    """

    def __init__(self, first: int, isolated: bool) -> None:
        self.first, self.isolated = first, isolated
        self._computed = self._slept = 0.0
        self._looked = time.monotonic()

    @property
    def seconds(self) -> float:
        return self._computed + self._slept

    def excess(self, limits: Limits) -> Ending | None:
        """What the answer uses up too much of, if it does."""
        members = list(self._members())
        threads = [state for pid in members for state in _thread_states(pid)]
        self._measure(members, threads)
        if self.seconds > limits.seconds:
            return Ending.TIMEOUT
        if len(threads) >= limits.processes:
            return Ending.PROCESSES
        # One process is held by its own limit; that of many is what none of them alone exceeds.
        if len(members) > 1 and sum(map(_memory, members)) > limits.memory + _own_memory():
            return Ending.MEMORY
        return None

    def _measure(self, members: list[str], threads: list[str]) -> None:
        now = time.monotonic()
        computed = sum(map(_processor_time, members))
        if computed <= self._computed and "R" not in threads and "D" not in threads:
            self._slept += now - self._looked
        self._computed = max(self._computed, computed)
        self._looked = now

    def _members(self) -> Iterator[str]:
        """The answer's processes. All but the first are put behind everyone else's."""
        ours = _status("self", "NSpid")
        for pid in filter(str.isdigit, os.listdir("/proc")):
            names = _status(pid, "NSpid")
            if (len(names) > len(ours)) if self.isolated else int(pid) >= self.first:
                number = int(names[len(ours) - 1]) if names else self.first
                if number != self.first:
                    with contextlib.suppress(OSError):
                        os.setpriority(os.PRIO_PROCESS, number, _LOWEST_PRIORITY)
                yield pid


def _status(pid: str, field: str) -> list[str]:
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return []
    return next((li.split()[1:] for li in text.splitlines() if li.startswith(field + ":")), [])


def _fields(path: str) -> list[str]:
    """The fields of a process's or thread's `stat` from its state on."""
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").rpartition(") ")[2].split()
    except OSError:
        return []


def _thread_states(pid: str) -> list[str]:
    try:
        names = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return []
    return [fields[0] for name in names if (fields := _fields(f"/proc/{pid}/task/{name}/stat"))]


def _processor_time(pid: str) -> float:
    """Seconds of a process and of the children that it has waited for."""
    return sum(map(int, _fields(f"/proc/{pid}/stat")[11:15])) / _TICKS_PER_SECOND


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
