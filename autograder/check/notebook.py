"""What a student calls in the notebook: `check`, `hint` and `progress`."""

from __future__ import annotations

import html
import inspect
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from autograder.check import session
from autograder.check.answer import Answer, Slot, program_of
from autograder.check.data import CheckData, Record
from autograder.check.judge import Verdict, judge
from autograder.check.observe import Functions, observe_answer
from autograder.check.public_unit import PublicUnit
from autograder.check.report import html_report, text_report
from autograder.check.runner import observe_source
from autograder.errors import UserError
from autograder.progress import log as progress_log
from autograder.released import HIDDEN_FOLDER
from autograder.units import CHECKS, ROOT, split_exercise

_hints_given: dict[str, int] = {}
_AS_IT_IS = "the text of this function was not found; it was judged as it is, outside a notebook"


class CheckFailed(AssertionError):
    """An answer that is not right yet; its text is what the student should read."""

    def _render_traceback_(self) -> list[str]:
        """IPython's way to show an exception in its own words, without a stack of frames.

        In a live notebook the panel above has said it all. nbgrader's Validate and feedback
        show the exception only, so there it says everything.
        """
        text = str(self)
        return [text if _used_by_nbgrader() else text.splitlines()[0]]


class ForTheStudent(UserError):
    """A `UserError` that a notebook shows without a stack of frames."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def check(exercise: str, *functions: Callable[..., Any], hidden: bool = False) -> None:
    """Say whether an answer is right and, if it is not, what is wrong with it.

    Args:
        exercise: the exercise's id, such as "basic_processing.convolve2d".
        functions: the function, or functions, that the exercise asks for, in its order.
        hidden: judge on the instructor's hidden cases; for grading only.

    Raises:
        CheckFailed: the answer is not right yet.
    """
    data = _read(find_data(exercise, hidden))
    seen = _observed(data, _named(data, functions))
    verdict, notes = judge(data, seen.record, seen.text), seen.notes
    if seen.obstacle and verdict.passed:
        verdict = replace(verdict, remark=seen.obstacle)
    if not hidden:
        mistake = verdict.mistake.title if verdict.mistake else ""
        progress_log.record(exercise, verdict.passed, mistake)
    _show(verdict, notes)
    if not verdict.passed:
        raise CheckFailed(_with_notes(text_report(verdict, hints=len(data.hints)), notes))


def hint(exercise: str) -> None:
    """Print the next hint for an exercise; there are three, and they cost nothing."""
    data = _read(find_data(exercise))
    given = _hints_given.get(exercise, 0)
    number = min(given, len(data.hints) - 1)
    _hints_given[exercise] = number + 1
    print(f"Hint {number + 1} of {len(data.hints)}: {data.hints[number]}")


def find_data(exercise: str, hidden: bool = False) -> Path:
    """The check data of an exercise: beside the notebook, or in the course's checkout.

    Raises:
        ForTheStudent: there is none; the message says where to look.
    """
    try:
        unit, name = split_exercise(exercise)
    except UserError as error:
        raise ForTheStudent(str(error)) from None
    here = Path.cwd()
    if hidden:
        candidates = [
            path
            for folder in (here, *here.parents)
            for path in folder.glob(f"{HIDDEN_FOLDER}/[0-9][0-9]_{unit}/[0-9][0-9]_{name}.npz")
        ]
    else:
        file = f"{CHECKS}/[0-9][0-9]_{name}.npz"
        pattern = f"[0-9][0-9]_{unit}/{file}"
        beside = here.glob(file) if here.name.endswith(f"_{unit}") else []
        candidates = [*beside, *here.glob(pattern), *(ROOT / "course").glob(pattern)]
    for path in candidates:
        if path.is_file():
            return path
    raise ForTheStudent(_missing(exercise, here, hidden))


def _missing(exercise: str, here: Path, hidden: bool) -> str:
    if hidden:
        return (
            f"expected hidden cases of {exercise} above {here}, found none; "
            "run `retouch release` in the course directory"
        )
    return (
        f"expected the check data of {exercise!r} in {here / CHECKS}, found none; correct the "
        "name, or open the notebook in its own unit's folder"
    )


def _read(path: Path) -> CheckData:
    try:
        return CheckData.read(path)
    except UserError as error:
        raise ForTheStudent(str(error)) from None


def _named(data: CheckData, functions: tuple[Any, ...]) -> dict[str, Callable[..., Any]]:
    """The answer's functions by name.

    Raises:
        CheckFailed: there are too few or too many, or one is no function.
    """
    if len(functions) != len(data.functions):
        call = f'check("{data.exercise}", {", ".join(data.functions)})'
        raise CheckFailed(f"✗ expected `{call}`, found {len(functions)} functions")
    for name, function in zip(data.functions, functions, strict=True):
        if not callable(function):
            kind = type(function).__name__
            raise CheckFailed(
                f"✗ {data.exercise}: expected `{name}` to be a function, found a {kind}; "
                f"run the cell that defines it again"
            )
    return dict(zip(data.functions, functions, strict=True))


class _Seen(NamedTuple):
    """What was observed of an answer, how it was read, and why a grader would not find it."""

    record: Record
    notes: tuple[str, ...] = ()
    text: str | None = None
    obstacle: str = ""


def _observed(data: CheckData, functions: Functions) -> _Seen:
    """What can be observed of the answer that a grader will find, notes on it, and what keeps
    this session from knowing it: then its own functions are observed.
    """
    slot = _slot(data)
    live = session.shell() is not None
    answer = session.answer_here(slot) if live else _answer_in_file(slot, functions)
    obstacle = session.obstacle(answer, slot, functions) if live else ""
    if obstacle:
        return _Seen(observe_answer(functions, data), obstacle=obstacle)
    if answer.problem:
        return _Seen(observe_answer(functions, data), (_AS_IT_IS,))
    if answer.forbidden:
        return _Seen(Record([], list(answer.forbidden)), answer.notes, answer.text)
    record = observe_source(data, slot.prelude, answer.program)
    return _Seen(record, answer.notes, answer.text)


def _slot(data: CheckData) -> Slot:
    """The place for an answer in the unit that the check data belongs to."""
    try:
        folder = find_data(data.exercise).parent
    except ForTheStudent:
        return PublicUnit().slot(data)
    return PublicUnit.read(folder).slot(data)


def _answer_in_file(slot: Slot, functions: Functions) -> Answer:
    """The answer in the file of a function, where there is no notebook."""
    if [getattr(f, "__name__", "") for f in functions.values()] != list(slot.functions):
        return Answer("", problem="other names")
    try:
        text = inspect.getsource(inspect.getmodule(next(iter(functions.values()))))  # type: ignore[arg-type]
    except (OSError, TypeError):
        return Answer("", problem="no source")
    return program_of(text, slot)


def _with_notes(text: str, notes: tuple[str, ...]) -> str:
    return "\n".join([text, *(f"  Note: {note}" for note in notes)])


def _show(verdict: Verdict, notes: tuple[str, ...]) -> None:
    """A panel in a notebook; in a plain interpreter, the text of a pass (a failure raises)."""
    if _in_notebook():
        from IPython.display import display

        lines = "".join(f"<div>Note: {html.escape(note)}</div>" for note in notes)
        text = _with_notes(text_report(verdict), notes)
        display({"text/html": html_report(verdict) + lines, "text/plain": text}, raw=True)
    elif verdict.passed:
        print(_with_notes(text_report(verdict), notes))


def _used_by_nbgrader() -> bool:
    return any(name in os.environ for name in ("NBGRADER_VALIDATING", "NBGRADER_EXECUTION"))


def _in_notebook() -> bool:
    return session.shell() is not None


session.watch()
