"""What a live notebook knows: the cells that were run, and which of them still stand in it."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from autograder.check.answer import Answer, Cell, Slot, build_answer, defines
from autograder.check.statements import imported_modules

_run: list[Cell] = []
_deleted: set[str] = set()


def shell() -> Any:
    """IPython's shell, or None in a plain interpreter."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def watch() -> None:
    """From now on, write down which cell each run text stands in, as JupyterLab tells it."""
    live = shell()
    if live is None or _run:
        return
    history = [str(text) for text in live.history_manager.input_hist_raw[1:]]
    _run.extend(Cell(text) for text in history[:-1])
    _run.append(Cell(history[-1] if history else "", _told("cellId", "")))
    live.events.register("pre_run_cell", _before_cell)


def cells() -> list[Cell]:
    """The cells of this session in the order in which they were last run, without deleted ones."""
    newest: dict[str, Cell] = {}
    for cell in _run:
        key = cell.name or f"text {cell.text}"
        newest.pop(key, None)
        newest[key] = cell
    return [cell for cell in newest.values() if cell.name not in _deleted]


def answer_here(slot: Slot) -> Answer:
    """The answer that a grader will find in the cells of this session."""
    known = cells()
    if not any(cell.name == slot.name for cell in known):
        # Where the front end doesn't name its cells, the one that was run last is the answer's.
        for name in slot.functions:
            places = [n for n, cell in enumerate(known) if defines(cell, name, slot)]
            if places:
                known[places[-1]] = Cell(known[places[-1]].text, slot.name)
    return build_answer(known, slot)


def obstacle(answer: Answer, slot: Slot, functions: dict[str, Any]) -> str:
    """Why this session's functions are not what a grader will find; empty if they are."""
    namespace = shell().user_ns
    for name, function in functions.items():
        if namespace.get(name) is not function:
            return f"the grader looks for `{name}`, and this call hands over something else"
    lost = slot.functions if answer.problem else answer.missing
    here = [name for name in lost if name in namespace]
    if here:
        return (
            f"only this session knows `{here[0]}`: its cell was deleted or changed, or is no code "
            "of this notebook; write it into the answer cell"
        )
    for module in _own_files(answer.program):
        return f"`{module}` is a file of yours, and only the notebook is graded; copy its code here"
    return ""


def _own_files(program: str) -> Iterator[str]:
    """The modules that a program imports from the folder of the notebook."""
    for name in imported_modules(program):
        with contextlib.suppress(ImportError, ValueError):
            spec = find_spec(name)
            origin = Path(spec.origin) if spec and spec.origin else Path("/")
            installed = {"site-packages", "dist-packages"} & set(origin.parts)
            if origin.is_relative_to(Path.cwd()) and not installed:
                yield name


def _before_cell(info: Any) -> None:
    _deleted.update(_told("deletedCells", ()))
    name = getattr(info, "cell_id", None) or ""
    _deleted.discard(name)
    _run.append(Cell(str(info.raw_cell), name))


def _told(key: str, otherwise: Any) -> Any:
    """What the front end said with its request to run a cell."""
    with contextlib.suppress(Exception):
        return shell().kernel.get_parent("shell")["metadata"].get(key) or otherwise
    return otherwise
