"""What every test may need."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

PROBES = {"bwrap": ["--ro-bind", "/", "/", "true"]}
LACKS = "SYSTEM PACKAGE MISSING: "
FOLDER = Path(__file__).parent
SLOW = (
    "autograder/grade", "autograder/sample", "autograder/sandbox", "lib/bench", "lib/recipes",
    "solutions",
)  # fmt: skip
"""Folders whose tests grade, attack or train: minutes together, whatever one of them takes."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of the slow folders; others that take more than 5 s have their own mark."""
    folders = {FOLDER / name for name in SLOW}
    for item in items:
        if not folders.isdisjoint(item.path.parents):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def needs() -> Callable[..., str]:
    """The path of a program, under the first of its names that runs here.

    Without it the test is skipped, loudly; in CI (where `CI` is set) it fails.
    """

    def find(*names: str) -> str:
        for name in names:
            if (path := shutil.which(name)) and _runs(name, path):
                return path
        message = f"{LACKS}{names[0]} is not installed, or does not run; see .ci/system-packages"
        if os.environ.get("CI"):
            pytest.fail(message, pytrace=False)
        pytest.skip(message)

    return find


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end what was not tested for want of a program."""
    lines = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    missing = [line[line.index(LACKS) :].rstrip("')") for line in lines if LACKS in line]
    if missing:
        terminalreporter.section("SKIPPED", sep="*", red=True, bold=True)
    for line in sorted(set(missing)):
        terminalreporter.write_line(f"{line} ({missing.count(line)} tests)", red=True)


def _runs(name: str, path: str) -> bool:
    """Whether a program that is there also works: some containers forbid bubblewrap."""
    if name not in PROBES:
        return True
    return subprocess.run([path, *PROBES[name]], capture_output=True, check=False).returncode == 0
