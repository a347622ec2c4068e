"""One running sandbox, seen from the grader: starting it, talking to it, ending it."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from autograder.sandbox import messages
from autograder.sandbox.host import drop_root, mounts
from autograder.sandbox.inside.fork_server import BOOT

START_SECONDS = 120.0


class StartError(Exception):
    """The sandbox did not start; the text is what bubblewrap or Python said."""


class Prepared(NamedTuple):
    """A process that runs the answers to one exercise.

    Attributes:
        orders: where it takes them.
        walled: the files of what is forbidden, which a sandbox for one answer must mask.
        courtesy: the forbidden names that are not walled.
    """

    orders: socket.socket
    walled: list[str]
    courtesy: list[str]


class Sandbox:
    """A fork server in bubblewrap.

    Attributes:
        nested: whether each answer gets namespaces of its own in it. Where it can't, the whole
            sandbox must serve one answer only.
        reason: why it can't.
    """

    def __init__(
        self,
        hide: Iterable[str] = (),
        preload: Iterable[str] = (),
        masks: Iterable[str] = (),
        nested: bool = True,
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="retouch-", ignore_cleanup_errors=True)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `close`)
        plan = mounts.layout_for(hide)
        plan.masks += masks
        settings = {"folders": plan.folders, "preload": list(preload), "nested": nested}
        self._orders, theirs = messages.pair()
        with theirs:
            self._process = self._start(plan, ["-c", BOOT, json.dumps(settings)], theirs)
        try:
            ready = self._hear(self._orders)
        except BaseException:
            self.close()
            raise
        self.nested, self.reason = bool(ready["nested"]), str(ready["reason"])

    def _start(
        self, plan: mounts.Layout, program: list[str], theirs: socket.socket
    ) -> subprocess.Popen[bytes]:
        command = self._as_nobody(plan, program) if os.geteuid() == 0 else None
        return subprocess.Popen(
            command or mounts.command(plan, program, {}),
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
            env={},
            cwd="/",
            start_new_session=True,
        )

    def _as_nobody(self, plan: mounts.Layout, program: list[str]) -> list[str]:
        paths = list(dict.fromkeys(source for source, _ in plan.binds))
        names = {path: f"{{{number}}}" for number, path in enumerate(paths)}
        request = {
            "folder": self._folder.name,
            "paths": paths,
            "command": mounts.command(plan, program, names),
        }
        script = str(Path(drop_root.__file__))
        return [sys.executable, "-I", "-S", "-B", script, json.dumps(request)]

    def exercise(self, questions: bytes, imports: bytes) -> Prepared:
        """Prepare an exercise in a process of its own.

        Raises:
            StartError: it could not be prepared.
        """
        ours, theirs = messages.pair()
        files = [messages.memory_file(questions), messages.memory_file(imports)]
        try:
            with theirs:
                messages.send(self._orders, {"exercise": True}, [theirs.fileno(), *files])
        except messages.Gone as error:
            raise StartError(self._said(str(error))) from error
        finally:
            messages.close_all(files)
        try:
            ready = self._hear(ours)
            return Prepared(ours, ready["walled"], ready["courtesy"])
        except BaseException:
            ours.close()
            raise

    def _hear(self, end: socket.socket) -> messages.Message:
        """The first message from the sandbox, which says that something is ready."""
        deadline = time.monotonic() + START_SECONDS
        try:
            if not select.select([end], [], [], deadline - time.monotonic())[0]:
                raise StartError(f"it was not ready after {START_SECONDS:g} seconds")
            message, files = messages.receive(end)
        except messages.Gone as error:
            raise StartError(self._said("it ended at once")) from error
        messages.close_all(files)
        if "broken" in message:
            raise StartError(str(message["broken"]))
        return message

    def _said(self, otherwise: str) -> str:
        """The last line on the sandbox's standard error."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        self._errors.seek(0)
        lines = self._errors.read(65_536).decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else otherwise

    def close(self) -> None:
        """End every process in the sandbox."""
        self._orders.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._errors.close()
        self._folder.cleanup()
