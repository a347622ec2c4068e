"""What goes into a sandbox and what comes out of it.

In go inputs and source texts, never an expected value. Out comes one `Result` per exercise:
bytes that only `autograder.check.data.load_record` may read, or the reason why there are none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

MIB = 2**20
TIMEOUT = "timeout"
MEMORY = "memory"
OUTPUT = "output"
PROCESSES = "processes"
NOT_RUN = "not run: submission time used up"


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
        seconds: wall-clock time of one exercise.
        submission_seconds: wall-clock time of all exercises of one submission.
        memory: bytes that one exercise may add to what the warm process holds.
        processes: how many processes and threads one exercise may have at a time.
        files: how many files and folders it may create in its scratch folder.
        scratch: bytes that it may write there.
        output: bytes of its record, which is all that leaves the sandbox.
    """

    seconds: float = 30.0
    submission_seconds: float = 300.0
    memory: int = 2048 * MIB
    processes: int = 64
    files: int = 1000
    scratch: int = 64 * MIB
    output: int = 64 * MIB


@dataclass(frozen=True)
class Result:
    """What became of one task.

    Attributes:
        exercise: the task's exercise.
        record: bytes of at most `Limits.output`, written by an untrusted process; read them
            with `autograder.check.data.load_record`. None when there are none.
        ended: why there is no record: "timeout", "memory", "output", "processes",
            "killed: ..." or "not run: submission time used up"; empty when there is one.
        seconds: wall-clock time that the exercise took.
    """

    exercise: str
    record: bytes | None
    ended: str
    seconds: float


def spared(task: Task, earlier: list[Result]) -> Result | None:
    """The result of a task whose answer was just ended on other cases: it is not run again."""
    last = earlier[-1] if earlier else None
    if last is None or last.exercise != task.exercise or not last.ended:
        return None
    return Result(task.exercise, None, last.ended, 0.0)


class Observer(Protocol):
    """Runs the answers of submissions and brings back what was observed of them."""

    def observe(self, job: Job) -> list[Result]:
        """One result per task of a submission, in its order; never raises for what it does."""
        ...

    def close(self) -> None:
        """End every process that was started."""
        ...
