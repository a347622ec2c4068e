"""Which statements of a notebook some names need: those of an answer, and of other cells.

What only tries an answer out (a call, an assert, a plot, a demo's variables) is needed by none,
and so it is not run while the answer is judged.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from autograder.check.plain_python import Edit, Positions, plain_python, replaced
from autograder.check.statements import Statement, statements, unused_imports

COURSE = ("retouch", "autograder")


@dataclass
class Part:
    """A cell's text, and which of its statements were chosen."""

    text: str
    ignored: frozenset[int] = frozenset()
    chosen: set[int] = field(default_factory=set)

    @cached_property
    def plain(self) -> str:
        """The text without IPython's syntax."""
        return plain_python(self.text)

    @cached_property
    def statements(self) -> list[Statement]:
        """Its statements, in order."""
        return statements(self.plain)

    def binding(self, name: str) -> list[Statement]:
        """The statements that give a name a value."""
        if name not in self.plain:
            return []
        return [
            s for n, s in enumerate(self.statements) if name in s.binds and n not in self.ignored
        ]

    def source(self) -> str:
        """The plain text of what was chosen; the rest is left out, and lines keep their numbers."""
        edits: list[Edit] = []
        positions = Positions(self.plain)
        for number, statement in enumerate(self.statements):
            if number in self.chosen:
                edits += [(*positions.span(n), b"0") for n in unused_imports(statement.node)]
            else:
                edits.append((statement.start, statement.end, b"0"))
        return replaced(self.plain, edits)

    def excerpt(self) -> str:
        """The plain text of what was chosen, and nothing else."""
        content = self.plain.encode()
        chosen = [self.statements[number] for number in sorted(self.chosen)]
        return "\n".join(content[item.start : item.end].decode() for item in chosen)


class Slice:
    """Collects what names need.

    Args:
        own: the parts of the answer, in which everything counts that binds or changes a name.
        others: the student's other cells, the likeliest first.
        given: where the names come from that answers may build on, such as {"np": "numpy"}.
    """

    def __init__(
        self,
        own: list[Part],
        others: Iterable[Part],
        given: Mapping[str, str],
        known: Collection[str],
    ) -> None:
        self.own, self.others, self.given, self.known = own, list(others), given, known
        self.taken: dict[str, Part] = {}
        self.missing: list[str] = []
        self._seen: set[str] = set()
        self._waiting: list[str] = []

    def need(self, names: Iterable[str]) -> None:
        """Choose all that these names need, and what that needs in turn."""
        for part in self.own:
            for number, statement in enumerate(part.statements):
                if statement.is_setting:
                    self._choose(part, number)
        self._waiting += names
        while self._waiting:
            name = self._waiting.pop(0)
            if name not in self._seen:
                self._seen.add(name)
                self._find(name)
        if self.missing:
            self._choose_star_imports()

    def _find(self, name: str) -> None:
        home = next((part for part in self.own if part.binding(name)), None)
        if home is None and name not in self.known:
            home = next(self._lenders(name), None)
            if home is None:
                self.missing.append(name)
            else:
                self.taken[name] = home
        is_data = home is not None and not any(s.defines for s in home.binding(name))
        for part in self.own if home is None or home in self.own else [home, *self.own]:
            for number, statement in enumerate(part.statements):
                if number not in part.ignored and _touches(statement, name, is_data):
                    self._choose(part, number)

    def _lenders(self, name: str) -> Iterator[Part]:
        """The other cells from which a name may be taken, the likeliest first."""
        for part in self.others:
            binding = part.binding(name)
            if binding and not any(self._shows(statement) for statement in binding):
                yield part

    def _shows(self, statement: Statement) -> bool:
        """Whether a statement works on the course's own pictures and figures: a demonstration."""
        if statement.defines:
            return False
        return any(self.given.get(name, "").startswith(COURSE) for name in statement.uses)

    def _choose(self, part: Part, number: int) -> None:
        if number not in part.chosen:
            part.chosen.add(number)
            chosen = part.statements[number]
            self._waiting += sorted(chosen.uses)
            if isinstance(chosen.node, ast.FunctionDef):
                for n, statement in enumerate(part.statements):
                    if statement.runs(chosen):
                        self._choose(part, n)

    def _choose_star_imports(self) -> None:
        """`from somewhere import *` may bind what nothing else does."""
        for part in [*self.own, *self.others]:
            for number, statement in enumerate(part.statements):
                if statement.imports_all:
                    self._choose(part, number)


def _touches(statement: Statement, name: str, is_data: bool) -> bool:
    """Whether a statement gives a name a value, or changes what it stands for."""
    changes = name in statement.stores or (is_data and name in statement.calls_on)
    return name in statement.binds or changes
