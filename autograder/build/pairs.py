"""Two mistakes in one answer: its diagnosis must be one of the two, or none."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import combinations

from autograder.build.answers import prelude
from autograder.build.exercise import Exercise
from autograder.build.fork import Ended, in_fork
from autograder.build.percent import Cell
from autograder.build.source import UnitSource
from autograder.check.data import CheckData
from autograder.check.judge import judge
from autograder.check.runner import observe_source

CPU_SECONDS = 20
Edit = tuple[int, int, list[str]]
"""The first line that is replaced, the one after the last, and what comes instead."""


def false_names(
    unit: UnitSource, exercise: Exercise, data: CheckData, most: int = 0
) -> Iterator[str]:
    """The pairs of wrong answers that get a third one's name, a line each.

    Args:
        unit: the exercise's unit.
        exercise: the exercise.
        data: its check data, with mistakes.
        most: how many pairs to try, spread over all; 0 for all.
    """
    texts = [cell.text for cell in prelude(unit, exercise)]
    found = list(combined(exercise))
    step = max(1, len(found) // most) if most else 1
    for one, other, text in found[::step]:
        name = _name(data, texts, text)
        if name not in ("", one.title, other.title):
            yield f"{one.title!r} and {other.title!r} together are diagnosed as {name!r}"


def _name(data: CheckData, texts: list[str], text: str) -> str:
    def name() -> str:
        mistake = judge(data, observe_source(data, texts, text), text).mistake
        return mistake.title if mistake else ""

    try:
        return in_fork(name, CPU_SECONDS)
    except Ended:
        return ""


def combined(exercise: Exercise) -> Iterator[tuple[Cell, Cell, str]]:
    """Two wrong answers and the text that has both changes, where these are apart."""
    base = _lines(exercise.answer.text, "")
    edits = {cell.title: _edits(base, _lines(exercise.answer.text, cell.text))
             for cell in exercise.wrongs}  # fmt: skip
    for one, other in combinations(exercise.wrongs, 2):
        both = sorted([*edits[one.title], *edits[other.title]], key=lambda edit: edit[:2])
        if all(edits[cell.title] for cell in (one, other)) and _are_apart(both):
            yield one, other, _applied(base, both)


def _lines(answer: str, variant: str) -> list[str]:
    """An answer with a variant's functions in place of its own, without comments."""
    tree, changed = ast.parse(answer), ast.parse(variant)
    new = {node.name: node for node in changed.body if isinstance(node, ast.FunctionDef)}
    others = [node for node in changed.body if getattr(node, "name", None) not in _names(tree)]
    body = [new.get(getattr(node, "name", ""), node) for node in tree.body]
    for node in ast.walk(module := ast.Module([*others, *body], [])):
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) and len(node.body) > 1:
            node.body = node.body[1:]
    return ast.unparse(module).splitlines()


def _names(tree: ast.Module) -> set[str]:
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def _edits(base: list[str], lines: list[str]) -> list[Edit]:
    """What turns one text into another; nothing where little of it stays."""
    matcher = SequenceMatcher(None, base, lines, autojunk=False)
    codes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    return [(start, end, lines[first:last]) for _, start, end, first, last in codes]


def _are_apart(edits: list[Edit]) -> bool:
    ends = [end for _, end, _ in edits]
    starts = [start for start, _, _ in edits]
    return all(end < start for end, start in zip(ends, starts[1:], strict=False))


def _applied(base: list[str], edits: list[Edit]) -> str:
    lines = list(base)
    for start, end, new in reversed(edits):
        lines[start:end] = new
    return "\n".join(lines)
