"""The isolation of one answer: a process alone in namespaces of its own.

`Spawner.fork` starts it as process 1 of a new process namespace, so that the kernel itself ends
all that the answer started when it ends, and so that no other process has a name there. It can't
see the fork server, a sibling, or anything of them: `/proc` is an empty folder, System V memory
is its own, and every file is read-only but for a scratch folder in memory, bounded in bytes and
in files. The files of forbidden packages are covered by empty ones.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NoReturn

from autograder.sandbox.inside import seccomp
from autograder.sandbox.inside import syscalls as sc
from autograder.sandbox.job import Limits

SCRATCH = "/scratch"
BLANKS = "/blanks"
BLANK_FOLDER, BLANK_FILE = f"{BLANKS}/folder", f"{BLANKS}/file"
OPEN_FILES = 128
RESULT_FD = 3
# Exit status of a process that could not be isolated.
BROKEN = 87
_OWN = sc.NEWUSER | sc.NEWNS | sc.NEWIPC | sc.NEWUTS
_PRIVATE = sc.NOSUID | sc.NODEV | sc.NOEXEC


class Spawner:
    """Starts isolated processes, from a process namespace that belongs to this process.

    In it this process may make process namespaces, one after another, and nothing else: it has
    no power over the sandbox around it, whose mounts are locked here.
    """

    def __init__(self) -> None:
        self._here = os.open("/proc/self/ns/pid", os.O_RDONLY)

    def fork(self, inside: Callable[[], NoReturn]) -> int:
        """Start a process that is alone in new namespaces; its pid."""
        sc.join(self._here, sc.NEWPID)
        sc.unshare(sc.NEWPID)
        pid = os.fork()
        if pid == 0:
            _be_alone(inside)
        return pid


def _be_alone(inside: Callable[[], NoReturn]) -> NoReturn:
    try:
        _unshare(_OWN)
        inside()
    finally:
        os._exit(BROKEN)


def make_spawner() -> Spawner:
    """Go on in a child that can isolate others; this process waits for it, and ends with it.

    Raises:
        OSError: the kernel allows no namespaces here.
    """
    _unshare(sc.NEWUSER | sc.NEWNS | sc.NEWPID)
    child = os.fork()
    if child:
        os.closerange(0, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
        os.waitpid(child, 0)
        os._exit(0)
    return Spawner()


def _unshare(kinds: int) -> None:
    """Enter new namespaces, with the same user and group in them."""
    user, group = os.geteuid(), os.getegid()
    sc.unshare(kinds)
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")


def mount_scratch(limits: Limits) -> None:
    """Mount the scratch folder, go there, and hide `/proc` and the terminals."""
    sc.mount(None, "/", None, sc.REC | sc.PRIVATE)
    size = f"size={limits.scratch},nr_inodes={limits.files + 2},mode=700"
    sc.mount("scratch", SCRATCH, "tmpfs", _PRIVATE, size)
    for path in ("/proc", "/dev/pts"):
        sc.mount("empty", path, "tmpfs", _PRIVATE | sc.RDONLY, "size=4k,nr_inodes=1")
    sc.mount(None, BLANKS, None, sc.REMOUNT | sc.BIND | sc.RDONLY | _PRIVATE)
    shared = f"{SCRATCH}/.shm"
    os.mkdir(shared)
    sc.mount(shared, "/dev/shm", None, sc.BIND)
    os.chdir(SCRATCH)


def make_blanks() -> None:
    """Make the empty file and folder that cover what is forbidden."""
    os.mkdir(BLANK_FOLDER)
    Path(BLANK_FILE).touch()


def mask(paths: Iterable[Path]) -> None:
    """Put an empty file or folder in front of each of these."""
    for path in paths:
        blank = BLANK_FOLDER if path.is_dir() else BLANK_FILE
        sc.mount(blank, str(path), None, sc.BIND)


def drop_privileges(limits: Limits, result: int, nested: bool) -> None:
    """Give up all but what an answer needs, for good; the result's pipe becomes `RESULT_FD`."""
    os.dup2(result, RESULT_FD)
    for number in range(RESULT_FD):
        os.dup2(os.open(os.devnull, os.O_RDWR), number)
    os.closerange(RESULT_FD + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    _set_limits(limits, nested)
    sc.renounce_privileges()
    sc.set_seccomp_filter(seccomp.program())


def _set_limits(limits: Limits, nested: bool) -> None:
    # Without a namespace of its own, the sandbox's few other processes count as well.
    others = 1 if nested else 4
    seconds = 2 * int(limits.seconds + 1)
    resource.setrlimit(
        resource.RLIMIT_AS, (_held + limits.memory, _held + limits.memory + _RESERVE)
    )
    bounds = {
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: limits.scratch,
        resource.RLIMIT_NPROC: limits.processes + others,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_STACK: 8 * 2**20,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    for kind, bound in bounds.items():
        resource.setrlimit(kind, (bound, bound))


_PAGE = os.sysconf("SC_PAGE_SIZE")
_RESERVE = 64 * 2**20
_held = 0


def note_address_space() -> None:
    """Remember how much address space this process holds, while `/proc` can be read."""
    global _held
    _held = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * _PAGE


def use_memory_reserve() -> None:
    """Allow what is needed to say that the memory was not enough."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
