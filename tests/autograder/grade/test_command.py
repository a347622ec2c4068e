"""The commands as a person runs them: in a shell, with a sandbox, and killed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.sandbox.host import observer
from tests.autograder.grade.teaching import Here
from tests.waiting import wait_until

SQUARES = "def double(image):\n    return image * image\n"
SLOW = "def double(image):\n    import time\n    time.sleep(0.2)\n    return 2 * image\n"


def retouch(directory, *arguments):
    path = os.pathsep.join(entry for entry in sys.path if entry)
    return subprocess.Popen(
        [sys.executable, "-m", "autograder.cli", *arguments],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell has its background jobs ignore Control-C, and the tests may be in one.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def test_grade_prints_a_table_or_json(teaching, monkeypatch, capsys):
    teaching.submit("ada")
    teaching.submit("bob", double=SQUARES)
    teaching.hand_in("cleo", b"")
    monkeypatch.chdir(teaching.directory)
    assert main(["grade", "counting", "--jobs", "1"]) == 0
    table = capsys.readouterr().out
    assert [line.split()[:2] for line in table.splitlines()[1:4]] == [
        ["ada", "5/5"], ["bob", "3/5"], ["cleo", "0/5"],
    ]  # fmt: skip
    assert "double: squares" in table
    assert "3 submissions graded, 2.67 points on average" in table
    assert main(["grade", "01", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["student"], row["score"], row["max_score"]) for row in rows] == [
        ("ada", 5, 5), ("bob", 3, 5), ("cleo", 0, 5),
    ]  # fmt: skip
    assert rows[1]["exercises"][0] == {
        "exercise": "counting.double", "score": 0, "max_score": 2, "passed": False,
        "reason": "squares", "timed_out": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["grade", "99"], "expected the released unit '99', found 01_counting"),
        (["grade", "01"], "expected submissions such as"),
        (["grade", "01", "--jobs", "-1"], "expected --jobs of 1 or more, found -1"),
        (
            ["bench", "speed"],
            "expected one of grading, metrics, models, training, warps, deepsim, found 'speed'",
        ),
        (["demo-class", ".", "--students", "2"], "expected an empty or new directory"),
        (["demo-class", "new", "--students", "0"], "expected --students of 1 or more, found 0"),
    ],
)
def test_bad_input_is_one_line(teaching, monkeypatch, capsys, arguments, line):
    monkeypatch.chdir(teaching.directory)
    monkeypatch.setattr("autograder.units.find_unit", lambda text: teaching.unit)
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert line in error
    assert error.count("\n") == 1


def test_outside_of_a_course_directory_is_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["grade", "01"]) == 2
    assert "change to the course directory, or run `retouch release 01`" in capsys.readouterr().err


def test_without_a_sandbox_it_refuses_unless_told_to_trust(teaching, monkeypatch, capsys):
    teaching.submit("ada", double=SQUARES)
    monkeypatch.chdir(teaching.directory)
    monkeypatch.setattr(observer, "sandbox_problem", lambda: "expected bubblewrap, found none")
    assert main(["grade", "01"]) == 2
    error = capsys.readouterr().err
    assert error == (
        "retouch: expected bubblewrap, found none; or trust every submission with --trust\n"
    )
    assert teaching.book() == {}
    assert main(["grade", "01", "--trust"]) == 0
    assert "3/5" in capsys.readouterr().out


def descendants(pid):
    """A process and all that descend from it."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(entry.parent.name)] = int(entry.read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def must_end(family):
    """Wait for processes to end, which takes the kernel a moment."""
    wait_until(
        lambda: not any(Path(f"/proc/{pid}").exists() for pid in family),
        "the end of the grader's processes",
    )


def test_a_command_killed_in_the_middle_leaves_no_process_and_is_resumed(teaching):
    for number in range(10):
        teaching.submit(f"s{number}", double=SLOW if number % 2 else SQUARES)
    process = retouch(teaching.directory, "grade", "01", "--jobs", "2")
    wait_until((teaching.directory / "autograded" / "s0").exists, "the first grade")
    family = descendants(process.pid)
    assert len(family) > 2
    process.send_signal(signal.SIGKILL)
    process.communicate()
    must_end(family)
    before = len(teaching.book())
    assert before < 10
    verdicts = teaching.grade()
    assert [verdict.score for verdict in verdicts.values()] == [3, 5] * 5
    assert len(teaching.book()) == 10
    assert len(Here.seen) <= 10 - before


def test_an_interrupted_command_ends_at_once_and_leaves_no_process(teaching):
    """Control-C while an answer loops for ever, with other answers behind it."""
    endless = "def double(image):\n    while True: pass\n"
    for number in range(4):
        teaching.submit(f"s{number}", double=endless)
    process = retouch(teaching.directory, "grade", "01", "--jobs", "2")
    wait_until(lambda: len(descendants(process.pid)) >= 5, "two answers that run")
    time.sleep(2)
    family = descendants(process.pid)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=120)
    assert (process.returncode, error) == (130, "retouch: stopped\n")
    must_end(family)
    assert teaching.book() == {}, "it waited until the answers had used up their time"
