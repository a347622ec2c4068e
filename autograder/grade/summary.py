"""What a person sees of a grading run: progress with an estimate, and a table at its end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from autograder.console import CleanConsole
from autograder.grade.run import Progress as Report
from autograder.grade.verdict import SubmissionVerdict
from autograder.text import one_line, printable

REASON = 160


@contextmanager
def progress_bar(unit: str) -> Iterator[Report]:
    """A bar on standard error, where that is a terminal, with the time that is left."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    console = CleanConsole(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(unit, total=None)

        def report(done: int, total: int, _verdict: SubmissionVerdict) -> None:
            bar.update(task, completed=done, total=total)

        yield report


def print_summary(verdicts: list[SubmissionVerdict]) -> None:
    """Print a line per submission: score and reason; then how many there were."""
    table = Table(box=None, pad_edge=False)
    for heading in ("student", "points", "what was lost, and why"):
        table.add_column(heading)
    for verdict in verdicts:
        points = f"{verdict.score:g}/{verdict.max_score:g}" if verdict.recorded else "—"
        cells = printable(verdict.student, 40), points, one_line(verdict.reason, REASON)
        table.add_row(*map(Text, cells))
    console = CleanConsole()
    console.print(table)
    console.print(Text(_totals(verdicts)))
    late = [
        f"{printable(v.student, 40)} ({', '.join(names)})"
        for v in verdicts
        if (names := v.timed_out)
    ]
    if late:
        console.print(Text(f"out of time, in a second try alone as well: {'; '.join(late)}"))


def _totals(verdicts: list[SubmissionVerdict]) -> str:
    recorded = [verdict for verdict in verdicts if verdict.recorded]
    total = sum(verdict.score for verdict in recorded)
    mean = f", {total / len(recorded):.3g} points on average" if recorded else ""
    left = len(verdicts) - len(recorded)
    rest = f"; {left} not in the gradebook, for the reasons above" if left else ""
    waiting = sum(verdict.manual > 0 for verdict in verdicts)
    by_hand = f"; {waiting} with answers for you to grade in the formgrader" if waiting else ""
    return f"{len(recorded)} submissions graded{mean}{by_hand}{rest}"
