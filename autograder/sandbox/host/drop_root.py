"""Starting bubblewrap as root: as an ordinary user, though root alone may read the files.

`python -I -S launch.py REQUEST`, JSON with `folder`, `paths` and `command`. Root would keep its
powers over files in the sandbox, and the kernel doesn't hold root to a number of processes. So
this binds `paths` below `folder`, in a mount namespace that ends with the sandbox, becomes
"nobody" and turns into the command, in which `{N}` stands for path N's new place.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys

NOBODY = 65534
_NEWNS, _BIND, _REC, _PRIVATE = 0x20000, 4096, 16384, 1 << 18


def stage(folder: str, paths: list[str]) -> list[str]:
    """Bind the paths where everyone may reach them; their own places if that's not allowed."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEWNS):
        return paths
    _mount(libc, None, "/", None, _REC | _PRIVATE)
    _mount(libc, "stage", folder, "tmpfs", 0)
    os.chmod(folder, 0o755)
    return [_bind(libc, path, f"{folder}/{number}") for number, path in enumerate(paths)]


def _bind(libc: ctypes.CDLL, path: str, target: str) -> str:
    if os.path.isdir(path):
        os.mkdir(target)
    else:
        os.close(os.open(target, os.O_CREAT))
    _mount(libc, path, target, None, _BIND | _REC)
    return target


def _mount(
    libc: ctypes.CDLL, source: str | None, target: str, kind: str | None, flags: int
) -> None:
    texts = (None if text is None else os.fsencode(text) for text in (source, target, kind))
    if libc.mount(*texts, ctypes.c_ulong(flags), None):
        raise OSError(ctypes.get_errno(), f"mount {target}")


def become_nobody() -> None:
    """Drop to an account that owns nothing, for good.

    Raises:
        OSError: this is the machine's root, and it may not. (The root of a container that knows
            no other account is an ordinary user already.)
    """
    try:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    except OSError:
        with open("/proc/self/uid_map", encoding="ascii") as table:
            inside, outside, _ = table.readline().split()
        if inside == outside:
            raise


def main() -> None:
    """Stage, drop privileges and turn into the command."""
    request = json.loads(sys.argv[1])
    places = stage(request["folder"], request["paths"])
    names = {f"{{{number}}}": place for number, place in enumerate(places)}
    try:
        become_nobody()
    except OSError as error:
        sys.exit(f"root may not become nobody here ({error.strerror}); use an ordinary account")
    os.chdir("/")
    arguments = [names.get(text, text) for text in request["command"]]
    os.execv(arguments[0], arguments)


if __name__ == "__main__":
    main()
