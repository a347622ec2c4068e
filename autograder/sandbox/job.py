"""What goes into a sandbox and what comes out of it.

In go inputs and source texts, never an expected value. Out comes one `Result` per exercise:
bytes that only `autograder.check.data.load_record` may read, or the reason why there are none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

MIB = 2**20


class Ending(StrEnum):
    """How the run of an answer ended."""

    RECORDED = "recorded"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    OUTPUT = "output"
    PROCESSES = "processes"
    DIED = "died"
    LOST = "lost"
    NOT_RUN = "not run"


NO_FAULT = (Ending.TIMEOUT, Ending.LOST)
"""Endings that a busy machine may bring about: such an answer is run once more, alone."""


@dataclass(frozen=True)
class Task:
    """One answer to one exercise.

    Attributes:
        exercise: its id, such as "basic_processing.convolve2d".
        questions: `CheckData.questions().dump()`: the inputs of its cases.
        prelude: trusted source texts to execute before the answer, in order: the unit's setup
            cells and the solutions of earlier exercises.
        answer: the student's answer cell, untrusted.
    """

    exercise: str
    questions: bytes
    prelude: tuple[str, ...]
    answer: str


@dataclass(frozen=True)
class Job:
    """One submission.

    Attributes:
        name: whose it is, such as a student's id; for reports only.
        tasks: its answers.
        hide: modules that none of its answers may reach, such as "retouch.pixels".
    """

    name: str
    tasks: tuple[Task, ...]
    hide: tuple[str, ...] = ()


@dataclass(frozen=True)
class Limits:
    """What an answer may use up.

    Attributes:
        seconds: of one exercise: the processor time of all its processes, and the time in which
            all of them slept; not the time in which they waited for a processor.
        submission_seconds: the same, of all exercises of one submission.
        memory: bytes that one exercise may add to what the fork server holds.
        processes: how many processes and threads one exercise may have at a time.
        files: how many files and folders it may create in its scratch folder.
        scratch: bytes that it may write there.
        output: bytes of its record, which is all that leaves the sandbox.
    """

    seconds: float = 30.0
    submission_seconds: float = 300.0
    memory: int = 2048 * MIB
    processes: int = 16
    files: int = 1000
    scratch: int = 64 * MIB
    output: int = 32 * MIB

    @property
    def wall_seconds(self) -> float:
        """Time by the clock after which an exercise is ended, however busy the machine is."""
        return 20 * self.seconds


@dataclass(frozen=True)
class Result:
    """What became of one task.

    Attributes:
        exercise: the task's exercise.
        record: bytes of at most `Limits.output`, written by an untrusted process; read them
            with `autograder.check.data.load_record`. None when there are none.
        ended: how the run ended; there is a record exactly if `Ending.RECORDED`.
        seconds: as in `Limits`.
        detail: what else is known of an answer that died: "the answer ended Python (status 1)".
    """

    exercise: str
    record: bytes | None
    ended: Ending
    seconds: float
    detail: str = ""


def spared(task: Task, earlier: list[Result]) -> Result | None:
    """The result of a task whose answer was just ended on other cases: it is not run again."""
    last = earlier[-1] if earlier else None
    if last is None or last.exercise != task.exercise or last.ended == Ending.RECORDED:
        return None
    return replace(last, seconds=0.0)


class Observer(Protocol):
    """Runs the answers of submissions and brings back what was observed of them."""

    def observe(self, job: Job) -> list[Result]:
        """One result per task of a submission, in its order; never raises for what it does."""
        ...

    def close(self) -> None:
        """End every process that was started."""
        ...
