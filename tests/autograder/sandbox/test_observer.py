"""The sandbox as the grader uses it: jobs in, results out, nothing left behind."""

import contextlib
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.check.data import load_record
from autograder.errors import UserError
from autograder.sandbox.host.observer import SandboxedObserver, sandbox_problem
from autograder.sandbox.job import Ending, Job, Task
from autograder.sandbox.trusted import TrustedObserver
from tests.waiting import wait_until

LOOP = "while True:\n    pass"
LOOK = "import {0}\ndef double(x):\n    return {0}.__name__"


@pytest.fixture(params=["warm", "cold", "trusted"])
def any_observer(request, tiny, working_sandbox):
    made = {
        "warm": lambda: SandboxedObserver(tiny.limits),
        "cold": lambda: SandboxedObserver(tiny.limits, nested=False),
        "trusted": lambda: TrustedObserver(tiny.limits),
    }[request.param]()
    yield made
    made.close()


def test_right_answer_passes(any_observer, tiny):
    double, quadruple = any_observer.observe(tiny.job(tiny.honest))
    assert tiny.verdict(tiny.attacked, double).passed
    assert tiny.verdict(tiny.sibling, quadruple).passed
    assert 0 < double.seconds < tiny.limits.seconds


def test_wrong_answer_fails_and_costs_its_own_exercise_only(any_observer, tiny):
    double, quadruple = any_observer.observe(tiny.job("def double(x):\n    return 3 * x"))
    assert not tiny.verdict(tiny.attacked, double).passed
    assert tiny.verdict(tiny.sibling, quadruple).passed


def test_endless_loop_costs_its_own_exercise_only(any_observer, tiny):
    double, quadruple = any_observer.observe(tiny.job(LOOP))
    assert (double.ended, double.record) == (Ending.TIMEOUT, None)
    assert tiny.verdict(tiny.sibling, quadruple).passed


def test_text_that_is_no_unicode_is_judged(any_observer, tiny):
    double, _ = any_observer.observe(tiny.job("def double(x):\n    return '\udc80'"))
    assert not tiny.verdict(tiny.attacked, double).passed


def test_cold_sandbox_keeps_what_is_forbidden_out_of_reach(tiny, working_sandbox):
    observer = SandboxedObserver(tiny.limits, nested=False)
    answer = """
import importlib, sys
sys.meta_path[:] = [f for f in sys.meta_path if "Forbidden" not in repr(f)]
def double(x):
    return importlib.import_module("sci" + "py.ndimage").convolve1d(x, [2.0])
"""
    double, _ = observer.observe(tiny.job(answer))
    observer.close()
    refused = "No module named 'scipy|without scipy"
    assert re.search(refused, tiny.verdict(tiny.attacked, double).lines[0])


@pytest.mark.parametrize("kind", [SandboxedObserver, TrustedObserver])
def test_submission_time_ends_what_comes_later(kind, tiny, working_sandbox):
    observer = kind(replace(tiny.limits, submission_seconds=1))
    results = observer.observe(tiny.job(LOOP))
    observer.close()
    assert [result.ended for result in results] == [Ending.TIMEOUT, Ending.NOT_RUN]


def test_hidden_module_is_not_mounted_and_others_are(observer, tiny):
    answer = """
import os, retouch
def double(x):
    return os.listdir(os.path.dirname(retouch.__file__))
"""
    outcome = load_record(observer.observe(tiny.job(answer))[0].record).outcomes[0]
    names = {name.data for name in outcome.observed["result"].data}
    assert "data" in names
    assert "pixels" not in names


def test_what_is_hidden_follows_the_job(observer, tiny):
    (task, _) = tiny.job(LOOK.format("retouch.data")).tasks
    seen, hidden = (
        load_record(observer.observe(Job("a", (task,), hide))[0].record)
        for hide in ((), ("retouch.data",))
    )
    assert seen.outcomes[0].observed["result"].data == "retouch.data"
    assert hidden.outcomes[0].crash.type in ("ModuleNotFoundError", "NameError"), hidden


def test_lost_sandbox_is_started_again(tiny, working_sandbox):
    observer = SandboxedObserver(tiny.limits)
    before = tiny.descendants()
    observer.observe(tiny.job(tiny.honest))
    for pid, _ in sorted(tiny.descendants() - before, reverse=True):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    lost, _ = observer.observe(tiny.job(tiny.honest))
    again, _ = observer.observe(tiny.job(tiny.honest))
    observer.close()
    assert lost.ended == Ending.LOST
    assert tiny.verdict(tiny.attacked, again).passed


def test_killed_grader_takes_its_sandbox_along(tiny, working_sandbox):
    code = """
import os, signal
from autograder.sandbox.host.bubblewrap import Sandbox
sandbox = Sandbox(preload=["autograder.check.judge"])
print("ready", flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    before = tiny.descendants()
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as grader:
        assert grader.stdout.read() == b"ready\n"
    wait_until(lambda: not _sandboxes() - before, "the end of the sandbox")


def _sandboxes():
    """The warm processes on this machine whose parent is not of this test run's."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if b"autograder.check.judge" in path.read_bytes():
                found.add((int(path.parent.name), path.parent.name))
    return found - {(os.getpid(), str(os.getpid()))}


def test_closing_leaves_no_process_and_no_descriptor(tiny, working_sandbox):
    processes, files = tiny.descendants(), len(list(Path("/proc/self/fd").iterdir()))
    observer = SandboxedObserver(tiny.limits)
    observer.observe(tiny.job(tiny.honest))
    observer.close()
    assert (tiny.descendants(), len(list(Path("/proc/self/fd").iterdir()))) == (processes, files)


def test_many_submissions_leave_nothing(observer, tiny):
    def held():
        pids = [pid for pid, _ in tiny.descendants()]
        return len(pids), len(list(Path("/proc/self/fd").iterdir())), sum(map(_resident, pids))

    observer.observe(tiny.job(tiny.honest))
    before = held()
    for _ in range(100):
        assert all(result.record for result in observer.observe(tiny.job(tiny.honest)))
    after = held()
    assert after[:2] == before[:2]
    assert after[2] < 1.1 * before[2]


def _resident(pid):
    with Path(f"/proc/{pid}/statm").open(encoding="ascii") as file:
        return int(file.read().split()[1])


def test_exercise_that_forbids_nothing_has_everything(observer, tiny):
    data = tiny.exercise("double", lambda x: 2 * x, [])
    answer = "from scipy.ndimage import convolve1d\ndef double(x):\n    return convolve1d(x, [2.0])"
    task = Task(data.exercise, data.questions().dump(), tiny.prelude, answer)
    (result,) = observer.observe(Job("a", (task,), tiny.hide))
    assert tiny.verdict(data, result).passed


def test_stand_in_of_the_prelude_does_not_break_it(observer, tiny):
    prelude = ("from scipy.ndimage import convolve1d\nimport numpy as np\nfactor = 2",)
    task = replace(tiny.job("def double(x):\n    return factor * x").tasks[0], prelude=prelude)
    (result,) = observer.observe(Job("a", (task,), tiny.hide))
    assert tiny.verdict(tiny.attacked, result).passed


def test_earlier_exercise_may_use_what_this_one_forbids(observer, tiny):
    prelude = (
        *tiny.prelude,
        "def length(x):\n    return getattr(np, 'linalg').norm(x)",
    )
    answer = "def double(x):\n    return 2 * x + 0 * helper(x)\nhelper = lambda x: length(x)"
    task = replace(tiny.job(answer).tasks[0], prelude=prelude)
    (result,) = observer.observe(Job("a", (task,), tiny.hide))
    assert load_record(result.record).outcomes[0].crash is None


def test_missing_bubblewrap_is_one_line(monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    assert re.fullmatch(r"expected bubblewrap .*install bubblewrap`", sandbox_problem())
    with pytest.raises(UserError, match="expected bubblewrap"):
        SandboxedObserver()


@pytest.mark.parametrize("machine", ["riscv64", "armv7l"])
def test_unknown_machine_is_one_line(monkeypatch, machine):
    monkeypatch.setattr("platform.machine", lambda: machine)
    assert re.fullmatch(f"expected Linux on .* found Linux on {machine}", sandbox_problem())


@pytest.mark.parametrize(
    ("user", "advice"),
    [("1000", "allow unprivileged user namespaces"), ("0", "use an ordinary account")],
)
def test_forbidden_namespaces_are_one_line(working_sandbox, user, advice):
    code = "from autograder.sandbox.host.observer import sandbox_problem; print(sandbox_problem())"
    options = ["--unshare-user", "--disable-userns", "--uid", user, "--dev-bind", "/", "/"]
    done = subprocess.run(
        ["bwrap", *options, "--proc", "/proc", sys.executable, "-c", code],
        capture_output=True,
        text=True,
    )
    assert re.fullmatch(r"expected bubblewrap to make a sandbox, found: .*\n", done.stdout)
    assert advice in done.stdout
