"""The `retouch` command."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.errors import UserError
from autograder.text import cleaned_output, drawing_output
from autograder.units import ROOT, Unit, find_unit, split_exercise, units

if TYPE_CHECKING:
    from autograder.build.verify import Report
    from autograder.check.judge import Verdict
    from autograder.grade.answers import Judged


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status is 0 for success, 1 for "no", 2 for bad input."""
    options = _parser().parse_args(arguments)
    with cleaned_output():
        return _run(options)


def _run(options: argparse.Namespace) -> int:
    try:
        return options.run(options)
    except UserError as error:
        print(f"retouch: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        print("retouch: stopped", file=sys.stderr)
        return 130


def lab(options: argparse.Namespace) -> int:
    """Open the course in JupyterLab."""
    from autograder.lab import launch

    return launch(ROOT, port=options.port, browser=not options.no_browser, extra=options.extra)


def status(options: argparse.Namespace) -> int:
    """Print what is solved so far."""
    from autograder.progress.status import status_rows, status_table

    rows = status_rows(ROOT / "course")
    if options.json:
        print(json.dumps(rows, indent=1))
    else:
        status_table(rows)
    return 0


def check(options: argparse.Namespace) -> int:
    """Check the answers in a notebook, as its check cells would."""
    from autograder.grade.answers import check_notebook

    passed = True
    for judged in check_notebook(options.notebook, options.trust):
        _print_judged(judged)
        passed &= judged.verdict.passed
    return 0 if passed else 1


def build(options: argparse.Namespace) -> int:
    """Build `course/` from `solutions/`, or find what is stale."""
    from autograder.build.course import stale_files, write_unit

    chosen = _chosen(options.unit)
    if not options.check:
        for unit in chosen:
            write_unit(unit, print)
        return 0
    lines = [line for unit in chosen for line in stale_files(unit)]
    print("\n".join(lines) if lines else f"course/ is fresh ({len(chosen)} units)")
    return 1 if lines else 0


def new(options: argparse.Namespace) -> int:
    """Write the skeleton of a new exercise, or of a new unit with one."""
    from autograder.build.skeleton import write_skeleton

    parameters = options.parameters or ["image"]
    paths = write_skeleton(options.unit, options.exercise, parameters, options.number)
    for path in paths:
        print(f"wrote {path.relative_to(ROOT)}")
    unit = paths[-1].parent.name.partition("_")[2]
    print(f"next: retouch verify {unit}.{options.exercise} lists what is left to do")
    return 0


def verify(options: argparse.Namespace) -> int:
    """Prove that every exercise holds."""
    from autograder.build.verify import verify_units

    only = options.what if options.what and "." in options.what else None
    reports: list[Report] = []
    for report in verify_units(
        _units_of(options.what, only), only, options.jobs, forgers=options.forgers
    ):
        reports.append(report)
        if not options.json:
            _print_report(report)
    if only and not reports:
        raise UserError(f"expected an exercise of the course, found {only!r}")
    if options.json:
        print(json.dumps([report.as_dict() for report in reports], indent=1))
    return 1 if any(report.problems for report in reports) else 0


def judge(options: argparse.Namespace) -> int:
    """Judge answer files, hidden cases included."""
    from autograder.build.judging import course_seed_near
    from autograder.grade.answers import judge_files

    seed = course_seed_near(Path.cwd()) if options.seed is None else options.seed
    found = []
    for judged in judge_files(options.exercise, options.answers, seed, options.trust):
        found.append(judged.verdict)
        if not options.json:
            if len(options.answers) > 1:
                print(f"{options.answers[len(found) - 1]}:")
            _print_judged(judged)
    if options.json:
        rows = [_verdict_dict(verdict) for verdict in found]
        print(json.dumps(rows if len(rows) > 1 else rows[0], indent=1, ensure_ascii=False))
    return 0 if all(verdict.passed for verdict in found) else 1


def release(options: argparse.Namespace) -> int:
    """Prepare a course directory for nbgrader."""
    from autograder.build.release import release_unit
    from autograder.released import settings_warning

    unit = find_unit(options.unit)
    for path in release_unit(unit, options.to, lambda line: print(line, flush=True)):
        print(f"wrote {options.to / path}")
    if warning := settings_warning(options.to):
        print(f"retouch: {warning}", file=sys.stderr)
    where = "" if options.to.resolve() == Path.cwd() else f"cd {options.to} && "
    print(f"next: {where}nbgrader generate_assignment {unit.folder}")
    return 0


def grade(options: argparse.Namespace) -> int:
    """Grade the submissions of a unit."""
    from autograder.grade.command import grade_here

    return grade_here(options)


def demo_class(options: argparse.Namespace) -> int:
    """Prepare a course directory with a sample class."""
    from autograder.grade.command import make_demo_class

    return make_demo_class(options)


def bench(options: argparse.Namespace) -> int:
    """Measure the course's tools against others, or `fairness`: whether the checks are true."""
    if options.name == "fairness":
        from autograder.build.fairness_report import run_fairness

        return run_fairness(options.what, options.secrets, options.mutants, options.json)
    from autograder.grade.command import run_bench

    return run_bench(options)


def train(options: argparse.Namespace) -> int:
    """Train a recipe of the library, and measure it."""
    from retouch.recipes.command import main as train_recipe

    with drawing_output():
        return train_recipe(options.rest)


def _chosen(text: str | None) -> list[Unit]:
    return [find_unit(text)] if text else units()


def _units_of(what: str | None, only: str | None) -> list[Unit]:
    return [find_unit(split_exercise(only)[0])] if only else _chosen(what)


def _print_report(report: Report) -> None:
    mark = "✗" if report.problems else "✓"
    counts = f"{report.right} right, {report.wrong} wrong" if report.points else "files"
    print(f"{mark} {report.exercise} ({counts})", flush=True)
    for problem in report.problems:
        print(f"    {problem}")


def _print_judged(judged: Judged) -> None:
    from autograder.check.report import text_report

    print(text_report(judged.verdict, hints=0), flush=True)
    for note in judged.notes:
        print(f"  Note: {note}")


def _verdict_dict(verdict: Verdict) -> dict[str, Any]:
    return {
        "exercise": verdict.exercise,
        "passed": verdict.passed,
        "score": verdict.score,
        "max_score": verdict.points,
        "diagnosis": verdict.mistake.title if verdict.mistake else None,
        "failures": verdict.lines,
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("retouch", description="A course in image manipulation.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(run: Any) -> argparse.ArgumentParser:
        name = run.__name__.replace("_", "-")
        added = commands.add_parser(name, help=run.__doc__, description=run.__doc__)
        added.set_defaults(run=run)
        return added

    one = command(lab)
    one.add_argument("--port", type=int, help="the port to listen on (default: a free one)")
    one.add_argument("--no-browser", action="store_true", help="do not open a browser")
    one.add_argument("extra", nargs="*", help="options for jupyter lab, after --")
    command(status).add_argument("--json", action="store_true")
    one = command(check)
    one.add_argument("notebook", type=Path, help="a notebook of the course")
    one.add_argument("--trust", action="store_true", help="run its answers without a sandbox")
    one = command(build)
    one.add_argument("unit", nargs="?", help="one unit (default: all)")
    one.add_argument("--check", action="store_true", help="change nothing; fail if stale")
    one = command(new)
    one.add_argument("unit", metavar="UNIT", help="a unit, or NN_name for a new one")
    one.add_argument("exercise", metavar="EXERCISE", help="its function, such as median_filter")
    one.add_argument("parameters", nargs="*", metavar="PARAMETER", help="default: image")
    one.add_argument("--number", type=int, help="its place (default: after the last exercise)")
    one = command(verify)
    one.add_argument("what", nargs="?", metavar="UNIT|UNIT.EXERCISE", help="default: all")
    one.add_argument("--json", action="store_true")
    one.add_argument("--jobs", type=int, default=0, help="at a time (default: one per core)")
    one.add_argument("--forgers", action="store_true", help="find also what can be guessed")
    one = command(judge)
    one.add_argument("exercise", metavar="UNIT.EXERCISE")
    one.add_argument("answers", type=Path, nargs="+", metavar="ANSWER", help=".py or .ipynb")
    one.add_argument("--json", action="store_true", help="with several files, a list")
    one.add_argument("--trust", action="store_true", help="run the answers without a sandbox")
    one.add_argument("--seed", type=int, help="draw the hidden cases from this seed")
    one = command(release)
    one.add_argument("unit")
    one.add_argument("--to", type=Path, default=Path(), help="the course directory (default: .)")
    _grading_parsers(command)
    # Everything after `train` is the recipe's own, `--help` too: nothing is an option here.
    one = commands.add_parser("train", help=train.__doc__, add_help=False, prefix_chars="\0")
    one.set_defaults(run=train)
    one.add_argument("rest", nargs="*")
    return parser


def _grading_parsers(command: Any) -> None:
    one = command(grade)
    one.add_argument("unit", help="in a course directory that has it, and submissions of it")
    one.add_argument("--jobs", type=int, default=0, help="at a time (default: one per core)")
    one.add_argument("--dask", metavar="ADDRESS", default="", help="run on this Dask scheduler")
    one.add_argument("--trust", action="store_true", help="run submissions without a sandbox")
    one.add_argument("--force", action="store_true", help="grade again what has not changed")
    one.add_argument("--student", default="*", help="only these, as a file pattern")
    one.add_argument("--seconds", type=float, default=30, help="processor time of one answer")
    one.add_argument("--memory", type=int, default=2048, metavar="MB", help="of one answer")
    one.add_argument("--json", action="store_true")
    one = command(demo_class)
    one.add_argument("directory", type=Path, metavar="DIR", help="made new")
    one.add_argument("--students", type=int, default=60)
    one.add_argument("--seed", type=int, default=0)
    one.add_argument("--unit", default="basic_processing")
    one = command(bench)
    one.add_argument("name", nargs="?", help="which measurement (default: all)")
    one.add_argument("what", nargs="?", metavar="UNIT|UNIT.EXERCISE", help="fairness: of what")
    one.add_argument("--secrets", type=int, default=200, help="fairness: drawn for each exercise")
    one.add_argument("--mutants", type=int, default=24, help="fairness: tried of each solution")
    one.add_argument("--json", action="store_true")


if __name__ == "__main__":
    sys.exit(main())
