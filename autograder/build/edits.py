"""Right and wrong answers that are written as edits of the solution, or of one another.

After its diagnosis such a cell has comments only, in the manner of a unified diff: `# - ` takes a
line away, `# + ` puts one in its place, `#   ` shows a neighbour that stays, and `#` alone parts
two places. What is taken away or shown must stand exactly once in what is edited. Indentation
counts from the first line of a place, so that nobody needs to write that of the function.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import NoReturn

from autograder.build.percent import BEGIN, END, Cell, SourceError, shown

SIGNED = re.compile(r"# ([-+])( |$)|#   ")
Line = tuple[int, str]
"""A line's number in its file, and its text."""


@dataclass
class Hunk:
    """One place of an edit: the lines that must be there, and those that come instead."""

    line: int
    old: list[str] = field(default_factory=list)
    new: list[Line] = field(default_factory=list)
    has_added: bool = False


def resolve(variants: list[Cell], answer: Cell) -> list[Cell]:
    """The right and wrong answers of an exercise, each edit replaced by the text that it makes.

    Raises:
        SourceError: an edit doesn't fit what it edits, or edits nothing that there is.
    """
    named = {cell.title: cell for cell in variants}
    return [_resolve(cell, named, answer, ()) for cell in variants]


def without_marks(answer: str) -> str:
    """The text of an answer without the marks around what students don't see."""
    lines = answer.splitlines()
    return "\n".join(line for line in lines if BEGIN not in line and END not in line)


def _resolve(cell: Cell, named: dict[str, Cell], answer: Cell, above: tuple[str, ...]) -> Cell:
    head, body = _parts(cell)
    if not body or not SIGNED.match(body[0][1]):
        if "of" in cell.options:
            cell.fail("expected `# - ` and `# + ` lines in an edit, found none; write what changes")
        return cell
    base, name = _base(cell, named, answer, (*above, cell.title))
    lines = [*head, *_apply(_hunks(body, cell), base, name, cell)]
    text = "\n".join(line for _, line in lines)
    return replace(cell, text=text, numbers=tuple(number for number, _ in lines))


def _parts(cell: Cell) -> tuple[list[Line], list[Line]]:
    """The comment at the head of a cell, and the rest of it: an edit's lines or a function."""
    lines = cell.numbered()
    count = 0
    while count < len(lines) and lines[count][1].startswith("#"):
        if SIGNED.match(lines[count][1]):
            break
        count += 1
    return lines[:count], lines[count:]


def _base(
    cell: Cell, named: dict[str, Cell], answer: Cell, above: tuple[str, ...]
) -> tuple[list[Line], str]:
    """The lines that a cell edits, and what they are called."""
    title = cell.options.get("of")
    if title is None:
        lines = [line for line in answer.numbered() if BEGIN not in line[1] and END not in line[1]]
        return lines, "the solution"
    if title not in named:
        cell.fail(f"expected the title of a right or wrong answer after `of`, found {title!r}")
    if title in above:
        cell.fail(f"expected an edit of the solution in the end, found that {title!r} edits itself")
    return _parts(_resolve(named[title], named, answer, above))[1], repr(title)


def _hunks(body: list[Line], cell: Cell) -> list[Hunk]:
    hunks: list[Hunk] = []
    is_open = False
    for number, line in body:
        if line.strip() in ("", "#"):
            is_open = False
            continue
        if not SIGNED.match(line):
            _fail(
                cell, number, f"expected `# - ` or `# + ` in an edit, found {line.strip()[:40]!r}"
            )
        sign, text = line[2], line[4:]
        if not is_open or (sign != "+" and hunks[-1].old and hunks[-1].has_added):
            hunks.append(Hunk(number))
        is_open = True
        if sign != "+":
            hunks[-1].old.append(text)
        if sign != "-":
            hunks[-1].new.append((number, text))
        hunks[-1].has_added |= sign == "+"
    return hunks


def _apply(hunks: list[Hunk], base: list[Line], name: str, cell: Cell) -> list[Line]:
    """The lines of a text after an edit of it."""
    lines, end = list(base), len(base)
    for start, hunk in sorted(
        ((_find(hunk, base, name, cell), hunk) for hunk in hunks),
        key=lambda place: place[0],
        reverse=True,
    ):
        if start + len(hunk.old) > end:
            _fail(cell, hunk.line, "expected places apart, found two that overlap; join them")
        shift = _indent(base[start][1]) - _indent(hunk.old[0])
        lines[start : start + len(hunk.old)] = [(n, _shifted(text, shift)) for n, text in hunk.new]
        end = start
    return lines


def _find(hunk: Hunk, base: list[Line], name: str, cell: Cell) -> int:
    """Where the lines of a place begin in what is edited."""
    if not hunk.old:
        _fail(
            cell, hunk.line, "expected a `# - ` line too, found only `# + `; say what it replaces"
        )
    texts, count = [text for _, text in base], len(hunk.old)
    wanted = _relative(hunk.old)
    starts = [i for i in range(len(texts)) if _relative(texts[i : i + count]) == wanted]
    if len(starts) != 1:
        after = f" and the {count - 1} after it" if count > 1 else ""
        found = f"found it {len(starts)} times; put the line before it in front, as `#   line`"
        _fail(
            cell,
            hunk.line,
            f"expected {hunk.old[0].strip()!r}{after} once in {name}, "
            + (found if starts else "found none; copy what stands there"),
        )
    return starts[0]


def _relative(lines: list[str]) -> list[tuple[int, str]]:
    """Lines without indentation, and by how much each is indented beyond the first."""
    return [
        (_indent(line) - _indent(lines[0]) if line.strip() else 0, line.strip()) for line in lines
    ]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _shifted(line: str, shift: int) -> str:
    return " " * (_indent(line) + shift) + line.strip() if line.strip() else ""


def _fail(cell: Cell, line: int, message: str) -> NoReturn:
    raise SourceError(f"{shown(cell.path)}:{line}: {message}")
