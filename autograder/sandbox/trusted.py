"""Running submissions without a sandbox, for `--trust`: nothing keeps an answer from doing harm.

Each answer still gets a process of its own, and its time.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from autograder.sandbox.job import Ending, Job, Limits, Result, Task, spared


class TrustedObserver:
    """Runs answers as the grader's own user. Of the limits, it keeps output and, by
    the clock, time."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()

    def observe(self, job: Job) -> list[Result]:
        """One result per task of a submission, in its order."""
        deadline = time.monotonic() + self.limits.submission_seconds
        results: list[Result] = []
        for task in job.tasks:
            left = deadline - time.monotonic()
            results.append(spared(task, results) or self._within(task, left))
        return results

    def close(self) -> None:
        """Do nothing: no process outlives its answer."""

    def _within(self, task: Task, left: float) -> Result:
        if left <= 0:
            return Result(task.exercise, None, Ending.NOT_RUN, 0.0)
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="retouch-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            died = _run(task, folder, min(left, self.limits.seconds))
            seconds = time.monotonic() - started
            record, ended = _read(folder / "record", died, self.limits.output)
        return Result(task.exercise, record, ended, seconds, "" if record else died or "")


def _run(task: Task, folder: Path, seconds: float) -> str | None:
    """Run an answer in a folder; how it ended Python, or None if it is still running."""
    (folder / "questions.npz").write_bytes(task.questions)
    (folder / "prelude.json").write_text(json.dumps(task.prelude), encoding="utf-8")
    (folder / "answer.py").write_bytes(task.answer.encode("utf-8", "replace"))
    command = [sys.executable, "-m", "autograder.check.runner", str(folder)]
    null = subprocess.DEVNULL
    process = subprocess.Popen(
        command, cwd=folder, stdin=null, stdout=null, stderr=null, start_new_session=True
    )
    try:
        return f"the answer ended Python (status {process.wait(seconds)})"
    except subprocess.TimeoutExpired:
        return None
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _read(path: Path, died: str | None, limit: int) -> tuple[bytes | None, Ending]:
    if died is None:
        return None, Ending.TIMEOUT
    if not path.is_file():
        return None, Ending.DIED
    if path.stat().st_size > limit:
        return None, Ending.OUTPUT
    return path.read_bytes(), Ending.RECORDED
