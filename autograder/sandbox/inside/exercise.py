"""The process of one exercise: all that its answers share is loaded once, then each gets a fork.

What is loaded is trusted: the cases' inputs, and the imports of `observe` and of what answers may
build on. An answer reaches only its own fork, straight from the grader, together with the compiled
code of the setup and of the earlier solutions that it names; no text of any solution comes here.
Its record goes straight back, so that no fork can find another student's work in its memory.
"""

from __future__ import annotations

import contextlib
import gc
import marshal
import os
import socket
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from types import CodeType
from typing import Any, NoReturn

import numpy as np

from autograder.check.data import Case, CheckData, dump_record
from autograder.check.runner import observe_text, stopped
from autograder.check.values import encode
from autograder.sandbox import messages
from autograder.sandbox.inside import isolation
from autograder.sandbox.inside.import_hook import ForbiddenImports, rule_for, walls
from autograder.sandbox.inside.limits import watch
from autograder.sandbox.job import Limits

# Exit status of an answer that left nothing to record with.
SPOILED = 88

COMMON = {"matplotlib.pyplot": ("PIL", "matplotlib")}
"""Modules that answers often import for no use, and what they need that may be forbidden."""


@dataclass(frozen=True)
class Exercise:
    """An exercise whose answers can be run.

    Attributes:
        data: its questions.
        forbidden: what it forbids.
        walled: the files that its answers must not find.
        spawner: starts isolated processes; None where it can't.
    """

    data: CheckData
    forbidden: ForbiddenImports
    walled: list[Path]
    spawner: isolation.Spawner | None


def prepare(questions: bytes, imports: bytes, spawner: isolation.Spawner | None) -> Exercise:
    """Load what the answers to an exercise share, and wall what is forbidden and not loaded.

    Args:
        questions: its check data without expected values.
        imports: from `host.prelude.imports`.
    """
    data = CheckData.load(questions)
    forbidden = ForbiddenImports(data.forbid)
    shared, observe = marshal.loads(imports)
    _import_all(shared, {"__name__": "imports", "__builtins__": forbidden.builtins()})
    _import_all(observe, {"__name__": "imports"})
    rehearse()
    found = walls(data.forbid)
    forbidden.walled = tuple(found)
    forbidden.unavailable = {
        name for name, needs in COMMON.items() if any(rule_for(n, found) for n in needs)
    }
    forbidden.used.clear()
    sys.meta_path.insert(0, forbidden)
    return Exercise(data, forbidden, [path for paths in found.values() for path in paths], spawner)


def _import_all(statements: list[CodeType], namespace: dict[str, Any]) -> None:
    for statement in statements:
        with contextlib.suppress(Exception):
            exec(statement, namespace)


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
            messages.send(orders, _run(orders, exercise, limits, files))


def _run(
    orders: socket.socket, exercise: Exercise, limits: Limits, files: list[int]
) -> messages.Message:
    spawner = exercise.spawner

    def inside() -> NoReturn:
        _run_isolated(exercise, limits, *files)

    try:
        pid = spawner.fork(inside) if spawner else os.fork() or inside()
    except OSError as error:
        return {"broken": str(error)}
    finally:
        messages.close_all(files)
    end = watch(pid, limits, orders, isolated=spawner is not None)
    return {"reason": end.reason, "status": end.status, "seconds": end.seconds}


def _run_isolated(
    exercise: Exercise, limits: Limits, answer: int, prelude: int, result: int
) -> NoReturn:
    """What a fork does: isolate itself, run the prelude, drop privileges, run the answer."""
    status = isolation.BROKEN
    try:
        text = messages.read_all(answer).decode("utf-8", "replace")
        code = marshal.loads(messages.read_all(prelude))
        if exercise.spawner:
            isolation.mount_scratch(limits)
            isolation.mask(exercise.walled)
        namespace = _after_prelude(exercise.forbidden, code)
        isolation.drop_privileges(limits, result, nested=exercise.spawner is not None)
        status = SPOILED
        status = _observe(exercise, namespace, text)
    finally:
        os._exit(status)


def _after_prelude(forbidden: ForbiddenImports, prelude: list[CodeType]) -> dict[str, Any]:
    namespace = {"__name__": "answer", "__builtins__": forbidden.builtins()}
    for code in prelude:
        # As in a notebook, a cell that fails doesn't keep the next one from running.
        with contextlib.suppress(Exception, SystemExit):
            exec(code, namespace)
    forbidden.used.clear()
    return namespace


def _observe(exercise: Exercise, namespace: dict[str, Any], text: str) -> int:
    """Run the answer and write its record to the grader; the exit status."""
    try:
        record = observe_text(exercise.data, namespace, text)
        used = sorted({*record.forbidden, *exercise.forbidden.used})
        content = dump_record(replace(record, forbidden=used))
    except MemoryError as error:
        isolation.use_memory_reserve()
        content = dump_record(stopped(type(error).__name__, str(error)[:300]))
    except BaseException as error:
        content = dump_record(stopped(type(error).__name__, str(error)[:300]))
    with open(isolation.RESULT_FD, "wb", buffering=0) as pipe:
        view = memoryview(content)
        while view:
            view = view[pipe.write(view) :]
    return 0


def start(orders: socket.socket, files: list[int], nested: bool) -> NoReturn:
    """Prepare an exercise, say so, and serve until the grader goes away."""
    try:
        spawner = isolation.make_spawner() if nested else None
        questions, imports = map(messages.read_all, files)
        exercise = prepare(questions, imports, spawner)
        walled = [f"{path}/" if path.is_dir() else str(path) for path in exercise.walled]
        courtesy = [name for name in exercise.data.forbid if name not in exercise.forbidden.walled]
        messages.send(orders, {"ready": True, "walled": walled, "courtesy": courtesy})
        serve(orders, exercise)
    except messages.Gone:
        pass
    except BaseException as error:
        with contextlib.suppress(Exception):
            messages.send(orders, {"broken": f"{type(error).__name__}: {error}"[:500]})
    os._exit(0)
