"""`retouch bench fairness` on the command line: a table, and what a person must look at."""

from __future__ import annotations

import json
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from autograder.build.fairness import Fairness, as_dict, bench_fairness

WIDTH = 130


def run_fairness(what: str | None, secrets: int, mutants: int, as_json: bool) -> int:
    """Measure and print; the exit status is 1 where an answer is judged unfairly."""
    found = []
    for one in bench_fairness(what, secrets, mutants):
        found.append(one)
        if not as_json:
            print("\n".join(_lines(one)), flush=True)
    print(json.dumps([as_dict(one) for one in found], indent=1)) if as_json else _table(found)
    return 1 if any(one.failures or one.survivors or one.false_names for one in found) else 0


def _lines(one: Fairness) -> Iterator[str]:
    """What was found of one exercise, in a form to paste into its file."""
    yield f"{one.exercise} ({one.seconds} s)"
    yield from (f"    {line}" for line in [*one.failures, *one.false_names])
    for change in one.survivors:
        yield '    passes: mend the check, or add `# %% equivalent "reason"` with'
        yield from _pasted(change)
    for change, title in one.named:
        yield f'    if it is true, add `# %% accepted "{title}"` with'
        yield from _pasted(change)


def _pasted(change: str) -> Iterator[str]:
    yield from (f"        # {line}" for line in change.splitlines())


def _table(found: list[Fairness]) -> None:
    table = Table(box=None, pad_edge=False)
    names = ("exercise", "secrets", "failures", "mutants", "equivalent", "failed", "diagnosed")
    for name in (*names, "explained", "survive", "to read", "seconds"):
        table.add_column(name, justify="left" if name == "exercise" else "right", no_wrap=True)
    for one in found:
        table.add_row(one.exercise, *map(str, _row(one)))
    totals = [sum(column) for column in zip(*map(_row, found), strict=True)]
    table.add_row("all", *(f"{total:g}" for total in totals))
    console = Console()
    console.width = max(console.width, WIDTH)
    console.print(table)


def _row(one: Fairness) -> tuple[float, ...]:
    wrong = len(one.failures) + len(one.false_names)
    counts = (one.mutants, one.equivalent, one.failed, one.diagnosed, one.explained)
    return (one.secrets, wrong, *counts, len(one.survivors), len(one.named), one.seconds)
