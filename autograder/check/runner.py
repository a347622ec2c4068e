"""Running an answer in a process of its own: `python -m autograder.check.runner FOLDER`.

The folder holds `questions.npz` (inputs, no expected values), `prelude.json` (code that the
answer may build on) and `answer.py`. The record of what was observed goes to `record`.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from autograder.check.archive import ArchiveError
from autograder.check.data import CheckData, Crash, Record, dump_record, load_record
from autograder.check.execute import execute
from autograder.check.forbid import forbidden_uses
from autograder.check.observe import observe_answer, quiet
from autograder.check.plain_python import UNREADABLE

TIMEOUT = 60.0


def run_answer(
    data: CheckData, prelude: list[str], answer: str, timeout: float = TIMEOUT
) -> Record:
    """What can be observed of an answer, run in another process.

    Args:
        data: the exercise; only its questions leave this process.
        prelude: source texts to execute before the answer.
        answer: the source text of the answer.
        timeout: seconds, after which the process is killed.
    """
    with tempfile.TemporaryDirectory(prefix="retouch-") as name:
        folder = Path(name)
        (folder / "questions.npz").write_bytes(data.questions().dump())
        (folder / "prelude.json").write_text(json.dumps(prelude), encoding="utf-8")
        (folder / "answer.py").write_text(answer, encoding="utf-8")
        return _run(folder, timeout)


def _run(folder: Path, timeout: float) -> Record:
    command = [sys.executable, "-m", "autograder.check.runner", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired:
        return stopped("it was still running", f"after {timeout:g} seconds")
    try:
        return load_record((folder / "record").read_bytes())
    except (OSError, ArchiveError):
        return stopped("it ended Python", f"with status {done.returncode}")


def stopped(what: str, detail: str) -> Record:
    """The record of an answer that could not be observed: what happened, in two parts."""
    return Record([], stopped=Crash(what, detail))


def observe_source(data: CheckData, prelude: Iterable[str], answer: str) -> Record:
    """Execute an answer's source text and observe it, in this process."""
    namespace: dict[str, Any] = {"__name__": "answer"}
    for number, text in enumerate(prelude):
        # As in a notebook, a cell that fails doesn't keep the next one from running.
        with contextlib.suppress(Exception, SystemExit), quiet():
            exec(compile(text, f"<prelude {number}>", "exec"), namespace)
    return observe_text(data, namespace, answer)


def observe_text(data: CheckData, namespace: dict[str, Any], program: str) -> Record:
    """Run an answer's program in a namespace that its prelude has filled; observe its functions."""
    forbidden = forbidden_uses(program, data.forbid, _origins_in(namespace))
    for name in data.functions:
        namespace.pop(name, None)
    try:
        with quiet():
            raised = execute(program, namespace)
    except UNREADABLE as error:
        return stopped(type(error).__name__, str(error)[:300])
    functions: dict[str, Any] = {name: namespace.get(name) for name in data.functions}
    missing = [name for name, function in functions.items() if not callable(function)]
    if missing and raised:
        return stopped(type(raised[0]).__name__, str(raised[0])[:300])
    if missing:
        return stopped("it defines no function", f"named `{missing[0]}`")
    return replace(observe_answer(functions, data), forbidden=forbidden)


def _origins_in(namespace: dict[str, Any]) -> dict[str, str]:
    """What the names of a namespace stand for, where they are modules, functions or classes."""
    found = {}
    for name, item in namespace.items():
        if isinstance(item, ModuleType):
            found[name] = item.__name__
        elif isinstance(item, FunctionType | type):
            found[name] = f"{item.__module__}.{item.__qualname__}"
    return found


def main(folder: Path) -> None:
    """Read a job from a folder and leave the record there."""
    data = CheckData.load((folder / "questions.npz").read_bytes())
    prelude = json.loads((folder / "prelude.json").read_text(encoding="utf-8"))
    answer = (folder / "answer.py").read_text(encoding="utf-8")
    record = observe_source(data, prelude, answer)
    (folder / "record").write_bytes(dump_record(record))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
