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
    """Follow each chain `name.attribute.attribute` and each import in a piece of bytecode."""
    current: Any = None
    module = ""
    local: dict[str, Any] = {}
    for instruction in dis.get_instructions(code):
        operation, argument = instruction.opname, instruction.argval
        if operation in ("LOAD_GLOBAL", "LOAD_NAME") and argument in scope:
            current = scope[argument]
            yield from _names_of(current, scope, seen)
        elif operation in ("LOAD_ATTR", "LOAD_METHOD") and current is not None:
            if isinstance(current, ModuleType):
                yield f"{current.__name__}.{argument}"
            current = _attribute(current, argument)
            yield from _names_of(current, scope, seen)
        elif operation == "IMPORT_NAME":
            module = str(argument)
            yield module
            current = sys.modules.get(module.partition(".")[0])
        elif operation == "IMPORT_FROM":
            yield f"{module}.{argument}"
            current = getattr(sys.modules.get(module), str(argument), None)
        elif operation == "STORE_FAST":
            local[str(argument)] = current
        elif operation.startswith("LOAD_FAST") and argument in local:
            current = local[argument]
        elif operation not in ("PUSH_NULL", "CACHE"):
            current = None
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in_code(constant, scope, seen)


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
