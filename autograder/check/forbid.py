"""Which forbidden names an answer uses, read off its compiled code.

Every exercise may forbid modules and functions that would give the answer away. This looks at
what a function refers to, following helper functions of the student's own. It keeps an honest
student honest, and names what to remove; the grader's sandbox withholds the modules themselves.
"""

from __future__ import annotations

import dis
import sys
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any


def forbidden_uses(functions: list[Callable[..., Any]], forbid: list[str]) -> list[str]:
    """The forbidden names that these functions use, sorted, in the words of the exercise.

    Args:
        functions: the student's functions.
        forbid: dotted names; "skimage.metrics" forbids the module and all that is in it.
    """
    if not forbid:
        return []
    used = {name for function in functions for name in _names(function, set())}
    return sorted({rule for rule in forbid for name in used if _covers(rule, name)})


def _covers(rule: str, name: str) -> bool:
    return name == rule or name.startswith(rule + ".")


def _names(function: Any, seen: set[int]) -> Iterator[str]:
    if not isinstance(function, FunctionType) or id(function) in seen:
        return
    seen.add(id(function))
    yield from _names_in_code(function.__code__, function.__globals__, seen)
    for cell in function.__closure__ or ():
        if _is_filled(cell):
            yield from _names_of(cell.cell_contents, function.__globals__, seen)


def _is_filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not cell
    except ValueError:
        return False


def _names_in_code(code: CodeType, scope: dict[str, Any], seen: set[int]) -> Iterator[str]:
    """The names in a piece of bytecode and in the functions and comprehensions within it."""
    chain = _Chain(scope)
    for instruction in dis.get_instructions(code):
        yield from chain.follow(instruction.opname, str(instruction.argval))
        yield from _names_of(chain.current, scope, seen)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in_code(constant, scope, seen)


class _Chain:
    """Follows each import and each chain `name.attribute.attribute` through the bytecode."""

    def __init__(self, scope: dict[str, Any]) -> None:
        self.scope = scope
        self.local: dict[str, Any] = {}
        self.current: Any = None
        self.module = ""

    def follow(self, operation: str, argument: str) -> list[str]:
        """Take one instruction; the dotted names that it uses of a module."""
        if operation in ("LOAD_GLOBAL", "LOAD_NAME"):
            self.current = self.scope.get(argument)
        elif operation in ("LOAD_ATTR", "LOAD_METHOD"):
            return self._attribute(argument)
        elif operation in ("IMPORT_NAME", "IMPORT_FROM"):
            return self._import(operation, argument)
        elif operation == "STORE_FAST":
            self.local[argument] = self.current
        elif operation.startswith("LOAD_FAST"):
            self.current = self.local.get(argument)
        elif operation not in ("PUSH_NULL", "CACHE"):
            self.current = None
        return []

    def _attribute(self, name: str) -> list[str]:
        owner, self.current = self.current, _attribute(self.current, name)
        return [f"{owner.__name__}.{name}"] if isinstance(owner, ModuleType) else []

    def _import(self, operation: str, name: str) -> list[str]:
        if operation == "IMPORT_FROM":
            self.current = getattr(sys.modules.get(self.module), name, None)
            return [f"{self.module}.{name}"]
        self.module = name
        self.current = sys.modules.get(name.partition(".")[0])
        return [name]


def _attribute(owner: Any, name: str) -> Any:
    """An attribute of a module or class; of nothing else, so that no property is run."""
    return getattr(owner, name, None) if isinstance(owner, ModuleType | type) else None


def _names_of(item: Any, scope: dict[str, Any], seen: set[int]) -> Iterator[str]:
    if isinstance(item, ModuleType):
        yield item.__name__
        return
    home, name = getattr(item, "__module__", None), getattr(item, "__qualname__", None)
    if isinstance(home, str) and isinstance(name, str):
        yield f"{home}.{name}"
    if isinstance(item, FunctionType) and item.__globals__ is scope:
        yield from _names(item, seen)
