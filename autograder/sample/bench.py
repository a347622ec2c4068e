"""`retouch bench grading`: this grader and nbgrader's own, on the same submissions, in one run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.progress import Progress
from rich.table import Table

from autograder.build.source import read_unit
from autograder.console import CleanConsole
from autograder.errors import UserError
from autograder.released import CONFIG_FILE
from autograder.sample.classroom import Paper, hand_in, papers, prepare_course, released
from autograder.units import Unit, find_unit

UNIT = "basic_processing"
CORES = 2
SEED = 15
HONEST = 10**9
PERIOD = 0.5


@dataclass(frozen=True)
class Sizes:
    """How many submissions to grade: for the speed, by nbgrader, and for the growth."""

    ours: int = 100
    theirs: int = 6
    growth: int = 1000


@dataclass(frozen=True)
class Sample:
    """A moment of a run: seconds since its start, submissions done, resident bytes."""

    time: float
    done: int
    memory: int


def bench_grading(sizes: Sizes | None = None) -> dict[str, Any]:
    """Measure speed, growth, memory and agreement of scores on an honest class.

    Returns:
        Submissions per minute of both graders and their ratio (nbgrader's is of a subset), the
        speed of the last tenth of a large class over that of the first, the grader's resident
        memory at the end over that after a tenth, and how many scores agree.
    """
    sizes = sizes or Sizes()
    unit = find_unit(UNIT)
    with tempfile.TemporaryDirectory(prefix="retouch-bench-") as name, _spinner() as step:
        folder = Path(name)
        step("preparing the class")
        prepare_course(folder / "empty", unit)
        members = _members(folder / "empty", unit, sizes)
        step(f"nbgrader grades {sizes.theirs}")
        theirs = _course(folder, "theirs", unit, members[: sizes.theirs])
        slow, their_scores = _nbgrader(theirs, unit)
        step(f"Retouch grades {sizes.ours}")
        ours = _course(folder, "ours", unit, members[: sizes.ours])
        fast, our_scores = _retouch(ours, unit)
        step(f"Retouch grades {sizes.growth}")
        samples = _watched(_course(folder, "growth", unit, members), unit)
    figures = _speeds(sizes, fast, slow)
    figures |= _growth(samples)
    return figures | _agreement(members, our_scores, their_scores)


def print_grading(figures: dict[str, Any]) -> None:
    """Print the figures as a table."""
    table = Table(box=None, pad_edge=False, show_header=False)
    for name, figure in figures.items():
        table.add_row(name.replace("_", " "), f"{figure:.4g}" if figure != "" else "")
    CleanConsole().print(table)


def _spinner() -> Any:
    """A line on standard error that says what is being measured."""

    class Spinner:
        def __enter__(self) -> Any:
            self.bar = Progress(console=CleanConsole(stderr=True), transient=True)
            self.bar.start()
            self.task = self.bar.add_task("", total=None)
            return lambda text: self.bar.update(self.task, description=text)

        def __exit__(self, *error: Any) -> None:
            self.bar.stop()

    return Spinner()


def _members(course: Path, unit: Unit, sizes: Sizes) -> list[tuple[str, Paper]]:
    number = max(sizes.ours, sizes.theirs, sizes.growth)
    return list(papers(read_unit(unit), released(course, unit), number, SEED, every=HONEST))


def _course(folder: Path, name: str, unit: Unit, members: list[tuple[str, Paper]]) -> Path:
    directory = folder / name
    shutil.copytree(folder / "empty", directory)
    for student, paper in members:
        hand_in(directory, student, unit.folder, paper)
    return directory


def _environment() -> dict[str, str]:
    """This Python's tools first, and the cores of the comparison only."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path}


def _use_two_cores() -> None:
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])


def _run(command: list[str], directory: Path) -> float:
    """Run a command on the cores of the comparison; its wall-clock seconds."""
    start = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=directory,
        env=_environment(),
        preexec_fn=_use_two_cores,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise UserError(f"`{' '.join(command[1:4])}` failed: {done.stderr.strip()[-300:]}")
    return time.perf_counter() - start


def _grade(unit: Unit) -> list[str]:
    return [sys.executable, "-m", "autograder.cli", "grade", unit.folder, "--json"]


def _retouch(directory: Path, unit: Unit) -> tuple[float, dict[str, float]]:
    return _run(_grade(unit), directory), _scores(directory, unit)


def _nbgrader(directory: Path, unit: Unit) -> tuple[float, dict[str, float]]:
    """nbgrader's own autograder: the course's configuration without our plug-in."""
    config = directory / CONFIG_FILE
    text = config.read_text(encoding="utf-8")
    plain = [line for line in text.splitlines() if "install" not in line]
    config.write_text("\n".join(plain), encoding="utf-8")
    command = [sys.executable, "-m", "nbgrader", "autograde", unit.folder]
    return _run(command, directory), _scores(directory, unit)


def _scores(directory: Path, unit: Unit) -> dict[str, float]:
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{directory / 'gradebook.db'}") as book:
        submissions = book.assignment_submissions(unit.folder)
        return {submission.student_id: submission.score for submission in submissions}


def _watched(directory: Path, unit: Unit) -> list[Sample]:
    """Grade, and look at the grader from outside while it works."""
    process = subprocess.Popen(
        _grade(unit),
        cwd=directory,
        env=_environment(),
        preexec_fn=_use_two_cores,
        stdout=subprocess.DEVNULL,
    )
    start, samples = time.perf_counter(), []
    while process.poll() is None:
        time.sleep(PERIOD)
        done = len(list(graded.iterdir())) if (graded := directory / "autograded").exists() else 0
        samples.append(Sample(time.perf_counter() - start, done, _resident(process.pid)))
    if process.returncode:
        raise UserError(f"`retouch grade` ended with status {process.returncode}")
    return [sample for sample in samples if sample.memory]


def _resident(pid: int) -> int:
    """The resident bytes of a process; 0 once it has ended."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _speeds(sizes: Sizes, fast: float, slow: float) -> dict[str, Any]:
    ours, theirs = 60 * sizes.ours / fast, 60 * sizes.theirs / slow
    return {
        "submissions": sizes.ours,
        "cores": CORES,
        "ours_per_minute": ours,
        "nbgrader_submissions_measured": sizes.theirs,
        "nbgrader_per_minute": theirs,
        "times_as_fast": ours / theirs,
    }


def _growth(samples: list[Sample]) -> dict[str, Any]:
    total = samples[-1].done
    first = next(sample for sample in samples if sample.done >= total / 10)
    half = next(sample for sample in samples if sample.done >= total / 2)
    last = next(sample for sample in samples if sample.done >= total)
    early = (half.done - first.done) / (half.time - first.time)
    late = (last.done - half.done) / (last.time - half.time)
    return {
        "growth_submissions": total,
        "growth_per_minute": 60 * total / last.time,
        "second_half_speed_over_first": late / early,
        "memory_mib": last.memory / 2**20,
        "memory_over_that_after_a_tenth": last.memory / first.memory,
    }


def _agreement(
    members: list[tuple[str, Paper]], ours: dict[str, float], theirs: dict[str, float]
) -> dict[str, Any]:
    expected = {name: sum(paper.scores.values()) for name, paper in members}
    shared = [name for name, paper in members if name in theirs and paper.plain]
    return {
        "scores_right": sum(ours[name] == expected[name] for name in ours),
        "scores_compared_with_nbgrader": len(shared),
        "scores_equal_to_nbgrader": sum(theirs[name] == expected[name] for name in shared),
    }


if __name__ == "__main__":
    print(json.dumps(bench_grading(), indent=1))
