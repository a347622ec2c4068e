"""`retouch status`: the student's standing in every unit, as a table."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from autograder.console import CleanConsole
from autograder.errors import UserError
from autograder.progress.log import Standing, standings
from autograder.progress.widget import exercises_here
from autograder.text import one_line


def status_rows(course: Path) -> list[dict[str, Any]]:
    """One row per exercise of the course, in order, as plain data.

    Raises:
        UserError: there is no course to have a standing in.
    """
    folders = [path for path in sorted(course.glob("[0-9][0-9]_*")) if path.is_dir()]
    if not folders:
        raise UserError(f"expected the course's units in {course}, found none; run `make course`")
    return [
        _row(folder.name, standing)
        for folder in folders
        for standing in standings(exercises_here(folder))
    ]


def _row(unit: str, standing: Standing) -> dict[str, Any]:
    last = standing.last
    return {
        "unit": unit,
        "exercise": standing.exercise,
        "solved": standing.solved,
        "attempts": standing.attempts,
        "last_attempt": datetime.fromtimestamp(last.time).isoformat(" ", "minutes")
        if last
        else None,
        "last_mistake": last.mistake if last and not last.passed else "",
    }


def status_table(rows: list[dict[str, Any]]) -> None:
    """Print the rows as a table, with a line that sums them up."""
    table = Table(box=None, pad_edge=False)
    for heading in ("", "exercise", "checks", "last check", "last mistake"):
        table.add_column(heading)
    for row in rows:
        mark = "[green]✓[/]" if row["solved"] else ("…" if row["attempts"] else "·")
        cells = str(row["attempts"] or ""), row["last_attempt"] or "", row["last_mistake"]
        table.add_row(mark, *(Text(one_line(cell)) for cell in (row["exercise"], *cells)))
    console = CleanConsole()
    console.print(table)
    solved = sum(row["solved"] for row in rows)
    console.print(f"{solved} of {len(rows)} exercises solved")
