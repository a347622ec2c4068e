"""What is mounted in the sandbox, and the filter of system calls."""

import ctypes
import errno
import os
import re
import struct
import sys
from pathlib import Path

import pytest

from autograder.sandbox.host import mounts
from autograder.sandbox.host.drop_root import stage
from autograder.sandbox.inside import seccomp, syscalls
from autograder.units import ROOT

HEADERS = ["/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "/usr/include/asm-generic/unistd.h"]


def targets(hide):
    return {target for _, target in mounts.layout_for(hide).binds}


def test_hidden_modules_and_the_build_are_not_mounted():
    mounted = targets(["retouch.pixels.processing"])
    assert "/retouch/retouch/pixels/__init__.py" in mounted
    assert "/retouch/retouch/data" in mounted
    assert not any("processing" in path or "autograder/build" in path for path in mounted)
    assert not {"/retouch/retouch", "/retouch/retouch/pixels", "/retouch/autograder"} & mounted


def test_package_is_mounted_as_a_whole_when_nothing_in_it_is_hidden():
    assert "/retouch/retouch" in targets([])


def test_nothing_of_the_checkout_or_home_is_mounted():
    root = str(ROOT)
    sources = [source for source, _ in mounts.layout_for(["retouch.pixels"]).binds]
    inside = [source for source in sources if source.startswith(root)]
    environment = sys.prefix  # which may lie in the checkout
    packages = ("/retouch/", "/autograder/")
    assert all(path.startswith(environment) or any(p in path for p in packages) for path in inside)
    assert not {str(Path.home()), root, "/", "/usr", "/etc", "/home"} & set(sources)


def test_environment_of_the_grader_does_not_enter():
    command = mounts.command(mounts.layout_for([]), ["-c", "pass"], {})
    assert "--clearenv" in command
    assert "--unshare-net" in command
    assert command[command.index("HOME") + 1] == "/scratch"


@pytest.mark.parametrize("machine", seccomp.MACHINES)
def test_filter_jumps_stay_inside_and_end_in_a_verdict(machine):
    code = seccomp.program(machine)
    lines = list(struct.iter_unpack("<HBBI", code))
    jumps = [max(yes, no) for kind, yes, no, _ in lines if kind & 7 == 5]
    assert len(code) % 8 == 0
    assert len(lines) < 4096
    assert lines[-1] == (0x06, 0, 0, 0x7FFF0000)
    assert max(jumps) <= 4


@pytest.mark.parametrize("column", [0, 1])
def test_numbers_are_the_kernel_headers(column):
    path = Path(HEADERS[column])
    if not path.exists():
        pytest.skip(f"SYSTEM PACKAGE MISSING: {path} (linux-libc-dev)")
    text = path.read_text(encoding="utf-8")
    for name, row in seccomp.REFUSED.items():
        found = re.search(rf"#define __NR(?:3264)?_{name}\s+(\d+)", text)
        assert (int(found[1]) if found else None) == row[column], name


def _child(act):
    """The exit status of a child that acts under the filter."""
    pid = os.fork()
    if pid == 0:
        try:
            syscalls.renounce_privileges()
            syscalls.set_seccomp_filter(seccomp.program())
            os._exit(act() or 0)
        finally:
            os._exit(99)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _errno_of(name, *arguments):
    libc = ctypes.CDLL(None, use_errno=True)
    return ctypes.get_errno() if getattr(libc, name)(*arguments) == -1 else 0


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("unshare", (0x10000000,)),
        ("ptrace", (0, 0, 0, 0)),
        ("socket", (2, 1, 0)),
        ("socket", (40, 1, 0)),
        ("memfd_create", (b"x", 0)),
        ("shmget", (0, 4096, 0o1600)),
        ("chroot", (b"/tmp",)),
    ],
)
def test_filter_refuses(name, arguments):
    assert _child(lambda: _errno_of(name, *arguments)) == errno.EPERM


def test_filter_lets_ordinary_work_through():
    def work():
        import socket
        import threading

        thread = threading.Thread(target=lambda: None)
        thread.start()
        thread.join()
        for end in socket.socketpair():
            end.close()
        pid = os.fork()
        if pid == 0:
            os._exit(7)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    assert _child(work) == 7


def test_without_power_to_mount_root_uses_the_paths_as_they_are(monkeypatch):
    class Powerless:
        def unshare(self, flags):
            return -1

    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: Powerless())
    assert stage("/tmp", ["/usr/lib"]) == ["/usr/lib"]
