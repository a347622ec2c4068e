"""Reading files that students wrote, without ever leaving the folder that they are in.

Each step of a path is opened relative to the one before it and never through a symbolic link, so
no name, link, pipe or device in `submitted/` leads the grader elsewhere or makes it wait.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.text import printable

_STEP = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Unreadable(Exception):
    """A file is missing or cannot be taken; the text says why, in a few words."""


def read_beneath(root: Path, parts: tuple[str, ...], limit: int) -> bytes:
    """The content of a regular file below a trusted folder.

    Args:
        root: the trusted folder; it may be a link itself.
        parts: the names from there to the file.
        limit: the most bytes to read.

    Raises:
        Unreadable: any step is a link or of another kind, or the file is larger.
    """
    with _opened(root, parts) as descriptor:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable(f"{parts[-1]} is {_kind(status.st_mode)}, not a file")
        if status.st_size > limit:
            raise Unreadable(f"{parts[-1]} has {_size(status.st_size)}, more than {_size(limit)}")
        return _read(descriptor, limit, parts[-1])


def names_beneath(root: Path, parts: tuple[str, ...]) -> list[str]:
    """The names in a folder below a trusted folder, sorted.

    Raises:
        Unreadable: any step is a link, or no folder.
    """
    with _opened(root, parts) as descriptor:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise Unreadable(f"{parts[-1]} is not a folder")
        return sorted(os.listdir(descriptor))  # noqa: PTH208 (of an open folder)


@contextmanager
def _opened(root: Path, parts: tuple[str, ...]) -> Iterator[int]:
    descriptor, name = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC), str(root)
    try:
        for name in parts:
            inner = os.open(name, _STEP, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    except (OSError, ValueError) as error:
        raise Unreadable(_reason(error, name)) from error
    finally:
        os.close(descriptor)


def _read(descriptor: int, limit: int, name: str) -> bytes:
    with os.fdopen(os.dup(descriptor), "rb") as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise Unreadable(f"{name} has more than {_size(limit)}")
    return content


def _reason(error: OSError | ValueError, name: str) -> str:
    number = getattr(error, "errno", None)
    words = {
        errno.ENOENT: "there is no {}",
        errno.ELOOP: "{} is a symbolic link, which is never followed",
        errno.ENOTDIR: "{} is not inside a folder of its own, or a symbolic link leads there",
        errno.EACCES: "{} may not be read (permission denied)",
        errno.ENXIO: "{} is a pipe, a socket or a device, not a file",
    }
    reason = (getattr(error, "strerror", None) or "an odd name").lower()
    return words.get(number or 0, f"{{}} cannot be read ({reason})").format(printable(name))


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder"
    return "a pipe" if stat.S_ISFIFO(mode) else "a device or a socket"


def _size(number: int) -> str:
    return f"{number / 2**20:.3g} MB" if number >= 2**20 else f"{number} bytes"
