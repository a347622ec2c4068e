"""What an exercise must have: its answer, hints, cases, and right and wrong answers."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from pathlib import Path

from autograder.build.edits import resolve
from autograder.build.percent import BEGIN, END, PRIVATE, Cell
from autograder.units import Unit

HINTS, RIGHTS, WRONGS = 3, 1, 4


@dataclass(frozen=True)
class Exercise:
    """One exercise: what the student writes, and everything that proves it."""

    id: str
    points: float
    forbid: list[str]
    functions: list[str]
    answer: Cell
    hints: list[str]
    cases: Cell
    observe: Cell | None
    conclude: Cell | None
    rights: list[Cell]
    wrongs: list[Cell]
    equivalents: list[Cell] = field(default_factory=list)
    accepted: list[Cell] = field(default_factory=list)

    @property
    def file(self) -> str:
        """The name of its check data file, which is numbered like its source."""
        return f"{self.answer.path.stem}.npz"


def read_exercise(path: Path, unit: Unit, cells: list[Cell], answer: Cell) -> Exercise:
    """Read and check the exercise of one file.

    Args:
        path: the file.
        unit: the unit that it belongs to.
        cells: all cells of the file.
        answer: the one that the student writes.

    Raises:
        SourceError: something is missing, or isn't what it must be.
    """
    name = path.stem.partition("_")[2]
    functions = _answer_functions(answer, name)
    by_kind = {kind: [cell for cell in cells if cell.kind == kind] for kind in PRIVATE}
    _check_counts(answer, by_kind)
    _check_function(by_kind["cases"][0], "cases")
    for kind in ("observe", "conclude"):
        for cell in by_kind[kind]:
            _check_function(cell, kind)
    if len(functions) > 1 and not by_kind["observe"]:
        answer.fail("an exercise with several functions needs a `# %% observe` cell")
    variants = resolve([*by_kind["right"], *by_kind["wrong"]], answer)
    for cell in variants:
        _check_variant(cell, functions)
    return Exercise(
        id=f"{unit.name}.{name}",
        points=points_of(answer),
        forbid=answer.options.get("forbid", "").split(),
        functions=functions,
        answer=answer,
        hints=[cell.text for cell in by_kind["hint"]],
        cases=by_kind["cases"][0],
        observe=next(iter(by_kind["observe"]), None),
        conclude=next(iter(by_kind["conclude"]), None),
        rights=[cell for cell in variants if cell.kind == "right"],
        wrongs=[cell for cell in variants if cell.kind == "wrong"],
        equivalents=by_kind["equivalent"],
        accepted=by_kind["accepted"],
    )


def _answer_functions(answer: Cell, name: str) -> list[str]:
    begins, ends = answer.text.count(BEGIN), answer.text.count(END)
    if not begins or begins != ends:
        answer.fail(
            f"expected a solution between `{BEGIN}` and `{END}`, found {begins} and {ends} of them"
        )
    functions = answer.functions()
    if name not in functions:
        found = ", ".join(functions) or "no function"
        answer.fail(f"expected a function `{name}`, as the file is named, found {found}")
    return [name, *(other for other in functions if other != name and not other.startswith("_"))]


def _check_counts(answer: Cell, by_kind: dict[str, list[Cell]]) -> None:
    counts = {kind: len(cells) for kind, cells in by_kind.items()}
    if counts["hint"] != HINTS:
        answer.fail(
            f"expected {HINTS} `# %% hint` cells, found {counts['hint']}; "
            "write a question, the API to use, and nearly the code"
        )
    if counts["cases"] != 1:
        answer.fail(f"expected one `# %% cases` cell, found {counts['cases']}")
    for kind in ("observe", "conclude"):
        if counts[kind] > 1:
            answer.fail(f"expected at most one `# %% {kind}` cell, found {counts[kind]}")
    if counts["conclude"] and not counts["observe"]:
        answer.fail("a `# %% conclude` cell needs an `# %% observe` cell, whose values it gets")
    if counts["right"] < RIGHTS:
        answer.fail('expected another right answer; write a `# %% right "title"` cell')
    if counts["wrong"] < WRONGS:
        answer.fail(
            f"expected at least {WRONGS} wrong answers, found {counts['wrong']}; "
            'write `# %% wrong "title"` cells'
        )


def _check_function(cell: Cell, name: str) -> None:
    if name not in cell.functions():
        cell.fail(f"expected `def {name}(...)` in the {cell.kind} cell, found none")


def _check_variant(cell: Cell, functions: list[str]) -> None:
    """A right or wrong answer defines functions of the exercise's names, and says what it is."""
    if not cell.title:
        cell.fail(f'expected a title; write `# %% {cell.kind} "what it does"`')
    defined = cell.functions()
    assigned = _bound_names(cell)
    if not set(defined + assigned) & set(functions):
        found = ", ".join(defined) or "no function"
        cell.fail(
            f"expected a function named {' or '.join(f'`{f}`' for f in functions)} "
            f"in the {cell.kind} answer {cell.title!r}, found {found}"
        )
    if cell.kind == "wrong" and not diagnosis(cell):
        cell.fail(
            f"expected a diagnosis for {cell.title!r}; begin the cell with a comment that tells "
            "a student what went wrong"
        )


def _bound_names(cell: Cell) -> list[str]:
    """Names that a cell imports or assigns: a right answer may be a library's function."""
    names = []
    for node in cell.tree().body:
        if isinstance(node, ast.ImportFrom | ast.Import) and cell.kind == "right":
            names += [alias.asname or alias.name for alias in node.names]
    return names


def diagnosis(wrong: Cell) -> str:
    """The comment at the head of a wrong answer: what a student who makes it should read."""
    lines = []
    for line in wrong.text.splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.lstrip("#").strip())
    return " ".join(lines)


def points_of(cell: Cell) -> float:
    """The points of an exercise or a question.

    Raises:
        SourceError: it has none.
    """
    text = cell.options.get("points", "")
    try:
        points = float(text)
    except ValueError:
        points = 0
    if points <= 0:
        cell.fail(f"expected points above 0, such as `points=2`, found {text!r}")
    return points
