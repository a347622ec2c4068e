"""The code that an answer may build on, compiled here: no text of a solution enters a sandbox."""

from __future__ import annotations

import ast
import marshal
from collections.abc import Iterable, Iterator
from functools import lru_cache
from types import CodeType

from autograder.check.parsing import PARSER

_FAILED = ast.Module([], [])


def imports(prelude: Iterable[str], observe: str | None) -> bytes:
    """The import statements at the top level of trusted texts, each compiled by itself.

    Returns:
        In marshal's format: those of the prelude, and those of `observe`.
    """
    shared = [code for text in prelude for code in _import_statements(text)]
    return marshal.dumps((shared, list(_import_statements(observe or ""))))


def needed(prelude: tuple[str, ...], answer: str) -> bytes:
    """The compiled cells of a prelude that an answer needs, in marshal's format.

    Those are the cells that import something or define no function (a unit's setup), those whose
    functions it names, and what these name in turn.
    """
    cells = [_cell(text) for text in prelude]
    names = _names(_parsed(answer))
    wanted: set[int] = set()
    while more := {
        number
        for number, cell in enumerate(cells)
        if number not in wanted and (cell.is_setup or cell.defines & names)
    }:
        wanted |= more
        names = names.union(*(cells[number].names for number in more))
    return marshal.dumps([code for n in sorted(wanted) if (code := _compiled(prelude[n], n))])


class _Cell:
    """What a cell of the prelude defines, what it names, and whether every answer needs it."""

    def __init__(self, tree: ast.Module) -> None:
        kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        self.defines = {one.name for one in tree.body if isinstance(one, kinds)}
        imports = any(isinstance(one, ast.Import | ast.ImportFrom) for one in tree.body)
        self.is_setup = imports or not self.defines
        self.names = _names(tree)


@lru_cache(maxsize=256)
def _cell(text: str) -> _Cell:
    return _Cell(_parsed(text))


@lru_cache(maxsize=256)
def _compiled(text: str, number: int) -> CodeType | None:
    try:
        with PARSER:
            return compile(text, f"<prelude {number}>", "exec")
    except (SyntaxError, ValueError):
        return None


def _import_statements(text: str) -> Iterator[CodeType]:
    for statement in _parsed(text).body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            with PARSER:
                yield compile(ast.Module([statement], []), "<imports>", "exec")


def _parsed(text: str) -> ast.Module:
    """A text's syntax tree; an empty one if it is no Python."""
    try:
        with PARSER:
            return ast.parse(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return _FAILED


def _names(tree: ast.Module) -> set[str]:
    """Every name in a tree, also in a text such as that of `globals()["half"]`."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
    return found
