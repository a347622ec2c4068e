"""Running an answer's program statement by statement: a line that fails stops no other."""

from __future__ import annotations
import __future__

import ast
import asyncio
import inspect
import linecache
import threading
from typing import Any

from autograder.check.parsing import PARSER

NAME = "<answer>"


def execute(program: str, namespace: dict[str, Any]) -> list[BaseException]:
    """Run a program in a namespace; what its statements raised, in order.

    Tracebacks can quote its lines.

    Raises:
        SyntaxError: it is not Python.
    """
    linecache.cache[NAME] = (len(program), None, program.splitlines(keepends=True), NAME)
    namespace["__name__"] = "__main__"
    namespace.setdefault("display", _nothing)
    namespace.setdefault("get_ipython", _nothing)
    with PARSER:
        tree = ast.parse(program, NAME)
    flags = _future_flags(tree) | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    raised: list[BaseException] = []
    for statement in tree.body:
        try:
            _run(compile(ast.Module([statement], []), NAME, "exec", flags, True), namespace)
        except (Exception, SystemExit) as error:
            raised.append(error)
    return raised


def _future_flags(tree: ast.Module) -> int:
    """The compiler's flags for `from __future__ import ...`, wherever it stands by now."""
    flags = 0
    for node in list(tree.body):
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            for alias in node.names:
                flags |= getattr(getattr(__future__, alias.name, None), "compiler_flag", 0)
            tree.body.remove(node)
    return flags


def _run(code: Any, namespace: dict[str, Any]) -> None:
    if not code.co_flags & inspect.CO_COROUTINE:
        exec(code, namespace)
        return
    # A notebook's own event loop is running in this thread; a coroutine needs one of its own.
    raised: list[BaseException] = []
    thread = threading.Thread(target=_await, args=(eval(code, namespace), raised))
    thread.start()
    thread.join()
    if raised:
        raise raised[0]


def _await(coroutine: Any, raised: list[BaseException]) -> None:
    try:
        asyncio.run(coroutine)
    except (Exception, SystemExit) as error:
        raised.append(error)


def _nothing(*args: Any, **kwargs: Any) -> None:
    """What a live notebook's own functions do where there is none."""
