"""One exercise, warm: all that its answers share is loaded once, then each gets a fork.

What is loaded is trusted: the imports of the prelude and of `observe`, the prelude's compiled
code, the cases' inputs. An answer reaches only its own fork, straight from the grader, and its
record goes straight back, so that no fork can find another student's work in its memory.
"""

from __future__ import annotations

import ast
import contextlib
import gc
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import CodeType
from typing import Any, NoReturn

import numpy as np

from autograder.check.data import Case, CheckData, Record, dump_record
from autograder.check.runner import observe_text, stopped
from autograder.check.values import encode
from autograder.sandbox import messages
from autograder.sandbox.inside import isolation
from autograder.sandbox.inside.guard import guard
from autograder.sandbox.inside.import_hook import Withheld, files_of, loaded, rule_in_modules
from autograder.sandbox.inside.limits import watch
from autograder.sandbox.job import Limits

# Exit statuses of a room. An answer can exit with them too, and so lie about itself.
OUT_OF_MEMORY = 86
SPOILED = 88


@dataclass(frozen=True)
class Exercise:
    """An exercise whose answers can be run.

    Attributes:
        data: its questions.
        prelude: compiled source texts.
        withheld: what it forbids.
        modules: how many modules were loaded when `cover` was found.
        cover: the files of forbidden modules that nothing permitted has loaded.
        landing: whence each answer gets namespaces of its own; None where it can't.
    """

    data: CheckData
    prelude: tuple[CodeType, ...]
    withheld: Withheld
    modules: int
    cover: list[Path]
    landing: isolation.Landing | None


def prepare(questions: bytes, prelude: list[str], landing: isolation.Landing | None) -> Exercise:
    """Load what the answers to an exercise share."""
    data = CheckData.load(questions)
    withheld = Withheld(data.forbid)
    _import_all([*prelude, data.observe or ""], withheld)
    rehearse()
    cover = _guard(withheld)
    return Exercise(data, tuple(_compiled(prelude)), withheld, len(sys.modules), cover, landing)


def _guard(withheld: Withheld) -> list[Path]:
    """Guard what is loaded of the forbidden modules; the files of the others."""
    guard(withheld, [rule for rule in withheld.rules if loaded(rule)])
    unneeded = [rule for rule in withheld.rules if not rule_in_modules(rule)]
    return [path for rule in unneeded for path in files_of(rule, sys.path)]


def _import_all(texts: list[str], withheld: Withheld) -> None:
    """Run the import statements of trusted texts, so that their modules are loaded.

    `observe` runs with the real modules, so what it imports is loaded, forbidden or not.
    """
    *prelude, observe = texts
    for text, builtins in [*((text, withheld.builtins()) for text in prelude), (observe, None)]:
        namespace = {"__name__": "imports", **({"__builtins__": builtins} if builtins else {})}
        for statement in _imports(text):
            with contextlib.suppress(Exception):
                exec(compile(ast.Module([statement], []), "<imports>", "exec"), namespace)


def _imports(text: str) -> Iterator[ast.stmt]:
    with contextlib.suppress(SyntaxError, ValueError):
        for statement in ast.parse(text).body:
            if isinstance(statement, ast.Import | ast.ImportFrom):
                yield statement


def _compiled(prelude: list[str]) -> Iterator[CodeType]:
    for number, text in enumerate(prelude):
        with contextlib.suppress(SyntaxError, ValueError):
            yield compile(text, f"<prelude {number}>", "exec")


def rehearse() -> None:
    """Run an answer that works and one that fails, so that what they load is loaded for all."""
    case = Case("", {"x": encode(np.zeros(2))})
    data = CheckData("unit.f", 0.0, ["f"], [], [], None, [case], [])
    for answer in ("def f(x):\n    return x", "def f(x):\n    return x.missing"):
        dump_record(observe_text(data, {"__name__": "answer"}, answer))


def serve(orders: socket.socket, exercise: Exercise) -> None:
    """Run answers as the grader asks, until it goes away."""
    isolation.note_address_space()
    gc.freeze()
    while True:
        message, files = messages.receive(orders)
        if "limits" in message:
            limits = Limits(**message["limits"])
            messages.send(orders, _run(orders, exercise, limits, *files))


def _run(
    orders: socket.socket, exercise: Exercise, limits: Limits, answer: int, result: int
) -> messages.Message:
    started = time.monotonic()

    def inside() -> NoReturn:
        _answer_in_room(exercise, limits, answer, result)

    landing = exercise.landing
    try:
        pid = landing.fork_room(inside) if landing else os.fork() or inside()
    except OSError as error:
        return {"broken": str(error)}
    finally:
        messages.close_all([answer, result])
    end = watch(pid, limits, orders, counted=landing is not None)
    return {"reason": end.reason, "status": end.status, "seconds": time.monotonic() - started}


def _answer_in_room(exercise: Exercise, limits: Limits, answer: int, result: int) -> NoReturn:
    """The life of a fork: furnish the room, run the prelude, lock up, run the answer, report."""
    status = isolation.BROKEN
    try:
        text = messages.read_all(answer).decode("utf-8", "replace")
        if exercise.landing:
            isolation.furnish(limits)
        namespace = _after_prelude(exercise)
        _withhold(exercise)
        isolation.seal(limits, result, nested=exercise.landing is not None)
        status = SPOILED
        status = _observe(exercise, namespace, text)
    finally:
        os._exit(status)


def _after_prelude(exercise: Exercise) -> dict[str, Any]:
    namespace = {"__name__": "answer", "__builtins__": exercise.withheld.builtins()}
    for code in exercise.prelude:
        # As in a notebook, a cell that fails doesn't keep the next one from running.
        with contextlib.suppress(Exception, SystemExit):
            exec(code, namespace)
    exercise.withheld.used.clear()
    return namespace


def _withhold(exercise: Exercise) -> None:
    """Cover what nothing permitted has loaded; guard the rest."""
    unchanged = len(sys.modules) == exercise.modules
    cover = exercise.cover if unchanged else _guard(exercise.withheld)
    if exercise.landing:
        isolation.cover(cover)
    sys.meta_path.insert(0, exercise.withheld)


def _to_cover(exercise: Exercise) -> list[str]:
    """What a sandbox that is one answer's room must be made without; folders end with a slash."""
    _after_prelude(exercise)
    paths = _guard(exercise.withheld)
    return [f"{path}/" if path.is_dir() else str(path) for path in paths]


def _observe(exercise: Exercise, namespace: dict[str, Any], text: str) -> int:
    """Run the answer and write its record to the grader; the exit status."""
    try:
        record = observe_text(exercise.data, namespace, text)
        used = sorted({*record.forbidden, *exercise.withheld.used})
        if _ran_out_of_memory(record):
            return OUT_OF_MEMORY
        content = dump_record(replace(record, forbidden=used))
    except MemoryError:
        return OUT_OF_MEMORY
    except BaseException as error:
        content = dump_record(stopped(type(error).__name__, str(error)[:300]))
    with open(isolation.RESULT_FD, "wb", buffering=0) as pipe:
        view = memoryview(content)
        while view:
            view = view[pipe.write(view) :]
    return 0


def _ran_out_of_memory(record: Record) -> bool:
    crashes = [record.stopped] if record.stopped else [case.crash for case in record.outcomes]
    return all(crash and crash.type.endswith("MemoryError") for crash in crashes)


def start(orders: socket.socket, files: list[int], nested: bool) -> NoReturn:
    """The life of an exercise's process: prepare, say so, serve."""
    try:
        landing = isolation.build_landing() if nested else None
        questions, prelude = (messages.read_all(file) for file in files)
        exercise = prepare(questions, json.loads(prelude), landing)
        messages.send(orders, {"ready": True, **({} if nested else {"cover": _to_cover(exercise)})})
        serve(orders, exercise)
    except messages.Gone:
        pass
    except BaseException as error:
        with contextlib.suppress(Exception):
            messages.send(orders, {"broken": f"{type(error).__name__}: {error}"[:500]})
    os._exit(0)
