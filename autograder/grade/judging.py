"""Judging submissions in a process that has little memory and time to lose.

What comes out of the sandbox is bounded, but what comparing it costs is only known when it is
done. So the records of each submission are judged in a fork of a process that is started early,
holds the unit's check data, and runs nothing else; a fork that exceeds its limits costs only the
exercise that made it.
"""

from __future__ import annotations

import json
import os
import pickle
import resource
import signal
import socket
import sys
import time
import warnings
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn

from autograder.check.conclude import compile_conclude
from autograder.check.data import CheckData
from autograder.grade.verdict import ExerciseVerdict, judge_results, refused
from autograder.sandbox import messages
from autograder.sandbox.job import MIB, Limits, Result

MEMORY = 768 * MIB
SECONDS = 30
TOO_MUCH = "what your answer returned takes too long, or too much memory, to compare"


@dataclass(frozen=True)
class Request:
    """What came back of one answer.

    Attributes:
        exercise: its number in the unit.
        results: of the visible and of the hidden cases.
        points: what a right answer gives.
        notes: on how the answer was read.
        text: the answer's, for diagnoses that depend on it.
    """

    exercise: int
    results: tuple[Result, ...]
    points: float
    notes: tuple[str, ...] = ()
    text: str = ""


class JudgingProcess:
    """A process that judges; where there are no forks, this process does.

    Start it before any thread, and before any file is locked.

    Args:
        data: the unit's exercises, hidden cases included.
        limits: what the answers were held to.
    """

    def __init__(self, data: Sequence[CheckData], limits: Limits) -> None:
        self._data, self._limits = data, limits
        self._orders: socket.socket | None = None
        if sys.platform == "linux":
            self._orders = self._started()

    def _started(self) -> socket.socket:
        ours, theirs = messages.pair()
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", DeprecationWarning
            )  # threads of others, such as torch's
            self._pid = os.fork()
        if self._pid == 0:
            ours.close()
            _serve(theirs, self._data, self._limits)
        theirs.close()
        return ours

    def verdicts(self, requests: Sequence[Request]) -> list[ExerciseVerdict]:
        """A verdict for each request; one that can't be judged within the limits fails.

        Raises:
            Gone: the process was ended from outside, and so was the one that came after it.
        """
        try:
            found = self._ask(requests)
        except messages.Gone:
            self.close()
            self._orders = self._started()
            found = self._ask(requests)
        if found is not None:
            return found
        if len(requests) > 1:
            return [verdict for one in requests for verdict in self.verdicts([one])]
        return [
            refused(self._data[one.exercise], one.points, TOO_MUCH, one.notes) for one in requests
        ]

    def _ask(self, requests: Sequence[Request]) -> list[ExerciseVerdict] | None:
        if self._orders is None:
            return [_verdict(self._data, one, self._limits) for one in requests]
        reading, writing = os.pipe()
        try:
            content = messages.memory_file(pickle.dumps(tuple(requests)))
            try:
                messages.send(self._orders, {}, [content, writing])
            finally:
                messages.close_all([content, writing])
        except OSError as error:
            raise messages.Gone(str(error)) from error
        reply = messages.read_all(reading)
        if not reply and self._has_ended():
            raise messages.Gone("the judging process was ended")
        return [ExerciseVerdict(**one) for one in json.loads(reply)] if reply else None

    def _has_ended(self) -> bool:
        """Whether the process is gone; its files are closed a moment before it can be told."""
        for _ in range(20):
            try:
                if os.waitpid(self._pid, os.WNOHANG)[0] == self._pid:
                    return True
            except ChildProcessError:
                return True
            time.sleep(0.02)
        return False

    def close(self) -> None:
        """End the process."""
        if self._orders is not None:
            self._orders.close()
            with suppress(ChildProcessError):
                os.waitpid(self._pid, 0)


def _verdict(data: Sequence[CheckData], one: Request, limits: Limits) -> ExerciseVerdict:
    exercise = data[one.exercise]
    return judge_results(exercise, one.results, one.points, limits, one.notes, one.text)


def _serve(orders: socket.socket, data: Sequence[CheckData], limits: Limits) -> NoReturn:
    """Fork once per submission, until the grader goes away."""
    with suppress(BaseException):
        import retouch.show.images  # noqa: F401 (what every report with pictures needs)

        for one in data:
            compile_conclude(one.conclude, one.exercise)  # what it imports is there in every fork
        if torch := sys.modules.get("torch"):
            torch.set_num_threads(1)  # a pool of threads is not there in a fork
        while True:
            _, files = messages.receive(orders)
            pid = os.fork()
            if pid == 0:
                _judge(files, data, limits)
            messages.close_all(files)
            os.waitpid(pid, 0)
    os._exit(0)


def _judge(files: list[int], data: Sequence[CheckData], limits: Limits) -> NoReturn:
    """Judge one submission within limits, and write its verdicts; nothing if that fails."""
    try:
        requests = pickle.loads(messages.read_all(files[0]))  # of the grader's own making
        signal.alarm(20 * SECONDS)  # for what waits instead of computing
        _limit()
        verdicts = [asdict(_verdict(data, one, limits)) for one in requests]
        with os.fdopen(files[1], "wb") as file:
            file.write(json.dumps(verdicts).encode())
    except BaseException:
        os._exit(1)
    os._exit(0)


def _limit() -> None:
    with Path("/proc/self/statm").open(encoding="ascii") as file:
        held = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (held + MEMORY, held + MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
