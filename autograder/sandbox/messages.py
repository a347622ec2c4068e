"""Messages between the grader and its sandbox: a line of JSON and some open files.

They travel over a local socket that keeps their borders. The sandbox's side of it is in trusted
hands; even so the grader reads no more than JSON from it.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
from collections.abc import Sequence
from typing import Any

MAX_BYTES = 65_536
MAX_FILES = 4
Message = dict[str, Any]


class Gone(Exception):
    """The other side has ended."""


def pair() -> tuple[socket.socket, socket.socket]:
    """Two connected ends."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def send(end: socket.socket, message: Message, files: Sequence[int] = ()) -> None:
    """Send a message and open files; the sender keeps, and may close, its own descriptors.

    Raises:
        Gone: nobody is there to receive it.
    """
    try:
        socket.send_fds(end, [json.dumps(message).encode()], files)
    except OSError as error:
        raise Gone(str(error)) from error


def receive(end: socket.socket) -> tuple[Message, list[int]]:
    """The next message with its files.

    Raises:
        Gone: there will be none.
    """
    try:
        data, files, _, _ = socket.recv_fds(end, MAX_BYTES, MAX_FILES)
    except OSError as error:
        raise Gone(str(error)) from error
    if not data:
        raise Gone("the connection is closed")
    return json.loads(data), files


def memory_file(content: bytes) -> int:
    """An open file in memory with this content, to be read from its beginning."""
    descriptor = os.memfd_create("content")
    with os.fdopen(os.dup(descriptor), "wb") as file:
        file.write(content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def read_all(descriptor: int) -> bytes:
    """All of an open file, which is then closed."""
    with os.fdopen(descriptor, "rb") as file:
        return file.read()


def close_all(descriptors: Sequence[int]) -> None:
    """Close descriptors, whether they are open or not."""
    for descriptor in descriptors:
        with contextlib.suppress(OSError):
            os.close(descriptor)
