"""The progress of a unit as a small widget that follows each check."""

from __future__ import annotations

import html
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.progress import log as progress_log
from autograder.progress.log import Standing, standings
from autograder.units import CHECKS

if TYPE_CHECKING:
    from ipywidgets import HTML

_live: list[tuple[HTML, list[str]]] = []


def progress() -> HTML:
    """A widget that shows which exercises of this notebook's unit are solved."""
    from ipywidgets import HTML

    exercises = exercises_here(Path.cwd())
    widget = HTML(standings_html(standings(exercises)))
    if not _live:
        progress_log.listeners.append(refresh)
    _live.append((widget, exercises))
    return widget


def refresh() -> None:
    """Bring every progress widget of this kernel up to date."""
    for widget, exercises in _live:
        widget.value = standings_html(standings(exercises))


def exercises_here(folder: Path) -> list[str]:
    """The ids of the exercises whose check data lie in a unit's folder, in order."""
    unit = folder.name.partition("_")[2]
    paths = sorted((folder / CHECKS).glob("*.npz"))
    return [f"{unit}.{path.stem.partition('_')[2]}" for path in paths]


def standings_html(table: list[Standing]) -> str:
    """The standings as a row of labelled boxes; solved ones are filled and ticked."""
    solved = sum(standing.solved for standing in table)
    boxes = "".join(_box(standing) for standing in table)
    summary = f"{solved} of {len(table)} exercises solved"
    return (
        f'<div class="retouch-progress" role="status"><b>{summary}</b>'
        f'<div style="display:flex;flex-wrap:wrap;gap:4px;margin-top:4px">{boxes}</div></div>'
    )


def _box(standing: Standing) -> str:
    name = html.escape(standing.exercise.partition(".")[2])
    if standing.solved:
        mark, style = "✓", "background:var(--jp-success-color1,#2e7d32);color:#fff"
    elif standing.attempts:
        mark, style = "…", "border-color:var(--jp-warn-color1,#b26a00)"
    else:
        mark, style = "", ""
    words = {"✓": "solved", "…": "tried", "": "not tried yet"}[mark]
    return (
        f'<span title="{name}: {words}" style="border:1px solid var(--jp-border-color1,#999);'
        f'border-radius:4px;padding:1px 8px;{style}">{name} {mark}</span>'
    )
