"""Grading on a Dask cluster: a real scheduler and workers, as processes of their own."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys

import pytest

from autograder.errors import UserError
from autograder.grade.run import make_pool
from tests.autograder.grade.teaching import UNIT
from tests.waiting import wait_until

pytest.importorskip("distributed")
SQUARES = "def double(image):\n    return image * image\n"
SLOW = "def double(image):\n    import time\n    time.sleep(0.3)\n    return 2 * image\n"


class Cluster:
    """A scheduler on this machine, and workers that may be killed."""

    def __init__(self, folder):
        self.folder, self.processes = folder, []
        self.start("scheduler", "--port", "0", "--scheduler-file", str(folder / "scheduler.json"))
        wait_until(self._has_address, "the scheduler's file")

    def _has_address(self):
        with contextlib.suppress(OSError, ValueError):  # it is not there yet, or half written
            self.address = json.loads((self.folder / "scheduler.json").read_text())["address"]
            return True

    def start(self, what, *arguments):
        command = [sys.executable, "-m", "dask", what, *arguments]
        if what == "scheduler":
            command += ["--host", "127.0.0.1", "--no-dashboard"]
        path = os.pathsep.join(entry for entry in sys.path if entry)
        process = subprocess.Popen(
            command,
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": path},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.processes.append(process)
        return process

    def worker(self):
        return self.start(
            "worker", self.address, "--nthreads", "1", "--no-dashboard", "--no-nanny",
            "--host", "127.0.0.1", "--local-directory", str(self.folder),
        )  # fmt: skip

    def stop(self):
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    cluster.worker()
    yield cluster
    cluster.stop()


def test_the_grades_are_the_same(teaching, cluster, tmp_path):
    teaching.submit("ada", essay="Because.")
    teaching.submit("bob", double=SQUARES)
    teaching.hand_in("cleo", b"{")
    teaching.submit("dan", double="import os\nos._exit(0)\n")
    teaching.submit("eve", double="def double(image):\n    raise SystemExit(0)\n")
    remote = teaching.grade(make_pool, dask=cluster.address)
    book = teaching.book()
    shutil.rmtree(teaching.directory / ".retouch" / "runs")
    local = teaching.grade(make_pool, jobs=1, force=True)
    assert book == teaching.book()
    assert {n: v.score for n, v in remote.items()} == {n: v.score for n, v in local.items()}
    assert [verdict.score for verdict in remote.values()] == [5, 3, 0, 3, 3]


def test_a_killed_worker_loses_nothing(teaching, cluster):
    """A worker dies in the middle of its submissions; another one, started later, does them."""
    doomed = cluster.worker()
    for number in range(12):
        teaching.submit(f"s{number:02}", double=SLOW if number % 2 else SQUARES)
    done = 0

    def progress(count, total, verdict):
        nonlocal done
        done = count
        if count == 3:
            os.killpg(doomed.pid, signal.SIGKILL)
            cluster.worker()

    from autograder.grade.run import Settings, grade_unit
    from autograder.grade.submissions.course_directory import open_course

    course = open_course(teaching.directory, UNIT)
    verdicts = grade_unit(course, Settings(dask=cluster.address), progress)
    assert done == 12
    assert doomed.wait(10) == -signal.SIGKILL
    assert [verdict.score for verdict in verdicts] == [3, 5] * 6
    assert len(teaching.book()) == 12


def test_nobody_at_the_address_is_one_line(teaching, monkeypatch):
    monkeypatch.setattr("autograder.grade.cluster.CONNECT_SECONDS", 1)
    teaching.submit("ada")
    with pytest.raises(UserError, match=r"expected a Dask scheduler at tcp://127\.0\.0\.1:9"):
        teaching.grade(make_pool, dask="tcp://127.0.0.1:9")


def test_a_scheduler_without_workers_is_one_line(teaching, tmp_path, monkeypatch):
    monkeypatch.setattr("autograder.grade.cluster.CONNECT_SECONDS", 3)
    empty = Cluster(tmp_path)
    teaching.submit("ada")
    try:
        with pytest.raises(UserError, match="expected workers with this package"):
            teaching.grade(make_pool, dask=empty.address)
    finally:
        empty.stop()
