"""What a database complains about, in one line for a person; and how long to wait for it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, InvalidEntry, MissingEntry
from sqlalchemy import event
from sqlalchemy.exc import OperationalError, SAWarning
from tornado.log import app_log

from autograder.errors import UserError


class LockedError(UserError):
    """Another program is writing to the database."""


@contextmanager
def reported(where: str) -> Iterator[None]:
    """Turn what a database complains about into a line for a person."""
    try:
        yield
    except OperationalError as error:
        raise _refusal(where, str(error.orig)) from error
    except (InvalidEntry, MissingEntry) as error:
        # nbgrader wraps what happens while it adds something.
        if isinstance(error.__context__, OperationalError):
            raise _refusal(where, str(error.__context__.orig)) from error
        raise UserError(f"expected an entry that the gradebook takes, found: {error}") from error


def _refusal(where: str, text: str) -> UserError:
    if "locked" in text or "busy" in text:
        return LockedError(
            f"expected to write to {where}, found it locked by another program; close what else "
            "is grading, and run the same command again: nothing is lost"
        )
    if "full" in text or "disk I/O" in text:
        return UserError(
            f"expected room to write to {where}, found the disk full; make room, and run the same "
            "command again: nothing is lost"
        )
    if "readonly" in text:
        return UserError(
            f"expected to write to {where}, found it read-only; make it writable, and run the same "
            "command again: nothing is lost"
        )
    return UserError(
        f"expected a gradebook of this version of nbgrader, found one that says {text!r}; back it "
        "up, and run `nbgrader db upgrade`"
    )


@contextmanager
def quiet() -> Iterator[None]:
    """Without nbgrader's and SQLAlchemy's remarks: what is wrong is reported once, by us."""
    disabled, app_log.disabled = app_log.disabled, True
    try:
        with warnings.catch_warnings():
            # nbgrader makes a submission before it adds it; SQLAlchemy remarks on that each time.
            warnings.simplefilter("ignore", SAWarning)
            yield
    finally:
        app_log.disabled = disabled


def must_exist(url: str, unit: str) -> None:
    """nbgrader would make an empty database; here that can only be a mistake."""
    path = Path(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite:///") and not path.is_file():
        raise UserError(
            f"expected a gradebook in {path}, found none; run `nbgrader generate_assignment {unit}`"
        )


def wait_for_locks(gradebook: Gradebook, seconds: float) -> None:
    """Have SQLite wait for other writers this long."""

    @event.listens_for(gradebook.engine, "connect")
    def wait(connection: Any, _record: Any) -> None:
        if gradebook.engine.dialect.name == "sqlite":
            connection.execute(f"PRAGMA busy_timeout = {int(1000 * seconds)}")

    gradebook.engine.dispose()
