"""What every test may need."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator
from pathlib import Path

import jaxtyping
import pytest

import tests.typechecker

FOLDER = Path(__file__).parent
assert "retouch" not in sys.modules, "shapes can be checked only in what is imported after this"
CHECKED = "data device ethics metrics models pixels show taps validation weights"
jaxtyping.install_import_hook(
    [f"retouch.{part}" for part in CHECKED.split()], f"{tests.typechecker.__name__}.check"
)
PROBES = {"bwrap": ["--ro-bind", "/", "/", "true"]}
LACKS = "SYSTEM PACKAGE MISSING: "
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


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Check every annotation of the library (types, shapes, dtypes), in its own tests only."""
    jaxtyping.config.update("jaxtyping_disable", FOLDER / "lib" not in item.path.parents)
    return (yield)


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
