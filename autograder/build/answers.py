"""Solutions, other right answers and wrong answers as functions that can be called."""

from __future__ import annotations

from typing import Any

from autograder.build.exercise import Exercise
from autograder.build.percent import BEGIN, END, Cell
from autograder.build.source import UnitSource
from autograder.check.observe import Functions

STUB = ("# YOUR CODE HERE", "raise NotImplementedError()")


def prelude(unit: UnitSource, exercise: Exercise) -> list[Cell]:
    """What an answer may build on: the setup cells and the solutions of earlier exercises."""
    earlier = unit.exercises[: [e.id for e in unit.exercises].index(exercise.id)]
    return [*unit.setup(), *(other.answer for other in earlier)]


def solution_functions(unit: UnitSource, exercise: Exercise) -> Functions:
    """The solution's functions, by name."""
    return variant_functions(unit, exercise, None)


def variant_functions(unit: UnitSource, exercise: Exercise, variant: Cell | None) -> Functions:
    """The functions of a right or wrong answer; those it leaves out are the solution's."""
    namespace: dict[str, Any] = {"__name__": "answer"}
    for cell in [*prelude(unit, exercise), exercise.answer]:
        cell.run(namespace)
    if variant:
        variant.run(namespace)
    return {name: namespace[name] for name in exercise.functions}


def stub_functions(unit: UnitSource, exercise: Exercise) -> Functions:
    """The functions as a student first meets them."""
    answer = exercise.answer
    stub = Cell("exercise", "", {}, stub_text(answer.text), answer.path, answer.line)
    return variant_functions(unit, exercise, stub)


def stub_text(answer: str) -> str:
    """An answer's text with every solution region replaced by the stub that nbgrader writes."""
    lines: list[str] = []
    inside = False
    for line in answer.splitlines():
        if BEGIN in line:
            indent = line[: len(line) - len(line.lstrip())]
            lines += [indent + stub for stub in STUB]
        inside = (inside or BEGIN in line) and END not in line
        if not inside and END not in line:
            lines.append(line)
    return "\n".join(lines)


def solution_lines(answer: str) -> list[str]:
    """The lines of an answer that students must not see, stripped."""
    lines: list[str] = []
    inside = False
    for line in answer.splitlines():
        if END in line:
            inside = False
        elif inside:
            lines.append(line.strip())
        inside = inside or BEGIN in line
    return lines
