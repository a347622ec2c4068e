"""Reading lesson sources: percent files, their cells, and what an exercise must have.

The format is described in `solutions/README.md`. Every mistake in a file is reported as one
line: the file, the line, what was expected, and what to write.
"""

from __future__ import annotations

import ast
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from autograder.errors import UserError
from autograder.units import Unit

PUBLIC = ("markdown", "setup", "demo", "question", "rubric")
PRIVATE = ("hint", "cases", "observe", "conclude", "right", "wrong")
OPTIONS = {
    "exercise": {"points", "forbid"},
    "question": {"points"},
}
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
HINTS, RIGHTS, WRONGS = 3, 1, 4


class SourceError(UserError):
    """A lesson source is malformed; the text is `file:line: expected ..., found ...; ...`."""


@dataclass(frozen=True)
class Cell:
    """One cell of a percent file.

    Attributes:
        kind: "markdown", "setup", "demo", "exercise", "hint", "cases", "observe", "conclude",
            "right", "wrong", "question" or "rubric".
        title: the words after the kind.
        options: the `name=value` pairs after the kind.
        text: the content; without the comment signs where the content is prose.
        path, line: where the cell's content begins.
    """

    kind: str
    title: str
    options: dict[str, str]
    text: str
    path: Path
    line: int

    def fail(self, message: str) -> NoReturn:
        """Report a mistake in this cell."""
        raise SourceError(f"{_shown(self.path)}:{self.line}: {message}")

    def tree(self) -> ast.Module:
        """The cell's syntax tree."""
        try:
            return ast.parse(self.text)
        except SyntaxError as error:
            line = self.line + (error.lineno or 1) - 1
            raise SourceError(
                f"{_shown(self.path)}:{line}: expected Python, found {error.msg}; "
                f"correct the {self.kind} cell"
            ) from error

    def functions(self) -> list[str]:
        """The names of the functions (and classes) that the cell defines at its top level."""
        kinds = ast.FunctionDef | ast.ClassDef
        return [node.name for node in self.tree().body if isinstance(node, kinds)]

    def run(self, namespace: dict[str, Any]) -> None:
        """Execute the cell; tracebacks point to its lines in the file."""
        self.tree()
        code = compile("\n" * (self.line - 1) + self.text, str(self.path), "exec")
        exec(code, namespace)


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

    @property
    def file(self) -> str:
        """The name of its check data file, which is numbered like its source."""
        return f"{self.answer.path.stem}.npz"


@dataclass(frozen=True)
class Lesson:
    """One source file: its cells in order, and its exercise if it has one."""

    path: Path
    cells: list[Cell]
    exercise: Exercise | None = None


@dataclass(frozen=True)
class UnitSource:
    """All lesson sources of one unit, in order."""

    unit: Unit
    lessons: list[Lesson]

    @property
    def exercises(self) -> list[Exercise]:
        """The unit's exercises, in order."""
        return [lesson.exercise for lesson in self.lessons if lesson.exercise]

    def setup(self) -> list[Cell]:
        """The cells that run before any answer does."""
        return [cell for lesson in self.lessons for cell in lesson.cells if cell.kind == "setup"]


def read_unit(unit: Unit) -> UnitSource:
    """Read and check all lesson sources of a unit.

    Raises:
        SourceError: a file is malformed, or two claim the same id.
    """
    paths = sorted(unit.sources.glob("*.py"))
    if not paths:
        raise SourceError(f"{_shown(unit.sources)}: expected lesson files NN_name.py, found none")
    lessons = [read_lesson(path, unit) for path in paths]
    _check_ids(lessons)
    return UnitSource(unit, lessons)


def read_lesson(path: Path, unit: Unit) -> Lesson:
    """Read and check one lesson source.

    Raises:
        SourceError: the file is malformed.
    """
    if not re.fullmatch(r"\d\d_[a-z][a-z0-9_]*", path.stem):
        raise SourceError(f"{_shown(path)}:1: expected a name such as 40_convolve2d.py; rename it")
    cells = parse_cells(path)
    answers = [cell for cell in cells if cell.kind == "exercise"]
    if len(answers) > 1:
        answers[1].fail("expected one exercise in a file, found a second; move it to its own file")
    if answers:
        return Lesson(path, cells, _exercise(path, unit, cells, answers[0]))
    stray = [cell for cell in cells if cell.kind in PRIVATE]
    if stray:
        stray[0].fail(f"found a {stray[0].kind} without an exercise; write a `# %% exercise` cell")
    return Lesson(path, cells)


def parse_cells(path: Path) -> list[Cell]:
    """Split a percent file into its cells."""
    lines = path.read_text(encoding="utf-8").splitlines()
    starts = [number for number, line in enumerate(lines) if re.match(r"# %%(\s|$)", line)]
    if not starts:
        raise SourceError(f"{_shown(path)}:1: expected cells, found none; begin one with `# %%`")
    ends = [*starts[1:], len(lines)]
    return [
        _cell(path, start, lines[start][4:].strip(), lines[start + 1 : end])
        for start, end in zip(starts, ends, strict=True)
    ]


def _cell(path: Path, start: int, header: str, body: list[str]) -> Cell:
    where = Cell("", "", {}, "", path, start + 1)
    kind, title, options = _header(header, where)
    while body and not body[0].strip():
        body, start = body[1:], start + 1
    text = "\n".join(body).rstrip()
    if kind in ("markdown", "hint", "question", "rubric"):
        text = _prose(body, Cell(kind, "", {}, "", path, start + 2))
    return Cell(kind, title, options, text, path, start + 2)


def _header(header: str, where: Cell) -> tuple[str, str, dict[str, str]]:
    """The kind, the title and the options in the first line of a cell."""
    if header in ("[markdown]", ""):
        return ("markdown" if header else "demo"), "", {}
    try:
        kind, *words = shlex.split(header)
    except ValueError as error:
        where.fail(f"expected a cell header, found {header!r}: {error}")
    if kind not in (*PUBLIC, *PRIVATE, "exercise"):
        kinds = "[markdown], setup, exercise, question, rubric, " + ", ".join(PRIVATE)
        where.fail(f"expected one of {kinds} or nothing, found {kind!r}")
    if kind not in OPTIONS:
        return kind, " ".join(words), {}
    pairs = [word.partition("=") for word in words if "=" in word]
    options = {name: value for name, _, value in pairs}
    unknown = set(options) - OPTIONS[kind]
    if unknown:
        where.fail(f"expected options {sorted(OPTIONS[kind])}, found {min(unknown)!r}")
    return kind, " ".join(word for word in words if "=" not in word), options


def _prose(body: list[str], where: Cell) -> str:
    """The text of a cell whose every line is a comment."""
    for number, line in enumerate(body):
        if line.strip() and not line.startswith("#"):
            raise SourceError(
                f"{_shown(where.path)}:{where.line + number}: expected a comment in this "
                f"{where.kind} cell, found {line.strip()[:40]!r}; begin the line with `# `"
            )
    return "\n".join(line[2:] if line.startswith("# ") else line[1:] for line in body).strip()


def _exercise(path: Path, unit: Unit, cells: list[Cell], answer: Cell) -> Exercise:
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
    for cell in [*by_kind["right"], *by_kind["wrong"]]:
        _check_variant(cell, functions)
    return Exercise(
        id=f"{unit.name}.{name}",
        points=_points(answer),
        forbid=answer.options.get("forbid", "").split(),
        functions=functions,
        answer=answer,
        hints=[cell.text for cell in by_kind["hint"]],
        cases=by_kind["cases"][0],
        observe=next(iter(by_kind["observe"]), None),
        conclude=next(iter(by_kind["conclude"]), None),
        rights=by_kind["right"],
        wrongs=by_kind["wrong"],
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


def _points(cell: Cell) -> float:
    text = cell.options.get("points", "")
    try:
        points = float(text)
    except ValueError:
        points = 0
    if points <= 0:
        cell.fail(f"expected points above 0, such as `points=2`, found {text!r}")
    return points


@dataclass
class _Ids:
    """The ids that a unit's files claim, to find two claims of one."""

    seen: dict[str, Cell] = field(default_factory=dict)

    def claim(self, name: str, cell: Cell) -> None:
        if name in self.seen:
            other = self.seen[name]
            cell.fail(
                f"the id {name!r} is already taken at {_shown(other.path)}:{other.line}; "
                "choose another name"
            )
        self.seen[name] = cell


def _check_ids(lessons: list[Lesson]) -> None:
    ids = _Ids()
    for lesson in lessons:
        if lesson.exercise:
            ids.claim(lesson.exercise.id.partition(".")[2], lesson.exercise.answer)
        for cell, follower in zip(lesson.cells, [*lesson.cells[1:], None], strict=True):
            if cell.kind == "question":
                _check_question(cell, follower)
                ids.claim(cell.title, cell)
            if cell.kind in ("right", "wrong") and cell.title:
                _claim_title(ids, lesson, cell)


def _claim_title(ids: _Ids, lesson: Lesson, cell: Cell) -> None:
    ids.claim(f"{lesson.path.stem}: {cell.kind} {cell.title}", cell)


def _check_question(cell: Cell, follower: Cell | None) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", cell.title):
        cell.fail(f"expected a name, such as `# %% question poster points=4`, found {cell.title!r}")
    _points(cell)
    if follower is None or follower.kind != "rubric":
        cell.fail("expected a `# %% rubric` cell right after the question, found none")


def _shown(path: Path) -> str:
    """A path as a person in the checkout would write it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
