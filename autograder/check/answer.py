"""What an answer is: which text of a notebook is run, and what is said about how it was read.

The notebook's `check`, Validate, `retouch check`, `retouch judge`, `retouch grade` and nbgrader's
own commands all run the program that `build_answer` makes, in the same way
(`autograder.check.execute`), so that a pass is a pass.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from autograder.check.forbid import forbidden_uses, origins
from autograder.check.slicing import Part, Slice
from autograder.check.statements import Statement, statements

MAX_ANSWER = 200_000
MAX_OTHERS = 2_000_000
# What a live notebook has beside Python's own names; a module's own names are everywhere.
LIVE = {"get_ipython", "display", "__name__", "__file__", "__doc__"}


@dataclass(frozen=True)
class Cell:
    """A code cell as a student left it: its text, and its nbgrader id or ""."""

    text: str
    name: str = ""


@dataclass(frozen=True)
class Slot:
    """The place for an answer.

    Attributes:
        name: the nbgrader id of the answer cell.
        stub: the cell's text before anyone has written into it.
        functions: the functions that an answer must define.
        forbid: dotted names that it must not use.
        prelude: the texts that it may build on: the unit's setup cells and, where they are at
            hand, the solutions of earlier exercises.
        earlier: the functions of earlier exercises.
    """

    name: str
    functions: tuple[str, ...]
    stub: str = ""
    forbid: tuple[str, ...] = ()
    prelude: tuple[str, ...] = ()
    earlier: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Answer:
    """An answer as it was read.

    Attributes:
        text: what the student wrote, for people to read.
        program: what is run in its place.
        problem: why there is nothing to judge; empty where there is.
        notes: what was odd, and how it was read.
        forbidden: what the program uses but must not.
        missing: the names that it needs and nobody defines.
        taken: the names that come from other cells, with the text of those cells.
    """

    text: str
    program: str = ""
    attachments: dict[str, Any] = field(default_factory=dict)
    problem: str = ""
    notes: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    taken: dict[str, str] = field(default_factory=dict)


def build_answer(cells: Sequence[Cell], slot: Slot) -> Answer:
    """The answer to one exercise in the code cells of a notebook, in their order."""
    places = [n for n, cell in enumerate(cells) if cell.name == slot.name]
    written = [n for n in places if normal(cells[n].text) not in ("", normal(slot.stub))]
    texts = list(dict.fromkeys(normal(cells[n].text) for n in written))
    if sum(map(len, texts)) > MAX_ANSWER:
        size = sum(map(len, texts))
        problem = f"your answer has {size:,} characters; at most {MAX_ANSWER:,} are graded"
        return Answer(slot.stub, problem=problem)
    first = {normal(cells[n].text): n for n in reversed(written)}
    own = [_part(cells[n].text) for n in sorted(first.values())]
    others = [_part(text) for text in _others(cells, places)]
    return _sliced(own, others, slot, _missing_cell(places))


def program_of(text: str, slot: Slot) -> Answer:
    """The answer in a file that holds nothing else."""
    return build_answer([Cell(text, slot.name)], slot)


def normal(text: str) -> str:
    """A text without what is no difference: blank lines around it, and at the ends of lines."""
    return "\n".join(line.rstrip() for line in text.strip().split("\n"))


def _sliced(own: list[Part], others: list[Part], slot: Slot, otherwise: str) -> Answer:
    if not own and not any(part.binding(name) for part in others for name in slot.functions):
        return Answer(slot.stub, problem=otherwise)
    _ignore_stubs([*own, *others], slot)
    chosen = Slice(own, others, origins(slot.prelude), known_names(slot.prelude))
    chosen.need(slot.functions)
    if any(name in chosen.missing for name in slot.functions):
        _keep_all(own)
    lent = [part for part in others if part.chosen]
    program = "\n".join([*(part.excerpt() for part in lent), *(part.source() for part in own)])
    forbidden = forbidden_uses(program, slot.forbid, origins(slot.prelude))
    shown = [*(part.excerpt() for part in lent), *(part.text for part in own)]
    return Answer(
        "\n\n".join(shown),
        program,
        notes=tuple(_notes(own, chosen, slot)),
        forbidden=tuple(forbidden),
        missing=tuple(name for name in chosen.missing if name not in slot.functions),
        taken={name: part.text for name, part in chosen.taken.items()},
    )


def _notes(own: list[Part], chosen: Slice, slot: Slot) -> Iterator[str]:
    taken = [name for name in chosen.taken if name not in slot.earlier]
    if taken:
        verb = "was" if len(taken) == 1 else "were"
        yield f"{_listed(taken)} {verb} taken from another cell"
    for name in chosen.missing:
        if name not in slot.functions:
            yield f"`{name}` is defined nowhere in the notebook"
    for name in slot.functions:
        versions = [s for part in own for s in part.binding(name)]
        if len({ast.dump(s.node) for s in versions}) > 1:
            yield f"`{name}` is defined {len(versions)} times; the last one counts"


def _listed(names: list[str]) -> str:
    quoted = [f"`{name}`" for name in names[:6]] + (["others"] if len(names) > 6 else [])
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def _others(cells: Sequence[Cell], places: list[int]) -> Iterator[str]:
    """The texts of the other cells, those before the answer first, the nearest of each first."""
    here = places[-1] if places else len(cells)
    total = 0
    for number in [*range(here - 1, -1, -1), *range(here + 1, len(cells))]:
        text = cells[number].text
        if number not in places and len(text) <= MAX_ANSWER and total <= MAX_OTHERS:
            total += len(text)
            yield text


def _part(text: str) -> Part:
    return Part(text.encode("utf-8", "replace").decode())


def _is_stub(statement: Statement, slot: Slot) -> bool:
    """Whether a definition is the stub's, or raises NotImplementedError and no more."""
    node = statement.node
    if not isinstance(node, ast.FunctionDef):
        return False
    if ast.dump(node) in _definitions(slot.stub):
        return True
    raised = node.body[-1].exc if isinstance(node.body[-1], ast.Raise) else None
    name = raised.func if isinstance(raised, ast.Call) else raised
    rest = node.body[:-1]
    return (
        isinstance(name, ast.Name)
        and name.id == "NotImplementedError"
        and all(isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant) for s in rest)
    )


@lru_cache(maxsize=64)
def _definitions(stub: str) -> frozenset[str]:
    return frozenset(ast.dump(s.node) for s in statements(stub) if s.defines)


def _ignore_stubs(parts: list[Part], slot: Slot) -> None:
    """A stub doesn't count where the function is written elsewhere."""
    for name in slot.functions:
        written = [p for p in parts if any(not _is_stub(s, slot) for s in p.binding(name))]
        for part in parts if written else []:
            part.ignored |= {
                n for n, s in enumerate(part.statements) if name in s.binds and _is_stub(s, slot)
            }


def _keep_all(own: list[Part]) -> None:
    """Where no statement binds a function, all are run: Python shall say what is wrong."""
    for part in own:
        part.chosen |= set(range(len(part.statements)))


def _missing_cell(places: list[int]) -> str:
    if places:
        return "there is no answer in the answer cell yet"
    return "the answer cell is missing: it was deleted, or its label was changed"


@lru_cache(maxsize=64)
def known_names(prelude: tuple[str, ...]) -> frozenset[str]:
    """The names that an answer finds without doing anything for it."""
    bound = {name for text in prelude for s in statements(text) for name in s.binds}
    return frozenset(bound | set(dir(builtins)) | LIVE)


def defines(cell: Cell, name: str, slot: Slot) -> bool:
    """Whether a cell gives a function a value that is not the stub's."""
    return any(not _is_stub(statement, slot) for statement in _part(cell.text).binding(name))
