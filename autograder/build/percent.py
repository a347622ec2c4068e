"""Percent files: their cells, and what the first line of each says.

The format is described in `solutions/README.md`. Every mistake in a file is reported as one
line: the file, the line, what was expected, and what to write.
"""

from __future__ import annotations

import ast
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from autograder.errors import UserError

PUBLIC = ("markdown", "setup", "demo", "question", "rubric")
PRIVATE = ("hint", "cases", "observe", "conclude", "right", "wrong", "equivalent", "accepted")
PROSE = ("markdown", "hint", "question", "rubric", "equivalent", "accepted")
OPTIONS = {
    "exercise": {"points", "forbid"},
    "question": {"points"},
    "wrong": {"raises", "when"},
    "variant": {"expects"},
}
LOCATED = ast.stmt | ast.expr | ast.excepthandler | ast.arg | ast.keyword | ast.alias
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"


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
        numbers: the number of each of its lines in the file, where they don't follow each other.
    """

    kind: str
    title: str
    options: dict[str, str]
    text: str
    path: Path
    line: int
    numbers: tuple[int, ...] = ()

    def fail(self, message: str) -> NoReturn:
        """Report a mistake in this cell."""
        raise SourceError(f"{shown(self.path)}:{self.line}: {message}")

    def numbered(self) -> list[tuple[int, str]]:
        """The cell's lines, each with its number in the file."""
        lines = self.text.splitlines()
        return list(
            zip(self.numbers or range(self.line, self.line + len(lines)), lines, strict=True)
        )

    def tree(self) -> ast.Module:
        """The cell's syntax tree; its line numbers are the file's."""
        numbers = [number for number, _ in self.numbered()]
        try:
            tree = ast.parse(self.text)
        except SyntaxError as error:
            line = numbers[(error.lineno or 1) - 1]
            raise SourceError(
                f"{shown(self.path)}:{line}: expected Python, found {error.msg}; "
                f"correct the {self.kind} cell"
            ) from error
        for node in ast.walk(tree):
            if isinstance(node, LOCATED):
                node.lineno = numbers[node.lineno - 1]
                # Lines of an edit come from two places: an end may stand above its beginning.
                node.end_lineno = node.end_col_offset = None
        return tree

    def functions(self) -> list[str]:
        """The names of the functions (and classes) that the cell defines at its top level."""
        kinds = ast.FunctionDef | ast.ClassDef
        return [node.name for node in self.tree().body if isinstance(node, kinds)]

    def run(self, namespace: dict[str, Any]) -> None:
        """Execute the cell; tracebacks point to its lines in the file."""
        exec(compile(self.tree(), str(self.path), "exec"), namespace)


def parse_cells(path: Path) -> list[Cell]:
    """Split a percent file into its cells."""
    lines = path.read_text(encoding="utf-8").splitlines()
    starts = [number for number, line in enumerate(lines) if re.match(r"# %%(\s|$)", line)]
    if not starts:
        raise SourceError(f"{shown(path)}:1: expected cells, found none; begin one with `# %%`")
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
    if kind in PROSE:
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
    if kind not in (*PUBLIC, *PRIVATE, *OPTIONS):
        kinds = "[markdown], setup, exercise, question, rubric, " + ", ".join(PRIVATE)
        where.fail(f"expected one of {kinds} or nothing, found {kind!r}")
    title, options = _options(kind, words, where)
    if kind in ("right", "wrong"):
        return kind, *_edited(kind, title, options, where)
    return kind, " ".join(title), options


def _options(kind: str, words: list[str], where: Cell) -> tuple[list[str], dict[str, str]]:
    """The words of a header that are no options, and its options."""
    title, options = [], {}
    for word in words:
        name, equals, value = word.partition("=")
        if equals and name in OPTIONS.get(kind, ()):
            options[name] = value
        elif equals and kind in ("exercise", "question"):
            where.fail(f"expected options {sorted(OPTIONS[kind])}, found {name!r}")
        else:
            title.append(word)
    return title, options


def _edited(
    kind: str, title: list[str], options: dict[str, str], where: Cell
) -> tuple[str, dict[str, str]]:
    """The title of a right or wrong answer, and the title of what it is an edit of."""
    if len(title) < 2:
        return "".join(title), options
    if len(title) != 3 or title[1] != "of":
        where.fail(
            f'expected `# %% {kind} "what it does"`, then `of "another title"` where it is an '
            f"edit of that, found {' '.join(title)!r}"
        )
    return title[0], {**options, "of": title[2]}


def _prose(body: list[str], where: Cell) -> str:
    """The text of a cell whose every line is a comment."""
    for number, line in enumerate(body):
        if line.strip() and not line.startswith("#"):
            raise SourceError(
                f"{shown(where.path)}:{where.line + number}: expected a comment in this "
                f"{where.kind} cell, found {line.strip()[:40]!r}; begin the line with `# `"
            )
    return "\n".join(line[2:] if line.startswith("# ") else line[1:] for line in body).strip()


def shown(path: Path) -> str:
    """A path as a person in the checkout would write it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
