"""Killed, locked out or out of room: nothing is graded twice, lost or half-written."""

import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading

import pytest
import sqlalchemy
from nbgrader.converters import Autograde
from nbgrader.preprocessors import SaveAutoGrades

from autograder.errors import UserError
from autograder.grade.records import gradebook
from autograder.grade.records.gradebook import Book, JoinedGradebook
from autograder.grade.records.journal import Journal
from autograder.grade.submissions.course_directory import Course
from tests.autograder.grade.teaching import UNIT, Here, Teaching

STUDENTS = ["ada", "bob", "cleo", "dan"]
SQUARES = "def double(image):\n    return image * image\n"
CLASSES = (Here, Course, Journal, Book, SaveAutoGrades, JoinedGradebook, Autograde)


def class_of_four(teaching):
    teaching.submit("ada", essay="Because.")
    teaching.submit("bob", double=SQUARES)
    teaching.hand_in("cleo", b"{")
    teaching.submit("dan", stamp="2026-01-02 03:04:05 UTC")


def files(teaching):
    return {student: teaching.autograded(student) for student in STUDENTS}


@pytest.fixture(scope="module")
def whole(prepared, tmp_path_factory):
    """The gradebook and the notebooks of a run that nothing interrupts."""
    directory = tmp_path_factory.mktemp("whole") / "course"
    shutil.copytree(prepared[0], directory)
    teaching = Teaching(directory, prepared[1])
    class_of_four(teaching)
    teaching.grade()
    return teaching.book(), files(teaching)


def grade_in_child(teaching, prepare):
    """Grade in a child of this process; how it ended, and the line that a person would read."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            prepare()
            teaching.grade()
            status = 0
        except UserError as error:
            os.write(writing, str(error).encode())
            status = 2
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading) as file:
        line = file.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), line


def die_at(where, when, count):
    """Have this process killed at the count-th call of a method, before it or after it."""
    owner, name = where.split(".")
    klass = next(one for one in CLASSES if one.__name__ == owner)
    original = getattr(klass, name)
    calls = 0

    def die(moment):
        if (calls, moment) == (count, when):
            os.kill(os.getpid(), signal.SIGKILL)

    def method(*args, **kwargs):
        nonlocal calls
        calls += 1
        die("before")
        result = original(*args, **kwargs)
        die("after")
        return result

    setattr(klass, name, method)


MOMENTS = [
    ("Here.observe", "before", 2),
    ("Journal._append", "before", 3),
    ("Journal._append", "after", 3),
    ("Book._save", "before", 2),
    ("SaveAutoGrades.preprocess", "after", 2),
    ("JoinedGradebook.close", "after", 9),
    ("Course.path", "after", 4),
    ("Autograde.set_permissions", "before", 2),
    ("Autograde.set_permissions", "after", 4),
    ("Journal.written", "before", 1),
    ("Journal.written", "after", 4),
]


@pytest.mark.parametrize(("step", "when", "count"), MOMENTS)
def test_a_killed_run_is_resumed(teaching, whole, step, when, count):
    """Whatever the moment: the second run does the rest, and all is as if nothing had happened."""
    class_of_four(teaching)
    status, _ = grade_in_child(teaching, lambda: die_at(step, when, count))
    assert status == -signal.SIGKILL
    verdicts = teaching.grade()
    reasons = {name: verdict.reason for name, verdict in verdicts.items()}
    scores = {name: verdict.score for name, verdict in verdicts.items()}
    assert scores == {"ada": 5, "bob": 3, "cleo": 0, "dan": 5}, reasons
    assert teaching.book() == whole[0]
    assert files(teaching) == whole[1]
    journal = [json.loads(line) for line in _journal(teaching).read_text().splitlines()]
    judged = {line["student"] for line in journal if line["state"] == "written"}
    assert judged == set(STUDENTS)
    assert not list((_journal(teaching).parent / "staged").iterdir())


def kill_at_call(number):
    """Have this process killed at its number-th call of any function; not what it forks."""
    calls, me = 0, os.getpid()

    def count(frame, event, argument):
        nonlocal calls
        calls += event == "call"
        if calls >= number and os.getpid() == me:
            os.kill(me, signal.SIGKILL)

    sys.setprofile(count)


@pytest.fixture(scope="module")
def calls(prepared, tmp_path_factory):
    """How many calls a whole run makes."""
    directory = tmp_path_factory.mktemp("calls") / "course"
    shutil.copytree(prepared[0], directory)
    teaching = Teaching(directory, prepared[1])
    class_of_four(teaching)
    made = 0

    def count(frame, event, argument):
        nonlocal made
        made += event == "call"

    sys.setprofile(count)
    try:
        teaching.grade()
    finally:
        sys.setprofile(None)
    return made


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(24))
def test_a_run_killed_at_a_random_moment_is_resumed(teaching, whole, calls, seed):
    class_of_four(teaching)
    number = random.Random(seed).randrange(int(0.95 * calls))
    status, _ = grade_in_child(teaching, lambda: kill_at_call(number))
    assert status == -signal.SIGKILL
    teaching.grade()
    assert (teaching.book(), files(teaching)) == whole


def test_a_read_only_gradebook_is_one_line_and_loses_nothing(teaching, whole, monkeypatch):
    """Root may write to any file, so it is SQLite that is told to refuse."""
    class_of_four(teaching)

    def refuse(connection, record):
        connection.execute("PRAGMA query_only = 1")

    sqlalchemy.event.listen(sqlalchemy.pool.Pool, "connect", refuse)
    try:
        with pytest.raises(UserError, match=r"read-only.*nothing is lost"):
            teaching.grade()
    finally:
        sqlalchemy.event.remove(sqlalchemy.pool.Pool, "connect", refuse)
    teaching.grade()
    assert (teaching.book(), files(teaching)) == whole


def test_what_was_judged_is_not_run_again(teaching):
    class_of_four(teaching)
    status, _ = grade_in_child(teaching, lambda: die_at("Book._save", "before", 2))
    assert status == -signal.SIGKILL
    judged = {name for name in STUDENTS if f'"{name}"' in _journal(teaching).read_text()}
    teaching.grade()
    assert judged
    assert not judged & set(Here.seen)
    assert sorted(Here.seen) == sorted({"ada", "bob", "dan"} - judged)


def _journal(teaching):
    return teaching.directory / ".retouch" / "runs" / UNIT / "journal.jsonl"


def test_a_torn_line_counts_for_nothing(teaching):
    class_of_four(teaching)
    teaching.grade()
    book = teaching.book()
    lines = _journal(teaching).read_text().splitlines(keepends=True)
    _journal(teaching).write_text("".join(lines[:-1]) + lines[-1][:50] + "\x00\xff")
    Here.seen = []
    teaching.grade()
    assert teaching.book() == book
    assert Here.seen == []


def test_only_one_run_at_a_time(teaching):
    teaching.submit("ada")
    journal = Journal(teaching.directory, UNIT)
    with pytest.raises(UserError, match="found another run at it"):
        teaching.grade()
    journal.close()
    assert teaching.grade()["ada"].score == 5


def test_a_locked_gradebook_is_one_line_and_loses_nothing(teaching, monkeypatch):
    class_of_four(teaching)
    monkeypatch.setattr(gradebook, "ATTEMPTS", 1)
    monkeypatch.setattr(gradebook, "WAIT", 0.1)
    with sqlite3.connect(teaching.directory / "gradebook.db") as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(UserError, match="locked by another program"):
            teaching.grade()
    other.close()
    assert not (teaching.directory / "autograded").exists()
    assert teaching.book() == {}
    verdicts = teaching.grade()
    assert verdicts["ada"].score == 5
    assert set(teaching.book()) == set(STUDENTS)


def test_a_gradebook_that_is_locked_for_a_moment_is_waited_for(teaching):
    class_of_four(teaching)
    other = sqlite3.connect(teaching.directory / "gradebook.db", check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(1.0, other.rollback)
    timer.start()
    assert teaching.grade()["bob"].score == 3
    timer.join()
    other.close()


@pytest.mark.parametrize("room", [2_000, 20_000, 150_000])
def test_no_room_for_a_file_is_one_line_and_loses_nothing(teaching, whole, room):
    """RLIMIT_FSIZE refuses a write in the middle of a file, as a full disk does."""
    class_of_four(teaching)
    limit = resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY)
    status, line = grade_in_child(teaching, lambda: resource.setrlimit(*limit))
    assert (status, line.count("\n")) == (2, 0)
    assert "nothing is lost" in line
    assert all(set(entry["grades"]) for entry in teaching.book().values())
    teaching.grade()
    assert (teaching.book(), files(teaching)) == whole


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_is_one_line_and_loses_nothing(teaching, whole, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    class_of_four(teaching)
    try:
        subprocess.run(["cp", "-a", f"{teaching.directory}/.", disk], check=True)
        teaching.directory = disk
        ballast = disk / "ballast"
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        ballast.write_bytes(b"x" * (free - 60_000))
        status, line = grade_in_child(teaching, lambda: None)
        assert (status, line.count("\n")) == (2, 0)
        assert "the disk full" in line
        ballast.unlink()
        teaching.grade()
        assert (teaching.book(), files(teaching)) == whole
    finally:
        subprocess.run(["umount", "-l", disk], check=True)
