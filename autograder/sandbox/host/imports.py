"""Which modules the trusted code of a unit's exercises has in common."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from autograder.check.data import CheckData
from autograder.check.parsing import PARSER
from autograder.sandbox.inside.exercise import COMMON
from autograder.sandbox.inside.import_hook import rule_for
from autograder.sandbox.job import Task


def shared_imports(tasks: Iterable[Task]) -> list[str]:
    """The modules that every one of these tasks imports before its answer, and may use.

    And those that answers often import, where no task forbids what they need.
    """
    sets = [{*_allowed_imports(task), *_allowed_common(task)} for task in tasks]
    return sorted(set.intersection(*sets)) if sets else []


def _allowed_common(task: Task) -> Iterator[str]:
    forbid = CheckData.load(task.questions).forbid
    yield from (
        name for name, needs in COMMON.items() if not any(rule_for(n, forbid) for n in needs)
    )


def _allowed_imports(task: Task) -> Iterator[str]:
    data = CheckData.load(task.questions)
    for text in [*task.prelude, data.observe or ""]:
        yield from (name for name in imported(text) if not rule_for(name, data.forbid))


def imported(text: str) -> Iterator[str]:
    """The modules that a source text imports at its top level."""
    try:
        with PARSER:
            body = ast.parse(text).body
    except (SyntaxError, ValueError):
        return
    for statement in body:
        if isinstance(statement, ast.Import):
            yield from (alias.name for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom) and statement.module:
            yield statement.module
