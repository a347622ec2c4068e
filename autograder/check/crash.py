"""What an exception tells: its message, the student's line, and where it came up."""

from __future__ import annotations

import linecache
import re
import sys
import traceback
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import numpy as np

from autograder.check.data import Crash
from autograder.check.values import Value, describe

# Where an exception came up; `Crash.place` is one of these, or "" where none fits.
IN_ANSWER = "answer"  # a line of the answer raised it
IN_LIBRARY = "library"  # something that a line of the answer called raised it
IN_CALL = "call"  # Python could not even call the answer's function
IN_USE = "returned"  # the check used what the answer had returned

MAX_MESSAGE, MAX_LINE, MAX_SHAPES = 300, 200, 4
_ABSTRACTED = (
    (r"0x[0-9a-fA-F]+", "#"),
    (r"(?<!\w)[\[(][\d\s,.x*+-]*[\])]", "#"),
    (r"(?<![A-Za-z_\d])[-+]?\d+(\.\d+)?([eE][-+]?\d+)?", "#"),
)


def call_answer(function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """Call a function; where this is an exception's last frame, it could not be called."""
    return function(*args, **kwargs)


def crash_of(error: BaseException, answer: Any, returned: list[Value]) -> Crash:
    """The crash that an exception is.

    Args:
        error: with its traceback.
        answer: the answer's functions.
        returned: what they had returned until then, in order.
    """
    frames = list(_frames(error))
    own = [frame for frame in frames if _is_own(frame[0], answer)]
    refused = bool(frames) and frames[-1][0].f_code is call_answer.__code__
    message = " ".join(str(error).split())[:MAX_MESSAGE]
    name = type(error).__name__
    if own:
        place = IN_ANSWER if frames[-1] == own[-1] else IN_LIBRARY
        frame, number = _nearest(own, answer)
        line = _source_line(frame, number)
        return Crash(name, message, line, place, shapes=_shapes(frame, line))
    if returned and not refused:
        return Crash(name, message, "", IN_USE, describe(returned[-1]))
    return Crash(name, message, "", IN_CALL if refused else "")


def normalised(message: str) -> str:
    """A message without its numbers, shapes and addresses.

    >>> normalised("index 12 is out of bounds for axis 0 with size 5")
    'index # is out of bounds for axis # with size #'
    >>> normalised("shapes (2,3) and (4,) not aligned: 3 (dim 1) != 4 (dim 0)")
    'shapes # and # not aligned: # (dim #) != # (dim #)'
    """
    for pattern, replacement in _ABSTRACTED:
        message = re.sub(pattern, replacement, message)
    return message


def same_crash(one: Crash, other: Crash) -> bool:
    """Whether two exceptions say the same, in the same kind of place."""
    same_kind = (one.type, one.place) == (other.type, other.place)
    return same_kind and normalised(one.message) == normalised(other.message)


def _frames(error: BaseException) -> Iterator[tuple[FrameType, int]]:
    return traceback.walk_tb(error.__traceback__)


def _is_own(frame: FrameType, answer: Any) -> bool:
    """Whether a frame runs the student's code: of the answer, or a helper beside it."""
    return any(
        frame.f_code.co_filename == function.filename or frame.f_globals is function.scope
        for function in answer
    )


def _nearest(own: list[tuple[FrameType, int]], answer: Any) -> tuple[FrameType, int]:
    """The innermost frame of the answer itself; of a helper where there is none."""
    files = {function.filename for function in answer}
    in_answer = [item for item in own if item[0].f_code.co_filename in files]
    return (in_answer or own)[-1]


def _source_line(frame: FrameType, number: int) -> str:
    return linecache.getline(frame.f_code.co_filename, number).strip()[:MAX_LINE]


def _shapes(frame: FrameType, line: str) -> str:
    """The shapes of the arrays that a line names: "`image` (5, 7, 3), `mask` (5,)"."""
    names = dict.fromkeys(re.findall(r"(?<![\w.])[A-Za-z_]\w*", line))
    scope = {**frame.f_globals, **frame.f_locals}
    arrays = [(name, scope[name]) for name in names if _is_array(scope.get(name))]
    texts = [f"`{name}` {tuple(array.shape)}" for name, array in arrays[:MAX_SHAPES]]
    return ", ".join(texts)


def _is_array(item: Any) -> bool:
    torch = sys.modules.get("torch")
    return isinstance(item, np.ndarray) or (torch is not None and isinstance(item, torch.Tensor))
