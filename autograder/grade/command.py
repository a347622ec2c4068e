"""The grading commands of `retouch`: grade, demo-class and bench."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.table import Table

from autograder.console import CleanConsole
from autograder.errors import UserError


def grade_here(options: argparse.Namespace) -> int:
    """Grade a unit in the current course directory; 0 when every submission got its verdict."""
    from autograder.grade.run import Settings, grade_unit, limits_of
    from autograder.grade.submissions.course_directory import open_course
    from autograder.grade.summary import print_summary, progress_bar
    from autograder.released import released_unit, settings_warning

    if options.jobs < 0:
        raise UserError(f"expected --jobs of 1 or more, found {options.jobs}")
    course = open_course(Path.cwd(), released_unit(Path.cwd(), options.unit))
    if warning := settings_warning(course.root):
        print(f"retouch: {warning}", file=sys.stderr)
    settings = Settings(
        jobs=options.jobs,
        dask=options.dask,
        trust=options.trust,
        force=options.force,
        student=options.student,
        limits=limits_of(options.seconds, options.memory),
    )
    with progress_bar(course.unit) as progress:
        verdicts = grade_unit(course, settings, progress)
    if options.json:
        print(json.dumps([verdict.as_dict() for verdict in verdicts], indent=1))
    else:
        print_summary(verdicts)
    return 0 if all(verdict.is_final for verdict in verdicts) else 1


def make_demo_class(options: argparse.Namespace) -> int:
    """Write a sample class, with the grades that it must get."""
    from autograder.sample.classroom import write_demo_class
    from autograder.units import find_unit

    unit = find_unit(options.unit)
    write_demo_class(options.directory, unit, options.students, options.seed)
    print(f"wrote {options.students} submissions to {options.directory / 'submitted'}")
    print(f"next: cd {options.directory} && retouch grade {unit.folder}")
    return 0


def run_bench(options: argparse.Namespace) -> int:
    """Run one measurement, or all."""
    from autograder.sample.bench import bench_grading, print_grading
    from retouch.bench.deepsim import ablation_rows, warp_rows
    from retouch.bench.metrics import metrics_rows
    from retouch.bench.models import model_rows, training_rows
    from retouch.recipes.evaluate import quality_table

    benches: dict[str, tuple[Callable[[], Any], Callable[[Any], None]]] = {
        "grading": (bench_grading, print_grading),
        "metrics": (metrics_rows, print_rows),
        "models": (model_rows, lambda rows: print(quality_table(rows))),
        "training": (training_rows, print_rows),
        "warps": (warp_rows, print_rows),
        "deepsim": (ablation_rows, print_rows),
    }
    if options.name not in (None, *benches):
        raise UserError(f"expected one of {', '.join(benches)}, found {options.name!r}")
    for name in [options.name] if options.name else list(benches):
        measure, show = benches[name]
        figures = measure()
        print(json.dumps(figures, indent=1)) if options.json else show(figures)
    return 0


def print_rows(rows: list[dict[str, Any]]) -> None:
    """Print rows of plain data as a table."""
    table = Table(box=None, pad_edge=False)
    for name in rows[0]:
        table.add_column(name)
    for row in rows:
        table.add_row(*(f"{item:.3g}" if isinstance(item, float) else str(item)
                        for item in row.values()))  # fmt: skip
    CleanConsole().print(table)
